"""An evening on X, kept in a real store, cut off and gone on with: nothing is lost, nothing counts twice."""

import asyncio
import random  # noqa: TID251 - a test may throw dice
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fairfloor.acts.act import Post
from fairfloor.session.decide import Rules
from fairfloor.session.pipeline import Pipeline
from fairfloor.session.ports import Step
from fairfloor.sources.membership import Membership
from fairfloor.sources.secret import Secret
from fairfloor.sources.x.budget import place
from fairfloor.sources.x.live import Options, X
from fairfloor.store.evening.records import SqlRecords
from fairfloor.store.evening.store import SqlStore
from fairfloor.store.file import opened

START = datetime(2026, 10, 22, 1, tzinfo=UTC)


class Reminder:
    """Lets the source know what is kept, as the composition root does, and the test when there is more."""

    def __init__(self, membership: Membership, stirred: asyncio.Event) -> None:
        self._membership = membership
        self._stirred = stirred
        self.ids: set[str] = set()

    def hear(self, step: Step) -> None:
        """Remember the acts of a step."""
        for act in step.acts:
            self._membership.remember(act)
            self.ids.add(act.id)
        self._stirred.set()


@pytest.mark.parametrize("seed", range(3))
def test_an_evening_survives_being_cut_off(server: Any, serving: Any, watched: Any, tmp_path: Path, seed: int) -> None:
    """Cut off again and again, by us and by X, each post is kept once, in the end all, and each is paid for once."""
    dice = random.Random(seed)  # noqa: S311 - a test's own
    clock = watched(START)

    def say() -> dict[str, Any]:
        post: dict[str, Any] = server.say((clock.now() - START).total_seconds(), f"#copchat {dice.random()}")
        return post

    async def sitting(here: str, posts: int | None) -> None:
        """Sit while so many posts are said; None: until all that was said is kept."""
        stirred, membership = asyncio.Event(), Membership("copchat")
        reminder = Reminder(membership, stirred)
        server.lines = asyncio.Queue()
        options = Options(token=Secret("s3cret-token"), budget=10_000, url=f"http://{here}", silence=timedelta(hours=9))
        source = X(membership, "copchat", clock, options, tell=lambda _: stirred.set())
        with opened(tmp_path / "evening.db") as (writer, reader):
            store = SqlStore(writer, reader)
            pipeline = Pipeline(source, store, clock, Rules(tag="copchat"), [reminder])
            running = asyncio.create_task(pipeline.run())

            async def until(true: Callable[[], bool]) -> None:
                while not true():
                    stirred.clear()
                    await stirred.wait()

            await until(lambda: source._opened is not None)  # noqa: SLF001 - connected, which a sentence said too
            for _ in range(posts or 0):
                server.send(say())
                await until(lambda: server.posts[-1]["id"] in reminder.ids)
                await clock.advance(timedelta(seconds=1))
            if posts is None:
                await clock.advance(timedelta(seconds=36))
                await until(lambda: {post["id"] for post in server.posts} <= reminder.ids)
                await until(lambda: place(store.cursor("x")).since == max((p["id"] for p in server.posts), key=int))
            say()  # in the very moment of being cut off
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running

    async def scenario() -> None:
        async with asyncio.timeout(60), serving(server.app) as here:
            for least in (1, 0, 0, 0, 0):  # it begins with what is kept first
                await sitting(here, dice.randint(least, 5))
                for _ in range(dice.randint(0, 3)):
                    await clock.advance(timedelta(seconds=1))
                    say()
            await sitting(here, None)
            server.posts.pop()

    asyncio.run(scenario())
    with opened(tmp_path / "evening.db") as (writer, reader):
        store = SqlStore(writer, reader)
        kept = Counter(one.notice.id for one in store.log() if isinstance(one.notice, Post))
        cursor = store.cursor("x")
        faults = SqlRecords(reader).faults()
    assert set(kept) == {post["id"] for post in server.posts}
    assert set(kept.values()) == {1}
    assert faults == []
    assert place(cursor).since == max((post["id"] for post in server.posts), key=int)
    assert len(kept) <= place(cursor).read <= 3 * len(kept)
