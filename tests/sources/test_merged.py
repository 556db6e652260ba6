import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.acts.act import Post
from fairfloor.acts.fault import Cause, Fault
from fairfloor.session.ports import Batch
from fairfloor.sources.bluesky.condition import Condition
from fairfloor.sources.merged import PATIENCE, Horizon, Merged
from fairfloor.testing.clock import VirtualClock

START = datetime(2026, 10, 22, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Longest:
    """Dice that always draw the longest wait."""

    def uniform(self, _: float, b: float, /) -> float:
        """Draw the bound."""
        return b


Script = Callable[[str | None], AsyncGenerator[Batch]]


class Scripted:
    """A source that tells what a script says."""

    def __init__(self, name: str, script: Script) -> None:
        self._name = name
        self.script = script
        self.cursors: list[str | None] = []

    @property
    def name(self) -> str:
        """Its name."""
        return self._name

    def batches(self, cursor: str | None) -> AsyncGenerator[Batch]:
        """Tell what the script says after a cursor."""
        self.cursors.append(cursor)
        return self.script(cursor)


def _post(id_: str) -> Post:
    return Post(id=id_, at=START, account="a")


def _counts(name: str, number: int, clock: VirtualClock, every: timedelta = SECOND) -> Scripted:
    """Make a source that tells a post every second, from its cursor on."""

    async def script(cursor: str | None) -> AsyncGenerator[Batch]:
        for n in range(int(cursor or 0), number):
            await clock.sleep_until(clock.now() + every)
            yield Batch(notices=(_post(f"{name}{n}"),), cursor=str(n + 1), upto=clock.now())

    return Scripted(name, script)


def _run(merged: Merged, clock: VirtualClock, cursor: str | None = None, most: int = 1000) -> list[Batch]:
    async def main() -> list[Batch]:
        told: list[Batch] = []
        source = merged.batches(cursor)
        async for batch in source:
            told.append(batch)
            if len(told) == most:
                break
        await source.aclose()
        return told

    return clock.run(main())


def _ids(told: list[Batch]) -> list[str]:
    return [notice.id for batch in told for notice in batch.notices if isinstance(notice, Post)]


def test_all_are_told_and_it_ends_with_the_last() -> None:
    """What each source tells comes out, in its order; it is over when all are."""
    clock = VirtualClock(START)
    told = _run(Merged([_counts("a", 3, clock), _counts("b", 5, clock)], clock), clock)
    assert sorted(_ids(told)) == ["a0", "a1", "a2", "b0", "b1", "b2", "b3", "b4"]
    assert told[-1].upto is None
    assert clock.now() == START + 5 * SECOND


def test_it_goes_on_from_the_cursors_of_all() -> None:
    """Cut off anywhere, each source goes on from its own cursor; nothing is missing and nothing comes twice."""
    for cut in range(1, 9):
        clock = VirtualClock(START)
        first = _run(Merged([_counts("a", 4, clock), _counts("b", 4, clock)], clock), clock, most=cut)
        cursor = next((batch.cursor for batch in reversed(first) if batch.cursor), None)
        again = _run(Merged([_counts("a", 4, clock), _counts("b", 4, clock)], clock), clock, cursor)
        assert sorted(_ids(first) + _ids(again)) == [f"{name}{n}" for name in "ab" for n in range(4)]


def test_a_network_left_out_keeps_its_place() -> None:
    """The place in a network that is not followed today stays in the cursor; an evening of one goes on from its own."""
    clock = VirtualClock(START)
    alone = _counts("jetstream", 3, clock)
    earlier = {"jetstream": "2"}
    told = _run(Merged([alone], clock, earlier=earlier.get), clock, json.dumps({"x": "7"}))
    assert alone.cursors == ["2"]
    assert json.loads(told[0].cursor or "") == {"jetstream": "3", "x": "7"}


def test_a_source_that_fails_does_not_stop_the_others() -> None:
    """A source that raises is begun again from its last cursor, after longer and longer; the others go on."""
    clock = VirtualClock(START)
    said: list[Condition] = []

    async def shaky(cursor: str | None) -> AsyncGenerator[Batch]:
        n = int(cursor or 0)
        if n < 3:
            yield Batch(notices=(_post(f"s{n}"),), cursor=str(n + 1), upto=clock.now())
            raise RuntimeError("s3cret words of a library")

    source = Scripted("shaky", shaky)
    merged = Merged([source, _counts("b", 9, clock)], clock, tell=said.append, dice=Longest())
    told = _run(merged, clock)
    assert [id_ for id_ in _ids(told) if id_.startswith("s")] == ["s0", "s1", "s2"]
    assert len(_ids(told)) == 12
    assert source.cursors == [None, "1", "2", "3"]
    assert [one.sentence for one in said] == [
        f"shaky stopped (RuntimeError). Trying again in {wait}." for wait in ("1 second", "2 seconds", "4 seconds")
    ]


def test_what_a_source_refuses_is_said() -> None:
    """A cursor that a source cannot read is said in that source's own sentence."""
    clock = VirtualClock(START)
    said: list[Condition] = []

    async def refuses(_: str | None) -> AsyncGenerator[Batch]:
        if not said:
            raise ValueError("The stored cursor 'x' is not one of X's.")
        yield Batch()

    _run(Merged([Scripted("x", refuses)], clock, tell=said.append, dice=Longest()), clock)
    assert said[0].sentence == "x stopped (The stored cursor 'x' is not one of X's). Trying again in 1 second."


def test_faults_say_which_source_they_are_of() -> None:
    """A fault carries the name of its source, once."""
    clock = VirtualClock(START)

    async def faulty(_: str | None) -> AsyncGenerator[Batch]:
        yield Batch(faults=(Fault(Cause.NOT_JSON, 7, "bad"), Fault(Cause.NOT_JSON, None, "x: bad")), skipped=2)

    told = _run(Merged([Scripted("x", faulty)], clock), clock)
    assert told[0].faults == (Fault(Cause.NOT_JSON, 7, "x: bad"), Fault(Cause.NOT_JSON, None, "x: bad"))
    assert told[0].skipped == 2


def test_a_silent_network_does_not_hold_the_evening() -> None:
    """The evening waits a little for a network that fell silent, and no longer than that."""
    clock = VirtualClock(START)

    async def falls_silent(_: str | None) -> AsyncGenerator[Batch]:
        yield Batch(upto=clock.now())
        await clock.sleep_until(START + 60 * SECOND)
        yield Batch(upto=clock.now())

    told = _run(Merged([Scripted("quiet", falls_silent), _counts("b", 60, clock)], clock), clock)
    behind = [(_at(batch) - batch.upto) for batch in told if batch.notices and batch.upto]
    assert max(behind) == PATIENCE
    assert told[-1].upto is None


def _at(batch: Batch) -> datetime:
    post = batch.notices[0]
    assert isinstance(post, Post)
    return START + (int(post.id[1:]) + 1) * SECOND


def test_a_source_that_cannot_say_is_not_waited_for() -> None:
    """Where one source gives no time of its own the others' counts; where none does, the clock rules."""
    horizon = Horizon(PATIENCE)
    assert horizon.told("x", None) is None
    assert horizon.told("a", START) == START
    assert horizon.told("x", None) == START
    assert horizon.told("a", None) is None


def test_a_fast_source_waits_for_the_reader() -> None:
    """A source is read no further than two batches ahead of whoever takes them."""
    clock = VirtualClock(START)
    made: list[int] = []

    async def floods(_: str | None) -> AsyncGenerator[Batch]:
        for n in range(1_000_000):
            made.append(n)
            yield Batch(cursor=str(n))

    async def main() -> None:
        source = Merged([Scripted("flood", floods)], clock).batches(None)
        for _ in range(10):
            await anext(source)
            for _ in range(100):
                await asyncio.sleep(0)
        await source.aclose()

    clock.run(main())
    assert len(made) <= 12


def test_two_of_one_name_are_refused() -> None:
    """Two sources of one name would share a cursor."""
    clock = VirtualClock(START)
    with pytest.raises(ValueError, match="Each network can be followed once: a, a"):
        Merged([_counts("a", 1, clock), _counts("a", 1, clock)], clock)


@pytest.mark.parametrize("cursor", ["", "7", "[]", '{"a": 1}', "{"])
def test_a_strange_cursor_is_refused(cursor: str) -> None:
    """What is not a cursor of cursors is refused, rather than beginning anywhere."""
    clock = VirtualClock(START)
    with pytest.raises(ValueError, match="not one of several networks"):
        _run(Merged([_counts("a", 1, clock)], clock), clock, cursor)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.none() | st.integers(0, 7200)), max_size=40))
def test_the_evening_is_never_far_behind_the_furthest(told: list[tuple[str, int | None]]) -> None:
    """Whatever sources say, the evening is within the patience of the furthest, and ahead of none that is too."""
    horizon, last = Horizon(PATIENCE), dict[str, int]()
    for name, seconds in told:
        upto = horizon.told(name, None if seconds is None else START + seconds * SECOND)
        last.pop(name, None)
        if seconds is not None:
            last[name] = seconds
        if not last:
            assert upto is None
            continue
        assert upto is not None
        passed, furthest = (upto - START).total_seconds(), max(last.values())
        assert furthest - PATIENCE.total_seconds() <= passed <= furthest
        assert all(passed <= one for one in last.values() if one >= furthest - PATIENCE.total_seconds())
