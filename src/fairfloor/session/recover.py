"""Coming back after the end of a process: the log is heard again, and the evening is where it was.

A mismatch. If the log comes to other decisions than those kept, then Fairfloor itself decides otherwise than it did
(an upgrade between two evenings). To refuse would leave a host alone with a full room; to rewrite would make the
public log a lie. So what is kept stands, a warning says where the difference begins, and every act that would be
elsewhere now gets one more decision, which is its last: the log says what happened, and agrees with the page.
Coming back once more changes nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice

import msgspec
import structlog

from fairfloor.session.decide import Rules
from fairfloor.session.decision import Decision
from fairfloor.session.ports import Step, Store, Taken
from fairfloor.session.sitting import Sitting

_log = structlog.get_logger(__name__)
_CHUNK = 500
"""Notices heard again in one step."""


def recover(sitting: Sitting, store: Store, rules: Rules, now: datetime) -> Iterator[Step]:
    """Have a new sitting hear the log again; gives steps to tell. At their end every decision is kept.

    now: the time where nothing has happened yet.
    """
    check = _Check(store)
    for taken in _chunks(store.log()):
        decisions = sitting.hear(taken)
        check.see(decisions)
        sitting.decided = check.number
        yield sitting.step(now, taken, decisions)
    decisions = _run_on(sitting, store)
    check.see(decisions)
    check.end()
    if check.differs is not None:
        _log.warning("decided otherwise than kept; what is kept stands", decision=check.differs)
        _amend(store, rules)
    sitting.decided = store.decided()
    yield sitting.step(now, decisions=decisions)


class _Check:
    """Compares what the log comes to now with what is kept; keeps what is not kept yet, as long as they agree."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.number = 0
        """How many decisions were seen."""
        self.differs: int | None = None
        """The number of the first decision that is not the one kept; None while they agree."""

    def see(self, decisions: Sequence[Decision]) -> None:
        """Compare the next decisions."""
        if self.differs is None:
            kept = islice(self._store.decisions(self.number), len(decisions))
            pairs = enumerate(zip(decisions, kept, strict=False), self.number + 1)
            self.differs = next((number for number, (now, then) in pairs if now != then), None)
        if self.differs is None and decisions:
            self._store.decide(self.number + 1, decisions)
        self.number += len(decisions)

    def end(self) -> None:
        """Note that there are no more decisions to compare."""
        if self.differs is None and self.number < self._store.decided():
            self.differs = self.number + 1


def _run_on(sitting: Sitting, store: Store) -> list[Decision]:
    """Let the clock go on, after the last act, to where it was when the last decision was made."""
    last = next(iter(store.decisions(max(0, store.decided() - 1))), None)
    return [] if last is None else sitting.run(last.at)


def _amend(store: Store, rules: Rules) -> None:
    """Append a decision for every act that is elsewhere now than what is kept says last."""
    again = Sitting(rules)
    now = {one.act: one for taken in _chunks(store.log()) for one in again.hear(taken)}
    now |= {one.act: one for one in _run_on(again, store)}
    kept = {one.act: one for one in store.decisions()}
    at = again.time
    assert at is not None  # noqa: S101 - there are decisions, so there was an act
    moved = [msgspec.structs.replace(one, at=at) for one in now.values() if not _same(one, kept.get(one.act))]
    store.decide(store.decided() + 1, moved)


def _same(one: Decision, other: Decision | None) -> bool:
    return other is not None and one == msgspec.structs.replace(other, at=one.at)


def _chunks(log: Iterable[Taken]) -> Iterator[list[Taken]]:
    rest = iter(log)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk
