"""One account's bets on what it passes on: after one other account, in company, and how much of all of it.

The pair test bets on the one account that was followed most; looking for it among all is paid for by the number of
pairs. The company test bets on all who were followed before at once, that they are there again. They are chosen
before the act, so it is one bet an account and not one a pair. On each it bets as much as past acts tell: that they
are there so many *times* as often as by chance as they have been since they were first followed, with a gamma prior
before that is seen (`PRIORS`; the posterior mean of a Poisson rate). Whoever does not come again is soon bet on no
more, and a squad is bet on the more the better it is known. Under the null the actors of one thing are drawn without
putting back and so exclude one another at most (negative association: Joag-Dev and Proschan 1983); the expectation of
a product of increasing functions, one of each, is at most the product of theirs, so

    product over those bet on of  times^there / (1 + chance (times - 1))

has expectation at most 1: a fair bet, for each prior. How far the chances are trusted scales the nats, and a fortune
to the power of something in [0, 1] is still fair (Jensen).

The crowd test bets that most of what it passes on is what several others had passed on and the room left alone. Given
*that* an act is such, the company test bets on *who* was there; so the one fortune may be staked on the other, and
their nats be summed (`together`). But the crowd test goes by the room's ways, and newcomers' may be others: where
people with standing pass on their own things and newcomers theirs, it alone found each of sixty independent newcomers.
So it counts for no more than company does, and for nothing where company gives nothing: then half of the nats that
take from a say are company's, whose null does not ask for anybody's ways. Alone it puts in doubt, no more.
Its price: a crowd with one list for all, of which each passes on a part, looks like people of one taste, and is one.

Rejected: bets at fixed odds on those followed twice (two or three acts later: it found 216 of 300 in a ring, this
274); the crowd test by itself; staking the company test on how often *each* is among the actors of all things (it is
safer against an account that passes everything on, and loses most of a camouflaged ring, whose things have few actors).

Invariant: one act adds at most `CAP` nats to any bet.
"""

from collections.abc import Callable, Mapping
from math import exp, log

import msgspec

from fairfloor.voices.evidence import CAP, HALF_LIFE_DAYS, Wager, evidence

FANDOM = 3
"""Obscure things of one author that count."""
PRIORS = ((0.5, 0.25), (0.3, 0.3))
"""How often one who was followed is there again, in times what chance gives: the shapes and rates of a gamma. One
hopes, with a mean of two, one doubts, with a mean of one; half of the fortune each."""
PARTNERS = 64
"""Accounts that an account is compared with; those it follows least are dropped."""
OWN = 200
"""Things remembered that an account itself passed on, and their authors."""


class _Follow(msgspec.Struct, eq=False, gc=False):
    since: float
    """What `Stepper.actors` was at first."""
    surprise: float = 0.0
    repeats: float = 0.0


class Stepper(msgspec.Struct, eq=False, gc=False):
    """What one account passed on, and after whom. Bounded: `PARTNERS`, `OWN`."""

    acts: float = 0.0
    """Obscure things that it passed on, of those that count."""
    leader: str | None = None
    """The account that it follows most."""
    crowd: Wager = msgspec.field(default_factory=Wager)
    company: list[float] = msgspec.field(default_factory=lambda: [0.0] * len(PRIORS))
    """The log of the fortune of the company test by each of `PRIORS`."""
    actors: float = 0.0
    """How many were before it, of all its acts that count, one by one."""
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

    def follow(self, chances: Mapping[str, float], count: int, part: Callable[[str], float], trust: float) -> None:
        """Settle the pair and the company test on one act, which follows those before it.

        chances: of those before it, in order, how likely it is by chance that they had come before. count: how many
        came before, those included who are not known any more; part: of any account, its part in all that is passed on.
        trust: in [0, 1), how much there is to go by.
        """
        won = self._bet(chances, count, part)
        self.company = [nats + trust * min(CAP, more) for nats, more in zip(self.company, won, strict=True)]
        self.acts += 1.0
        self.actors += count
        for actor, chance in chances.items():
            follow = self.follows.setdefault(actor, _Follow(self.actors))
            follow.repeats += 1.0
            follow.surprise += trust * min(CAP, -log(chance))
        self._keep([*chances])

    def _bet(self, there: Mapping[str, float], count: int, part: Callable[[str], float]) -> list[float]:
        """Give what the bets on its company win or lose by one act, in nats, by each of `PRIORS`."""
        won = [0.0] * len(PRIORS)
        for actor, follow in self.follows.items():
            its = part(actor)
            again, usual, chance = follow.repeats - 1.0, its * (self.actors - follow.since), min(1.0, count * its)
            for prior, (shape, rate) in enumerate(PRIORS):
                times = (shape + again) / (rate + usual)
                if times > 1.0:
                    won[prior] += (log(times) if actor in there else 0.0) - log(1.0 + chance * (times - 1.0))
        return won

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
        return top + log(sum([exp(nats - top) for nats in self.company]) / len(PRIORS))

    @property
    def together(self) -> float:
        """Give the evidence of the company and the crowd test together, in nats."""
        company = max(0.0, self.in_company)
        return company + min(self.crowd.evidence, company)

    def fade(self, days: float) -> None:
        """Let time pass (`Wager.fade`)."""
        kept = 0.5 ** (days / HALF_LIFE_DAYS)
        self.acts *= kept
        self.crowd.fade(days)
        self.company = [nats * kept for nats in self.company]
        self.actors *= kept
        for follow in self.follows.values():
            follow.since *= kept
            follow.surprise *= kept
            follow.repeats *= kept


def _trim(memory: dict[str, None] | dict[str, int]) -> None:
    if len(memory) > OWN:
        del memory[next(iter(memory))]
