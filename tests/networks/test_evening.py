import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from fairfloor.acts.act import Act, Like, Post, Repost
from fairfloor.session.decide import Rules
from fairfloor.session.decision import Decision
from fairfloor.session.pipeline import Pipeline
from fairfloor.session.ports import Step
from fairfloor.session.replay import Item, replay
from fairfloor.store.store import SqliteStore
from fairfloor.testing.crowd import Role, Tactic, World, simulate
from fairfloor.testing.pds.account import Bench
from fairfloor.testing.pds.perform import Troupe
from fairfloor.wiring.kept import Kept, kept
from fairfloor.wiring.networks import Networks, following

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

_DEADLINE = 300
_FLOOD = (Tactic.COPY, Tactic.EDITED, Tactic.UNIQUE, Tactic.RING)


class Watcher:
    """An audience that lets others wait for what they want to see."""

    def __init__(self) -> None:
        self.step = Step(now=World().start)
        self.withdrawn: set[str] = set()
        self._more = asyncio.Event()

    def hear(self, step: Step) -> None:
        """Note a step."""
        self.step = step
        self.withdrawn |= set(step.withdrawn)
        self._more.set()

    async def until(self, enough: Callable[[], bool]) -> None:
        """Wait until there is enough."""
        while not enough():
            self._more.clear()
            await self._more.wait()


@asynccontextmanager
async def running(pds: Bench, evening: Kept, rules: Rules) -> AsyncIterator[Watcher]:
    """Follow the tag on the server, from where the store left off, until the block ends; then stop at once."""
    connected, watcher = asyncio.Event(), Watcher()
    told = Networks(url=pds.running.stream(), appview="http://127.0.0.1:9")
    parts = following(rules.tag, told, evening, lambda said: connected.set() if "Connected" in said else None)
    pipeline = Pipeline(parts.source, evening.store, parts.clock, rules, [*parts.audiences, watcher])
    async with asyncio.timeout(_DEADLINE):
        task = asyncio.create_task(pipeline.run())
        try:
            await connected.wait()
            yield watcher
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


@pytest.fixture(scope="module")
def troupe(pds: Bench) -> Troupe:
    """Give 200 people and a crowd among them accounts, and 2,000 things to do, half of them in the flood."""
    world = World(tactics=_FLOOD, attackers=140, seed=7, hijack_from=15.0, hijack_for=20.0)
    simulation = simulate(world)
    return Troupe(pds, simulation, simulation.acts[:2000])


def _acts(store: SqliteStore) -> list[Act]:
    return [taken.notice for taken in store.log() if isinstance(taken.notice, Post | Repost | Like)]


def _items(store: SqliteStore) -> Iterator[Item]:
    return (Item(None, taken.notice) for taken in store.log())


def test_an_evening_of_two_hundred(pds: Bench, troupe: Troupe, tmp_path: Path) -> None:
    """Two hundred people and a flood on a real server: all of it is kept and decided, through two stops on the way."""
    rules = msgspec.structs.replace(troupe.rules(), pace=300.0, ttl=timedelta(seconds=5))

    async def scenario(evening: Kept) -> None:
        for stop in (700, 1400):
            async with running(pds, evening, rules) as watcher:
                playing = asyncio.create_task(asyncio.to_thread(troupe.perform, stop - 700, stop))
                await watcher.until(lambda: len(_acts(evening.store)) > len(troupe.refs) // 2 > 100)
            await playing
        async with running(pds, evening, rules) as watcher:
            await asyncio.to_thread(troupe.perform, 1400)
            await watcher.until(lambda: len(_acts(evening.store)) == 2000 and watcher.step.waiting == 0)

    assert len(troupe.accounts) >= 200
    with kept(tmp_path / "evening.db") as evening:
        asyncio.run(scenario(evening))
        made = [ref.uri for ref in troupe.refs.values()]
        assert [act.id for act in _acts(evening.store)] == made
        assert sum(evening.records.counts().values()) == len(made)
        assert [count.first for _, count in evening.records.faults()] == []
        _the_flood_is_not_the_floor(evening, troupe)
        decisions = sorted(evening.store.decisions(), key=lambda one: (one.at, one.act))
        again = replay(rules, _items(evening.store), evening.store.time() or World().start)
        assert [one for one in again if isinstance(one, Decision)] == decisions


def _the_flood_is_not_the_floor(evening: Kept, troupe: Troupe) -> None:
    """Show that the crowd has less of the floor than of what was said."""
    attackers = {account.did for name, account in troupe.accounts.items() if troupe.role(name) is Role.ATTACKER}
    posts = [act.account in attackers for act in _acts(evening.store) if isinstance(act, Post)]
    floor = [one.account in attackers for one in evening.store.decisions() if one.placement == "floor"]
    assert sum(posts) / len(posts) > 0.4
    assert sum(floor) / len(floor) < 0.6 * sum(posts) / len(posts)


def test_a_deleted_post_is_gone_within_a_second(pds: Bench, troupe: Troupe, tmp_path: Path) -> None:
    """From the server's answer to a deletion until its words are out of the store and the page knows, less than 1 s."""
    rules, ann = troupe.rules(), pds.account()

    async def one(evening: Kept, watcher: Watcher, text: str) -> None:
        post = await asyncio.to_thread(ann.post, text, "copchat")
        await watcher.until(lambda: evening.records.record(post.uri) is not None)
        await asyncio.to_thread(ann.delete, post)
        async with asyncio.timeout(1):
            await watcher.until(lambda: post.uri in watcher.withdrawn)
        record = evening.records.record(post.uri)
        assert record is not None
        assert (record.withdrawn, isinstance(record.act, Post) and record.act.text) == (True, "")

    async def scenario(evening: Kept) -> None:
        async with running(pds, evening, rules) as watcher:
            for number in range(5):
                await one(evening, watcher, f"hello {number} #copchat")

    with kept(tmp_path / "evening.db") as evening:
        asyncio.run(scenario(evening))
