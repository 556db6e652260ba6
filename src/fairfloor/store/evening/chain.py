"""Keeps the public log (session.public): its lines, as they are published, in the transaction of what they tell.

Kept, and not made from the log and the decisions when somebody asks: a published hash must hold for ever, also when a
newer Fairfloor writes its structures otherwise; to send the log is then to send rows; and what somebody changes in the
tables beside it shows (`differences`). A line costs as much room again as what it tells; docs/benchmarks.md has it.

An evening that was begun without one gets it when it goes on, in order of time; who decided it then, no line can say.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from heapq import merge
from importlib.metadata import version
from itertools import chain as chain_
from itertools import islice
from operator import itemgetter
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from fairfloor.chat.moves import Move, Undo, Vote
from fairfloor.session.decide import Rules
from fairfloor.session.decision import Decision
from fairfloor.session.ports import Taken
from fairfloor.session.public import Head, Writer
from fairfloor.store.evening.numbers import StoredNumbers
from fairfloor.store.evening.schema import chain
from fairfloor.store.evening.schema import rules as rules_
from fairfloor.store.sql import poured

VERSION = version("fairfloor")
UNKNOWN = "unknown"
"""The version that stands for whoever wrote an evening before there was a public log."""
MOVE, WROTE = "move", "version"
"""Marks of lines that are looked up: moves but for votes, and who wrote."""
_BATCH = 1_000
_LAST = sa.select(chain.c.n, chain.c.line).order_by(chain.c.n.desc()).limit(1)
_WROTE = sa.select(chain.c.line).where(chain.c.mark == WROTE).order_by(chain.c.n.desc()).limit(1)
_RULES = sa.select(rules_.c.body)
_BEGINNING = datetime.fromtimestamp(0, UTC)
_hash = msgspec.json.Decoder(msgspec.defstruct("_Hash", [("hash", str)])).decode
_version = msgspec.json.Decoder(msgspec.defstruct("_Version", [("version", str)])).decode
Row = tuple[int, bytes, str | None, str | None]


class _Due(NamedTuple):
    """What was taken, or decided under a number, and when."""

    at: datetime
    number: int
    what: Taken | Decision


def head_of(row: Any) -> Head:
    """Give where a log has come to by its last row (n, line); None: nowhere yet."""
    return Head() if row is None else Head(row.n, _hash(row.line).hash)  # type: ignore[attr-defined]


class Chain:
    """The writing side; lives in the writer's transactions. Where one fails, `forget` what it had come to."""

    def __init__(self, version: str = VERSION) -> None:
        self._version = version
        self._writer: Writer | None = None
        self._numbers: StoredNumbers | None = None

    def forget(self) -> None:
        """Learn from the tables again where the log has come to, when that is needed."""
        self._writer = self._numbers = None

    def begin(self, db: sa.Connection, rules: Rules, before: tuple[Iterable[Taken], Iterable[Decision]]) -> None:
        """Begin the log, or go on with it; `before`: what was taken and decided so far."""
        if (writer := self._writing(db)) is not None:
            if _version(db.execute(_WROTE).scalar_one()).version != self._version:  # type: ignore[attr-defined]
                _put(db, [_row(writer, writer.went_on(self._version), WROTE)])
            return
        taken, decisions = iter(before[0]), before[1]
        first = next(taken, None)
        writer = self._writer = Writer(self._numbering(db))
        _put(db, [_row(writer, writer.begin(rules, self._version if first is None else UNKNOWN), WROTE)])
        if first is not None:
            rows = _rows_before(writer, chain_([first], taken), decisions)
            while some := list(islice(rows, _BATCH)):
                _put(db, some)
            _put(db, [_row(writer, writer.went_on(self._version), WROTE)])

    def told(self, db: sa.Connection, taken: Iterable[Taken]) -> None:
        """Write what was taken, where the log was begun."""
        if (writer := self._writing(db)) is not None:
            taken = list(taken)
            self._numbering(db).meet(one.heard for one in taken)
            _put(db, [row for one in taken if (row := _told(writer, one)) is not None])

    def decided(self, db: sa.Connection, first: int, decisions: Sequence[Decision]) -> None:
        """Write decisions numbered from `first`, where the log was begun."""
        if (writer := self._writing(db)) is not None:
            _put(db, [_row(writer, writer.decided(number, one)) for number, one in enumerate(decisions, first)])

    def _writing(self, db: sa.Connection) -> Writer | None:
        """Give the writer where the log was begun."""
        if self._writer is None and (last := db.execute(_LAST).one_or_none()) is not None:
            rules = msgspec.json.decode(db.execute(_RULES).scalar_one(), type=Rules)
            self._writer = Writer(self._numbering(db), head_of(last), rules)
        return self._writer

    def _numbering(self, db: sa.Connection) -> StoredNumbers:
        if self._numbers is None:
            self._numbers = StoredNumbers(db)
        self._numbers.within(db)
        return self._numbers


def _told(writer: Writer, taken: Taken) -> Row | None:
    line, notice = writer.told(taken), taken.notice
    if line is None:
        return None
    if not isinstance(notice, Move) or isinstance(notice.do, Vote):
        return _row(writer, line)
    return _row(writer, line, MOVE, notice.do.move if isinstance(notice.do, Undo) else None)


def _row(writer: Writer, line: bytes, mark: str | None = None, about: str | None = None) -> Row:
    return writer.head.n, line, mark, about


def _put(db: sa.Connection, rows: list[Row]) -> None:
    if rows:
        poured(db, chain, ("n", "line", "mark", "about"), rows)


def _rows_before(writer: Writer, taken: Iterable[Taken], decisions: Iterable[Decision]) -> Iterator[Row]:
    """Give the lines of what was taken and decided before, in order of time: what was seen, then what was decided.

    A decision is never put before what it was made on; it may come later than it did, which changes nothing.
    """
    last = _BEGINNING
    told: Iterator[_Due] = (_Due(one.seen, 0, one) for one in taken)
    decided = (_Due(last := max(last, one.at), number, one) for number, one in enumerate(decisions, 1))
    for due in merge(told, decided, key=itemgetter(0, 1)):
        if isinstance(due.what, Decision):
            yield _row(writer, writer.decided(due.number, due.what))
        elif (row := _told(writer, due.what)) is not None:
            yield row
