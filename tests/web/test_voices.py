"""Who acts in step, as pages hold it: bounded, newest, each account in one voice."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairfloor.voices.echo import Portrait, Repetition
from fairfloor.web import voices as held
from fairfloor.web.voices import Voice, Voices

NOW = datetime(2026, 3, 5, 2, tzinfo=UTC)
NAMES = st.sampled_from("abcdefghij")


def portrait(account: str, leader: str, say: float = 0.1, also: tuple[str, ...] = (), **more: Any) -> Portrait:
    """Paint an account that repeats another, and now and then some more."""
    repetitions = tuple(Repetition(f"{account}{n}", NOW, "words", "x", one, 0.1) for n, one in enumerate(also))
    given: dict[str, Any] = {"test": "words", "evidence": 20.0, "needed": 12.0, "repeats": 7, "acts": 9}
    return Portrait(account=account, say=say, leader=leader, **(given | {"repetitions": repetitions} | more))


ALSO = st.lists(NAMES, max_size=2).map(tuple)
PORTRAITS = st.builds(portrait, NAMES, NAMES, st.sampled_from([0.001, 0.4, 1.0]), also=ALSO, repeats=st.integers(1, 5))


def members(voice: Voice) -> list[str]:
    """Give a voice's accounts."""
    return [one.account for one in voice.accounts]


@settings(deadline=None)
@given(st.lists(st.lists(PORTRAITS, max_size=5), max_size=12), st.integers(1, 12))
def test_the_newest_portraits_are_held_and_no_more_than_the_bound(told: list[list[Portrait]], bound: int) -> None:
    """The last portrait of each account stands, out of step is out, and the longest unchanged go first."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(held, "PORTRAITS", bound)
        voices = Voices()
        model: dict[str, Portrait] = {}
        for portraits in told:
            voices.take(portraits)
            for one in portraits:
                model.pop(one.account, None)
                model |= {one.account: one} if one.say < 1.0 else {}
            model = dict(list(model.items())[-bound:])
            found = [one for voice in voices.all() for one in voice.accounts]
            assert sorted(found, key=lambda one: one.account) == sorted(model.values(), key=lambda one: one.account)
            assert len(voices) == len(model) <= bound


@settings(deadline=None)
@given(st.lists(PORTRAITS, max_size=12))
def test_who_repeats_whom_is_one_voice(portraits: list[Portrait]) -> None:
    """An account is in the voice of whom it repeats, the voices are the largest first, and a head repeats nobody."""
    voices = Voices()
    voices.take(portraits)
    all_ = voices.all()
    sizes = [len(voice.accounts) for voice in all_]
    assert sizes == sorted(sizes, reverse=True)
    for voice in all_:
        inside = members(voice)
        assert voice.ring == (voice.head in inside)
        repeats = [one.repeats for one in voice.accounts]
        assert repeats == sorted(repeats, reverse=True)
        for one in voice.accounts:
            assert voices.of(one.account) == voice
            in_step = {member for other in all_ for member in members(other)}
            repeated = {one.leader, *(repetition.before for repetition in one.repetitions)} & in_step
            assert repeated <= set(inside)
            assert all(one.leader != other.leader for two in all_ if two != voice for other in two.accounts)
    assert len({voice.head for voice in all_}) == len(all_)


def test_a_head_that_comes_into_step_brings_its_voice_along() -> None:
    """Where a leader has come to repeat another, that one leads both."""
    voices = Voices()
    voices.take([portrait("b", "a"), portrait("c", "b")])
    assert [(voice.head, members(voice)) for voice in voices.all()] == [("a", ["b", "c"])]
    voices.take([portrait("a", "z")])
    (voice,) = voices.all()
    assert (voice.head, voice.ring, members(voice)) == ("z", False, ["a", "b", "c"])
    voices.take([portrait("b", "a", say=1.0)])
    assert [(voice.head, members(voice)) for voice in voices.all()] == [("b", ["c"]), ("z", ["a"])]


def test_accounts_that_only_repeat_one_another_have_no_first() -> None:
    """Where it leads round in a circle nobody was first; whoever repeats one of them is of the same voice."""
    voices = Voices()
    voices.take([portrait("c", "b"), portrait("b", "c"), portrait("a", "c")])
    (voice,) = voices.all()
    assert (voice.head, voice.ring) == ("a", True)
    assert members(voice) == ["a", "b", "c"]
    assert voices.of("nobody") is None


def test_who_quotes_the_same_person_now_and_then_is_not_of_one_voice() -> None:
    """Two crowds with leaders of their own stay two, though both repeat somebody else besides."""
    voices = Voices()
    voices.take([portrait("a", "x", also=("x", "p")), portrait("b", "x"), portrait("c", "y", also=("p", "y"))])
    assert [(voice.head, members(voice)) for voice in voices.all()] == [("x", ["a", "b"]), ("y", ["c"])]


def test_who_repeat_one_another_are_one_voice_though_each_is_led_by_somebody_else() -> None:
    """A crowd in which everybody's leader is another is one voice, by whom else they repeat."""
    voices = Voices()
    voices.take([portrait("a", "x", also=("x", "b")), portrait("b", "y", also=("c",)), portrait("c", "y")])
    (voice,) = voices.all()
    assert (voice.head, voice.ring, members(voice)) == ("y", False, ["a", "b", "c"])
