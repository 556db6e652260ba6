"""The first tables: the host's people, who is signed in, invitations, and what servers know this site by."""

import sqlalchemy as sa
from alembic import op

revision = "people0001"
down_revision = None

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables. Types are written out: a step must not change when the schema does."""
    op.create_table(
        "members",
        sa.Column("number", NUMBER, primary_key=True),
        sa.Column("key", TEXT, nullable=False, unique=True),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("added", sa.BigInteger, nullable=False),
        sa.Column("password", TEXT, nullable=False),
        sa.Column("secret", sa.LargeBinary),
        sa.Column("step", NUMBER, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "recovery",
        sa.Column("member", NUMBER, sa.ForeignKey("members.number", ondelete="CASCADE"), primary_key=True),
        sa.Column("digest", sa.LargeBinary, primary_key=True),
    )
    _sessions()
    op.create_table(
        "invitations",
        sa.Column("number", NUMBER, primary_key=True),
        sa.Column("digest", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "clients",
        sa.Column("server", TEXT, primary_key=True),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("secret", TEXT, nullable=False),
    )
    op.create_table(
        "keys",
        sa.Column("id", NUMBER, sa.CheckConstraint("id = 1"), primary_key=True),
        sa.Column("key", sa.LargeBinary, nullable=False),
    )


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        sa.Column("member", NUMBER, sa.ForeignKey("members.number", ondelete="CASCADE")),
        sa.Column("account", TEXT),
        sa.Column("handle", TEXT),
        sa.Column("network", TEXT),
        sa.Column("begun", sa.BigInteger, nullable=False),
        sa.Column("seen", sa.BigInteger, nullable=False),
    )
    op.create_index("sessions_of", "sessions", ["member"])
    op.create_index("sessions_by", "sessions", ["account"], postgresql_using="hash")
