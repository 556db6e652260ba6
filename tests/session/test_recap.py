"""The recap: every act of a session once, bounded whatever the session was, and not a word of what anybody said."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import get_args

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.chat.moves import Enter, Move
from fairfloor.chat.sheet.run_sheet import Question
from fairfloor.chat.sheet.stitching import By, Stitched
from fairfloor.floor.reasons import (
    Copy,
    Expired,
    HostFloor,
    Liked,
    Passed,
    Reason,
    Room,
    Turn,
    Waiting,
    Withdrawn,
    placement,
)
from fairfloor.session import recap as limits
from fairfloor.session.decision import Decision
from fairfloor.session.public import Decided, LikeHeard, Line, Made, PostHeard, RepostHeard, TakenBack
from fairfloor.session.recap import Conversation, Moment, Recap, decoded, encode
from fairfloor.session.recap_count import Count, OnSheet

START = datetime(2026, 10, 7, 1, tzinfo=UTC)
HOUR = START + timedelta(hours=1)


def at(seconds: float) -> datetime:
    """Give a moment of the session."""
    return START + timedelta(seconds=seconds)


def post(
    name: str, seconds: float = 0, to: str | None = None, account: str = "", *, question: bool = False
) -> PostHeard:
    """Give a post as the log has it, of an account of its own unless told whose."""
    account = account or f"by {name}"
    return PostHeard(n=1, id=name, seen=at(seconds), account=account, reply_to=to, question=question)


def decided(name: str, reason: Reason, seconds: float = 0, account: str = "", **more: object) -> Decided:
    """Give a decision as the log has it."""
    given: dict[str, object] = {"message": name, "say": 1.0, "standing": 0.0, "class_": "newcomer"} | more
    decision = Decision(
        act=name,
        at=at(seconds),
        placement=placement(reason),
        reason=reason,
        account=account or f"by {name}",
        **given,  # type: ignore[arg-type]
    )
    return Decided(n=1, number=1, decision=msgspec.Raw(msgspec.json.encode(decision)))


def said(name: str, seconds: float = 0, to: str | None = None, account: str = "", say: float = 1.0) -> list[Line]:
    """Give a post that had the floor at once."""
    return [post(name, seconds, to, account), decided(name, Room(), seconds, account, say=say)]


def counted(lines: Sequence[Line], sheet: Sequence[OnSheet] = (), ends: datetime = HOUR) -> Recap:
    """Give the recap of an hour."""
    count = Count(START, ends)
    for line in lines:
        count.see(line)
    return count.recap("2026-10-06", ends, sheet, count.asking())


def asked(number: int, *under: tuple[str, By], posts: tuple[str, ...] = ()) -> OnSheet:
    """Give a question of the run sheet with what stands under it."""
    question = Question(evening="2026-10-06", number=number, text="Why?", at=START, way="hand", posts=posts)
    return OnSheet(question, "Why?", [(name, Stitched("2026-10-06", number, by)) for name, by in under])


def threads(found: Recap) -> list[list[tuple[str, int]]]:
    """Give conversations as (act, depth) pairs."""
    return [[(turn.act, turn.depth) for turn in one.turns] for one in found.conversations]


# What is counted


def test_each_act_is_counted_once_by_its_last_decision() -> None:
    """On the floor, merged, folded or waiting; what came before the session or after it is not its."""
    found = counted(
        [
            post("early", -5),
            decided("early", Turn(waited=9, accounts=2), 4),
            *said("a", 1),
            post("b", 2),
            decided("b", Waiting(since=0, waiting=1), 2),
            decided("b", HostFloor(move="m"), 400),
            post("c", 3),
            decided("c", Copy(of="a", likeness=1, said=2, accounts=2), 3, message="a"),
            post("d", 4),
            decided("d", Expired(waited=480, waiting=9), 484),
            RepostHeard(n=1, id="r", seen=at(5), account="x", subject="a"),
            decided("r", Passed(of="a"), 5, "x", message="a"),
            LikeHeard(n=1, id="l", seen=at(6), account="y", subject="a"),
            decided("l", Liked(of="a"), 6, "y", message="a"),
            post("waits", 7),
            *said("e", 8),
            TakenBack(n=1, id="e", seen=at(9)),
            decided("e", Withdrawn(), 9),
            *said("late", 3_600),
        ]
    )
    assert (found.posts, found.reposts, found.likes, found.accounts) == (6, 1, 1, 6)
    assert msgspec.structs.astuple(found.places) == (2, 3, 2, 1)
    assert found.reasons == {
        "room": 1,
        "host-floor": 1,
        "copy": 1,
        "expired": 1,
        "repost": 1,
        "like": 1,
        "withdrawn": 1,
    }
    assert found.had == 3, "what was taken back had the floor"
    assert found.last == "e"


def test_a_crowd_that_acts_as_one_is_few_voices() -> None:
    """Accounts are counted, and as how many voices they count; posts of those acting in step are told apart."""
    crowd = [line for n in range(20) for line in said(f"c{n}", n, account=f"crowd{n}", say=0.05)]
    found = counted([*crowd, *said("a", 30), *said("b", 31)])
    assert (found.accounts, found.voices, found.in_step) == (22, 3, 20)
    first = found.moments[0]
    assert (first.said, first.accounts, first.voices, first.in_step, first.floor) == (22, 22, 3, 20, 22)


def test_what_was_said_several_times_says_by_how_many() -> None:
    """The first said stands first, so that repeating moves nothing up; what was said once is left out."""
    again = Copy(of="b", likeness=1, said=9, accounts=9)
    copies: list[Line] = []
    for n in range(5):
        copies += [post(f"b{n}", 10 + n, account=f"x{n % 2}"), decided(f"b{n}", again, 10 + n, message="b")]
    found = counted(
        [*said("a", 1), post("a2", 2), decided("a2", again, 2, message="a"), *said("b", 3), *said("c", 4), *copies]
    )
    assert [(one.message, one.times, one.accounts) for one in found.repeated] == [("a", 2, 2), ("b", 6, 3)]


# Questions and answers


def test_answers_are_what_answers_the_question_itself_and_had_the_floor() -> None:
    """By mark, by the host's hand, in reply to its post; replies to answers and what was said meanwhile are counted."""
    lines = [
        *said("q", 1),
        *said("marked", 2),
        *said("put", 3),
        *said("reply", 4, to="q"),
        *said("deeper", 5, to="reply"),
    ]
    lines += [
        *said("quoting", 6),
        *said("meanwhile", 7),
        post("folded", 8),
        decided("folded", Expired(waited=1, waiting=1), 9),
    ]
    under: list[tuple[str, By]] = [
        ("marked", "mark"),
        ("put", "host"),
        ("reply", "thread"),
        ("deeper", "thread"),
        ("quoting", "thread"),
        ("meanwhile", "time"),
        ("folded", "mark"),
        ("unknown", "mark"),
    ]
    (one,) = counted(lines, [asked(1, *under, posts=("q",))]).questions
    assert one.answers == ("marked", "put", "reply", "quoting")
    assert (one.answered, one.replies, one.meanwhile, one.posts) == (4, 1, 1, ("q",))


