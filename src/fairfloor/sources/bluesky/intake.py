"""What has been read and not been told yet: lines in, batches out, and the place to go on from. Pure.

The cursor is the latest `time_us` read, of any event, the chat's or not. After a break we go on a few seconds before
it: delivery is at least once, servers are not in step with one another, and within one the times run a few
milliseconds out of order; the store leaves out what it has. We go by the latest time and not by the last, or
connections that break while they repeat would walk backwards. A time more than a day ahead of our clock would
lead us past everything, so it is refused.

A frame too large to take ends its connection, and would end every next one at the same place. So we then go on after
it: a little after the last event read, twice as far each time until something new arrives. What was said in that
little while is lost; no server we know sends such a frame.
"""

import re
from datetime import datetime, timedelta

from fairfloor.acts.act import Like, Post, Repost
from fairfloor.acts.fault import Cause, Fault
from fairfloor.acts.notice import Notice
from fairfloor.session.ports import Batch
from fairfloor.sources.bluesky.jetstream import micros, moment, read
from fairfloor.sources.membership import Membership

_CURSOR = re.compile(r"[0-9]{1,17}")
_SECOND = 1_000_000
_REWIND = 5 * _SECOND
_LEAP = _SECOND // 1000
_GAP = 60 * _SECOND
"""Events come many a second; a minute without any, where there should be some, is worth a word."""
_PULSE = timedelta(seconds=3)
"""How often a cursor is told that moved past other people's acts only."""
_AHEAD = timedelta(days=1)


class Intake:
    """Gathers what lines tell about one chat."""

    def __init__(self, membership: Membership, cursor: str | None, now: datetime) -> None:
        """Take the cursor of the last batch stored; None begins with what is said from now on.

        "From now on" holds however long it takes until there is a connection. Raises ValueError where the cursor
        is not one of Jetstream v1.
        """
        if cursor is not None and not _CURSOR.fullmatch(cursor):
            raise ValueError(f"The stored cursor {cursor[:40]!r} is not one of Jetstream's (microseconds since 1970).")
        self._membership = membership
        self._upto = int(cursor) if cursor is not None else None
        self._began = micros(now)
        self._tries = 0
        self._leaps = 0
        self._expected: int | None = None
        self._notices: list[Notice] = []
        self._faults: list[Fault] = []
        self._skipped = 0
        self._fresh = False
        self._told: datetime | None = None

    def start(self) -> int | None:
        """Give the cursor for the next try to connect (microseconds since 1970); None is the live end."""
        self._tries += 1
        if self._upto is None:
            return None if self._tries == 1 else self._began
        self._expected = self._upto
        return self._upto + _LEAP * 2 ** min(self._leaps, 20) if self._leaps else max(0, self._upto - _REWIND)

    def take(self, line: bytes | Fault, now: datetime) -> tuple[datetime, datetime] | None:
        """Read a line, or note a frame that gave none.

        Gives the span of which the server had nothing, where this is the first line after a break and there is one.
        """
        time_us, told = (None, line) if isinstance(line, Fault) else read(line)
        if time_us is not None and moment(time_us) - now > _AHEAD:
            time_us, told = None, Fault(Cause.BAD_TIME, detail="an event from more than a day ahead")
        self._note(told)
        return None if time_us is None else self._advance(time_us)

    def batch(self, now: datetime) -> Batch | None:
        """Give what is worth telling now: anything of the chat and any fault at once, a cursor alone now and then."""
        self._told = self._told or now
        if self._notices or self._faults or (self._fresh and now - self._told >= _PULSE):
            return self._give(now)
        return None

    def rest(self, now: datetime) -> Batch | None:
        """Give all there is, as before a wait."""
        return self._give(now) if self._notices or self._faults or self._fresh else None

    def oversized(self) -> None:
        """Note that a frame was too large to take."""
        self._faults.append(Fault(Cause.OVERSIZED, detail="a frame too large to take"))
        self._leaps += 1

    def _note(self, told: Notice | Fault | None) -> None:
        if isinstance(told, Fault):
            self._faults.append(told)
        elif told is not None and self._membership.takes(told):
            self._notices.append(told)
        elif isinstance(told, (Post, Repost, Like)):
            self._skipped += 1

    def _advance(self, time_us: int) -> tuple[datetime, datetime] | None:
        expected, self._expected, self._fresh = self._expected, None, True
        if self._upto is None or time_us > self._upto:
            self._upto, self._leaps = time_us, 0
        if expected is None or time_us - expected <= _GAP:
            return None
        return moment(expected), moment(time_us)

    def _give(self, now: datetime) -> Batch:
        batch = Batch(
            notices=tuple(self._notices),
            faults=tuple(self._faults),
            cursor=None if self._upto is None else str(self._upto),
            upto=None if self._upto is None else moment(self._upto),
            skipped=self._skipped,
        )
        self._notices, self._faults, self._skipped, self._fresh = [], [], 0, False
        self._told = now
        return batch
