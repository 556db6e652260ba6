"""In how many articles a word stands, read from the index of all words; articles are asked for by kind and time."""

from alembic import op

revision = "site0003"
down_revision = "site0002"


def upgrade() -> None:
    """Make the table, which keeps nothing itself; PostgreSQL counts in its index."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE found_in USING fts5vocab(found, 'row')")
