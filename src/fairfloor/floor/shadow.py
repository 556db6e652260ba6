"""Calm, crowd, congestion: whether all that is said can be read, with a memory.

A shadow floor shows everything that is offered, first come, first served, at the same pace, and folds nothing. How
long one waits there tells how things stand:

- up to a 32nd of the time to live (a quarter minute of eight): *calm*, everything is shown as it comes;
- up to half of it: *crowded*; all of it still fits, so each message has a date, half a time to live after the shadow
  floor would show it, by which it has the floor whatever else;
- beyond: *congested*; what is said does not fit the reading pace, and the shares decide alone. It stays so until the
  shadow floor has caught up with all of it. Without this memory the floor would flip: it folds a flood, finds room,
  takes the room for calm, and lets the flood in.

Dates are never nearer than an interval to each other, for the shadow floor's are not, so they can be kept whatever
comes. The shadow's backlog is cut at `MEMORY` times to live: a flood that ends is over soon after.

Invariant: congestion begins exactly when a first-come-first-served floor of this pace makes somebody wait for more
than half of the time to live.
"""

from datetime import datetime, timedelta
from enum import IntEnum

MEMORY = 2
"""Times to live by which the shadow floor may be behind, at most."""


class Level(IntEnum):
    """How much is said, against what can be read."""

    CALM = 0
    CROWDED = 1
    CONGESTED = 2


class Shadow:
    """The shadow floor. Constant size."""

    def __init__(self, interval: timedelta, ttl: timedelta) -> None:
        self._calm, self._grace, self._most = ttl / 32, ttl / 2, MEMORY * ttl
        self.pace(interval)
        self._busy_until: datetime | None = None
        self._level = Level.CALM

    def pace(self, interval: timedelta) -> None:
        """Show at another pace from now on."""
        self._interval, self._fits = interval, self._grace - interval

    def offer(self, at: datetime) -> datetime:
        """Take note of one more message; give the date by which it has the floor while there is no congestion."""
        begins = at if self._busy_until is None else max(at, self._busy_until)
        if self.level(at) is not Level.CONGESTED:
            wait = begins - at
            if wait > self._fits:
                self._level = Level.CONGESTED
            elif wait > self._calm:
                self._level = Level.CROWDED
        self._busy_until = min(begins + self._interval, at + self._most)
        return begins + self._grace

    def level(self, at: datetime) -> Level:
        """Tell how things stand at a time, not before the last offer."""
        busy = self._busy_until
        if busy is None or busy <= at or (self._level is Level.CROWDED and busy - at <= self._calm):
            self._level = Level.CALM
        return self._level
