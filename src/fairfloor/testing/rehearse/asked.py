"""What is asked of a rehearsal on the command line, read: a session's times, and a crowd.

Whatever cannot be read is a ValueError whose sentence says what to write instead.
"""

import re
from datetime import UTC, datetime, time, timedelta

import msgspec

from fairfloor.testing.crowd import Tactic, World
from fairfloor.web.words import amount

_MOST = 3000
"""Accounts of a crowd; more take longer than anybody waits."""
_FROM, _FOR = 1 / 4, 2 / 3
"""When a crowd comes and how long it stays, in parts of the session."""
_LONGEST = timedelta(days=7)
_CLOCK = re.compile(r"\d{2}:\d{2}")
_LIKE = "write it as 2019-05-16T13:00Z/2019-05-16T14:00Z, or shorter 2019-05-16T13:00Z/14:00Z"


class Session(msgspec.Struct, frozen=True):
    """From when to when, in UTC; the end is left out."""

    start: datetime
    end: datetime


class Crowd(msgspec.Struct, frozen=True):
    """Who comes to take a session over."""

    tactics: tuple[Tactic, ...]
    attackers: int = 300

    @property
    def called(self) -> str:
        """Name it: "a simulated crowd of 300 accounts (ring)"."""
        return f"a simulated crowd of {amount(self.attackers, 'account')} ({', '.join(self.tactics)})"

    def world(self, session: Session, tag: str, seed: int) -> World:
        """Give the world of the crowd over a session: it comes after a quarter and stays for two thirds."""
        minutes = (session.end - session.start) / timedelta(minutes=1)
        return World(
            tactics=self.tactics,
            attackers=self.attackers,
            seed=seed,
            start=session.start,
            minutes=max(1, round(minutes)),
            hijack_from=_FROM * minutes,
            hijack_for=_FOR * minutes,
            tag=tag,
        )


def session(text: str) -> Session:
    """Read START/END as in ISO 8601; an end without a date is on the day of the start, or the next."""
    first, slash, last = (part.strip() for part in text.partition("/"))
    if not slash:
        raise ValueError(f"--session needs a start and an end with a / between: {_LIKE}.")
    try:
        start = _moment(first, "start")
        end = _soon_after(start, last) if _CLOCK.match(last) else _moment(last, "end")
        read = Session(start.astimezone(UTC), end.astimezone(UTC))
    except OverflowError:
        raise ValueError(f"--session is at the edge of time: {text!r}; {_LIKE}.") from None
    if not timedelta(0) < read.end - read.start <= _LONGEST:
        raise ValueError(f"--session must end after it starts, within {_LONGEST.days} days: {_LIKE}.")
    return read


def crowd(text: str) -> Crowd:
    """Read TACTIC:ACCOUNTS; several tactics with a + between, and without a number there come 300."""
    names, colon, number = text.strip().partition(":")
    try:
        tactics = tuple(Tactic(name.strip().casefold()) for name in names.split("+"))
        accounts = int(number) if colon else Crowd(tactics).attackers
    except ValueError:
        accounts, tactics = 0, ()
    if not tactics or not 1 <= accounts <= _MOST:
        raise ValueError(
            f"--crowd takes a tactic and a number of accounts, 1 to {_MOST}, for example ring:300 or copy+unique:100. "
            f"The tactics are {', '.join(Tactic)}."
        )
    return Crowd(tactics, accounts)


def _moment(text: str, which: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"The {which} of --session is not a time: {text!r}; {_LIKE}.") from None
    if moment.tzinfo is None:
        raise ValueError(f"The {which} of --session has no zone: {text!r}. Add Z for UTC, or an offset as in +02:00.")
    return moment


def _soon_after(start: datetime, text: str) -> datetime:
    """Read a time of day, in the zone of the start unless it has its own, as the next such time after the start."""
    try:
        clock = time.fromisoformat(text)
    except ValueError:
        raise ValueError(f"The end of --session is not a time: {text!r}; {_LIKE}.") from None
    end = datetime.combine(start.date(), clock, clock.tzinfo or start.tzinfo)
    return end if end > start else end + timedelta(days=1)
