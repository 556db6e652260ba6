"""Which session is on, was and will be: by plan, by hand, by accepted proposals, and undone."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.acts.act import Post
from fairfloor.acts.heard import Form
from fairfloor.chat.moves import Accept, Begin, Decline, Doing, End, Move, Pin, Settle, Withdraw
from fairfloor.chat.schedule import sessions as module
from fairfloor.chat.schedule.course import Session
from fairfloor.chat.schedule.recurrence import Once, Weekly
from fairfloor.chat.schedule.sessions import Sessions
from fairfloor.chat.schedule.slots import Schedule, Skipped, Special
from fairfloor.chat.settings import Settings

SET_UP = "2026-11-20T12:00Z"
TORONTO = "America/Toronto"


def at(text: str) -> datetime:
    """Read a moment."""
    return datetime.fromisoformat(text).astimezone(UTC)


def made(number: int, when: str | datetime, do: Doing) -> Move:
    """Make a move."""
    moment = at(when) if isinstance(when, str) else when
    return Move(id=f"m{number}", at=moment, by="sam", role="host", do=do)


def settled(**more: Any) -> Settle:
    """Settle a chat: Wednesdays 21:00 in Toronto, for an hour, unless told otherwise."""
    given_: dict[str, Any] = {"recurs": Weekly(days=(2,)), "at": time(21), "zone": TORONTO}
    return Settle(settings=Settings(tag="copchat", schedule=Schedule(**(given_ | more))))


def chat(*done: tuple[str, Doing]) -> Sessions:
    """Give a chat in which this was done, after it was settled."""
    sessions = Sessions()
    for number, (when, do) in enumerate([(SET_UP, settled()), *done]):
        sessions.move(made(number, when, do))
    return sessions


def told(session: Session | None) -> str:
    """Tell of a session in a line: its name, and from when to when in UTC."""
    if session is None:
        return "none"
    return f"{session.name} {session.begins:%dT%H:%M}-{session.ends:%dT%H:%M}"


def test_a_planned_session_begins_and_ends_by_itself() -> None:
    """Before its hour it is next, in its hour it is on, after its hour it is past; its name is its date there."""
    sessions = chat()
    before, during, after = at("2026-11-26T01:59Z"), at("2026-11-26T02:00Z"), at("2026-11-26T03:00Z")
    assert sessions.on(before) is None
    assert told(sessions.next(before)) == "2026-11-25 26T02:00-26T03:00"
    assert told(sessions.on(during)) == "2026-11-25 26T02:00-26T03:00"
    assert told(sessions.next(during)) == "2026-12-02 03T02:00-03T03:00"
    assert sessions.on(after) is None
    assert [told(one) for one in sessions.past(after)] == ["2026-11-25 26T02:00-26T03:00"]
    assert sessions.past(during) == []
    assert told(sessions.named("2026-12-02")) == "2026-12-02 03T02:00-03T03:00"
    for nothing in (
        "2026-12-03",
        "2026-11-18",
        "2026-12-02-2",
        "2026-12-02-1x",
        "tomorrow",
        "0001-01-01",
        "9999-12-31",
    ):
        assert sessions.named(nothing) is None


def test_nothing_is_planned_before_a_chat_was_set_up() -> None:
    """A chat that is set up today has no past; one that was never set up has sessions by hand alone."""
    assert chat().past(at("2026-11-21T00:00Z")) == []
    bare = Sessions()
    assert (bare.on(at(SET_UP)), bare.next(at(SET_UP)), bare.past(at(SET_UP))) == (None, None, [])
    assert (bare.settings, bare.plan) == (None, None)
    bare.move(made(1, "2026-11-20T12:00Z", Begin()))
    assert told(bare.on(at("2026-11-20T12:30Z"))) == "2026-11-20 20T12:00-20T15:00"


def test_the_host_begins_early_and_ends_late() -> None:
    """What is begun shortly before its hour is that hour's session; it runs over until it is ended."""
    early = ("2026-11-26T01:40Z", Begin(title="Lights"))
    sessions = chat(early)
    assert told(sessions.on(at("2026-11-26T02:30Z"))) == "2026-11-25 26T01:40-26T05:00"
    assert (on := sessions.on(at("2026-11-26T02:30Z")))
    assert (on.title, on.due, on.in_hand) == ("Lights", at("2026-11-26T03:00Z"), True)
    sessions = chat(early, ("2026-11-26T03:20Z", End()))
    assert told(sessions.on(at("2026-11-26T03:10Z"))) == "2026-11-25 26T01:40-26T03:20"
    assert [told(one) for one in sessions.past(at("2026-11-26T04:00Z"))] == ["2026-11-25 26T01:40-26T03:20"]
    assert told(sessions.next(at("2026-11-26T01:50Z"))) == "2026-12-02 03T02:00-03T03:00"


