"""An archive is decided again: in order, completely, and the same every time."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from fairfloor.acts.act import Act, Like, Post, Repost
from fairfloor.acts.fault import Cause, Fault
from fairfloor.acts.notice import Deletion, Departure, Edit, Notice, Rename
from fairfloor.session.decide import Rules
from fairfloor.session.decision import Decision
from fairfloor.session.replay import AHEAD, Item, called, replay
from fairfloor.session.summary import Summary

NOW = datetime(2024, 3, 1, 3, tzinfo=UTC)
START = datetime(2024, 3, 1, 2, tzinfo=UTC)
RULES = Rules(tag="copchat", hosts=frozenset({"host"}))


def _at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def _post(id_: str, seconds: float, text: str = "", account: str = "al", seen: float | None = None) -> Post:
    return Post(
        id=id_, at=_at(seconds), account=account, text=text or f"{id_} said", seen=None if seen is None else _at(seen)
    )


def _repost(id_: str, seconds: float) -> Repost:
    """Make an act that is decided the moment it is heard: it never waits for a turn."""
    return Repost(id=id_, at=_at(seconds), account="al", subject="0")


def _replay(*told: Notice | Fault | None, rules: Rules = RULES) -> tuple[list[Decision], list[Fault]]:
    out = list(replay(rules, [Item(line, one) for line, one in enumerate(told, start=1)], NOW))
    decisions = [one for one in out if isinstance(one, Decision)]
    return decisions, [one for one in out if isinstance(one, Fault)]


def _codes(decisions: Iterable[Decision]) -> list[tuple[str, str]]:
    return [(one.act, str(one.reason.__struct_config__.tag)) for one in decisions]


def test_an_act_is_seen_when_it_was_made() -> None:
    """Where an archive does not say when acts reached us, it is when they were made."""
    decisions, faults = _replay(_post("1", 0), _post("2", 60))
    assert [one.at for one in decisions] == [_at(0), _at(60)]
    assert not faults


def test_an_act_is_seen_when_it_reached_us() -> None:
    """Where an archive says when an act reached us, its author's own time does not count."""
    decisions, faults = _replay(_post("1", -1000, seen=0), _post("2", 1000, seen=10), _post("3", 5, seen=20))
    assert [one.at for one in decisions] == [_at(0), _at(10), _at(20)]
    assert not faults


def test_a_late_act_is_taken_now() -> None:
    """An act older than one before it is counted as late, and taken at the time of that one."""
    decisions, faults = _replay(_repost("1", 100), _repost("2", 30), _repost("3", 110))
    assert [one.at for one in decisions] == [_at(100), _at(100), _at(110)]
    assert [(fault.cause, fault.line) for fault in faults] == [(Cause.LATE, 2)]


def test_an_act_from_the_future_is_taken_now() -> None:
    """One act dated a year ahead does not carry the evening with it."""
    decisions, faults = _replay(_repost("1", 0), _repost("2", 31_536_000), _repost("3", 60))
    assert [one.at for one in decisions] == [_at(0), _at(0), _at(60)]
    assert [(fault.cause, fault.line) for fault in faults] == [(Cause.FUTURE, 2)]


def test_a_clock_a_little_ahead_is_believed() -> None:
    """Up to five minutes ahead of now, a time is taken as it is."""
    ahead = (NOW + AHEAD - START).total_seconds()
    decisions, faults = _replay(_post("1", 0), _post("2", ahead))
    assert decisions[1].at == NOW + AHEAD
    assert not faults
    assert _replay(_post("1", 0), _post("2", ahead + 1))[1][0].cause is Cause.FUTURE


def test_an_archive_that_begins_in_the_future_waits_for_the_evening() -> None:
    """Future acts before any other have no time yet: they are taken with the first act that has one, before it."""
    decisions, faults = _replay(_repost("9", 31_536_000), _repost("8", 31_536_000), _repost("1", 60))
    assert [(one.act, one.at) for one in decisions] == [("1", _at(60)), ("8", _at(60)), ("9", _at(60))]
    assert len(faults) == 2
    assert [one.at for one in _replay(_repost("9", 31_536_000))[0]] == [NOW]


