"""Tells which questions are one: many people ask the same thing, each in words of their own.

What is compared is what is asked, not what is said around it: the words of the asking sentences that carry the content,
without endings of the plural, and what is asked for (who, when, where, why, how many). Words weigh by how rare they are
among the evening's questions, so the chat's own topic joins nothing. Two questions are one where they share enough of
that weight, in two words at least, and do not ask for different things ("when is it" is not "where is it"). What only
one of them says costs less than what each says in its own way: "good hotels in Springs" are not those in Lagos.

Precise rather than greedy: a question that is wrongly swallowed has disappeared, two that stand side by side cost the
host one move. And cohesive, like messages: a question must resemble the one that stands for them all, not just another
that was merged into it.

Rejected: embeddings (a model's weights, opinions of its own, and not the same on every machine), and word runs as for
copies (who copies is merged as a message anyway; who asks the same in other words shares few runs).

Invariant: the cost of a question does not grow with how many there are: it is looked up by its `RAREST` words, of which
each leads to the last `CROWDED` questions that have it.
"""

from collections import Counter, OrderedDict
from itertools import chain
from math import log

import msgspec

from fairfloor.acts.text import words
from fairfloor.chat.questions.alike_words import ASKED_FOR, CLOSED
from fairfloor.chat.questions.reading import asking

LIKENESS = 0.55
"""How alike two questions must be: what they share of their words' weight, less where each says another thing."""
MOST = 20_000
"""Questions remembered; the one longest unasked is forgotten first."""
_THIN, _THINNER = 2, 0.15
"""Shared words up to which a likeness may be chance, and what is taken off it then."""
RAREST, CROWDED = 6, 48
_LONGEST = 40
"""Words of a question that are compared."""
_ENOUGH = 3
"""Content words from which asking sentences speak for themselves; else ("How do I fix this?") all of the post does."""
_PRIOR = 20
"""Questions supposed to have been asked before the evening, so that the first words of it are not all rare."""
_PLURAL = 4
"""Letters of a word that may be a plural."""


class _Asked(msgspec.Struct, frozen=True, gc=False):
    terms: frozenset[str]
    kinds: frozenset[str]


class Alike:
    """The questions of an evening that are not the same as an earlier one. Bounded: `MOST` questions."""

    def __init__(self) -> None:
        self._asked: OrderedDict[str, _Asked] = OrderedDict()
        self._having: dict[str, OrderedDict[str, None]] = {}
        self._often: Counter[str] = Counter()

    def place(self, id: str, text: str) -> str | None:  # noqa: A002 - it is what it is called everywhere
        """Give the id of the question that this one is the same as; None where it is new, and is remembered."""
        asked = _read(text)
        if (same := self._find(asked)) is not None:
            self._asked.move_to_end(same)
            return same
        self._keep(id, asked)
        return None

    def forget(self, id: str) -> None:  # noqa: A002
        """Let nothing more be the same as this question; where it is not remembered, nothing happens."""
        asked = self._asked.pop(id, None)
        for term in asked.terms if asked else ():
            self._often[term] -= 1
            if not self._often[term]:
                del self._often[term]
            having = self._having[term]
            having.pop(id, None)
            if not having:
                del self._having[term]

    def _keep(self, id: str, asked: _Asked) -> None:  # noqa: A002
        if not asked.terms or id in self._asked:
            return
        self._asked[id] = asked
        for term in asked.terms:
            self._often[term] += 1
            having = self._having.setdefault(term, OrderedDict())
            having[id] = None
            if len(having) > CROWDED:
                having.popitem(last=False)
        if len(self._asked) > MOST:
            self.forget(next(iter(self._asked)))

    def _find(self, asked: _Asked) -> str | None:
        known = sorted((often, term) for term in asked.terms if (often := self._often[term]))[:RAREST]
        found = Counter(chain.from_iterable(self._having.get(term, ()) for _, term in known))
        best, nearest = None, LIKENESS
        for id, shared in found.items():  # noqa: A001
            if shared > 1 or len(asked.terms) == 1:
                likeness = self._likeness(asked, self._asked[id])
                if likeness > nearest or (best is None and likeness == nearest):
                    best, nearest = id, likeness
        return best

    def _likeness(self, one: _Asked, other: _Asked) -> float:
        """Give how alike two questions are, in [0, 1]."""
        if _differ(one, other):
            return 0.0
        both = one.terms & other.terms
        shared, mine, theirs = (
            sum(map(self._weight, terms)) for terms in (both, one.terms - other.terms, other.terms - one.terms)
        )
        likeness = 2 * shared / (2 * shared + mine + theirs + min(mine, theirs))
        return likeness if len(both) > _THIN or not (mine or theirs) else likeness - _THINNER

    def _weight(self, term: str) -> float:
        return log(1 + (len(self._asked) + _PRIOR) / (self._often[term] + 1))


def _differ(one: _Asked, other: _Asked) -> bool:
    """Tell whether two questions ask for different things, or have too few words to tell that they do not."""
    if min(len(one.terms), len(other.terms)) == 1:
        return one != other
    return bool(one.kinds) and bool(other.kinds) and one.kinds.isdisjoint(other.kinds)


def _read(text: str) -> _Asked:
    said = words(asking(text))[:_LONGEST]
    if sum(word not in CLOSED for word in said) < _ENOUGH:
        said = words(text)[:_LONGEST]
    kinds = frozenset(ASKED_FOR[word] for word in said if word in ASKED_FOR)
    return _Asked(frozenset(_stem(word) for word in said if word not in CLOSED), kinds)


def _stem(word: str) -> str:
    return word[:-1] if len(word) >= _PLURAL and word.endswith("s") and not word.endswith("ss") else word
