"""Isso: its SQLite file, read as it stands; Isso may be running.

A thread is a page's path and title; a comment is Markdown, with a parent that is always at the top. Deleted ones that
have replies stand there without words. Where an author's machine was (shortened there already), and the voters, who are
known by that, are not taken.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from fairfloor.chat.site.article import MAX_TEXT
from fairfloor.chat.site.comment import Author, Comment, State
from fairfloor.chat.site.moved import Item, LeftOut, Mended, Reply, Rest, Thread, Unknown
from fairfloor.sources.reading.guests import guest, linked

_MODES: dict[int, tuple[State, str]] = {
    1: ("shown", ""),
    2: ("held", "It waited for somebody to look at it where it came from."),
    4: ("withdrawn", ""),
}
_NEEDED = {"tid", "id", "parent", "created", "text"}
_MORE = ("mode", "author", "email", "website", "modified", "likes", "dislikes")
_MAGIC = b"SQLite format 3\0"


@contextmanager
def read(path: Path) -> Iterator[Iterator[Item]]:
    """Open Isso's file, and give what moves in. Raises `chat.site.moved.Unknown` where it is none, and OSError."""
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise Unknown("")
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            db.text_factory = lambda text: text.decode("utf-8", "replace")
            db.execute("PRAGMA trusted_schema = OFF")
            columns = _columns(db)
            yield _items(db, columns)
    except (sqlite3.Error, UnicodeDecodeError) as error:  # what it says is wrong may itself be no text
        raise Unknown("") from error


def _columns(db: sqlite3.Connection) -> list[str]:
    tables = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables >= {"threads", "comments"}:  # views of these names could be anything
        raise Unknown("")
    there = {row[1] for row in db.execute("PRAGMA table_info(comments)")}
    threads = {row[1] for row in db.execute("PRAGMA table_info(threads)")}
    if not there >= _NEEDED or not threads >= {"id", "uri", "title"}:
        raise Unknown("")
    return [name if name in there else f"NULL AS {name}" for name in ("id", "tid", "parent", "created", "text", *_MORE)]


def _items(db: sqlite3.Connection, columns: list[str]) -> Iterator[Item]:
    try:
        uris: dict[Any, str] = {}
        for number, uri, title in db.execute("SELECT id, uri, title FROM threads ORDER BY id"):
            uris[number] = str(uri or "")
            yield Thread(origin=_thread(uris[number]), address=uris[number], title=str(title or ""))
        yield from _comments(db, columns, uris)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        yield Mended(why=f"the file is damaged ({error}); what comes after was not read")


def _comments(db: sqlite3.Connection, columns: list[str], uris: dict[Any, str]) -> Iterator[Item]:
    names: dict[Any, str] = {}
    rows = db.execute(f"SELECT {', '.join(columns)} FROM comments ORDER BY id")  # noqa: S608 - names of our own
    number = 0
    for row in rows:
        number += 1
        told = dict(zip(("id", "tid", "parent", "created", "text", *_MORE), row, strict=True))
        uri = uris.get(told["tid"])
        if uri is None:
            yield LeftOut(what="comment", name=f"comment {told['id']}", why="Its thread is not in the file.")
            continue
        under = _thread(uri)
        origin = names[told["id"]] = f"{under}#isso-{told['id']}"
        notes: tuple[str, ...] = ()
        parent = names.get(told["parent"]) if told["parent"] else None
        if told["parent"] and parent is None:
            notes = ("What it replies to is not in the file; it stands by itself.",)
        yield Reply(comment=_comment(told, origin), under=under, parent=parent, notes=notes)
    if number:
        yield LeftOut(
            what="network address", name=f"{number:,} of them", why="Addresses of people's machines are not kept."
        )


def _comment(told: dict[str, Any], origin: str) -> Comment:
    state, why = _MODES.get(told["mode"] if told["mode"] is not None else 1, _MODES[2])
    name, email = str(told["author"] or "").strip(), str(told["email"] or "").strip()
    gone = state == "withdrawn"
    more = {key: told[key] for key in ("id", "mode", "created", "modified", "likes", "dislikes") if _number(told[key])}
    key = guest("isso", email.casefold() or name or origin)
    return Comment(
        article=0,
        at=_time(told["created"]) or datetime(1970, 1, 1, tzinfo=UTC),
        author=Author(kind="anonymous", key=key)
        if gone or not name
        else Author(kind="named", name=name[:300], key=key, link=linked(str(told["website"] or ""))),
        text="" if gone else str(told["text"] or "")[:MAX_TEXT],
        state=state,
        why=why,
        edited=None if gone else _time(told["modified"]),
        email="" if gone else email,
        origin=origin,
        rest=msgspec.Raw(msgspec.json.encode(Rest(system="isso", more={} if gone else more))),
    )


def _number(value: object) -> bool:
    return isinstance(value, int | float) and abs(value) < 2**53 if value is not None else False


def _time(seconds: Any) -> datetime | None:
    """Read seconds since 1970, as Isso has them."""
    try:
        return datetime.fromtimestamp(float(seconds), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _thread(uri: str) -> str:
    return f"isso:{uri}"[:400]
