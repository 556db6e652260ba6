"""The pair, company and crowd tests: who passes the same things on as others, after them, beyond chance.

What is passed on is reposts, and links. Only what the room leaves alone counts: an *obscure* item is one that others
had passed on before, and that nobody with standing had written or passed on. Three bets run on each account:

- the pair test: of the obscure things that it passes on, how many had one other account passed on before? By chance,
  as many as that account's part in all that is passed on, times the actors that the thing had. Acts on what the room
  likes too are no trials, so camouflage buys nothing.
- the company test: how many of those whom it has followed had passed it on before once more, more than by chance? A
  crowd works in company, and no two in it need share much.
- the crowd test: of what it passes on that is the room's or that several others had passed on, how much is obscure?
  Granting `LENIENT` to anybody. It counts only beside the company test (`voices.stepper` says why). Passing on first
  what nobody with standing has touched is no trial: it tells neither way, and who did so was taken for independent.

The later one pays: passing on what somebody passed on, at once and always, costs only the one who does it. Of one
author's things few count: liking the same writer is no step. Where an item has more actors than are kept, those with
the smallest fingerprints stay (bottom-k); a random few would lose the pairs at a thousand accounts.

Who boosts every post of a tag is before everybody who passes any on. So the pair test, which bets on one, takes it for
as likely by chance that another came before as it is early in whatever else is passed on (two such accounts made each
of sixty newcomers a follower). But nobody is granted more than `BUSY` for being busy: three who pass on the same thirty
things, which nobody else does, are all there is to compare with, and would look usual to one another.

An account's part is never taken to be less than one among `ROOMS` times as many as there are people with standing who
pass things on. Otherwise a crowd that passes very much on among itself would make whatever two others share look rare.

Rejected: popularity taken over everybody, an item at a time (a ring that outnumbers the room makes its items look
popular and vanishes); an item's popularity among accounts with standing (nobody with standing passes on obscure
things, so every hit looked like a wonder, and 8 of 117 genuine accounts were linked); time windows (a ring that waits
a minute slips out; on an evening's scale order is enough); counting actors already found to be in step (at first
there are none, and a camouflaged ring is never found: it left 298 of 300 alone, the company test 191).

Invariant: acts of others after an account's own never add to the evidence against it.
"""

from collections import OrderedDict
from typing import NamedTuple

import msgspec

from fairfloor.acts.shingles import fingerprint
from fairfloor.voices.evidence import Chance
from fairfloor.voices.stepper import Stepper

ACTORS = 32
"""Accounts kept of an item, those of the smallest fingerprints."""
LENIENT = 0.25
"""Chance that the crowd test grants anybody; the room's own rate, where that is greater."""
ROOMS = 4.0
"""The least part of an account is one among so many times the people with standing who pass things on."""
BUSY = 0.4
"""Chance that the pair test grants anybody at most, to be among the actors of a thing, for being busy."""
EARLY = 8
"""Actors of a thing that are early."""
AWAY = 10.0
"""Things that an account did not pass on, from which on it tells who is early everywhere."""
ITEMS = 100_000
"""Items remembered, the longest untouched forgotten first."""


class Item(NamedTuple):
    """Something that can be passed on: a post, a link; and its author's account, where it has one."""

    key: str
    author: str | None = None
    room: bool = False
    """Whether its author has standing."""


class _Trail(msgspec.Struct, eq=False, gc=False):
    """Who passed an item on so far, with their fingerprints, and whether anybody with standing has."""

    actors: dict[str, int] = msgspec.field(default_factory=dict)
    count: int = 0
    """How many passed it on, those included who are not kept."""
    room: bool = False


class Steps:
    """Watches what is passed on after whom. Bounded: `ITEMS` of `ACTORS` each; an account's state is its caller's."""

    def __init__(self) -> None:
        self._trails: OrderedDict[str, _Trail] = OrderedDict()
        self._passes: OrderedDict[str, int] = OrderedDict()
        self._early: dict[str, int] = {}
        """How often each of `_passes` was early."""
        self._total = self._things = 0
        """Passes of things that others pass on too, and how many such things there were."""
        self._room: set[str] = set()
        """The people with standing who pass things on."""
        self.chance = Chance(0.2)
        self._others = Chance(0.2)
        """Of what people with standing pass on that others had touched, how much is obscure."""

    def take(self, account: str, item: Item, mine: Stepper, *, standing: bool) -> str | None:
        """Settle the bets on an account that passes an item on, then learn from it; a second time is no act.

        Gives the first known of those who had done so before, where the act is a repetition; None where it is none.
        """
        if account == item.author or not mine.once(item.key):
            return None
        trail = self._trail(item.key)
        before = [actor for actor in trail.actors if actor not in {item.author, account}]
        rooms = trail.room or item.room
        obscure = bool(before) and not rooms
        if obscure:
            if not mine.fond(item.author or item.key):
                self._follow(before, trail.count, mine)
            if len(before) > 1:
                mine.crowd.hit(max(LENIENT, self._others.rate))
            self._count(account, before, early=trail.count < EARLY)
        elif rooms:
            mine.crowd.miss()
        if standing:
            self._room.add(account)
            self.chance.learn(repeats=obscure)
            if obscure or rooms:
                self._others.learn(repeats=obscure)
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

    def _follow(self, before: list[str], count: int, mine: Stepper) -> None:
        """Settle the bets on following these, of so many who passed the thing on.

        The company test reckons with all of them: its fellows are of those who are kept everywhere. The pair test
        reckons with those kept, or a ring that outnumbers the room would make its own things look popular.
        """
        chances = {actor: self._chance(actor, len(before), mine) for actor in before}
        mine.follow(chances, count, self._part, self.chance.trust)

    def _part(self, actor: str) -> float:
        """Give an account's part in all that is passed on, and more for the least."""
        part = self._passes.get(actor, 1) / max(1, self._total)
        return max(part, 1.0 / (ROOMS * max(1, len(self._room))))

    def _chance(self, actor: str, known: int, mine: Stepper) -> float:
        """Give how likely it is by chance that an account is among so many known actors of a thing.

        As likely as it is busy; and as it is early in what else there is that is passed on, beside what it led to.
        """
        follow = mine.follows.get(actor)
        elsewhere = max(0.0, self._early.get(actor, 0) - (follow.repeats if follow else 0.0))
        everywhere = elsewhere / (max(0.0, self._things - mine.acts) + AWAY)
        return min(1.0, max(everywhere, min(BUSY, known * self._part(actor))))

    def _count(self, account: str, before: list[str], *, early: bool) -> None:
        """Count a pass of something that others pass on too; of the first to do so, when there is a second."""
        self._things += len(before) == 1
        for actor in (account, *before) if len(before) == 1 else (account,):
            self._total += 1
            self._passes[actor] = self._passes.get(actor, 0) + 1
            self._early[actor] = self._early.get(actor, 0) + early
            self._passes.move_to_end(actor)
        while len(self._passes) > ITEMS:
            gone, _ = self._passes.popitem(last=False)
            del self._early[gone]


def _leave(trail: _Trail, account: str, *, standing: bool) -> None:
    trail.room |= standing
    trail.count += account not in trail.actors
    trail.actors[account] = fingerprint(account)
    if len(trail.actors) > ACTORS:
        del trail.actors[max(trail.actors, key=trail.actors.__getitem__)]
