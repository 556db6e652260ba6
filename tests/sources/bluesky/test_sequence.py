from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.acts.act import Post
from fairfloor.acts.fault import Cause, Fault
from fairfloor.session.ports import Batch
from fairfloor.sources.bluesky.cursor import Cursor
from fairfloor.sources.bluesky.item import Item, Passed
from fairfloor.sources.bluesky.news import micros
from fairfloor.sources.bluesky.sequence import Ended, Sequence
from fairfloor.sources.membership import Membership

NOW = datetime(2026, 10, 22, 1, tzinfo=UTC)
HERE = "relay.example.org"


def _read(frame: bytes) -> Item:
    """Read a made-up wire: a number and a second, and after an exclamation mark what the server says."""
    said, _, rest = frame.decode().partition(" ")
    match said:
        case "!":
            return Item(error=rest)
        case "?":
            return Item(info=rest)
        case _:
            at = NOW + timedelta(seconds=int(rest))
            post = Post(id=f"at://a/{said}", at=at, account="a", tags=("copchat",))
            return Item(int(said), at, (post, Passed.ACT, None))


def _sequence(cursor: str | None = None, *, timed: bool = False) -> Sequence:
    return Sequence(Membership("copchat"), _read, HERE, cursor, NOW, timed=timed)


def _frames(*numbers: int) -> list[bytes]:
    return [f"{number} {number}".encode() for number in numbers]


def _given(reading: Sequence) -> Batch:
    batch = reading.rest(NOW)
    assert batch is not None
    return batch


def _ids(batch: Batch) -> list[int]:
    return [int(notice.id.rpartition("/")[2]) for notice in batch.notices if isinstance(notice, Post)]


def _after(number: int) -> str:
    return str(Cursor(micros(NOW) + number * 1_000_000, number, HERE))


def _causes(batch: Batch) -> list[Cause]:
    return [fault.cause for fault in batch.faults]


def test_it_goes_on_after_the_last_number() -> None:
    """The stored cursor is the last event's number, with its server and time, and is asked for again."""
    reading = _sequence()
    assert reading.start() is None
    reading.take(_frames(5, 6, 9), NOW)
    batch = _given(reading)
    assert (_ids(batch), batch.skipped, batch.cursor) == ([5, 6, 9], 3, _after(9))
    assert batch.upto == NOW + timedelta(seconds=9)
    assert reading.start() == 9
    assert _sequence(batch.cursor).start() == 9


@given(st.lists(st.integers(1, 4), max_size=12), st.integers(0, 12), st.booleans())
def test_a_break_repeats_nothing_and_loses_nothing(steps: list[int], cut: int, inclusive: bool) -> None:  # noqa: FBT001
    """Whether a server counts what it is asked to go on from or not, each event is told once across a break."""
    numbers = [sum(steps[: n + 1]) for n in range(len(steps))]
    reading = _sequence()
    reading.start()
    reading.take(_frames(*numbers[:cut]), NOW)
    since = reading.start()
    rest = numbers if since is None else [n for n in numbers if n > since or (inclusive and n == since)]
    reading.take(_frames(*rest), NOW)
    batch = reading.rest(NOW)
    assert (_ids(batch) if batch else []) == numbers
    assert batch is None or batch.faults == ()


def test_a_place_that_is_gone_is_asked_for_by_time() -> None:
    """Where the number is too old, a server that takes times is asked for what it still has; the rest is a gap."""
    reading = _sequence(_after(7), timed=True)
    assert reading.start() == 7
    reading.refused("CursorTooOld")
    assert reading.start() == micros(NOW) + 2_000_000
    missed = reading.take([b"? OutdatedCursor", *_frames(90, 91)], NOW)
    assert missed == (NOW + timedelta(seconds=7), NOW + timedelta(seconds=90))
    batch = _given(reading)
    assert (_ids(batch), _causes(batch)) == ([90, 91], [Cause.GAP])
    assert batch.cursor == _after(91)


def test_a_place_no_time_finds_either_is_given_up() -> None:
    """Where even the time is too old, it goes on from now rather than ask for ever."""
    reading = _sequence(_after(7), timed=True)
    reading.refused("CursorTooOld")
    assert reading.start() is not None
    reading.refused("CursorTooOld")
    assert reading.start() is None
    reading.take(_frames(90), NOW)
    assert _causes(_given(reading)) == [Cause.GAP]


