"""Posts: their records, and record keys that follow from when and what for, so that none is made twice."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

POST = "app.bsky.feed.post"
LONGEST = 300
"""Characters of a post; the limit is in graphemes, and a grapheme has one character at least."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DIGITS = "234567abcdefghijklmnopqrstuvwxyz"
_CLOCKS = 1 << 10


class Strong(msgspec.Struct, frozen=True):
    """A record in one version of it."""

    uri: str
    cid: str


class Reply(msgspec.Struct, frozen=True):
    """What a post answers, and what began that thread."""

    root: Strong
    parent: Strong


def tid(at: datetime, salt: str) -> str:
    """Give the record key of a time, in the form that posts have (13 digits of base 32); salt sets two apart."""
    micros = (at - _EPOCH) // timedelta(microseconds=1)
    clock = int.from_bytes(hashlib.sha256(salt.encode("utf-8", "replace")).digest()[:4]) % _CLOCKS
    number = (micros & ((1 << 53) - 1)) << 10 | clock
    return "".join(_DIGITS[number >> 5 * place & 31] for place in reversed(range(13)))


def record(
    text: str, tags: Iterable[str] = (), links: Iterable[str] = (), reply: Reply | None = None
) -> dict[str, Any]:
    """Give a post's record, without its date; tags (without #) and links are marked where the text has them."""
    marked = [_facet(text, f"#{tag}", {"$type": "app.bsky.richtext.facet#tag", "tag": tag}) for tag in tags]
    marked += [_facet(text, link, {"$type": "app.bsky.richtext.facet#link", "uri": link}) for link in links]
    found: dict[str, Any] = {"$type": POST, "text": text, "facets": [one for one in marked if one]}
    return found if reply is None else found | {"reply": msgspec.to_builtins(reply)}


def _facet(text: str, words: str, feature: dict[str, str]) -> dict[str, Any] | None:
    at = text.rfind(words)
    if at < 0:
        return None
    start = len(text[:at].encode())
    return {"index": {"byteStart": start, "byteEnd": start + len(words.encode())}, "features": [feature]}
