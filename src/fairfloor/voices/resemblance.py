"""Finding the earlier text that a text nearly repeats: exact set-similarity search in a stream.

Texts resemble each other by the Jaccard similarity of their shingles. Where it is t or more, at least t n of a text's
n shingles are shared, so any n - ceil(t n) + k of them hold k shared ones (the prefix-filtering principle: Chaudhuri,
Ganti and Kaushik 2006). We look up those that the fewest kept texts have, count who comes up k times, and verify
these on the whole sets.

Rejected: MinHash and bottom-k sketches. They choose by the value of a hash, so a change of words, alike for
everybody, could change who is merged; and they miss some. This finds every one, and texts as short as posts cost no
more.

Most candidates still share too little. Each text has a sketch: a number with one bit of `_BITS` set by each shingle.
Whose sketch has too few bits in common with the text's is passed over without looking closer: it can only save work,
for what is shared is never more than the bits in common and the shingles that fell on a bit already set. How many it
takes grows with the size of both, so a sketch has a second part, of ones: the fewer, the larger its text. All of them
count as bits in common, so one number, the same for all candidates, tells who has enough.

A shingle that very many texts have tells little and costs much (a crowd could make it cost at will), so only the last
`CROWDED` of them are found through it.

This is what is found and why. Where there was a C compiler at install, the same is done by `voices/native`, in a tenth
of the time and a quarter of the memory; tests/voices/test_resemblance.py holds the two together.

Invariant: `nearest` finds a kept text of similarity `threshold` or more exactly where there is one, as long as the
rarest shingles of the text are had by at most `CROWDED` kept texts each.
Invariant: what it finds depends on which shingles are equal and on the order of texts, never on a shingle's value.
"""

from array import array
from collections import Counter
from itertools import chain, filterfalse
from math import ceil
from typing import NamedTuple, TypeVar

CROWDED = 64
"""Texts that are found through one shingle, the last of those that have it."""
_TIMES = 3
"""Shared shingles, of the rarest, that make a candidate, where the text has so many to share."""
_BITS = 192
"""Bits of the first part of a sketch, set by shingles."""
_LARGE = 256
"""Shingles from which a text counts as no larger in the second part of its sketch."""
_BIT = [1 << bit for bit in range(_BITS)]
_ROUNDING = 1e-9


Other = TypeVar("Other")
"""Something that shingles may be known from beside texts; it is told apart from others by what it is."""


class Resembling(NamedTuple):
    """A text found, by its number, and how like it is: Jaccard similarity in [threshold, 1]."""

    number: int
    likeness: float


class Resemblance:
    """An index of texts as sets of shingles; those of fewer than `least` are kept, but resemble nothing."""

    def __init__(self, threshold: float, least: int = 1) -> None:
        self.threshold = threshold
        self._least = least
        self._part = threshold / (1.0 + threshold)
        """Texts of n and m shingles are like enough where they share this part of n + m, at least."""
        self._ones = int(self._part * _LARGE)
        self._texts: dict[int, bytes] = {}
        """The shingles of each kept text, by its number, packed."""
        self._sketches: dict[int, int] = {}
        self._having: dict[int, int | array[int]] = {}
        """The text that has a shingle, or those that have it where there are several, in order of keeping."""

    def __len__(self) -> int:
        """Count the texts kept."""
        return len(self._texts)

    def nearest(self, shingles: tuple[int, ...]) -> Resembling | None:
        """Give the kept text most like this one, the earlier of two alike; None where all are below the threshold."""
        if not (hopeful := self._hopeful(shingles)):
            return None
        mine, best = frozenset(shingles), None
        for number in hopeful:
            theirs = array("Q", self._texts[number])
            likeness = _likeness(len(mine), len(theirs), len(mine.intersection(theirs)))
            if likeness < self.threshold or len(theirs) < self._least:
                continue
            if best is None or (likeness, -number) > (best.likeness, -best.number):
                best = Resembling(number, likeness)
        return best

    def sources(self, shingles: tuple[int, ...], others: dict[int, Other]) -> dict[int | Other, int]:
        """Count what each of some shingles is known from: one of `others`, or else the first kept text that has it.

        Texts by their numbers; in order of first use. What neither has is left out.
        """
        counts: dict[int | Other, int] = {}
        for of in map(others.get, shingles, map(self._first, shingles)):
            if of is not None:
                counts[of] = counts.get(of, 0) + 1
        return counts

    def _first(self, shingle: int) -> int | None:
        having = self._having.get(shingle)
        return having if having is None or isinstance(having, int) else having[0]

    def unknown(self, shingles: tuple[int, ...]) -> list[int]:
        """Give those of some shingles that no kept text has."""
        return [*filterfalse(self._having.__contains__, shingles)]

    def keep(self, number: int, shingles: tuple[int, ...]) -> None:
        """Put a text into the index, under a number greater than all before and below 2**32."""
        ones = self._ones - int(self._part * min(len(shingles), _LARGE) - _ROUNDING)
        self._texts[number], self._sketches[number] = array("Q", shingles).tobytes(), _sketch(shingles, ones)
        for shingle in shingles:
            having = self._having.setdefault(shingle, number)
            if not isinstance(having, int):
                having.append(number)
                if len(having) > CROWDED:
                    del having[1]  # the first is kept for good: it tells who said it first
            elif having != number:
                self._having[shingle] = array("I", (having, number))

    def forget(self, number: int) -> None:
        """Take a text out of the index, where it is in it."""
        self._sketches.pop(number, None)
        for shingle in array("Q", self._texts.pop(number, b"")):
            self._drop(shingle, number)

    def _drop(self, shingle: int, number: int) -> None:
        having = self._having.get(shingle)
        if having == number:
            del self._having[shingle]
        elif isinstance(having, array) and number in having:
            having.remove(number)
            if len(having) == 1:
                self._having[shingle] = having[0]

    def _hopeful(self, shingles: tuple[int, ...]) -> list[int]:
        """Give the candidates that by their sketches can be like enough."""
        if not (candidates := self._candidates(shingles)):
            return []
        sketch, sketches = _sketch(shingles, self._ones), self._sketches
        different = sketch.bit_count() - self._ones
        fell_together = len(shingles) - different
        enough = self._ones + ceil(self._part * len(shingles) - _ROUNDING) - fell_together
        return [number for number in candidates if (sketches[number] & sketch).bit_count() >= enough]

    def _candidates(self, shingles: tuple[int, ...]) -> list[int]:
        """Give the texts that come up often enough among those that have the rarest shingles."""
        must = ceil(self.threshold * len(shingles) - _ROUNDING)
        known = [having for having in map(self._having.get, shingles) if having is not None]
        if len(known) < must:
            return []
        times = min(_TIMES, must)
        having = sorted([(one,) if isinstance(one, int) else one for one in known], key=len)
        found = Counter(chain.from_iterable(having[: len(known) - must + times]))
        return [number for number, count in found.items() if count >= times]


def _likeness(one: int, other: int, shared: int) -> float:
    """Give the Jaccard similarity of two sets by their sizes and what they share."""
    return shared / (one + other - shared)


def _sketch(shingles: tuple[int, ...], ones: int) -> int:
    sketch = (1 << ones) - 1 << _BITS
    for shingle in shingles:
        sketch |= _BIT[shingle % _BITS]
    return sketch