def test_a_future_author_is_counted_though_we_know_when() -> None:
    """An act that says it is from the future is counted, and taken when it reached us."""
    decisions, faults = _replay(_post("1", 31_536_000, seen=60))
    assert [one.at for one in decisions] == [_at(60)]
    assert [fault.cause for fault in faults] == [Cause.FUTURE]


def test_a_repeated_act_counts_once() -> None:
    """An id met before is a fault with its line, and the first act stands; it is not counted as late too."""
    decisions, faults = _replay(_post("1", 0, "first"), _post("2", 60), _post("1", 0, "second"))
    assert [one.act for one in decisions] == ["1", "2"]
    assert [(fault.cause, fault.line) for fault in faults] == [(Cause.REPEATED, 3)]


def test_faults_of_the_reader_are_told_with_their_place() -> None:
    """What a reader could not read comes through, with line and file."""
    items = [Item(7, Fault(Cause.NOT_JSON, detail="nope"), "b.jsonl"), Item(8, None, "b.jsonl")]
    assert list(replay(RULES, items, NOW)) == [Fault(Cause.NOT_JSON, 7, "b.jsonl: nope")]


def test_a_deletion_takes_an_act_back() -> None:
    """An author's deletion folds the act, as withdrawn; one of an act that is not in the archive does nothing."""
    decisions, faults = _replay(_post("1", 0), Deletion(id="1", at=_at(60)), Deletion(id="7", at=_at(61)))
    assert _codes(decisions) == [("1", "room"), ("1", "withdrawn")]
    assert not faults


def test_a_departure_takes_all_acts_of_an_account_back() -> None:
    """Where an account is gone, all its acts are withdrawn, and nobody else's."""
    like = Like(id="3", at=_at(2), account="al", subject="2")
    decisions, _ = _replay(
        _post("1", 0), _post("2", 1, account="bo"), like, Departure(account="al", at=_at(9)), _post("4", 10)
    )
    assert _codes(decisions)[3:] == [("1", "withdrawn"), ("3", "withdrawn"), ("4", "room")]


def test_an_edit_changes_no_decision() -> None:
    """A post is decided on as it was first told; an edit of a post never told is that post."""
    edited = Edit(post=_post("1", 0, "quite other words"))
    decisions, faults = _replay(
        _post("1", 0, "a question to the room"),
        edited,
        _post("2", 60, "a question to the room"),
        Edit(post=_post("3", 0)),
    )
    assert _codes(decisions) == [("1", "room"), ("2", "copy"), ("3", "room")]
    assert not faults


def test_a_rename_changes_no_decision() -> None:
    """Another handle is no act."""
    assert _replay(Rename(account="al", handle="al.example", at=_at(0))) == ([], [])


def test_lines_of_one_instant_are_in_order_of_their_acts() -> None:
    """At one and the same time the order is that of the ids; lines of one act stay as they came."""
    decisions, _ = _replay(
        _repost("b", 0), _repost("a", 0), Deletion(id="b", at=_at(0)), Deletion(id="a", at=_at(0)), _repost("c", 0)
    )
    gone = [("a", "repost"), ("a", "withdrawn"), ("b", "repost"), ("b", "withdrawn"), ("c", "repost")]
    assert _codes(decisions) == gone


def test_what_waits_at_the_end_is_decided() -> None:
    """After the last act, time goes on until nothing waits."""
    decisions, _ = _replay(*[_post(f"{n:03}", 0, f"thing number {n}", account=f"a{n}") for n in range(200)])
    assert {one.act for one in decisions} == {f"{n:03}" for n in range(200)}
    assert decisions[-1].at > _at(0)


