"""One account's bets on what it passes on: after one other account, in company, and how much of all of it.

The pair test bets on the one account that was followed most; looking for it among all is paid for by the number of
pairs. The company test bets that some of those who were followed `AGAIN` before are there once more. The company is
chosen before the act, so it is one bet an account and not one a pair. Under the null the number found is a sum of
indicators that exclude one another at most (actors of one thing, drawn without putting back), which is no more spread
than a Poisson number of the same mean (negative association: Joag-Dev and Proschan 1983), so

    times^found e^(-mean (times - 1))

has expectation at most 1: a fair bet, for each of `TIMES`. How far the chances are trusted scales the nats, and a
fortune to the power of something in [0, 1] is still fair (Jensen).

Invariant: one act adds at most `CAP` nats to any bet.
"""

from collections.abc import Mapping
from math import exp, log

import msgspec

from fairfloor.voices.evidence import CAP, HALF_LIFE_DAYS, Wager, evidence

FANDOM = 3
"""Obscure things of one author that count."""
AGAIN = 2.0
"""Times that an account was followed before it is company."""
TIMES = (2.0, 4.0, 8.0)
"""How many times as much company as by chance is bet on, a third of the fortune each."""
PARTNERS = 64
"""Accounts that an account is compared with; those it follows least are dropped."""
OWN = 200
"""Things remembered that an account itself passed on, and their authors."""


class _Follow(msgspec.Struct, eq=False, gc=False):
    surprise: float = 0.0
    repeats: float = 0.0


class Stepper(msgspec.Struct, eq=False, gc=False):
    """What one account passed on, and after whom. Bounded: `PARTNERS`, `OWN`."""

    acts: float = 0.0
    """Obscure things that it passed on, of those that count."""
    leader: str | None = None
    """The account that it follows most."""
    crowd: Wager = msgspec.field(default_factory=Wager)
    company: list[float] = msgspec.field(default_factory=lambda: [0.0] * len(TIMES))
    """The log of the fortune of the company test at each of `TIMES`."""
    follows: dict[str, _Follow] = msgspec.field(default_factory=dict)
    passed: dict[str, None] = msgspec.field(default_factory=dict)
    """What it passed on, the last `OWN` things."""
    authors: dict[str, int] = msgspec.field(default_factory=dict)
    """How many obscure things of an author it passed on, of the last `OWN` authors."""

    def once(self, key: str) -> bool:
        """Tell whether it passes a thing on for the first time, of those remembered, and remember it."""
        if key in self.passed:
            return False
        self.passed[key] = None
        _trim(self.passed)
        return True

    def fond(self, author: str) -> bool:
        """Tell whether it had passed on `FANDOM` obscure things of an author already, and count one more."""
        count = self.authors.pop(author, 0)
        self.authors[author] = count + 1
        _trim(self.authors)
        return count >= FANDOM

    def fellows(self) -> list[str]:
        """Give its company: the accounts that it has followed `AGAIN`."""
        return [actor for actor, follow in self.follows.items() if follow.repeats >= AGAIN]

    def follow(self, chances: Mapping[str, float], found: int, mean: float, trust: float) -> None:
        """Settle the pair and the company test on one act, which follows those before it.

        chances: of those before it, in order, how likely it is by chance that they had come before. found: how many of
        the fellows are among them; mean: how many would be by chance. trust: in [0, 1), how much there is to go by.
        """
        self.acts += 1.0
        self.company = [
            nats + trust * min(CAP, found * log(times) - mean * (times - 1.0))
            for nats, times in zip(self.company, TIMES, strict=True)
        ]
        for actor, chance in chances.items():
            follow = self.follows.setdefault(actor, _Follow())
            follow.repeats += 1.0
            follow.surprise += trust * min(CAP, -log(chance))
        self._keep([*chances])

    def _keep(self, before: list[str]) -> None:
        """Settle whom it follows most, and drop those whom it follows least where there are too many."""
        rivals = before if self.leader is None else [self.leader, *before]
        self.leader = max(rivals, key=lambda actor: self.follows[actor].surprise)
        if len(self.follows) > PARTNERS:
            most = sorted(self.follows.items(), key=lambda entry: -entry[1].surprise)[: PARTNERS // 2]
            self.follows = dict(most) | {self.leader: self.follows[self.leader]}

    @property
    def pair(self) -> float:
        """Give the evidence of the pair test with the account that it follows most, in nats."""
        if self.leader is None:
            return 0.0
        follow = self.follows[self.leader]
        return evidence(follow.surprise, follow.repeats, self.acts)

    @property
    def in_company(self) -> float:
        """Give the evidence of the company test, in nats: the log of the mean fortune."""
        top = max(self.company)
        return top + log(sum([exp(nats - top) for nats in self.company]) / len(TIMES))

    def fade(self, days: float) -> None:
        """Let time pass (`Wager.fade`)."""
        kept = 0.5 ** (days / HALF_LIFE_DAYS)
        self.acts *= kept
        self.crowd.fade(days)
        self.company = [nats * kept for nats in self.company]
        for follow in self.follows.values():
            follow.surprise *= kept
            follow.repeats *= kept


def _trim(memory: dict[str, None] | dict[str, int]) -> None:
    if len(memory) > OWN:
        del memory[next(iter(memory))]
