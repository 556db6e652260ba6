from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from fairfloor.web.flow import Flood, Flow

START = datetime(2026, 3, 5, 2, tzinfo=UTC)
TIMES = st.lists(st.integers(0, 300)).map(sorted)


def at(seconds: float) -> datetime:
    """Give a moment of the evening."""
    return START + timedelta(seconds=seconds)


@given(TIMES, st.integers(0, 300))
def test_the_last_minute_is_the_last_minute(times: list[int], now: int) -> None:
    """What came in the sixty seconds up to now is counted, all of it and nothing else."""
    flow = Flow(pace=12)
    for time in (time for time in times if time <= now):
        flow.came(at(time))
    assert flow.last_minute(at(now)).came == sum(now - 60 < time <= now for time in times)


def test_the_last_hour_is_counted_by_the_minute() -> None:
    """The plot has what was said and what had the floor in each minute, and forgets what is older than an hour."""
    flow = Flow(pace=12)
    for minute in range(90):
        for _ in range(minute):
            flow.came(at(60 * minute))
        flow.got_floor(at(60 * minute + 30))
    bars = flow.last_hour(at(60 * 89 + 59))
    assert [bar.came for bar in bars] == list(range(30, 90))
    assert {bar.floor for bar in bars} == {1}


def test_what_is_told_late_counts_when_it_was() -> None:
    """A step that tells of ten minutes at once makes no peak; only what is older than all that is held is put off."""
    flow = Flow(pace=12)
    flow.came(at(600))
    flow.got_floor(at(30))
    assert flow.last_minute(at(600)).came == 1
    assert [(bar.start, bar.came, bar.floor) for bar in flow.last_hour(at(600))] == [(at(0), 0, 1), (at(600), 1, 0)]
    flow.came(at(-36_000))
    assert next((bar.start, bar.came) for bar in flow.last_hour(at(600))) == (at(600 - 59 * 60), 1)


def said_every(flow: Flow, seconds: range) -> None:
    """Let one post come each of these seconds, and be set aside."""
    for second in seconds:
        flow.came(at(second))
        flow.set_aside(f"account {second % 7}")
        flow.watch(at(second), waiting=0)


def test_a_flood_begins_with_twice_the_pace_and_ends_when_all_fits_again() -> None:
    """It is said since when and how much, by how many accounts; a lull does not end it, a quiet minute does."""
    flow = Flow(pace=12)
    said_every(flow, range(25))
    flood = flow.flood
    assert flood == Flood(since=at(24))
    said_every(flow, range(25, 60))
    assert flood == Flood(since=at(24), posts=35, accounts=7)
    flow.watch(at(100), waiting=0)
    assert flood.until is None, "more than the pace came in the last minute"
    flow.watch(at(130), waiting=1)
    assert flood.until is None, "somebody still waits"
    flow.watch(at(140), waiting=0)
    assert flow.flood == Flood(since=at(24), until=at(140), posts=35, accounts=7)


def test_a_long_queue_is_a_flood_too() -> None:
    """More than a minute's reading that waits is more than can be read, however slowly it came."""
    flow = Flow(pace=12)
    flow.watch(at(0), waiting=12)
    assert flow.flood is None
    flow.watch(at(1), waiting=13)
    assert flow.flood == Flood(since=at(1))


def test_a_second_flood_is_counted_from_nothing() -> None:
    """What is said about a flood is about that one."""
    flow = Flow(pace=12)
    said_every(flow, range(60))
    flow.watch(at(200), waiting=0)
    said_every(flow, range(200, 240))
    assert flow.flood is not None
    assert flow.flood.since == at(224)
    assert flow.flood.posts == 15
