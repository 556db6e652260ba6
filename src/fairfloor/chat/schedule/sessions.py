"""Which session of a chat is on, was, and will be: folded from moves, and asked at a time.

Time is always given. No answer depends on when, or how often, another was asked for.
"""

import re
from bisect import bisect_right
from collections import Counter, deque
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain, islice

import msgspec

from fairfloor.acts.act import Post
from fairfloor.acts.heard import Form
from fairfloor.chat.moves import Accept, Begin, Decline, Doing, End, Move, Settle, Withdraw
from fairfloor.chat.schedule.course import Course, Session
from fairfloor.chat.schedule.slots import LONGEST, Slot, slot, specials
from fairfloor.chat.settings import Settings, refusal

MOVES = 20_000
"""Moves that are kept: two an evening, every evening for a quarter of a century. Later ones are refused."""
PAST = 1_000
"""Past sessions that are told at once, the newest."""
_KEPT = (Settle, Begin, End, Accept)
_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})(?:-[1-9]\d{0,5})?")
_DAY = timedelta(days=1)
_FULL = "This chat's book of sessions is full. Begin another one: fairfloor chat new"


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What a calendar needs to know."""

    settings: Settings
    id: str
    """The move that set the chat up: the same for good."""
    since: datetime
    """Since when the chat is on as it is now, by its recurrence, hour and zone."""
    changed: datetime
    """When anything here changed last."""
    revision: int
    """How often it has changed."""
    accepted: tuple[Slot, ...]
    """Accepted proposals, in order of their beginning."""


class Sessions:
    """The sessions of one chat. Undoing a move leaves what there would be without it."""

    def __init__(self) -> None:
        self._moves: dict[str, Move] = {}
        self._accepted: Counter[str] = Counter()
        """How often a proposal was accepted for a date."""
        self._told: Course | None = None

    def post(self, post: Post, form: Form) -> None:
        """Hear a post: it changes nothing here."""

    def gone(self, act: str, at: datetime) -> None:
        """Hear that a post was taken back: it changes nothing here."""

    def move(self, move: Move) -> None:
        """Take a move."""
        if self._matters(move.do) and len(self._moves) < MOVES:
            self._moves[move.id] = move
            self._count(move.do, 1)

    def undo(self, move: Move) -> None:
        """Take a move back, as though it had never been made."""
        if self._moves.pop(move.id, None) is not None:
            self._count(move.do, -1)

    def _count(self, do: Doing, one: int) -> None:
        self._told = None
        if isinstance(do, Accept):
            self._accepted[do.proposal] += one

    def _matters(self, do: Doing) -> bool:
        """Tell whether a move can change anything here: what was never accepted can be declined without us."""
        return isinstance(do, _KEPT) or (isinstance(do, Decline | Withdraw) and self._accepted[do.of] > 0)

    def refuses(self, move: Move) -> str | None:
        """Say why a move cannot be made at its time; None where it can, or is no matter of sessions."""
        if isinstance(move.do, _KEPT) and len(self._moves) >= MOVES:
            return _FULL
        match move.do:
            case Settle(settings=settings):
                return refusal(settings, self.settings)
            case Begin():
                on = self.at(move.at)
                return "A session is on already. End it first." if on is not None and on.in_hand else None
            case End():
                return "No session is on now." if self.at(move.at) is None else None
            case Accept():
                return self._refuses_date(move, move.do)
            case _:
                return None

    def _refuses_date(self, move: Move, accept: Accept) -> str | None:
        if accept.on <= move.at:
            return "That date is past. Choose one to come."
        course = self._course
        schedule = course.era(move.at).schedule
        wanted = slot(schedule, accept.on)
        others = [one.slot for one in course.accepted if one.slot.proposal != accept.proposal]
        if any(one.overlaps(wanted) for one in (*specials(schedule), *others)):
            return f"Another topic is planned for {wanted.on}. Choose another date."
        return None

    # Asked

    @property
    def settings(self) -> Settings | None:
        """Give what the host has settled last; None before anything was."""
        return self._course.eras[-1].settings

    @property
    def plan(self) -> Plan | None:
        """Give what a calendar needs to know; None before anything was settled."""
        course = self._course
        eras = course.eras[1:]
        if not eras or (settings := eras[-1].settings) is None:
            return None
        when = [_when(era.settings) for era in eras]
        same = next((place for place in range(len(eras), 0, -1) if when[place - 1] != when[-1]), 0)
        dates = list(self._dated())
        return Plan(
            settings=settings,
            id=eras[0].move,
            since=eras[same].since,
            changed=max([eras[-1].since, *dates]),
            revision=len(eras) - 1 + len(dates),
            accepted=tuple(one.slot for one in course.accepted),
        )

    def _dated(self) -> Iterator[datetime]:
        """Give when dates were accepted, and given up."""
        accepted: set[str] = set()
        for move in self._moves.values():
            if isinstance(move.do, Accept):
                accepted.add(move.do.proposal)
                yield move.at
            elif isinstance(move.do, Decline | Withdraw) and move.do.of in accepted:
                yield move.at

    def at(self, when: datetime) -> Session | None:
        """Give the session that was, is or will be on at a moment."""
        course = self._course
        place = bisect_right(course.sessions, when, key=lambda one: one.begins)
        if place and (found := course.sessions[place - 1]).holds(when):
            return found
        if when <= course.until:
            return None
        return next((one for one in _begun(course.after(when - LONGEST), when) if one.holds(when)), None)

    def on(self, now: datetime) -> Session | None:
        """Give the session that is on now."""
        return self.at(now)

    def next(self, now: datetime) -> Session | None:
        """Give the session that begins next."""
        return next(iter(self.coming(now, 1)), None)

    def coming(self, now: datetime, most: int) -> list[Session]:
        """Give the sessions that begin after now, the soonest first."""
        return list(islice((one for one in self._from(now) if one.begins > now), most))

    def past(self, now: datetime, most: int = PAST) -> list[Session]:
        """Give the sessions that are over, the newest first."""
        course = self._course
        begun = chain(course.sessions, _begun(course.after(course.until), now))
        over = deque((one for one in begun if one.ends <= now), maxlen=most)
        return list(reversed(over))

    def named(self, name: str) -> Session | None:
        """Give the session of a name, whenever it was or will be; None where there is none."""
        if (found := _NAME.fullmatch(name)) is None:
            return None
        try:
            noon = datetime.combine(date.fromisoformat(found[1]), time(12), UTC)
            near = _begun(self._from(noon - 2 * _DAY), noon + 2 * _DAY)
        except (ValueError, OverflowError):
            return None
        return next((one for one in near if one.name == name), None)

    @property
    def _course(self) -> Course:
        if self._told is None:
            self._told = Course(self._moves.values())
        return self._told

    def _from(self, when: datetime) -> Iterator[Session]:
        """Give the sessions from about a moment on."""
        return chain(self._course.sessions, self._course.after(when))


def _begun(sessions: Iterator[Session], by: datetime) -> Iterator[Session]:
    for one in sessions:
        if one.begins > by:
            return
        yield one


def _when(settings: Settings | None) -> object:
    """Give what a calendar's series follows from."""
    schedule = None if settings is None else settings.schedule
    return schedule and (schedule.recurs, schedule.at, schedule.zone, schedule.lasting)