def test_the_host_takes_what_is_on_in_hand_or_ends_it() -> None:
    """Begun while it is on, it is the host's to end; ended early, it is over. Nobody's evening goes on for ever."""
    taken = ("2026-11-26T02:05Z", Begin())
    assert told(chat(taken).on(at("2026-11-26T02:30Z"))) == "2026-11-25 26T02:00-26T05:00"
    ended = chat(("2026-11-26T02:30Z", End()))
    assert ended.on(at("2026-11-26T02:45Z")) is None
    assert told(ended.past(at("2026-11-26T02:45Z"))[0]) == "2026-11-25 26T02:00-26T02:30"


def test_a_session_more_leaves_planned_ones_their_names() -> None:
    """At noon on a Wednesday a session is held by hand: the evening's is called what calendars have announced."""
    sessions = chat(("2026-11-25T17:00Z", Begin()), ("2026-11-25T18:00Z", End()))
    found = sessions.past(at("2026-11-27T00:00Z"))
    assert [told(one) for one in found] == ["2026-11-25 26T02:00-26T03:00", "2026-11-25-2 25T17:00-25T18:00"]
    assert sessions.named("2026-11-25-2") == found[1]


def test_a_planned_session_ends_one_that_was_left_on() -> None:
    """A host who forgot the afternoon's session finds it ended when the evening's begins."""
    sessions = chat(("2026-11-26T00:30Z", Begin()))
    assert told(sessions.on(at("2026-11-26T00:45Z"))) == "2026-11-25-2 26T00:30-26T02:00"
    assert told(sessions.on(at("2026-11-26T02:00Z"))) == "2026-11-25 26T02:00-26T03:00"


def test_an_accepted_proposal_becomes_a_session() -> None:
    """On a Wednesday it is that session; on another day it is one more; another date, or a decline, moves it."""
    wednesday = ("2026-11-21T00:00Z", Accept(proposal="topic", on=at("2026-12-03T02:00Z")))
    sessions = chat(wednesday)
    on = sessions.on(at("2026-12-03T02:30Z"))
    assert on
    assert (on.name, on.proposal) == ("2026-12-02", "topic")
    friday = ("2026-11-22T00:00Z", Accept(proposal="topic", on=at("2026-12-05T02:00Z")))
    dates = [(one.name, one.proposal) for one in chat(wednesday, friday).coming(at("2026-11-27T12:00Z"), 3)]
    assert dates == [("2026-12-02", None), ("2026-12-04", "topic"), ("2026-12-09", None)]
    for dropped in (Decline(of="topic"), Withdraw(of="topic")):
        dates = [
            (one.name, one.proposal)
            for one in chat(wednesday, ("2026-11-22T00:00Z", dropped)).coming(at("2026-11-27T12:00Z"), 2)
        ]
        assert dates == [("2026-12-02", None), ("2026-12-09", None)]
    late = chat(wednesday, ("2026-12-10T00:00Z", Decline(of="topic"))).named("2026-12-02")
    assert late
    assert late.proposal == "topic", "what was held was held"


def test_a_change_of_schedule_changes_what_is_to_come_and_not_what_was() -> None:
    """From Wednesdays to Thursdays: past Wednesdays stay; and what is on when it changes goes on."""
    sessions = chat(("2026-11-26T02:30Z", settled(recurs=Weekly(days=(3,)))))
    assert told(sessions.on(at("2026-11-26T02:45Z"))) == "2026-11-25 26T02:00-26T03:00"
    found = [one.name for one in sessions.coming(at("2026-11-26T02:45Z"), 2)]
    assert found == ["2026-11-26", "2026-12-03"]
    assert sessions.named("2026-12-02") is None


