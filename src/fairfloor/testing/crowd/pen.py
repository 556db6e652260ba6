"""From what somebody wants to say to an act: words, tag, time and id; each draft carries the truth about itself."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from itertools import pairwise
from random import Random
from typing import Any, Generic, TypeVar

import msgspec

from fairfloor.acts.act import Act, Like, Post, Repost
from fairfloor.testing.crowd.dice import chance
from fairfloor.testing.crowd.grammar import Grammar
from fairfloor.testing.crowd.people import Account, draw_id
from fairfloor.testing.crowd.world import Label, World

A = TypeVar("A", bound=Act, covariant=True)  # noqa: PLC0105 one letter will do

_QUESTIONS = frozenset({"question", "wondering", "ask_back"})
_STOCK = frozenset({"hello", "goodbye", "thanks_reply"})
_MARKS = ("A{}: ", "A{}: ", "A{}. ", "A{} ", "A{} - ")
_EMOJI = "👍🙏💙🤔😊🚔👏🙄💬🌱"
_NETWORK = "simulation"
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_TAG = re.compile(r"(?<!\S)#(\w+)")
_LINK = re.compile(r"https://\S+")
_MENTION = re.compile(r"(?<!\S)@(\w+)")
_ALIKE = 0.33
"""Jaccard similarity of two-word runs that two texts never reach by accident (3 of 100 real ones reach 0.31).

Below 0.4, from which the core takes two posts for one: the mark that answers to a question share comes on top.
"""

_HARD = 8
"""Texts that are too like what was said, in a row, after which a text gets one sentence more."""


class Line(msgspec.Struct, frozen=True):
    """What is to be said."""

    text: str
    question: bool = False
    stem: str | None = None
    """What it has in common with whatever else is meant to say the same."""
    link: str | None = None
    pasted: bool = False
    """Word for word: nobody's habits of writing apply."""


class Draft(msgspec.Struct, Generic[A], frozen=True):
    """An act, its author, and the truth about it but for what it is a copy of, which shows when all are in order."""

    act: A
    author: Account
    question: bool = False
    conversation: bool = False
    stem: str | None = None

    def label(self, copy_of: str | None) -> Label:
        """Give the truth about the act."""
        return Label(role=self.author.role, question=self.question, conversation=self.conversation, copy_of=copy_of)


class Pen:
    """Writes acts. What it composes is like nothing in its memory, unless it is a stock phrase."""

    def __init__(self, world: World, words: Grammar, dice: Random, memory: "Memory | None" = None) -> None:
        """Take what there is to write with; without a memory it may happen to say again what was said."""
        self._world, self._words, self._dice = world, words, dice
        self._memory = memory
        self._decks: dict[str, list[int]] = {}

    def compose(self, author: Account, *rules: str, ask: int = 0) -> Line:
        """Draw a text, sentences from each rule in turn; where it is hard to find a new one, one sentence more."""
        tries = 0
        while True:
            text = " ".join(self._sentence(rule, author, ask) for rule in rules)
            stem = text if _STOCK.issuperset(rules) else None
            if stem or self._memory is None or self._memory.takes(text):
                return Line(text, question=not _QUESTIONS.isdisjoint(rules), stem=stem)
            tries += 1
            if tries % _HARD == 0:
                rules = (*rules, rules[-1])

    def _sentence(self, rule: str, author: Account, ask: int) -> str:
        """Draw from a rule as from a deck of cards: no row comes again before all the others have come."""
        deck = self._decks.setdefault(rule, [])
        if not deck:
            rows = self._words.rows(rule)
            deck.extend(self._dice.sample(range(rows), rows))
        return self._words.say(rule, self._dice, author.camp, ask, row=deck.pop())

    def answer(self, author: Account, ask: int, *rules: str) -> Line:
        """Draw an answer to the question being asked; most people mark it so."""
        line = self.compose(author, *rules, ask=ask)
        mark = self._dice.choice(_MARKS).format(ask) if chance(self._dice, author.habit.marks) else ""
        return msgspec.structs.replace(line, text=mark + line.text)

    def post(self, at: float, author: Account, line: Line, to: Post | None = None) -> Draft[Post]:
        """Write a post that says the line; `at` is in seconds after the start of the session."""
        text = self._tagged(author, line)
        act = Post(
            **self._head(at, author),
            text=text,
            reply_to=to.id if to else None,
            root=(to.root or to.id) if to else None,
            tags=tuple(_TAG.findall(text)),
            links=tuple(_LINK.findall(text)),
            mentions=tuple(_MENTION.findall(text)),
            lang=("en",),
        )
        return Draft(act, author, line.question, to is not None and to.account != author.id, line.stem)

    def repost(self, at: float, author: Account, subject: Act) -> Draft[Repost]:
        """Write a repost."""
        return Draft(Repost(**self._head(at, author), subject=subject.id, subject_account=subject.account), author)

    def like(self, at: float, author: Account, subject: Act) -> Draft[Like]:
        """Write a like."""
        return Draft(Like(**self._head(at, author), subject=subject.id, subject_account=subject.account), author)

    def link(self) -> str:
        """Make up a link."""
        return f"https://news.example.org/{draw_id(self._dice, 8)}"

    def _head(self, at: float, author: Account) -> dict[str, Any]:
        when = self._world.start + timedelta(milliseconds=round(1000 * at))
        return {
            "id": draw_id(self._dice, 13),
            "at": when,
            "account": author.id,
            "handle": author.handle,
            "network": _NETWORK,
        }

    def _tagged(self, author: Account, line: Line) -> str:
        """Put the tag where the author puts it, and what else the author is in the habit of."""
        habit, tags = author.habit, f"#{self._world.tag}"
        if line.pasted:
            return " ".join(filter(None, (line.text, tags, line.link)))
        if chance(self._dice, habit.also):
            tags += f" #{self._dice.choice(self._words.lists['tags'])}"
        text = line.text.lower() if habit.lower else line.text
        if chance(self._dice, habit.emoji):
            text += f" {self._dice.choice(_EMOJI)}"
        return " ".join(filter(None, (tags, text, line.link) if habit.tag_first else (text, tags, line.link)))


class Memory:
    """Two-word runs of all that was written in an evening, so that nothing nearly repeats it by accident."""

    def __init__(self) -> None:
        self._sizes: list[int] = []
        self._having: dict[tuple[str, str], list[int]] = {}

    def takes(self, text: str) -> bool:
        """Tell whether a text is new, and remember it where it is."""
        words = _WORD.findall(text.lower())
        runs = set(pairwise(words))
        shared = Counter(number for run in runs for number in self._having.get(run, ()))
        if any(both >= _ALIKE * (len(runs) + self._sizes[number] - both) for number, both in shared.items()):
            return False
        self._keep(runs)
        return True

    def _keep(self, runs: Iterable[tuple[str, str]]) -> None:
        size = 0
        for run in runs:
            self._having.setdefault(run, []).append(len(self._sizes))
            size += 1
        self._sizes.append(size)
