"""What the account does next: the run sheet's questions when they are due, and between them what has the floor. Pure.

It never goes faster than the pace, which is that of the floor, so that whoever follows the account can read it. What
has waited for too long is let go rather than brought late: after a night without a network nobody wants an hour of it.
What was withdrawn, or lost the floor, before its turn came is not boosted. Its own posts are not boosted.

A boost is done when the decision's number is passed: numbers are done in order, so one number says how far it has come.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import msgspec

from fairfloor.session.decision import Decision

STALE = timedelta(minutes=10)
"""How long after it got the floor a post is still boosted, and a question still asked after it was due."""
_MOST = 10_000
"""Posts that wait at most; beyond, the oldest are let go."""


class Question(msgspec.Struct, frozen=True):
    """A question of the run sheet."""

    number: int
    text: str
    """All of it as it is posted, its number and the tag included."""
    at: datetime
    """When it is asked."""


class Boost(msgspec.Struct, frozen=True):
    """A post to boost: the number of the decision that gave it the floor, its uri and author, and when it got it."""

    number: int
    act: str
    account: str
    at: datetime


Step = Boost | Question


class Plan:
    """Keeps what is to be done, and says what is next. Time is given."""

    def __init__(
        self,
        questions: Iterable[Question],
        pace: float,
        *,
        after: int = 0,
        asked: Iterable[int] = (),
    ) -> None:
        """Take the run sheet and the pace in posts a minute.

        after, asked: how far it had come, by numbers of decisions and questions.
        Raises ValueError where the pace is none.
        """
        if not 0 < pace <= 60:  # noqa: PLR2004 - one a second is no reading pace any more
            raise ValueError(f"A pace is more than 0 and at most 60 posts a minute; got {pace}.")
        self.asked = frozenset(asked)
        """The questions that were asked, by their numbers."""
        self.after = after
        """The number of the last decision that was done."""
        open_ = (one for one in questions if one.number not in self.asked)
        self._questions = sorted(open_, key=lambda one: one.at)
        self._gap = timedelta(minutes=1) / pace
        self.own: str | None = None
        """The account's own name, user@domain, once it is known."""
        self._waiting: OrderedDict[str, Boost] = OrderedDict()
        self._last: datetime | None = None

    def decided(self, number: int, decision: Decision) -> None:
        """Take a decision that is kept, by its number; numbers grow."""
        self._waiting.pop(decision.act, None)
        if number <= self.after or decision.placement != "floor" or not boostable(decision.act):
            return
        self._waiting[decision.act] = Boost(number, decision.act, decision.account, decision.at)
        if len(self._waiting) > _MOST:
            self._waiting.popitem(last=False)

    def withdrawn(self, act: str) -> None:
        """Take that an author took an act back."""
        self._waiting.pop(act, None)

    def next(self, now: datetime) -> Step | None:
        """Give what is to be done now; None where it is not time yet, or nothing waits."""
        self._let_go(now)
        if self._last is not None and now < self._last + self._gap:
            return None
        if self._questions and self._questions[0].at <= now:
            return self._questions[0]
        return next(iter(self._waiting.values()), None)

    def stands(self, step: Step) -> bool:
        """Tell whether a step is still to be done: its author may have taken the post back meanwhile."""
        return step in self._questions if isinstance(step, Question) else self._waiting.get(step.act) == step

    def due(self, now: datetime) -> datetime | None:
        """Give when there may be something to do; None where nothing waits."""
        if not self._waiting and not self._questions:
            return None
        at = now if self._waiting else max(now, self._questions[0].at)
        return at if self._last is None else max(at, self._last + self._gap)

    def done(self, step: Step, now: datetime) -> None:
        """Take that a step was done, or cannot be."""
        if isinstance(step, Question):
            self._questions.remove(step)
            self.asked |= {step.number}
        else:
            self._waiting.pop(step.act, None)
            self.after = step.number
        self._last = now

    def _let_go(self, now: datetime) -> None:
        while self._waiting and self._late(next(iter(self._waiting.values())), now):
            self.after = self._waiting.popitem(last=False)[1].number
        self._questions = [one for one in self._questions if now - one.at <= STALE]

    def _late(self, boost: Boost, now: datetime) -> bool:
        return now - boost.at > STALE or boost.account == self.own


def boostable(act: str) -> bool:
    """Tell whether an act is a post that Mastodon can boost: it goes by an address, and is no boost itself."""
    return act.startswith(("https://", "http://")) and "#" not in act


def preview(plan: Plan, start: datetime, most: int = 10_000) -> Iterator[tuple[datetime, Step]]:
    """Give what a plan does, and when, if nothing else is told to it; it is done then."""
    now = start
    for _ in range(most):
        if (due := plan.due(now)) is None:
            return
        now = due
        if (step := plan.next(now)) is not None:
            yield now, step
            plan.done(step, now)
