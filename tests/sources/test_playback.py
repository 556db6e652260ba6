import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fairfloor.acts.act import Act, Like, Post, Repost
from fairfloor.acts.fault import Cause, Fault
from fairfloor.acts.notice import Deletion, Departure, Edit, Notice, Rename
from fairfloor.session.decide import Rules
from fairfloor.session.decision import Decision
from fairfloor.session.pipeline import Pipeline
from fairfloor.session.ports import Batch, Clock, Store
from fairfloor.session.replay import AHEAD, Item, replay, time_of
from fairfloor.sources import files
from fairfloor.sources.playback import Playback, timed
from fairfloor.testing.clock import VirtualClock
from fairfloor.testing.store import MemoryStore

START = datetime(2014, 10, 23, 1, 0, tzinfo=UTC)
TODAY = datetime(2026, 1, 1, tzinfo=UTC)
RULES = Rules(tag="copchat", hosts=frozenset({"host"}), regulars=frozenset({"ann"}))
DATA = Path(os.environ.get("FAIRFLOOR_DATA", Path(__file__).parents[2].parent / "shared/data"))


def at(seconds: float) -> datetime:
    """Give a time so many seconds after the start."""
    return START + timedelta(seconds=seconds)


def post(seconds: float, name: str = "") -> Post:
    """Give a post made at a second."""
    return Post(id=name or f"post-{seconds:g}", at=at(seconds), account=f"a-{seconds:g}", text=f"Number {seconds:g}")


def items(told: Sequence[Notice | Fault | None]) -> list[Item]:
    """Give records as a file has them."""
    return [Item(line, one) for line, one in enumerate(told, 1)]


async def heard(
    clock: Clock, told: Sequence[Notice | Fault | None], cursor: str | None = None
) -> list[tuple[datetime, Batch]]:
    """Give what a playback tells, and when."""
    source = Playback("test", timed(items(told), TODAY), clock)
    return [(clock.now(), batch) async for batch in source.batches(cursor)]


def test_each_act_is_told_when_the_clock_shows_its_time() -> None:
    """Nothing comes early, what is due comes together, and each batch says how far the archive has been told."""
    clock = VirtualClock(START)
    told = clock.run(heard(clock, [post(1), post(1, "twin"), post(5), post(60)]))
    assert [(when, [one.id for one in batch.notices if isinstance(one, Post)]) for when, batch in told] == [
        (at(1), ["post-1", "twin"]),
        (at(5), ["post-5"]),
        (at(60), ["post-60"]),
    ]
    assert [(batch.upto, batch.cursor) for _, batch in told] == [(at(5), "2"), (at(60), "3"), (at(60), "4")]


def test_what_is_past_is_told_at_once() -> None:
    """A clock that starts late finds the beginning of the archive told in one go, each act seen at its own time."""
    clock = VirtualClock(at(30))
    told = clock.run(heard(clock, [post(1), post(5), post(60)]))
    assert [when for when, _ in told] == [at(30), at(60)]
    assert [one.seen for one in told[0][1].notices if isinstance(one, Post)] == [at(1), at(5)]


