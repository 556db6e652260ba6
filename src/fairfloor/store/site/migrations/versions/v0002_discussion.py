"""How discussions are kept by the host, and by what a comment's form was named: sent twice, it is one comment."""

import sqlalchemy as sa
from alembic import op

revision = "site0002"
down_revision = "site0001"

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the column and the table."""
    op.add_column("comments", sa.Column("once", TEXT))
    op.create_index("comments_once", "comments", ["once"], unique=True)
    op.create_table(
        "house",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
