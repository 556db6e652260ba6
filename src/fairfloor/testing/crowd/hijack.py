"""The crowd that comes to take the evening over: when it acts and how much, and the tactics that flood with words.

Attackers see the room: whatever was said before their own post they may copy, answer, pass on or imitate. They know
what a floor prefers, so a part of their texts is marked as an answer to the question being asked, or ends in a
question mark. What they do is taken from what was recorded where it was recorded (`Tactic` says what), and otherwise
the worst we could think of; nothing here is made easy to find.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from itertools import accumulate
from random import Random
from typing import TypeGuard

import msgspec

from fairfloor.acts.act import Act, Post
from fairfloor.testing.crowd.chat import asking, body
from fairfloor.testing.crowd.dice import chance, weighted
from fairfloor.testing.crowd.edits import edited
from fairfloor.testing.crowd.grammar import Grammar
from fairfloor.testing.crowd.pen import Draft, Line, Pen
from fairfloor.testing.crowd.people import Account
from fairfloor.testing.crowd.world import World

_RAMP = 120.0
"""Seconds from a hijack's start until it is at full strength."""
_TEMPLATES = {"slogan": 5, "grievance": 3, "opinion": 2, "question": 2}


def is_post(draft: Draft[Act]) -> TypeGuard[Draft[Post]]:
    """Tell whether what was done is a post."""
    return isinstance(draft.act, Post)


class Genuine:
    """What the genuine said and did, as others can see it at any moment."""

    def __init__(self, world: World, drafts: list[Draft[Act]]) -> None:
        self.posts = [draft for draft in drafts if is_post(draft)]
        self.at = [(draft.act.at - world.start).total_seconds() for draft in self.posts]

    def before(self, at: float, last: int = 40) -> list[Post]:
        """Give the last posts before a time, in order."""
        upto = bisect_left(self.at, at)
        return [draft.act for draft in self.posts[max(0, upto - last) : upto]]


class Plot(msgspec.Struct, frozen=True):
    """What a crowd with one tactic has to work with. Times are in seconds after the start of the session."""

    world: World
    crew: list[Account]
    room: Genuine
    pen: Pen
    words: Grammar
    dice: Random
    posts: int
    """Posts to make, all together."""

    @property
    def start(self) -> float:
        """Give when the hijack starts."""
        return 60 * self.world.hijack_from

    @property
    def end(self) -> float:
        """Give when it ends."""
        return min(60.0 * (self.world.hijack_from + self.world.hijack_for), 60.0 * self.world.minutes)

    def times(self, count: int) -> list[float]:
        """Give times in waves: a ramp, then some minutes stronger and some weaker."""
        minutes = max(1, round((self.end - self.start) / 60))
        width = (self.end - self.start) / minutes
        strength = [
            min(1.0, (minute + 0.5) * width / _RAMP) * self.dice.lognormvariate(0, 0.35) for minute in range(minutes)
        ]
        chosen = self.dice.choices(range(minutes), cum_weights=list(accumulate(strength)), k=count)
        return sorted(self.start + (minute + self.dice.random()) * width for minute in chosen)

    def member(self) -> Account:
        """Pick one of the crew, the zealous more often."""
        return self.dice.choices(self.crew, [account.zeal for account in self.crew])[0]

    def ask(self, at: float) -> int:
        """Give the number of the question being asked."""
        return asking(self.world, at)

    def templates(self) -> list[Line]:
        """Compose what will be pasted: slogans, grievances, and texts that look like what the room says."""
        count = max(6, round(len(self.crew) ** 0.5))
        return [self._template(number) for number in range(count)]

    def _template(self, number: int) -> Line:
        leader = self.crew[0]
        line = self.pen.compose(leader, weighted(self.dice, _TEMPLATES))
        mark = f"A{self.ask(self.start)}: " if chance(self.dice, 0.25) else ""
        return Line(mark + line.text, line.question, stem=f"template {leader.id} {number}", pasted=True)


Doing = Callable[[Plot], Iterator[Draft[Act]]]
"""What a tactic is: from a plot to what is done, in no order."""


def copy(plot: Plot) -> Iterator[Draft[Act]]:
    """Paste a few texts, some much more than others, to the letter."""
    templates = plot.templates()
    liking = [1 / (rank + 1) for rank in range(len(templates))]
    for at in plot.times(plot.posts):
        yield plot.pen.post(at, plot.member(), plot.dice.choices(templates, liking)[0])


def edit(plot: Plot) -> Iterator[Draft[Act]]:
    """Paste a few texts, each paste touched up."""
    templates = plot.templates()
    for at in plot.times(plot.posts):
        line = plot.dice.choice(templates)
        text = edited(line.text, plot.dice, plot.words)
        yield plot.pen.post(at, plot.member(), msgspec.structs.replace(line, text=text))


def single(plot: Plot) -> Iterator[Draft[Act]]:
    """Say as much as a crowd from one account: half pastes, half new words."""
    templates, floods = plot.templates(), plot.crew[0]
    for at in plot.times(plot.posts):
        line = plot.dice.choice(templates) if chance(plot.dice, 0.5) else body(floods, plot.pen, plot.dice)
        yield plot.pen.post(at, floods, line)


def unique(plot: Plot) -> Iterator[Draft[Act]]:
    """Write as the room writes, in words of one's own; the accounts take turns, so that each has few posts."""
    order: list[Account] = []
    for at in plot.times(plot.posts):
        if not order:
            order = plot.dice.sample(plot.crew, len(plot.crew))
        yield speak_like_the_room(plot, order.pop(), at)


def speak_like_the_room(plot: Plot, author: Account, at: float) -> Draft[Post]:
    """Say something new in the manner of the room: an answer, a remark, a question, or a reply to somebody in it."""
    manner = weighted(plot.dice, {"answer": 35, "remark": 20, "question": 20, "reply": 25})
    heard = plot.room.before(at - 15)
    if manner == "reply" and heard:
        rule = plot.dice.choice(("agree", "disagree", "disagree", "ask_back"))
        return plot.pen.post(at, author, plot.pen.compose(author, rule), plot.dice.choice(heard))
    if manner == "question":
        return plot.pen.post(at, author, plot.pen.compose(author, "question"))
    return plot.pen.post(at, author, body(author, plot.pen, plot.dice, plot.ask(at) if manner == "answer" else 0))
