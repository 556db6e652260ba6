"""The `Store` of an evening: what a method writes is one transaction, and durable when it returns."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from fairfloor.acts.fault import Fault, Tally
from fairfloor.acts.notice import Edit
from fairfloor.chat.moves import Move
from fairfloor.session.decide import Rules
from fairfloor.session.decision import Decision
from fairfloor.session.ports import OtherRules, Receipt, Taken, Told
from fairfloor.store.evening import schema
from fairfloor.store.evening.chain import VERSION, Chain
from fairfloor.store.evening.codec import decode_decision, decode_entry, decode_heard, decode_post, encode, tag_of
from fairfloor.store.evening.taking import Taking
from fairfloor.store.file import checkpoint
from fairfloor.store.migrating import Unusable
from fairfloor.store.sql import GONE, said, upsert

_PAGE = 1_000
"""Rows read at a time, so that a long log is never in memory whole, nor one read transaction open for long."""
_DETAIL = 200
"""Characters of a fault's detail that are kept."""

_about = schema.log.alias("about")
_LOG = (
    sa.select(schema.log, _about.c.body.label("words"), _about.c.withdrawn.label("gone"))
    .outerjoin(_about, schema.log.c.about == _about.c.seq)
    .where(schema.log.c.seq > sa.bindparam("after"))
    .order_by(schema.log.c.seq)
    .limit(_PAGE)
)
_DECISIONS = (
    sa.select(schema.decisions.c.number, schema.decisions.c.body)
    .where(schema.decisions.c.number > sa.bindparam("after"))
    .order_by(schema.decisions.c.number)
    .limit(_PAGE)
)
_LAST = sa.func.coalesce(sa.func.max(schema.log.c.seq), 0)
_NUMBER = sa.func.coalesce(sa.func.max(schema.decisions.c.number), 0)
_DECIDED = sa.select(_NUMBER)
_ENDS = sa.select(sa.select(_LAST).scalar_subquery().label("seq"), sa.select(_NUMBER).scalar_subquery().label("number"))
_CURSOR = sa.select(schema.sources.c.cursor).where(schema.sources.c.source == sa.bindparam("of"))
_TIMES = (
    sa.select(schema.log.c.seen).order_by(schema.log.c.seq.desc()).limit(1),
    sa.select(schema.decisions.c.at).order_by(schema.decisions.c.number.desc()).limit(1),
)
_MOVES = sa.select(schema.log.c.body).where(schema.log.c.kind == "move").order_by(schema.log.c.seq)
_RULES = sa.select(schema.rules.c.body)

_seq_of_act = sa.select(schema.log.c.seq).where(schema.log.c.act == sa.bindparam("id")).scalar_subquery()
_is_post = sa.select(schema.log.c.kind == "post").where(schema.log.c.act == sa.bindparam("id")).scalar_subquery()
_DECIDE = sa.insert(schema.decisions).values(act=_seq_of_act)
_PLACE = upsert(
    schema.places,
    ["act"],
    lambda new: {name: new[name] for name in ("number", "placement", "code", "message")},
    act=_seq_of_act,
    post=_is_post,
)
_FAULT = upsert(schema.faults, ["source", "cause"], lambda new: {"times": schema.faults.c.times + new.times})
_SOURCE = upsert(
    schema.sources,
    ["source"],
    lambda new: {
        "cursor": sa.func.coalesce(new.cursor, schema.sources.c.cursor),
        "skipped": schema.sources.c.skipped + new.skipped,
    },
)


class _Ends(NamedTuple):
    """Where the log and the decisions have come to."""

    seq: int
    number: int


