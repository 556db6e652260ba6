"""The read model, heard to from the real core and the real store."""

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fairfloor.acts.act import Like, Post, Repost
from fairfloor.acts.notice import Deletion, Edit
from fairfloor.chat.moves import Fold, Undo
from fairfloor.session.ports import Step
from fairfloor.web import board as boards
from fairfloor.web import places as rows
from fairfloor.web.assets import Assets
from fairfloor.web.board import WAITS, Board, code_of
from fairfloor.web.pages import Pages
from fairfloor.web.views import FLOOR, ChatView

if TYPE_CHECKING:
    from tests.web.conftest import Rehearsal

Make = Callable[..., AbstractContextManager["Rehearsal"]]

SAYINGS = [
    "the map decides which streets get two cars an hour and which get none at all",
    "nine pages of form before anybody reads what happened to me last night",
    "foot patrols with the same two officers on the same six blocks for two years",
    "publish every complaint and its outcome each quarter where people can find it",
]
DOINGS = st.one_of(
    st.tuples(st.just("say"), st.integers(0, 3), st.integers(0, 4)),
    st.tuples(st.just("reply"), st.integers(0, 30), st.integers(0, 4)),
    st.tuples(st.just("quote"), st.integers(0, 30), st.integers(0, 4)),
    st.tuples(st.just("new"), st.integers(0, 1000), st.integers(0, 4)),
    st.tuples(st.just("ask"), st.integers(1, 9), st.just(0)),
    st.tuples(st.just("repost"), st.integers(0, 30), st.integers(0, 4)),
    st.tuples(st.just("like"), st.integers(0, 30), st.integers(0, 4)),
    st.tuples(st.just("delete"), st.integers(0, 30), st.just(0)),
    st.tuples(st.just("edit"), st.integers(0, 30), st.just(0)),
    st.tuples(st.just("wait"), st.integers(1, 600), st.just(0)),
)
EVENINGS = st.lists(DOINGS, min_size=1, max_size=25)
SETTINGS = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Play:
    """Does what hypothesis thinks of, and remembers each post's words: one word of each is found nowhere else."""

    def __init__(self, evening: "Rehearsal") -> None:
        self.evening = evening
        self.posts: dict[str, Post] = {}
        self.marks: dict[str, set[str]] = {}
        self.acts: list[str] = []
        self.withdrawn: set[str] = set()

    def do(self, what: str, number: int, who: int) -> None:
        """Do one thing."""
        among = list(self.posts)
        account, chosen = f"did:plc:acc{who}", among[number % len(among)] if among else None
        match what:
            case "say":
                self.say(SAYINGS[number], account)
            case "new":
                self.say(f"something else {number} that nobody {number * 7} has said {number * 13} before", account)
            case "ask":
                self.say(f"Q{number}: what would you change?", "did:plc:host")
            case "reply" | "quote" if chosen:
                self.say(
                    f"that {number} is an answer", account, **{f"{what}_{'to' if what == 'reply' else 'of'}": chosen}
                )
            case "repost" | "like" if chosen:
                kind = Repost if what == "repost" else Like
                act = kind(id=f"{what}{len(self.acts)}", at=self.evening.now, account=account, subject=chosen)
                self.acts.append(act.id)
                self.evening.tell(act)
            case "delete" if self.acts:
                gone = self.acts[number % len(self.acts)]
                self.withdrawn.add(gone)
                self.evening.tell(Deletion(id=gone, at=self.evening.now))
            case "edit" if chosen and chosen not in self.withdrawn:
                self.edit(chosen)
            case "wait":
                self.evening.wait(number)
            case _:
                pass

    def say(self, text: str, account: str, **more: str) -> None:
        """Say something with a word in it that nobody else says."""
        mark = f"mark{len(self.acts)}x"
        post = self.evening.a_post(f"{mark} {text}", account, **more)
        self.posts[post.id], self.marks[post.id] = post, {mark}
        self.acts.append(post.id)
        self.evening.tell(post)

    def edit(self, name: str) -> None:
        """Let an author change the words of a post."""
        mark = f"mark{len(self.acts)}e{self.evening.board.position}x"
        post = msgspec.structs.replace(self.posts[name], text=f"{mark} in other words")
        self.marks[name].add(mark)
        self.posts[name] = post
        self.evening.tell(Edit(post=post))


def states(steps: list[Step]) -> dict[str, str]:
    """Give where each act is, from the steps alone."""
    found: dict[str, str] = {}
    for step in steps:
        found |= {act.id: WAITS for act in step.acts}
        found |= {decision.act: code_of(decision) for decision in step.decisions}
    return found


