"""When a chat is on, in plain words: its hours, its sessions, how long until one begins."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import assert_never

import msgspec

from fairfloor.chat.schedule.course import Session
from fairfloor.chat.schedule.recurrence import DAYS, Monthly, Once, Recurrence, Weekly
from fairfloor.chat.schedule.slots import Schedule, local
from fairfloor.chat.schedule.written import ORDINALS, WEEKDAYS
from fairfloor.web.address import key
from fairfloor.web.words import amount

_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60))


def hours(schedule: Schedule) -> str:
    """Say when a chat is on: "Wednesdays at 21:00, Toronto time"."""
    return f"{_recurring(schedule.recurs)} at {schedule.at:%H:%M}, {clocks(schedule.zone)}"


def clocks(zone: str) -> str:
    """Name the clocks of a zone: "Toronto time", "UTC"."""
    return "UTC" if zone == "UTC" else f"{place(zone)} time"


def place(zone: str) -> str:
    """Name the place that a zone is named after."""
    return zone.rpartition("/")[2].replace("_", " ")


def _recurring(recurs: Recurrence) -> str:
    match recurs:
        case Once(on=on):
            return day(on)
        case Monthly(which=which, day=weekday, every=every):
            places = _and("last" if one < 0 else ORDINALS[one - 1] for one in which)
            months = "the month" if every == 1 else f"every {every} months"
            return f"The {places} {DAYS[weekday]} of {months}"
        case Weekly(days=days, every=1) if days == WEEKDAYS:
            return "Weekdays"
        case Weekly(days=days, every=1):
            return "Every day" if len(days) == len(DAYS) else _and(f"{DAYS[one]}s" for one in days)
        case Weekly(days=days, every=every):
            return f"Every {every} weeks on {_and(DAYS[one] for one in days)}"
        case _:
            assert_never(recurs)


def _and(words: Iterable[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last


def day(on: date) -> str:
    """Say a date: "Wednesday 25 November 2026"."""
    return f"{on:%A} {on.day} {on:%B %Y}"


def away(time: timedelta) -> str:
    """Say how far away a moment is, in its two largest units: "2 days and 3 hours"; chat.js says the same."""
    rest = max(int(time.total_seconds()), 0)
    found = []
    for name, size in _UNITS:
        number, rest = divmod(rest, size)
        found.append(amount(number, name) if number else "")
    first = next((place for place, one in enumerate(found) if one), None)
    return " and ".join(filter(None, found[first : first + 2])) if first is not None else "less than a minute"


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A session as pages show it, in the chat's own time."""

    name: str
    title: str
    """The session's own; its topic's where it takes one on; else empty."""
    proposal: str | None
    """The key of the page of the proposal that it takes on."""
    day: str
    begins: datetime
    begun: str
    """The time of day, in the chat's zone."""
    due: datetime
    until: str
    """The time of day at which it is planned to end, or ended."""
    over: bool
    clocks: str


def shown(session: Session, zone: str, now: datetime, topic: str = "") -> Shown:
    """Give a session as it is shown."""
    end = min(session.due, session.ends) if session.ends > now else session.ends
    begins, ends = local(session.begins, zone), local(end, zone)
    return Shown(
        name=session.name,
        title=session.title or topic,
        proposal=key(session.proposal) if session.proposal else None,
        day=day(begins.date()),
        begins=session.begins.astimezone(UTC),
        begun=f"{begins:%H:%M}",
        due=end.astimezone(UTC),
        until=f"{ends:%H:%M}",
        over=session.ends <= now,
        clocks=clocks(zone),
    )
