"""The chat's sessions as an iCalendar file (RFC 5545, RFC 7986), to subscribe to.

What recurs is one event with its rule, in the chat's own time zone, so that a calendar shows the right hour on both
sides of a change of the clocks; dates left out are its exceptions, and a special session that takes the place of a
regular one is that one, altered. Any other special session, and any accepted proposal, is an event of its own.

All of it follows from the log alone: the same moves give the same bytes, and an event keeps its UID for good. Each
change that the host makes raises SEQUENCE; one that the host undoes lowers it again, which programs that subscribe do
not mind, since they take the file as it is.
"""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from heapq import merge
from itertools import takewhile
from typing import Any

from icalendar import Calendar, Event, vDuration, vRecur, vText

from fairfloor.chat.schedule.recurrence import Monthly, Once, Recurrence, Weekly
from fairfloor.chat.schedule.sessions import Plan
from fairfloor.chat.schedule.slots import Schedule, Slot, local, regular, specials, taken
from fairfloor.chat.schedule.zones import zone
from fairfloor.publish.timezones import timezone

REFRESH = timedelta(hours=6)
"""How often a calendar should ask anew."""
SPECIALS = 300
"""Special sessions and accepted proposals that are told, the latest."""
_PRODUCT = "-//Fairfloor//Chat calendar//EN"
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY = timedelta(days=1)
_AHEAD = 20
"""Years for which changes of the clocks are told."""

Topic = Callable[[str], str]
"""Gives the title of an accepted proposal, by its name; empty where it is not known."""


def calendar(plan: Plan, page: str, topic: Topic = lambda _: "") -> bytes:
    """Write the calendar of a chat. page: the address of its pages, without a slash at the end."""
    schedule = plan.settings.schedule
    found = Calendar()
    for name, value in _head(plan, page).items():
        found.add(name, value)
    found.add("SOURCE", f"{page}/calendar.ics", {"VALUE": "URI"})
    found.add("REFRESH-INTERVAL", vDuration(REFRESH), {"VALUE": "DURATION"})
    found.add("X-PUBLISHED-TTL", vDuration(REFRESH))
    if schedule is not None:
        found.add("X-WR-TIMEZONE", schedule.zone)
        if schedule.zone != "UTC":
            years = plan.since.year - 2, plan.changed.year + _AHEAD
            found.add_component(timezone(zone(schedule.zone), schedule.zone, *years))
    for event in _Events(plan, page, topic).all():
        found.add_component(event)
    return bytes(found.to_ical())


def _head(plan: Plan, page: str) -> dict[str, Any]:
    name = plain(plan.settings.name or f"#{plan.settings.tag}")
    about = plain(plan.settings.about)
    return {
        "PRODID": _PRODUCT,
        "VERSION": "2.0",
        "CALSCALE": "GREGORIAN",
        "UID": _uid(plan.id, "calendar"),
        "LAST-MODIFIED": plan.changed,
        "NAME": name,
        "X-WR-CALNAME": vText(name),
        "URL": f"{page}/chat",
    } | ({"DESCRIPTION": about, "X-WR-CALDESC": vText(about)} if about else {})


