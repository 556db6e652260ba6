from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.acts.heard import HeardPost
from fairfloor.acts.shingles import fingerprint, shingles
from fairfloor.voices.chorus import Chorus
from fairfloor.voices.evidence import Wager
from fairfloor.voices.message import Messages

AT = datetime(2026, 10, 7, 1, tzinfo=UTC)
SAYING = st.tuples(st.sampled_from("abcr"), st.lists(st.integers(0, 9), min_size=2, max_size=8, unique=True))
"""Who says which runs of words; r has standing."""
SAYINGS = st.lists(SAYING, max_size=15) | st.lists(SAYING, min_size=10, max_size=30)


class Room:
    """A chorus that is listened to, in the order in which an evening does."""

    def __init__(self) -> None:
        self.messages = Messages()
        self.chorus = Chorus(self.messages)
        self.count = 0
        self.used: dict[str, dict[int, None]] = {}

    def say(self, account: str, text: str = "", *tags: str, standing: bool = False) -> tuple[str, str] | None:
        """Let an account say a text, one of its own if none is given; give what it mostly repeats."""
        text = text or passage(f"own{self.count}")
        return self.print(account, shingles(text), tuple(map(fingerprint, tags)), standing=standing)

    def print(
        self, account: str, runs: tuple[int, ...], tags: tuple[int, ...] = (), *, standing: bool = False
    ) -> tuple[str, str] | None:
        """Let an account say runs of words."""
        self.count += 1
        post = HeardPost(id=f"p{self.count}", seen=AT, account=account, shingles=runs, tags=tags)
        before = self.chorus.before(post, self.used.setdefault(account, {}))
        if len(runs) > 1:
            self.chorus.settle(Wager(), repeats=before is not None, standing=standing)
        self.messages.say(post)
        self.chorus.learn(post, standing=standing)
        return None if before is None else (before.post, before.account)


def passage(name: str, first: int = 0, last: int = 12) -> str:
    """Give a text of words that no other passage has."""
    return " ".join(f"{name}w{n}" for n in range(first, last))


def test_what_was_said_before_is_a_repetition_and_told_whose() -> None:
    """Repeating another's words is told with the message, and the account that said it first of those remembered."""
    room = Room()
    room.say("ann", passage("x"))
    room.say("bob", passage("x"))
    assert room.say("cy", passage("x")) == ("p1", "ann")


def test_half_of_a_post_must_have_been_said() -> None:
    """A post that quotes some words among more of its own repeats nothing."""
    room = Room()
    room.say("ann", passage("x"))
    assert room.say("bob", f"{passage('x', 0, 5)} {passage('mine')}") is None
    assert room.say("bob", f"{passage('x', 0, 11)} {passage('more', 0, 6)}") is not None


def test_a_crowd_is_heard_where_no_pair_is() -> None:
    """Accounts that draw on many texts, no two of them on the same twice, each repeat somebody every time."""
    room, crowd, texts = Room(), 40, 400
    for number in range(texts):
        room.say("leader", passage(f"text{number}"))
    repeats = sum(
        room.say(f"c{who}", passage(f"text{(7 * who + 41 * turn) % texts}")) is not None
        for turn in range(5)
        for who in range(crowd)
    )
    assert repeats == 5 * crowd


@given(SAYINGS, st.lists(st.sampled_from("bcd"), max_size=6))
def test_being_copied_never_makes_ones_own_next_words_a_repetition(
    before: list[tuple[str, list[int]]], copiers: list[str]
) -> None:
    """Who said a thing first can say it again, however many have copied it since."""
    room = Room()
    for account, runs in before:
        room.print(account, tuple(runs), standing=account == "r")
    mine = tuple(range(100, 108))
    assert room.print("me", mine) is None
    for account in copiers:
        room.print(account, mine)
    assert room.print("me", mine) is None


