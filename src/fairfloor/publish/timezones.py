"""A time zone as a VTIMEZONE component (RFC 5545, 3.6.5): when the clocks change there, and by how much.

Changes that follow a rule (the second Sunday in March, the last in October) are told by it, so that programs that know
no lists of dates get them right too, and for good; the others are listed. icalendar's own `Timezone.from_tzinfo` (7.3)
gives the onset of summer time as the clocks show it after the change, where the RFC wants it as they would have shown
it without: that is an hour too late.
"""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, NamedTuple

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vRecur

from fairfloor.chat.schedule.recurrence import WEEK

_DAY, _SECOND = timedelta(days=1), timedelta(seconds=1)
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_ENOUGH = 5
"""Changes from which a rule is believed."""


class _Kind(NamedTuple):
    before: timedelta
    after: timedelta
    name: str
    daylight: bool


def timezone(zone: tzinfo, name: str, first: int, last: int) -> Timezone:
    """Describe a zone from the beginning of the year `first` to the end of the year `last`."""
    found = Timezone()
    found.add("TZID", name)
    begin = datetime(first, 1, 1, tzinfo=UTC)
    observed: dict[_Kind, list[datetime]] = {}
    for at in _changes(zone, begin, datetime(last + 1, 1, 1, tzinfo=UTC)):
        kind = _kind(zone, at, (at - _SECOND).astimezone(zone).utcoffset() or timedelta())
        observed.setdefault(kind, []).append((at + kind.before).replace(tzinfo=None))
    if not observed:
        kind = _kind(zone, begin, begin.astimezone(zone).utcoffset() or timedelta())
        observed[kind] = [begin.replace(tzinfo=None)]
    for kind, onsets in observed.items():
        found.add_component(_observance(kind, onsets))
    return found


def _changes(zone: tzinfo, begin: datetime, end: datetime) -> Iterator[datetime]:
    """Give the moments, to the second, at which the offset or the name of a zone's time changes."""
    at, shown = begin, _shown(zone, begin)
    while at < end:
        before, shown = shown, _shown(zone, at + _DAY)
        if shown != before:
            yield _change(zone, at, at + _DAY)
        at += _DAY


def _change(zone: tzinfo, same: datetime, other: datetime) -> datetime:
    before = _shown(zone, same)
    while other - same > _SECOND:
        middle = same + (other - same) // (2 * _SECOND) * _SECOND
        same, other = (middle, other) if _shown(zone, middle) == before else (same, middle)
    return other


def _shown(zone: tzinfo, at: datetime) -> tuple[timedelta | None, str | None]:
    local = at.astimezone(zone)
    return local.utcoffset(), local.tzname()


def _kind(zone: tzinfo, at: datetime, before: timedelta) -> _Kind:
    local = at.astimezone(zone)
    return _Kind(before, local.utcoffset() or timedelta(), local.tzname() or "", bool(local.dst()))


def _observance(kind: _Kind, onsets: Sequence[datetime]) -> TimezoneDaylight | TimezoneStandard:
    one = TimezoneDaylight() if kind.daylight else TimezoneStandard()
    one.add("DTSTART", onsets[0])
    one.add("TZOFFSETFROM", kind.before)
    one.add("TZOFFSETTO", kind.after)
    one.add("TZNAME", kind.name)
    if (rule := _rule(onsets)) is not None:
        one.add("RRULE", vRecur(rule))
    elif len(onsets) > 1:
        one.add("RDATE", list(onsets[1:]))
    return one


def _rule(onsets: Sequence[datetime]) -> dict[str, Any] | None:
    """Give the rule by which changes fall every year: the second Sunday of March, the Sunday from 2 to 8 April, or so.

    None where they follow no such rule.
    """
    same = {(at.month, at.weekday(), at.time()) for at in onsets}
    years = [at.year for at in onsets]
    if len(same) > 1 or len(onsets) < _ENOUGH or years != list(range(years[0], years[0] + len(years))):
        return None
    day, dates = _DAYS[onsets[0].weekday()], [at.day for at in onsets]
    rule = {"freq": "yearly", "bymonth": onsets[0].month}
    places = {(one - 1) // WEEK + 1 for one in dates}
    if len(places) == 1:
        return rule | {"byday": f"{places.pop()}{day}"}
    if all(at.day + WEEK > monthrange(at.year, at.month)[1] for at in onsets):
        return rule | {"byday": f"-1{day}"}
    week = range(min(dates), min(dates) + WEEK)
    return rule | {"byday": day, "bymonthday": list(week)} if max(dates) == week[-1] else None
