"""Evidence that an account repeats others, as a bet against chance: e-values, good to look at at any time.

Suppose somebody bets, act by act, that an account repeats what others did before. Where it does so with no more than
chance p, a bet at fair odds has nothing to gain: the bettor's fortune is on average never more than the one unit that
it began with, and by Ville's inequality it ever exceeds 1/a with a chance of at most a, however often one looks
(Shafer 2021; Ramdas, Gruenwald, Vovk and Shafer 2023). So the logarithm of the fortune, in nats, is evidence. Nobody
knows beforehand what share of an account's acts repeat, so the stake is spread over a few shares; the fortune is
their mean.

A repetition pays share/p, anything else leaves 1 - share of the fortune (at fair odds it would leave a little more;
what is given away is safety): an account that does much else must repeat much to be noticed. What one act pays is
capped, so no single act makes anybody an echo.

Rejected: raw counts of shared acts, as toolkits for coordination use (at two shared reposts in a minute, 46% of the
flagged real pairs were what chance gives); similarity scores (60 camouflage acts take them to nothing); a p-value for
each repeated text by itself (there are many texts, and one is always repeated: a hit on *any* is what p must mean).

Invariant: evidence against an account changes only when that account acts; others' acts can never add to it.
Invariant: one act adds at most `CAP` nats.
"""

from math import exp, log

import msgspec

STAKES = (0.1, 0.25, 0.5, 0.75, 0.95)
"""Shares of repetition that are bet on, a fifth of the fortune each."""
CAP = 4.6
"""Nats that one act can add at most."""
HALF_LIFE_DAYS = 14.0
"""Days in which evidence halves: a change of ways is forgiven."""
ALLOWED = 0.01
"""How often, over all accounts of a session, chance alone may make an echo."""


_LOGS = tuple((log(share), log(1.0 - share)) for share in STAKES)


class Wager(msgspec.Struct, eq=False, gc=False):
    """The running bet that an account repeats, and all that it comes from."""

    surprise: float = 0.0
    """The sum of -ln p over its repetitions, in nats, each at most `CAP`."""
    repeats: float = 0.0
    acts: float = 0.0
    """Counts of acts, which fade with time and so need not be whole."""

    def hit(self, chance: float) -> None:
        """Count a repetition, which an independent account's act would be with this chance, in (0, 1)."""
        self.acts += 1.0
        self.repeats += 1.0
        self.surprise += min(CAP, -log(chance))

    def miss(self) -> None:
        """Count an act that repeats nothing."""
        self.acts += 1.0

    def fade(self, days: float) -> None:
        """Let time pass: what was counted, for and against, loses half of its weight every `HALF_LIFE_DAYS`."""
        kept = 0.5 ** (days / HALF_LIFE_DAYS)
        self.surprise, self.repeats, self.acts = self.surprise * kept, self.repeats * kept, self.acts * kept

    @property
    def evidence(self) -> float:
        """Give the log of the fortune, in nats; below 0 where the bet loses."""
        return evidence(self.surprise, self.repeats, self.acts)

    @property
    def most(self) -> float:
        """Give what the evidence is at most, which is soon reckoned: had it all been staked on repeating alone."""
        return self.surprise + self.repeats * _LOGS[-1][0]


def evidence(surprise: float, repeats: float, acts: float) -> float:
    """Give the log of the mean fortune over the stakes, in nats, of a bet with these counts."""
    if not repeats:
        return 0.0
    misses = acts - repeats
    fortunes = [repeats * hit + misses * miss for hit, miss in _LOGS]
    top = max(fortunes)
    return surprise + top + log(sum([exp(nats - top) for nats in fortunes]) / len(fortunes))


UNKNOWN = 0.9
"""Chance of repeating that anybody is granted where there is nothing to go by."""
RAREST = 0.03
"""The least chance there is: however seldom the seeded repeat, others are not they (0.01 linked 6 of 1,882, not 2)."""
PRIOR = 5.0
"""Acts' worth of belief in what is believed before anybody acts."""


class Chance:
    """How often an independent act repeats: the rate of accounts with standing, from a prior of `PRIOR` acts.

    Taken over everybody, a crowd decides what is usual: one that outnumbers the room makes its ways look common, one
    that repeats nothing makes everybody else's look rare. So only people with standing are asked. Where few of them
    have acted there is nothing to go by, as on a first night, and nothing is evidence; as they act, the prior becomes
    `usual`.
    """

    def __init__(self, usual: float) -> None:
        """Start without acts; `usual` is the chance to believe in when people with standing have acted a little."""
        self._usual = usual
        self._repeats = self._acts = 0.0
        self.trust = 0.0
        """How much there is to go by, in [0, 1)."""
        self.rate = UNKNOWN
        """The chance, in [`RAREST`, `UNKNOWN`]."""

    def learn(self, *, repeats: bool) -> None:
        """Take note of one more act of somebody with standing."""
        self._repeats += repeats
        self._acts += 1.0
        self.trust = self._acts / (self._acts + 2 * PRIOR)
        prior = self.trust * self._usual + (1.0 - self.trust) * UNKNOWN
        self.rate = max(RAREST, (self._repeats + PRIOR * prior) / (self._acts + PRIOR))


def say_of(evidence: float, needed: float) -> float:
    """Give the say that evidence leaves: 1 up to what rules out chance, then a factor e less for each nat more.

    `needed` is ln(tests / ALLOWED) nats. At least a millionth is left: nobody is without a say.
    """
    return 1.0 if evidence <= needed else max(1e-6, exp(needed - evidence))
