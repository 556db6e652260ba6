"""A schedule as a host writes it: "Wednesdays 21:00 America/Toronto", "first Monday of the month 20:00 Europe/Berlin".

What is typed is taken apart into the few kinds of words that there are, in whatever order, and put together again; a
word that is none of them is named to whoever typed it, with what to type instead. Rejected: guessing. "Every second
Tuesday" can be two things, and a chat that is announced for the wrong night loses its people.

Invariant: `schedule(written(one), ...)` is that one again.
"""

import re
from datetime import date, time, timedelta
from typing import assert_never, get_args

import msgspec

from fairfloor.chat.schedule.recurrence import DAYS, MONTHS, WEEKS, Monthly, Once, Recurrence, Weekly, Which
from fairfloor.chat.schedule.slots import HOUR, Schedule
from fairfloor.chat.schedule.written_dates import DATE, TIME, clock, read_date
from fairfloor.chat.schedule.zones import Unclear, known, named

EXAMPLES = (
    "Wednesdays 21:00 America/Toronto",
    "every 2 weeks on Tuesday 19:30 Europe/Berlin",
    "first Monday of the month 20:00 Europe/London",
    "once 2026-12-02 21:00 America/Toronto",
)
LONGEST = 200
"""Characters of a schedule as it is typed."""
ORDINALS = ("first", "second", "third", "fourth", "fifth")
_WHICH: dict[str, Which] = {
    **dict(zip(ORDINALS, get_args(Which), strict=False)),
    **dict(zip(("1st", "2nd", "3rd", "4th", "5th"), get_args(Which), strict=False)),
    "last": -1,
}
_FILLING = frozenset(
    ("on", "the", "at", "every", "each", "a", "an", "of", "in", "and", "session", "sessions", "always")
)
WEEKDAYS = (0, 1, 2, 3, 4)
_UNITS = {"week": "week", "weekly": "week", "month": "month", "monthly": "month", "day": "day", "daily": "day"}
_FROM = re.compile(rf"\b(?:from|since|starting|beginning)\s+(?:on\s+)?({DATE.pattern})", re.IGNORECASE)


class _Words(msgspec.Struct):
    """What the words for a recurrence say, by kind."""

    days: list[int] = []
    which: list[Which] = []
    number: int | None = None
    unit: str = ""


def schedule(typed: str, today: date, lasting: timedelta = HOUR) -> Schedule:
    """Read a schedule as it is typed; what is every so many weeks counts from `today` unless told. Raises Unclear."""
    text = " ".join(typed.replace(",", " ").split())
    if not text or len(text) > LONGEST:
        raise Unclear(f"Say when the chat is on, for example: {EXAMPLES[0]}")
    text, since = _since(text)
    text, on = _cut(DATE, text)
    text, at = _time(text)
    words, zone = _zone(text)
    recurs = _once(words, on, since) if on else _recurrence(words, since, today)
    return _made(recurs, at, zone, lasting)


def _made(recurs: Recurrence, at: time, zone: str, lasting: timedelta) -> Schedule:
    try:
        return Schedule(recurs=recurs, at=at, zone=zone, lasting=lasting)
    except ValueError as error:
        raise Unclear(str(error)) from error


def written(one: Schedule) -> str:
    """Write a schedule as a host would type it, without its special sessions and dates left out."""
    return f"{_recurs(one.recurs)} {one.at:%H:%M} {one.zone}{_from(one.recurs)}"


# What is typed, taken apart


def _since(text: str) -> tuple[str, date | None]:
    found = _FROM.search(text)
    if found is None:
        return text, None
    return f"{text[: found.start()]} {text[found.end() :]}", read_date(found[1])


def _cut(pattern: re.Pattern[str], text: str) -> tuple[str, date | None]:
    found = pattern.search(text)
    if found is None:
        return text, None
    return f"{text[: found.start()]} {text[found.end() :]}", read_date(found[0])


def _time(text: str) -> tuple[str, time]:
    found = TIME.search(text)
    if found is None:
        raise Unclear(f"Say at what time, as in 21:00 or 9 pm: {EXAMPLES[0]}")
    rest = f"{text[: found.start()]} {text[found.end() :]}"
    if another := TIME.search(rest):
        raise Unclear(f"A chat has one hour, and here are two: {found[0].strip()} and {another[0].strip()}.")
    return rest, clock(found)


def _zone(text: str) -> tuple[list[str], str]:
    """Take the zone from the words: the one with a slash, or the city, of up to three words, that they end with."""
    words = [word for word in text.split() if word.casefold() != "time"]
    slashed = [word for word in words if "/" in word]
    if len(slashed) > 1:
        raise Unclear(f"A chat keeps the hours of one time zone; these are several: {' '.join(slashed)}")
    if slashed:
        return [word for word in words if "/" not in word], named(slashed[0])
    for many in (3, 2, 1):
        if known(city := " ".join(words[-many:])):
            return words[:-many], named(city)
    if words and _kind(words[-1]) is None:
        named(words[-1])
    raise Unclear(f"Say in which time zone, by the name of a city, as in: {EXAMPLES[0]}")