class _Events:
    """The events of one plan."""

    def __init__(self, plan: Plan, page: str, topic: Topic) -> None:
        self._plan = plan
        self._page = page
        self._topic = topic

    def all(self) -> Iterator[Event]:
        """Give the series, and each special session."""
        schedule = self._plan.settings.schedule
        own = [] if schedule is None else specials(schedule)
        special = list(merge(own, self._plan.accepted, key=lambda one: one.begins))[-SPECIALS:]
        first = None if schedule is None else _first(schedule, self._plan.since, special)
        altered: dict[int, date] = {}
        if schedule is not None and first is not None:
            replaced = [_replaced(schedule, one, first.begins) for one in special]
            altered = _altered(replaced)
            out = {on for dates in replaced for on in dates}.difference(altered.values())
            yield self._series(schedule, first, out | {one.on for one in schedule.skipped})
        for place, one in enumerate(special):
            yield self._special(schedule, one, altered.get(place))

    def _series(self, schedule: Schedule, first: Slot, without: set[date]) -> Event:
        event = self._event(_uid(self._plan.id, "regular"), self._title(""), schedule.lasting)
        event["DESCRIPTION"] = vText(self._about(self._plan.settings.about))
        event.add("DTSTART", _nominal(schedule, first.on))
        if (rule := _rule(schedule.recurs)) is not None:
            event.add("RRULE", vRecur(rule))
            if out := sorted(on for on in without if _recurs_on(schedule, first.on, on)):
                event.add("EXDATE", [_nominal(schedule, on) for on in out])
        return event

    def _special(self, schedule: Schedule | None, one: Slot, instead: date | None) -> Event:
        title = self._title(one.title or (self._topic(one.proposal) if one.proposal else ""))
        uid = _uid(self._plan.id, _special_name(one) if instead is None else "regular")
        event = self._event(uid, title, one.ends - one.begins)
        if instead is not None and schedule is not None:
            event.add("RECURRENCE-ID", _nominal(schedule, instead))
        event.add("DTSTART", one.begins if schedule is None else _shown(schedule, one.begins))
        return event

    def _event(self, uid: str, title: str, lasting: timedelta) -> Event:
        event = Event()
        event.add("UID", uid)
        event.add("DTSTAMP", self._plan.changed)
        event.add("LAST-MODIFIED", self._plan.changed)
        event.add("SEQUENCE", self._plan.revision)
        event.add("SUMMARY", title)
        event.add("DESCRIPTION", self._about())
        event.add("URL", f"{self._page}/chat")
        event.add("DURATION", lasting)
        event.add("STATUS", "CONFIRMED")
        event.add("TRANSP", "TRANSPARENT")  # who follows a chat is not busy
        return event

    def _about(self, chat: str = "") -> str:
        told = f"House rules, how to take part, and what was said before: {self._page}/chat"
        return plain(f"{chat}\n\n{told}" if chat else told)

    def _title(self, special: str) -> str:
        chat = self._plan.settings.name or f"#{self._plan.settings.tag}"
        return plain(f"{chat}: {special}" if special else chat)


def _first(schedule: Schedule, since: datetime, special: Sequence[Slot]) -> Slot | None:
    """Give the session that a series begins with; one that is held once may have been left out, or be special."""
    if not isinstance(schedule.recurs, Once):
        return next(regular(_whole(schedule), since), None)
    return next((one for one in regular(schedule, since) if not taken(one, special)), None)


def _whole(schedule: Schedule) -> Schedule:
    """Give a schedule as its rule says it, with the dates that are left out."""
    return Schedule(recurs=schedule.recurs, at=schedule.at, zone=schedule.zone, lasting=schedule.lasting)


def _recurs_on(schedule: Schedule, first: date, on: date) -> bool:
    return on >= first and next(schedule.recurs.dates(on), None) == on


def _replaced(schedule: Schedule, special: Slot, first: datetime) -> list[date]:
    """Give the dates of regular sessions whose place a special one takes."""
    near = takewhile(lambda one: one.begins < special.begins + 2 * _DAY, regular(schedule, special.begins - 2 * _DAY))
    return [one.on for one in near if special.replaces(one) and one.begins >= first]


def _altered(replaced: Sequence[Sequence[date]]) -> dict[int, date]:
    """Say which special session stands for the regular one of which date: each for one, by their places."""
    found: dict[int, date] = {}
    for place, dates in enumerate(replaced):
        free = [on for on in dates if on not in found.values()]
        found |= {place: free[0]} if free else {}
    return found


def _rule(recurs: Recurrence) -> dict[str, Any] | None:
    match recurs:
        case Weekly(days=days, every=every):
            return {"freq": "weekly", "interval": every, "byday": [_DAYS[day] for day in days], "wkst": "MO"}
        case Monthly(which=which, day=day, every=every):
            return {"freq": "monthly", "interval": every, "byday": [f"{place}{_DAYS[day]}" for place in which]}
        case Once():
            return None


def _nominal(schedule: Schedule, on: date) -> datetime:
    """Give the hour of a date as the schedule says it, whether or not the clocks show it."""
    return datetime.combine(on, schedule.at, UTC if schedule.zone == "UTC" else zone(schedule.zone))


def _shown(schedule: Schedule, begins: datetime) -> datetime:
    """Give a moment as the chat's clocks show it; in UTC where they show that time twice and this is the second."""
    shown = local(begins, schedule.zone)
    return begins if shown.fold or schedule.zone == "UTC" else shown


def _special_name(one: Slot) -> str:
    return f"proposal {one.proposal}" if one.proposal else f"special {one.begins:%Y%m%dT%H%M}"


def _uid(chat: str, what: str) -> str:
    return f"{blake2b(f'{chat} {what}'.encode('utf-8', 'replace'), digest_size=12).hexdigest()}@fairfloor"


def plain(text: str) -> str:
    """Give a text without the characters that the format forbids, its lines ended alike."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(char for char in lines if char in "\n\t" or unicodedata.category(char) not in {"Cc", "Cs"})
