"""Camps: people who usually vote alike, found from the votes alone, where the votes show any.

The idea is that of Polis (Small et al. 2021): put voters in order along the line on which they differ most, the first
principal component of their votes, and cut it where the two sides hold together best; the cut of a line into two has
an exact best place, so nothing is left to a lucky start. Each side is looked at again in the same way.

Most votes show no camps, and a cut would be found all the same. So a cut counts only where voters differ along their
line more than they would by chance: votes are dealt anew among those who voted on each proposal, which keeps how liked
each is and how much each voter says, and only who goes with whom is lost; what is seen must exceed what `DEALS` such
deals give (a permutation test, at one in `DEALS` + 1). And a side must hold a fifth of all says, or it is no camp: so a
bloc of a tenth cannot make itself one, and then be the camp without which nothing is wanted by all.

Who voted on fewer than `LEAST` proposals is in no camp: nobody can tell whom they usually agree with. So
accounts that come for one vote alone count for support, and for no camp.

Rejected: k-means with several starts and the silhouette for how many (finds two in noise, and needs dice); the edge of
the Marchenko-Pastur law as the measure of chance (exact where all vote on everything; with few and uneven votes it took
noise for camps in every second trial); agreeing pairs of voters as a graph (quadratic).

Invariant: the same votes give the same camps, whatever order they come in. Work is bounded by `CELLS`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import sqrt
from operator import mul

import msgspec

from fairfloor.chat.proposals.votes import Row

LEAST = 3
"""Votes from which an account can be in a camp."""
SMALLEST = 0.2
"""Share of all says that a camp holds at least."""
FEWEST = 4.0
"""Says in a camp at least."""
DEALS = 19
"""Deals of the votes that a cut must stand out from."""
CELLS = 10_000
"""Votes that are looked at, of the accounts that voted most; about a second's work."""
_ROUNDS = 20
"""Rounds of the power iteration at most; the spread rises with each."""
_STILL = 1.0001
"""Rise of the spread in a round that is none to speak of."""


class Camps(msgspec.Struct, frozen=True):
    """Who is in which camp; the largest is number 0. Without camps, all are in one."""

    of: dict[str, int]
    sizes: tuple[float, ...]
    """Says in each."""

    def __len__(self) -> int:
        """Count them; one means that the votes show none."""
        return len(self.sizes)


class _Voter(msgspec.Struct, frozen=True, gc=False):
    account: str
    row: Row
    say: float


def camps(rows: Mapping[str, Row], say: Callable[[str], float]) -> Camps:
    """Find camps. rows: votes (1, 0, -1) by account and proposal; say: an account's say, in (0, 1]."""
    voters = _voters(rows, say)
    smallest = max(FEWEST, SMALLEST * _says(voters))
    found = sorted(_parted(voters, smallest), key=lambda camp: (-_says(camp), camp[0].account if camp else ""))
    return Camps(
        of={voter.account: number for number, camp in enumerate(found) for voter in camp},
        sizes=tuple(_says(camp) for camp in found),
    )


def _voters(rows: Mapping[str, Row], say: Callable[[str], float]) -> list[_Voter]:
    """Give those who voted enough, and of very many those who voted most."""
    many = sorted(
        (account for account, row in rows.items() if len(row) >= LEAST), key=lambda one: (-len(rows[one]), one)
    )
    voters, left = [], CELLS
    for account in many:
        left -= len(rows[account])
        if left >= 0:
            voters.append(_Voter(account, rows[account], say(account)))
    return voters


def _says(voters: Iterable[_Voter]) -> float:
    return sum(voter.say for voter in voters)


def _parted(voters: list[_Voter], smallest: float) -> Iterator[list[_Voter]]:
    """Part voters into camps, again and again, while their votes show two."""
    sides = _cut(voters, smallest) if _says(voters) >= 2 * smallest else None
    if sides is None:
        yield voters
    for side in sides or ():
        yield from _parted(side, smallest)