def _kind(word: str) -> str | None:
    """Tell which kind of word of a recurrence a word is; None where it is none."""
    key = word.casefold()
    kinds = {
        "fill": key in _FILLING,
        "unit": _unit(key) is not None,
        "which": key in _WHICH,
        "day": _day(key) is not None,
    }
    kinds |= {"number": key.isascii() and key.isdigit(), "other": key in {"other", "once", "weekdays", "weekday"}}
    return next((kind for kind, is_one in kinds.items() if is_one), None)


def _unit(key: str) -> str | None:
    return _UNITS.get(key) or _UNITS.get(key.removesuffix("s"))


def _day(key: str) -> int | None:
    """Read a day of the week: "Wednesday", "wednesdays", "Wed"."""
    short = key.rstrip(".")
    for number, name in enumerate(DAYS):
        name_key = name.casefold()
        if short in {name_key, name_key + "s", name_key[:3], name_key[:4], "thurs" if name_key == "thursday" else ""}:
            return number
    return None


# ... and put together


def _once(words: list[str], on: date, since: date | None) -> Once:
    days = [day for word in words if (day := _day(word.casefold())) is not None]
    if since is not None or any(_kind(word) not in {"fill", "day"} and word.casefold() != "once" for word in words):
        raise Unclear(f"A date alone is for one evening: {EXAMPLES[3]}. What recurs can have 'from {on}'.")
    if days and days != [on.weekday()]:
        raise Unclear(f"{on} is a {DAYS[on.weekday()]}, and not a {DAYS[days[0]]}.")
    return Once(on=on)


def _recurrence(words: list[str], since: date | None, today: date) -> Recurrence:
    said = _said(words)
    every = 1 if said.number is None else said.number
    if said.which:
        return _monthly(said, every, since, today)
    if not said.days or said.unit == "month":
        raise Unclear(f"Say on which day, as in: {EXAMPLES[0]}; or: {EXAMPLES[2]}")
    if every > 1 and said.unit == "day":
        raise Unclear(f"A chat is on days of the week, as in: {EXAMPLES[0]}")
    days = tuple(sorted(set(said.days)))
    begin = since or (_first(Weekly(days=days), today) if every > 1 else None)
    return Weekly(days=days, every=_often(every, WEEKS, "weeks"), since=begin)


def _monthly(said: _Words, every: int, since: date | None, today: date) -> Recurrence:
    if said.unit != "month" or len(said.days) != 1:
        raise Unclear(
            "Say which day of the month, as in: first Monday of the month 20:00 Europe/London. "
            "For every other week: every 2 weeks on Monday 20:00 Europe/London."
        )
    which = tuple(sorted(set(said.which), key=lambda place: place % 7))
    begin = since or (_first(Monthly(which=which, day=said.days[0]), today) if every > 1 else None)
    return Monthly(which=which, day=said.days[0], every=_often(every, MONTHS, "months"), since=begin)


def _often(every: int, most: int, unit: str) -> int:
    if not 1 <= every <= most:
        raise Unclear(f"Every {every} {unit} cannot be kept: it goes from 1 to {most}.")
    return every


def _said(words: list[str]) -> _Words:
    said = _Words()
    for word in words:
        key = word.casefold()
        if (day := _day(key)) is not None:
            said.days.append(day)
        elif key in _WHICH:
            said.which.append(_WHICH[key])
        elif (unit := _unit(key)) is not None:
            said.unit = unit
            said.days += range(7) if unit == "day" else ()
        elif key in {"weekday", "weekdays"}:
            said.days += WEEKDAYS
        elif key == "other" or _kind(word) == "number":
            said.number = 2 if key == "other" else int(key[:3])
        elif key not in _FILLING:
            raise Unclear(f"{word[:40]!r} is not clear here. Write it as in: {'; '.join(EXAMPLES)}")
    return said


def _first(recurs: Weekly | Monthly, today: date) -> date:
    return next(recurs.dates(today), today)


# Written again


def _recurs(recurs: Recurrence) -> str:
    match recurs:
        case Once(on=on):
            return f"once {on}"
        case Monthly(which=which, day=day, every=every):
            places = " and ".join("last" if one < 0 else ORDINALS[one - 1] for one in which)
            return f"{places} {DAYS[day]} of {'the month' if every == 1 else f'every {every} months'}"
        case Weekly(days=days, every=1) if days == WEEKDAYS:
            return "every weekday"
        case Weekly(days=days, every=1):
            return "every day" if len(days) == len(DAYS) else " and ".join(f"{DAYS[day]}s" for day in days)
        case Weekly(days=days, every=every):
            return f"every {every} weeks on {' and '.join(DAYS[day] for day in days)}"
        case _:
            assert_never(recurs)


def _from(recurs: Recurrence) -> str:
    return "" if isinstance(recurs, Once) or recurs.since is None else f" from {recurs.since}"
