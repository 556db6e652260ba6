"""The async shell of an evening: batches from the source and turns of the clock in, steps to the audience out.

Moves come in too, and what is said on the chat's own pages, each to be durable before its page answers (`make`).

Nothing is decided here. The clerk works in one thread of its own, so pages answer while it writes; between it and the
source is a short queue, so a source that is faster than the disk waits, and with it, through its socket, the network.
What has gathered in the queue is taken together and shares one sync to disk.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple, TypeVar

import structlog

from fairfloor.session.clerk import Clerk
from fairfloor.session.decide import Rules
from fairfloor.session.horizon import Horizon
from fairfloor.session.ports import Audience, Batch, Clock, Entry, Source, Step, Store

_log = structlog.get_logger(__name__)
T = TypeVar("T")

PATIENCE = timedelta(seconds=10)
"""How long a live source may be silent before the evening goes on by the clock."""
_QUEUED = 16
"""Batches that wait for the clerk at most."""
_TOGETHER = 500
"""Notices past which no further batch is taken together with them."""
_END = Batch()
"""What stands in the queue after the source's last batch."""


class Over(Exception):  # noqa: N818 - it names what is the matter
    """The evening does not run any more, so no move can be made."""


class _Made(NamedTuple):
    """What was made on the pages, on its way, and who waits for it."""

    entry: Entry
    done: asyncio.Future[None]

    def answer(self, error: Exception | None) -> None:
        """Say that it was made, or why not, where somebody still waits."""
        if self.done.done():
            return
        if error is None:
            self.done.set_result(None)
        else:
            self.done.set_exception(error)


class Pipeline:
    """Runs one evening. `run` it once; cancel that to stop, at any moment."""

    def __init__(  # noqa: PLR0913 - all the ports meet here
        self,
        source: Source,
        store: Store,
        clock: Clock,
        rules: Rules,
        audiences: Sequence[Audience] = (),
        *,
        patience: timedelta | None = PATIENCE,
        lasting: bool = False,
        executor: Executor | None = None,
    ) -> None:
        """Take the ports.

        patience: how long the source may be silent, None where it is waited for (session.horizon). lasting: whether the
        evening goes on, for moves, when the source has ended. executor: where the clerk works; one thread of its own
        where None.
        """
        self._source = source
        self._store = store
        self._clock = clock
        self._rules = rules
        self._audiences = audiences
        self._patience = patience
        self._executor = executor or ThreadPoolExecutor(1, thread_name_prefix="clerk")
        self._lasting = lasting
        self.recovered = asyncio.Event()
        """Set when the audience has heard all that was kept."""
        self._over = False
        self._queue: asyncio.Queue[Batch | _Made] = asyncio.Queue(_QUEUED)

    async def run(self) -> None:
        """Recover, then follow the source until it has ended and nothing waits.

        Raises OtherRules, and whatever the source or the store raise, not in a group.
        """
        try:
            clerk = await self._off(lambda: Clerk(self._store, self._rules))
            await self._recover(clerk)
            self.recovered.set()
            cursor = await self._off(lambda: self._store.cursor(self._source.name))
            async with asyncio.TaskGroup() as group:
                group.create_task(self._feed(cursor))
                group.create_task(self._follow(clerk))
        except ExceptionGroup as several:
            raise several.exceptions[0] from several
        finally:
            self._close()
            self._executor.shutdown()  # nothing is written any more when this returns

    async def make(self, entry: Entry) -> None:
        """Have a move made, or a post of our own pages taken; it is durable, and heard of, when this returns.

        Raises Over where the evening does not run any more, and ValueError where it cannot be written.
        """
        if self._over:
            raise Over
        made = _Made(entry, asyncio.get_running_loop().create_future())
        await self._queue.put(made)
        if self._ended():
            self._close()  # it ended while this waited for its place in the queue
        await made.done

    def _ended(self) -> bool:
        return self._over

    def _close(self) -> None:
        """Tell whoever waits for a move that it was not made."""
        self._over = True
        while not self._queue.empty():
            if isinstance(left := self._queue.get_nowait(), _Made) and not left.done.done():
                left.done.set_exception(Over())

    async def _recover(self, clerk: Clerk) -> None:
        steps = clerk.recover(self._clock.now())
        while (step := await self._off(lambda: next(steps, None))) is not None:
            self._tell(step)

    async def _feed(self, cursor: str | None) -> None:
        batches = self._source.batches(cursor)
        try:
            async for batch in batches:
                await self._queue.put(batch)
        finally:
            if isinstance(batches, AsyncGenerator):
                await batches.aclose()
        await self._queue.put(_END)

    async def _follow(self, clerk: Clerk) -> None:
        horizon = Horizon(self._clock.now(), self._patience)
        while self._lasting or not (horizon.all_told and clerk.next_at is None):
            told, moves = await self._gather(horizon.wake(clerk.next_at))
            now = self._clock.now()
            if told and told[-1] is _END:
                told.pop()
                horizon.ended()
            elif told:
                horizon.spoke(told[-1].upto, now)
            self._tell(await self._off(partial(_turn, clerk, self._source.name, told, now, horizon.at(now))))
            for made in moves:
                await self._make(clerk, made)

    async def _make(self, clerk: Clerk, made: "_Made") -> None:
        try:
            self._tell(await self._off(partial(clerk.make, made.entry, self._clock.now())))
        except ValueError as error:
            made.answer(error)
        except BaseException:
            made.answer(Over())
            raise
        else:
            made.answer(None)

    async def _gather(self, wake: datetime | None) -> tuple[list[Batch], list["_Made"]]:
        """Give what came since: from the source, and moves; nothing where the clock shows `wake` before."""
        found = await self._first(wake) if self._queue.empty() else []
        while not self._queue.empty() and sum(len(one.notices) for one in found if isinstance(one, Batch)) < _TOGETHER:
            found.append(self._queue.get_nowait())
        return [one for one in found if isinstance(one, Batch)], [one for one in found if isinstance(one, _Made)]

    async def _first(self, wake: datetime | None) -> list["Batch | _Made"]:
        tasks: set[asyncio.Task[Batch | _Made] | asyncio.Task[None]] = {asyncio.create_task(self._queue.get())}
        if wake is not None:
            tasks.add(asyncio.create_task(self._clock.sleep_until(wake)))
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
        return [told for task in done if (told := task.result()) is not None]

    def _tell(self, step: Step) -> None:
        for audience in self._audiences:
            try:
                audience.hear(step)
            except Exception:  # noqa: BLE001 - a page's mistake must not end the evening
                _log.exception("an audience failed; the evening goes on", audience=type(audience).__name__)

    async def _off(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work)


def _turn(clerk: Clerk, source: str, told: Sequence[Batch], now: datetime, upto: datetime) -> Step:
    return clerk.take(source, _together(told), now, upto) if told else clerk.advance(upto)


def _together(told: Sequence[Batch]) -> Batch:
    return Batch(
        notices=tuple(notice for batch in told for notice in batch.notices),
        faults=tuple(fault for batch in told for fault in batch.faults),
        cursor=next((batch.cursor for batch in reversed(told) if batch.cursor is not None), None),
        upto=told[-1].upto,
        skipped=sum(batch.skipped for batch in told),
    )
