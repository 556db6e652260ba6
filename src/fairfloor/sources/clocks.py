"""The two clocks of real evenings: the wall's, and one that runs at a speed of its own for playing an archive."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

_LOOK = 1.0
"""Seconds after which a sleeper looks at the clock again: it may have been set, or the machine been asleep."""


def _utc() -> datetime:
    return datetime.now(UTC)


class WallClock:
    """Shows the system's time, but never goes back: where that is set back, it runs on from where it was."""

    def __init__(self, system: Callable[[], datetime] = _utc, steady: Callable[[], float] = time.monotonic) -> None:
        self._system = system
        self._steady = steady
        self._shown, self._at = system(), steady()

    def now(self) -> datetime:
        """Give the time now, in UTC."""
        at = self._steady()
        self._shown, self._at = max(self._system(), self._shown + timedelta(seconds=at - self._at)), at
        return self._shown

    async def sleep_until(self, when: datetime) -> None:
        """Wait until it shows `when`; return at once where it already does."""
        while (left := (when - self.now()).total_seconds()) > 0:  # noqa: ASYNC110 - it waits for time, nobody could set an event
            await asyncio.sleep(min(left, _LOOK))


class ScaledClock:
    """Shows `start` when it is made and then runs `speed` times as fast as life."""

    def __init__(self, start: datetime, speed: float = 1.0, steady: Callable[[], float] = time.monotonic) -> None:
        """Raise ValueError where the speed is not greater than 0."""
        if not speed > 0:
            raise ValueError(f"A clock runs at a speed greater than 0; got {speed}.")
        self._start = start.astimezone(UTC)
        self._speed = speed
        self._steady = steady
        self._began = steady()

    def now(self) -> datetime:
        """Give the time now, in UTC."""
        return self._start + timedelta(seconds=(self._steady() - self._began) * self._speed)

    async def sleep_until(self, when: datetime) -> None:
        """Wait until it shows `when`; return at once where it already does."""
        while (left := (when - self.now()).total_seconds()) > 0:  # noqa: ASYNC110 - it waits for time, nobody could set an event
            await asyncio.sleep(left / self._speed)
