"""What has been read of a stream and not been told yet, whichever the stream. Pure."""

from datetime import datetime, timedelta

from fairfloor.acts.act import Like, Post, Repost
from fairfloor.acts.fault import Cause, Fault
from fairfloor.acts.notice import Notice
from fairfloor.session.ports import Batch
from fairfloor.sources.bluesky.news import Told, micros, moment
from fairfloor.sources.membership import Membership

_PULSE = timedelta(seconds=3)
"""How often a cursor is told that moved past other people's acts only."""
_AHEAD = timedelta(days=1)


class Gathering:
    """Gathers what a stream tells about one chat, and gives it in batches."""

    def __init__(self, membership: Membership) -> None:
        """Take what belongs to the chat."""
        self._membership = membership
        self._notices: list[Notice] = []
        self._faults: list[Fault] = []
        self.skipped = 0
        """Acts of others, not told yet."""
        self.moved = False
        """Whether the cursor moved since the last batch."""
        self._given: datetime | None = None

    def note(self, told: Told) -> None:
        """Keep what is of the chat, and what is wrong."""
        if isinstance(told, Fault):
            self._faults.append(told)
        elif told is not None and self._membership.takes(told):
            self._notices.append(told)
        elif isinstance(told, (Post, Repost, Like)):
            self.skipped += 1

    def due(self, now: datetime) -> bool:
        """Tell whether there is something worth telling: anything noted at once, a cursor alone now and then."""
        self._given = self._given or now
        return bool(self._notices or self._faults) or (self.moved and now - self._given >= _PULSE)

    def any(self) -> bool:
        """Tell whether there is anything to tell at all."""
        return bool(self._notices or self._faults or self.moved)

    def give(self, cursor: str | None, upto: int | None, now: datetime) -> Batch:
        """Give all there is. upto: microseconds since 1970."""
        batch = Batch(
            notices=tuple(self._notices),
            faults=tuple(self._faults),
            cursor=cursor,
            upto=None if upto is None else moment(upto),
            skipped=self.skipped,
        )
        self._notices, self._faults, self.skipped, self.moved = [], [], 0, False
        self._given = now
        return batch


def latest(now: datetime) -> int:
    """Give the latest time that an event may have, in microseconds since 1970: clocks differ, but not by a day."""
    return micros(now + _AHEAD)


TOO_EARLY = Fault(Cause.BAD_TIME, detail="an event from more than a day ahead")
TOO_LARGE = Fault(Cause.OVERSIZED, detail="a frame too large to take")


def gap(since: int, until: int) -> Fault:
    """Count a span of which the server had nothing (microseconds since 1970)."""
    first, last = (f"{moment(when):%Y-%m-%dT%H:%M:%SZ}" for when in (since, until))
    return Fault(Cause.GAP, detail=f"nothing from {first} to {last}")
