from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.floor.reasons import Room, Withdrawn
from fairfloor.publish.mastodon import position
from fairfloor.publish.mastodon.plan import STALE, Boost, Plan, Question, boostable, preview
from fairfloor.publish.mastodon.position import Position
from fairfloor.session.decision import Decision

START = datetime(2026, 10, 22, 1, tzinfo=UTC)
Make = Callable[..., Decision]


def _at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def _names(plan: Plan, start: datetime = START) -> list[tuple[float, str]]:
    return [
        ((at - START).total_seconds(), step.text if isinstance(step, Question) else step.act.rpartition("/")[2])
        for at, step in preview(plan, start)
    ]


def test_what_has_the_floor_is_boosted_in_order_and_at_the_pace(decision: Make) -> None:
    """Boosts come in the order of the decisions, and no faster than the pace."""
    plan = Plan([], pace=12)
    for number, name in enumerate(["a", "b", "c"], 1):
        plan.decided(number, decision(name, number))
    assert _names(plan) == [(0, "a"), (5, "b"), (10, "c")]


def test_only_what_mastodon_can_boost_is_boosted(decision: Make) -> None:
    """Posts of other networks, boosts and what does not have the floor are passed over, as are its own posts."""
    plan = Plan([], pace=60)
    plan.own = "floor@home.example"
    plan.decided(1, decision("at://did:plc:a/app.bsky.feed.post/1"))
    plan.decided(2, decision("x:123"))
    plan.decided(3, decision("https://chat.example/1#boosted-by-al@chat.example"))
    plan.decided(4, decision("folded", placement="fold"))
    plan.decided(5, decision("own", by="floor@home.example"))
    plan.decided(6, decision("good"))
    assert _names(plan) == [(0, "good")]
    assert not boostable("1234567")


def test_what_was_taken_back_is_not_boosted(decision: Make) -> None:
    """What was withdrawn before its turn, or lost the floor, is skipped; what got it again is not."""
    plan = Plan([], pace=12)
    for number, name in enumerate(["a", "b", "c"], 1):
        plan.decided(number, decision(name))
    plan.withdrawn("https://chat.example/users/al/statuses/a")
    plan.decided(4, decision("b", placement="fold"))
    plan.decided(5, decision("b", 1))
    assert [name for _, name in _names(plan)] == ["c", "b"]


def test_questions_come_when_they_are_due(decision: Make) -> None:
    """A question of the run sheet goes before what waits, when its time has come; the pace holds for it too."""
    plan = Plan([Question(2, "Q2", _at(21)), Question(1, "Q1", _at(0))], pace=6)
    for number in range(1, 5):
        plan.decided(number, decision(str(number)))
    assert _names(plan) == [(0, "Q1"), (10, "1"), (20, "2"), (30, "Q2"), (40, "3"), (50, "4")]


def test_what_is_old_is_let_go(decision: Make) -> None:
    """After a long break nobody gets an hour of boosts: what waited too long is let go, and counts as done."""
    plan = Plan([Question(1, "Q1", _at(0)), Question(2, "Q2", _at(3600))], pace=12)
    plan.decided(1, decision("old", 0))
    plan.decided(2, decision("new", 3500))
    assert _names(plan, _at(3600)) == [(3600, "Q2"), (3605, "new")]
    assert (plan.after, plan.asked) == (2, frozenset({2}))


def test_it_goes_on_where_it_was(decision: Make) -> None:
    """Cut off anywhere and told everything again, it does the rest, and nothing twice."""
    questions = [Question(1, "Q1", _at(3))]
    decisions = [decision(str(number)) for number in range(1, 6)]

    def told(after: int, asked: frozenset[int]) -> Plan:
        plan = Plan(questions, pace=60, after=after, asked=asked)
        for number, one in enumerate(decisions, 1):
            plan.decided(number, one)
        return plan

    whole = [name for _, name in _names(told(0, frozenset()))]
    assert sorted(whole) == ["1", "2", "3", "4", "5", "Q1"]
    for cut in range(7):
        plan = told(0, frozenset())
        first = []
        for at, step in preview(plan, START, cut):
            first.append(step.text if isinstance(step, Question) else step.act.rpartition("/")[2])
            assert at >= START
        rest = [name for _, name in _names(told(plan.after, plan.asked))]
        assert sorted(first + rest) == sorted(whole)


@given(
    st.lists(st.tuples(st.integers(0, 2000), st.sampled_from(["floor", "fold", "withdraw"]), st.integers(0, 20))),
    st.floats(0.1, 60),
)
def test_it_is_never_faster_than_the_pace(told: list[tuple[int, str, int]], pace: float) -> None:
    """Whatever is decided and whenever, steps keep the pace, none is stale, and none was taken back."""
    plan = Plan([Question(n, f"Q{n}", _at(300 * n)) for n in range(4)], pace)
    did: list[datetime] = []
    gone: set[str] = set()
    now = START
    for number, (seconds, what, name) in enumerate(told, 1):
        act = f"https://chat.example/{name}"
        while (due := plan.due(now)) is not None and due <= now + timedelta(seconds=seconds):
            now = max(now, due)
            step = plan.next(now)
            if step is None:
                break
            assert now - step.at <= STALE
            assert not isinstance(step, Boost) or step.act not in gone
            did.append(now)
            plan.done(step, now)
        now += timedelta(seconds=seconds)
        gone.discard(act)
        if what == "withdraw":
            plan.withdrawn(act)
        else:
            plan.decided(number, _decision(act, now, what == "floor"))
        if what != "floor":
            gone.add(act)
    gap = timedelta(minutes=1) / pace
    assert all(later - earlier >= gap for earlier, later in pairwise(did))


def _decision(act: str, at: datetime, floor: bool) -> Decision:  # noqa: FBT001 - a test's own
    return Decision(
        act=act,
        at=at,
        placement="floor" if floor else "fold",
        reason=Room() if floor else Withdrawn(),
        message="m",
        account="a",
        say=1.0,
        standing=0.0,
        class_="newcomer",
    )


@pytest.mark.parametrize("pace", [0, -1, 61, float("nan"), float("inf")])
def test_a_pace_nobody_can_read_is_refused(pace: float) -> None:
    """No pace at all, and more than a post a second, are refused."""
    with pytest.raises(ValueError, match="A pace is more than 0"):
        Plan([], pace)


def test_a_position_is_kept_whole(tmp_path: Path) -> None:
    """A position is read back as it was written; where there is none it is the beginning."""
    place = tmp_path / "boosts.json"
    assert position.read(place) == Position()
    position.write(place, Position(7, (1, 2)))
    position.write(place, Position(8, (1, 2)))
    assert position.read(place) == Position(8, (1, 2))
    assert list(tmp_path.iterdir()) == [place]


def test_a_strange_file_is_not_overwritten(tmp_path: Path) -> None:
    """A file that holds something else is refused with what to do about it."""
    place = tmp_path / "boosts.json"
    place.write_text("my diary")
    with pytest.raises(ValueError, match="Delete it to begin again"):
        position.read(place)
    assert place.read_text() == "my diary"