def test_accounts_are_found_by_any_of_their_names() -> None:
    """A host may be named by id or handle, with or without an @, in any capitals; renamed accounts have two."""
    items = [
        Item(1, Post(id="1", at=_at(0), account="did:plc:a", handle="Al.Example")),
        Item(2, Repost(id="2", at=_at(0), account="bo", subject="1")),
        Item(3, Rename(account="did:plc:a", handle="newname", at=_at(0))),
        Item(4, Fault(Cause.NOT_JSON)),
        Item(5, None),
    ]
    assert called(["@al.example", "did:plc:a", "NewName", "BO", "who"], items) == {
        "@al.example": frozenset({"did:plc:a"}),
        "did:plc:a": frozenset({"did:plc:a"}),
        "NewName": frozenset({"did:plc:a"}),
        "BO": frozenset({"bo"}),
        "who": frozenset(),
    }


IDS = st.sampled_from(["1", "2", "3", "4", "5", "6"])
ACCOUNTS = st.sampled_from(["host", "al", "bo"])
TIMES = st.one_of(st.integers(0, 900), st.integers(10**6, 10**9)).map(_at)
WHO = {"id": IDS, "at": TIMES, "account": ACCOUNTS, "seen": st.none() | st.integers(0, 900).map(_at)}
POSTS = st.builds(Post, **WHO, text=st.sampled_from(["one and the same thing said", "another thing said", "Q1: why?"]))
NOTICES: st.SearchStrategy[Notice | Fault | None] = (
    POSTS
    | st.builds(Repost, **WHO, subject=IDS)
    | st.builds(Like, **WHO, subject=IDS)
    | st.builds(Deletion, id=IDS, at=TIMES)
    | st.builds(Departure, account=ACCOUNTS, at=TIMES)
    | st.builds(Edit, post=POSTS)
    | st.just(Fault(Cause.NOT_JSON))
    | st.none()
)


@given(told=st.lists(NOTICES, max_size=25), pace=st.sampled_from([0.1, 12.0]))
def test_every_act_is_decided_and_lines_are_in_order(told: list[Notice | Fault | None], pace: float) -> None:
    """Whatever an archive holds, each of its acts comes to a decision, in order of time and act; nothing is lost."""
    summary = Summary()
    items = [Item(line, one) for line, one in enumerate(told, start=1)]
    out = list(replay(Rules(tag="x", hosts=frozenset({"host"}), pace=pace), summary.listen(items), NOW))
    for outcome in out:
        summary.count(outcome)
    decisions = [(one.at, one.act) for one in out if isinstance(one, Decision)]
    assert decisions == sorted(decisions)
    assert summary.undecided == 0
    assert {act for _, act in decisions} == {
        one.post.id if isinstance(one, Edit) else one.id for one in told if isinstance(one, Act | Edit)
    }
    assert sum(summary.states.values()) == summary.accepted
    repeated = sum(isinstance(one, Fault) and one.cause is Cause.REPEATED for one in out)
    edited = sum(isinstance(one, Edit) for one in told)
    assert summary.read - repeated <= summary.accepted <= summary.read - repeated + edited


def test_a_summary_counts_what_went_in_and_what_came_out() -> None:
    """Acts by their last decision, records passed over, faults by cause: what is missing would show."""
    summary = Summary()
    told = [_post("1", 0), _post("1", 0), Deletion(id="1", at=_at(5)), None, _post("2", 6, account="bo")]
    items = summary.listen([Item(line, one) for line, one in enumerate(told, start=1)])
    for outcome in replay(RULES, items, NOW):
        summary.count(outcome)
    assert (summary.read, summary.accepted, summary.skipped, summary.lines, summary.undecided) == (3, 2, 1, 3, 0)
    assert summary.states == {("fold", "withdrawn"): 1, ("floor", "room"): 1}
    assert summary.accounts == {"al", "bo"}
    assert [(count.first.cause, count.times, count.first.line) for count in summary.faults] == [(Cause.REPEATED, 1, 2)]


def test_an_act_without_a_decision_would_show() -> None:
    """A summary that saw an act and no decision on it says so."""
    summary = Summary()
    list(summary.listen([Item(1, _post("1", 0))]))
    assert summary.undecided == 1