def test_a_server_that_counts_anew_is_followed() -> None:
    """A number too high for the server, or events numbered lower than asked for, are a gap and no repetition."""
    refused = _sequence(_after(70))
    refused.refused("FutureCursor")
    assert refused.start() is None
    lower = _sequence(_after(70))
    assert lower.start() == 70
    for reading in (refused, lower):
        reading.take([b"1 100", b"2 101"], NOW)
        batch = _given(reading)
        assert (_ids(batch), _causes(batch)) == ([1, 2], [Cause.GAP])
        assert reading.start() == 2


def test_an_outdated_cursor_is_a_gap() -> None:
    """A server that says it no longer has everything is believed, and the span is told once."""
    reading = _sequence(_after(7))
    reading.start()
    assert reading.take([b"? OutdatedCursor", b"? Weather"], NOW) is None
    assert reading.take(_frames(60, 61), NOW) == (NOW + timedelta(seconds=7), NOW + timedelta(seconds=60))
    assert reading.take(_frames(62), NOW) is None
    assert _causes(_given(reading)) == [Cause.GAP]


def test_another_server_has_other_numbers() -> None:
    """A number is worth nothing at another server: there it goes on by the time, where times are taken."""
    elsewhere = str(Cursor(micros(NOW), 7, "other.example.org"))
    assert _sequence(elsewhere, timed=True).start() == micros(NOW) - 5_000_000
    assert _sequence(str(micros(NOW)), timed=True).start() == micros(NOW) - 5_000_000
    assert _sequence(elsewhere).start() is None


def test_from_now_on_means_from_when_it_was_said() -> None:
    """Without a cursor it begins at the live end; later tries begin at the same time, where times are taken."""
    timed, counted = _sequence(timed=True), _sequence()
    assert [timed.start(), timed.start()] == [None, micros(NOW) - 5_000_000]
    assert [counted.start(), counted.start()] == [None, None]


def test_a_server_may_hang_up() -> None:
    """An error ends the connection by its name; what came before it is kept, and so is the place."""
    reading = _sequence()
    with pytest.raises(Ended) as ended:
        reading.take([*_frames(5), b"! ConsumerTooSlow"], NOW)
    assert ended.value.name == "ConsumerTooSlow"
    reading.refused(ended.value.name)
    assert _ids(_given(reading)) == [5]
    assert reading.start() == 5


def test_a_frame_too_large_is_stepped_over() -> None:
    """After a frame too large to take it goes on after it, farther each time, until something new arrives."""
    reading = _sequence(_after(7))
    starts = []
    for _ in range(3):
        reading.oversized()
        starts.append(reading.start())
    assert starts == [9, 11, 15]
    reading.take(_frames(16), NOW)
    assert reading.start() == 16
    assert _causes(_given(reading)) == [Cause.OVERSIZED] * 3


def test_a_time_far_ahead_is_refused() -> None:
    """An event dated more than a day ahead is a fault; the place moves on all the same, since it has a number."""
    reading = _sequence()
    reading.take([b"5 1", b"6 200000", b"7 2"], NOW)
    batch = _given(reading)
    assert (_ids(batch), _causes(batch)) == ([5, 7], [Cause.BAD_TIME])
    assert batch.upto == NOW + timedelta(seconds=2)
    reading.take([b"8 3", b"9 200000"], NOW)
    assert reading.start() == 9


def test_faults_are_noted() -> None:
    """A frame that could not be unpacked is counted."""
    reading = _sequence()
    reading.fault(Fault(Cause.NOT_JSON))
    assert reading.batch(NOW) is not None


@pytest.mark.parametrize("cursor", ["", "-5", "1@2", "x@2@host", "1@2@", "1@2@a b", "2@host", "1@2@a@b", "٣"])
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    """A stored cursor that no stream gave is refused in words, not sent."""
    with pytest.raises(ValueError, match="is not one of Bluesky's streams"):
        _sequence(cursor)


@given(st.integers(0, 10**16), st.integers(0, 10**17), st.sampled_from(["a.example.org", "[::1]:80", "127.0.0.1:1"]))
def test_a_cursor_is_read_as_written(time: int, seq: int, place: str) -> None:
    """Whatever a cursor holds, it comes back from the store as it was."""
    for cursor in (Cursor(time), Cursor(time, seq, place)):
        assert Cursor.parse(str(cursor)) == cursor
