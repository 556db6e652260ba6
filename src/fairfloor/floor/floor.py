"""The floor: messages shown one after another at reading pace, in fair order, each within its time to live.

The floor is free again one interval (60 s / pace) after a message was shown. What comes while it is free is shown at
once; what comes while it is not waits. In each turn the fair queue says who goes, unless somebody else would then
run out of time who need not: as long as all that waits can still be shown in time, first come first, the floor never
lets fairness of order fold anything. Serving in any other order leaves the same number waiting, and who comes later has
later deadlines, so a turn that keeps the waiting in time keeps the future in time too. Hence "no congestion, no
folding" holds exactly: what a first-come-first-served floor of this pace would show in time is all shown here.
Once not everything can be in time, there is congestion: the fair queue alone decides, and time to live folds.

Rejected: an aged priority (no bound to state), a wider pace under load (people read no faster in a storm).

Invariant: two messages are never shown less than an interval apart.
Invariant: whatever is offered is shown, missed or withdrawn exactly once for each time it is offered anew.
Invariant: when `run` is called changes nothing; only what is offered and when.
"""

from collections import deque
from collections.abc import Iterator
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import NamedTuple

import msgspec

from fairfloor.floor.queue import FairQueue
from fairfloor.floor.reasons import Expired, Room, Share, Turn


class Shown(NamedTuple):
    """A message got the floor."""

    message: int
    at: datetime
    reason: Room | Turn


class Missed(NamedTuple):
    """A message's time ran out."""

    message: int
    at: datetime
    reason: Expired | Share


class _Wait(msgspec.Struct, eq=False):
    """One message's wait. `account` answers for it; others who said the same may wait beside."""

    account: str
    since: datetime
    until: datetime


class Floor:
    """Shows what is offered, fairly and at reading pace. Bounded: what waits, and what was shown of late."""

    def __init__(self, pace: float, ttl: timedelta) -> None:
        self.interval = timedelta(minutes=1) / pace
        self.ttl = ttl
        self._queue: FairQueue[str, int] = FairQueue()
        self._waits: dict[int, _Wait] = {}
        self._deadlines: list[tuple[datetime, int]] = []
        self._free: datetime | None = None
        self._shown: deque[tuple[datetime, str]] = deque()

    def __len__(self) -> int:
        """Count the messages that wait."""
        return len(self._waits)

    def offer(self, message: int, account: str, at: datetime) -> None:
        """Let a message wait in an account's flow, from now for a time to live; longer, where it waits already."""
        wait = self._waits.get(message)
        if wait is None:
            wait = self._waits[message] = _Wait(account, at, at + self.ttl)
        wait.until = at + self.ttl
        self._queue.join(account, message)
        heappush(self._deadlines, (wait.until, message))

    def withdraw(self, message: int) -> None:
        """Let a message wait no longer, where it does."""
        if self._waits.pop(message, None) is not None:
            self._queue.leave(message)

    def inherit(self, message: int, gone: str, heir: str) -> None:
        """Let a waiting message be another account's, after the post of the one who said it first was deleted."""
        wait = self._waits.get(message)
        if wait is None or gone == heir:
            return
        wait.account = heir
        self._queue.join(heir, message)
        if gone in self._queue.waits_in(message):
            self._queue.quit(gone, message)

    def run(self, until: datetime) -> Iterator[Shown | Missed]:
        """Let everything happen that is due up to a time, in order; at one instant, what is shown comes first."""
        while (at := self.next_at) is not None and at <= until:
            yield self._show(at) if at == self._turn_at() else self._miss(at)

    @property
    def next_at(self) -> datetime | None:
        """Give when the next message is shown or missed if nothing more is offered; None where nothing waits."""
        if not self._waits:
            return None
        return min(self._turn_at(), self._deadline())

    def _turn_at(self) -> datetime:
        first = next(iter(self._waits.values())).since
        return first if self._free is None else max(first, self._free)

    def _deadline(self) -> datetime:
        while True:
            until, message = self._deadlines[0]
            wait = self._waits.get(message)
            if wait is not None and wait.until == until:
                return until
            heappop(self._deadlines)

    def _show(self, at: datetime) -> Shown:
        waiting, flow, message = self._queue.flows, *self._choose(at)
        self._queue.serve(flow, message)
        wait = self._waits.pop(message)
        self._free = at + self.interval
        self._shown.append((at, wait.account))
        while self._shown[0][0] < at - self.ttl:
            self._shown.popleft()
        if wait.since == at:
            return Shown(message, at, Room())
        return Shown(message, at, Turn(waited=_seconds(at - wait.since), accounts=waiting))

    def _choose(self, at: datetime) -> tuple[str, int]:
        """Give whose turn it is and what goes: the fair queue's choice, unless that makes another late needlessly."""
        turn = self._queue.next()
        assert turn is not None, "there is a turn while something waits"  # noqa: S101
        oldest = next(iter(self._waits))
        if turn[1] != oldest and self._in_time(at, oldest) and not self._in_time(at, turn[1]):
            return self._queue.waits_in(oldest)[0], oldest
        return turn

    def _in_time(self, at: datetime, first: int) -> bool:
        """Tell whether, once `first` is shown, all else that waits can be shown in time, first come first."""
        if len(self._waits) * self.interval > self.ttl + self.interval:
            return False
        due = at
        for message, wait in self._waits.items():
            if message != first:
                due += self.interval
                if due > wait.since + self.ttl:
                    return False
        return True

    def _miss(self, at: datetime) -> Missed:
        _, message = heappop(self._deadlines)
        wait = self._waits.pop(message)
        self._queue.leave(message)
        return Missed(message, at, self._excuse(wait, at))

    def _excuse(self, wait: _Wait, at: datetime) -> Expired | Share:
        waited, since = _seconds(at - wait.since), [account for when, account in self._shown if when >= wait.since]
        had = since.count(wait.account)
        if had == 0:
            return Expired(waited=waited, waiting=len(self._waits) + 1)
        return Share(waited=waited, had=had, floor=len(since), accounts=self._queue.flows + 1)


def _seconds(span: timedelta) -> float:
    return round(span.total_seconds(), 3)
