"""Shingles: fingerprints of the runs of words in a text, by which texts are compared (Broder 1997).

A run is two words, since single words chain innocent posts through boilerplate, and three lose a copy at every
edited word. The fingerprint of a word is BLAKE2b cut to 64 bits, of a run a multiply-add of its two words':
the same on every machine, and only ever compared for equality.

Invariant: swapping words one for one changes no comparison: shingles are equal after as they were before.
"""

from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise

from fairfloor.acts.text import words

MOST = 256
"""Runs taken of one text, from its start; a longer text is compared by its first 256 runs."""
_MASK = (1 << 64) - 1
_ODD = 0x9E3779B97F4A7C15


@lru_cache(maxsize=1 << 16)
def fingerprint(word: str) -> int:
    """Give a 64-bit fingerprint of a string."""
    return int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def shingles(text: str) -> tuple[int, ...]:
    """Give the fingerprints of the two-word runs of a text, each once, in order; of the word, where it is but one."""
    prints = [fingerprint(word) for word in words(text)[: MOST + 1]]
    if len(prints) == 1:
        return (prints[0],)
    return tuple(dict.fromkeys([(a * _ODD + b) & _MASK for a, b in pairwise(prints)]))
