from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.testing.crowd import Tactic
from fairfloor.testing.rehearse.asked import Crowd, Session, crowd, session

Read = TypeVar("Read")
ONE = datetime(2019, 5, 16, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2019-05-16T13:00Z/2019-05-16T14:00Z",
        "2019-05-16T13:00Z/14:00Z",
        "2019-05-16T13:00Z/14:00",
        " 2019-05-16 15:00+02:00 / 16:00 ",
        "20190516T130000Z/2019-05-16T10:00:00-04:00",
    ],
)
def test_a_session_is_read_as_people_write_it(text: str) -> None:
    """A start and an end, the end with a date or without, in any zone, is an hour from one o'clock."""
    assert session(text) == Session(ONE, ONE + timedelta(hours=1))


def test_an_evening_may_end_after_midnight() -> None:
    """An end that is earlier in the day than the start is on the next day."""
    assert session("2019-05-15T23:00Z/00:30Z").end == datetime(2019, 5, 16, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("2019-05-16T13:00Z", "a start and an end"),
        ("2019-05-16T13:00/14:00", "Add Z for UTC"),
        ("noon/14:00Z", "start of --session is not a time: 'noon'"),
        ("2019-05-16T13:00Z/evening", "end of --session is not a time: 'evening'"),
        ("2019-05-16T13:00Z/14:99", "end of --session is not a time"),
        ("2019-05-16T13:00Z/", "end of --session is not a time: ''"),
        ("2019-05-16T13:00Z/2019-05-16T12:00Z", "must end after it starts"),
        ("2019-05-16T13:00Z/2029-05-16T12:00Z", "within 7 days"),
        ("9999-12-31T23:59-10:00/23:00", "edge of time"),
    ],
)
def test_a_session_that_cannot_be_read_says_what_to_write(text: str, advice: str) -> None:
    """The sentence names what is wrong, and gives an example."""
    with pytest.raises(ValueError, match=advice):
        session(text)


@given(st.text(max_size=60) | st.from_regex(r"[0-9TZ:+/ -]{1,60}", fullmatch=True))
def test_whatever_is_asked_is_read_or_explained(text: str) -> None:
    """No text breaks the readers: what is read is in order and in UTC, what is not is a ValueError."""
    read, why = _read(session, text)
    assert read is None or (read.start < read.end and read.start.tzinfo is read.end.tzinfo is UTC)
    assert read or "--session" in why
    came, why = _read(crowd, text)
    assert came is None or 1 <= came.attackers <= 3000
    assert came or "for example ring:300" in why


def _read(reader: Callable[[str], Read], text: str) -> tuple[Read | None, str]:
    try:
        return reader(text), ""
    except ValueError as error:
        return None, str(error)


def test_a_crowd_is_tactics_and_a_number() -> None:
    """One tactic or several, with a number of accounts or 300, in any capitals."""
    assert crowd("ring:120") == Crowd((Tactic.RING,), 120)
    assert crowd("Copy+unique") == Crowd((Tactic.COPY, Tactic.UNIQUE), 300)
    assert crowd("ring:120").called == "a simulated crowd of 120 accounts (ring)"


@pytest.mark.parametrize("text", ["", "rings:3", "ring:", "ring:0", "ring:3001", "ring:many", ":300", "ring+:5"])
def test_a_crowd_that_cannot_be_read_says_what_to_write(text: str) -> None:
    """The sentence gives an example and names all tactics."""
    with pytest.raises(ValueError, match="camouflage, framing"):
        crowd(text)


def test_a_crowd_comes_within_the_session() -> None:
    """It comes after a quarter of the session and is gone before the end, however long the session is."""
    for hours in (0.2, 1, 2):
        whole = Session(ONE, ONE + timedelta(hours=hours))
        start, end = crowd("copy:9").world(whole, "copchat", seed=1).hijack
        assert whole.start < start < end < whole.end
