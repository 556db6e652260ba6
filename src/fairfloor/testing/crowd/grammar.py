"""What simulated people say: a small grammar, so that no two long posts are alike unless they are meant to be.

The words of a topic and those that go with every topic are kept apart, in `words/`. The topics have one shape, and no
word stands in two places; so an evening about one topic is, word for word, an evening about the other. That is what
lets a test swap the words of two camps, or of two topics, and ask that every decision stay the same.

Most of a row is fixed, so that it reads as somebody would write it, and its slots take whatever word lands in them.
How much is said twice was set against real chats: of the two-word runs in a long post, 13 to 23 in a hundred had been
said before by somebody else among 300 posts of real tags (three-word runs 4 to 12); here 20 (6). A grammar runs
out of news sooner than people do: among 3,000 posts it is 33 (10) in a week of a real tag, and 68 (42) here. So a
large crowd with words of its own is much harder to tell from chance here than in life.

Invariant: the dice thrown never depend on which words a list holds, only on how many.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from random import Random
from typing import Literal

Topic = Literal["policing", "gardens"]
Camp = Literal["good", "bad"]

_SLOT = re.compile(r"\{(\w+)(!?)\}")
_START = re.compile(r"(^|[.!?] +)([a-z])")
_Part = tuple[str, str, bool]
"""Literal text, then the slot that follows it ("" at the end), and whether to shout that."""


class Grammar:
    """Rules and words by name; `say` draws a text from one."""

    def __init__(self, lists: Mapping[str, tuple[str, ...]], rows: Mapping[str, tuple[str, ...]]) -> None:
        """Take word lists, and rows that may hold slots: {rule} or, in capitals, {rule!}."""
        self.lists = dict(lists)
        self._rules = {name: tuple(map(_parts, texts)) for name, texts in rows.items()}

    def rows(self, rule: str) -> int:
        """Count the rows of a rule. Raises KeyError where there is no such rule."""
        return len(self._rules[rule])

    def say(self, rule: str, dice: Random, camp: Camp, ask: int = 0, *, row: int | None = None) -> str:
        """Draw a text: sentences with capitals where they start. Raises KeyError where there is no such rule.

        camp: whose words of judgement to use. ask: the number of the question being asked. row: from which row, or any.
        """
        text = self._draw(rule, dice, camp, ask) if row is None else self._fill(self._rules[rule][row], dice, camp, ask)
        return _START.sub(lambda found: found[1] + found[2].upper(), text)

    def _draw(self, name: str, dice: Random, camp: Camp, ask: int) -> str:
        if name == "n":
            return str(ask)
        words = self.lists.get(camp if name == "stance" else name)
        if words is not None:
            return words[int(dice.random() * len(words))]
        rows = self._rules[name]
        return self._fill(rows[int(dice.random() * len(rows))], dice, camp, ask)

    def _fill(self, row: tuple[_Part, ...], dice: Random, camp: Camp, ask: int) -> str:
        pieces = []
        for literal, slot, loud in row:
            pieces.append(literal)
            if slot:
                drawn = self._draw(slot, dice, camp, ask)
                pieces.append(drawn.upper() if loud else drawn)
        return "".join(pieces)


@cache
def grammar(topic: Topic, *, swapped: bool = False) -> Grammar:
    """Give the grammar of a topic; `swapped` exchanges the words of its two camps one for one."""
    common, own = _read("common"), _read(topic)
    lists = {name: tuple(words.split()) for name, words in {**common["words"], **own["words"]}.items()}
    if swapped:
        lists["good"], lists["bad"] = lists["bad"], lists["good"]
    return Grammar(lists, {name: _rows(text) for name, text in common["rules"].items()})


def _read(name: str) -> dict[str, dict[str, str]]:
    file = resources.files("fairfloor.testing.crowd") / "words" / f"{name}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _rows(text: str) -> tuple[str, ...]:
    return tuple(row.strip() for line in text.strip().splitlines() for row in line.split("|"))


def _parts(row: str) -> tuple[_Part, ...]:
    parts, at = [], 0
    for slot in _SLOT.finditer(row):
        parts.append((row[at : slot.start()], slot[1], bool(slot[2])))
        at = slot.end()
    return (*parts, (row[at:], "", False))