def test_words_added_to_a_copy_are_ones_own_too() -> None:
    """Somebody who says a thing again and adds to it said the addition first; whoever takes that up is the later."""
    room = Room()
    room.say("me", passage("old"))
    room.say("me", f"{passage('old')} {passage('new')}")
    room.say("thief", passage("new"))
    assert room.say("me", passage("new")) is None


def test_what_the_room_says_is_anybodys() -> None:
    """Words that somebody with standing has said are no repetition, whoever else said them, before or since."""
    room = Room()
    room.say("ann", passage("x"))
    room.say("host", passage("x"), standing=True)
    room.say("bob", passage("x"))
    assert room.say("cy", passage("x")) is None


def test_what_the_room_says_in_two_words_is_anybodys_too() -> None:
    """A short thanks of somebody with standing is the room's as much as a long one."""
    room = Room()
    room.say("host", "thank you", standing=True)
    assert room.say("bob", "thank you ann") is None


def test_two_tags_that_only_others_use_are_a_repetition() -> None:
    """A set of tags that others without standing brought is repeated from two tags on."""
    room = Room()
    room.say("ann", "", "one", "two", "three")
    assert room.say("bob", "", "one", "mine") is None
    assert room.say("bob", "", "one", "two") == ("p1", "ann")


def test_tags_of_the_room_and_ones_own_are_no_repetition() -> None:
    """Tags that people with standing use are anybody's, and one's own stay one's own though others take them up."""
    room = Room()
    room.say("ann", "", "one", "two")
    room.say("host", "", "one", standing=True)
    assert room.say("bob", "", "one", "two") is None
    room.say("me", "", "mine", "own")
    room.say("thief", "", "mine", "own")
    assert room.say("me", "", "mine", "own") is None


def test_tags_of_a_picture_are_ones_own_too() -> None:
    """Who first used a tag, with or without a text, can go on using it."""
    room = Room()
    room.say("me", "look", "mine", "own")
    room.say("thief", "", "mine", "own")
    assert room.say("me", "", "mine", "own") is None


@given(SAYINGS, st.permutations(range(10)))
def test_only_equality_of_fingerprints_matters(said: list[tuple[str, list[int]]], other: list[int]) -> None:
    """Words exchanged one for one are repeated where the others were."""
    plain, swapped = Room(), Room()
    for account, runs in said:
        found = plain.print(account, tuple(runs), tuple(runs[:3]), standing=account == "r")
        exchanged = tuple(other[run] + 2**63 for run in runs)
        assert found == swapped.print(account, exchanged, exchanged[:3], standing=account == "r")


@given(SAYINGS)
def test_nobody_repeats_themselves(said: list[tuple[str, list[int]]]) -> None:
    """What is found to be repeated is an earlier message, of somebody else without standing."""
    room, by = Room(), {}
    for account, runs in said:
        found = room.print(account, tuple(runs), standing=account == "r")
        by[f"p{room.count}"] = account
        if found is not None:
            assert found[1] == by[found[0]] != account
            assert found[0] != f"p{room.count}"
            assert found[1] != "r"


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only so many tags and runs of the room are remembered, the oldest forgotten first."""
    monkeypatch.setattr("fairfloor.voices.chorus._REMEMBERED", 10)
    room = Room()
    for number in range(100):
        room.say("host", passage(f"x{number}", 0, 4), f"tag{number}", standing=True)
    assert len(room.chorus._tags) == 10  # noqa: SLF001 - memory is the matter here
    assert len(room.chorus._room) == 10  # noqa: SLF001


def test_a_dictionary_said_first_makes_nobody_repeat_it() -> None:
    """Whose words come from many posts of others repeats none of them; whose come from one or two does."""
    room = Room()
    runs = [(10 * number + 1, 10 * number + 2) for number in range(6)]
    for number, two in enumerate(runs):
        room.print(f"lexicon {number % 2}", (*two, *range(1000 + 100 * number, 1050 + 100 * number)))
    assert room.print("me", tuple(run for two in runs for run in two)) is None
    assert room.print("parrot", (*runs[0], *range(1000, 1006))) is not None
