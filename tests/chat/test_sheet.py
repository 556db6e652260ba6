from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.acts.act import Post
from fairfloor.chat.moves import Ask, Begin, Doing, End, Move, Write
from fairfloor.chat.questions.forms import form
from fairfloor.chat.schedule.sessions import Sessions
from fairfloor.chat.sheet.plan import Planned
from fairfloor.chat.sheet.run_sheet import LATE, RunSheet

START = datetime(2026, 3, 5, 2, tzinfo=UTC)
HOST = "did:plc:host"
PLAN = (
    Planned(text="What should officers hear tonight?", at=START + timedelta(minutes=5)),
    Planned(text="Who is missing when your town talks about safety?", at=START + timedelta(minutes=20)),
    Planned(text="What is one small thing you will do this week?"),
)


def at(minutes: float) -> datetime:
    """Give a time of the evening."""
    return START + timedelta(minutes=minutes)


def a_post(text: str, minutes: float, name: str = "", **more: Any) -> Post:
    """Give a post of the host."""
    given: dict[str, Any] = {"account": HOST} | more
    return Post(id=name or f"post:{minutes}:{text[:5]}", at=at(minutes), text=text, **given)


def a_move(do: Doing, minutes: float, name: str = "") -> Move:
    """Give a move of the host."""
    return Move(id=name or f"move:{minutes}:{type(do).__name__}", at=at(minutes), by="Hal", role="host", do=do)


class Evening:
    """A run sheet that is told things."""

    def __init__(self, plan: tuple[Planned, ...] = PLAN) -> None:
        self.sheet = RunSheet(frozenset({HOST}))
        if plan:
            self.move(Write(session=None, questions=plan), -60)

    def say(self, text: str, minutes: float, **more: Any) -> str:
        """Let the host say something; gives the post's id."""
        post = a_post(text, minutes, **more)
        self.sheet.post(post, form(post.text))
        return post.id

    def move(self, do: Doing, minutes: float) -> Move:
        """Make a move."""
        move = a_move(do, minutes)
        self.sheet.move(move)
        return move

    def asking(self, minutes: float) -> int | None:
        """Give the number of the question being asked."""
        found = self.sheet.asking(at(minutes))
        return found and found[0]

    def asked(self, minutes: float) -> dict[int, str | None]:
        """Give how each question was asked by then."""
        return {one.number: one.way for one in self.sheet.questions("", at(minutes))}


def test_a_question_is_asked_on_its_time() -> None:
    """A question whose time has come is being asked though the host posted nothing."""
    evening = Evening()
    assert [evening.asking(minute) for minute in (0, 5, 19, 20, 59)] == [None, 1, 1, 2, 2]
    assert evening.asked(21) == {1: "time", 2: "time", 3: None}


@pytest.mark.parametrize("mark", ["Q3", "Q3.", "Q3:", "q3)", "Question 3", "#copchat Q3 -"])
def test_the_hosts_post_asks_by_its_mark(mark: str) -> None:
    """The host's Q3, however marked, asks the third question, in the words that it was posted in."""
    evening = Evening()
    post = evening.say(f"{mark} What will you do this week, then? #copchat", 31)
    assert evening.asking(32) == 3
    third = evening.sheet.questions("", at(32))[2]
    assert (third.text, third.way, third.posts) == ("What will you do this week, then?", "post", (post,))


def test_the_hosts_post_asks_by_its_words() -> None:
    """Without a mark, nearly the planned words ask; in a reply to the question before, fewer of them do."""
    evening = Evening()
    evening.say("Tonight: what should officers hear? #copchat", 1)
    first = evening.say("What should officers hear tonight? Tell us!", 4)
    evening.say("Good evening all! Lovely to see you.", 4.5)
    assert evening.asking(4.6) == 1
    evening.say("Name a small thing everybody here could begin with this week?", 12)
    assert evening.asking(13) == 1
    evening.say("Name a small thing everybody here could begin with this week?", 14, name="in thread", reply_to=first)
    assert evening.asking(15) == 3


def test_one_question_on_two_networks_is_one() -> None:
    """The same number posted elsewhere later asks nothing anew, even after the next one was asked."""
    evening = Evening(())
    one = evening.say("Q1: Which road?", 5)
    evening.say("Q2: Which bridge?", 9)
    two = evening.say("Q1: Which road?", 10, network="mastodon:example.social")
    assert evening.asking(11) == 2
    assert evening.sheet.questions("", at(11))[0].posts == (one, two)
    assert evening.sheet.number_of(two) == ("", 1)


