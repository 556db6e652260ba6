"""Acts without an end, for measuring: a tag on a busy week, made as it is asked for and in memory that does not grow.

What matters to a benchmark is kept as it is in life: new accounts keep coming, a few do most, people reply to and pass
on what is fresh, a part of the posts are touched-up pastes of templates that change over time, and words keep some
novelty (names), so that an index of them keeps growing unless somebody bounds it.
"""

from collections import deque
from collections.abc import Iterator
from functools import lru_cache
from random import Random

from fairfloor.acts.act import Act, Post
from fairfloor.testing.crowd.chat import body
from fairfloor.testing.crowd.dice import chance, seeded, weighted
from fairfloor.testing.crowd.edits import edited
from fairfloor.testing.crowd.grammar import grammar
from fairfloor.testing.crowd.pen import Line, Pen
from fairfloor.testing.crowd.people import Account, crew
from fairfloor.testing.crowd.world import World

_KINDS = {"say": 35, "reply": 10, "repost": 30, "like": 25}
_FRESH = 2_000
"""Posts that are still answered and passed on."""
_TEMPLATES = 40
_FIRST_ACCOUNTS, _ACTS_AN_ACCOUNT = 1_000, 100


def endless(world: World, *, per_second: float = 50.0, flood: float = 0.3) -> Iterator[Act]:
    """Give acts in order of time, for ever.

    per_second: acts a second of the tag's own time. flood: the share of posts that are pastes.
    """
    return (act for act in _Stream(world, flood).acts(per_second))


class _Stream:
    def __init__(self, world: World, flood: float) -> None:
        self._seed, self._flood = world.seed, flood
        self._words = grammar(world.topic, swapped=world.swapped)
        self._dice = seeded(world.seed, "endless")
        self._pen = Pen(world, self._words, self._dice)
        self._fresh: deque[Post] = deque(maxlen=_FRESH)
        self._templates: deque[Line] = deque(maxlen=_TEMPLATES)
        self._account = lru_cache(maxsize=4 * _FRESH)(self._make_account)
        self._done = 0

    def acts(self, per_second: float) -> Iterator[Act]:
        at = 0.0
        while True:
            at += self._dice.expovariate(per_second)
            yield self._next(at)
            self._done += 1

    def _next(self, at: float) -> Act:
        kind = weighted(self._dice, _KINDS) if self._fresh else "say"
        who = self._somebody()
        if kind == "repost":
            return self._pen.repost(at, who, self._liked()).act
        if kind == "like":
            return self._pen.like(at, who, self._liked()).act
        post = self._reply(at, who) if kind == "reply" else self._post(at, who)
        self._fresh.append(post)
        return post

    def _post(self, at: float, who: Account) -> Post:
        if chance(self._dice, self._flood):
            return self._pen.post(at, who, self._paste(who)).act
        return self._pen.post(at, who, body(who, self._pen, self._dice)).act

    def _reply(self, at: float, who: Account) -> Post:
        line = self._pen.compose(who, self._dice.choice(("agree", "disagree", "explain", "ask_back")))
        return self._pen.post(at, who, line, self._liked()).act

    def _paste(self, who: Account) -> Line:
        if len(self._templates) < _TEMPLATES or chance(self._dice, 0.01):
            self._templates.append(self._pen.compose(who, self._dice.choice(("slogan", "grievance", "opinion"))))
        return Line(edited(self._dice.choice(self._templates).text, self._dice, self._words), pasted=True)

    def _liked(self) -> Post:
        """Pick a fresh post, the later and the more popular likelier."""
        return self._fresh[-1 - int(len(self._fresh) * self._dice.random() ** 4)]

    def _somebody(self) -> Account:
        """Pick an account, the early ones oftener; the more was done, the more there are."""
        there = _FIRST_ACCOUNTS + self._done // _ACTS_AN_ACCOUNT
        return self._account(int(there * self._dice.random() ** 3))

    def _make_account(self, number: int) -> Account:
        dice: Random = seeded(self._seed, "account", number)
        return crew(1, self._words, dice)[0]
