"""The order of the open questions, and counts of voices, worked out now and then and shared by all readers.

In a flood the ledger changes many times a second and putting a hundred thousand questions in order takes about a
second, so it is not done for every reader: the order stands the longer, the more there are (`SECONDS` for each
thousand), and a few questions are in order at once. Questions' own pages are always as of now.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from fairfloor.chat.ledger.entries import Numbers
from fairfloor.chat.ledger.ledger import Ledger

SECONDS = 0.5
"""Seconds that the order stands at least, for each thousand questions."""
STALE = timedelta(seconds=30)
"""How long it stands at most where nobody asked anything; says change meanwhile."""


class Order:
    """Open questions in order, the numbers, and by how many voices a question is asked."""

    def __init__(self, ledger: Ledger, say: Callable[[str], float], now: Callable[[], datetime]) -> None:
        self._ledger, self._say, self._now = ledger, say, now
        self._of = -1
        self._at: datetime | None = None
        self._names: list[str] = []
        self._places: dict[str, int] = {}
        self._voices: dict[str, int] = {}
        self._numbers = Numbers()

    def open(self) -> list[str]:
        """Give the open questions, those first that most voices ask."""
        self._renew()
        return self._names

    def numbers(self) -> Numbers:
        """Count the questions by what became of them."""
        self._renew()
        return self._numbers

    def voices(self, name: str) -> int:
        """Count by how many voices a question is asked."""
        self._renew()
        if name not in self._voices:
            self._voices[name] = self._ledger.voices(name, self._say)
        return self._voices[name]

    def place(self, name: str) -> int:
        """Give a question's place in the order; -1 where it has none."""
        self._renew()
        return self._places.get(name, -1)

    def _renew(self) -> None:
        now = self._now()
        if self._at is not None and self._at <= now < self._at + self._standing():
            return
        self._of, self._at = self._ledger.version, now
        self._names, self._numbers = self._ledger.ranked(self._say), self._ledger.numbers()
        self._places = {name: place for place, name in enumerate(self._names)}
        self._voices.clear()

    def _standing(self) -> timedelta:
        """Give how long the order stands now."""
        if self._of == self._ledger.version:
            return STALE
        return timedelta(seconds=SECONDS * (len(self._names) // 1_000))
