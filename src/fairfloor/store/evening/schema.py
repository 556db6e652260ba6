"""The tables, in one place: a log of what was told, the decisions, and where each act is now.

The log and the decisions are only ever appended to, with one exception that the people in them are owed: who takes
an act back gets its words removed. Then the row keeps its place and its fingerprints (`heard`), so the evening still
replays to the same decisions, and loses everything else. `places` says nothing that the decisions do not; it is
kept in the same transaction so that a page need not read all decisions to learn where an act is now. `chain` is the
public log (session.public).

Bodies are JSON as the project's formats give it, so an old row can be read by a newer Fairfloor without a
migration; what pages ask by has a column of its own.
"""

from typing import Any, TypeVar

import sqlalchemy as sa

from fairfloor.store.sql import Instant, Number, Words

metadata = sa.MetaData()

T = TypeVar("T")


def _must(name: str, kind: sa.types.TypeEngine[T] | type[sa.types.TypeEngine[T]], *more: Any) -> sa.Column[T]:
    return sa.Column(name, kind, *more, nullable=False)


def _only(where: Any) -> dict[str, Any]:
    """Have an index hold some rows alone."""
    return {"sqlite_where": where, "postgresql_where": where}


rules = sa.Table(
    "rules",
    metadata,
    sa.Column("id", sa.Integer, sa.CheckConstraint("id = 1"), primary_key=True),  # one evening a file
    _must("body", sa.LargeBinary),
)

log = sa.Table(
    "log",
    metadata,
    sa.Column("seq", Number, primary_key=True, autoincrement=False),
    _must("kind", Words),
    sa.Column("act", Words, unique=True),  # the id, where it is an act or a move
    sa.Column("account", Words, index=True),
    sa.Column("about", Number, sa.ForeignKey("log.seq")),  # the act that a deletion or an edit is about
    _must("source", Words),
    _must("seen", Instant),
    sa.Column("body", sa.LargeBinary),  # JSON of the notice; an edit has none, its words are the act's
    sa.Column("heard", sa.LargeBinary),  # MessagePack of the fingerprints, where the notice is an act
    _must("edited", sa.Boolean),
    _must("withdrawn", sa.Boolean),
)

decisions = sa.Table(
    "decisions",
    metadata,
    sa.Column("number", Number, primary_key=True, autoincrement=False),
    _must("act", Number, sa.ForeignKey("log.seq")),
    _must("at", Instant),
    _must("placement", Words),
    _must("body", sa.LargeBinary),
)
sa.Index("decisions_of", decisions.c.act, decisions.c.number)
sa.Index("decisions_floor", decisions.c.number, **_only(decisions.c.placement == "floor"))

places = sa.Table(
    "places",
    metadata,
    sa.Column("act", Number, sa.ForeignKey("log.seq"), primary_key=True, autoincrement=False),
    _must("number", Number, sa.ForeignKey("decisions.number")),
    _must("placement", Words),
    _must("code", Words),
    _must("message", Words),
    _must("post", sa.Boolean),  # and not a repost or a like
)
sa.Index("places_now", places.c.placement, places.c.code, places.c.act)
sa.Index("places_said", places.c.message, places.c.act, **_only(sa.text("post")))

faults = sa.Table(
    "faults",
    metadata,
    sa.Column("source", Words, primary_key=True),
    sa.Column("cause", Words, primary_key=True),
    _must("times", Number),
    sa.Column("line", Number),
    _must("detail", Words),
)

sources = sa.Table(
    "sources",
    metadata,
    sa.Column("source", Words, primary_key=True),
    sa.Column("cursor", Words),
    _must("skipped", Number),
)

chain = sa.Table(
    "chain",
    metadata,
    sa.Column("n", Number, primary_key=True, autoincrement=False),
    _must("line", sa.LargeBinary),  # of the public log, as it is published
    sa.Column("mark", Words),  # what lines are looked up by: moves, who wrote
    sa.Column("about", Words),  # the move that a move undoes
)
prints = sa.Table(
    "prints",
    metadata,
    sa.Column("print", sa.BigInteger, primary_key=True, autoincrement=False),  # a fingerprint, less 2^63
    _must("number", Number),  # by which the public log names it
)
sa.Index("prints_number", prints.c.number)
sa.Index("chain_marks", chain.c.mark, chain.c.n, **_only(chain.c.mark.is_not(None)))
sa.Index("chain_about", chain.c.about, chain.c.n, **_only(chain.c.about.is_not(None)))
