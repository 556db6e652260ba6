"""Disqus: its XML export. Threads are pages, posts are comments in HTML, replies as deep as people went.

A thread may be there several times for one page (by `http` and by `https`, say): then its comments come together.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import BinaryIO

import msgspec

from fairfloor.chat.site.article import MAX_TEXT
from fairfloor.chat.site.comment import Author, Comment, State
from fairfloor.chat.site.moved import Element, Item, LeftOut, Mended, Reply, Rest, Thread
from fairfloor.sources.reading.elements import elements
from fairfloor.sources.reading.guests import guest, linked

_PREFIXES = {"http://disqus.com": "", "http://disqus.com/disqus-internals": "dsq:", "": ""}
_UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)


def name(uri: str, local: str) -> str:
    """Name an element: `post`, `dsq:id`."""
    prefix = _PREFIXES.get(uri.replace("https://", "http://").rstrip("/"))
    return f"{{{uri}}}{local}" if prefix is None else prefix + local


def read(stream: BinaryIO) -> Iterator[Item]:
    """Read an export. Raises `chat.site.moved.Unknown` where the file is none."""
    threads: dict[str, bool] = {}
    seen, dropped = set[str](), 0
    for _, element in elements(stream, ("disqus",), name):
        if isinstance(element, Mended):
            yield element
        elif element.name == "thread":
            dropped += bool(element.said("ipAddress"))
            yield from _thread(element, threads)
        elif element.name == "post":
            dropped += bool(element.said("ipAddress"))
            yield from _post(element, threads, seen)
        else:
            yield LeftOut(
                what=element.name[:60], name=element.said("title") or element.said("forum"), why="It has no place here."
            )
    if dropped:
        yield LeftOut(
            what="network address", name=f"{dropped:,} of them", why="Addresses of people's machines are not kept."
        )


def _thread(element: Element, threads: dict[str, bool]) -> Iterator[Thread]:
    number = _number(element)
    threads[number] = element.said("isDeleted") == "true"
    address = element.said("link") or element.said("id")
    if address and not address.startswith(("https://", "http://", "/")):
        address = ""
    closed = element.said("isClosed") == "true"
    yield Thread(origin=_origin("thread", number), address=address, title=element.said("title"), open=not closed)


def _post(element: Element, threads: dict[str, bool], seen: set[str]) -> Iterator[Reply | LeftOut]:
    number, thread = _number(element), _number(element.part("thread"))
    if thread not in threads:
        yield LeftOut(what="comment", name=f"post {number}", why="Its thread is not in the file.")
        return
    if not number or number in seen:
        yield LeftOut(
            what="comment", name=f"post {number}", why="It is in the file twice." if number else "It has no number."
        )
        return
    seen.add(number)
    parent = _number(element.part("parent"))
    comment, notes = _comment(element, number, lost=threads[thread])
    above = _origin("post", parent) if parent else None
    yield Reply(comment=comment, under=_origin("thread", thread), parent=above, notes=notes)


def _comment(element: Element, number: str, *, lost: bool) -> tuple[Comment, tuple[str, ...]]:
    author = element.part("author") or Element("author")
    shown, email = author.said("name"), author.said("email")
    state, why = _state(element, lost=lost)
    at = _time(element.said("createdAt"))
    origin = _origin("post", number)
    key = guest("disqus", author.said("username") or email.casefold() or shown or origin)
    kept = ("username", "isAnonymous")
    more = {key_: said for key_ in kept if (said := author.said(key_))} | {"id": number}
    message = element.part("message")
    comment = Comment(
        article=0,
        at=at or _UNKNOWN,
        author=Author(kind="named", name=shown[:300], key=key, link=linked(author.said("link") or author.said("url")))
        if shown and shown.casefold() not in {"guest", "anonymous"}
        else Author(kind="anonymous", key=guest("disqus", origin)),
        text=("" if message is None else message.text or "").strip()[:MAX_TEXT],
        form="html",
        state=state,
        why=why,
        email=email,
        origin=origin,
        rest=msgspec.Raw(msgspec.json.encode(Rest(system="disqus", more=more))),
    )
    return comment, () if at is not None else ("No time is told; it is put at the beginning of 1970.",)


def _state(element: Element, *, lost: bool) -> tuple[State, str]:
    if element.said("isDeleted") == "true":
        return "removed", "It had been removed where it came from."
    if lost:
        return "removed", "What it stood under had been removed where it came from."
    if element.said("isSpam") == "true":
        return "held", "It was held back as advertising where it came from."
    if element.said("isApproved") == "false":
        return "held", "It waited for somebody to look at it where it came from."
    return "shown", ""


def _number(element: Element | None) -> str:
    return "" if element is None else element.attributes.get("dsq:id", "").strip()[:100]


def _origin(what: str, number: str) -> str:
    return f"disqus:{what}/{number}"


def _time(written: str) -> datetime | None:
    try:
        time = datetime.fromisoformat(written)
    except ValueError:
        return None
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
