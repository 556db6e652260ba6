import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.web.console.card import Card, Scene, card
from fairfloor.web.flow import Flood

NOW = datetime(2026, 3, 5, 2, 30, tzinfo=UTC)
BEGUN, DUE = NOW - timedelta(minutes=30), NOW + timedelta(minutes=30)
ACCUSING = re.compile(
    r"\b(bots?|fakes?|trolls?|spam\w*|attack\w*|enem\w+|haters?|abus\w+|inauthentic)\b", re.IGNORECASE
)


def ago(**time: float) -> datetime:
    """Give a time before now."""
    return NOW - timedelta(**time)


def shown(**given: Any) -> Card:
    """Give the card of an evening under way, all calm but for what is given."""
    usual: dict[str, Any] = {"now": NOW, "begun": BEGUN, "due": DUE, "spoke": ago(seconds=20), "came": 6, "asking": 2}
    return card(Scene(**(usual | given)))


def flood(minutes: float, until: datetime | None = None, posts: int = 214, accounts: int = 90) -> Flood:
    """Give a flood that began so long ago."""
    return Flood(ago(minutes=minutes), until, posts, accounts)


SITUATIONS: list[tuple[str, str, dict[str, Any], list[str]]] = [
    (
        "the beginning",
        "begin",
        {"begun": ago(minutes=1)},
        ["6 posts came", "all of it has the floor"],
    ),
    ("calm", "calm", {}, ["12 can be read in one", "0 questions in the ledger are open."]),
    (
        "a flood has begun",
        "flood",
        {"flood": flood(1), "came": 140, "merged": 180, "voices": 3, "in_step": 88},
        [
            "140 posts came in the last minute; 12 can be read in one.",
            "It has lasted 1 minute: 214 posts by 90 accounts were merged or folded, 180 of them merged as copies.",
            "88 accounts act in step, as 3 voices, and have one say each.",
        ],
    ),
    ("a flood has begun this second", "flood", {"flood": flood(0, posts=0, accounts=0), "came": 30}, ["30 posts came"]),
    (
        "it goes on",
        "crowded",
        {"flood": flood(12), "came": 9, "voices": 1, "in_step": 1},
        ["It has lasted 12 minutes", "9 posts came in the last minute; 12 can", "1 account acts in step, as 1 voice"],
    ),
    (
        "it has ended",
        "after",
        {"flood": flood(20, ago(minutes=2))},
        ["fits the pace again", "It lasted 18 minutes: 214 posts"],
    ),
    ("it ended long ago", "calm", {"flood": flood(30, ago(minutes=9))}, ["so all of it has the floor"]),
    ("many questions", "open", {"open": 7, "most": 2}, ["7 questions in the ledger are open."]),
    ("a critic with much support", "asked", {"open": 7, "most": 14}, ["asked by 14 voices"]),
    ("nobody speaks", "quiet", {"spoke": ago(minutes=4)}, ["Nobody has spoken for 4 minutes."]),
    ("nobody has spoken yet", "quiet", {"spoke": None, "begun": ago(minutes=5)}, ["for 5 minutes."]),
    ("the source is lost", "lost", {"lost": "No network."}, ["No network. What was said is kept"]),
    (
        "the end is near",
        "last",
        {"due": NOW + timedelta(minutes=4), "open": 1},
        ["4 minutes left. 1 question"],
    ),
    ("it is past the hour", "last", {"due": ago(minutes=4)}, ["The time that was planned is over."]),
    ("before it begins", "before", {"begun": None, "due": None, "coming": DUE}, ["No session is on."]),
    ("a chat without sessions", "calm", {"begun": None, "due": None, "spoke": None}, ["6 posts came"]),
]


@pytest.mark.parametrize(("name", "situation", "given_", "said"), SITUATIONS, ids=[one[0] for one in SITUATIONS])
def test_each_situation_has_its_words(name: str, situation: str, given_: dict[str, Any], said: list[str]) -> None:
    """The card knows what is happening, and says how much, since when, by how many."""
    found = shown(**given_)
    assert found.situation == situation, name
    for words in said:
        assert words in found.now


@pytest.mark.parametrize(
    ("more", "less"),
    [
        ({"lost": "No network."}, {"flood": flood(1)}),
        ({"flood": flood(1)}, {"due": NOW + timedelta(minutes=4)}),
        ({"due": NOW + timedelta(minutes=4)}, {"flood": flood(12)}),
        ({"flood": flood(12)}, {"most": 14, "open": 7}),
        ({"most": 14}, {"open": 7}),
        ({"open": 7}, {"spoke": ago(minutes=4)}),
    ],
)
def test_what_is_more_pressing_comes_first(more: dict[str, Any], less: dict[str, Any]) -> None:
    """Of two things that happen at once the card is about the one that cannot wait."""
    assert shown(**less, **more).situation == shown(**more).situation != shown(**less).situation


times = st.one_of(st.none(), st.integers(-9000, 9000).map(lambda seconds: NOW - timedelta(seconds=seconds)))
past = st.integers(0, 9000).map(lambda seconds: NOW - timedelta(seconds=seconds))
number = st.integers(0, 500)
floods = st.builds(Flood, since=past, until=st.one_of(st.none(), st.just(NOW)), posts=number, accounts=number)
scenes = st.builds(
    Scene,
    now=st.just(NOW),
    begun=st.one_of(st.none(), past),
    due=times,
    coming=times,
    asking=st.one_of(st.none(), st.integers(1, 99)),
    came=number,
    pace=st.sampled_from([0.5, 6.0, 12.0, 60.0]),
    flood=st.one_of(st.none(), floods),
    merged=number,
    voices=number,
    in_step=number,
    spoke=st.one_of(st.none(), past),
    open=number,
    most=number,
    lost=st.sampled_from(["", "No network."]),
)


@given(scenes)
def test_every_scene_has_a_card_that_accuses_nobody(scene: Scene) -> None:
    """Whatever happens there is something to say, short enough to post, in whole sentences, and in no harsh word."""
    found = card(scene)
    for words in (found.title, found.now, found.helped, found.post):
        assert words
        assert not ACCUSING.search(words)
        assert "  " not in words
        assert "{" not in words
    assert all(words.endswith((".", "?")) for words in (found.now, found.helped, found.post))
    assert len(found.post) <= 240, "with the tag it fits into one post anywhere"
    assert found == card(scene)
