"""Opening a part of a PostgreSQL database, brought up to date, with one writer and any number of readers.

What `store.file` has from SQLite is asked of PostgreSQL here. Durable: `synchronous_commit` is on for every
connection, whatever the server's default. One process writes an evening: its one writing connection holds an advisory
lock, which the server lets go of when the connection ends, however it ends; a connection made anew must get it again
before it writes. Writers of people and of a site come one after another, by a lock that each transaction holds, since
what they do was written for a database with one writer at a time. Readers see one moment for as long as they read.

One promise of a file is not kept: what is overwritten or deleted is gone from every page, but lies in the server's
files until it is vacuumed, and in its log and backups for as long as they are kept. The server's host decides that.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from fairfloor.store.location import Database
from fairfloor.store.migrating import Unusable, migrate
from fairfloor.store.sql import said

_DRIVER = "postgresql+psycopg"
_MARK = "Fairfloor"
"""The comment on schemas that are ours."""
_KEY = 0x46414952
"""Of our advisory locks; with the number of a part."""
_PARTS = {"evening": 1, "people": 2, "site": 3}
_SECONDS = 10
"""How long is waited for a server, and for another process that writes."""
_SETTINGS = (
    "-c search_path={} -c synchronous_commit=on -c timezone=UTC -c client_encoding=UTF8 "
    "-c idle_in_transaction_session_timeout=0 -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 "
    "-c tcp_keepalives_count=4"
)
"""A server lets go of a lock when it notices that the machine that had it is gone: by its own rules after hours."""
_KEEPALIVES = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 4, "tcp_user_timeout": 30_000}
"""So does a client of a connection to a server that is gone; in seconds, and milliseconds."""
_WRITERS = f" -c statement_timeout=0 -c lock_timeout={_SECONDS}s"
_LASTING = (
    "SELECT set_config(name, '0', false) FROM pg_settings WHERE name IN ('idle_session_timeout', 'transaction_timeout')"
)
"""A connection has a lock to keep, or a moment to read, for as long as that takes; older servers have no such rules."""


@contextmanager
def opened(place: Database) -> Iterator[tuple[sa.Engine, sa.Engine]]:
    """Open or make the evening in a database; give the engine that writes and the one that reads. Raises Unusable."""
    with _opened(place, "fairfloor.store.evening:migrations", "an evening", alone=True) as engines:
        yield engines


@contextmanager
def shared(place: Database, steps: str, what: str) -> Iterator[tuple[sa.Engine, sa.Engine]]:
    """Open or make a part that other processes may have open too; see `store.file.shared`. Raises Unusable."""
    with _opened(place, steps, what, alone=False) as engines:
        yield engines


@contextmanager
def _opened(place: Database, steps: str, what: str, *, alone: bool) -> Iterator[tuple[sa.Engine, sa.Engine]]:
    writer, reader = _writing(place, alone=alone), reading(place)
    try:
        with _told(place, what):
            _make(place)
            migrate(writer, str(place), steps)
        yield writer, reader
    finally:
        reader.dispose()
        writer.dispose()


def reading(place: Database) -> sa.Engine:
    """Give an engine on a part that reads it, and can do nothing else."""
    only = {"postgresql_readonly": True}
    return _engine(place, isolation_level="REPEATABLE READ", execution_options=only, pool_size=4, max_overflow=8)


def _writing(place: Database, *, alone: bool) -> sa.Engine:
    number = _PARTS[place.part]
    # All that write wait for one lock, so more connections would only wait there and not here. Who gets it has to see
    # what the one before left, so isolation is no stricter, whatever the server's default.
    pool = {"pool_size": 1 if alone else 2, "max_overflow": 0, "pool_timeout": _SECONDS}
    made = _engine(place, _WRITERS, isolation_level="READ COMMITTED", **pool)

    if alone:

        @sa.event.listens_for(made, "connect")
        def connected(db: Any, _: Any) -> None:
            got = db.execute("SELECT pg_try_advisory_lock(%s, %s)", (_KEY, number)).fetchone()[0]
            db.commit()
            if not got:
                db.close()
                raise Unusable(f"{place} is in use by another Fairfloor. End that one, or name another database.")

    else:

        @sa.event.listens_for(made, "begin")
        def begins(db: sa.Connection) -> None:
            db.execute(sa.select(sa.func.pg_advisory_xact_lock(_KEY, number)))

    return made


def _engine(place: Database, settings: str = "", **more: Any) -> sa.Engine:
    given = {"options": _SETTINGS.format(place.part) + settings, "application_name": "fairfloor"}
    url = sa.make_url(place.address).set(drivername=_DRIVER)
    arguments = {"connect_timeout": _SECONDS, **_KEEPALIVES, **url.query, **given}
    made = sa.create_engine(url, connect_args=arguments, pool_pre_ping=True, hide_parameters=True, **more)

    @sa.event.listens_for(made, "connect")
    def lasts(db: Any, _: Any) -> None:
        db.execute(_LASTING)
        db.commit()

    return made


def _make(place: Database) -> None:
    """Make the schema of a part, if it is not there; refuse one that is another program's."""
    made = _engine(place, _WRITERS, poolclass=sa.NullPool)
    with made.begin() as db:
        db.execute(sa.select(sa.func.pg_advisory_xact_lock(_KEY, 0)))  # another process may be making it
        if db.exec_driver_sql("SHOW server_encoding").scalar() != "UTF8":
            raise Unusable(f"{place} is not in UTF-8. Make one that is: createdb --encoding=UTF8 --template=template0")
        marks = sa.text("SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = :part")
        found = db.execute(marks, {"part": place.part}).first()
        if found is None:
            db.exec_driver_sql(f'CREATE SCHEMA "{place.part}"')
            db.exec_driver_sql(f"COMMENT ON SCHEMA \"{place.part}\" IS '{_MARK}'")
        elif found[0] != _MARK:
            raise Unusable(f"The schema {place.part} in {place} belongs to another program. Name another database.")
    made.dispose()


@contextmanager
def _told(place: Database, what: str) -> Iterator[None]:
    """Say in a sentence what cannot be; an address has no password in it, nor has what the server says."""
    try:
        yield
    except sa.exc.OperationalError as error:
        raise Unusable(unreachable(place, error)) from error
    except sa.exc.DatabaseError as error:
        raise Unusable(f"{place} cannot be used for {what} ({said(error)}).") from error


def unreachable(place: Database, error: sa.exc.DBAPIError) -> str:
    """Say that a database does not answer, and what to look at."""
    return f"{place} cannot be reached ({said(error)}). Is it running, and may you use it?"
