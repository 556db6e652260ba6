"""The report: counted from decisions and moves, each post once, and anybody who counts again comes to the same."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from fairfloor.chat.appeals import Case
from fairfloor.chat.moves import Appeal, Doing, Fold, Move, Pin, Review, Role, Undo
from fairfloor.floor.reasons import Copy, Expired, Host, HostFold, Liked, Passed, Reason, Room, Turn, Waiting, placement
from fairfloor.session.decision import Class, Decision
from fairfloor.session.report import SLICES, Report, Reporter

START = datetime(2026, 10, 7, 1, tzinfo=UTC)
HOUR = START + timedelta(hours=1)


def decision(act: str, reason: Reason, seconds: float = 0, class_: Class = "newcomer", **more: object) -> Decision:
    """Give a decision."""
    given: dict[str, object] = {"account": act, "message": act, "say": 1.0, "standing": 0.0} | more
    at = START + timedelta(seconds=seconds)
    return Decision(act=act, at=at, reason=reason, placement=placement(reason), class_=class_, **given)  # type: ignore[arg-type]


def a_move(name: str, do: Doing, by: str = "Hal", role: Role = "host") -> Move:
    """Give a move."""
    return Move(id=name, at=START, by=by, role=role, do=do)


def reported(decisions: Sequence[Decision], moves: Sequence[Move] = (), undone: Sequence[str] = ()) -> Report:
    """Give a report of an hour."""
    reporter = Reporter(START, HOUR)
    for one in decisions:
        reporter.decided(one)
    return reporter.report(moves, undone, ())


EXPIRED = Expired(waited=480, waiting=9)


def test_a_post_counts_by_its_last_decision() -> None:
    """Who waited and got the floor is on the floor, whom the host folded then is folded; acts are told apart."""
    report = reported(
        [
            decision("a", Room()),
            decision("b", Waiting(since=0, waiting=1), 1),
            decision("b", Turn(waited=30, accounts=2), 31, "regular"),
            decision("c", EXPIRED, 40),
            decision("d", Copy(of="a", likeness=1, said=2, accounts=2), 41, message="a"),
            decision("r", Passed(of="a"), 42),
            decision("l", Liked(of="a"), 43),
            decision("a", HostFold(move="m"), 50),
        ]
    )
    assert report.posts == 4
    assert (report.reposts, report.likes) == (1, 1)
    assert report.reasons == {"host-fold": 1, "turn": 1, "expired": 1, "copy": 1}
    assert (report.placed("floor"), report.placed("merge"), report.placed("fold")) == (1, 1, 2)
    assert report.floor == {"regular": 1, "newcomer": 1}
    assert (report.at_once, report.on_floor) == (1, 2)
    assert report.waits is not None
    assert (report.waits.count, report.waits.median, report.waits.longest) == (1, 30, 30)


def test_a_message_has_the_floor_once() -> None:
    """That it was given back, or another stands for it, is no second time."""
    report = reported([decision("a", Room()), decision("a", HostFold(move="m"), 1), decision("a", Room(), 2)])
    assert report.on_floor == 1


def test_moves_are_told_by_kind_and_by_whom_without_those_of_participants() -> None:
    """What was undone is said with what it was; to undo is somebody's move too."""
    moves = [
        a_move("f1", Fold(act="a")),
        a_move("f2", Fold(act="b"), "Mia", "moderator"),
        a_move("p", Pin(text="hello")),
        a_move("u", Undo(move="f1")),
        a_move("x", Appeal(act="a"), "did:plc:ann", "participant"),
    ]
    report = reported([], moves, ["f1", "x"])
    assert [(one.kind, one.times, one.undone) for one in report.done] == [("fold", 2, 1), ("pin", 1, 0)]
    assert [(one.name, one.times) for one in report.by] == [("Hal", 3), ("Mia", 1)]


def test_appeals_of_the_stretch_are_told_by_what_became_of_them() -> None:
    """Asked within, answered whenever; how long answers took is the middle one."""

    def case(name: str, seconds: int, *, granted: bool | None = None, gone: bool = False) -> Case:
        at = START + timedelta(seconds=seconds)
        review = None
        if granted is not None:
            do = Review(appeal=name, act="p", granted=granted, text="so")
            review = Move(id=f"r{name}", at=at + timedelta(minutes=2), by="Hal", role="host", do=do)
        return Case(id=name, act="p", account="ann", at=at, text="", review=review, gone=gone)

    cases = [
        case("a", 1, granted=True),
        case("b", 2, granted=False),
        case("c", 3),
        case("d", 4, gone=True),
        case("e", 9_999, granted=True),
    ]
    asked = Reporter(START, HOUR).report((), (), cases).asked
    assert (asked.count, asked.granted, asked.refused, asked.open, asked.gone) == (4, 1, 1, 1, 1)
    assert asked.waited == 120


def test_camps_are_counted_where_they_are_known() -> None:
    """Posts of accounts in a camp, and how many of them were folded; copies are merged and not folded."""
    reporter = Reporter(START, HOUR)
    for one in (decision("a", Room()), decision("b", EXPIRED), decision("c", EXPIRED), decision("n", EXPIRED)):
        reporter.decided(one)
    camps = reporter.report((), (), (), {"a": 0, "b": 0, "c": 1}).camps
    assert camps is not None
    assert [(camp.posts, camp.folded) for camp in camps] == [(2, 1), (1, 1)]
    assert reported([]).camps is None


def test_who_acts_in_step_is_counted_by_their_last_decision() -> None:
    """An account that has its say back is not among them."""
    report = reported(
        [
            decision("a", EXPIRED, account="x", say=0.1),
            decision("b", EXPIRED, account="x", say=1.0),
            decision("c", EXPIRED, account="y", say=0.2),
        ]
    )
    assert report.in_step == 1


REASONS: st.SearchStrategy[Reason] = st.sampled_from(
    [Room(), Host(), EXPIRED, Waiting(since=0, waiting=1), Passed(of="x")]
)
DECIDED = st.tuples(st.integers(0, 30).map("p{}".format), REASONS, st.integers(0, 3_599))


@given(st.lists(DECIDED, max_size=60), st.integers(1, 60 * 24 * 30))
def test_nothing_is_lost_or_counted_twice(made: list[tuple[str, Reason, int]], minutes: int) -> None:
    """The posts of all reasons, and of all slices of time, are the posts; slices are few whatever the length."""
    reporter = Reporter(START, START + timedelta(minutes=minutes))
    made = sorted(made, key=lambda one: one[2])
    made = [(act, reason, min(seconds, minutes * 60 - 1)) for act, reason, seconds in made]
    for act, reason, seconds in made:
        reporter.decided(decision(act, reason, seconds))
    report = reporter.report((), (), ())
    last: dict[str, str] = {}
    passed: set[str] = set()
    for act, reason, _ in made:
        if isinstance(reason, Passed):
            passed.add(act)
        elif act not in passed:
            last[act] = str(reason.__struct_config__.tag)
    assert report.reasons == Counter(last.values())
    assert sum(one.floor + one.merge + one.fold for one in report.slices) == report.posts == len(last)
    assert len(report.slices) <= SLICES
