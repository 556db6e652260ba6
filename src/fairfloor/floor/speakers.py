"""Who is speaking: the says of the accounts that offered a message of late, their sum, and how often each did."""

from collections import deque
from datetime import datetime, timedelta


class Speakers:
    """The accounts that spoke within a span of time. Bounded by what was offered in it."""

    def __init__(self, span: timedelta) -> None:
        self._span = span
        self._turns: deque[tuple[datetime, str]] = deque()
        self._says: dict[str, float] = {}
        self._times: dict[str, int] = {}
        self._total = 0.0

    def count(self, at: datetime) -> int:
        """Count them."""
        self._forget(at)
        return len(self._says)

    def times(self, account: str) -> int:
        """Count how often an account spoke, as of the last time that somebody did."""
        return self._times.get(account, 0)

    def speak(self, account: str, say: float, at: datetime) -> None:
        """Take note that an account speaks."""
        self._forget(at)
        self._turns.append((at, account))
        self._times[account] = self._times.get(account, 0) + 1
        self._total += say - self._says.get(account, 0.0)
        self._says[account] = say

    def says(self, at: datetime) -> float:
        """Give the sum of the says of all who are speaking, at least 1."""
        self._forget(at)
        return max(1.0, self._total)

    def _forget(self, at: datetime) -> None:
        while self._turns and self._turns[0][0] <= at - self._span:
            _, account = self._turns.popleft()
            self._times[account] -= 1
            if not self._times[account]:
                del self._times[account]
                self._total -= self._says.pop(account)
        if not self._says:
            self._total = 0.0