def test_what_cannot_be_is_refused_and_changes_nothing() -> None:
    """Each refusal is a sentence; a move that came all the same changes nothing."""
    sessions = chat()
    now = "2026-11-21T00:00Z"
    other_tag = Settle(settings=Settings(tag="other"))
    overlapping = settled(special=(Special(on=date(2026, 12, 2)), Special(on=date(2026, 12, 2), at=time(21, 30))))
    wrong: list[tuple[str, Doing, str]] = [
        (now, End(), "No session is on now."),
        (now, Accept(proposal="p", on=at("2026-11-20T00:00Z")), "That date is past"),
        (now, other_tag, "This chat is #copchat"),
        (now, settled(zone="America/Nowhere"), "There is no time zone"),
        (now, overlapping, "Two special sessions are on at once"),
        (now, Settle(settings=Settings(tag="?!")), "A hashtag has a letter"),
    ]
    for when, do, sentence in wrong:
        refused = sessions.refuses(made(9, when, do))
        assert refused
        assert refused.startswith(sentence)
        after = chat((when, do))
        assert after.settings == sessions.settings
        assert after.coming(at(now), 5) == sessions.coming(at(now), 5)
    assert sessions.refuses(made(9, now, settled())) is None
    assert sessions.refuses(made(9, now, Pin(text="Hello"))) is None
    in_hand = chat((now, Begin()))
    assert in_hand.refuses(made(9, now, Begin())) == "A session is on already. End it first."
    assert chat().refuses(made(9, "2026-11-26T02:30Z", Begin())) is None, "it is taken in hand"
    taken = chat((now, Accept(proposal="p", on=at("2026-12-03T02:00Z"))))
    again = taken.refuses(made(9, now, Accept(proposal="q", on=at("2026-12-03T02:30Z"))))
    assert again == "Another topic is planned for 2026-12-02. Choose another date."
    assert taken.refuses(made(9, now, Accept(proposal="p", on=at("2026-12-03T02:30Z")))) is None


def test_the_plan_for_calendars_knows_since_when_and_how_often_it_changed() -> None:
    """Rules that change leave the series as it is; another hour begins a new one; every change counts."""
    sessions = chat(("2026-11-21T00:00Z", settled(skipped=(Skipped(on=date(2026, 12, 23)),))))
    plan = sessions.plan
    assert plan
    assert (plan.id, plan.since, plan.revision) == ("m0", at(SET_UP), 1)
    assert plan.changed == at("2026-11-21T00:00Z")
    sessions.move(made(2, "2026-11-22T00:00Z", settled(at=time(20))))
    sessions.move(made(3, "2026-11-23T00:00Z", Accept(proposal="p", on=at("2026-12-05T02:00Z"))))
    plan = sessions.plan
    assert plan
    assert (plan.id, plan.since, plan.revision) == ("m0", at("2026-11-22T00:00Z"), 3)
    assert plan.changed == at("2026-11-23T00:00Z")
    assert [one.proposal for one in plan.accepted] == ["p"]


# Promises

START = at("2026-02-20T00:00Z")
MOMENTS = st.integers(0, 40 * 24 * 12).map(lambda fives: START + timedelta(minutes=5 * fives))
DATES = st.dates(date(2026, 2, 20), date(2026, 4, 2))
SETTLED = st.builds(
    settled,
    recurs=st.sampled_from([Weekly(days=(2,)), Weekly(days=tuple(range(7))), Once(on=date(2026, 3, 8))]),
    at=st.sampled_from([time(21), time(2, 30), time(0)]),
    zone=st.sampled_from([TORONTO, "Europe/Berlin", "Pacific/Auckland"]),
    lasting=st.sampled_from([timedelta(minutes=30), timedelta(hours=12)]),
    skipped=st.lists(st.builds(Skipped, on=DATES), max_size=2).map(tuple),
    special=st.lists(st.builds(Special, on=DATES, at=st.none() | st.just(time(12))), max_size=2).map(tuple),
)
ACCEPTS = st.builds(Accept, proposal=st.sampled_from("pq"), on=MOMENTS)
DOINGS = st.one_of(SETTLED, st.just(Begin()), st.just(End()), ACCEPTS, st.builds(Decline, of=st.sampled_from("pq")))
MOVES = st.lists(st.tuples(MOMENTS, DOINGS), max_size=14).map(
    lambda found: [made(number, *one) for number, one in enumerate(sorted(found, key=lambda one: one[0]))]
)


