from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.acts.act import Post
from fairfloor.chat.moves import Ask, Move, Stitch, Write
from fairfloor.chat.questions.forms import form
from fairfloor.chat.sheet.plan import Planned
from fairfloor.chat.sheet.run_sheet import RunSheet
from fairfloor.chat.sheet.stitching import MEANWHILE, Stitching

START = datetime(2026, 3, 5, 2, tzinfo=UTC)
HOST = "did:plc:host"


def at(minutes: float) -> datetime:
    """Give a time of the evening."""
    return START + timedelta(minutes=minutes)


class Evening:
    """A run sheet and what is stitched to it."""

    def __init__(self) -> None:
        self.sheet = RunSheet(frozenset({HOST}))
        self.stitching = Stitching(self.sheet)
        self.count = 0

    def say(self, text: str, minutes: float, name: str = "", account: str = "did:plc:someone", **more: Any) -> str:
        """Let somebody say something; gives the post's id."""
        self.count += 1
        post = Post(id=name or f"post:{self.count}", at=at(minutes), account=account, text=text, **more)
        self.sheet.post(post, form(text))
        self.stitching.post(post, form(text))
        return post.id

    def ask(self, text: str, minutes: float, name: str = "", **more: Any) -> str:
        """Let the host say something."""
        return self.say(text, minutes, name, HOST, **more)

    def move(self, do: Any, minutes: float, name: str = "") -> Move:
        """Let the host make a move."""
        self.count += 1
        move = Move(id=name or f"move:{self.count}", at=at(minutes), by="Hal", role="host", do=do)
        self.sheet.move(move)
        self.stitching.move(move)
        return move

    def of(self, act: str) -> tuple[int, str] | None:
        """Give under which question a post stands, and what tells so."""
        found = self.stitching.of(act)
        return None if found is None else (found.number, found.by)


def test_threads_are_followed_to_any_depth_and_over_networks() -> None:
    """A reply to a reply to the question's post on either network stands under the question."""
    evening = Evening()
    here = evening.ask("Q1: Which road?", 1)
    there = evening.ask("Q1: Which road?", 1, network="mastodon:example.social")
    evening.ask("Q2: Which bridge?", 2)
    one = evening.say("The long one", 3, reply_to=here)
    for _ in range(20):
        one = evening.say("Yes, that", 3, reply_to=one)
    other = evening.say("The short one", 3, reply_to=there)
    quoting = evening.say("None of them", 3, quote_of=here)
    assert [evening.of(post) for post in (one, other, quoting)] == [(1, "thread")] * 3
    assert evening.stitching.under("", 1)[-1][0] == quoting


def test_marks_are_believed_before_threads_and_time() -> None:
    """A1 answers the first question, in whatever thread and whenever it is said; a mark of no question is no mark."""
    evening = Evening()
    evening.ask("Q1: Which road?", 1)
    second = evening.ask("Q2: Which bridge?", 10)
    assert evening.of(evening.say("A1: the long one", 11, reply_to=second)) == (1, "mark")
    assert evening.of(evening.say("Q1 the short one", 11)) == (1, "mark")
    assert evening.of(evening.say("A7: hm", 11)) == (2, "time")


def test_time_tells_what_nothing_else_does() -> None:
    """What stands alone is taken for an answer to the question being asked for a while; a question is not."""
    evening = Evening()
    before = evening.say("Hello all", 0)
    evening.ask("Q1: Which road?", 1)
    meant = evening.say("The long one, it has trees", 2)
    asks = evening.say("How do I join?", 2)
    late = evening.say("Thanks all", 1.1 + MEANWHILE / timedelta(minutes=1))
    below = evening.say("Trees, yes", 3, reply_to=meant)
    assert [evening.of(post) for post in (before, meant, asks, late, below)] == [
        None, (1, "time"), None, None, (1, "time"),
    ]  # fmt: skip


def test_the_hosts_correction_sticks_and_is_undone() -> None:
    """What the host says counts for the post and what replies to it, also to nowhere, until it is undone."""
    evening = Evening()
    first = evening.ask("Q1: Which road?", 1)
    evening.ask("Q2: Which bridge?", 2)
    answer = evening.say("The long one", 3, reply_to=first)
    below = evening.say("Yes, that", 4, reply_to=answer)
    move = evening.move(Stitch(act=answer, number=2), 5)
    assert [evening.of(post) for post in (answer, below)] == [(2, "host"), (2, "thread")]
    nowhere = evening.move(Stitch(act=answer, number=None), 6)
    assert [evening.of(post) for post in (answer, below)] == [None, None]
    evening.stitching.undo(nowhere)
    evening.stitching.undo(move)
    assert [evening.of(post) for post in (answer, below)] == [(1, "thread")] * 2


def test_a_correction_that_makes_no_sense_is_refused() -> None:
    """A post nobody knows, a question itself, and a question that there is not, are refused in a sentence."""
    evening = Evening()
    first = evening.ask("Q1: Which road?", 1)
    post = evening.say("The long one", 3)

    def refused(act: str, number: int | None) -> bool:
        do = Stitch(act=act, number=number)
        return evening.stitching.refuses(Move(id="m", at=at(9), by="Hal", role="host", do=do)) is not None

    assert refused("nobody's", 1)
    assert refused(first, 1)
    assert refused(post, 2)
    assert not refused(post, None)


