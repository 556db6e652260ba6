"""The public log: its lines, as they are published. `store.chain` fills it where an evening had begun without."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "chain",
        sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("line", sa.LargeBinary, nullable=False),
        sa.Column("mark", sa.Text),
        sa.Column("about", sa.Text),
    )
    op.create_table(
        "prints",
        sa.Column("print", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, nullable=False),
    )
    op.create_index("prints_number", "prints", ["number"])
    op.create_index("chain_marks", "chain", ["mark", "n"], sqlite_where=sa.text("mark IS NOT NULL"))
    op.create_index("chain_about", "chain", ["about", "n"], sqlite_where=sa.text("about IS NOT NULL"))
