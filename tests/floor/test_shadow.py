from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from fairfloor.floor.shadow import MEMORY, Level, Shadow

START = datetime(2026, 10, 7, 1, tzinfo=UTC)
INTERVAL, TTL = timedelta(seconds=5), timedelta(minutes=8)
OFFERS = st.lists(st.integers(0, 120), min_size=1, max_size=60).map(sorted)
"""Seconds at which something is offered."""
BURSTS = st.lists(st.tuples(st.integers(0, 400), st.integers(1, 60)), min_size=1, max_size=8).map(
    lambda bursts: sorted(second for at, size in bursts for second in [at] * size)
)


def at(seconds: float) -> datetime:
    """Give the instant so many seconds into the evening."""
    return START + timedelta(seconds=seconds)


def offered(offers: list[int]) -> tuple[Shadow, list[datetime], list[Level]]:
    """Offer something at each time; give the dates, and how things stood after each."""
    shadow, dates, levels = Shadow(INTERVAL, TTL), [], []
    for second in offers:
        dates.append(shadow.offer(at(second)))
        levels.append(shadow.level(at(second)))
    return shadow, dates, levels


def waits(offers: list[int]) -> list[timedelta]:
    """Give how long each would wait where the first to come is the first served, and nothing is ever folded."""
    free, waited = START, []
    for second in offers:
        begins = max(at(second), free)
        waited.append(begins - at(second))
        free = begins + INTERVAL
    return waited


@given(BURSTS)
def test_congestion_begins_when_somebody_would_wait_for_half_of_the_time_to_live(offers: list[int]) -> None:
    """It is congested from the first offer that a first-come-first-served floor could not show in time, not before."""
    _, _, levels = offered(offers)
    late = [wait > TTL / 2 - INTERVAL for wait in waits(offers)]
    first = late.index(True) if any(late) else len(late)
    assert Level.CONGESTED not in levels[:first]
    assert levels[first : first + 1] in ([], [Level.CONGESTED])


@given(OFFERS)
def test_while_hardly_anybody_waits_it_is_calm(offers: list[int]) -> None:
    """It is calm exactly as long as nobody would wait for more than a 32nd of the time to live."""
    _, _, levels = offered(offers)
    long = [wait > TTL / 32 for wait in waits(offers)]
    first = long.index(True) if any(long) else len(long)
    assert set(levels[:first]) <= {Level.CALM}
    assert levels[first : first + 1] in ([], [Level.CROWDED], [Level.CONGESTED])


@given(BURSTS)
def test_congestion_lasts_until_all_has_been_caught_up_with(offers: list[int]) -> None:
    """Once congested it stays so, however much room there is for a moment, until the shadow floor is idle."""
    shadow, _, levels = offered(offers)
    if levels and levels[-1] is Level.CONGESTED:
        seconds = range(offers[-1], offers[-1] + MEMORY * 480 + 1)
        after = [shadow.level(at(second)) for second in seconds]
        assert Level.CROWDED not in after
        assert sorted(after, reverse=True) == after
        assert after[-1] is Level.CALM
    for before, now in pairwise(levels):
        assert (before, now) != (Level.CONGESTED, Level.CROWDED)


@given(BURSTS)
def test_dates_can_be_kept(offers: list[int]) -> None:
    """While it is not congested dates are an interval apart and leave time, so a turn at each keeps them all."""
    _, dates, levels = offered(offers)
    calm = [(second, date) for second, date, level in zip(offers, dates, levels, strict=True) if not level > 1]
    upto = levels.index(Level.CONGESTED) if Level.CONGESTED in levels else len(levels)
    assert all(later - earlier >= INTERVAL for earlier, later in pairwise(dates[:upto]))
    assert all(at(second) <= date <= at(second) + TTL - INTERVAL for second, date in calm)


def test_a_flood_that_ends_is_over_soon_after() -> None:
    """However much was said, congestion is over two times to live after the last of it."""
    shadow, _, levels = offered([0] * 10_000)
    assert levels[-1] is Level.CONGESTED
    assert shadow.level(at(0) + MEMORY * TTL - INTERVAL) is Level.CONGESTED
    assert shadow.level(at(0) + MEMORY * TTL) is Level.CALM


def test_a_moment_of_room_does_not_end_congestion() -> None:
    """While a flood goes on at twice the pace, it is congested throughout and never flips."""
    _, _, levels = offered([second // 2 for second in range(4 * 480)])
    first = levels.index(Level.CONGESTED)
    assert set(levels[first:]) == {Level.CONGESTED}
