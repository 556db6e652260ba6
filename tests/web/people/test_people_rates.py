from contextlib import suppress
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from fairfloor.testing.clock import VirtualClock
from fairfloor.web.people.rates import Rate, Rates

NOW = datetime(2026, 3, 5, 2, tzinfo=UTC)
RATE = Rate("test", 3, 10.0)


def pass_time(clock: VirtualClock, seconds: float) -> None:
    """Let time pass, without an event loop: a browser's driver may have one running here."""
    moving = clock.advance(timedelta(seconds=seconds))
    with suppress(StopIteration):
        while True:
            moving.send(None)


def test_so_many_at_once_and_then_one_at_a_time() -> None:
    """Three go at once, the fourth has to wait ten seconds, and is told so."""
    clock = VirtualClock(NOW)
    rates = Rates(clock.now)
    assert [rates.spend(RATE, "ann") for _ in range(4)] == [0, 0, 0, 10]
    pass_time(clock, 9.5)
    assert 0.4 < rates.spend(RATE, "ann") < 0.6
    pass_time(clock, 0.5)
    assert rates.spend(RATE, "ann") == 0
    assert rates.spend(RATE, "ann") == 10
    assert rates.spend(RATE, "bob") == 0


def test_rates_are_apart() -> None:
    """What was spent of one is there of another."""
    rates = Rates(VirtualClock(NOW).now)
    other = Rate("other", 1, 10.0)
    assert [rates.spend(RATE, "ann") for _ in range(3)] + [rates.spend(other, "ann")] == [0] * 4


def test_a_crowd_of_keys_takes_bounded_room_and_pushes_nobody_out() -> None:
    """Who spent before stays without, and the crowd shares what is left."""
    rates = Rates(VirtualClock(NOW).now, most=100)
    for _ in range(3):
        rates.spend(RATE, "ann")
    through = sum(rates.spend(RATE, number) == 0 for number in range(10_000))
    assert through == 98 + 3
    assert rates.spend(RATE, "ann") > 0
    assert len(rates._full_at[RATE]) == 100  # noqa: SLF001 - its promise


def test_full_buckets_are_forgotten() -> None:
    """When all have rested long enough nothing is kept of them."""
    clock = VirtualClock(NOW)
    rates = Rates(clock.now, most=100)
    for number in range(100):
        rates.spend(RATE, number)
    pass_time(clock, 11)
    rates.spend(RATE, "ann")
    assert list(rates._full_at[RATE]) == ["ann"]  # noqa: SLF001 - its promise


@given(st.lists(st.floats(0, 60), max_size=60))
def test_never_more_than_the_rate(pauses: list[float]) -> None:
    """Whatever the rhythm, within any time no more goes through than the burst and what that time brings."""
    clock = VirtualClock(NOW)
    rates = Rates(clock.now)
    through: list[float] = []
    for pause in pauses:
        pass_time(clock, pause)
        if rates.spend(RATE, "ann") == 0:
            through.append((clock.now() - NOW).total_seconds())
    for first in range(len(through)):
        for last in range(first, len(through)):
            assert last - first + 1 <= RATE.burst + (through[last] - through[first]) / RATE.every + 0.001
