"""What was measured, asked by what was tried; and how several evenings of one kind are put together."""

from collections.abc import Callable, Iterable, Sequence
from statistics import fmean

import msgspec

from fairfloor.testing.crowd import Tactic
from fairfloor.testing.evaluate.trials import Chat, Independent, Overlaid, Result, Simulated, Unhurt
from fairfloor.testing.rehearse.measure import Group, Measured, Shares, Showing

Figure = Callable[[Measured], float | None]
"""One figure of an evening; None where there is nothing to measure."""
Part = Callable[[Measured], Shares | None]
"""What one way of showing gave to whom, over the session or while the hijack went on."""


class Spread(msgspec.Struct, frozen=True):
    """A figure over several evenings of one kind."""

    mean: float
    least: float
    most: float


class Results:
    """All that was measured."""

    def __init__(self, results: Iterable[Result]) -> None:
        self._results = tuple(results)

    def simulated(self, tactic: Tactic | None, attackers: int = 0, *, first_night: bool = False) -> list[Measured]:
        """Give the simulated evenings of one kind, one for each seed."""
        return [
            result.measured
            for result in self._results
            if isinstance(result.trial, Simulated)
            and (result.trial.tactic, result.trial.attackers, result.trial.first_night)
            == (tactic, attackers, first_night)
        ]

    def independent(self, *, first_night: bool) -> list[Measured]:
        """Give the evenings of independent accounts."""
        return [
            result.measured
            for result in self._results
            if isinstance(result.trial, Independent) and result.trial.first_night is first_night
        ]

    def overlaid(self, chat: Chat, burst: str) -> list[Measured]:
        """Give the one real session with a burst over it; nothing where it is not at hand."""
        return [
            result.measured
            for result in self._results
            if isinstance(result.trial, Overlaid) and (result.trial.chat, result.trial.burst) == (chat, burst)
        ]

    @property
    def unhurt(self) -> list[Result]:
        """Give the real chats as they were."""
        return [result for result in self._results if isinstance(result.trial, Unhurt)]


def spread(evenings: Sequence[Measured], figure: Figure) -> Spread | None:
    """Give a figure over several evenings; None where none of them has it."""
    figures = [value for evening in evenings if (value := figure(evening)) is not None]
    return Spread(fmean(figures), min(figures), max(figures)) if figures else None


def whole(showing: Callable[[Measured], Showing]) -> Part:
    """Give what one way of showing gave to whom, over the whole session."""
    return lambda measured: showing(measured).whole


def reach(group: Group, of: Part) -> Figure:
    """Give the share of a group's posts that reached people."""
    return lambda measured: shares.reach[group].share if (shares := of(measured)) else None


def flooded(of: Part) -> Figure:
    """Give the flood's share of what was shown."""
    return lambda measured: shares.flooded if (shares := of(measured)) else None


HERE: Part = whole(lambda measured: measured.floor)
"""Fairfloor's floor, over the whole session."""
NEWEST: Part = whole(lambda measured: measured.newest)
"""The timeline, newest first."""
REPOSTED: Part = whole(lambda measured: measured.reposted)
"""The timeline, most reposted first."""


def then(measured: Measured) -> Shares | None:
    """Give what Fairfloor's floor gave to whom while the hijack went on."""
    return measured.floor.hijack