class SqlStore:
    """A `Store` (session.ports) over the engines of `store.opening.opened`; `take` and `decide` from one thread.

    Raises `store.migrating.Unusable` where nothing can be written any more: the disk is full, the database has gone.
    Invariant: what one of these writes follows on what it wrote before. A connection to a server may be lost without
    its noticing, and the lock with it, and another process may have had the evening by the time it has got it again.
    """

    def __init__(self, writer: sa.Engine, reader: sa.Engine, version: str = VERSION) -> None:
        self._writer = writer
        self._reader = reader
        self._chain = Chain(version)
        self._ends: _Ends | None = None
        """As this left them; None before the first writing."""

    def rules(self) -> Rules | None:
        """Give the rules that the evening was begun with; None where it was not begun."""
        body = self._read(_RULES)
        return None if body is None else msgspec.json.decode(body, type=Rules)

    def begin(self, rules: Rules) -> None:
        """See `Store.begin`."""
        kept = self.rules()
        if kept is not None and kept != rules:
            raise OtherRules(kept, rules)
        with self._writing() as (db, _):
            if kept is None:
                db.execute(sa.insert(schema.rules).values(id=1, body=msgspec.json.encode(rules, order="sorted")))
            self._chain.begin(db, rules, (self.log(), self.decisions()))

    def take(
        self, source: str, told: Sequence[Told], *, cursor: str | None, faults: Sequence[Fault], skipped: int
    ) -> Receipt:
        """See `Store.take`."""
        with self._writing() as (db, ends):
            taking = Taking(db, source, ends.seq)
            taking.take(told)
            receipt = taking.receipt
            self._chain.told(db, receipt.taken)
            _count(db, source, [*faults, *receipt.faults])
            db.execute(_SOURCE.on(db), {"source": source, "cursor": cursor, "skipped": skipped + receipt.skipped})
        self._ends = ends._replace(seq=taking.seq)
        if taking.scrubbed:
            checkpoint(self._writer)
        return receipt

    def decide(self, first: int, decided: Sequence[Decision]) -> None:
        """See `Store.decide`. Raises ValueError where numbers between the last kept and `first` are missing."""
        with self._writing() as (db, ends):
            kept = ends.number
            if first > kept + 1:
                raise ValueError(f"decision {first} does not follow on {kept}, the last that is kept")
            fresh = decided[kept + 1 - first :]
            if fresh:
                new = [_decision(number, one) for number, one in enumerate(fresh, kept + 1)]
                db.execute(_DECIDE, new)
                db.execute(_PLACE.on(db), new)
                self._chain.decided(db, kept + 1, fresh)
        self._ends = ends._replace(number=kept + len(fresh))

    def log(self, after: int = 0) -> Iterator[Taken]:
        """See `Store.log`."""
        for row in self._pages(_LOG, after):
            taken = _taken(row)
            if taken is not None:
                yield taken

    def decisions(self, after: int = 0) -> Iterator[Decision]:
        """See `Store.decisions`."""
        return (decode_decision(row.body) for row in self._pages(_DECISIONS, after))

    def cursor(self, source: str) -> str | None:
        """See `Store.cursor`."""
        cursor: str | None = self._read(_CURSOR, of=source)
        return cursor

    def decided(self) -> int:
        """See `Store.decided`."""
        number: int = self._read(_DECIDED)
        return number

    def moves(self) -> list[Move]:
        """Give all moves, in order."""
        with self._reader.connect() as db:
            found = [decode_entry(body) for body in db.execute(_MOVES).scalars()]
        return [one for one in found if isinstance(one, Move)]

    @contextmanager
    def _writing(self) -> Iterator[tuple[sa.Connection, _Ends]]:
        """Begin a transaction; gives it, and where the evening has come to."""
        try:
            with self._transaction() as db:
                yield db, self._going_on(db)
        except BaseException:
            self._chain.forget()  # what it had written did not become durable
            raise

    def _going_on(self, db: sa.Connection) -> _Ends:
        ends = _Ends(*db.execute(_ENDS).one())
        if self._ends not in {None, ends}:
            raise Unusable(
                f"Another Fairfloor wrote to {self._writer.url.database} while this one had lost it. End that one, and "
                "start again: nothing that was accepted is lost."
            )
        self._ends = ends
        return ends

    @contextmanager
    def _transaction(self) -> Iterator[sa.Connection]:
        try:
            with self._writer.begin() as db:
                yield db
        except GONE as error:
            raise Unusable(
                f"{self._writer.url.database} cannot be written ({said(error)}). When it can again, start again: "
                "nothing that was accepted is lost."
            ) from error

    def time(self) -> datetime | None:
        """Give the time that the evening had come to; None where nothing has happened yet."""
        times = [self._read(question) for question in _TIMES]
        return max((time for time in times if time is not None), default=None)

    def _read(self, question: sa.Select[Any], **values: Any) -> Any:
        with self._reader.connect() as db:
            return db.execute(question, values).scalar()

    def _pages(self, question: sa.Select[Any], after: int) -> Iterator[sa.Row[Any]]:
        while True:
            with self._reader.connect() as db:
                rows = db.execute(question, {"after": after}).all()
            yield from rows
            if len(rows) < _PAGE:
                return
            after = rows[-1][0]


def _taken(row: sa.Row[Any]) -> Taken | None:
    if row.kind != "edit":
        notice = decode_entry(row.body)
    elif row.gone:
        return None
    else:
        notice = Edit(post=decode_post(row.words))
    return Taken(seq=row.seq, seen=row.seen, notice=notice, heard=decode_heard(row.heard))


def _decision(number: int, decision: Decision) -> dict[str, Any]:
    return {
        "number": number,
        "id": decision.act,
        "at": decision.at,
        "placement": decision.placement,
        "code": tag_of(decision.reason),
        "message": decision.message,
        "body": encode(decision),
    }


def _count(db: sa.Connection, source: str, found: Iterable[Fault]) -> None:
    tally = Tally()
    for fault in found:
        tally.add(fault)
    rows = [
        {
            "source": source,
            "cause": count.first.cause,
            "times": count.times,
            "line": count.first.line,
            "detail": count.first.detail[:_DETAIL].encode("utf-8", "replace").decode(),
        }
        for count in tally
    ]
    if rows:
        db.execute(_FAULT.on(db), rows)
