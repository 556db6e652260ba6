"""Finding the earlier text that a text nearly repeats: exact set-similarity search in a stream.

Texts resemble each other by the Jaccard similarity of their shingles. Where it is t or more, at least t n of a text's
n shingles are shared, so any n - ceil(t n) + k of them hold k shared ones (the prefix-filtering principle: Chaudhuri,
Ganti and Kaushik 2006). We look up those that the fewest kept texts have, count who comes up k times, and verify
these on the whole sets.

Rejected: MinHash and bottom-k sketches. They choose by the value of a hash, so a change of words, alike for
everybody, could change who is merged; and they miss some. This finds every one, and texts as short as posts cost no
more.

Most candidates still share too little. Each text has a sketch of 256 bits, one set by each shingle, and who has too
few bits in common is passed over without looking closer: it can only save work, for the bits in common are never
fewer than the different bits that shared shingles set.

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
        self._sketches: dict[int, int] = {}
        self._having: dict[int, int | array[int]] = {}
        """The number of the text that has a shingle, or the numbers where several have it, rising."""

    def __len__(self) -> int:
        """Count the texts kept."""
        return len(self._kept)

    def nearest(self, shingles: tuple[int, ...]) -> Resembling | None:
        """Give the kept text most like this one, the earlier of two alike; None where all are below the threshold."""
        mine, best = frozenset(shingles), None
        for most, number in self._candidates(shingles):
            if best is not None and most < best.likeness:
                break
            theirs = self._kept[number]
            likeness = _likeness(len(mine), len(theirs), len(mine.intersection(theirs)))
            if likeness >= self.threshold and (best is None or (likeness, -number) > (best.likeness, -best.number)):
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
        self._sketches[number] = _sketch(shingles)
        for shingle in shingles:
            having = self._having.setdefault(shingle, number)
            if not isinstance(having, int):
                having.append(number)
                del having[1 : 1 - CROWDED]  # the first is kept for good: it tells who said it first
            elif having != number:
                self._having[shingle] = array("I", (having, number))

    def forget(self, number: int) -> None:
        """Take a text out of the index, where it is in it."""
        self._sketches.pop(number, None)
        for shingle in self._kept.pop(number, ()):
            left = [other for other in self._having_of(shingle) if other != number]
            if len(left) > 1:
                self._having[shingle] = array("I", left)
            elif left:
                self._having[shingle] = left[0]
            else:
                self._having.pop(shingle, None)

    def _candidates(self, shingles: tuple[int, ...]) -> list[tuple[float, int]]:
        """Give the texts that share enough of the rarest shingles: how like each is at most, its number; most first."""
        must = ceil(self.threshold * len(shingles) - _ROUNDING)
        times = min(_TIMES, must)
        rarest = sorted(map(self._having_of, shingles), key=len)[: len(shingles) - must + times]
        found = Counter(chain.from_iterable(rarest))
        sketch, sketches = _sketch(shingles), self._sketches
        hidden = len(shingles) - sketch.bit_count()
        sharing = [
            (number, bits + hidden)
            for number, count in found.items()
            if count >= times and (bits := (sketches[number] & sketch).bit_count()) >= must - hidden
        ]
        hopeful = [(self._at_most(number, len(shingles), shared), number) for number, shared in sharing]
        return sorted([entry for entry in hopeful if entry[0] >= self.threshold], reverse=True)

    def _at_most(self, number: int, size: int, shared: int) -> float:
        """Give how like a kept text can be to one of some size that shares at most so many shingles with it."""
        theirs = len(self._kept[number])
        return _likeness(size, theirs, min(shared, size, theirs)) if theirs >= self._least else 0.0

    def _having_of(self, shingle: int) -> Sequence[int]:
        having = self._having.get(shingle, ())
        return (having,) if isinstance(having, int) else having


def _likeness(one: int, other: int, shared: int) -> float:
    """Give the Jaccard similarity of two sets by their sizes and what they share."""
    return shared / (one + other - shared)


def _sketch(shingles: tuple[int, ...]) -> int:
    sketch = 0
    for shingle in shingles:
        sketch |= 1 << (shingle & 255)
    return sketch
