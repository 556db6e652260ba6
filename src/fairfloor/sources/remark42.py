"""Remark42: its backup, one JSON object a line: first what is known of users and pages, then the comments by page.

A comment has the Markdown that its author wrote (`orig`) or, where it moved in there itself, HTML alone (`text`).
Hashes of addresses, and who voted, are not taken.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain
from typing import BinaryIO

import msgspec

from fairfloor.chat.site.article import MAX_TEXT
from fairfloor.chat.site.comment import Author, Comment
from fairfloor.chat.site.moved import Item, LeftOut, Mended, Reply, Rest, Thread, Unknown
from fairfloor.sources.files.opened import CUT_OFF
from fairfloor.sources.reading.guests import guest
from fairfloor.sources.wrong import WRONG, fault

_LONGEST = 1 << 23
"""Bytes of a line."""
_UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)


class _Page(msgspec.Struct, frozen=True):
    url: str = ""
    read_only: bool = False


class _Head(msgspec.Struct, frozen=True):
    version: int
    users: list[msgspec.Raw] | None = None
    posts: list[_Page] | None = None


class _User(msgspec.Struct, frozen=True):
    id: str = ""
    name: str = ""
    ip: str = ""
    admin: bool = False


class _Locator(msgspec.Struct, frozen=True):
    url: str
    site: str = ""


class _Edit(msgspec.Struct, frozen=True):
    time: str = ""


class _Comment(msgspec.Struct, frozen=True):
    id: str
    user: _User
    locator: _Locator
    time: str
    pid: str = ""
    text: str = ""
    orig: str = ""
    score: int = 0
    pin: bool = False
    delete: bool = False
    edit: _Edit | None = None
    title: str = ""


_head = msgspec.json.Decoder(_Head).decode
_line = msgspec.json.Decoder(_Comment).decode


def read(stream: BinaryIO) -> Iterator[Item]:
    """Read a backup. Raises `chat.site.moved.Unknown` where the file is none."""
    lines = _lines(stream)
    closed, first = _begun(next(lines, (1, b"")))
    told, seen, dropped, number = set[str](), set[str](), 0, 1
    try:
        for number, line in chain(first, lines):
            if line is None:
                yield LeftOut(what="line", name=f"line {number:,}", why=f"It has more than {_LONGEST:,} bytes.")
            elif not line.isspace():
                for item in _read(number, line, closed, told, seen):
                    dropped += isinstance(item, Reply)
                    yield item
    except CUT_OFF:
        yield Mended(why="the packed file is damaged or cut off here; what comes after was not read", line=number)
    if dropped:
        yield LeftOut(
            what="network address", name=f"{dropped:,} of them", why="Addresses of people's machines are not kept."
        )


def _begun(first: tuple[int, bytes | None]) -> tuple[frozenset[str], list[tuple[int, bytes | None]]]:
    """Read the head; gives the pages that are closed, and the line again where there was no head but a comment."""
    line = (first[1] or b"").removeprefix(b"\xef\xbb\xbf")
    try:
        head = _head(line)
    except WRONG:
        try:
            _line(line)
        except WRONG as wrong:
            raise Unknown("") from wrong
        return frozenset(), [(first[0], line)]
    if head.users is None and head.posts is None and len(line.strip()) > len(b'{"version":1}') + 40:
        raise Unknown("")
    return frozenset(page.url for page in head.posts or () if page.read_only), []


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Give numbered lines, None for one that is too long."""
    number = 0
    while line := stream.readline(_LONGEST):
        number += 1
        if len(line) == _LONGEST and not line.endswith(b"\n"):
            while (more := stream.readline(_LONGEST)) and not more.endswith(b"\n"):
                pass
            yield number, None
        else:
            yield number, line


def _read(number: int, line: bytes, closed: frozenset[str], told: set[str], seen: set[str]) -> Iterator[Item]:
    try:
        one = _line(line)
    except WRONG as wrong:
        yield LeftOut(what="line", name=f"line {number:,}", why=f"It cannot be read: {fault(wrong).detail}.")
        return
    site, url = one.locator.site, one.locator.url
    under = f"remark42:{site}/{url}"[:400]
    if url not in told:
        told.add(url)
        yield Thread(origin=under, address=url, title=one.title, open=url not in closed)
    origin = f"remark42:{site}/{one.id}"[:400]
    if not one.id or origin in seen:
        yield LeftOut(what="comment", name=origin, why="It is in the file twice." if one.id else "It has no name.")
        return
    seen.add(origin)
    parent = f"remark42:{site}/{one.pid}"[:400] if one.pid else None
    comment, notes = _comment(one, origin)
    yield Reply(comment=comment, under=under, parent=parent, notes=notes)


def _comment(one: _Comment, origin: str) -> tuple[Comment, tuple[str, ...]]:
    at = _time(one.time)
    name = one.user.name.strip()[:300]
    key = guest("remark42", one.user.id or name or origin)
    author = Author(kind="named", name=name, key=key) if name else Author(kind="anonymous", key=key)
    if one.user.admin and name:
        author = Author(kind="host", name=name, key=name)
    if one.delete:
        author = Author(kind="anonymous", key=key)
    more = {"id": one.id, "user": one.user.id, "score": one.score, "pin": one.pin}
    if one.orig and one.text:
        more["text"] = one.text
    comment = Comment(
        article=0,
        at=at or _UNKNOWN,
        author=author,
        text="" if one.delete else (one.orig or one.text)[:MAX_TEXT],
        form="markdown" if one.orig else "html",
        state="withdrawn" if one.delete else "shown",
        edited=_time(one.edit.time) if one.edit and not one.delete else None,
        origin=origin,
        rest=msgspec.Raw(msgspec.json.encode(Rest(system="remark42", more={} if one.delete else more))),
    )
    return comment, () if at is not None else ("No time is told; it is put at the beginning of 1970.",)


def _time(written: str) -> datetime | None:
    try:
        time = datetime.fromisoformat(written)
        time = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return time if time.year > 1 else None
