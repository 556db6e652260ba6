"""The pair, voice and crowd tests: who passes the same things on as others, after them, beyond chance.

What is passed on is reposts, and links. Only what the room leaves alone counts: an *obscure* item is one that others
had passed on before, and that nobody with standing had written or passed on. Three bets run on each account:

- the pair test: of the obscure things that it passes on, how many had one other account passed on before? By chance,
  as many as that account's part in all that is passed on, times the actors that the thing had. Acts on what the room
  likes too are no trials, so camouflage buys nothing.
- the voice test: how many had two or more accounts passed on that are already known to be in step? Rings are larger
  than what any one pair shares.
- the crowd test: of *all* that it passes on, how much is obscure? Granting `LENIENT` to anybody.

The later one pays: passing on what somebody passed on, at once and always, costs only the one who does it. Of one
author's posts at most `FANDOM` count for a pair: liking the same writer is no step. Where an item has more actors
than are kept, those with the smallest fingerprints stay (bottom-k): a random few would lose the pairs at a thousand
accounts.

Rejected: popularity taken over everybody, an item at a time (a ring that outnumbers the room makes its items look
popular and vanishes); an item's popularity among accounts with standing (nobody with standing passes on obscure
things, so every hit looked like a wonder, and 8 of 117 genuine accounts were linked); time windows (a ring that waits
a minute slips out; on an evening's scale order is enough).

Invariant: acts of others after an account's own never add to the evidence against it.
"""

from collections import OrderedDict
from collections.abc import Container
from math import log
from typing import NamedTuple

import msgspec

from fairfloor.acts.shingles import fingerprint
from fairfloor.voices.evidence import CAP, HALF_LIFE_DAYS, Chance, Wager, evidence

FANDOM = 3
"""Items of one author that count for a pair."""
ACTORS = 32
"""Accounts kept of an item, those of the smallest fingerprints."""
PARTNERS = 64
"""Accounts that an account is compared with; those it follows least are dropped."""
LENIENT = 0.25
"""Chance that the crowd test grants anybody; the room's own rate, where that is greater."""
OWN = 200
"""Things remembered that an account itself passed on."""
ITEMS = 100_000
"""Items remembered, the longest untouched forgotten first."""
COMPANY = 2
"""Accounts in step that must have passed an item on before it counts for the voice test."""


class Item(NamedTuple):
    """Something that can be passed on: a post, a link; and its author's account, where it has one."""

    key: str
    author: str | None = None
    room: bool = False
    """Whether its author has standing."""


class _Trail(msgspec.Struct, eq=False, gc=False):
    """Who passed an item on so far, with their fingerprints, and whether anybody with standing has."""

    actors: dict[str, int] = msgspec.field(default_factory=dict)
    room: bool = False


class _Follow(msgspec.Struct, eq=False, gc=False):
    surprise: float = 0.0
    repeats: float = 0.0
    by_author: dict[str, int] = msgspec.field(default_factory=dict)


class Stepper(msgspec.Struct, eq=False, gc=False):
    """What one account passed on, and after whom."""

    acts: float = 0.0
    """Things passed on that others, and nobody of the room, had passed on before."""
    follows: dict[str, _Follow] = msgspec.field(default_factory=dict)
    leader: str | None = None
    """The account that it follows most."""
    voice: Wager = msgspec.field(default_factory=Wager)
    crowd: Wager = msgspec.field(default_factory=Wager)

    passed: dict[str, None] = msgspec.field(default_factory=dict)
    """What it passed on, the last `OWN` things."""

    def once(self, key: str) -> bool:
        """Tell whether it passes a thing on for the first time, of those remembered, and remember it."""
        if key in self.passed:
            return False
        self.passed[key] = None
        if len(self.passed) > OWN:
            del self.passed[next(iter(self.passed))]
        return True

    @property
    def pair(self) -> float:
        """Give the evidence of the pair test with the account that it follows most, in nats."""
        if self.leader is None:
            return 0.0
        follow = self.follows[self.leader]
        return evidence(follow.surprise, follow.repeats, self.acts)

    def fade(self, days: float) -> None:
        """Let time pass (`Wager.fade`)."""
        kept = 0.5 ** (days / HALF_LIFE_DAYS)
        self.acts *= kept
        self.voice.fade(days)
        self.crowd.fade(days)
        for follow in self.follows.values():
            follow.surprise *= kept
            follow.repeats *= kept


