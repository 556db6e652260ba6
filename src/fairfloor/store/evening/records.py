"""What pages read, while it is being written: readers go on beside the writer (on SQLite by WAL mode).

Lists are paged by key and never by offset, so a page stays right while acts arrive, and the thousandth costs
what the first does.
"""

from datetime import datetime
from typing import Any, get_args

import sqlalchemy as sa

from fairfloor.acts.fault import Cause, Count, Fault
from fairfloor.floor.reasons import MergeReason, Placement
from fairfloor.session.decision import Decision
from fairfloor.session.ports import Record
from fairfloor.store.evening.codec import decode_act, decode_decision
from fairfloor.store.evening.published import SqlPublicLog
from fairfloor.store.evening.schema import decisions, faults, log, places, sources

_ACT = (log.c.seq, log.c.seen, log.c.body, log.c.edited, log.c.withdrawn)
_RECORD = sa.select(*_ACT, places.c.number, decisions.c.body.label("decision"))
_PLACED = _RECORD.select_from(log.join(places, places.c.act == log.c.seq).join(decisions))
_BY_ID = _RECORD.select_from(log.outerjoin(places, places.c.act == log.c.seq).outerjoin(decisions)).where(
    log.c.act == sa.bindparam("id"), log.c.kind != "move"
)
_DECISIONS_OF = (
    sa.select(decisions.c.number, decisions.c.body)
    .where(decisions.c.act == sa.select(log.c.seq).where(log.c.act == sa.bindparam("id")).scalar_subquery())
    .order_by(decisions.c.number)
)
_FOLDED = (
    _PLACED.where(places.c.placement == sa.bindparam("placement"), places.c.code == sa.bindparam("code"))
    .where(places.c.act < sa.bindparam("before"))
    .order_by(places.c.act.desc())
    .limit(sa.bindparam("limit"))
)
_SAID = (
    _PLACED.where(places.c.post, places.c.message == sa.bindparam("message"), places.c.act > sa.bindparam("after"))
    .order_by(places.c.act)
    .limit(sa.bindparam("limit"))
)
_FLOOR = (
    sa.select(*_ACT, decisions.c.number, decisions.c.body.label("decision"))
    .select_from(decisions.join(log))
    .where(decisions.c.placement == sa.literal_column("'floor'"), decisions.c.number < sa.bindparam("before"))
    .order_by(decisions.c.number.desc())
    .limit(sa.bindparam("limit"))
)
_AT = sa.select(decisions.c.at).where(decisions.c.number == sa.bindparam("number"))
_LAST = sa.select(sa.func.coalesce(sa.func.max(decisions.c.number), 0))
_SHOWN = (
    sa.select(sa.func.count())
    .select_from(decisions)
    .where(decisions.c.placement == sa.literal_column("'floor'"))
    .where(decisions.c.number >= sa.bindparam("first"), decisions.c.number < sa.bindparam("before"))
)
_COUNTS = sa.select(places.c.placement, places.c.code, sa.func.count().label("times")).group_by(
    places.c.placement, places.c.code
)
_FAULTS = sa.select(faults).order_by(faults.c.source)
_SKIPPED = sa.select(sa.func.coalesce(sa.func.sum(sources.c.skipped), 0))
_MERGES = frozenset(reason.__struct_config__.tag for reason in get_args(MergeReason))
_END = 2**62
"""Greater than any place in the log and any number of a decision."""


class SqlRecords(SqlPublicLog):
    """`Records` (session.ports) over the reading engine of `store.opening.opened`; use it from any thread."""

    def record(self, act: str) -> Record | None:
        """See `Records.record`."""
        rows = self._ask(_BY_ID, id=act)
        return _record(rows[0]) if rows else None

    def decisions_of(self, act: str) -> list[tuple[int, Decision]]:
        """See `Records.decisions_of`."""
        return [(row.number, decode_decision(row.body)) for row in self._ask(_DECISIONS_OF, id=act)]

    def folded(self, code: str, before: int | None = None, limit: int = 50) -> list[Record]:
        """See `Records.folded`."""
        where = "merge" if code in _MERGES else "fold"
        return self._records(
            _FOLDED, placement=where, code=code, before=_END if before is None else before, limit=limit
        )

    def said(self, message: str, after: int = 0, limit: int = 50) -> list[Record]:
        """See `Records.said`."""
        return self._records(_SAID, message=message, after=after, limit=limit)

    def floor(self, before: int | None = None, limit: int = 50) -> list[Record]:
        """See `Records.floor`."""
        return self._records(_FLOOR, before=_END if before is None else before, limit=limit)

    def number_at(self, when: datetime) -> int:
        """See `Records.number_at`. Decisions are numbered in the order of time, so a few of them tell."""
        with self._reader.connect() as db:
            low, high = 1, db.execute(_LAST).scalar_one() + 1
            while low < high:
                middle = (low + high) // 2
                earlier = db.execute(_AT, {"number": middle}).scalar_one() < when
                low, high = (middle + 1, high) if earlier else (low, middle)
        return low

    def shown(self, first: int, before: int) -> int:
        """See `Records.shown`."""
        return int(self._ask(_SHOWN, first=first, before=before)[0][0])

    def counts(self) -> dict[tuple[Placement, str], int]:
        """See `Records.counts`."""
        return {(row.placement, row.code): row.times for row in self._ask(_COUNTS)}

    def faults(self) -> list[tuple[str, Count]]:
        """See `Records.faults`."""
        order = list(Cause)
        found = [
            (row.source, Count(row.times, Fault(Cause(row.cause), row.line, row.detail))) for row in self._ask(_FAULTS)
        ]
        return sorted(found, key=lambda one: (one[0], order.index(one[1].first.cause)))

    def skipped(self) -> int:
        """See `Records.skipped`."""
        return int(self._ask(_SKIPPED)[0][0])

    def _records(self, question: sa.Select[Any], **values: Any) -> list[Record]:
        return [_record(row) for row in self._ask(question, **values)]


def _record(row: sa.Row[Any]) -> Record:
    return Record(
        seq=row.seq,
        seen=row.seen,
        act=decode_act(row.body),
        edited=row.edited,
        withdrawn=row.withdrawn,
        number=row.number or 0,
        decision=None if row.decision is None else decode_decision(row.decision),
    )
