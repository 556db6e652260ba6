"""Which articles are about the same: by the words that tell an article from the others, and how much of them is shared.

A word tells much where few articles have it and this one has it often (TF-IDF); the heaviest of an article are its
*telling* words. Another article is as similar as the share of their weight that it has. That is one number in [0, 1]
with a meaning that can be shown, it needs nothing kept but what the search's index has already (in how many articles a
word stands), and it is the same each time it is asked.

Rejected: MinHash over shingles, which finds copies, and posts of one author on one subject are no copies; cosines of
whole vectors, which need every article's vector at hand for differences in the third digit; anything that learns
(nothing here leaves the machine, and nothing that cannot be explained decides what is shown beside what).
"""

from collections import Counter
from collections.abc import Collection, Mapping
from math import log

MOST = 24
"""Telling words of an article."""
LEAST = 0.2
"""What must be shared; below it, chance does as well."""
_TITLE = 3
"""What a word counts that stands in the title."""
_READ = 20_000
"""Words of an article that are read: a book is told by its beginning."""
_TOO_COMMON = 0.2
"""Of all articles: a word that more of them have tells nothing."""
_FEW = 20
"""Articles among which no word is too common."""
_SHORT = 3
"""Letters of a word, or one sign of a script that has no letters."""


def counted(title: list[str], words: list[str]) -> Counter[str]:
    """Count an article's words, which are in the index's own form."""
    counts = Counter(word for word in words[:_READ] if _counts(word))
    for word in filter(_counts, title):
        counts[word] += _TITLE
    return counts


def telling(counts: Mapping[str, int], having: Mapping[str, int], articles: int) -> dict[str, float]:
    """Give the words that tell an article, the heaviest first, with their weights.

    having: in how many articles a word stands, this one among them. What stands in no other tells nothing about others.
    """
    most = articles if articles <= _FEW else articles * _TOO_COMMON
    weights = {
        word: (1 + log(number)) * log((articles + 1) / there)
        for word, number in counts.items()
        if 1 < (there := having.get(word, 0)) <= most
    }
    heaviest = sorted(weights.items(), key=lambda one: (-one[1], one[0]))[:MOST]
    return dict(heaviest)


def shared(weights: Mapping[str, float], words: Collection[str]) -> float:
    """Give the share of telling words' weight that another article has, in [0, 1]; at least two must be there."""
    there = [weight for word, weight in weights.items() if word in words]
    return sum(there) / sum(weights.values()) if len(there) > 1 else 0.0


def _counts(word: str) -> bool:
    return (len(word) >= _SHORT and not word.isdigit()) or not word.isascii()