def test_it_goes_on_after_its_cursor() -> None:
    """Stopped after any batch and started anew it tells the rest, seen at the same times."""
    told = [post(n // 2, str(n)) for n in range(1_300)]
    clock = VirtualClock(at(9_999))
    whole = [one for _, batch in clock.run(heard(clock, told)) for one in batch.notices]
    assert len(whole) == 1_300
    for cursor in ("0", "1", "500", "1299", "1300"):
        rest = [one for _, batch in clock.run(heard(clock, told, cursor)) for one in batch.notices]
        assert rest == whole[int(cursor) :]


def test_faults_keep_their_lines_and_others_acts_are_counted() -> None:
    """What is wrong in a file is told with its line number; records of other chats are a number."""
    clock = VirtualClock(at(9))
    ((_, batch),) = clock.run(heard(clock, [None, Fault(Cause.NOT_JSON, detail="?"), post(1), None]))
    assert batch.faults == (Fault(Cause.NOT_JSON, 2, "?"),)
    assert (len(batch.notices), batch.skipped, batch.cursor) == (1, 2, "4")


def test_one_lie_does_not_end_the_evening() -> None:
    """An act dated in the future, or before the others, is seen with the one before it; at the start, with the next."""
    far = datetime(2999, 1, 1, tzinfo=UTC)
    lies = [post(0, "lie-1"), post(3), post(0, "lie-2"), post(2), post(4)]
    told = [Post(id=one.id, at=far if "lie" in one.id else one.at, account="a", text="x") for one in lies]
    assert [one.seen for one in timed(items(told), TODAY)] == [at(3), at(3), at(3), at(3), at(4)]


ids = st.integers(0, 12).map(str)
accounts = st.sampled_from(["host", "ann", "bob", "cid"])
times = st.one_of(st.integers(0, 600).map(at), st.sampled_from([at(-1e8), at(1e10), TODAY + timedelta(minutes=5)]))
texts = st.sampled_from(
    ["What about body cameras?", "Sign the petition for cameras now please", "Hello there", "Q2: why?"]
)
posts = st.builds(Post, id=ids, at=times, seen=st.none() | times, account=accounts, text=texts)
told_things = st.one_of(
    posts,
    posts,
    st.builds(Repost, id=ids, at=times, account=accounts, subject=ids),
    st.builds(Like, id=ids, at=times, account=accounts, subject=ids),
    st.builds(Edit, post=posts),
    st.builds(Deletion, id=ids, at=times),
    st.builds(Departure, account=accounts, at=times),
    st.builds(Rename, account=accounts, handle=accounts, at=times),
    st.builds(Fault, st.just(Cause.NOT_JSON)),
    st.none(),
)


def replayed(told: Sequence[Item], rules: Rules) -> list[Decision]:
    """Give the decisions of a replay."""
    return [one for one in replay(rules, told, TODAY) if isinstance(one, Decision)]


def played(store: Store, told: Sequence[Item], rules: Rules, begin: datetime) -> Iterator[Decision]:
    """Play an archive to its end, and give the decisions in the order in which a replay writes them."""
    clock = VirtualClock(begin)
    source = Playback("test", timed(told, TODAY), clock)
    clock.run(Pipeline(source, store, clock, rules, patience=None).run(), cushion=0.0)
    return iter(sorted(store.decisions(), key=lambda one: (one.at, one.act)))


def before_its_time(told: Sequence[Item]) -> Iterator[Notice | Fault | None]:
    """Give what an archive tells before anything by which to set a clock."""
    for one in told:
        when = None if one.told is None or isinstance(one.told, Fault) else time_of(one.told)
        if when is not None and when <= TODAY + AHEAD:
            return
        yield one.told


@settings(max_examples=150, deadline=None)
@given(told=st.lists(told_things, max_size=25).map(items), lead=st.sampled_from([0.0, 400.0, 1e9]))
def test_a_playback_comes_to_what_a_replay_comes_to(told: list[Item], lead: float) -> None:
    """The same archive, however hostile, gives the same decisions both ways, wherever the clock starts."""
    assume(not any(isinstance(one, Edit) for one in before_its_time(told)))
    assert list(played(MemoryStore(), told, RULES, at(lead))) == replayed(told, RULES)


@pytest.mark.skipif(not DATA.is_dir(), reason=f"no archives in {DATA}; FAIRFLOOR_DATA may name another folder")
@pytest.mark.parametrize("name", ["elgl19", "cdnpoli-2025-06"])
def test_a_real_evening_played_comes_to_what_a_replay_comes_to(name: str) -> None:
    """Real archives at a pace that congests them: every act gets one final decision, the same ones both ways."""
    told = list(files.read(DATA / f"{name}.acts.jsonl", tag=name))
    rules = Rules(tag=name, pace=0.5)
    store = MemoryStore()
    decisions = list(played(store, told, rules, at(0)))
    assert decisions == replayed(told, rules)
    assert {one.act for one in decisions} == {one.told.id for one in told if isinstance(one.told, Act)}