def standing(steps: list[Step]) -> list[str | None]:
    """Give the post that stands in each place of the floor, None where it is empty, from the steps alone."""
    now = states(steps)
    order: dict[str, list[str]] = {}
    for decision in (one for step in steps for one in step.decisions if one.placement == "floor"):
        order.setdefault(decision.message, [])
        order[decision.message].append(decision.act)
    return [acts[-1] if now[acts[-1]] in FLOOR else None for acts in order.values()]


def on_floor(steps: list[Step]) -> list[str]:
    """Give the posts that stand on the floor, in order, from the steps alone."""
    return [act for act in standing(steps) if act]


def times(steps: list[Step], place: rows.Place) -> int:
    """Give how often a message was said and not taken back, from the steps alone."""
    now = states(steps)
    posts = {act.id for step in steps for act in step.acts if isinstance(act, Post) and now[act.id] != "withdrawn"}
    same = {one.act for step in steps for one in step.decisions if one.message == place.decision.message}
    return len(posts & same)


def said_times(board: Board, place: rows.Place) -> int:
    """Give how often the board says that a message was said."""
    return board.said(place.decision.message).times


@SETTINGS
@given(EVENINGS)
def test_the_board_shows_what_was_decided(make: Make, doings: list[tuple[str, int, int]]) -> None:
    """Every message of the floor is shown once, in order, with its newest words, and all counts add up."""
    with make() as evening:
        play = Play(evening)
        for doing in doings:
            play.do(*doing)
            board = evening.board
            shown = [place.words for place in board.floor(rows.PLACES) if place.words]
            assert [words.post.id for words in shown] == on_floor(evening.steps)
            assert [words.post.text for words in shown] == [play.posts[words.post.id].text for words in shown]
            assert all(said_times(board, place) == times(evening.steps, place) for place in board.floor(rows.PLACES))
            assert +board.counts == Counter(states(evening.steps).values())
            assert sum(board.counts.values()) == len(play.acts)


@SETTINGS
@given(EVENINGS)
def test_withdrawn_words_are_nowhere(make: Make, doings: list[tuple[str, int, int]]) -> None:
    """Once its author took a post back or changed it, no page has the old words: not as a quote, not as a question."""
    with make() as evening:
        play, pages = Play(evening), Pages(evening.board, ChatView(tag="copchat"), Assets())
        for doing in doings:
            play.do(*doing)
            page = pages.live("")
            for name, marks in play.marks.items():
                current = play.posts[name].text.split()[0]
                old = marks if name in play.withdrawn else marks - {current}
                assert not [mark for mark in old if mark in page]


class Follower:
    """A browser, without the browser: applies changes to the row it knows."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.fetch()

    def fetch(self) -> None:
        """Load the page."""
        self.position = self.board.position
        self.row = {place.number: self.look(place) for place in self.board.floor(rows.PLACES)}

    def look(self, place: rows.Place) -> tuple[object, ...]:
        """Give all that a message shows."""
        said = self.board.said(place.decision.message)
        return (place.words, place.replied, place.quoted, said.times, said.accounts, tuple(said.copies))

    def catch_up(self) -> None:
        """Ask for what has changed since, and apply it."""
        change = self.board.since(self.position)
        if change is None:
            self.fetch()
            return
        self.position = change.position
        for place in (*change.places, *change.copied):
            self.row[place.number] = self.look(place)
        for number in change.emptied:
            self.row.pop(number, None)


@SETTINGS
@given(EVENINGS, st.data())
def test_who_catches_up_sees_what_a_new_reader_sees(
    make: Make, doings: list[tuple[str, int, int]], data: st.DataObject
) -> None:
    """However seldom a reader asks, and however often the same, the page is as if it were loaded anew."""
    with make() as evening, pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "PLACES", 5)
        play, follower = Play(evening), Follower(evening.board)
        for doing in doings:
            play.do(*doing)
            if data.draw(st.booleans()):
                follower.catch_up()
                again = follower.position
                follower.position = data.draw(st.integers(0, again))
                follower.catch_up()
                stands = standing(evening.steps)
                held = range(min(follower.row, default=1), len(stands) + 1)
                row = {number: look for number, look in follower.row.items() if number > len(stands) - 5}
                assert set(follower.row) == {number for number in held if stands[number - 1]}
                assert row == Follower(evening.board).row


def test_who_was_away_too_long_loads_the_page(evening: "Rehearsal", monkeypatch: pytest.MonkeyPatch) -> None:
    """Where more has come than the board holds, a reader is told so, and is never left with a hole."""
    monkeypatch.setattr(rows, "PLACES", 5)
    play, position = Play(evening), evening.board.position
    for number in range(5):
        play.do("new", number, number)
        play.do("wait", 5, 0)
    assert evening.board.since(position) is not None
    play.do("new", 5, 0)
    assert evening.board.since(position) is None


def test_a_reader_of_the_future_is_told_to_load_the_page(evening: "Rehearsal") -> None:
    """A position that the board has never been at is not known."""
    assert evening.board.since(1) is None
    assert evening.board.since(0) is not None


def test_memory_is_bounded(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """With next to nothing held, the store answers: the counts are still right and the floor is still whole."""
    for name, value in (("STATES", 2), ("LETTERS", 300), ("MESSAGES", 2), ("NAMES", 2)):
        monkeypatch.setattr(boards, name, value)
    monkeypatch.setattr(rows, "PLACES", 4)
    with make(pace=12.0) as evening:
        play = Play(evening)
        for number in range(30):
            play.do("new", number, number % 5)
            play.do("wait", 3, 0)
            if number % 3 == 0:
                play.do("delete", number // 2, 0)
        evening.wait(600)
        assert +evening.board.counts == Counter(states(evening.steps).values())
        assert [p.words.post.id for p in evening.board.floor(4) if p.words] == on_floor(evening.steps)[-4:]
        assert len(list(evening.board.floor(99))) <= 4
        assert evening.board.handle("did:plc:acc0") is None


def test_a_message_whose_first_post_is_taken_back_shows_by_its_next_copy(evening: "Rehearsal") -> None:
    """The place on the floor stays; another account's post stands in it, and says why."""
    first = evening.post(SAYINGS[0], "did:plc:one")
    second = evening.post(SAYINGS[0], "did:plc:two")
    (before,) = evening.board.floor(9)
    evening.delete(first)
    (after,) = evening.board.floor(9)
    assert (before.number, after.number) == (1, 1)
    assert after.words is not None
    assert after.words.post.id == second
    assert code_of(after.decision) == "heir"
    assert evening.board.said(after.decision.message).times == 1


