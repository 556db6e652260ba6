"""Reads and fills the editor's form: a run sheet's questions in order, each with a time of day in the chat's zone."""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from fairfloor.chat.sheet.plan import LONGEST, MOST, Planned
from fairfloor.web.people.guard import Filled, Refused

_CLOCK = re.compile(r"([01]?\d|2[0-3])[:.]?([0-5]\d)")
_BEFORE = timedelta(hours=6)
"""A time of day that is earlier than this before the session begins is meant for the day after."""
_BLANK = 3
"""Empty rows for more questions."""


class Row(msgspec.Struct, frozen=True):
    """A row of the editor."""

    text: str = ""
    at: str = ""
    """A time of day, as "21:05"; empty where the question is asked by hand."""


class Clock(msgspec.Struct, frozen=True):
    """Reads times of day of one evening."""

    begins: datetime
    zone: ZoneInfo

    def read(self, typed: str) -> datetime | None:
        """Give when a time of day is, that evening; None for none. Raises Refused."""
        if not typed:
            return None
        found = _CLOCK.fullmatch(typed)
        if found is None:
            raise Refused(422, "That is no time of day", "Write times as 21:05, or leave them empty to ask by hand.")
        day, at = self.begins.astimezone(self.zone).date(), time(int(found[1]), int(found[2]))
        when = self._on(day, at)
        return when if when >= self.begins - _BEFORE else self._on(day + timedelta(days=1), at)

    def write(self, when: datetime | None) -> str:
        """Give the time of day of a moment."""
        return "" if when is None else f"{when.astimezone(self.zone):%H:%M}"

    def _on(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.zone).astimezone(self.begins.tzinfo)


def rows(plan: tuple[Planned, ...], clock: Clock) -> list[Row]:
    """Give the editor's rows for a sheet, with some empty ones."""
    written = [Row(planned.text, clock.write(planned.at)) for planned in plan]
    return [*written, *[Row()] * min(_BLANK, MOST - len(written))]


def read(form: Filled, clock: Clock) -> tuple[Planned, ...]:
    """Read the sheet that somebody filled in; "up-3" as what to do moves row 3 up. Raises Refused."""
    filled = [(_line(form.text(f"text-{row}", LONGEST)), clock.read(form.text(f"at-{row}", 8))) for row in range(MOST)]
    written = [Planned(text=text, at=at) for text, at in filled if text]
    what, _, row = form.text("do", 16).partition("-")
    place = int(row) if row.isascii() and row.isdigit() else -1
    other = place + {"up": -1, "down": 1}.get(what, 0)
    if 0 <= place < len(written) and 0 <= other < len(written):
        here, there = written[place], written[other]
        written[place] = Planned(
            text=there.text, at=here.at
        )  # the times stay in their order, the questions change places
        written[other] = Planned(text=here.text, at=there.at)
    return tuple(written)


def _line(text: str) -> str:
    return " ".join(text.split())