def test_an_answer_given_before_the_session_began_is_one() -> None:
    """Who is early is heard; but the numbers of the session are of what came while it was on."""
    found = counted([*said("early", -60)], [asked(1, ("early", "mark"))])
    assert found.questions[0].answers == ("early",)
    assert (found.posts, sum(one.answers for one in found.moments)) == (0, 0)


def test_what_may_be_in_the_ledger_is_asked_once_however_often_it_is_copied() -> None:
    """Posts with the form of a question, the first of each message, and those that somebody entered by hand."""
    again = Copy(of="a", likeness=1, said=2, accounts=2)
    enter = Move(id="m", at=at(9), by="Hal", role="host", do=Enter(act="c"))
    count = Count(START, HOUR)
    lines: list[Line] = [post("a", 1, question=True), decided("a", Room(), 1), post("b", 2, question=True)]
    lines += [decided("b", again, 2, message="a"), *said("c", 3), *said("d", 4), Made(n=1, seen=at(9), move=enter)]
    for line in [*lines, post("e", 10, question=True)]:
        count.see(line)
    assert count.asking() == ["a", "c", "e"]


# Conversations


def test_a_conversation_is_between_voices_and_replies_stand_under_what_they_reply_to() -> None:
    """Depth follows replies; what is not on the floor is passed over; who talks to himself is no conversation."""
    folded: list[Line] = [post("x", 4, to="a"), decided("x", Expired(waited=1, waiting=1), 5)]
    lines = [
        *said("a", 1),
        *said("b", 2, to="a"),
        *said("c", 3, to="b"),
        *folded,
        *said("d", 6, to="a", account="by b"),
    ]
    alone = [line for n in range(5) for line in said(f"s{n}", 10 + n, to=f"s{n - 1}", account="solo")]
    assert threads(counted([*lines, *alone])) == [[("a", 0), ("b", 1), ("c", 2), ("d", 1)]]


