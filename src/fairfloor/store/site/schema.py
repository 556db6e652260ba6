"""The tables of the host's site: apart from the evening's, because one may write there while no evening runs.

Bodies are JSON as `chat.site` gives it; what is asked by has a column of its own. What articles are found by stands
beside these tables, in each database's own way (`store.site.finding`).
"""

import sqlalchemy as sa

from fairfloor.store.sql import Instant, Number, Words

metadata = sa.MetaData()

articles = sa.Table(
    "articles",
    metadata,
    sa.Column("id", Number, primary_key=True),
    sa.Column("path", Words, unique=True, nullable=False),
    sa.Column("kind", Words, nullable=False),
    sa.Column("state", Words, nullable=False),
    sa.Column("published", Instant),
    sa.Column("session", Words, unique=True),
    sa.Column("origin", Words, unique=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)
sa.Index("articles_by_time", articles.c.state, articles.c.published)

revisions = sa.Table(
    "revisions",
    metadata,
    sa.Column("article", Number, sa.ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", Number, primary_key=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
)

terms = sa.Table(
    "terms",
    metadata,
    sa.Column("kind", Words, primary_key=True),
    sa.Column("slug", Words, primary_key=True),
    sa.Column("name", Words, nullable=False),
    sa.Column("about", Words, nullable=False),
    sa.Column("parent", Words),
)

under = sa.Table(
    "under",
    metadata,
    sa.Column("article", Number, sa.ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("kind", Words, primary_key=True),
    sa.Column("slug", Words, primary_key=True),
    sa.Column("place", Number, nullable=False),
)
sa.Index("under_term", under.c.kind, under.c.slug)

redirects = sa.Table(
    "redirects",
    metadata,
    sa.Column("old", Words, primary_key=True),
    sa.Column("new", Words, nullable=False),
)

recaps = sa.Table(
    "recaps",
    metadata,
    sa.Column("session", Words, primary_key=True),
    sa.Column("made", Instant, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)

comments = sa.Table(
    "comments",
    metadata,
    sa.Column("id", Number, primary_key=True),
    sa.Column("article", Number, sa.ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("state", Words, nullable=False),
    sa.Column("said", Words, nullable=False),
    sa.Column("origin", Words, unique=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("once", Words),
    sa.Column("who", Words, nullable=False, server_default=""),  # its author's key
    sa.Column("until", Instant),
    sqlite_autoincrement=True,
)
sa.Index("comments_once", comments.c.once, unique=True)
sa.Index("comments_under", comments.c.article, comments.c.at)
sa.Index("comments_by_state", comments.c.state, comments.c.at)

deeds = sa.Table(
    "deeds",
    metadata,
    sa.Column("number", Number, primary_key=True),
    sa.Column("comment", Number, sa.ForeignKey("comments.id", ondelete="CASCADE"), nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("do", Words, nullable=False, server_default=""),
    sqlite_autoincrement=True,
)
sa.Index("deeds_of", deeds.c.comment)

house = sa.Table(
    "house",
    metadata,
    sa.Column("id", Number, primary_key=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
)
