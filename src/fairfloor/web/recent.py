"""A dictionary that keeps what was used last and forgets the rest: memory with a bound."""

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


def _one(_: object) -> int:
    return 1


class Recent(Generic[K, V]):
    """The last values put, of which the weights add up to at most `limit`; the one longest unused is forgotten first.

    Invariant: the weights of what is kept add up to at most `limit`.
    """

    def __init__(self, limit: int, weigh: Callable[[V], int] = _one) -> None:
        self._limit = limit
        self._weigh = weigh
        self._kept: dict[K, V] = {}
        self._weight = 0

    def put(self, key: K, value: V) -> None:
        """Keep a value, in place of the one before under this key."""
        self.pop(key)
        self._kept[key] = value
        self._weight += self._weigh(value)
        while self._weight > self._limit:
            self.pop(next(iter(self._kept)))

    def get(self, key: K) -> V | None:
        """Give a value that is still kept, and keep it longer."""
        if key in self._kept:
            self._kept[key] = self._kept.pop(key)
        return self._kept.get(key)

    def pop(self, key: K) -> V | None:
        """Forget a value, and give it where it was still kept."""
        if key not in self._kept:
            return None
        value = self._kept.pop(key)
        self._weight -= self._weigh(value)
        return value

    def __contains__(self, key: K) -> bool:
        """Tell whether a value is still kept."""
        return key in self._kept

    def __iter__(self) -> Iterator[K]:
        """Go through the keys, the one longest unused first."""
        return iter(self._kept)

    def items(self) -> Iterator[tuple[K, V]]:
        """Go through keys and values in the same order, without keeping anything longer for it."""
        return iter(self._kept.items())

    def __len__(self) -> int:
        """Count the values kept."""
        return len(self._kept)