def test_a_reply_that_comes_first_is_stitched_when_its_question_comes() -> None:
    """Networks tell out of order; where a post stands does not depend on it."""
    evening = Evening()
    below = evening.say("Yes, that", 1, reply_to="answer")
    evening.say("The long one", 1.2, "answer", reply_to="question")
    evening.ask("Q1: Which road?", 1.5, "question")
    assert evening.of(below) == (1, "thread")


@given(st.permutations(range(7)), st.lists(st.sets(st.integers(0, 6), max_size=3), min_size=7, max_size=7))
def test_posts_stand_where_they_would_had_each_come_after_what_it_looks_up_to(
    order: list[int], ups: list[set[int]]
) -> None:
    """Whatever order seven posts come in, of which each looks up to earlier ones, they stand the same."""

    def stand(order: list[int]) -> list[tuple[int, str] | None]:
        evening = Evening()
        evening.ask("Q1: Which road?", 1, "q1")
        evening.ask("Q2: Which bridge?", 20, "q2")
        for post in order:
            above = [f"p{one}" for one in sorted(ups[post], reverse=True) if one < post]
            named = dict(zip(("reply_to", "root", "quote_of"), [*above, f"q{post % 2 + 1}"], strict=False))
            evening.say("A1 yes" if post == 3 else "Yes", 40, f"p{post}", **named)
        return [evening.of(f"p{post}") for post in range(7)]

    assert stand(order) == stand(sorted(order))


def test_a_row_of_replies_to_what_is_yet_to_come_costs_each_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Anyone can post a thousand, last first; no post is looked at for each of the others."""
    looked, find = [0], Stitching._find  # noqa: SLF001 - counted, not changed

    def counted(self: Stitching, act: str, fact: Any, depth: int) -> Any:
        looked[0] += 1
        return find(self, act, fact, depth)

    monkeypatch.setattr(Stitching, "_find", counted)
    evening = Evening()
    question = evening.ask("Q1: Which road?", 1)
    for post in range(1_000):
        evening.say("Yes", 3, f"p{post}", reply_to=f"p{post + 1}", quote_of=question)
    assert looked[0] < 4 * 1_000
    assert evening.of("p0") == (1, "thread")


def test_what_was_taken_back_is_not_shown() -> None:
    """A deleted answer leaves the list; what replies to it stays."""
    evening = Evening()
    first = evening.ask("Q1: Which road?", 1)
    answer = evening.say("The long one", 3, reply_to=first)
    below = evening.say("Yes, that", 4, reply_to=answer)
    evening.stitching.gone(answer, at(5))
    assert [act for act, _ in evening.stitching.under("", 1)] == [below]


def test_a_sheet_written_late_moves_what_time_told() -> None:
    """Where the host changes when questions are asked, what was said meanwhile follows."""
    evening = Evening()
    post = evening.say("The long one", 3)
    assert evening.of(post) is None
    move = evening.move(Write(session=None, questions=(Planned(text="Which road?", at=at(1)),)), 6)
    assert evening.of(post) == (1, "time")
    evening.sheet.undo(move)
    evening.stitching.undo(move)
    assert evening.of(post) is None


_NAMES = [f"p{number}" for number in range(6)]
_TEXTS = ["Q1: Which road?", "Q2: Which bridge?", "A1: the long one", "A2 short", "Trees", "Why?"]
_SAID = st.tuples(
    st.sampled_from(_TEXTS), st.booleans(), st.one_of(st.none(), st.sampled_from(_NAMES)), st.integers(0, 3)
)
_DONE = st.one_of(
    st.builds(Stitch, act=st.sampled_from(_NAMES), number=st.one_of(st.none(), st.integers(1, 2))),
    st.builds(Ask, number=st.integers(1, 2)),
    st.just(Write(session=None, questions=(Planned(text="Which road is it?", at=at(2)),))),
)


@given(st.lists(_SAID, max_size=6), st.lists(st.tuples(st.integers(0, 6), _DONE), max_size=4), st.data())
def test_an_undone_move_was_never_made(said: list[Any], done: list[Any], data: st.DataObject) -> None:
    """After undoing any move, every post stands where it would without it; replies look up to what came before them."""
    undone = data.draw(st.integers(0, len(done) - 1)) if done else -1
    one, other = Evening(), Evening()
    made: Move | None = None
    for place in range(len(said) + 1):
        for number, (when, do) in enumerate(done):
            if when == place:
                move = one.move(do, place, f"m{number}")
                made = move if number == undone else made
                if number != undone:
                    other.move(do, place, f"m{number}")
        if place < len(said):
            text, host, up, after = said[place]
            up = up if up in _NAMES[:place] else None
            for evening in (one, other):
                evening.say(text, place + after / 10, _NAMES[place], HOST if host else "did:plc:someone", reply_to=up)
    if made is not None:
        one.sheet.undo(made)
        one.stitching.undo(made)
    assert [one.of(name) for name in _NAMES] == [other.of(name) for name in _NAMES]
    assert [one.stitching.under("", n) for n in (1, 2)] == [other.stitching.under("", n) for n in (1, 2)]


def test_posts_that_look_up_to_each_other_end() -> None:
    """A circle of replies, which only malice makes, costs no more than its length and stands nowhere."""
    evening = Evening()
    evening.ask("Q1: Which road?", 1)
    names = [f"c{number}" for number in range(500)]
    for number, name in enumerate(names):
        evening.say("round", 2, name, reply_to=names[number - 1])
    assert {evening.of(name) for name in names} == {None}
