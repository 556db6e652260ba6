"""Bridging: which proposals people who usually disagree both want.

For each camp (`camps`) the net support of a proposal is who wants it less who would rather not, over all who said
something of it. What counts is half what it is in the camp that wants it least and half what it is on average: so
a proposal that one camp loves and the other rejects comes after one that both like well enough, and yet a bloc that
has put on the colours of just the camp that wants it least moves only half of the figure. The idea is that of
Polis' group-aware consensus, which multiplies the camps' shares (Small et al. 2021), and of the bridging of Community
Notes (Wojcik et al. 2022); `docs/bridging.md` measures all three side by side, with and without blocs.

Few votes. A camp's net support is drawn towards nought by a tenth of the camp: as if so many had passed. So two eager
votes in a camp of forty do not beat thirty of forty, and whoever brings a tenth of the votes cannot lift what the
others have not voted on to the top. What can be *said* of a proposal takes more: that a camp wants it, or would rather
not, only where that is more than two standard errors from even, with one vote for and one against added, as
Agresti and Coull do; four of four are enough, three of three are not. Else there are too few votes to tell.

Blocs. A vote counts for its account's say, so a crowd that acts as one has one vote, and it is this that keeps a bloc
from moving anything; the estimator only bounds what one does that has not been found out. No estimator can do more: a
tenth of the voters that nobody can tell from people are, as far as votes go, a tenth of the people.

Rejected: the product of the camps' shares (a bloc of a tenth moves it further, see there), the least camp alone
(further still when the bloc aims at it), a matrix factorisation (its order depends on where it starts and on its
regularisers, nobody can recount it by hand), and to leave out a tenth of a camp's eager votes (whatever a tenth had not
voted on was equal, and the bloc lifted its own above all that).

Invariant: a vote more for a proposal never lowers it, one against never raises it, camps being the same.
"""

from collections.abc import Callable, Mapping
from math import sqrt
from typing import Literal

import msgspec

from fairfloor.chat.proposals.camps import Camps

DRAWN = 0.1
"""Share of a camp that is taken to have passed."""
SURE = 1.96
"""Standard errors from even at which something is said."""

Verdict = Literal["wanted", "unwanted", "divides", "unclear"]
"""All camps want it; none does, and one at least would rather not; one does and one would rather not; who can tell."""


class Side(msgspec.Struct, frozen=True):
    """What one camp says of a proposal, in says."""

    wants: float
    rather_not: float
    passes: float
    size: float
    """Says of the whole camp."""

    @property
    def voted(self) -> float:
        """Sum the says of who said something of it."""
        return self.wants + self.rather_not + self.passes

    @property
    def net(self) -> float:
        """Give the net support, in (-1, 1), drawn towards nought where few voted."""
        return (self.wants - self.rather_not) / (self.voted + DRAWN * self.size + 1)

    @property
    def leaning(self) -> Literal[-1, 0, 1]:
        """Tell whether the camp wants it (1), would rather not (-1), or has too few votes to tell (0)."""
        many = self.voted + 2
        net = (self.wants - self.rather_not) / many
        error = sqrt(max((self.wants + self.rather_not + 2) / many - net**2, 0.0) / many)
        return 0 if abs(net) <= SURE * error else 1 if net > 0 else -1


class Bridge(msgspec.Struct, frozen=True):
    """How a proposal stands."""

    proposal: str
    whole: Side
    """What all say together, those in no camp included."""
    sides: tuple[Side, ...]
    """What each camp says; where votes show none, all are one."""

    @property
    def score(self) -> float:
        """Give what proposals are put in order by, in (-1, 1)."""
        nets = [side.net for side in self.sides]
        return (min(nets) + sum(nets) / len(nets)) / 2

    @property
    def verdict(self) -> Verdict:
        """Say who wants it, or that this cannot be told."""
        leanings = {side.leaning for side in self.sides}
        if leanings == {1}:
            return "wanted"
        if {1, -1} <= leanings:
            return "divides"
        return "unwanted" if -1 in leanings else "unclear"


def bridge(proposal: str, votes: Mapping[str, int], camps: Camps, say: Callable[[str], float]) -> Bridge:
    """Weigh a proposal. votes: 1, 0 or -1 by account; say: an account's say, in (0, 1]."""
    says = {account: say(account) for account in votes}
    whole = _side(votes, says, sum(says.values()))
    if len(camps) == 1:
        return Bridge(proposal, whole, (_side(votes, says, max(camps.sizes[0], whole.size)),))
    sides: list[dict[str, int]] = [{} for _ in camps.sizes]
    for account, vote in votes.items():
        if (camp := camps.of.get(account)) is not None:
            sides[camp][account] = vote
    return Bridge(
        proposal, whole, tuple(_side(side, says, size) for side, size in zip(sides, camps.sizes, strict=True))
    )


def _side(votes: Mapping[str, int], says: Mapping[str, float], size: float) -> Side:
    totals = {1: 0.0, -1: 0.0, 0: 0.0}
    for account, vote in votes.items():
        totals[vote] += says[account]
    return Side(totals[1], totals[-1], totals[0], size)


def ranked(found: Mapping[str, Bridge]) -> list[str]:
    """Put proposals in order: what all camps want, where that can be told, then by how far they bridge."""
    return sorted(
        found, key=lambda one: (found[one].verdict != "wanted", -found[one].score, -found[one].whole.wants, one)
    )
