"""The pair, company and crowd tests: who passes the same things on as others, after them, beyond chance.

What is passed on is reposts, and links. Only what the room leaves alone counts: an *obscure* item is one that others
had passed on before, and that nobody with standing had written or passed on. Three bets run on each account:

- the pair test: of the obscure things that it passes on, how many had one other account passed on before? By chance,
  as many as that account's part in all that is passed on, times the actors that the thing had. Acts on what the room
  likes too are no trials, so camouflage buys nothing.
- the company test: how many of those whom it follows again and again had passed it on before, more than by chance? A
  crowd works in company, and no two in it need share much.
- the crowd test: of *all* that it passes on, how much is obscure? Granting `LENIENT` to anybody.

The later one pays: passing on what somebody passed on, at once and always, costs only the one who does it. Of one
author's things few count: liking the same writer is no step. Where an item has more actors than are kept, those with
the smallest fingerprints stay (bottom-k); a random few would lose the pairs at a thousand accounts.

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
        self._total = 0
        self._room: set[str] = set()
        """The people with standing who pass things on."""
        self.chance = Chance(0.2)

    def take(self, account: str, item: Item, mine: Stepper, *, standing: bool) -> str | None:
        """Settle the bets on an account that passes an item on, then learn from it; a second time is no act.

        Gives the first known of those who had done so before, where the act is a repetition; None where it is none.
        """
        if account == item.author or not mine.once(item.key):
            return None
        trail = self._trail(item.key)
        before = [actor for actor in trail.actors if actor not in {item.author, account}]
        obscure = bool(before) and not trail.room and not item.room
        if obscure:
            if not mine.fond(item.author or item.key):
                self._follow(before, trail.count, mine)
            if len(before) > 1:
                mine.crowd.hit(max(LENIENT, self.chance.rate))
            self._count(account, before)
        else:
            mine.crowd.miss()
        if standing:
            self._room.add(account)
            self.chance.learn(repeats=obscure)
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
        chances = {actor: min(1.0, len(before) * self._part(actor)) for actor in before}
        fellows = mine.fellows()
        mean = sum([min(1.0, count * self._part(actor)) for actor in fellows])
        mine.follow(chances, len({*fellows}.intersection(before)), mean, self.chance.trust)

    def _part(self, actor: str) -> float:
        """Give an account's part in all that is passed on, and more for the least."""
        part = self._passes.get(actor, 1) / max(1, self._total)
        return max(part, 1.0 / (ROOMS * max(1, len(self._room))))

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
    trail.count += account not in trail.actors
    trail.actors[account] = fingerprint(account)
    if len(trail.actors) > ACTORS:
        del trail.actors[max(trail.actors, key=trail.actors.__getitem__)]
