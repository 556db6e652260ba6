"""What X found in a post's text (hashtags, links, mentions), in both versions of its API."""

import re
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from fairfloor.acts.act import MAX_TEXT
from fairfloor.acts.hashtags import Network, distinct, hashtags
from fairfloor.acts.links import MAX_LINK
from fairfloor.sources.reading.made import names, plain

NETWORK: Network = "x"
_NO_LANGUAGE = {"und", "zxx", "qam", "qct", "qht", "qme", "qst", "art"}
"""X's codes for posts of no language: only media, tags, mentions or links, or too short to tell."""
_SHORT = re.compile(r"https://t\.co/\w+", re.ASCII)


class Hashtag(msgspec.Struct, frozen=True):
    """A hashtag: `tag` in version 2, `text` in 1.1."""

    tag: str = ""
    text: str = ""


class Url(msgspec.Struct, frozen=True):
    """A link: as it stands in the text, and where it leads."""

    url: str | None = None
    expanded_url: str | None = None
    unwound_url: str | None = None
    media_key: str | None = None
    """There where the link is only the post's own picture."""


class Mention(msgspec.Struct, frozen=True):
    """An account mentioned: `id` and `username` in version 2, `id_str` and `screen_name` in 1.1."""

    id: str | int | None = None
    id_str: str | None = None
    username: str | None = None
    screen_name: str | None = None


class Entities(msgspec.Struct, frozen=True):
    """The entities of a text; version 2 leaves out what is empty."""

    hashtags: tuple[Hashtag, ...] | None = None
    urls: tuple[Url, ...] | None = None
    mentions: tuple[Mention, ...] | None = None
    user_mentions: tuple[Mention, ...] | None = None


class Said(NamedTuple):
    """A text with what is in it, ready for a post."""

    text: str
    tags: tuple[str, ...]
    links: tuple[str, ...]
    mentions: tuple[str, ...]


def said(text: str, entities: Entities | None) -> Said:
    """Give a post's text, with X's own short links replaced by where they lead, and what X found in it."""
    text = plain(text)
    if entities is None:
        return Said(text, hashtags(text, NETWORK), (), ())
    urls = entities.urls or ()
    mentions = [*(entities.mentions or ()), *(entities.user_mentions or ())]
    return Said(
        text=_expanded(text, urls),
        tags=distinct(tag.tag or tag.text for tag in entities.hashtags or ()),
        links=names(url.unwound_url or url.expanded_url or url.url for url in urls if not url.media_key),
        mentions=names(str(m.id_str or m.id or m.username or m.screen_name or "") for m in mentions),
    )


def languages(code: str | None) -> tuple[str, ...]:
    """Give a post's language, where X could tell one."""
    return () if code is None or code in _NO_LANGUAGE else names([code])


def _expanded(text: str, urls: Iterable[Url]) -> str:
    """Replace short links in one pass; a text that would grow too long to be a post's stays as it is."""
    ends = {
        url.url: url.expanded_url for url in urls if url.url and url.expanded_url and len(url.expanded_url) <= MAX_LINK
    }
    if not ends or len(text) > MAX_TEXT:
        return text
    expanded = _SHORT.sub(lambda match: ends.get(match[0], match[0]), text)
    return expanded if len(expanded) <= MAX_TEXT else text
