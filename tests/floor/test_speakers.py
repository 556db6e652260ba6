from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.floor.speakers import Speakers

START = datetime(2026, 10, 7, 1, tzinfo=UTC)
SPAN = timedelta(seconds=100)
SPEECHES = st.lists(
    st.tuples(st.integers(0, 400), st.sampled_from("abcde"), st.sampled_from([1.0, 0.5, 0.25, 1e-6])),
    min_size=1,
    max_size=60,
).map(lambda speeches: sorted(speeches, key=lambda speech: speech[0]))


def at(seconds: float) -> datetime:
    """Give the instant so many seconds into the evening."""
    return START + timedelta(seconds=seconds)


@given(SPEECHES, st.integers(0, 600))
def test_the_says_of_all_who_spoke_of_late_are_summed(speeches: list[tuple[int, str, float]], after: int) -> None:
    """Each who spoke within the span counts once, with the say of the last time, and nobody else counts."""
    speakers = Speakers(SPAN)
    for second, account, say in speeches:
        speakers.speak(account, say, at(second))
        speakers.says(at(second))
    now = speeches[-1][0] + after
    last = {account: (second, say) for second, account, say in speeches}
    of_late = [say for second, say in last.values() if at(second) > at(now) - SPAN]
    assert speakers.says(at(now)) == pytest.approx(max(1.0, sum(of_late)), abs=1e-9)
    assert speakers.count(at(now)) == len(of_late)
    often = Counter(account for second, account, _ in speeches if at(second) > at(now) - SPAN)
    assert {account: speakers.times(account) for account in "abcde"} == {account: often[account] for account in "abcde"}


def test_somebody_alone_counts_as_one_voice_whatever_their_say() -> None:
    """The sum is at least 1, so that those in step do not come to have the floor by being alone on it."""
    speakers = Speakers(SPAN)
    assert speakers.says(START) == 1.0
    speakers.speak("echo", 1e-6, START)
    assert speakers.says(START) == 1.0


def test_memory_is_bounded_by_who_spoke_of_late() -> None:
    """Those who fell silent are forgotten."""
    speakers = Speakers(SPAN)
    for number in range(10_000):
        speakers.speak(f"a{number}", 1.0, at(number))
        speakers.says(at(number))
    assert speakers.count(at(9_999)) == 100
    assert len(speakers._turns) == 100  # noqa: SLF001 - memory is the matter here
