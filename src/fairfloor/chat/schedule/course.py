"""The course of a chat: what its schedule plans, and what its host's hand made of that.

A planned session begins and ends by itself. The host's hand changes that: who begins shortly before the hour begins
that session early, who begins while it is on takes it in hand, and who begins at any other time holds a session more.
What is in hand ends by hand, and `OVERTIME` after its hour at the latest, because hosts fall asleep too. Another
planned session ends whatever is on.

A session's name is its date. The second on a date gets -2; a session held by hand leaves those planned for its date
their names, which calendars have announced.

Nothing here is kept from one move to the next: the course is told anew from all moves that stand, so a move that was
undone was never made. There are few such moves, and few sessions: years of a weekly chat take milliseconds.

Invariant: sessions are in order, no two are on at once, each is on for some time, and no two have one name.
"""

from bisect import bisect_right, insort
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, islice, takewhile, zip_longest
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from fairfloor.chat.moves import Accept, Begin, Decline, End, Move, Settle, Withdraw
from fairfloor.chat.schedule.recurrence import Once
from fairfloor.chat.schedule.slots import HOUR, Schedule, Slot, slot, slots
from fairfloor.chat.settings import Settings, refusal

EARLY = HOUR
"""How long before its hour a session can be begun by hand."""
OVERTIME = 2 * HOUR
"""How long after its hour a session in hand ends at the latest."""
_EVER, _NEVER = datetime(1, 1, 3, tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_MOMENT, _DAY = timedelta(microseconds=1), timedelta(days=1)
_BARE = Schedule(recurs=Once(on=date.min), at=time(), zone="UTC")
"""Of a chat without a schedule: it plans nothing."""
_AS_PLANNED = Begin()


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """One evening of a chat."""

    name: str
    """Its date in the chat's zone, with -2 for the second on a date: its lasting name, for addresses."""
    begins: datetime
    ends: datetime
    """When it ended, or will end at the latest."""
    due: datetime
    """When it is planned to end; earlier than `ends` while it is in hand."""
    title: str = ""
    proposal: str | None = None
    """The accepted proposal that it takes on."""
    on: date
    """Its date in the chat's zone."""
    in_hand: bool = False
    """Whether the host began it by hand; then it ends by hand, too."""

    def holds(self, when: datetime) -> bool:
        """Tell whether it is on at a moment."""
        return self.begins <= when < self.ends


class Era(msgspec.Struct, frozen=True, kw_only=True):
    """A time in which one version of the settings stood."""

    since: datetime
    schedule: Schedule
    settings: Settings | None = None
    move: str = ""


class Accepted(NamedTuple):
    """An accepted proposal: when it is planned for, and since when."""

    slot: Slot
    since: datetime


class Course:
    """All that follows from the moves that stand, in the order of the log."""

    def __init__(self, moves: Iterable[Move]) -> None:
        """Tell it. moves: of whatever kind; those that are of no matter here, or make no sense, change nothing."""
        self.eras = [Era(since=_EVER, schedule=_BARE)]
        self.accepted: list[Accepted] = []
        self.sessions: list[Session] = []
        """Those that began up to `until`, in order."""
        self.until = _EVER
        """What was done was done up to then; what is after it goes by plan."""
        self._used: dict[date, set[int]] = {}
        """Numbers of sessions that were given on a date."""
        self._passed = _EVER
        """When the last of what is planned began, or would have, that has become a session."""
        hands = self._learn(moves)
        self._coming = deque(_before(self.until + EARLY + _MOMENT, self.planned(_EVER)))
        for at, do in hands:
            self._pass(at)
            self._end(at) if isinstance(do, End) else self._begin(at, do)
        self._pass(self.until)
        self._end_before_next()

    # What is planned

    def _learn(self, moves: Iterable[Move]) -> list[tuple[datetime, Begin | End]]:
        """Learn what is planned; give what was done by hand."""
        hands: list[tuple[datetime, Begin | End]] = []
        for move in moves:
            self.until = at = max(self.until, move.at)
            match move.do:
                case Settle(settings=settings) if refusal(settings, self.eras[-1].settings) is None:
                    schedule = settings.schedule or _BARE
                    self.eras.append(Era(since=at, settings=settings, schedule=schedule, move=move.id))
                case Accept(proposal=proposal, on=on) if on > at:
                    self._drop(proposal, at)
                    one = Accepted(slot(self.eras[-1].schedule, on, proposal=proposal), at)
                    insort(self.accepted, one, key=lambda other: other.slot.begins)
                case Decline(of=proposal) | Withdraw(of=proposal):
                    self._drop(proposal, at)
                case Begin() | End():
                    hands.append((at, move.do))
                case _:
                    pass
        return hands

    def _drop(self, proposal: str, at: datetime) -> None:
        """Plan a proposal no more, but for a session that it has had."""
        had = [one for one in self.accepted if one.slot.proposal != proposal or one.slot.begins <= at]
        self.accepted = had

    def planned(self, after: datetime) -> Iterator[Slot]:
        """Give what was and is planned to begin at `after` or later, in order, as plans stood when it was due."""
        for era, then in zip_longest(self.eras, self.eras[1:]):
            end = _NEVER if then is None else then.since
            if end > after:
                yield from _before(end, slots(era.schedule, max(after, era.since), self._special()))

    def _special(self, known: datetime = _NEVER) -> list[Slot]:
        """Give the accepted proposals' slots, of those that were accepted by then."""
        return [one.slot for one in self.accepted if one.since <= known]

    # What became of it

    def _pass(self, now: datetime) -> None:
        """Let the sessions begin that are planned up to a moment."""
        while self._coming and self._coming[0].begins <= now:
            one = self._next()
            self._open(_as_planned(one, self._name(one.on)))

    def _next(self) -> Slot:
        one = self._coming.popleft()
        self._passed = one.begins
        return one

    def _open(self, session: Session) -> None:
        self._end(session.begins)
        self.sessions.append(session)

    def _begin(self, at: datetime, do: Begin) -> None:
        if (last := self._on(at)) is not None:
            title, proposal = do.title or last.title, do.proposal or last.proposal
            self.sessions[-1] = replace(last, ends=last.due + OVERTIME, title=title, proposal=proposal, in_hand=True)
        elif self._coming and self._coming[0].begins <= at + EARLY:
            one = self._next()
            self._open(_by_hand(one, self._name(one.on), at, do))
        else:
            one = slot(self.era(at).schedule, at)
            self._open(_by_hand(one, self._name(one.on, self._announced(one.on, at)), at, do))

    def _end(self, at: datetime) -> None:
        if (last := self._on(at)) is not None:
            self.sessions[-1] = replace(last, ends=at)
        if self.sessions and self.sessions[-1].ends <= self.sessions[-1].begins:
            self.sessions.pop()

    def _on(self, at: datetime) -> Session | None:
        return self.sessions[-1] if self.sessions and self.sessions[-1].holds(at) else None

    def _end_before_next(self) -> None:
        """Let what is on at the end of what was done give way to what is planned next."""
        then = next(self.planned(self._onward), None)
        if then is not None and self._on(then.begins) is not None:
            self._end(then.begins)

    # Names

    def _name(self, on: date, spare: int = 0) -> str:
        return _named(on, _free(self._used.setdefault(on, set()), spare))

    def _announced(self, on: date, at: datetime) -> int:
        """Count the sessions that at a moment are planned to come on a date."""
        coming = slots(self.era(at).schedule, at, self._special(at))
        return sum(one.on == on for one in _before(at + 2 * _DAY, coming))

    # Asked

    def era(self, when: datetime) -> Era:
        """Give the settings that stood at a moment."""
        return self.eras[max(bisect_right(self.eras, when, key=lambda one: one.since), 1) - 1]

    @property
    def _onward(self) -> datetime:
        return max(self.until, self._passed) + _MOMENT

    def after(self, when: datetime) -> Iterator[Session]:
        """Give the sessions that go by plan alone and begin at `when` or later, in order, without end if they recur."""
        begin = when - 2 * _DAY if when - _EVER > 2 * _DAY else _EVER  # who is named depends on the date's others
        used: dict[date, set[int]] = {}
        last: Session | None = None
        for one in self.planned(max(self._onward, begin)):
            if last is not None and (whole := _until(last, one.begins)).begins >= when and whole.ends > whole.begins:
                yield whole
            numbers = used.setdefault(one.on, set(self._used.get(one.on, ())))
            last = _as_planned(one, _named(one.on, _free(numbers)))
        if last is not None and last.begins >= when:
            yield last


def _before(end: datetime, coming: Iterable[Slot]) -> Iterator[Slot]:
    return takewhile(lambda one: one.begins < end, coming)


def _until(session: Session, then: datetime) -> Session:
    return session if session.ends <= then else replace(session, ends=then)


def _as_planned(one: Slot, name: str) -> Session:
    return Session(
        name=name, on=one.on, begins=one.begins, ends=one.ends, due=one.ends, title=one.title, proposal=one.proposal
    )


def _by_hand(one: Slot, name: str, at: datetime, do: Begin) -> Session:
    planned = _as_planned(one, name)
    title, proposal = do.title or one.title, do.proposal or one.proposal
    return replace(planned, begins=at, ends=one.ends + OVERTIME, title=title, proposal=proposal, in_hand=True)


def _free(used: set[int], spare: int = 0) -> int:
    """Take the first number that is free, leaving some free ones to others."""
    number = next(islice((one for one in count(1) if one not in used), spare, None))
    used.add(number)
    return number


def _named(on: date, number: int) -> str:
    return f"{on}" if number == 1 else f"{on}-{number}"
