"""Shingles: fingerprints of the runs of words in a text, by which texts are compared (Broder 1997).

A run is two words, since single words chain innocent posts through boilerplate, and three lose a copy at every
edited word. The fingerprint of a word is BLAKE2b cut to 64 bits, of a run a multiply-add of its two words':
the same on every machine, and only ever compared for equality.

Invariant: swapping words one for one changes no comparison: shingles are equal after as they were before.
"""

from collections.abc import Callable
from functools import cache
from hashlib import blake2b
from struct import Struct

from fairfloor.acts.text import words

MOST = 256
"""Runs taken of one text, from its start; a longer text is compared by its first 256 runs."""
_ODD = 0x9E3779B97F4A7C15
_LANE = 16
"""Bytes of a lane: a product of two fingerprints, and a third added to it, always fit."""
_KNOWN = 1 << 16


class _Lanes(dict[str, bytes]):
    """The fingerprints of words, each in a lane of its own; when `_KNOWN` are known, it begins anew."""

    def __missing__(self, word: str) -> bytes:
        if len(self) >= _KNOWN:
            self.clear()
        digest = blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        self[word] = lane = digest.rjust(_LANE, b"\0")
        return lane


_lane = _Lanes().__getitem__


def fingerprint(word: str) -> int:
    """Give a 64-bit fingerprint of a string."""
    return int.from_bytes(_lane(word), "big")


def shingles(text: str) -> tuple[int, ...]:
    """Give the fingerprints of the two-word runs of a text, each once, in order; of the word, where it is but one."""
    said = words(text)[: MOST + 1]
    if len(said) <= 1:
        return tuple(map(fingerprint, said))
    # All runs in one go, as lanes of one great number: a dozen operations a text, not three for each of its runs.
    row = int.from_bytes(b"".join(map(_lane, said)), "big")
    row += (row >> 8 * _LANE) * _ODD
    runs = _lows(len(said) - 1)(row.to_bytes(_LANE * len(said), "big"), _LANE)
    return runs if len(set(runs)) == len(runs) else tuple(dict.fromkeys(runs))


@cache
def _lows(lanes: int) -> Callable[[bytes, int], tuple[int, ...]]:
    """Give what reads the lower half of so many lanes; there are `MOST` at most."""
    return Struct(">" + "8xQ" * lanes).unpack_from