def test_a_repost_taken_back_takes_nothing_from_the_message(evening: "Rehearsal") -> None:
    """How often a message was said is a matter of posts; reposts and likes neither add to it nor take from it."""
    first = evening.post(SAYINGS[0], "did:plc:one")
    evening.post(SAYINGS[0], "did:plc:two")
    evening.tell(Repost(id="passed", at=evening.now, account="did:plc:three", subject=first))
    evening.delete("passed")
    (place,) = evening.board.floor(9)
    assert said_times(evening.board, place) == 2


def test_the_question_being_asked_is_the_host_s_last_that_stands(evening: "Rehearsal") -> None:
    """Only the host sets questions; one taken back is not being asked any more."""
    evening.ask("Q1: one?")
    evening.post("Q2: mine instead!")
    second = evening.ask("Question 2. two?")
    evening.ask("and what do you think?")
    assert [words.post.text for words in evening.board.questions()] == ["Q1: one?", "Question 2. two?"]
    evening.delete(second)
    assert [words.post.text for words in evening.board.questions()] == ["Q1: one?"]


def test_an_account_goes_by_its_newest_handle(evening: "Rehearsal") -> None:
    """A new handle shows at once, on messages that are already there too."""
    evening.post("hello there, everybody", "did:plc:ana", handle=None)
    position = evening.board.position
    evening.rename("did:plc:ana", "ana.example")
    change = evening.board.since(position)
    assert evening.board.handle("did:plc:ana") == "ana.example"
    assert change is not None
    assert [place.number for place in change.places] == [1]


def test_newest_first_shows_what_came_last_whatever_became_of_it(evening: "Rehearsal") -> None:
    """The timeline beside the floor has posts as they came, copies and those that wait included."""
    posts = [evening.post(f"{SAYINGS[0]} {number}", f"did:plc:c{number}") for number in range(60)]
    newest = evening.board.newest()
    assert [words.post.id for words, _ in newest] == posts[:9:-1]
    assert {state for _, state in newest} == {"copy"}
    assert evening.now - timedelta(seconds=59) == evening.steps[0].now


def test_what_waits_is_a_list_that_is_right_at_any_time(evening: "Rehearsal") -> None:
    """A post waits from when it came, or was put back, until it is decided on; the longest waiting is first."""

    def waits() -> list[str]:
        return [words.post.id for words, _ in evening.board.waiting(100)]

    said = [evening.post(f"Number {number} says {number * 7} things", f"did:plc:{number}") for number in range(5)]
    others = said[1:]
    assert waits() == others
    assert evening.board.waiting(1)[0][1] == evening.steps[1].now
    evening.delete(others[0])
    folded = evening.move(Fold(act=others[1]))
    assert waits() == others[2:]
    evening.move(Undo(move=folded.id))
    assert waits() == [*others[2:], others[1]]
    evening.come_back()
    assert waits() == [*others[2:], others[1]]
    evening.wait(600)
    assert waits() == []
    assert evening.board.step is not None
    assert evening.board.step.waiting == 0
