"""A clock that stands still until a test moves it: minutes of an evening pass in microseconds, the same way every time.

Two ways to let time pass. `advance` moves it by hand and wakes sleepers one deadline at a time, in order, so that
whatever they do happens at the instant they asked for. `run` moves it by itself: whenever every task waits, it
jumps to the next deadline, as trio's MockClock does with its autojump. asyncio has no hook for "everybody waits", but a
selector is asked to block exactly then, and an event loop takes the selector it is given; so that is the hook.

Invariant: `now` never goes back, and sleepers wake in order of deadline, then in order of asking.
"""

import asyncio
import heapq
import selectors
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from typing_extensions import override

T = TypeVar("T")

_TURNS = 64
"""Turns of the event loop that a woken task gets before time moves on: each await that does not wait takes one."""


class VirtualClock:
    """A `Clock` (session.ports) whose time passes only when told; use it from one event loop."""

    def __init__(self, start: datetime) -> None:
        """Take the time it shows at first; it must have a zone, and shows in UTC."""
        if start.tzinfo is None:
            raise ValueError("A clock starts at a time with a zone, for example datetime(2014, 10, 22, 1, tzinfo=UTC).")
        self._now = start.astimezone(UTC)
        self._order = count()
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        """Give the time it shows, in UTC."""
        return self._now

    async def sleep_until(self, when: datetime) -> None:
        """Wait until it shows `when`; return at once where it already does."""
        if when <= self._now:
            return
        awake = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (when.astimezone(UTC), next(self._order), awake))
        await awake

    async def advance(self, by: timedelta) -> None:
        """Let this much time pass; see `advance_to`."""
        await self.advance_to(self._now + by)

    async def advance_to(self, when: datetime) -> None:
        """Let time pass until `when`: wake each sleeper at its own instant and let it run before time moves on.

        Raises ValueError where `when` is in the past.
        """
        if when < self._now:
            raise ValueError(f"A clock does not go back: it shows {self._now}, asked for {when}.")
        await _settle()
        while (deadline := self.next_deadline()) is not None and deadline <= when:
            self.jump()
            await _settle()
        self._now = when.astimezone(UTC)

    def next_deadline(self) -> datetime | None:
        """Tell when the next sleeper wants to be woken; None where nobody sleeps."""
        while self._sleepers and self._sleepers[0][2].done():  # cancelled meanwhile
            heapq.heappop(self._sleepers)
        return self._sleepers[0][0] if self._sleepers else None

    def jump(self) -> bool:
        """Show the next deadline and wake all who asked for it; tell whether there was one."""
        deadline = self.next_deadline()
        if deadline is None:
            return False
        self._now = deadline
        while self.next_deadline() == deadline:
            heapq.heappop(self._sleepers)[2].set_result(None)
        return True

    def run(self, main: Coroutine[Any, Any, T], *, cushion: float = 0.0) -> T:
        """Run `main` in an event loop of its own in which this clock jumps whenever everybody waits.

        cushion: real seconds of waiting that count as everybody waiting; 0 will do, unless sockets or threads take
        part, whose answers should come before time moves on.
        """
        with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(_Jumping(self, cushion))) as runner:
            return runner.run(main)


async def _settle() -> None:
    for _ in range(_TURNS):
        await asyncio.sleep(0)


class _Jumping(selectors.DefaultSelector):
    """The system's selector, which moves the clock where it would have to wait."""

    def __init__(self, clock: VirtualClock, cushion: float) -> None:
        super().__init__()
        self._clock = clock
        self._cushion = cushion

    @override
    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        idle = timeout is None or timeout > self._cushion
        if not idle or self._clock.next_deadline() is None:
            return super().select(timeout)
        ready = super().select(self._cushion)
        if not ready:
            self._clock.jump()
        return ready
