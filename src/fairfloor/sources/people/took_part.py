"""Who took part in earlier evenings: whoever posted, and on how many evenings. Pure.

Posts within twelve hours of an evening's first are of that evening: a day by the calendar would cut a chat in two that
goes on past midnight in UTC, as most of America's do. Time is when a post reached us, where an archive knows.

A crowd took part as well. Whoever gives standing to all who posted on an evening that was taken over invites it back;
so of an evening's store only those count who were of the room then (`of_the_room`), and of archives one can ask for
several evenings.
"""

from collections import defaultdict
from collections.abc import Container, Iterable
from datetime import datetime, timedelta

from fairfloor.acts.act import Post
from fairfloor.acts.notice import Notice, Rename
from fairfloor.session.decision import Decision
from fairfloor.session.replay import time_of
from fairfloor.sources.people.roll import Person
from fairfloor.voices.standing import ROOM

EVENING = timedelta(hours=12)
MOST = 20_000
"""Accounts taken at most: those with the most evenings."""
_HOUR = 3600
_INDEPENDENT = 0.5
"""Say from which an account counts as speaking for itself."""


class TookPart:
    """Counts the evenings of every account. Bounded: hours in which somebody posted."""

    def __init__(self) -> None:
        self._hours: defaultdict[str, set[int]] = defaultdict(set)
        self._handles: dict[str, str] = {}

    def hear(self, notice: Notice, seen: datetime | None = None) -> None:
        """Take note of a post, and of the name somebody goes by; `seen`: when it reached us, where it does not say."""
        if isinstance(notice, Post | Rename) and notice.handle:
            self._handles[notice.account] = notice.handle
        if isinstance(notice, Post):
            when = seen or time_of(notice) or notice.at
            self._hours[notice.account].add(int(when.timestamp() // _HOUR))

    def people(self, at_least: int = 1) -> tuple[Person, ...]:
        """Give who posted on so many evenings, those with the most first; at most `MOST`."""
        counts = {account: _evenings(hours) for account, hours in self._hours.items()}
        fit = sorted((-count, account) for account, count in counts.items() if count >= at_least)
        return tuple(Person(account, self._handles.get(account)) for _, account in fit[:MOST])


def of_the_room(decisions: Iterable[Decision], *, seeded: bool) -> Container[str]:
    """Give the acts that had the floor, of accounts that spoke for themselves and had the room's standing.

    One reply makes an account no newcomer, and may be a rebuke; a seed it becomes by more than that.
    seeded: whether anybody had standing from the start; where nobody had, nobody could come to any.
    """
    last = {one.act: one for one in decisions}
    return {
        act
        for act, one in last.items()
        if one.placement == "floor" and one.say >= _INDEPENDENT and (one.standing >= ROOM or not seeded)
    }


def _evenings(hours: Iterable[int]) -> int:
    count, until = 0, None
    for hour in sorted(hours):
        if until is None or hour >= until:
            count, until = count + 1, hour + int(EVENING.total_seconds()) // _HOUR
    return count
