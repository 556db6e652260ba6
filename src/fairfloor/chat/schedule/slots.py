"""When a chat is on: a recurrence at a time of day in a named zone, dates left out, and special sessions.

A chat keeps its hour on its host's clock: "Wednesdays 21:00 America/Toronto" is 01:00 or 02:00 UTC, as the law there
has it that week. Twice a year that leaves a question open, and we answer it as iCalendar does (RFC 5545, 3.3.5), so
that every calendar that follows the chat agrees with its page: a time that the clocks skip is taken by the offset
before the change (02:30 is then what the clocks call 03:30), and of a time that comes twice the first is meant. A
session lasts as long as it lasts, whatever the clocks do meanwhile.

A special session takes the place of the regular one of its date, and of any that it would overlap: the accepted topic
of a Wednesday is that Wednesday's session, and one that is an hour early this once is not held twice. Rejected: RFC
5545's own recurrence rules as the form we keep (a host could not write one, and most say what no chat means).

Invariant: `slots` come in order of their beginning, and none that is regular is on the date of one that is special, or
overlaps it.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from heapq import merge
from itertools import takewhile
from operator import attrgetter
from typing import Annotated

import msgspec

from fairfloor.chat.schedule.recurrence import Recurrence
from fairfloor.chat.schedule.zones import zone

HOUR = timedelta(hours=1)
SHORTEST, LONGEST = timedelta(minutes=5), 12 * HOUR
DATES = 100
"""Dates left out, and special sessions, at most."""
TITLE = 200
"""Characters of a title."""
_MOMENT, _DAY = timedelta(microseconds=1), timedelta(days=1)
_EARLIEST = datetime(1, 1, 3, tzinfo=UTC)
_LATEST = datetime(9998, 12, 30, tzinfo=UTC)

Title = Annotated[str, msgspec.Meta(max_length=TITLE)]


class Skipped(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A date on which there is no session, and why."""

    on: date
    why: Title = ""


class Special(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A session beside the recurrence, or instead of one of its sessions, with its title."""

    on: date
    at: time | None = None
    """In the chat's zone; None: at the chat's hour."""
    title: Title = ""


class Schedule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """When a chat is on. Raises ValueError where that cannot be kept, as a session of a minute or a day."""

    recurs: Recurrence
    at: time
    """In the zone, without one of its own."""
    zone: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    """By its name. Zones come and go with a machine's tables; `settings.refusal` tells whether it is known."""
    lasting: timedelta = HOUR
    skipped: Annotated[tuple[Skipped, ...], msgspec.Meta(max_length=DATES)] = ()
    special: Annotated[tuple[Special, ...], msgspec.Meta(max_length=DATES)] = ()

    def __post_init__(self) -> None:
        """Check what types cannot say."""
        if not SHORTEST <= self.lasting <= LONGEST:
            raise ValueError("A session lasts from 5 minutes to 12 hours.")
        if any(at is not None and at.tzinfo is not None for at in (self.at, *(one.at for one in self.special))):
            raise ValueError("Times of day are in the chat's zone, and have none of their own.")
        if not all(_EARLIEST.year < one.on.year <= _LATEST.year for one in self.special):
            raise ValueError("A special session is on a date of our times.")


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """A session that is planned: when, in UTC, and for what."""

    begins: datetime
    ends: datetime
    on: date
    """Its date in the chat's zone."""
    title: str = ""
    proposal: str | None = None
    """The accepted proposal that it takes on."""
    special: bool = False

    def overlaps(self, other: "Slot") -> bool:
        """Tell whether both are on at some moment."""
        return self.begins < other.ends and other.begins < self.ends

    def replaces(self, regular: "Slot") -> bool:
        """Tell whether this special session takes the place of a regular one."""
        return self.on == regular.on or self.overlaps(regular)


_begins = attrgetter("begins")


def instant(on: date, at: time, zone_name: str) -> datetime:
    """Give the moment, in UTC, at which a zone's clocks show a time; of those skipped and repeated see above."""
    return datetime.combine(on, at.replace(fold=0), zone(zone_name)).astimezone(UTC)


def local(when: datetime, zone_name: str) -> datetime:
    """Give a moment as the clocks of a zone show it."""
    return min(max(when, _EARLIEST), _LATEST).astimezone(zone(zone_name))


def slot(schedule: Schedule, at: datetime, *, title: str = "", proposal: str | None = None) -> Slot:
    """Plan a special session at a moment."""
    begins = min(max(at.astimezone(UTC), _EARLIEST), _LATEST)
    return Slot(
        begins=begins,
        ends=begins + schedule.lasting,
        on=local(begins, schedule.zone).date(),
        title=title,
        proposal=proposal,
        special=True,
    )


def specials(schedule: Schedule) -> list[Slot]:
    """Give the schedule's own special sessions, in order."""
    found = (
        slot(schedule, instant(one.on, one.at or schedule.at, schedule.zone), title=one.title)
        for one in schedule.special
    )
    return sorted(found, key=_begins)


def regular(schedule: Schedule, after: datetime) -> Iterator[Slot]:
    """Give the sessions that recur and begin at `after` or later, in order; dates left out are left out."""
    out = {one.on for one in schedule.skipped}
    last = after - _MOMENT if after > _EARLIEST else _EARLIEST
    for on in schedule.recurs.dates(local(after, schedule.zone).date() - _DAY):  # clocks have skipped a whole day, once
        begins = instant(on, schedule.at, schedule.zone)
        if begins > last and on not in out:
            last = begins
            yield Slot(begins=begins, ends=begins + schedule.lasting, on=on)


def slots(schedule: Schedule, after: datetime, more: Sequence[Slot] = ()) -> Iterator[Slot]:
    """Give all that is planned and begins at `after` or later, in order, without end where it recurs.

    more: special sessions beside the schedule's own, in order of their beginning.
    """
    special = list(merge(specials(schedule), more, key=_begins))
    coming = special[bisect_left(special, after, key=_begins) :]
    return merge((one for one in regular(schedule, after) if not taken(one, special)), coming, key=_begins)


def taken(one: Slot, special: Sequence[Slot]) -> Slot | None:
    """Give the special session, of those in order, that takes the place of a regular one; None where none does."""
    first, last = (bisect_left(special, one.begins + days * _DAY, key=_begins) for days in (-2, 2))
    return next((other for other in special[first:last] if other.replaces(one)), None)


def between(schedule: Schedule, after: datetime, before: datetime, more: Sequence[Slot] = ()) -> list[Slot]:
    """Give all that is planned and begins from `after` until before `before`, in order."""
    return list(takewhile(lambda one: one.begins < before, slots(schedule, after, more)))
