"""What Fairfloor must reach, row by row, with what peers and a first trial reached; and whether it does.

A goal over several simulated evenings is met where their mean meets it; what holds always (a say of 1, nothing folded)
is met where every evening meets it.
"""

from collections.abc import Iterator, Sequence
from enum import Enum

import msgspec

from fairfloor.testing.crowd import Tactic
from fairfloor.testing.evaluate.results import HERE, Figure, Results, Spread, flooded, reach, spread
from fairfloor.testing.evaluate.trials import CHATS
from fairfloor.testing.rehearse.measure import Group, Measured

CROWD = 300
"""Attackers of the simulated evenings that goals are about."""
_PLAIN = (Tactic.COPY, Tactic.EDITED, Tactic.SINGLE, Tactic.RING, Tactic.CAMOUFLAGE)


class Bound(Enum):
    """How a figure meets a goal."""

    AT_LEAST = "≥"
    AT_MOST = "≤"
    ALWAYS = "="


class Goal(msgspec.Struct, frozen=True):
    """A bound on one figure, and what was measured; None where nothing was."""

    name: str
    bound: Bound
    asked: float
    measured: Spread | None

    @property
    def met(self) -> bool | None:
        """Tell whether what was measured meets the goal; None where nothing was measured."""
        if self.measured is None:
            return None
        match self.bound:
            case Bound.AT_LEAST:
                return self.measured.mean >= self.asked
            case Bound.AT_MOST:
                return self.measured.mean <= self.asked
            case Bound.ALWAYS:
                return self.measured.least == self.measured.most == self.asked


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the table of what must be reached."""

    what: str
    peers: str
    trial: str
    """What a rough prototype reached."""
    goals: tuple[Goal, ...]
    why: str = ""
    """Why it is not met, where it is not."""


def rows(results: Results) -> Iterator[Row]:
    """Give all rows, with what was measured."""
    yield from _simulated(results)
    yield from _first_night(results)
    yield from _framing(results)
    yield from _real(results)
    yield from _by_chance(results)


def _goal(evenings: Sequence[Measured], figure: Figure, bound: Bound, asked: float, name: str) -> Goal:
    return Goal(name, bound, asked, spread(evenings, figure))


_SEEDED, _QUESTIONS, _CRITICS = (reach(group, HERE) for group in (Group.SEEDED, Group.QUESTIONS, Group.CRITICS))
_REGULARS, _NEWCOMERS = (reach(group, HERE) for group in (Group.REGULARS, Group.NEWCOMERS))
_FLOOD = flooded(HERE)


def _lowest(measured: Measured) -> float:
    return measured.says.lowest


def _simulated(results: Results) -> Iterator[Row]:
    crowds = {tactic: results.simulated(tactic, CROWD) for tactic in _PLAIN}

    def each(figure: Figure, bound: Bound, asked: float) -> tuple[Goal, ...]:
        return tuple(_goal(evenings, figure, bound, asked, tactic) for tactic, evenings in crowds.items())

    yield Row(
        what="simulated, 300 attackers, 40 seeded regulars: regulars' posts and questions on the floor",
        peers="0.31-0.53",
        trial="0.97-1.0",
        goals=each(_SEEDED, Bound.AT_LEAST, 0.99),
        why="What does not reach the floor is of two kinds: posts of a regular who says more than anybody else while "
        "the floor is congested, and has had its share; and questions of newcomers whom nobody with standing has "
        "answered yet.",
    )
    yield Row(
        what="the same: the flood's share of the floor",
        peers="0.70-0.73",
        trial="0.02-0.27",
        goals=each(_FLOOD, Bound.AT_MOST, 0.10),
        why="What a crowd says in new words is no copy, and tells nothing before its account has passed things on; "
        "until then each account has the share of a newcomer. A floor that knew who is of the ring from the second "
        "thing on that it passes on after others would come to 0.09, from the third on to 0.104; so soon nobody can "
        "tell. A camouflaged ring also speaks before its hijack, while all fits the pace: promise 3 has all of that "
        "shown, and it alone is 0.31 of the floor. docs/evidence.md has both bounds.",
    )
    yield Row(
        what="the same: critics without standing at the start",
        peers="0.35-0.54",
        trial="0.87-1.0",
        goals=each(_CRITICS, Bound.AT_LEAST, 0.95),
        why="A critic whom nobody with standing has answered yet waits among the crowd's accounts that no evidence "
        "sets apart.",
    )
    unique = results.simulated(Tactic.UNIQUE, CROWD)
    yield Row(
        what="unique words from every attacker: regulars and questions / critics / the flood's share",
        peers="0.41 / 0.52 / 0.71",
        trial="1.0 / 0.84 / 0.26",
        goals=(
            _goal(unique, _SEEDED, Bound.AT_LEAST, 0.99, "regulars and questions"),
            _goal(unique, _CRITICS, Bound.AT_LEAST, 0.90, "critics"),
            _goal(unique, _FLOOD, Bound.AT_MOST, 0.25, "flood"),
        ),
        why="Unique words leave no echo; only standing holds, and who has none yet shares the newcomers' part with "
        "300 others who have none either.",
    )


def _first_night(results: Results) -> Iterator[Row]:
    night = results.simulated(Tactic.UNIQUE, CROWD, first_night=True)
    yield Row(
        what="first night: only the host is seeded, and answers or likes one genuine post a minute; unique words from "
        "300 attackers: genuine questions",
        peers="0.15 (a fair queue alone)",
        trial="-",
        goals=(_goal(night, _QUESTIONS, Bound.AT_LEAST, 0.80, "questions"),),
        why="Without regulars all but the host and those whom the host answered are newcomers, the crowd too.",
    )


def _framing(results: Results) -> Iterator[Row]:
    yield Row(
        what="framing (attackers repost and copy the innocent at once): the lowest say of an innocent account",
        peers="no peer protects against it",
        trial="1.0",
        goals=(_goal(results.simulated(Tactic.FRAMING, CROWD), _lowest, Bound.ALWAYS, 1.0, "lowest say"),),
        why="Promise 5 is broken: this is a fault.",
    )


def _four(evenings: Sequence[Measured], flood: float) -> tuple[Goal, ...]:
    return (
        _goal(evenings, _REGULARS, Bound.AT_LEAST, 0.99, "regulars"),
        _goal(evenings, _QUESTIONS, Bound.AT_LEAST, 0.99, "questions"),
        _goal(evenings, _NEWCOMERS, Bound.AT_LEAST, 0.95, "newcomers"),
        _goal(evenings, _FLOOD, Bound.AT_MOST, flood, "flood"),
    )


def _total(measured: Measured) -> float:
    return measured.says.flood


def _real(results: Results) -> Iterator[Row]:
    elgl19, cdnpoli, _ = CHATS
    elgl_koch = results.overlaid(elgl19, "kochfarms")
    elgl_list = results.overlaid(elgl19, "todolistbeforechristmas")
    yield Row(
        what="elgl19, 2019-05-16 13:00Z, one hour, kochfarms laid over it: regulars / questions / newcomers / flood",
        peers="0.37 / 0.20 / 0.39 / 0.87",
        trial="1.0 / 1.0 / 0.96 / 0.25",
        goals=_four(elgl_koch, 0.15),
        why="An account is in doubt only from evidence on that chance gives to fewer than one in ten; until then it "
        "has the share of a newcomer. It was 0.12 when any evidence at all put an account in doubt, which innocents "
        "paid for.",
    )
    yield Row(
        what="the same: total say of the burst's 112 accounts; mean and lowest say of genuine accounts",
        peers="112",
        trial="29; 1.0 and 1.0",
        goals=(
            _goal(elgl_koch, _total, Bound.AT_MOST, 6.0, "burst"),
            _goal(elgl_koch, lambda measured: measured.says.genuine, Bound.AT_LEAST, 0.99, "mean"),
            _goal(elgl_koch, _lowest, Bound.AT_LEAST, 0.5, "lowest"),
        ),
        why="It cannot be: 11 of the 112 accounts repeat others twice at most in this hour, and two acts give less "
        "than what rules out chance for 209 accounts. 24 never post; most of these pass on too little, or what too "
        "few of their fellows do, to be told from chance, and never ask for the floor. What those who post come to "
        "stands in the table of real sessions.",
    )
    yield Row(
        what="the same hour, todolistbeforechristmas: the four figures / total say of 45",
        peers="0.82 / 0.50 / 0.70 / 0.58",
        trial="1.0 / 1.0 / 0.91 / 0.22 / 25",
        goals=(*_four(elgl_list, 0.15), _goal(elgl_list, _total, Bound.AT_MOST, 5.0, "burst")),
        why="This crowd plays a hashtag game in words of its own. What gives it away is whom it passes on; those whom "
        "the others pass on were first, and keep their say. 6 of the 45 repeat others twice at most, and two acts do "
        "not rule out chance, so 5 cannot be. Of the genuine posts, a question is a sixth of its figure and a "
        "newcomer's post a 23rd.",
    )
    yield Row(
        what="cdnpoli, 2025-06-16 15:00Z, two hours, kochfarms: the four figures",
        peers="0.53 / 0.73 / 0.80 / 0.91",
        trial="1.0 / 1.0 / 1.0 / 0.51",
        goals=_four(results.overlaid(cdnpoli, "kochfarms"), 0.25),
        why="There are ten newcomers' posts in the session, so each that misses the floor is a tenth of their figure.",
    )
    quiet = [result.measured for result in results.unhurt]
    yield Row(
        what="real tags with no hijack (elgl19, cdnpoli, aprende), at a pace that fits: posts folded other than as "
        "copies",
        peers="0",
        trial="0",
        goals=(_goal(quiet, lambda measured: float(measured.folded), Bound.ALWAYS, 0.0, "folded"),),
        why="Promise 3 is broken: this is a fault.",
    )


def _by_chance(results: Results) -> Iterator[Row]:
    joined = [*results.independent(first_night=False), *results.independent(first_night=True)]
    yield Row(
        what="independent accounts joined by chance, over a whole session (simulated nulls, bursts of activity and "
        "popular posts included): share of sessions",
        peers="46% of real flagged pairs at weight 2",
        trial="-",
        goals=(_goal(joined, lambda measured: float(measured.says.lowest < 1.0), Bound.AT_MOST, 0.01, "sessions"),),
        why="The tests allow chance more than they should: this is a fault.",
    )
