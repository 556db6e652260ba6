"""Which dates a chat recurs on, by the calendar alone: weekly, monthly, or once."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

import msgspec

WEEK = 7
WEEKS, MONTHS = 52, 12
"""The most weeks, and months, between one session and the next."""
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LAST = date(9998, 12, 31).toordinal()
"""The last day there is: a day's evening has to end somewhere, too."""

Day = Annotated[int, msgspec.Meta(ge=0, le=6)]
"""A day of the week; Monday is 0."""
Which = Literal[1, 2, 3, 4, 5, -1]
"""Which of a month's Mondays, say; -1 is the last one. Not every month has a fifth."""


class _Recurrence(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="recurs"):
    pass


class Weekly(_Recurrence, tag="weekly", frozen=True):
    """On days of the week, every week or every so many, from a date on; that date's week is one of them."""

    days: Annotated[tuple[Day, ...], msgspec.Meta(min_length=1, max_length=7)]
    every: Annotated[int, msgspec.Meta(ge=1, le=WEEKS)] = 1
    since: date | None = None

    def __post_init__(self) -> None:
        """Check that it says which weeks. Raises ValueError."""
        _check_days(self.days)
        _check_since(self.every, self.since)

    def dates(self, first: date) -> Iterator[date]:
        """Give its dates from `first` on, in order."""
        begin = _begin(first, self.since)
        week = _monday(begin)
        if self.since is not None:
            week += (_monday(self.since) - week) % (WEEK * self.every)
        while week <= LAST:
            yield from (date.fromordinal(week + day) for day in self.days if begin <= week + day <= LAST)
            week += WEEK * self.every


class Monthly(_Recurrence, tag="monthly", frozen=True):
    """On the first, the third, the last such day of a month, every month or every so many, from a date on."""

    which: Annotated[tuple[Which, ...], msgspec.Meta(min_length=1, max_length=6)]
    day: Day
    every: Annotated[int, msgspec.Meta(ge=1, le=MONTHS)] = 1
    since: date | None = None

    def __post_init__(self) -> None:
        """Check that it says which months. Raises ValueError."""
        _check_since(self.every, self.since)

    def dates(self, first: date) -> Iterator[date]:
        """Give its dates from `first` on, in order."""
        begin = _begin(first, self.since)
        month = _month(date.fromordinal(begin))
        if self.since is not None:
            month += (_month(self.since) - month) % self.every
        for number in range(month, _month(date.fromordinal(LAST)), self.every):
            yield from (date.fromordinal(day) for day in self._within(number) if begin <= day)

    def _within(self, month: int) -> list[int]:
        first, after = (date(number // 12, number % 12 + 1, 1).toordinal() for number in (month, month + 1))
        days = range(first + (self.day - first + 1) % WEEK, after, WEEK)
        return sorted({days[which - 1 if which > 0 else which] for which in self.which if which <= len(days)})


class Once(_Recurrence, tag="once", frozen=True):
    """On one date."""

    on: date

    def dates(self, first: date) -> Iterator[date]:
        """Give its date, where it is not before `first`."""
        if first <= self.on <= date.fromordinal(LAST):
            yield self.on


Recurrence = Weekly | Monthly | Once


def _check_days(days: tuple[int, ...]) -> None:
    if list(days) != sorted(set(days)):
        raise ValueError("days of the week are given in their order, each once")


def _check_since(every: int, since: date | None) -> None:
    if every > 1 and since is None:
        raise ValueError("what is not every week or month needs a date to count from")


def _begin(first: date, since: date | None) -> int:
    return min(max(first, since or first).toordinal(), LAST)


def _monday(day: date | int) -> int:
    """Give the ordinal of the Monday of a day's week; the day 1 is a Monday."""
    ordinal = day if isinstance(day, int) else day.toordinal()
    return ordinal - (ordinal - 1) % WEEK


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1
