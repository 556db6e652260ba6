"""Finding the earlier text that a text nearly repeats: exact set-similarity search in a stream.

Texts resemble each other by the Jaccard similarity of their shingles. Where it is t or more, at least t n of a text's
n shingles are shared, so any n - ceil(t n) + k of them hold k shared ones (the prefix-filtering principle: Chaudhuri,
Ganti and Kaushik 2006). We look up those that the fewest kept texts have, count who comes up k times, and verify
these on the whole sets.

Rejected: MinHash and bottom-k sketches. They choose by the value of a hash, so a change of words, alike for
everybody, could change who is merged; and they miss some. This finds every one, and texts as short as posts cost no
more.

A shingle that very many texts have tells little and costs much (a crowd could make it cost at will), so only the last
`CROWDED` of them are found through it.

Invariant: `nearest` finds a kept text of similarity `threshold` or more exactly where there is one, as long as the
rarest shingles of the text are had by at most `CROWDED` kept texts each.
Invariant: what it finds depends on which shingles are equal and on the order of texts, never on a shingle's value.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from math import ceil
from typing import NamedTuple

CROWDED = 64
"""Texts that are found through one shingle, the last of those that have it."""
_TIMES = 3
"""Shared shingles, of the rarest, that make a candidate, where the text has so many to share."""
_ROUNDING = 1e-9


class Resembling(NamedTuple):
    """A text found, by its number, and how like it is: Jaccard similarity in [threshold, 1]."""

    number: int
    likeness: float


class Resemblance:
    """An index of texts as sets of shingles; those of fewer than `least` are kept, but resemble nothing."""

    def __init__(self, threshold: float, least: int = 1) -> None:
        self.threshold = threshold
        self._least = least
        self._kept: dict[int, array[int]] = {}
        self._having: dict[int, int | array[int]] = {}
        """The number of the text that has a shingle, or the numbers where several have it, rising."""

    def __len__(self) -> int:
        """Count the texts kept."""
        return len(self._kept)

    def nearest(self, shingles: tuple[int, ...]) -> Resembling | None:
        """Give the kept text most like this one, the earlier of two alike; None where all are below the threshold."""
        mine, best = frozenset(shingles), None
        for number in self._candidates(shingles):
            theirs = self._kept[number]
            shared = len(mine.intersection(theirs))
            likeness = shared / (len(mine) + len(theirs) - shared)
            if likeness >= self.threshold and (best is None or likeness > best.likeness):
                best = Resembling(number, likeness)
        return best

    def firsts(self, shingles: Iterable[int]) -> list[int | None]:
        """Give, for each shingle, the number of the first kept text that has it; None where none has."""
        return [
            having if having is None or isinstance(having, int) else having[0]
            for having in map(self._having.get, shingles)
        ]

    def keep(self, number: int, shingles: tuple[int, ...]) -> None:
        """Put a text into the index, under a number greater than all before."""
        self._kept[number] = array("Q", shingles)
        for shingle in shingles:
            having = self._having.setdefault(shingle, number)
            if not isinstance(having, int):
                having.append(number)
                del having[1 : 1 - CROWDED]  # the first is kept for good: it tells who said it first
            elif having != number:
                self._having[shingle] = array("I", (having, number))

    def forget(self, number: int) -> None:
        """Take a text out of the index, where it is in it."""
        for shingle in self._kept.pop(number, ()):
            left = [other for other in self._having_of(shingle) if other != number]
            if len(left) > 1:
                self._having[shingle] = array("I", left)
            elif left:
                self._having[shingle] = left[0]
            else:
                self._having.pop(shingle, None)

    def _candidates(self, shingles: tuple[int, ...]) -> list[int]:
        """Give the numbers of texts that share enough of the rarest shingles and have a fitting length, rising."""
        must = ceil(self.threshold * len(shingles) - _ROUNDING)
        times = min(_TIMES, must)
        rarest = sorted(map(self._having_of, shingles), key=len)[: len(shingles) - must + times]
        found = Counter(chain.from_iterable(rarest))
        low, high = max(self._least, self.threshold * len(shingles)), len(shingles) / self.threshold
        enough = [number for number, count in found.items() if count >= times]
        return sorted([number for number in enough if low <= len(self._kept[number]) <= high])

    def _having_of(self, shingle: int) -> Sequence[int]:
        having = self._having.get(shingle, ())
        return (having,) if isinstance(having, int) else having
