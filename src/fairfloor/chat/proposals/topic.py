"""Reads whether a post proposes a topic, and which: by its marks, `topic:` at its head or the tag #proposal."""

import re
import unicodedata
from typing import NamedTuple

from fairfloor.acts.act import Post
from fairfloor.acts.hashtags import tag_key

TITLE = 200
"""Characters of a title; what is longer goes on in the text."""
_REACH = 400
"""Characters of a post within which its mark must stand."""
_ASIDE = r"(?:\.?[@#]\w\S*\s+)*"
"""What may stand before or after the mark: mentions and hashtags."""
_HEAD = re.compile(rf"^\s*{_ASIDE}\W{{0,4}}topics?\s{{0,2}}[:\uff1a]\s*", re.IGNORECASE)
_TAG = re.compile(r"(?<![\w#])#proposals?\b", re.IGNORECASE)
_MARKS = frozenset({tag_key("proposal"), tag_key("proposals")})
_BEFORE = re.compile(r"^(?:[@#]\w\S*(?:\s+|$))*")
_WORD = re.compile(r"\S+")
_HASHTAG = re.compile(r"#\w")


class Topic(NamedTuple):
    """What a post proposes."""

    title: str
    text: str


def proposes(post: Post) -> bool:
    """Tell whether a post proposes a topic."""
    if any(tag_key(tag) in _MARKS for tag in post.tags):
        return True
    head = unicodedata.normalize("NFKC", post.text[:_REACH])
    return _HEAD.match(head) is not None or _TAG.search(head) is not None


def topic(text: str) -> Topic:
    """Give the topic of a text that proposes one: its first line without marks and tags, and the rest. Total.

    Takes time that grows no faster than the text, whatever is in it: anyone can post one.
    """
    bare = _HEAD.sub("", text.strip(), count=1)
    line, _, rest = _between(bare).strip().partition("\n")
    line = " ".join(_TAG.sub("", line).split())
    if len(line) <= TITLE:
        return Topic(line, rest.strip())
    cut = line.rfind(" ", TITLE // 2, TITLE)
    at = TITLE - 1 if cut < 0 else cut
    return Topic(f"{line[:at].rstrip()}…", bare.strip())


def _between(text: str) -> str:
    """Give a text without the mentions and hashtags before it, and the hashtags after it."""
    said = _BEFORE.sub("", text, count=1)
    return said[: max((word.end() for word in _WORD.finditer(said) if not _HASHTAG.match(word[0])), default=0)]
