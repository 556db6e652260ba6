import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from fairfloor.acts.act import Post
from fairfloor.chat.moves import Doing, Fold, Move, Pin, Release, SetPace, Undo
from fairfloor.session.desk import Desk
from fairfloor.session.pipeline import Over, Pipeline
from fairfloor.session.ports import Batch, Step

if TYPE_CHECKING:
    from tests.session.conftest import Stage

Make = Callable[..., Post]


def a_move(do: Doing, stage: "Stage", name: str = "1") -> Move:
    """Make a move of the host's."""
    return Move(id=f"move:{name}", at=stage.clock.now(), by="Host", role="host", do=do, reason="because")


class Hosted:
    """An evening that is followed while a test makes moves in it."""

    def __init__(self, stage: "Stage", batches: list[tuple[float, Batch]], *, lasting: bool = True) -> None:
        self.stage, self.desk, self.steps = stage, Desk(stage.rules), list[Step]()
        script = stage.script(batches)
        self.pipeline = Pipeline(
            script, stage.store, stage.clock, stage.rules, [self.desk, self], patience=None, lasting=lasting
        )

    def hear(self, step: Step) -> None:
        """Take note of a step."""
        self.steps.append(step)

    def run(self, acting: Callable[["Hosted"], Coroutine[Any, Any, None]]) -> None:
        """Let somebody act in the evening, and end it then."""

        async def both() -> None:
            running = asyncio.create_task(self.pipeline.run())
            await acting(self)
            running.cancel()
            await asyncio.wait([running])

        self.stage.clock.run(both(), cushion=0.05)

    async def until(self, seconds: float) -> None:
        """Wait until the evening's clock shows so many seconds after the start."""
        await self.stage.clock.sleep_until(self.stage.clock.now() + timedelta(seconds=seconds))

    def codes(self, act: str) -> list[str]:
        """Give the reasons for an act's decisions."""
        return [type(one.reason).__name__ for step in self.steps for one in step.decisions if one.act == act]


def test_a_move_is_durable_and_known_when_it_is_made(stage: "Stage", post: Make) -> None:
    """When `make` returns, the log has the move, the decisions it led to are kept, and the desk knows of it."""

    async def acting(hosted: Hosted) -> None:
        await hosted.until(5)
        await hosted.pipeline.make(a_move(Fold(act="post-1"), stage))
        assert [taken.notice.id for taken in stage.store.log() if isinstance(taken.notice, Move)] == ["move:1"]
        assert [one.placement for one in stage.store.decisions() if one.act == "post-1"] == ["floor", "fold"]
        assert list(hosted.desk.standing) == ["move:1"]

    Hosted(stage, [(1, Batch(notices=(post(1),)))]).run(acting)


def test_a_move_sent_twice_is_made_once(stage: "Stage", post: Make) -> None:
    """Who presses a button twice folds a post once."""

    async def acting(hosted: Hosted) -> None:
        await hosted.until(5)
        for _ in range(2):
            await hosted.pipeline.make(a_move(Fold(act="post-1"), stage))
        assert hosted.codes("post-1") == ["Room", "HostFold"]

    Hosted(stage, [(1, Batch(notices=(post(1),)))]).run(acting)


def test_moves_are_heard_again_at_their_places_after_a_crash(stage: "Stage", post: Make) -> None:
    """An evening that comes back has the same decisions under the same numbers, and the same desk."""

    async def acting(hosted: Hosted) -> None:
        await hosted.until(5)
        await hosted.pipeline.make(a_move(Fold(act="post-1"), stage))
        await hosted.pipeline.make(a_move(SetPace(pace=30.0), stage, "2"))
        await hosted.pipeline.make(a_move(Undo(move="move:1"), stage, "3"))
        await hosted.pipeline.make(a_move(Pin(text="Welcome"), stage, "4"))

    async def looking(hosted: Hosted) -> None:
        await hosted.until(1)

    before = Hosted(stage, [(1, Batch(notices=(post(1), post(1.1), post(1.2)), cursor="1"))])
    before.run(acting)
    kept = list(stage.store.decisions())
    after = Hosted(stage, [])
    after.run(looking)
    assert list(stage.store.decisions())[: len(kept)] == kept
    assert after.desk.standing == before.desk.standing
    assert list(after.desk.standing) == ["move:2", "move:4"]
    assert after.desk.undone.keys() == {"move:1"}
    assert after.desk.pinned.notice == before.desk.pinned.notice


def test_a_move_wakes_an_evening_in_which_nothing_waits(stage: "Stage", post: Make) -> None:
    """After the source's end the floor goes on: what a move lets wait gets its turn by the clock."""

    async def acting(hosted: Hosted) -> None:
        await hosted.until(60)
        await hosted.pipeline.make(a_move(Release(act="post-1"), stage))
        await hosted.pipeline.make(a_move(Fold(act="post-1"), stage, "2"))
        await hosted.until(60)
        await hosted.pipeline.make(a_move(Undo(move="move:2"), stage, "3"))
        await hosted.until(60)
        assert hosted.codes("post-1") == ["Room", "HostFold", "HostFloor"]

    Hosted(stage, [(1, Batch(notices=(post(1),)))]).run(acting)


def test_no_move_can_be_made_in_an_evening_that_is_over(stage: "Stage") -> None:
    """Whoever tries is told, and does not wait for ever."""

    async def acting(hosted: Hosted) -> None:
        await hosted.until(5)
        with pytest.raises(Over):
            await hosted.pipeline.make(a_move(Fold(act="post-1"), stage))

    Hosted(stage, [], lasting=False).run(acting)


def test_what_cannot_be_written_is_refused_and_the_evening_goes_on(stage: "Stage", post: Make) -> None:
    """A lone surrogate in a notice is an error for whoever sent it, and for nobody else."""

    async def acting(hosted: Hosted) -> None:
        await hosted.until(5)
        with pytest.raises(ValueError, match="surrogate"):
            await hosted.pipeline.make(a_move(Pin(text="\ud800"), stage))
        await hosted.pipeline.make(a_move(Pin(text="Welcome"), stage, "2"))
        assert [move.id for move in hosted.desk.lately] == ["move:2"]

    Hosted(stage, [(1, Batch(notices=(post(1),)))]).run(acting)
