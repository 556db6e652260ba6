"""Whoever publishes follows the log of decisions by its numbers, and takes nobody's word for what is in it.

The pipeline tells its audience of each step, and that only rings the bell: what is published is then read from the
store. For a live page that would be a detour. Here it is the point: a cursor or a signed label that went out under a
number must mean the same for ever, and only what is kept does. While an evening is recovered, for one, the steps
tell what the log comes to now, which after an upgrade need not be what was decided and kept then.

Withdrawals are passed on at once, before they are decided: a deleted post leaves the feed with the step that tells it.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Protocol

import structlog

from fairfloor.session.decision import Decision
from fairfloor.session.ports import Step

_log = structlog.get_logger(__name__)
_CHUNK = 1_000
"""Decisions read in one go."""


class Hearer(Protocol):
    """Somebody who publishes what was decided."""

    def decided(self, number: int, decision: Decision) -> None:
        """Take note of a decision that is kept; numbers grow."""

    def withdrawn(self, act: str) -> None:
        """Take note that an author took an act back, and that nobody may be shown it from now on."""

    def caught_up(self) -> None:
        """Take note that there are no more decisions for now."""


class Following:
    """An `Audience` (session.ports) that reads kept decisions and tells them; belongs to one event loop."""

    def __init__(self, decisions: Callable[[int], Iterable[Decision]], hearers: Sequence[Hearer]) -> None:
        """Take `Store.decisions`, which is asked in another thread, and who wants to know."""
        self._decisions = decisions
        self._hearers = hearers
        self._reading: asyncio.Task[None] | None = None
        self._rung = False
        self.number = 0
        """The number of the last decision told."""

    def hear(self, step: Step) -> None:
        """Pass withdrawals on, and begin to read."""
        for act in step.withdrawn:
            for hearer in self._hearers:
                hearer.withdrawn(act)
        self._rung = True
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read())

    async def settled(self) -> None:
        """Wait until what is kept now has been told."""
        if self._reading is not None:
            await asyncio.shield(self._reading)

    async def _read(self) -> None:
        while self._rung:
            self._rung = False
            try:
                while found := await asyncio.to_thread(self._next):
                    self._tell(found)
            except Exception:  # noqa: BLE001 - the next step tries again; the evening goes on
                _log.exception("decisions could not be read to be published; trying again", after=self.number)
                return
            for hearer in self._hearers:
                hearer.caught_up()

    def _next(self) -> list[Decision]:
        return list(islice(self._decisions(self.number), _CHUNK))

    def _tell(self, decisions: Sequence[Decision]) -> None:
        for decision in decisions:
            self.number += 1
            for hearer in self._hearers:
                hearer.decided(self.number, decision)
