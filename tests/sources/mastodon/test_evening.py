"""An evening on two servers, kept in a real store, cut off and gone on with: nothing is lost, nothing counts twice."""

import asyncio
import random  # noqa: TID251 - a test may throw dice
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fairfloor.acts.act import Post
from fairfloor.session.decide import Rules
from fairfloor.session.pipeline import Pipeline
from fairfloor.session.ports import Step
from fairfloor.sources.mastodon.live import Mastodon
from fairfloor.sources.membership import Membership
from fairfloor.sources.merged import Merged
from fairfloor.store.evening.records import SqlRecords
from fairfloor.store.evening.store import SqlStore
from fairfloor.store.file import opened

START = datetime(2026, 10, 22, 1, tzinfo=UTC)


class Reminder:
    """Lets the source know what is kept, as the composition root does."""

    def __init__(self, membership: Membership) -> None:
        self._membership = membership
        self.ids: set[str] = set()

    def hear(self, step: Step) -> None:
        """Remember the acts of a step."""
        for act in step.acts:
            self._membership.remember(act)
            self.ids.add(act.id)


@pytest.mark.parametrize("seed", range(3))
def test_an_evening_survives_being_cut_off(town: Any, serving: Any, watched: Any, tmp_path: Path, seed: int) -> None:
    """Cut off again and again while two servers tell of one another's posts, each act is kept once, in the end all."""
    dice = random.Random(seed)  # noqa: S311 - a test's own
    other = type(town)("far.example")
    clock = watched(START)

    def said() -> set[str]:
        return {status["uri"] for status in [*town.statuses.values(), *other.statuses.values()]}

    async def sitting(servers: list[str], rounds: int | None = None) -> None:
        """Sit for so many rounds while people talk; None: until all that was said is kept."""
        membership = Membership("copchat")
        reminder = Reminder(membership)
        clock.asked = asyncio.Queue()
        merged = Merged([Mastodon(one, membership, "copchat", clock) for one in servers], clock)
        with opened(tmp_path / "evening.db") as (writer, reader):
            pipeline = Pipeline(merged, SqlStore(writer, reader), clock, Rules(tag="copchat"), [reminder])
            running = asyncio.create_task(pipeline.run())
            while rounds if rounds is not None else not said() <= reminder.ids:
                await clock.waits(timedelta(seconds=6))
                await clock.advance(timedelta(seconds=3))
                if rounds is not None:
                    rounds -= 1
                    _say(dice, town, other, (clock.now() - START).total_seconds())
                await clock.advance(timedelta(seconds=3))
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running

    async def scenario() -> None:
        async with asyncio.timeout(60), serving(town.app) as here, serving(other.app) as there:
            for _ in range(5):
                await sitting([here, there], dice.randint(3, 6))
                _say(dice, town, other, (clock.now() - START).total_seconds())
            await sitting([here, there])

    asyncio.run(scenario())
    with opened(tmp_path / "evening.db") as (writer, reader):
        kept = Counter(one.notice.id for one in SqlStore(writer, reader).log() if isinstance(one.notice, Post))
        faults = SqlRecords(reader).faults()
    assert set(kept) == said()
    assert set(kept.values()) == {1}
    assert len(kept) > 20
    assert faults == []


def _say(dice: random.Random, town: Any, other: Any, now: float) -> None:
    """Say something on one of the servers, which the other one comes to know by the same name."""
    here, there = (town, other) if dice.random() < 0.5 else (other, town)
    status = here.say(now, f"#copchat {dice.random()}", "al")
    if dice.random() < 0.7:
        there.say(now, "copy", f"al@{here.domain}", uri=status["uri"])
