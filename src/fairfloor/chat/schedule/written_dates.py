"""Dates and times of day as people write them, and the lines of dates that a chat's schedule has beside its rule."""

import re
from collections.abc import Iterator
from datetime import date, time

from fairfloor.chat.schedule.slots import DATES, TITLE, Skipped, Special
from fairfloor.chat.schedule.zones import Unclear

DATE = re.compile(r"\b\d{4}-\d{1,2}-\d{1,2}\b")
TIME = re.compile(
    r"(?<![\w:.])(\d{1,2})(?:(?:[:.h](\d{2}))(?![\d:])\s*([ap]\.?m\b\.?)?|\s*([ap]\.?m\b\.?))", re.IGNORECASE
)
_NOON, _HOURS = 12, 24


def skipped(lines: str) -> tuple[Skipped, ...]:
    """Read dates left out, one a line, each with why: "2026-12-23 Christmas". Raises Unclear."""
    return tuple(Skipped(on=on, why=_title(rest)) for on, rest in _dated(lines, "2026-12-23 Christmas"))


def special(lines: str) -> tuple[Special, ...]:
    """Read special sessions, one a line: "2026-12-09 20:00 Ask the chief"; the time may be left out. Raises Unclear."""
    return tuple(_special(on, rest) for on, rest in _dated(lines, "2026-12-09 20:00 Ask the chief"))


def written_skipped(given: tuple[Skipped, ...]) -> str:
    """Write dates left out as `skipped` reads them."""
    return "\n".join(f"{one.on} {one.why}".rstrip() for one in given)


def written_special(given: tuple[Special, ...]) -> str:
    """Write special sessions as `special` reads them."""
    return "\n".join(
        " ".join(filter(None, (f"{one.on}", f"{one.at:%H:%M}" if one.at else "", one.title))) for one in given
    )


def read_date(text: str) -> date:
    """Read what `DATE` found. Raises Unclear where the calendar has no such date."""
    try:
        year, month, day = map(int, text.split("-"))
        return date(year, month, day)
    except ValueError as error:
        raise Unclear(f"There is no date {text}. Write it year first, as in 2026-12-02.") from error


def clock(found: re.Match[str]) -> time:
    """Read what `TIME` found, of twelve hours or of twenty-four. Raises Unclear."""
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or found[4] or "").casefold()[:1]
    if half and not 1 <= hour <= _NOON:
        hour = _HOURS
    elif half:
        hour = hour % _NOON + (_NOON if half == "p" else 0)
    try:
        return time(hour, minute)
    except ValueError as error:
        raise Unclear(f"There is no time {found[0].strip()!r}. Write it as in 21:00 or 9 pm.") from error


def _dated(lines: str, example: str) -> Iterator[tuple[date, str]]:
    for place, line in enumerate(filter(None, map(str.strip, lines.splitlines())), 1):
        found = DATE.match(line)
        if found is None or place > DATES:
            wrong = f"There are more than {DATES} of them." if found else f"{line[:40]!r} begins with no date."
            raise Unclear(f"{wrong} Write one a line, as in: {example}")
        yield read_date(found[0]), line[found.end() :].strip(" :-\u2013\u2014")


def _special(on: date, rest: str) -> Special:
    found = TIME.match(rest)
    at = None if found is None else clock(found)
    return Special(on=on, at=at, title=_title(rest if found is None else rest[found.end() :].strip(" :-\u2013\u2014")))


def _title(text: str) -> str:
    if len(text) > TITLE:
        raise Unclear(f"{text[:40]!r} goes on too long: {TITLE} characters are enough.")
    return " ".join(text.split())
