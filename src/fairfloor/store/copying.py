"""Copies what is kept of a chat to another place, file or database, while others may be writing to the first.

A copy is what was there at one moment. From file to file SQLite makes it; else it goes row by row, as the tables say,
and only what articles are found by is made anew, since each database has its own.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import sqlalchemy as sa

from fairfloor.chat.site.article import Article
from fairfloor.chat.site.plain import plain
from fairfloor.store.database import unreachable
from fairfloor.store.evening import schema
from fairfloor.store.file import checkpoint
from fairfloor.store.location import Database, Location, Part, people_beside, site_beside
from fairfloor.store.migrating import Unusable
from fairfloor.store.opening import Engines, opened, reading, shared
from fairfloor.store.people import schema as people_schema
from fairfloor.store.site import schema as site_schema
from fairfloor.store.site.finding import finding
from fairfloor.store.sql import last_number, number_on, said

PARTS: tuple[Part, ...] = ("people", "site", "evening")
"""In the order in which they are copied: where that is broken off, no evening is there to be gone on with."""
_ROWS = 1_000
_TABLES = {"evening": schema.metadata, "people": people_schema.metadata, "site": site_schema.metadata}
_NUMBERED = {
    people_schema.members,
    people_schema.invitations,
    site_schema.articles,
    site_schema.comments,
    site_schema.deeds,
}
_decode = msgspec.json.Decoder(Article).decode


def copied(part: Part, store: Location, to: Location) -> None:
    """Copy a part of a chat to where it is not yet; nothing is done where there is none of it.

    store, to: where the chats are kept, of which it is a part. Raises Unusable.
    """
    old, new = _part(part, store), _part(part, to)
    if isinstance(old, Path) and isinstance(new, Path):
        if old.exists():
            _backed_up(old, new)
        return
    try:
        with _source(part, old) as reader:
            if reader is not None:
                _poured_over(part, reader, new, to)
    except sa.exc.DatabaseError as error:
        raise Unusable(f"{store} could not be copied to {to}: {said(error)}.") from error


def occupied(to: Location) -> str:
    """Tell why no chat can be copied to a place: what is there already; empty where nothing is."""
    for part in PARTS:
        place = _part(part, to)
        if isinstance(place, Path):
            if place.exists():
                return f"{place} is there already."
        elif _has_rows(part, place):
            return f"{to} is not empty: it has rows in its schema {part}."
    return ""


def _has_rows(part: Part, place: Database) -> bool:
    reader = reading(place)
    try:
        with reader.begin() as db:
            return _is_there(db) and _any(part, db)
    except sa.exc.DatabaseError as error:
        raise Unusable(unreachable(place, error)) from error
    finally:
        reader.dispose()


def _is_there(db: sa.Connection) -> bool:
    return db.execute(sa.select(sa.func.to_regclass("alembic_version"))).scalar() is not None


def _any(part: Part, db: sa.Connection) -> bool:
    return any(db.execute(sa.select(table).limit(1)).first() for table in _TABLES[part].sorted_tables)


@contextmanager
def _source(part: Part, old: Location) -> Iterator[sa.Engine | None]:
    """Give what reads a part as the tables are today; None where there is none.

    A file that an earlier Fairfloor wrote is brought up to date in a copy of it.
    """
    if isinstance(old, Path):
        if not old.exists():
            yield None
            return
        with TemporaryDirectory(prefix="fairfloor-") as folder:
            copy = Path(folder) / old.name
            _backed_up(old, copy)
            with _made(part, copy) as (_, reader):
                yield reader
        return
    reader = reading(old)
    try:
        with reader.begin() as db:
            there = _is_there(db)
        yield reader if there else None
    finally:
        reader.dispose()


def _poured_over(part: Part, reader: sa.Engine, new: Location, to: Location) -> None:
    with _made(part, new) as (writer, _):
        with reader.begin() as source, writer.begin() as db:
            _rows(part, source, db, to)
        checkpoint(writer)


def _part(part: Part, store: Location) -> Location:
    return {"evening": store, "people": people_beside(store), "site": site_beside(store)}[part]


def _backed_up(path: Path, to: Path) -> None:
    """Copy a file, for those to read who may read the first."""
    try:
        os.close(os.open(to, os.O_RDWR | os.O_CREAT, path.stat().st_mode & 0o777))
    except OSError as error:
        raise Unusable(
            f"{to} cannot be written ({error.strerror}). Name a file in a folder you may write to."
        ) from error
    try:
        with (
            closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as old,
            closing(sqlite3.connect(to)) as new,
        ):
            old.backup(new)
    except sqlite3.Error as error:
        raise Unusable(f"{path} could not be copied to {to}: {error}.") from error


@contextmanager
def _made(part: Part, new: Location) -> Iterator[Engines]:
    with opened(new) if part == "evening" else shared(new, f"fairfloor.store.{part}:migrations", part) as engines:
        yield engines


def _rows(part: Part, source: sa.Connection, db: sa.Connection, to: Location) -> None:
    tables = _TABLES[part].sorted_tables
    if _any(part, db):
        raise Unusable(f"{to} is not empty. Name another place.")
    for table in tables:
        asked = sa.select(table).order_by(*table.primary_key.columns).execution_options(yield_per=_ROWS)
        for some in source.execute(asked).mappings().partitions():
            db.execute(sa.insert(table), [dict(row) for row in some])
    for table in _NUMBERED & set(tables):
        number_on(db, table, last_number(source, table))
    if part == "site":
        index = finding(db)
        for article in map(_decode, source.execute(sa.select(site_schema.articles.c.body)).scalars()):
            index.keep(article.id, article.title, plain(article.text, article.form))
