"""What comments and deeds are asked by has columns of its own: neither database need look into a body."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "site0004"
down_revision = "site0003"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SAFE = str.maketrans({"\0": "\x1a0", "\x1a": "\x1a1"})
"""How `store.sql.Words` writes what PostgreSQL has no text for."""


def upgrade() -> None:
    """Make the columns, and fill them from the bodies."""
    op.add_column("comments", sa.Column("who", TEXT, nullable=False, server_default=""))
    op.add_column("comments", sa.Column("until", sa.BigInteger))
    op.add_column("deeds", sa.Column("do", TEXT, nullable=False, server_default=""))
    db = op.get_bind()
    _fill(db, "comments", "id", {"who": _who, "until": _until})
    _fill(db, "deeds", "number", {"do": lambda deed: deed["do"]})


def _fill(db: sa.Connection, name: str, key: str, columns: dict[str, Any]) -> None:
    table = sa.table(name, sa.column(key), sa.column("body"), *map(sa.column, columns))
    change = (
        sa.update(table)
        .where(table.c[key] == sa.bindparam("of"))
        .values({one: sa.bindparam(f"new_{one}") for one in columns})
    )
    for of, body in db.execute(sa.select(table.c[key], table.c.body)).all():
        told = json.loads(bytes(body))
        db.execute(change, {"of": of} | {f"new_{one}": read(told) for one, read in columns.items()})


def _who(comment: dict[str, Any]) -> str:
    key = str(comment["author"]["key"])
    return key.translate(_SAFE) if op.get_bind().dialect.name == "postgresql" else key


def _until(comment: dict[str, Any]) -> int | None:
    until = comment.get("until")
    return None if until is None else (datetime.fromisoformat(until) - _EPOCH) // _MICROSECOND