def test_a_crowd_that_talks_to_itself_is_no_conversation() -> None:
    """Accounts whose says come to one voice have none, however many they are and however long they talk."""
    ring = [line for n in range(30) for line in said(f"r{n}", n, to=f"r{n - 1}", account=f"ring{n}", say=0.03)]
    assert counted(ring).conversations == ()
    joined = counted([*ring, *said("genuine", 40, to="r29")]).conversations
    assert [(one.said, one.voices) for one in joined] == [(31, 2)]


def test_under_a_question_of_the_run_sheet_conversations_begin_anew() -> None:
    """Forty answers to one question are no conversation; what is said to one of them is."""
    answers = [line for n in range(40) for line in said(f"a{n}", 2 + n, to="q")]
    talk = [*said("b", 50, to="a7"), *said("c", 51, to="b")]
    found = counted([*said("q", 1), *answers, *talk], [asked(1, posts=("q",))])
    assert threads(found) == [[("a7", 0), ("b", 1), ("c", 2)]]


def test_those_with_most_replies_to_others_come_first() -> None:
    """An account adds nothing by replying to itself."""
    long = [*said("s", 0, account="solo"), *[x for n in range(9) for x in said(f"s{n}", n, to="s", account="solo")]]
    long += said("nice", 20, to="s")
    talk = [*said("a", 30), *said("b", 31, to="a"), *said("c", 32, to="b")]
    assert [one.exchanges for one in counted([*long, *talk]).conversations] == [2, 1]


# Whatever comes

NAMES = st.sampled_from([f"act{n}" for n in range(12)])
ACCOUNTS = st.sampled_from(["ann", "ben", "cas", "dee"])
TIMES = st.integers(-1_000, 5_000)
REASONS: st.SearchStrategy[Reason] = st.one_of(
    st.builds(Room),
    st.builds(Withdrawn),
    st.builds(Waiting, since=st.just(0.0), waiting=st.just(1)),
    st.builds(Expired, waited=st.just(1.0), waiting=st.just(1)),
    st.builds(Copy, of=NAMES, likeness=st.just(1.0), said=st.just(2), accounts=st.just(1)),
    st.builds(Passed, of=NAMES),
)
SAYS = st.sampled_from([0.01, 0.5, 1.0])
LINES: st.SearchStrategy[Line] = st.one_of(
    st.builds(post, NAMES, TIMES, st.none() | NAMES, ACCOUNTS, question=st.booleans()),
    st.builds(
        lambda name, time, who: RepostHeard(n=1, id=name, seen=at(time), account=who, subject="s"),
        NAMES,
        TIMES,
        ACCOUNTS,
    ),
    st.builds(decided, NAMES, REASONS, TIMES, ACCOUNTS, message=NAMES, say=SAYS),
)
UNDER = st.lists(st.tuples(NAMES, st.sampled_from(get_args(By))), max_size=20)
SHEETS = st.lists(
    st.builds(
        lambda number, under, posts: asked(number, *under, posts=tuple(posts)),
        st.integers(1, 99),
        UNDER,
        st.lists(NAMES, max_size=3),
    ),
    max_size=4,
)
ENDS = st.integers(1, 100_000).map(at)


