"""The piece of an article that is shown for a search: where most of what was searched for stands together.

As SQLite's `snippet` makes it: 24 words, what was found between STX and ETX, `…` where more is before or after.
"""

from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from fairfloor.store.site.finding.words import Phrase, Placed, placed

WORDS = 24
"""Words of a piece."""
BEGIN, END, MORE = "\x02", "\x03", "…"
_LOOKED_AT = 1_000
"""Places where something was found, among which the best is looked for: the first."""


class Span(NamedTuple):
    """Words of a text, from one to before another, that are a phrase."""

    first: int
    after: int
    phrase: Phrase


class Searched(NamedTuple):
    """A text, its words, and where among them what was searched for stands."""

    text: str
    there: Sequence[Placed]
    spans: Sequence[Span]

    def best(self) -> Sequence[Span]:
        """Give the first that stand within one piece of those places where most phrases do."""
        beginnings = (_together(self.spans[place : place + WORDS]) for place in range(len(self.spans)))
        return max(beginnings, key=_phrases, default=())


def piece(title: str, words: str, wanted: Collection[Phrase]) -> str:
    """Give a piece of an article's words; of its title, where more of what was searched for stands together there."""
    body, heading = _searched(words, wanted), _searched(title, wanted)
    said, headed = body.best(), heading.best()
    return _cut(heading, headed) if _phrases(headed) > _phrases(said) else _cut(body, said)


def _searched(text: str, wanted: Collection[Phrase]) -> Searched:
    there = placed(text)
    return Searched(text, there, list(islice(_spans(there, wanted), _LOOKED_AT)))


def _spans(there: Sequence[Placed], wanted: Collection[Phrase]) -> Iterator[Span]:
    begun = {phrase[0] for phrase in wanted}
    for at in (place for place, one in enumerate(there) if one.word in begun):
        for phrase in wanted:
            if tuple(one.word for one in there[at : at + len(phrase)]) == phrase:
                yield Span(at, at + len(phrase), phrase)


def _together(spans: Sequence[Span]) -> Sequence[Span]:
    """Give those that stand in one piece with the first; a phrase that is longer than a piece, by its beginning."""
    most = spans[0].first + WORDS
    return [Span(one.first, min(one.after, most), one.phrase) for one in spans if one.first < most]


def _phrases(spans: Sequence[Span]) -> int:
    return len({one.phrase for one in spans})


def _cut(searched: Searched, best: Sequence[Span]) -> str:
    """Give the words round a place, marked; the first words, where it is nowhere."""
    text, there, spans = searched
    room = (WORDS - best[-1].after + best[0].first) // 2 if best else 0
    first = max(0, min(best[0].first - room, len(there) - WORDS)) if best else 0
    last = min(first + WORDS, len(there))
    begins = there[first].begins if first else 0
    ends = there[last - 1].ends if last < len(there) else len(text)
    marks = _merged([span for span in spans if first <= span.first < last], there, ends)
    return (MORE if first else "") + _marked(text, begins, ends, marks) + (MORE if last < len(there) else "")


def _merged(spans: Sequence[Span], there: Sequence[Placed], ends: int) -> list[tuple[int, int]]:
    """Give which characters are marked, none after an end; spans that overlap are one."""
    merged: list[tuple[int, int]] = []
    for span in spans:
        begin, end = there[span.first].begins, min(there[span.after - 1].ends, ends)
        if merged and begin < merged[-1][1]:
            begin, end = merged[-1][0], max(merged.pop()[1], end)
        merged.append((begin, end))
    return merged


def _marked(text: str, begins: int, ends: int, found: Sequence[tuple[int, int]]) -> str:
    parts, at = [], begins
    for begin, end in found:
        parts += [text[at:begin], BEGIN, text[begin:end], END]
        at = end
    return "".join([*parts, text[at:ends]])
