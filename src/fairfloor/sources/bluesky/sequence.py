"""Where to go on from in a stream whose server numbers its events: Jetstream v2, `subscribeRepos`. Pure.

We go on after the last number read, so nothing comes twice but the one event that a server counts inclusively. A server
that no longer has what came after it says so (`CursorTooOld`, `OutdatedCursor`), and so does one that has begun to
count anew (`FutureCursor`; or its numbers are simply lower than what was asked for). Then we go on with what it has (by
the time, where it takes one) and the span in between is counted as a gap: nobody can say whether there was something.

A frame too large to take ends its connection, and would end every next one at the same place; so we go on after it,
twice as far each time until something new arrives.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from typing_extensions import override

from fairfloor.session.ports import Batch
from fairfloor.sources.bluesky.cursor import Cursor
from fairfloor.sources.bluesky.gathering import TOO_EARLY, Gatherer, gap, latest
from fairfloor.sources.bluesky.intake import Missed
from fairfloor.sources.bluesky.item import ONE_PASSED, Item, Passed, Read
from fairfloor.sources.bluesky.news import Told, micros, moment
from fairfloor.sources.membership import Membership

_REWIND = timedelta(seconds=5)
_LEAST_TIME = 10**15
"""Where a server takes times for cursors, a number less than this is no time (it would be before 2001)."""


class Ended(Exception):  # noqa: N818 - it is what happened, not an error of ours
    """The server ended the stream and named why."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Sequence(Gatherer):
    """Gathers what frames tell about one chat."""

    def __init__(
        self, membership: Membership, read: Read, place: str, cursor: str | None, now: datetime, *, timed: bool
    ) -> None:
        """Take the server's name, and the cursor of the last batch stored; None begins with what is said from now on.

        timed: whether the server takes times (microseconds since 1970) for cursors too. Raises ValueError where the
        cursor is not one of Bluesky's streams.
        """
        stored = Cursor.parse(cursor) if cursor is not None else None
        super().__init__(membership)
        self._read = read
        self._place = place
        self._timed = timed
        self._began = now
        self._seq = stored.seq if stored is not None and stored.place == place else None
        self._at = moment(stored.micros) if stored is not None else None
        self._tries = 0
        self._first = True
        self._settled = False
        """Whether an event of this connection has been read, and no gap is open."""
        self._lost = stored is not None and self._seq is None and not timed

    def start(self) -> int | None:
        """Give the cursor for the next try to connect; None is the live end."""
        self._tries += 1
        self._first, self._settled = True, False
        if self._seq is not None:
            return self._seq + (2 ** min(self._leaps, 20) if self._leaps else 0)
        since = self._at or (self._began if self._tries > 1 else None)
        if not self._timed or since is None or micros(since) < _LEAST_TIME:
            return None
        return micros(since - _REWIND)

    def take(self, frames: Iterable[bytes], now: datetime) -> Missed | None:
        """Read frames; give the span of which the server had nothing, where there is one. Raises Ended."""
        limit, read, missed = moment(latest(now)), self._read, None
        last, passed = Item(), 0
        try:
            for frame in frames:
                item = read(frame)
                at, told = item.at, item.told
                if at is None or at > limit or not self._settled:
                    self._advance(last)
                    last, missed = Item(), self._odd(item, limit) or missed
                    continue
                last = item
                if told is ONE_PASSED:
                    passed += 1
                elif told:
                    self._note(told)
        finally:
            self._gathering.skipped += passed
            self._advance(last)
        return missed

    def refused(self, error: str) -> None:
        """Note an error that the server named. Where our number is no use to it, we ask by the time, or for now."""
        if error in {"CursorTooOld", "FutureCursor"}:
            self._lost, self._leaps = True, 0
            self._timed = self._timed and self._seq is not None
            self._seq = None

    def _odd(self, item: Item, limit: datetime) -> Missed | None:
        """Take the first event of a connection or after a gap, and whatever is no event. Raises Ended."""
        if item.error is not None:
            raise Ended(item.error)
        if item.info == "OutdatedCursor":
            self._lost, self._settled = True, False
        if item.seq is not None and not self._settled and self._repeated(item.seq):
            return None
        if item.at is not None and item.at > limit:
            item = Item(item.seq, None, (TOO_EARLY,))
        self._note(item.told)
        missed = self._missed(item.at)
        self._advance(item)
        return missed

    def _repeated(self, seq: int) -> bool:
        """Tell whether an event is the one we asked to go on from; the first may also show that numbers begin anew."""
        first, self._first = self._first, False
        if not first or self._seq is None or seq > self._seq:
            return False
        self._lost = self._lost or seq < self._seq
        return seq == self._seq

    def _missed(self, at: datetime | None) -> Missed | None:
        """Give the gap that ends with this event, where one is open."""
        if at is None:
            return None
        before, lost, self._lost = self._at, self._lost, False
        if not lost or before is None or at <= before:
            return None
        self._gathering.note(gap(micros(before), micros(at)))
        return before, at

    def _note(self, told: Iterable[Told | Passed]) -> None:
        for one in told:
            if one is Passed.ACT:
                self._gathering.skipped += 1
            else:
                self._gathering.note(one)

    def _advance(self, item: Item) -> None:
        """Move on to an event."""
        if item.seq is None:
            return
        self._seq, self._leaps, self._gathering.moved = item.seq, 0, True
        if item.at is not None:
            self._at = item.at if self._at is None else max(self._at, item.at)
            self._settled = True

    @override
    def _give(self, now: datetime) -> Batch:
        upto = None if self._at is None else micros(self._at)
        known = self._seq is not None and upto is not None
        cursor = str(Cursor(upto or 0, self._seq, self._place)) if known else None
        return self._gathering.give(cursor, upto, now)
