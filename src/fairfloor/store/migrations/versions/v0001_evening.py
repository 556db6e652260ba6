"""The first tables: the log of an evening, its decisions, where each act is, faults and cursors."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables. Types are SQLite's own: a step must not change when `schema` does."""
    op.create_table(
        "rules",
        sa.Column("id", sa.Integer, sa.CheckConstraint("id = 1"), primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    _log()
    _decisions()
    op.create_table(
        "faults",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("cause", sa.Text, primary_key=True),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("line", sa.Integer),
        sa.Column("detail", sa.Text, nullable=False),
    )
    op.create_table(
        "sources",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("cursor", sa.Text),
        sa.Column("skipped", sa.Integer, nullable=False),
    )


def _log() -> None:
    op.create_table(
        "log",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("act", sa.Text, unique=True),
        sa.Column("account", sa.Text),
        sa.Column("about", sa.Integer, sa.ForeignKey("log.seq")),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("seen", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary),
        sa.Column("heard", sa.LargeBinary),
        sa.Column("edited", sa.Boolean, nullable=False),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
    )
    op.create_index("ix_log_account", "log", ["account"])


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("act", sa.Integer, sa.ForeignKey("log.seq"), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("placement", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("decisions_of", "decisions", ["act", "number"])
    op.create_index("decisions_floor", "decisions", ["number"], sqlite_where=sa.text("placement = 'floor'"))
    op.create_table(
        "places",
        sa.Column("act", sa.Integer, sa.ForeignKey("log.seq"), primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, sa.ForeignKey("decisions.number"), nullable=False),
        sa.Column("placement", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("post", sa.Boolean, nullable=False),
    )
    op.create_index("places_now", "places", ["placement", "code", "act"])
    op.create_index("places_said", "places", ["message", "act"], sqlite_where=sa.text("post = 1"))
