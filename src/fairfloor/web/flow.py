"""How much is said, how much of it has the floor, and since when it is more than can be read.

Demand is counted as it comes, in seconds for "the last minute" and in minutes for the plot of the last hour. There is a
flood from when more than twice the pace was said in a minute, or more than a minute's reading waits, until what is said
fits the pace again and nothing waits. That it ends later than it begins is meant: a band that flickers tells nothing.
The flood is a matter of how much, never of who or what: whoever speaks during it is counted with it.
"""

from datetime import UTC, datetime, timedelta

import msgspec

ACCOUNTS = 100_000
"""Accounts counted of one flood; beyond it the count stands still."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
HOUR = 60
"""Minutes that the plot shows."""


class Bar(msgspec.Struct, eq=True):
    """One stretch of time: posts that came in it, and messages that got the floor in it."""

    start: datetime
    came: int = 0
    floor: int = 0


class Flood(msgspec.Struct, eq=True):
    """A stretch of the evening in which more was said than can be read."""

    since: datetime
    until: datetime | None = None
    posts: int = 0
    """Posts merged as copies or folded in it."""
    accounts: int = 0
    """Accounts that these were of."""


class _Bars:
    """The last stretches of time, `many` at most; what comes from before them counts with the first of them."""

    def __init__(self, length: timedelta, many: int) -> None:
        self._length, self._reach = length, (many - 1) * length
        self._bars: dict[datetime, Bar] = {}
        self._last = _EPOCH

    def at(self, when: datetime) -> Bar:
        start = when - (when - _EPOCH) % self._length
        if start > self._last:
            self._last = start
            self._bars = {was: bar for was, bar in self._bars.items() if was >= start - self._reach}
        start = max(start, self._last - self._reach)
        return self._bars.setdefault(start, Bar(start))

    def since(self, when: datetime) -> list[Bar]:
        return [self._bars[start] for start in sorted(self._bars) if start > when]


class Flow:
    """Counts demand and floor as an evening goes on. Bounded: two minutes of seconds, an hour of minutes, one flood."""

    def __init__(self, pace: float) -> None:
        self._pace = pace
        self._seconds = _Bars(SECOND, 120)
        self._minutes = _Bars(MINUTE, HOUR)
        self._speakers: set[str] = set()
        self.flood: Flood | None = None

    def set_pace(self, pace: float) -> None:
        """Take another pace for what can be read, from now on."""
        self._pace = pace

    def came(self, when: datetime) -> None:
        """Count a post that came."""
        self._seconds.at(when).came += 1
        self._minutes.at(when).came += 1

    def got_floor(self, when: datetime) -> None:
        """Count a message that got the floor."""
        self._seconds.at(when).floor += 1
        self._minutes.at(when).floor += 1

    def set_aside(self, account: str) -> None:
        """Count a post that was merged as a copy, or folded."""
        if self.flood is None or self.flood.until is not None:
            return
        if len(self._speakers) < ACCOUNTS:
            self._speakers.add(account)
        self.flood.posts += 1
        self.flood.accounts = len(self._speakers)

    def watch(self, now: datetime, waiting: int) -> None:
        """See whether a flood begins or ends."""
        came, flood = self.last_minute(now).came, self.flood
        if flood is None or flood.until is not None:
            if came > 2 * self._pace or waiting > self._pace:
                self.flood = Flood(now)
                self._speakers.clear()
        elif came <= self._pace and waiting == 0:
            flood.until = now

    def last_minute(self, now: datetime) -> Bar:
        """Give what came and what got the floor in the minute up to now."""
        bars = self._seconds.since(now - MINUTE)
        return Bar(now - MINUTE, sum(bar.came for bar in bars), sum(bar.floor for bar in bars))

    def last_hour(self, now: datetime) -> list[Bar]:
        """Give one bar a minute for the hour up to now, the first first; nothing was said in minutes left out."""
        return self._minutes.since(now - HOUR * MINUTE)