def test_the_host_asks_by_hand_again() -> None:
    """By hand, the host goes back to a question; what is not on the sheet cannot be asked by hand."""
    evening = Evening()
    evening.move(Ask(number=2), 7)
    evening.move(Ask(number=1), 9)
    assert [evening.asking(minute) for minute in (8, 10, 21)] == [2, 1, 1]
    assert evening.sheet.refuses(a_move(Ask(number=4), 10)) == "Tonight's run sheet has no question 4. Write it first."
    assert evening.sheet.refuses(a_move(Ask(number=3), 10)) is None
    assert evening.sheet.refuses(a_move(Write(session="2026-03-05", questions=()), 1)) is not None


def test_a_question_that_the_host_takes_back_was_not_asked() -> None:
    """After the host deletes the post, the question before is being asked."""
    evening = Evening(())
    evening.say("Q1: Which road?", 5)
    wrong = evening.say("Q2: Which brick?", 9)
    evening.sheet.gone(wrong, at(10))
    assert evening.asking(11) == 1
    assert evening.sheet.number_of(wrong) is None


def test_nobody_else_asks() -> None:
    """A participant's Q3 is no question of the run sheet."""
    evening = Evening()
    evening.say("Q3: is mine", 2, account="did:plc:someone")
    assert evening.asking(3) is None


def test_what_is_due_is_what_was_asked_and_not_posted() -> None:
    """A question is to be posted from its time on until a post of it is seen, or it is too late for that."""
    evening = Evening()
    assert [one.number for one in evening.sheet.due(at(4))] == []
    assert [one.number for one in evening.sheet.due(at(6))] == [1]
    evening.say("Q1. What should officers hear tonight? #copchat", 6)
    evening.move(Ask(number=3), 7)
    assert [one.number for one in evening.sheet.due(at(7))] == [3]
    assert [one.number for one in evening.sheet.due(at(8) + LATE)] == [2]


def test_each_session_has_its_own_sheet() -> None:
    """Questions count to the session that is on, or begins within half an hour."""
    sessions = Sessions()
    sheet = RunSheet(frozenset({HOST}), sessions)
    for move in (a_move(Begin(), 0), a_move(End(), 60), a_move(Begin(), 24 * 60), a_move(End(), 25 * 60)):
        sessions.move(move)
        sheet.move(move)
    first, second = "2026-03-05", "2026-03-06"
    sheet.move(a_move(Write(session=second, questions=PLAN[2:]), 61))
    sheet.post(a_post("Q1: Which road?", 5), form("Q1: Which road?"))
    sheet.post(a_post("Q1: Which park?", 24 * 60 - 5), form("Q1: Which park?"))
    assert [one.text for one in sheet.questions(first, at(9))] == ["Which road?"]
    assert [one.text for one in sheet.questions(second, at(9))] == ["Which park?"]
    assert sheet.plan(second) == PLAN[2:]


_TOLD = st.one_of(
    st.builds(Ask, number=st.integers(1, 4)),
    st.builds(Write, session=st.none(), questions=st.sampled_from([PLAN, PLAN[:1], PLAN[1:], ()])),
    st.sampled_from(["Q1: one", "Q2 two", "Q7 seven", "Which small thing will you do this week?", "Hello all"]),
    st.just(None),
)


@given(st.lists(_TOLD, max_size=14), st.data())
def test_an_undone_move_was_never_made(told: list[Doing | str | None], data: st.DataObject) -> None:
    """After undoing any move, the sheet is as it would be without it; None stands for taking the last post back."""
    sheet, without = RunSheet(frozenset({HOST})), RunSheet(frozenset({HOST}))
    moves = [place for place, one in enumerate(told) if isinstance(one, Ask | Write)]
    undone = data.draw(st.sampled_from(moves)) if moves else -1
    for place, one in enumerate(told):
        for which in (sheet,) if place == undone else (sheet, without):
            if one is None:
                which.gone(
                    next((f"post:{p}" for p in range(place, -1, -1) if isinstance(told[p], str)), "x"), at(place)
                )
            elif isinstance(one, str):
                which.post(a_post(one, place, f"post:{place}"), form(one))
            else:
                which.move(a_move(one, place, f"move:{place}"))
    if undone >= 0:
        sheet.undo(a_move(told[undone], undone, f"move:{undone}"))  # type: ignore[arg-type]
    for minute in range(-1, 25, 3):
        assert sheet.asking(at(minute)) == without.asking(at(minute))
        assert sheet.questions("", at(minute)) == without.questions("", at(minute))
