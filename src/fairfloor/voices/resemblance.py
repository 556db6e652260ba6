"""Finding the earlier text that a text nearly repeats: exact set-similarity search in a stream.

Texts resemble each other by the Jaccard similarity of their shingles. Where it is t or more, at least t n of a text's
n shingles are shared, so any n - ceil(t n) + k of them hold k shared ones (the prefix-filtering principle: Chaudhuri,
Ganti and Kaushik 2006). We look up those that the fewest kept texts have, count who comes up k times, and verify
these on the whole sets.

Rejected: MinHash and bottom-k sketches. They choose by the value of a hash, so a change of words, alike for
everybody, could change who is merged; and they miss some. This finds every one, and texts as short as posts cost no
more.

Most candidates still share too little. Each text has a sketch of 120 bits, one set by each shingle, and who has too
few bits in common is passed over without looking closer: it can only save work, for what is shared is never more than
the bits in common and the shingles that fell on a bit already set. Sketches and sizes stand in rows of plain numbers,
each text at its place, for what costs time here is fetching things from all over the memory.

A shingle that very many texts have tells little and costs much (a crowd could make it cost at will), so only the last
`CROWDED` of them are found through it.

Invariant: `nearest` finds a kept text of similarity `threshold` or more exactly where there is one, as long as the
rarest shingles of the text are had by at most `CROWDED` kept texts each.
Invariant: what it finds depends on which shingles are equal and on the order of texts, never on a shingle's value.
"""

from array import array
from collections import Counter
from collections.abc import Iterable
from itertools import chain, filterfalse
from math import ceil
from typing import NamedTuple

CROWDED = 64
"""Texts that are found through one shingle, the last of those that have it."""
_TIMES = 3
"""Shared shingles, of the rarest, that make a candidate, where the text has so many to share."""
_LOW, _HIGH = 64, 56
"""Bits of a sketch, in two numbers; above the second stands the size of the text, `_LARGE` where it is larger."""
_LARGE = 255
_BIT = [1 << n % (_LOW + _HIGH) for n in range(128)]
"""The bit that a shingle sets, by its last seven bits."""
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
        self._places: dict[int, int] = {}
        """The place of each kept text, by its number."""
        self._free: list[int] = []
        """Places of texts forgotten, to be taken again."""
        self._numbers, self._low, self._high = array("Q"), array("Q"), array("Q")
        self._texts: list[bytes] = []
        self._having: dict[int, int | array[int]] = {}
        """The place of the text that has a shingle, or the places where several have it, in order of keeping."""

    def __len__(self) -> int:
        """Count the texts kept."""
        return len(self._places)

    def nearest(self, shingles: tuple[int, ...]) -> Resembling | None:
        """Give the kept text most like this one, the earlier of two alike; None where all are below the threshold."""
        if not (hopeful := self._hopeful(shingles)):
            return None
        mine, best = frozenset(shingles), None
        for place in hopeful:
            number, theirs = self._numbers[place], array("Q", self._texts[place])
            likeness = _likeness(len(mine), len(theirs), len(mine.intersection(theirs)))
            if likeness < self.threshold or len(theirs) < self._least:
                continue
            if best is None or (likeness, -number) > (best.likeness, -best.number):
                best = Resembling(number, likeness)
        return best

    def firsts(self, shingles: Iterable[int]) -> list[int | None]:
        """Give, for each shingle, the number of the first kept text that has it; None where none has."""
        numbers = self._numbers
        return [
            having if having is None else numbers[having if isinstance(having, int) else having[0]]
            for having in map(self._having.get, shingles)
        ]

    def unknown(self, shingles: Iterable[int]) -> list[int]:
        """Give those of some shingles that no kept text has."""
        return [*filterfalse(self._having.__contains__, shingles)]

    def keep(self, number: int, shingles: tuple[int, ...]) -> None:
        """Put a text into the index, under a number greater than all before."""
        place = self._places[number] = self._take_place()
        self._numbers[place], self._texts[place] = number, array("Q", shingles).tobytes()
        self._low[place], high = _sketch(shingles)
        self._high[place] = high | min(len(shingles), _LARGE) << _HIGH
        for shingle in shingles:
            having = self._having.setdefault(shingle, place)
            if not isinstance(having, int):
                having.append(place)
                if len(having) > CROWDED:
                    del having[1]  # the first is kept for good: it tells who said it first
            elif having != place:
                self._having[shingle] = array("I", (having, place))

    def forget(self, number: int) -> None:
        """Take a text out of the index, where it is in it."""
        place = self._places.pop(number, None)
        if place is None:
            return
        for shingle in array("Q", self._texts[place]):
            self._drop(shingle, place)
        self._texts[place] = b""
        self._free.append(place)

    def _drop(self, shingle: int, place: int) -> None:
        having = self._having[shingle]
        if isinstance(having, int):
            if having == place:
                del self._having[shingle]
        elif place in having:
            having.remove(place)
            if len(having) == 1:
                self._having[shingle] = having[0]

    def _take_place(self) -> int:
        if self._free:
            return self._free.pop()
        for row in (self._numbers, self._low, self._high):
            row.append(0)
        self._texts.append(b"")
        return len(self._texts) - 1

    def _hopeful(self, shingles: tuple[int, ...]) -> list[int]:
        """Give the places of the candidates that by their sketches and sizes can be like enough.

        Texts of n and m shingles are like to t where they share t / (1 + t) of n + m, at least.
        """
        if not (candidates := self._candidates(shingles)):
            return []
        size, part = len(shingles), self.threshold / (1.0 + self.threshold)
        (low, high), lows, highs = _sketch(shingles), self._low, self._high
        least = part * size - (size - low.bit_count() - high.bit_count()) - _ROUNDING
        return [
            place
            for place in candidates
            if (lows[place] & low).bit_count() + ((theirs := highs[place]) & high).bit_count()
            >= least + part * (theirs >> _HIGH)
        ]

    def _candidates(self, shingles: tuple[int, ...]) -> list[int]:
        """Give the places of the texts that come up often enough among those that have the rarest shingles."""
        must = ceil(self.threshold * len(shingles) - _ROUNDING)
        known = [having for having in map(self._having.get, shingles) if having is not None]
        if len(known) < must:
            return []
        times = min(_TIMES, must)
        having = sorted([(places,) if isinstance(places, int) else places for places in known], key=len)
        found = Counter(chain.from_iterable(having[: len(known) - must + times]))
        return [place for place, count in found.items() if count >= times]


def _likeness(one: int, other: int, shared: int) -> float:
    """Give the Jaccard similarity of two sets by their sizes and what they share."""
    return shared / (one + other - shared)


def _sketch(shingles: tuple[int, ...]) -> tuple[int, int]:
    sketch = 0
    for shingle in shingles:
        sketch |= _BIT[shingle & 127]
    return sketch & ((1 << _LOW) - 1), sketch >> _LOW
