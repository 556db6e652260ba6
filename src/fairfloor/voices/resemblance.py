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

This says what is found, as plainly as it can. Where there was a C compiler at install, `voices/native` finds the same
in a tenth of the time and less memory; tests/voices/test_resemblance.py holds the two together.

Invariant: `nearest` finds a kept text of similarity `threshold` or more exactly where there is one, as long as the
rarest shingles of the text are had by at most `CROWDED` kept texts each.
Invariant: what it finds depends on which shingles are equal and on the order of texts, never on a shingle's value.
"""

from array import array
from collections import Counter
from itertools import chain, filterfalse
from math import ceil
from typing import TypeVar

CROWDED = 64
"""Texts that are found through one shingle, the last of those that have it."""
_TIMES = 3
"""Shared shingles, of the rarest, that make a candidate, where the text has so many to share."""
_ROUNDING = 1e-9

Other = TypeVar("Other")
"""Something that shingles may be known from beside texts; it is told apart from others by what it is."""
Resembling = tuple[int, float]
"""A text found, by its number, and how like it is: Jaccard similarity in [threshold, 1]."""


class Resemblance:
    """An index of texts as sets of shingles; those of fewer than `least` are kept, but resemble nothing."""

    def __init__(self, threshold: float, least: int = 1) -> None:
        self.threshold = threshold
        self._least = least
        self._texts: dict[int, bytes] = {}
        """The shingles of each kept text, by its number, packed."""
        self._having: dict[int, int | array[int]] = {}
        """The text that has a shingle, or those that have it where there are several, in order of keeping."""

    def __len__(self) -> int:
        """Count the texts kept."""
        return len(self._texts)

    def nearest(self, shingles: tuple[int, ...]) -> Resembling | None:
        """Give the kept text most like this one, the earlier of two alike; None where all are below the threshold."""
        mine, best, most = frozenset(shingles), None, 0.0
        for number in self._candidates(shingles):
            theirs = array("Q", self._texts[number])
            shared = len(mine.intersection(theirs))
            likeness = shared / (len(mine) + len(theirs) - shared)
            if likeness < self.threshold or len(theirs) < self._least:
                continue
            if best is None or (likeness, -number) > (most, -best):
                best, most = number, likeness
        return None if best is None else (best, most)

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
        self._texts[number] = array("Q", shingles).tobytes()
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
