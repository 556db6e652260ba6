"""Where to go on from in a stream that counts in times, Jetstream v1: lines in, batches out. Pure.

The cursor is the latest `time_us` read, of any event, the chat's or not. After a break we go on a few seconds before
it: delivery is at least once, servers are not in step with one another, and within one the times run a few
milliseconds out of order; the store leaves out what it has. We go by the latest time and not by the last, or
connections that break while they repeat would walk backwards. A time more than a day ahead of our clock would
lead us past everything, so it is refused.

A frame too large to take ends its connection, and would end every next one at the same place. So we then go on after
it: a little after the last event read, twice as far each time until something new arrives. What was said in that
little while is lost; no server we know sends such a frame.
"""

from collections.abc import Iterable
from datetime import datetime

from typing_extensions import override

from fairfloor.session.ports import Batch
from fairfloor.sources.bluesky.cursor import Cursor
from fairfloor.sources.bluesky.gathering import TOO_EARLY, Gatherer, gap, latest
from fairfloor.sources.bluesky.jetstream import Sieve, read
from fairfloor.sources.bluesky.news import micros, moment
from fairfloor.sources.membership import Membership

_SECOND = 1_000_000
_REWIND = 5 * _SECOND
_LEAP = _SECOND // 1000
_GAP = 60 * _SECOND
"""Events come many a second; a minute without any, where there should be some, is worth a word."""

Missed = tuple[datetime, datetime]
"""A span of which the server had nothing."""


class Intake(Gatherer):
    """Gathers what lines tell about one chat."""

    def __init__(self, membership: Membership, cursor: str | None, now: datetime) -> None:
        """Take the cursor of the last batch stored; None begins with what is said from now on.

        "From now on" holds however long it takes until there is a connection. Raises ValueError where the cursor
        is not one of Bluesky's streams.
        """
        self._sieve = Sieve(membership)
        super().__init__(membership)
        self._upto = Cursor.parse(cursor).micros if cursor is not None else None
        self._began = micros(now)
        self._tries = 0
        self._expected: int | None = None

    def start(self) -> int | None:
        """Give the cursor for the next try to connect (microseconds since 1970); None is the live end."""
        self._tries += 1
        if self._upto is None:
            return None if self._tries == 1 else self._began
        self._expected = self._upto
        return self._upto + _LEAP * 2 ** min(self._leaps, 20) if self._leaps else max(0, self._upto - _REWIND)

    def take(self, lines: Iterable[bytes], now: datetime) -> Missed | None:
        """Read lines.

        Gives the span of which the server had nothing, where they are the first after a break and there is one.
        """
        gathering = self._gathering
        sifted = self._sieve.sift(lines, latest(now), lambda line: gathering.note(read(line).told))
        gathering.skipped += sifted.passed
        for _ in range(sifted.early):
            gathering.note(TOO_EARLY)
        return None if sifted.first is None else self._advance(sifted.first, sifted.last)

    def refused(self, error: str) -> None:
        """Note that the server named an error; those of v1 ask for nothing else than another try."""

    def _advance(self, first: int, last: int) -> Missed | None:
        expected, self._expected, self._gathering.moved = self._expected, None, True
        if self._upto is None or last > self._upto:
            self._upto, self._leaps = last, 0
        if expected is None or first - expected <= _GAP:
            return None
        self._gathering.note(gap(expected, first))
        return moment(expected), moment(first)

    @override
    def _give(self, now: datetime) -> Batch:
        return self._gathering.give(None if self._upto is None else str(self._upto), self._upto, now)