def after(moves: Iterable[Move]) -> Sessions:
    """Give a chat in which these moves were made."""
    sessions = Sessions()
    for move in moves:
        sessions.move(move)
    return sessions


def seen(sessions: Sessions, now: datetime) -> Any:
    """Give all that can be asked at a time."""
    past, on, coming = sessions.past(now), sessions.on(now), sessions.coming(now, 5)
    return past, on, coming, sessions.settings, sessions.plan, sessions.next(now)


@given(MOVES, MOMENTS)
def test_sessions_are_one_after_another_each_with_its_name(moves: list[Move], now: datetime) -> None:
    """No two are on at once, each is on for some time, no two have one name, and each is found by it."""
    sessions = after(moves)
    past, on, coming, _, _, following = seen(sessions, now)
    all_ = [*reversed(past), *([on] if on else []), *coming]
    assert all(one.begins < one.ends for one in all_)
    assert all(one.ends <= two.begins for one, two in pairwise(all_))
    assert len({one.name for one in all_}) == len(all_)
    assert all(sessions.named(one.name) == one for one in all_)
    assert all(sessions.at(one.begins) == one and sessions.at(one.ends) != one for one in all_)
    assert following == (coming[0] if coming else None)


@given(MOVES, st.data())
def test_undoing_a_move_leaves_what_there_would_be_without_it(moves: list[Move], data: st.DataObject) -> None:
    """Whatever was made and undone, in whatever order, all is as though only the rest had ever been made."""
    undone = data.draw(st.lists(st.sampled_from(moves), unique_by=lambda one: one.id) if moves else st.just([]))
    now = data.draw(MOMENTS)
    sessions = after(moves)
    seen(sessions, now)
    for move in undone:
        sessions.undo(move)
    rest = [move for move in moves if move not in undone]
    assert seen(sessions, now) == seen(after(rest), now)
    for move in undone:
        sessions.undo(move)
    assert seen(sessions, now) == seen(after(rest), now), "undoing what is undone changes nothing"


@given(MOVES, MOMENTS, st.lists(MOMENTS, max_size=5))
def test_asking_changes_nothing(moves: list[Move], now: datetime, asked: list[datetime]) -> None:
    """What a chat says of its sessions at a time does not depend on what it was asked before."""
    sessions = Sessions()
    for move in moves:
        sessions.move(move)
        for other in asked:
            seen(sessions, other)
    assert seen(sessions, now) == seen(after(moves), now)


@given(MOVES, MOMENTS)
def test_later_moves_do_not_change_what_was(moves: list[Move], now: datetime) -> None:
    """Sessions that were over when a move was made are the same sessions after it, by their names and their times."""
    before = after(move for move in moves if move.at <= now)
    assert after(moves).past(now) == before.past(now)


@given(MOVES)
def test_moves_are_kept_in_the_log_s_form(moves: list[Move]) -> None:
    """What is written as JSON is read as the same move."""
    for move in moves:
        assert msgspec.json.decode(msgspec.json.encode(move), type=Move) == move


def test_posts_change_nothing() -> None:
    """Whatever is said, and taken back, a chat's sessions are its host's."""
    sessions = chat()
    before = seen(sessions, at(SET_UP))
    sessions.post(Post(id="a", at=at(SET_UP), account="b", text="End it"), Form())
    sessions.gone("a", at(SET_UP))
    assert seen(sessions, at(SET_UP)) == before


def test_the_book_has_a_last_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept is bounded: when the book is full, moves of sessions are refused, in a sentence."""
    monkeypatch.setattr(module, "MOVES", 3)
    sessions = chat(("2026-11-21T00:00Z", Begin()), ("2026-11-21T01:00Z", End()))
    assert sessions.refuses(made(9, "2026-11-22T00:00Z", Begin())) == module._FULL  # noqa: SLF001 - its sentence
    sessions.move(made(9, "2026-11-22T00:00Z", Begin()))
    assert sessions.on(at("2026-11-22T00:10Z")) is None
    sessions.undo(made(2, "2026-11-21T01:00Z", End()))
    assert sessions.refuses(made(9, "2026-11-22T00:00Z", Begin())) is None
    for number in range(9):
        sessions.move(made(20 + number, "2026-11-22T00:00Z", Withdraw(of="a question")))
    assert sessions.refuses(made(9, "2026-11-22T00:00Z", Begin())) is None, "others' moves do not fill it"
