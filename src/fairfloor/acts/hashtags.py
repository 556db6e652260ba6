"""Hashtags: which a text has, by each network's own rule, and when two are the same.

A network decides what its hashtags are, so each rule here is the network's published one: twitter-text for X (with its
conformance suite), `TAG_REGEX` of the atproto client for Bluesky, `HASHTAG_RE` for Mastodon. They differ: `#a#b` is no
tag on X and one tag on Bluesky; `#1_2` is one on Mastodon only. Where a network sends the tags it found (entities,
facets), a source uses those and does not look again.

Python's `re` does not know the classes that the rules speak of (letters with their marks, connectors), so a rule is a
small function here: given a text and the place of a `#`, it gives the tag that begins there, or nothing.

Rejected: the `regex` package (one more dependency for three patterns); X's list of top-level domains, by which it finds
links without a scheme (here a link has a scheme, or a dotted name and a path).
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from itertools import takewhile
from typing import Literal

Network = Literal["x", "bluesky", "mastodon"]

MAX_TAGS = 256
"""Hashtags taken from one text."""
MAX_TAG = 1024
"""Characters in a hashtag; a longer run is noise, not a tag."""

_SIGN = re.compile("[#\uff03]")
_SELECTORS = "\ufe0e\ufe0f"
_X_ALSO = "_\u200c\u200d\ua67e\u05be\u05f3\u05f4\uff5e\u301c\u309b\u309c\u30a0\u30fb\u3003\u0f0b\u0f0c\u00b7"
_X_LINK = re.compile(
    r"(?:https?://|(?<![a-z0-9.-])(?:[a-z0-9-]+\.)+[a-z]{2,}/)[\w!*';:=+,.$/%#\[\]\-~@|&?]*", re.ASCII | re.IGNORECASE
)
_BLUESKY_ENDS = "\u00ad\u2060\u200a\u200b\u200c\u200d\u20e2"
_BLUESKY_LONGEST = 64
_MASTODON_JOINS = "_\u00b7\u30fb\u200c"
_MASTODON_SCHEME = re.compile(r"(?<=.)https?\Z")
"""The beginning of an address that stands right behind a tag."""


def hashtags(text: str, network: Network) -> tuple[str, ...]:
    """Give the hashtags of a text by a network's rule: without their sign, as written, each once, in order."""
    rule = _RULES[network]
    links = [match.span() for match in _X_LINK.finditer(text)] if network == "x" and "#" in text else []
    starts = (match.start() for match in _SIGN.finditer(text))
    found = (rule(text, at) for at in starts if not any(first < at < last for first, last in links))
    return distinct(tag for tag in found if tag)


def distinct(tags: Iterable[str]) -> tuple[str, ...]:
    """Give hashtags each once, in order, without those too long to be one; at most `MAX_TAGS`."""
    first: dict[str, str] = {}
    for tag in tags:
        if 0 < len(tag) <= MAX_TAG and len(first) < MAX_TAGS:
            first.setdefault(tag_key(tag), tag)
    return tuple(first.values())


def tag_key(tag: str) -> str:
    """Give what all spellings of a hashtag share: width, capitals and a leading `#` do not matter. Idempotent."""
    key = tag
    while (folded := unicodedata.normalize("NFKC", key).casefold().strip().lstrip("#")) != key:
        key = folded
    return key


def same_tag(one: str, other: str) -> bool:
    """Tell whether two hashtags, each with or without its `#`, are the same one."""
    return tag_key(one) == tag_key(other)


def _letter(char: str) -> bool:
    return unicodedata.category(char)[0] in "LM"


def _x_part(char: str) -> bool:
    return char in _X_ALSO or char.isdecimal() or _letter(char)


def _x(text: str, at: int) -> str | None:
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if before and before not in _SELECTORS and (before == "&" or _x_part(before)):
        return None
    if after in {"\ufe0f", "\u20e3"}:
        return None
    tag = _run(_x_part, text, at + 1)
    rest = at + 1 + len(tag)
    if _SIGN.match(text, rest) or text.startswith("://", rest):
        return None
    return tag if any(_letter(char) and char not in _X_ALSO for char in tag) else None


def _bluesky_part(char: str) -> bool:
    return char not in _BLUESKY_ENDS and not _space(char)


def _bluesky(text: str, at: int) -> str | None:
    if (at and not _space(text[at - 1])) or text.startswith("\ufe0f", at + 1):
        return None
    tag = _run(_bluesky_part, text, at + 1)
    while tag and _punctuation(tag[-1]):
        tag = tag[:-1]
    named = any(not _punctuation(char) and char not in "0123456789" for char in tag)
    return tag if named and len(tag) <= _BLUESKY_LONGEST else None


def _mastodon_word(char: str) -> bool:
    return char.isdecimal() or unicodedata.category(char) == "Pc" or _letter(char)


def _mastodon_part(char: str) -> bool:
    return char in _MASTODON_JOINS or _mastodon_word(char)


def _mastodon(text: str, at: int) -> str | None:
    if at and not _space(text[at - 1]):
        return None
    tag = _run(_mastodon_part, text, at + 1)
    while tag and not _mastodon_word(tag[-1]):
        tag = tag[:-1]
    if not tag or not _mastodon_word(tag[0]):
        return None
    named = any(map(_letter, tag)) or any(char in _MASTODON_JOINS for char in tag[1:-1])
    if text.startswith("://", at + 1 + len(tag)):
        tag = _MASTODON_SCHEME.sub("", tag)
    return tag if named else None


def _run(part: Callable[[str], bool], text: str, start: int) -> str:
    return "".join(takewhile(part, text[start : start + MAX_TAG + 1]))


def _space(char: str) -> bool:
    return char in "\t\n\v\f\r\ufeff" or unicodedata.category(char)[0] == "Z"


def _punctuation(char: str) -> bool:
    return unicodedata.category(char)[0] == "P"


_RULES: dict[Network, Callable[[str, int], str | None]] = {"x": _x, "bluesky": _bluesky, "mastodon": _mastodon}
