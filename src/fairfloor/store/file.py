"""Opening a file as a store: SQLite, brought up to date, with one writer and any number of readers.

Accepted means durable. `synchronous=FULL` makes SQLite sync the write-ahead log at every commit, so what was
accepted survives the loss of power and not only of the process; with NORMAL, WAL mode would lose the last commits.
It costs one sync a transaction, which batches share (docs/benchmarks.md says what that comes to).

`secure_delete` overwrites what is deleted, so that words an author took back are not left lying in free pages.

One process writes to a file. A second one would decide a second evening into the same log, so it is refused: the
first holds SQLite's own lock on an empty file beside the store. The system lets go of such a lock when the process
ends, however it ends.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from fairfloor.store.migrating import Unusable, migrate

_MARK = 0x46414952
"""SQLite's application id of our files: "FAIR"."""
_MAGIC = b"SQLite format 3\0"
_BUSY_MS = 5_000
_PRAGMAS = f"""
PRAGMA busy_timeout = {_BUSY_MS};
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA foreign_keys = ON;
PRAGMA secure_delete = ON;
"""


@contextmanager
def opened(path: Path) -> Iterator[tuple[sa.Engine, sa.Engine]]:
    """Open or make the store at `path`; give the engine that writes and the one that reads. Raises Unusable."""
    _look(path)
    with _alone(path):
        try:
            writer = engine(path, "BEGIN IMMEDIATE", pool_size=1, max_overflow=0)
            _recognise(writer, path)
            migrate(writer, str(path), "fairfloor.store.evening:migrations")
            checkpoint(writer)  # the process before this one may have died before it did
        except sa.exc.DatabaseError as error:
            raise Unusable(f"{path} cannot be used as a store: {error.orig}. Name another file.") from error
        reader = engine(path, "BEGIN", pool_size=4, max_overflow=8)
        try:
            yield writer, reader
        finally:
            reader.dispose()
            with suppress(sqlite3.Error):  # a full disk, perhaps; the log is whole all the same
                checkpoint(writer)
            writer.dispose()


@contextmanager
def shared(path: Path, steps: str, what: str) -> Iterator[tuple[sa.Engine, sa.Engine]]:
    """Open or make a file that its owner alone can read, and that other processes may have open too.

    Gives the engine that writes and the one that reads. steps: its migrations; what: what it is used for, to say so
    where it cannot be. Raises Unusable.
    """
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise Unusable(
            f"{path} cannot be written ({error.strerror}). Name a file in a folder you may write to."
        ) from error
    writer, reader = engine(path, "BEGIN IMMEDIATE", pool_size=2), engine(path, "BEGIN", pool_size=4, max_overflow=8)
    try:
        try:
            _recognise(writer, path)
            migrate(writer, str(path), steps)
        except sa.exc.DatabaseError as error:
            raise Unusable(f"{path} cannot be used for {what}: {error.orig}. Name another file.") from error
        yield writer, reader
    finally:
        reader.dispose()
        writer.dispose()


def checkpoint(writer: sa.Engine) -> None:
    """Move the write-ahead log into the file and empty it, so that nothing taken out stays behind in it.

    A database's own log is its server's to mind.
    """
    if writer.dialect.name != "sqlite":
        return
    with closing(writer.raw_connection()) as db:
        db.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _look(path: Path) -> None:
    """Refuse another program's file before anything is put beside it."""
    if path.is_file():
        with path.open("rb") as file:
            if file.read(len(_MAGIC)) not in {b"", _MAGIC}:
                raise Unusable(f"{path} is not a store. Name another file.")


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    guard = path.with_name(f"{path.name}-lock")
    try:
        lock = sqlite3.connect(guard, timeout=0, isolation_level=None, check_same_thread=False)
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname == "SQLITE_BUSY":
            raise Unusable(f"{path} is in use by another Fairfloor. End that one, or name another file.") from error
        raise Unusable(f"{path} cannot be written ({error}). Name a file in a folder you may write to.") from error
    with closing(lock):
        yield


def engine(path: Path, begin: str, **pool: int) -> sa.Engine:
    """Give an engine on a file, whose transactions begin as told; its connections sync what they commit."""
    url = sa.URL.create("sqlite", database=str(path))
    made = sa.create_engine(url, poolclass=sa.QueuePool, hide_parameters=True, **pool)

    @sa.event.listens_for(made, "connect")
    def prepare(db: Any, _: Any) -> None:
        db.isolation_level = None  # SQLAlchemy says when a transaction begins, and not the driver
        db.executescript(_PRAGMAS)

    @sa.event.listens_for(made, "begin")
    def begins(db: sa.Connection) -> None:
        db.exec_driver_sql(begin)

    return made


def _recognise(writer: sa.Engine, path: Path) -> None:
    with writer.begin() as db:
        mark = db.exec_driver_sql("PRAGMA application_id").scalar()
        if mark == _MARK:
            return
        if mark or sa.inspect(db).get_table_names():
            raise Unusable(f"{path} belongs to another program. Name another file.")
        db.exec_driver_sql(f"PRAGMA application_id = {_MARK}")
