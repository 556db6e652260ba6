from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from fairfloor.floor.reasons import (
    Copy,
    Expired,
    Heir,
    Host,
    InStep,
    Passed,
    Reason,
    Room,
    Share,
    Turn,
    Withdrawn,
)
from fairfloor.publish.atproto.keys import SigningKey
from fairfloor.publish.atproto.labels import Label
from fairfloor.publish.atproto.log import LabelLog
from fairfloor.publish.marks import Marks, word
from fairfloor.session.decision import Decision

from .stage import HOST, LABELER, START, decision, person

KEY = SigningKey.new()
POSTS = [f"at://{person(n)}/app.bsky.feed.post/3k{n}" for n in range(3)]
COPY = Copy(of=POSTS[0], likeness=0.9, said=2, accounts=2)
IN_STEP = InStep(waited=30.0, repeats=8, acts=9, test="words", say=0.1)
REASONS: list[Reason] = [
    COPY,
    IN_STEP,
    Host(),
    Room(),
    Turn(waited=1.0, accounts=2),
    Heir(of=POSTS[0]),
    Expired(waited=30.0, waiting=9),
    Share(waited=30.0, had=1, floor=2, accounts=3),
    Withdrawn(),
]
decided = st.lists(st.tuples(st.sampled_from(POSTS), st.sampled_from(REASONS), st.integers(0, 2)), max_size=40)


def marked(decisions: list[Decision]) -> LabelLog:
    """Label by decisions, from an empty log."""
    log = LabelLog(LABELER, KEY)
    marks = Marks(log)
    for number, one in enumerate(decisions, 1):
        marks.decided(number, one)
    marks.caught_up()
    return log


def made(given: list[tuple[str, Reason, int]]) -> list[Decision]:
    """Make decisions, some at the same instant."""
    at, found = START, []
    for post, reason, gap in given:
        at += timedelta(milliseconds=gap)
        found.append(decision(post, reason, at))
    return found


@given(decided)
def test_labels_are_what_the_last_decision_calls_for(given: list[tuple[str, Reason, int]]) -> None:
    """Whatever is decided, each post has just the label of its last decision, and what it had before is negated."""
    decisions = made(given)
    log = marked(decisions)
    for post in POSTS:
        words = [word(one.reason) for one in decisions if one.act == post]
        assert log.standing(post) == [one for one in words[-1:] if one is not None]
        heard = {entry.label.val: entry.label.neg for entry in log.after(0, 100) if entry.label.uri == post}
        assert set(heard) == {one for one in words if one is not None}


@given(decided)
def test_whoever_heard_each_label_when_it_came_knows_what_stands(given: list[tuple[str, Reason, int]]) -> None:
    """One who heard every label at once, one who hears what is left later, and the log agree; dates tell the order."""
    decisions = made(given)
    log, seen = LabelLog(LABELER, KEY), 0
    live: dict[tuple[str, str], Label] = {}
    marks = Marks(log)
    for number, one in enumerate(decisions, 1):
        marks.decided(number, one)
        for entry in log.after(seen, 10):
            assert 2 * number <= entry.seq <= 2 * number + 1
            before = live.get((entry.label.uri, entry.label.val))
            assert before is None or before.cts < entry.label.cts
            assert before is None or before.neg != entry.label.neg
            assert before is not None or not entry.label.neg
            live[entry.label.uri, entry.label.val] = entry.label
        seen = log.last
    assert {(one.label.uri, one.label.val): one.label for one in log.after(0, 1_000)} == live


@given(decided)
def test_labels_made_anew_are_the_same_bytes(given: list[tuple[str, Reason, int]]) -> None:
    """After a crash the decisions make the same labels again, with the same numbers, dates and signatures."""
    decisions = made(given)
    one, other = marked(decisions), marked(decisions)
    assert [(entry.seq, one.sign([entry])) for entry in one.after(0, 1_000)] == [
        (entry.seq, other.sign([entry])) for entry in other.after(0, 1_000)
    ]


def test_a_copy_that_becomes_heir_is_no_copy_any_more() -> None:
    """When the first post is deleted and a copy stands for it, its label is taken back."""
    log = marked(made([(POSTS[1], COPY, 1), (POSTS[0], Withdrawn(), 1), (POSTS[1], Heir(of=POSTS[0]), 0)]))
    (negation,) = log.after(0, 10)
    assert (negation.label.uri, negation.label.val, negation.label.neg) == (POSTS[1], "copy", True)
    assert negation.seq == 2 * 3


def test_one_decision_can_take_a_label_back_and_give_another() -> None:
    """A copy that is folded later, as one of an account acting in step, has the one label and not the other."""
    log = marked(made([(POSTS[1], COPY, 1), (POSTS[1], IN_STEP, 1)]))
    told = [(entry.seq, entry.label.val, entry.label.neg) for entry in log.after(0, 10)]
    assert told == [(4, "copy", True), (5, "acting-in-step", False)]


def test_only_posts_on_bluesky_are_labelled() -> None:
    """No account, no repost, and nothing of another network gets a label."""
    strange = [HOST, f"at://{HOST}", f"at://{HOST}/app.bsky.feed.repost/3k", "https://mastodon.example/@a/1", "12345"]
    log = marked([decision(act, IN_STEP) for act in strange] + [decision(POSTS[0], Passed(of=POSTS[1]))])
    assert len(log) == 0


def test_folds_for_want_of_room_are_not_labelled() -> None:
    """That more was said than can be read says nothing of a post."""
    assert [word(reason) for reason in REASONS] == ["copy", "acting-in-step", *[None] * 7]
