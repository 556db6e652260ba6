"""An evening's shell on a virtual clock: a source that follows a script, an audience that takes notes."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import Executor, Future
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from typing_extensions import override

from fairfloor.acts.act import Post
from fairfloor.session.decide import Rules
from fairfloor.session.decision import Decision
from fairfloor.session.pipeline import PATIENCE, Pipeline
from fairfloor.session.ports import Audience, Batch, Clock, Source, Step, Store
from fairfloor.testing.clock import VirtualClock
from fairfloor.testing.store import MemoryStore

START = datetime(2014, 10, 23, 1, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    """Give a time so many seconds after the start."""
    return START + timedelta(seconds=seconds)


class Inline(Executor):
    """Does work at once, in the thread that asks."""

    @override
    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - handed to whoever waits
            future.set_exception(error)
        return future


class Script:
    """A source that tells each batch when the clock shows its time, and knows how many it has told."""

    name = "script"

    def __init__(self, clock: Clock, batches: Sequence[tuple[float, Batch]], rewind: int = 0) -> None:
        """Take the batches; rewind: how many it tells again where it goes on after a break."""
        self._clock = clock
        self._batches = batches
        self._rewind = rewind
        self.told = 0

    async def batches(self, cursor: str | None) -> AsyncIterator[Batch]:
        """Give what comes after the batch that the cursor is of."""
        for seconds, batch in self._batches[max(0, int(cursor or 0) - self._rewind) :]:
            await self._clock.sleep_until(at(seconds))
            self.told += 1
            yield batch


class Notes:
    """An audience that keeps the steps."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def hear(self, step: Step) -> None:
        """Take note of a step."""
        self.steps.append(step)

    @property
    def decisions(self) -> list[Decision]:
        """All decisions told, in order."""
        return [decision for step in self.steps for decision in step.decisions]

    @property
    def acts(self) -> list[str]:
        """The ids of all acts told, in order."""
        return [act.id for step in self.steps for act in step.acts]


class Stage:
    """A store that outlives its evenings, and a way to run one."""

    def __init__(self) -> None:
        self.store: Store = MemoryStore()
        self.rules = Rules(tag="copchat", pace=12)
        self.clock = VirtualClock(START)
        self.patience: timedelta | None = PATIENCE

    def run(
        self, *batches: tuple[float, Batch], audiences: Sequence[Audience] = (), until: float | None = None
    ) -> Notes:
        """Follow a script to its end, or until a time, and give what an audience heard."""
        return self.follow(self.script(batches), audiences, until)

    def script(self, batches: Sequence[tuple[float, Batch]], rewind: int = 0) -> Script:
        """Give a source that follows a script."""
        return Script(self.clock, batches, rewind)

    def follow(self, source: Source, audiences: Sequence[Audience] = (), until: float | None = None) -> Notes:
        """Follow any source in the same way."""
        notes = Notes()
        pipeline = Pipeline(
            source, self.store, self.clock, self.rules, [*audiences, notes], patience=self.patience, executor=Inline()
        )
        self.clock.run(pipeline.run() if until is None else self._until(pipeline, at(until)))
        return notes

    async def _until(self, pipeline: Pipeline, when: datetime) -> None:
        running = asyncio.create_task(pipeline.run())
        await self.clock.sleep_until(when)
        running.cancel()
        await asyncio.wait([running])


@pytest.fixture
def stage() -> Stage:
    """Give an empty stage."""
    return Stage()


@pytest.fixture
def post() -> Callable[..., Post]:
    """Give a maker of posts, seen at their second unless said otherwise."""

    def make(seconds: float, **fields: Any) -> Post:
        given: dict[str, Any] = {
            "id": f"post-{seconds:g}",
            "at": at(seconds),
            "seen": at(seconds),
            "account": f"account-{seconds:g}",
        }
        return Post(**({"text": " ".join(f"{seconds:g}w{n}" for n in range(8))} | given | fields))

    return make
