from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.acts.act import Post
from fairfloor.acts.fault import Cause, Fault
from fairfloor.session.ports import Batch
from fairfloor.sources.bluesky.intake import Intake
from fairfloor.sources.bluesky.news import micros, moment
from fairfloor.sources.membership import Membership

NOW = datetime(2026, 10, 22, 1, tzinfo=UTC)
LATER = NOW + timedelta(seconds=60)
SECOND = 1_000_000
Make = Callable[..., bytes]


def _intake(cursor: str | None = None) -> Intake:
    return Intake(Membership("copchat"), cursor, NOW)


def _batch(found: Batch | None) -> Batch:
    assert found is not None
    return found


def test_an_act_of_the_chat_is_told_at_once(post: Make) -> None:
    """A batch with the chat's act goes out as soon as asked for, with the cursor and the source's time."""
    reader = _intake()
    reader.take([post(3, "a")], NOW)
    batch = _batch(reader.batch(NOW))
    assert [type(notice) for notice in batch.notices] == [Post]
    assert (batch.cursor, batch.upto) == (str(micros(NOW) + 3 * SECOND), NOW + timedelta(seconds=3))
    assert reader.batch(NOW) is None


def test_a_whole_evening(evening: list[bytes]) -> None:
    """Of a short evening the chat's eleven notices are told, two faults, and two acts are counted as other people's."""
    reader = _intake()
    for line in evening:
        reader.take([line], LATER)
    batch = _batch(reader.batch(LATER))
    assert [type(notice).__name__ for notice in batch.notices] == [
        *("Post", "Post", "Like", "Repost", "Post", "Edit", "Deletion", "Rename", "Departure", "Post", "Deletion")
    ]
    assert [fault.cause for fault in batch.faults] == [Cause.UNKNOWN, Cause.UNKNOWN]
    assert batch.skipped == 2
    assert batch.upto == moment(micros(NOW) + 18 * SECOND + 137)


def test_a_fault_is_told_at_once() -> None:
    """A bad line and a bad frame are told as they are, though the cursor stays where it was."""
    reader = _intake("1792630800000000")
    reader.take([b"garbage"], NOW)
    reader.fault(Fault(Cause.NOT_JSON))
    batch = _batch(reader.batch(NOW))
    assert [fault.cause for fault in batch.faults] == [Cause.NOT_JSON, Cause.NOT_JSON]
    assert batch.cursor == "1792630800000000"


def test_a_cursor_alone_is_told_now_and_then(post: Make) -> None:
    """Other people's acts are counted, and move the cursor every three seconds, not at each of them."""
    reader = _intake()
    told = []
    for second in range(10):
        now = NOW + timedelta(seconds=second)
        reader.take([post(second, f"p{second}", tag="other")], now)
        told.append(reader.batch(now))
    assert [n for n, batch in enumerate(told) if batch] == [3, 6, 9]
    assert [batch.skipped for batch in told if batch] == [4, 3, 3]
    assert _batch(told[9]).cursor == str(micros(NOW) + 9 * SECOND)


def test_nothing_is_left_untold_before_a_wait(post: Make) -> None:
    """Before a wait the cursor and the counts are told however fresh they are, and once."""
    reader = _intake()
    assert reader.rest(NOW) is None
    reader.take([post(0, "a", tag="other")], NOW)
    assert _batch(reader.rest(NOW)).skipped == 1
    assert reader.rest(NOW) is None


def test_it_goes_on_a_little_before_where_it_was(post: Make) -> None:
    """The next connection begins five seconds before the latest event read, not before the last."""
    reader = _intake("1792630800000000")
    assert reader.start() == 1_792_630_795_000_000
    reader.take([post(20, "a")], NOW)
    reader.take([post(17, "a")], NOW)
    assert reader.start() == micros(NOW) + 15 * SECOND


def test_from_now_on_means_from_when_it_was_said(post: Make) -> None:
    """Without a cursor it begins at the live end; if that does not come about, later tries begin at that same time."""
    reader = _intake()
    assert [reader.start(), reader.start(), reader.start()] == [None, micros(NOW), micros(NOW)]
    reader.take([post(9, "a")], NOW)
    assert reader.start() == micros(NOW) + 4 * SECOND


def test_a_time_far_ahead_does_not_lead_astray(post: Make) -> None:
    """An event dated more than a day ahead is a fault and moves no cursor; one within a day does."""
    reader = _intake("1792630800000000")
    reader.take([post(3 * 86_400, "a")], NOW)
    batch = _batch(reader.batch(NOW))
    assert ([fault.cause for fault in batch.faults], batch.notices) == ([Cause.BAD_TIME], ())
    assert batch.cursor == "1792630800000000"
    reader.take([post(80_000, "b")], NOW)
    assert _batch(reader.batch(NOW)).cursor == str(micros(NOW) + 80_000 * SECOND)


def test_a_span_without_events_is_noticed(post: Make) -> None:
    """Where the first event after a break comes more than a minute late, the span is told, once."""
    reader = _intake("1792630800000000")
    reader.start()
    assert reader.take([post(3_600, "a")], LATER) == (NOW, NOW + timedelta(hours=1))
    assert reader.take([post(9_000, "b")], LATER) is None
    reader.start()
    assert reader.take([post(8_996, "b")], LATER) is None


def test_a_frame_too_large_is_stepped_over(post: Make) -> None:
    """After a frame too large to take it goes on after it, farther each time, until something new arrives."""
    reader = _intake("1792630800000000")
    starts = []
    for _ in range(3):
        reader.oversized()
        starts.append((reader.start() or 0) - micros(NOW))
    assert starts == [2_000, 4_000, 8_000]
    reader.take([post(1, "a")], NOW)
    assert reader.start() == micros(NOW) - 4 * SECOND
    assert [fault.cause for fault in _batch(reader.batch(NOW)).faults] == [Cause.OVERSIZED] * 3


@pytest.mark.parametrize("cursor", ["", "-5", "1e15", "12345678901234567890", "٣", "seq:9", "9" * 5_000])
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    """A stored cursor that no stream gave is refused in words, not sent."""
    with pytest.raises(ValueError, match="is not one of Bluesky's streams"):
        _intake(cursor)


@given(st.lists(st.tuples(st.integers(0, 100_000), st.booleans()), max_size=40))
def test_cursors_never_go_back_and_nothing_is_told_twice(events: list[tuple[int, bool]]) -> None:
    """In whatever order events come, cursors only grow, and every act is told once or counted once."""
    reader = _intake()
    batches = []
    for number, (second, ours) in enumerate(events):
        reader.take([_line(second, f"p{number}", "copchat" if ours else "other")], NOW + timedelta(days=2))
        batches.append(reader.batch(NOW + timedelta(seconds=second)))
    batches.append(reader.rest(NOW))
    told = [batch for batch in batches if batch]
    cursors = [int(batch.cursor or 0) for batch in told]
    assert all(before <= after for before, after in pairwise(cursors))
    assert sum(len(batch.notices) for batch in told) == sum(ours for _, ours in events)
    assert sum(batch.skipped for batch in told) == sum(not ours for _, ours in events)


def _line(second: int, rkey: str, tag: str) -> bytes:
    record = f'{{"text":"","tags":["{tag}"]}}'
    commit = f'{{"operation":"create","collection":"app.bsky.feed.post","rkey":"{rkey}","record":{record}}}'
    time_us = micros(NOW) + second * SECOND
    return f'{{"did":"did:plc:ann","time_us":{time_us},"kind":"commit","commit":{commit}}}'.encode()