class Steps:
    """Watches what is passed on after whom. Bounded: `ITEMS` of `ACTORS` each; an account's state is its caller's."""

    def __init__(self) -> None:
        self._trails: OrderedDict[str, _Trail] = OrderedDict()
        self._passes: OrderedDict[str, int] = OrderedDict()
        self._total = 0
        self.chance = Chance(0.2)
        self.company = Chance(0.1)

    def take(self, account: str, item: Item, mine: Stepper, in_step: Container[str], *, standing: bool) -> str | None:
        """Settle the bets on an account that passes an item on, then learn from it; a second time is no act.

        Gives the first known of those who had done so before, where the act is a repetition; None where it is none.
        """
        if account == item.author or not mine.once(item.key):
            return None
        trail = self._trail(item.key)
        before = [actor for actor in trail.actors if actor != item.author]
        obscure = bool(before) and not trail.room and not item.room
        if obscure:
            mine.acts += 1
            self._follow(before, item, mine)
            company = sum([actor in in_step for actor in before]) >= COMPANY
            if company:
                mine.voice.hit(self.company.rate)
            else:
                mine.voice.miss()
            if standing:
                self.company.learn(repeats=company)
            mine.crowd.hit(max(LENIENT, self.chance.rate))
        else:
            mine.crowd.miss()
        if standing:
            self.chance.learn(repeats=obscure)
        if obscure:
            self._count(account, before)
        _leave(trail, account, standing=standing)
        return before[0] if obscure else None

    def note(self, account: str, key: str, mine: Stepper, *, standing: bool) -> None:
        """Remember that an account passed a thing on as well, without a bet: one act is one bet."""
        if mine.once(key):
            _leave(self._trail(key), account, standing=standing)

    def actors(self, key: str) -> int:
        """Count the known accounts that passed a thing on."""
        trail = self._trails.get(key)
        return 0 if trail is None else len(trail.actors)

    def _trail(self, key: str) -> _Trail:
        trail = self._trails.setdefault(key, _Trail())
        self._trails.move_to_end(key)
        if len(self._trails) > ITEMS:
            self._trails.popitem(last=False)
        return trail

    def _follow(self, before: list[str], item: Item, mine: Stepper) -> None:
        """Raise the bets on all that were followed, and weigh the best of them against the best so far."""
        author = item.author or item.key
        for actor in before:
            follow = mine.follows.setdefault(actor, _Follow())
            count = follow.by_author.get(author, 0)
            if count < FANDOM:
                follow.by_author[author] = count + 1
                follow.repeats += 1.0
                follow.surprise += min(CAP, -log(self._chance_of(actor, len(before))))
        rivals = before if mine.leader is None else [mine.leader, *before]
        mine.leader = max(rivals, key=lambda actor: mine.follows[actor].surprise)
        if len(mine.follows) > PARTNERS:
            most = sorted(mine.follows.items(), key=lambda entry: -entry[1].surprise)[: PARTNERS // 2]
            mine.follows = dict(most) | {mine.leader: mine.follows[mine.leader]}

    def _chance_of(self, actor: str, actors: int) -> float:
        """Give the chance that an actor, by how much of what it passes on others do too, is among so many.

        As far as there is anything to go by: where nobody with standing has acted, it is 1.
        """
        among = min(1.0, actors * self._passes.get(actor, 1) / max(1, self._total))
        return float(among**self.chance.trust)

    def _count(self, account: str, before: list[str]) -> None:
        """Count a pass of something that others pass on too; of the first to do so, when there is a second."""
        for actor in (account, *before) if len(before) == 1 else (account,):
            self._total += 1
            self._passes[actor] = self._passes.get(actor, 0) + 1
            self._passes.move_to_end(actor)
        while len(self._passes) > ITEMS:
            self._passes.popitem(last=False)


def _leave(trail: _Trail, account: str, *, standing: bool) -> None:
    trail.room |= standing
    trail.actors[account] = fingerprint(account)
    if len(trail.actors) > ACTORS:
        del trail.actors[max(trail.actors, key=trail.actors.__getitem__)]
