"""What SQLite and PostgreSQL have to be told each in its own way; all else is said to both by SQLAlchemy alike."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeDecorator, TypeEngine
from typing_extensions import override

if TYPE_CHECKING:
    import psycopg

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_UNSAFE = re.compile("[\0\x1a]")
_SAFE = {"\0": "\x1a0", "\x1a": "\x1a1"}
_ESCAPED = re.compile("\x1a([01])")
_OF = {"0": "\0", "1": "\x1a"}


class Instant(TypeDecorator[datetime]):
    """A time, kept as whole microseconds since 1970 UTC: exact, small, and in order."""

    impl = sa.BigInteger
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> int | None:
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    @override
    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else _EPOCH + value * _MICROSECOND


class Words(TypeDecorator[str]):
    """A text, in order of its characters' numbers, whatever the database's language.

    PostgreSQL has no text with the character 0 in it; there it is written as two others, and read back.
    """

    impl = sa.Text
    cache_ok = True

    @override
    def load_dialect_impl(self, dialect: sa.Dialect) -> TypeEngine[str]:
        return sa.Text(collation="C") if dialect.name == "postgresql" else sa.Text()

    @override
    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        return value if value is None or dialect.name != "postgresql" else _safe(value)

    @override
    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> str | None:
        if value is None or dialect.name != "postgresql":
            return value
        return _ESCAPED.sub(lambda found: _OF[found[1]], value)


def _safe(value: str) -> str:
    return _UNSAFE.sub(lambda found: _SAFE[found[0]], value)


Number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
"""A whole number of up to 63 bits; SQLite's have that many, but its keys must be called integers."""


class Upsert(NamedTuple):
    """A statement that inserts rows, or changes those that are there, in each database's words."""

    sqlite: sqlite.Insert
    postgresql: postgresql.Insert

    def on(self, db: sa.Connection) -> sa.Insert:
        """Give the one for a connection."""
        return self.postgresql if db.dialect.name == "postgresql" else self.sqlite


def upsert(table: sa.Table, keys: Sequence[str], change: Any, **values: Any) -> Upsert:
    """Make an insert that, where the keys are there, changes columns instead.

    change: given the row that was to be inserted, gives the columns and what they become. values: those that are worked
    out; all else is given with each row.
    """
    made: list[Any] = []
    for insert in (sqlite.insert, postgresql.insert):
        one: Any = insert(table)
        one = one.values(**values) if values else one
        made.append(one.on_conflict_do_update(index_elements=list(keys), set_=change(one.excluded)))
    return Upsert(*made)


def poured(db: sa.Connection, table: sa.Table, columns: Sequence[str], rows: Sequence[Any]) -> None:
    """Add many small rows the quickest way there is, past SQLAlchemy: there is one for each new shingle."""
    names = ", ".join(columns)
    if db.dialect.name == "postgresql":
        words = any(isinstance(table.c[name].type, Words) for name in columns)
        _copied(db, f"COPY {table.name} ({names}) FROM STDIN", map(_safe_row, rows) if words else rows)
    else:
        values = ", ".join("?" * len(columns))
        db.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({values})", list(rows))  # noqa: S608 - our names


def _safe_row(row: Sequence[Any]) -> list[Any]:
    return [_safe(value) if isinstance(value, str) else value for value in row]


def _copied(db: sa.Connection, statement: str, rows: Iterable[Sequence[Any]]) -> None:
    driver = cast("psycopg.Connection", db.connection.driver_connection)
    try:
        with driver.cursor() as cursor, cursor.copy(statement.encode()) as copy:
            for row in rows:
                copy.write_row(row)
    except db.dialect.loaded_dbapi.Error as error:  # past SQLAlchemy, which would have put it so
        raise sa.exc.DBAPIError.instance(statement, None, error, Exception, hide_parameters=True) from error


GONE = sa.exc.OperationalError, sa.exc.InternalError, sa.exc.InterfaceError
"""What a database says that goes, or ends a connection, or cannot be written just now."""


def said(error: sa.exc.DBAPIError) -> str:
    """Give what a database says is the matter, without the rows and the statement that it may add on lines below."""
    return next(iter(str(error.orig).strip().splitlines()), type(error.orig).__name__)


_SECOND = sa.literal(1_000_000, sa.BigInteger)


def month(db: sa.Connection, instant: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    """Give the month of an instant (`Instant`) in UTC, as 2026-11."""
    micro = sa.type_coerce(instant, sa.BigInteger)
    past = (micro % _SECOND + _SECOND) % _SECOND  # the full second before, also of what was before 1970
    seconds = (micro - past) // _SECOND
    if db.dialect.name == "postgresql":
        return sa.func.to_char(sa.func.timezone("UTC", sa.func.to_timestamp(seconds)), "YYYY-MM")
    return sa.func.strftime("%Y-%m", seconds, "unixepoch")


def last_number(db: sa.Connection, table: sa.Table) -> int:
    """Give the last number that a row of a table had, also of one that is gone; 0 where there was none."""
    if db.dialect.name == "sqlite":
        return db.execute(_LAST, {"table": table.name}).scalar() or 0
    return db.execute(_LAST_ON_POSTGRESQL, _of(table)).scalar() or 0


def number_on(db: sa.Connection, table: sa.Table, last: int) -> None:
    """Have rows that are added later numbered after `last`, which is no less than that of any row."""
    if last <= last_number(db, table):
        return
    if db.dialect.name == "sqlite":
        db.execute(_FORGET_LAST, {"table": table.name})
        db.execute(_KEEP_LAST, {"table": table.name, "last": last})
    else:
        db.execute(_KEEP_LAST_ON_POSTGRESQL, _of(table) | {"last": last})


_LAST = sa.text("SELECT seq FROM sqlite_sequence WHERE name = :table")
_FORGET_LAST = sa.text("DELETE FROM sqlite_sequence WHERE name = :table")
_KEEP_LAST = sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :last)")
_LAST_ON_POSTGRESQL = sa.text(
    "SELECT last_value FROM pg_sequences "
    "WHERE format('%I.%I', schemaname, sequencename) = pg_get_serial_sequence(:table, :key)"
)
_KEEP_LAST_ON_POSTGRESQL = sa.text("SELECT setval(pg_get_serial_sequence(:table, :key), :last)")


def _of(table: sa.Table) -> dict[str, str]:
    return {"table": table.name, "key": table.primary_key.columns[0].name}
