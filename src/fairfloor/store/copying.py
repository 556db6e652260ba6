"""Copies what is kept of a chat to another place, file or database, while others may be writing to the first.

A copy is what was there at one moment. From file to file SQLite makes it; else it goes row by row, as the tables say,
and only what articles are found by is made anew, since each database has its own.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec
import sqlalchemy as sa

from fairfloor.chat.site.article import Article
from fairfloor.chat.site.plain import plain
from fairfloor.store import people_schema, schema, site_schema
from fairfloor.store.finding import finding
from fairfloor.store.location import Location, Part, people_beside, site_beside
from fairfloor.store.migrating import Unusable
from fairfloor.store.opening import Engines, opened, reading, shared
from fairfloor.store.sql import last_number, number_on

PARTS: tuple[Part, ...] = ("evening", "people", "site")
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
    """Copy a part of a chat to where it is not yet; nothing is done where a file of it is not there.

    store, to: where the chats are kept, of which it is a part. Raises Unusable.
    """
    old, new = _part(part, store), _part(part, to)
    if isinstance(old, Path) and not old.exists():
        return
    if isinstance(old, Path) and isinstance(new, Path):
        _backed_up(old, new)
        return
    reader = reading(old)
    try:
        with _made(part, new) as (writer, _), reader.begin() as source, writer.begin() as db:
            _rows(part, source, db, to)
    except sa.exc.DatabaseError as error:
        raise Unusable(f"{store} could not be copied to {to}: {error.orig}.") from error
    finally:
        reader.dispose()


def _part(part: Part, store: Location) -> Location:
    return {"evening": store, "people": people_beside(store), "site": site_beside(store)}[part]


def _backed_up(path: Path, to: Path) -> None:
    try:
        with (
            closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as old,
            closing(sqlite3.connect(to)) as new,
        ):
            old.backup(new)
    except sqlite3.Error as error:
        raise Unusable(f"{path} cannot be read: {error}.") from error


@contextmanager
def _made(part: Part, new: Location) -> Iterator[Engines]:
    with opened(new) if part == "evening" else shared(new, f"fairfloor.store:{part}_migrations", part) as engines:
        yield engines


def _rows(part: Part, source: sa.Connection, db: sa.Connection, to: Location) -> None:
    tables = _TABLES[part].sorted_tables
    if any(db.execute(sa.select(table).limit(1)).first() for table in tables):
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
