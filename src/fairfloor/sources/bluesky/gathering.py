"""What has been read of a stream and not been told yet, whichever the stream. Pure."""

from abc import ABC, abstractmethod
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


class Gatherer(ABC):
    """What readers of streams share: what they read is gathered, and given when it is worth telling."""

    def __init__(self, membership: Membership) -> None:
        """Take what belongs to the chat."""
        self._gathering = Gathering(membership)
        self._leaps = 0
        """Frames in a row that were too large, each of which is leapt over further."""

    def fault(self, fault: Fault) -> None:
        """Note a frame that could not be read."""
        self._gathering.note(fault)

    def batch(self, now: datetime) -> Batch | None:
        """Give what is worth telling now: anything of the chat and any fault at once, a cursor alone now and then."""
        return self._give(now) if self._gathering.due(now) else None

    def rest(self, now: datetime) -> Batch | None:
        """Give all there is, as before a wait."""
        return self._give(now) if self._gathering.any() else None

    def oversized(self) -> None:
        """Note that a frame was too large to take."""
        self._gathering.note(TOO_LARGE)
        self._leaps += 1

    @abstractmethod
    def _give(self, now: datetime) -> Batch:
        """Give all there is, with where to go on from."""
