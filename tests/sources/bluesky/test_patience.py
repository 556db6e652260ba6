from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from fairfloor.sources.bluesky.patience import Patience

NEVER = timedelta()


class _Drawn:
    """Dice that always fall at the same part of what they are asked for."""

    def __init__(self, fraction: float) -> None:
        self._fraction = fraction

    def uniform(self, a: float, b: float) -> float:
        return a + self._fraction * (b - a)


def test_waits_double_up_to_a_minute() -> None:
    """The bound of the wait is 1, 2, 4 ... seconds, and never more than 60."""
    patience = Patience(["a"], _Drawn(1))
    waits = [patience.failed(NEVER).total_seconds() for _ in range(9)]
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_good_minute_clears_the_count() -> None:
    """After a connection that held for a minute, waits begin small again; after one that held less, they grow on."""
    patience = Patience(["a"], _Drawn(1))
    for _ in range(5):
        patience.failed(NEVER)
    assert patience.failed(timedelta(seconds=59)).total_seconds() == 32
    assert patience.failed(timedelta(seconds=60)).total_seconds() == 1
    assert patience.failures == 1


def test_the_next_instance_is_tried_after_three_failures() -> None:
    """Every three failures in a row lead on to the next instance, and round again."""
    patience = Patience(["a", "b"], _Drawn(1))
    tried = []
    for _ in range(8):
        tried.append(patience.instance)
        patience.failed(NEVER)
    assert tried == list("aaabbbaa")


@given(st.floats(0, 1), st.integers(1, 3_000))
def test_jitter_is_full(fraction: float, failures: int) -> None:
    """However many failures, a wait lies between nothing and its bound, and the dice alone decide where."""
    patience, bound = Patience(["a"], _Drawn(fraction)), Patience(["a"], _Drawn(1))
    for _ in range(failures):
        wait, longest = patience.failed(NEVER), bound.failed(NEVER)
        assert NEVER <= longest <= timedelta(minutes=1)
        assert abs(wait - fraction * longest) <= timedelta(microseconds=1)
