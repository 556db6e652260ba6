"""Who is speaking: the says of the accounts that offered a message of late, their sum, and how often each did."""

from collections import deque
from datetime import UTC, datetime, timedelta

import msgspec

NEVER = datetime.max.replace(tzinfo=UTC)


class _Voice(msgspec.Struct, eq=False, gc=False):
    say: float = 0.0
    times: int = 0


class Speakers:
    """The accounts that spoke within a span of time. Bounded by what was offered in it."""

    def __init__(self, span: timedelta) -> None:
        self._span = span
        self._turns: deque[datetime] = deque()
        self._whose: deque[str] = deque()
        self._next = NEVER
        """When the first of the turns is too long ago to count."""
        self._voices: dict[str, _Voice] = {}
        self._total = 0.0

    def count(self, at: datetime) -> int:
        """Count them."""
        self._forget(at)
        return len(self._voices)

    def times(self, account: str) -> int:
        """Count how often an account spoke, as of the last time that somebody did."""
        voice = self._voices.get(account)
        return 0 if voice is None else voice.times

    def speak(self, account: str, say: float, at: datetime) -> None:
        """Take note that an account speaks."""
        if at >= self._next:
            self._forget(at)
        if not self._turns:
            self._next = at + self._span
        self._turns.append(at)
        self._whose.append(account)
        voice = self._voices.get(account)
        if voice is None:
            voice = self._voices[account] = _Voice()
        voice.times += 1
        self._total += say - voice.say
        voice.say = say

    def says(self, at: datetime) -> float:
        """Give the sum of the says of all who are speaking, at least 1."""
        self._forget(at)
        return max(1.0, self._total)

    def _forget(self, at: datetime) -> None:
        while at >= self._next:
            self._turns.popleft()
            self._next = self._turns[0] + self._span if self._turns else NEVER
            account = self._whose.popleft()
            voice = self._voices[account]
            voice.times -= 1
            if not voice.times:
                self._total -= self._voices.pop(account).say
            if not self._voices:
                self._total = 0.0
