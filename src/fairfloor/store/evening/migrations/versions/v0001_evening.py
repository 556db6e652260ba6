"""The first tables: the log of an evening, its decisions, where each act is, faults and cursors."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables. Types are written out: a step must not change when `schema` does."""
    op.create_table(
        "rules",
        sa.Column("id", sa.Integer, sa.CheckConstraint("id = 1"), primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    _log()
    _decisions()
    op.create_table(
        "faults",
        sa.Column("source", TEXT, primary_key=True),
        sa.Column("cause", TEXT, primary_key=True),
        sa.Column("times", NUMBER, nullable=False),
        sa.Column("line", NUMBER),
        sa.Column("detail", TEXT, nullable=False),
    )
    op.create_table(
        "sources",
        sa.Column("source", TEXT, primary_key=True),
        sa.Column("cursor", TEXT),
        sa.Column("skipped", NUMBER, nullable=False),
    )


def _log() -> None:
    op.create_table(
        "log",
        sa.Column("seq", NUMBER, primary_key=True, autoincrement=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("act", TEXT, unique=not _on_postgresql()),
        sa.Column("account", TEXT),
        sa.Column("about", NUMBER, sa.ForeignKey("log.seq")),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("seen", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary),
        sa.Column("heard", sa.LargeBinary),
        sa.Column("edited", sa.Boolean, nullable=False),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
    )
    # What may be a thousand characters long is too long for PostgreSQL's ordered indexes, and is asked for as a whole.
    if _on_postgresql():
        op.create_index("log_act", "log", ["act"], postgresql_using="hash")
    op.create_index("ix_log_account", "log", ["account"], postgresql_using="hash")


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=False),
        sa.Column("act", NUMBER, sa.ForeignKey("log.seq"), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("placement", TEXT, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("decisions_of", "decisions", ["act", "number"])
    op.create_index("decisions_floor", "decisions", ["number"], **_only("placement = 'floor'"))
    op.create_table(
        "places",
        sa.Column("act", NUMBER, sa.ForeignKey("log.seq"), primary_key=True, autoincrement=False),
        sa.Column("number", NUMBER, sa.ForeignKey("decisions.number"), nullable=False),
        sa.Column("placement", TEXT, nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("message", TEXT, nullable=False),
        sa.Column("post", sa.Boolean, nullable=False),
    )
    op.create_index("places_now", "places", ["placement", "code", "act"])
    if _on_postgresql():
        op.create_index("places_said", "places", ["message"], postgresql_using="hash", postgresql_where=sa.text("post"))
    else:
        op.create_index("places_said", "places", ["message", "act"], sqlite_where=sa.text("post = 1"))


def _on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _only(where: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}
