"""Says how it stands with a connection: a condition at a time, with since when it has been so."""

from collections.abc import Callable
from datetime import timedelta
from math import ceil

import structlog

from fairfloor.session.ports import Clock
from fairfloor.sources.bluesky.condition import Condition

_log = structlog.get_logger(__name__)

Tell = Callable[[Condition], None]


class Telling:
    """Makes conditions for one source and passes them on; the same sentence twice is no news."""

    def __init__(self, name: str, clock: Clock, tell: Tell) -> None:
        """Take the source's name for the log, and whom to tell; that must not block."""
        self._name = name
        self._clock = clock
        self._tell = tell
        self._last: Condition | None = None

    def say(self, sentence: str, *, connected: bool, attempts: int = 0) -> None:
        """Say how it stands; attempts: failures in a row."""
        last, now = self._last, self._clock.now()
        if last is not None and (last.sentence, last.connected, last.attempts) == (sentence, connected, attempts):
            return
        since = last.since if last is not None and last.connected == connected else now
        self._last = Condition(connected=connected, sentence=sentence, since=since, attempts=attempts)
        _log.info("source", name=self._name, connected=connected, sentence=sentence, attempts=attempts)
        self._tell(self._last)


def span(wait: timedelta) -> str:
    """Give a span of time in words, rounded up."""
    seconds = max(1, ceil(wait.total_seconds()))
    if seconds >= 120:  # noqa: PLR2004 - two minutes, from which nobody counts seconds
        return f"{ceil(seconds / 60)} minutes"
    return "1 second" if seconds == 1 else f"{seconds} seconds"
