"""The public log: its lines, as they are published. `store.evening.chain` fills it where there was none."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "chain",
        sa.Column("n", NUMBER, primary_key=True, autoincrement=False),
        sa.Column("line", sa.LargeBinary, nullable=False),
        sa.Column("mark", TEXT),
        sa.Column("about", TEXT),
    )
    op.create_table(
        "prints",
        sa.Column("print", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("number", NUMBER, nullable=False),
    )
    op.create_index("prints_number", "prints", ["number"])
    marked, about = sa.text("mark IS NOT NULL"), sa.text("about IS NOT NULL")
    op.create_index("chain_marks", "chain", ["mark", "n"], sqlite_where=marked, postgresql_where=marked)
    if op.get_bind().dialect.name == "postgresql":
        op.create_index("chain_about", "chain", ["about"], postgresql_using="hash", postgresql_where=about)
    else:
        op.create_index("chain_about", "chain", ["about", "n"], sqlite_where=about)
