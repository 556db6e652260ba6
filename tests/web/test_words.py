from datetime import timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.floor.reasons import (
    Copy,
    Expired,
    Heir,
    Host,
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
from fairfloor.web.words import ABOUT, LABELS, amount, explain, lasting, said

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
    Withdrawn(): "Folded: its author took it back, or the account is gone. The words are not kept.",
}


@pytest.mark.parametrize(("reason", "sentence"), SENTENCES.items(), ids=lambda one: type(one).__name__)
def test_every_reason_is_a_plain_sentence_with_its_numbers(reason: Reason, sentence: str) -> None:
    """A reader learns why from one or two plain sentences, numbers included."""
    assert explain(reason) == sentence


def test_no_reason_is_left_without_words() -> None:
    """Each of the closed set of reasons has a sentence, a label and an account of itself."""
    reasons = {type(reason) for reason in SENTENCES}
    assert reasons == {kind for group in get_args(Reason) for kind in get_args(group) or [group]}
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