@given(st.lists(LINES, max_size=60), SHEETS, ENDS)
def test_whatever_the_log_says_all_is_counted_once_and_bounded(
    lines: list[Line], sheet: list[OnSheet], ends: datetime
) -> None:
    """Places, reasons and moments each add up to what came; every part has its limit; and it can be kept and read."""
    found = counted(lines, sheet, ends)
    acts = found.posts + found.reposts + found.likes
    mine: dict[str, bool] = {}
    for line in lines:
        if isinstance(line, PostHeard | RepostHeard):
            mine.setdefault(line.id, START <= line.seen < ends)
    assert acts == sum(mine.values())
    assert sum(msgspec.structs.astuple(found.places)) == acts == sum(found.reasons.values()) + found.places.waiting
    assert sum(one.said for one in found.moments) == found.posts
    assert sum(one.floor for one in found.moments) == found.had
    assert all(one.voices <= max(one.accounts, 1) and one.in_step <= one.said for one in found.moments)
    assert 0 < len(found.moments) <= limits.MOMENTS
    assert all(not one.turns[0].depth and len(one.turns) <= limits.TURNS <= 16 for one in found.conversations)
    assert decoded(encode(found)) == found


@given(st.lists(LINES, max_size=60), SHEETS)
def test_what_was_taken_back_is_quoted_nowhere(lines: list[Line], sheet: list[OnSheet]) -> None:
    """Where the last word on a post is that its author took it back, it is no answer and no part of a conversation."""
    found = counted(lines, sheet)
    last: dict[str, str] = {}
    for line in lines:
        if isinstance(line, Decided):
            decision = msgspec.json.decode(line.decision, type=Decision)
            last[decision.act] = decision.placement
    quoted = {name for one in found.questions for name in one.answers}
    quoted |= {turn.act for one in found.conversations for turn in one.turns}
    assert all(last.get(name) == "floor" for name in quoted)


def test_a_session_of_any_size_makes_a_recap_of_bounded_size() -> None:
    """Thousands of posts, questions, answers and conversations: the limits hold, and what is beyond is counted."""
    lines: list[Line] = []
    for n in range(3_000):
        lines += said(f"p{n}", n, to=f"p{n - 1}" if n % 40 else None, account=f"x{n % 50}")
        lines += [
            post(f"q{n}", n, question=True),
            decided(f"q{n}", Copy(of="q", likeness=1, said=2, accounts=2), n, message=f"m{n % 900}"),
        ]
    under: list[tuple[str, By]] = [(f"p{n}", "mark") for n in range(2_000)]
    found = counted(lines, [asked(n + 1, *under) for n in range(90)])
    assert len(found.questions) == limits.QUESTIONS
    assert {(len(one.answers), one.answered) for one in found.questions} == {(limits.ANSWERS, 2_000)}
    assert len(found.conversations) == limits.CONVERSATIONS
    assert {(len(one.turns), one.said) for one in found.conversations} == {(limits.TURNS, 40)}
    assert len(found.repeated) == limits.REPEATED
    assert len(found.asked) + found.unlisted == 900
    assert len(encode(found)) < 200_000


def test_a_recap_of_another_make_is_made_again() -> None:
    """What cannot be read as a recap is none."""
    assert decoded(b"{}") is None
    assert decoded(b"\xff") is None
    assert decoded(b'{"session":"2026-10-06"}') is None


def test_it_holds_no_words() -> None:
    """Nothing in a recap but the host's run sheet is a text: acts are named, never quoted."""
    texts = {
        name for kind in (Recap, Conversation, Moment) for name, field in kind.__annotations__.items() if field is str
    }
    assert texts == {"session"}