def _cut(voters: list[_Voter], smallest: float) -> tuple[list[_Voter], list[_Voter]] | None:
    """Cut voters in two along the line on which they differ most; None where they differ by chance."""
    places, spread = _Table(voters).line()
    order = sorted(range(len(voters)), key=lambda one: (places[one], voters[one].account))
    at = _best(order, places, [voter.say for voter in voters])
    sides = [voters[one] for one in order[:at]], [voters[one] for one in order[at:]]
    if not spread or min(map(_says, sides)) < smallest:
        return None
    by_chance = (_Table(voters, deal).line()[1] for deal in range(1, DEALS + 1))
    return None if any(chance >= spread for chance in by_chance) else sides


def _best(order: Sequence[int], places: Sequence[float], says: Sequence[float]) -> int:
    """Give where to cut a line in two so that the places on each side lie closest together."""
    whole, moment = sum(says), sum(map(mul, says, places))
    left = sum_left = best = 0.0
    at = 1
    for number, one in enumerate(order[:-1], 1):
        left += says[one]
        sum_left += says[one] * places[one]
        apart = sum_left**2 / left + (moment - sum_left) ** 2 / (whole - left)
        if apart > best:
            best, at = apart, number
    return at


class _Table:
    """Votes less the mean of their proposal, each voter's as long as if they had voted once; by rows."""

    def __init__(self, voters: Sequence[_Voter], deal: int = 0) -> None:
        """Take the votes; a `deal` greater than 0 deals them anew among those who voted on each proposal."""
        columns: dict[str, list[tuple[int, int]]] = {}
        for number, voter in enumerate(voters):
            for proposal, vote in voter.row.items():
                columns.setdefault(proposal, []).append((number, vote))
        self._says = [voter.say for voter in voters]
        self._rows: list[tuple[list[int], list[float]]] = [([], []) for _ in voters]
        self._width = len(columns)
        lengths = [1 / sqrt(len(voter.row)) for voter in voters]
        dealer = _Dealer(deal)
        for place, name in enumerate(sorted(columns)):
            who = [number for number, _ in columns[name]]
            votes = [vote for _, vote in columns[name]]
            if deal:
                dealer.shuffle(votes)
            self._fill(place, who, votes, lengths)

    def _fill(self, place: int, who: list[int], votes: list[int], lengths: list[float]) -> None:
        says = [self._says[number] for number in who]
        mean = sum(map(mul, says, votes)) / sum(says)
        for number, vote in zip(who, votes, strict=True):
            places, values = self._rows[number]
            places.append(place)
            values.append((vote - mean) * lengths[number])

    def line(self) -> tuple[list[float], float]:
        """Give each voter's place on the line on which they differ most, and how far they differ on it."""
        towards = self._beginning()
        places, spread = [0.0] * len(self._rows), 0.0
        for _ in range(_ROUNDS):
            places = [sum(map(mul, values, map(towards.__getitem__, where))) for where, values in self._rows]
            again = self._turned(places)
            before, spread = spread, sqrt(sum(map(mul, again, again)))
            if spread <= before * _STILL:
                break
            towards = [one / spread for one in again]
        return places, spread

    def _beginning(self) -> list[float]:
        """Begin with the voter who differs most from the mean."""
        where, values = max(self._rows, key=lambda row: sum(map(mul, row[1], row[1])), default=([], []))
        towards = [0.0] * self._width
        for place, value in zip(where, values, strict=True):
            towards[place] = value
        return towards

    def _turned(self, places: Sequence[float]) -> list[float]:
        again = [0.0] * self._width
        for place, say, (where, values) in zip(places, self._says, self._rows, strict=True):
            weight = place * say
            for column, value in zip(where, values, strict=True):
                again[column] += weight * value
        return again


class _Dealer:
    """Deals in an order that looks like chance and is always the same: a linear congruential generator (Knuth)."""

    def __init__(self, deal: int) -> None:
        self._state = deal

    def shuffle(self, votes: list[int]) -> None:
        """Put votes in another order."""
        for last in range(len(votes) - 1, 0, -1):
            self._state = (self._state * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
            other = (self._state >> 33) % (last + 1)
            votes[last], votes[other] = votes[other], votes[last]
