"""An evening in progress: the core that decides, the time it has come to, and its place in the log. Pure.

Time never goes back. A notice is seen at the time its source says, but never after the clock and never before what was
already decided. So nobody can reach into the past or the future by what they date their acts.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from fairfloor.acts.act import Like, Post, Repost
from fairfloor.acts.fault import Fault
from fairfloor.acts.heard import Event, Withdrawal
from fairfloor.acts.notice import Deletion, Edit, Rename
from fairfloor.chat.moves import Move
from fairfloor.session.decide import Evening, Rules
from fairfloor.session.decision import Decision
from fairfloor.session.orders import Order, order
from fairfloor.session.ports import Step, Taken


class Sitting:
    """Hears what was taken, in order, and gives the decisions."""

    def __init__(self, rules: Rules) -> None:
        self._evening = Evening(rules)
        self.time: datetime | None = None
        """The evening's own time, in UTC; None before anything was heard."""
        self.seq = 0
        """The place in the log of the last notice heard."""
        self.decided = 0
        """How many decisions are kept; the number of the last."""

    @property
    def next_at(self) -> datetime | None:
        """Give when the next thing will happen by itself; None where nothing waits."""
        return self._evening.next_at

    def stamp(self, said: datetime, now: datetime) -> datetime:
        """Give the time at which something counts as seen, and move the evening's time there."""
        seen = min(said, now).astimezone(UTC)
        self.time = seen if self.time is None else max(self.time, seen)
        return self.time

    def hear(self, taken: Sequence[Taken]) -> list[Decision]:
        """Decide what was taken, in the order of the log."""
        decisions: list[Decision] = []
        for one in taken:
            self.stamp(one.seen, one.seen)
            self.seq = one.seq
            event = _event(one)
            decisions += self._evening.advance(one.seen) if event is None else self._evening.decide(event)
        return decisions

    def run(self, when: datetime) -> list[Decision]:
        """Let the evening go on up to a time; one that is past changes nothing."""
        if self.time is None or when < self.time:
            return []
        self.time = when.astimezone(UTC)
        return self._evening.advance(self.time)

    def step(
        self,
        now: datetime,
        taken: Iterable[Taken] = (),
        decisions: Iterable[Decision] = (),
        faults: Iterable[Fault] = (),
        skipped: int = 0,
    ) -> Step:
        """Say what just happened; `now` is the time where nothing has happened yet."""
        told = tuple(taken)
        notices = [one.notice for one in told]
        return Step(
            now=self.time or now,
            acts=tuple(one for one in notices if isinstance(one, Post | Repost | Like)),
            decisions=tuple(decisions),
            withdrawn=tuple(one.id for one in notices if isinstance(one, Deletion)),
            edits=tuple(one.post for one in notices if isinstance(one, Edit)),
            told=told,
            names=tuple((one.account, one.handle) for one in notices if isinstance(one, Rename)),
            faults=tuple(faults),
            skipped=skipped,
            waiting=self._evening.waiting,
            in_step=tuple(self._evening.echo.portraits()),
            seq=self.seq,
            decided=self.decided,
        )


def _event(taken: Taken) -> Event | Order | None:
    if isinstance(taken.notice, Move):
        return order(taken.notice, taken.seen)
    if isinstance(taken.notice, Deletion):
        return Withdrawal(id=taken.notice.id, seen=taken.seen)
    return taken.heard
