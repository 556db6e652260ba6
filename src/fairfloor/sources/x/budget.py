"""What may still be read from X, where every post costs money. Pure.

What was read is counted as it comes and kept in the cursor, in the same transaction as the posts themselves: a restart
goes on counting where it was, and only a larger budget buys more. Everything that X charges for counts: the posts asked
for, and the posts and accounts that come with them; but each once in a day of UTC, since X charges for it once.
"""

from collections.abc import Iterable
from datetime import date

import msgspec

_STEPS = 10
"""How often, on the way to the end of a budget, the host is told."""
_MOST = 10**9


class Place(msgspec.Struct, frozen=True):
    """Where to go on from: the cursor of this source."""

    since: str | None = None
    """The id of a post: all up to it was told. None is from now on."""
    read: int = 0
    """What was read so far, in all."""

    @property
    def cursor(self) -> str:
        """The place as it is kept."""
        return msgspec.json.encode(self).decode()


def place(cursor: str | None) -> Place:
    """Read a cursor. Raises ValueError where it is not one of this source."""
    if cursor is None:
        return Place()
    try:
        kept = msgspec.json.decode(cursor, type=Place)
    except msgspec.DecodeError:
        kept = Place(read=-1)
    since = kept.since
    if not 0 <= kept.read <= _MOST or not (since is None or (since.isascii() and since.isdigit() and len(since) <= 20)):  # noqa: PLR2004 - digits in 64 bits
        raise ValueError(f"The stored cursor {cursor[:60]!r} is not one of X's.")
    return kept


class Budget:
    """Counts what was read against what may be."""

    def __init__(self, allowed: int, read: int = 0) -> None:
        """Take how much may be read in all, and how much was. Raises ValueError where nothing may be."""
        if allowed < 1:
            raise ValueError(f"X charges for each post, so it needs a budget, as in --budget 500; got {allowed}.")
        self.allowed = allowed
        self.read = read
        self._day: date | None = None
        self._paid: set[str] = set()

    @property
    def left(self) -> int:
        """How much may still be read."""
        return max(0, self.allowed - self.read)

    def spend(self, resources: Iterable[str], day: date) -> None:
        """Count what was read, by its names, on a day in UTC."""
        if day != self._day:
            self._day, self._paid = day, set()
        fresh = set(resources) - self._paid
        self._paid |= fresh
        self.read += len(fresh)

    @property
    def told(self) -> str:
        """How much was read, in words; the number moves on by tenths of the budget."""
        step = max(1, self.allowed // _STEPS)
        read = self.read if self.read < step else self.read // step * step
        more = "" if read == self.read else "more than "
        return f"{more}{read:,} of {self.allowed:,} posts read"
