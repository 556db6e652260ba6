"""The first tables: articles with their revisions and terms, where they were before, recaps, comments, the index."""

import sqlalchemy as sa
from alembic import op

revision = "site0001"
down_revision = None

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables. Types are written out: a step must not change when the schema does."""
    _articles()
    _comments()
    _found()


def _found() -> None:
    """Make the index of words; `store.site.finding` says what it is."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE found USING fts5(title, words, tokenize = 'unicode61 remove_diacritics 2')")
        return
    op.execute(
        "CREATE TABLE found (id BIGINT PRIMARY KEY REFERENCES articles ON DELETE CASCADE, title TEXT NOT NULL, "
        'words TEXT NOT NULL, bare TEXT COLLATE "C" NOT NULL, length INTEGER NOT NULL) WITH (toast_tuple_target = 128)'
    )
    op.execute("CREATE INDEX found_words ON found USING gin (string_to_array(bare, '  ')) WITH (fastupdate = off)")


def _articles() -> None:
    op.create_table(
        "articles",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("path", TEXT, nullable=False, unique=True),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("published", sa.BigInteger),
        sa.Column("session", TEXT, unique=True),
        sa.Column("origin", TEXT, unique=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("articles_by_time", "articles", ["state", "published"])
    article = ("article", NUMBER, sa.ForeignKey("articles.id", ondelete="CASCADE"))
    op.create_table(
        "revisions",
        sa.Column(*article, primary_key=True),
        sa.Column("number", NUMBER, primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "terms",
        sa.Column("kind", TEXT, primary_key=True),
        sa.Column("slug", TEXT, primary_key=True),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("about", TEXT, nullable=False),
        sa.Column("parent", TEXT),
    )
    op.create_table(
        "under",
        sa.Column("article", NUMBER, sa.ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("kind", TEXT, primary_key=True),
        sa.Column("slug", TEXT, primary_key=True),
        sa.Column("place", NUMBER, nullable=False),
    )
    op.create_index("under_term", "under", ["kind", "slug"])
    op.create_table(
        "redirects",
        sa.Column("old", TEXT, primary_key=True),
        sa.Column("new", TEXT, nullable=False),
    )
    op.create_table(
        "recaps",
        sa.Column("session", TEXT, primary_key=True),
        sa.Column("made", sa.BigInteger, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )


def _comments() -> None:
    op.create_table(
        "comments",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("article", NUMBER, sa.ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("said", TEXT, nullable=False),
        sa.Column("origin", TEXT, unique=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("comments_under", "comments", ["article", "at"])
    op.create_index("comments_by_state", "comments", ["state", "at"])
    op.create_table(
        "deeds",
        sa.Column("number", NUMBER, primary_key=True),
        sa.Column("comment", NUMBER, sa.ForeignKey("comments.id", ondelete="CASCADE"), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("deeds_of", "deeds", ["comment"])
