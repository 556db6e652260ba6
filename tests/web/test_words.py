from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.floor.reasons import (
    Copy,
    Expired,
    Heir,
    Host,
    HostFloor,
    HostFold,
    HostHold,
    HostPause,
    InStep,
    Liked,
    Passed,
    Reason,
    Room,
    Share,
    Turn,
    Withdrawn,
)
from fairfloor.floor.reasons import Waiting as Waits
from fairfloor.session.decision import Class, Decision
from fairfloor.web.words import ABOUT, LABELS, amount, explain, lasting, odds, part, said, shares, standing, weight, why

SENTENCES: dict[Reason, str] = {
    Host(): "On the floor: the host and the run sheet always have it.",
    Room(): "On the floor: there was room for it at once.",
    Turn(
        waited=42.4, accounts=31
    ): "On the floor: its turn came after 42 seconds, among 31 accounts that were waiting.",
    Turn(waited=1, accounts=1): "On the floor: its turn came after 1 second; no other account was waiting.",
    Heir(of="x"): (
        "On the floor: the post that said this first was taken back by its author, and this one said the same."
    ),
    Copy(of="x", likeness=0.912, said=38, accounts=31): (
        "Merged: word for word it is 91% like an earlier post. With it the message was said 38 times by 31 accounts."
    ),
    Passed(of="x"): "Merged: a repost counts with the post that it passes on.",
    Liked(of="x"): "Merged: a like counts with the post that it likes.",
    Waits(since=75, waiting=2): "Waits for its turn, 1 minute 15 seconds so far. 1 other message waits too.",
    Expired(waited=480, waiting=213): (
        "Folded: more was said than can be read, and its turn did not come within 8 minutes. "
        "212 other messages were waiting."
    ),
    Share(waited=480, had=3, floor=96, accounts=40): (
        "Folded: while it waited for 8 minutes, its account had its fair share of the floor: "
        "3 of 96 messages, among 40 accounts."
    ),
    InStep(waited=480, repeats=17, acts=22, test="words", say=0.001): (
        "Folded: its account is acting in step with others: of its 22 posts, 17 repeat what others did before. "
        "What they say together has had its say; it waited for 8 minutes."
    ),
    HostFloor(move="move:1"): "On the floor: the host gave it the floor, by a move that says why.",
    HostFold(move="move:1"): "Folded: the host folded it, by a move that says why.",
    HostHold(move="move:1"): "Folded: the host holds it back for now, by a move that says why.",
    HostPause(move="move:1"): "Folded: the host paused its account for a while, by a move that says why.",
    Withdrawn(): "Folded: its author took it back, or the account is gone. The words are not kept.",
}


@pytest.mark.parametrize(("reason", "sentence"), SENTENCES.items(), ids=lambda one: type(one).__name__)
def test_every_reason_is_a_plain_sentence_with_its_numbers(reason: Reason, sentence: str) -> None:
    """A reader learns why from one or two plain sentences, numbers included."""
    assert explain(reason) == sentence


def test_no_reason_is_left_without_words() -> None:
    """Each of the closed set of reasons has a sentence, a label and an account of itself."""
    assert {type(reason) for reason in SENTENCES} == set(get_args(Reason))
    assert set(LABELS) == set(ABOUT) == {str(reason.__struct_config__.tag) for reason in SENTENCES}


def test_no_word_accuses_anybody() -> None:
    """Where an act is follows from how accounts act; the words for it never say who somebody is."""
    words = " ".join([*LABELS.values(), *ABOUT.values(), *SENTENCES.values()]).lower()
    assert not [word for word in ("bot", "fake", "troll", "spam", "inauthentic") if word in words.split()]


@pytest.mark.parametrize(
    ("time", "words"),
    [
        (0.2, "less than a second"),
        (1, "1 second"),
        (61, "1 minute 1 second"),
        (timedelta(minutes=8), "8 minutes"),
        (3 * 3600 + 59, "3 hours"),
        (26 * 3600 + 300, "26 hours 5 minutes"),
    ],
)
def test_times_are_said_in_their_two_largest_units(time: timedelta | float, words: str) -> None:
    """Nobody has to divide by sixty."""
    assert lasting(time) == words


@given(st.floats(0, 1e7))
def test_every_time_can_be_said(time: float) -> None:
    """No length of time is too short or too long for words, and none says zero of anything."""
    assert not lasting(time).startswith("0 ")
    assert " 0 " not in lasting(time)


def test_numbers_agree_with_their_nouns() -> None:
    """One account, many accounts, and once, twice, three times."""
    assert [amount(1, "account"), amount(1204, "account")] == ["1 account", "1,204 accounts"]
    assert [said(1, 1), said(2, 1), said(38, 31)] == [
        "said once by 1 account",
        "said twice by 1 account",
        "said 38 times by 31 accounts",
    ]


@pytest.mark.parametrize(
    ("chance", "words"),
    [(0.01, "1 in 100"), (0.018, "1 in 60"), (0.05, "1 in 20"), (0.24, "1 in 4"), (0.58, "6 in 10"), (0.9, "9 in 10")],
)
def test_chances_are_said_in_small_numbers(chance: float, words: str) -> None:
    """One in twenty is understood by more people than five per cent, and 0.018 by fewer."""
    assert odds(chance) == words


def decided(class_: Class, standing: float, reason: Reason) -> Decision:
    """Make a decision on an account of a class."""
    at = datetime(2026, 3, 5, 2, tzinfo=UTC)
    return Decision(
        act="a",
        at=at,
        placement="floor",
        reason=reason,
        message="a",
        account="x",
        say=1.0,
        standing=standing,
        class_=class_,
    )


def test_standing_is_said_where_it_mattered() -> None:
    """A turn was taken in one of two queues; what had room at once asked for none."""
    turn = Turn(waited=4, accounts=9)
    assert why(decided("newcomer", 0.0, turn)).endswith("newcomers, who have a part of the floor to themselves.")
    assert why(decided("regular", 0.4, turn)).endswith("It took its turn among people the room talks with.")
    assert why(decided("newcomer", 0.0, Room())) == explain(Room())


def test_standing_and_say_are_sentences() -> None:
    """No raw score where a sentence does; more standing and more say never sound like less."""
    cases: list[tuple[Class, float]] = [
        ("host", 1.0),
        ("regular", 1.0),
        ("regular", 0.3),
        ("newcomer", 0.1),
        ("newcomer", 0.0),
    ]
    told = [standing(decided(class_, much, Room())) for class_, much in cases]
    weights = [weight(say) for say in (1.0, 0.7, 0.2, 0.001)]
    assert len({*told, *weights}) == len(told) + len(weights)
    assert not [sentence for sentence in (*told, *weights) if any(char.isdigit() for char in sentence)]


def test_shares_leave_out_who_had_nothing() -> None:
    """Zero of something is not worth a reader's time."""
    assert shares({"regular": 29, "newcomer": 9}) == "29 by people the room talks with, 9 by newcomers"
    assert [part(0.25), part(0.4)] == ["a quarter", "40%"]
