"""How long to wait before trying again, and where: exponential backoff with full jitter, and the next instance in time.

Full jitter (a wait drawn evenly from nothing to the bound) spreads the returning crowd after an outage best for the
server; M. Brooker, "Exponential Backoff And Jitter", 2015. A connection that held for a good minute clears the count;
one that is taken and dropped at once does not, or we would hammer a server that is falling over.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

_FIRST = timedelta(seconds=1)
_LONGEST = timedelta(seconds=60)
_GOOD = timedelta(minutes=1)
_TRIES = 3
"""Failures in a row before the next instance is tried."""


class Dice(Protocol):
    """A source of chance; `random.Random` is one."""

    def uniform(self, a: float, b: float, /) -> float:
        """Draw evenly between `a` and `b`."""


class Patience:
    """Counts failures in a row, and says how long to wait and which instance to try."""

    def __init__(self, instances: Sequence[str], dice: Dice) -> None:
        """Take the instances in order of preference, at least one."""
        self._instances = tuple(instances)
        self._dice = dice
        self._at = 0
        self.failures = 0

    @property
    def instance(self) -> str:
        """The instance to try now."""
        return self._instances[self._at % len(self._instances)]

    def failed(self, lasted: timedelta) -> timedelta:
        """Note a connection that lasted this long (zero where it never came about), and give how long to wait."""
        self.failures = 1 if lasted >= _GOOD else self.failures + 1
        if self.failures % _TRIES == 0:
            self._at += 1
        bound = min(_FIRST * 2 ** min(self.failures - 1, 10), _LONGEST)
        return timedelta(seconds=self._dice.uniform(0, bound.total_seconds()))
