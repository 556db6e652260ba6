"""The parts that only think: ids, a server's self-description, lines of a stream, what is remembered."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.sources.mastodon import ids
from fairfloor.sources.mastodon.intake import Intake
from fairfloor.sources.mastodon.recent import Recent
from fairfloor.sources.mastodon.server import Instance, home
from fairfloor.sources.mastodon.status import Account, Status
from fairfloor.sources.mastodon.stream import LONGEST, Event, Events
from fairfloor.sources.membership import Membership

START = datetime(2026, 10, 22, 1, tzinfo=UTC)


def _status(id_: str) -> Status:
    return Status(id=id_, created_at="", account=Account(acct="a"), content="")


@given(st.datetimes(datetime(2017, 1, 1), datetime(2040, 1, 1)), st.integers(0, 0xFFFF), st.integers(0, 10_000))  # noqa: DTZ001 - given a zone below
def test_mastodons_ids_tell_their_time(when: datetime, extra: int, back: int) -> None:
    """An id of Mastodon's tells its time to the millisecond, and can be moved back by a span."""
    when = when.replace(tzinfo=UTC)
    id_ = str((int(when.timestamp() * 1000) << 16) + extra)
    told = ids.moment(id_)
    assert told is not None
    assert abs(told - when) <= timedelta(milliseconds=1)
    earlier = ids.before(id_, timedelta(seconds=back))
    assert ids.order(earlier) <= ids.order(id_)
    assert int(id_) - int(earlier) == back * 1000 << 16


@pytest.mark.parametrize("id_", ["0", "12", "01J9Z6WQ5M3V3K7R1QK1J1Z8Y7", "AfZ3", "9" * 21, "\u0661" * 18])
def test_other_ids_tell_none(id_: str) -> None:
    """An id of another kind has no time that we know, and is not moved."""
    assert ids.moment(id_) is None
    assert ids.before(id_, timedelta(minutes=2)) == id_


@pytest.mark.parametrize(
    ("given_", "address"),
    [
        ("mastodon.example", "https://mastodon.example"),
        (" @me@mastodon.example ", "https://mastodon.example"),
        ("https://Mastodon.Example/", "https://mastodon.example"),
        ("http://mastodon.example", "https://mastodon.example"),
        ("m\u00e4stodon.example:8443", "https://xn--mstodon-5wa.example:8443"),
        ("127.0.0.1:3000", "http://127.0.0.1:3000"),
        ("[::1]:3000", "http://[::1]:3000"),
        ("M.EXAMPLE.", "https://m.example"),
        ("@me@m.example/", "https://m.example"),
        ("https://m.example:443", "https://m.example"),
    ],
)
def test_a_server_is_asked_securely(given_: str, address: str) -> None:
    """Whatever way a server is named, it is asked over https, unless it is this machine."""
    assert home(given_) == address


@pytest.mark.parametrize(
    "given_",
    [
        "m.example/@localhost:9",
        "m.example?@localhost:9",
        "m.example#@localhost",
        "m.example/@me@localhost:9",
        "https://m.example/@localhost:9",
        "https://me:pw@m.example",
        "https://m.example/?x",
        "m.example/@me",
        "xn--.example",
        "xn--a.example",
        "m..example",
        "foo bar",
        "[bad",
        "m.example:port",
        "ftp://m.example",
        ".",
        "",
    ],
)
def test_what_is_no_server_is_refused(given_: str) -> None:
    """What names no server, or one and then another, is refused; no token goes where nobody meant it to go."""
    with pytest.raises(ValueError, match="named by its host"):
        home(given_)


@pytest.mark.parametrize(
    ("said", "streams"),
    [
        ("wss://streaming.a.example", "https://streaming.a.example"),
        ("ws://streaming.a.example", "https://a.example"),
        ("ws://127.0.0.1:4000", "http://127.0.0.1:4000"),
        ("wss://me:pw@b.example", "https://a.example"),
        ("wss://[broken", "https://a.example"),
        ("wss://b example", "https://a.example"),
        ("wss://b.example:port", "https://a.example"),
        ("wss://xn--.example", "https://a.example"),
        ("wss://[::1]:4000", "https://[::1]:4000"),
        ("", "https://a.example"),
    ],
)
def test_a_token_goes_nowhere_unsafe(said: str, streams: str) -> None:
    """A stream elsewhere is opened only over a secure connection; else the server itself is asked."""
    for instance in ({"configuration": {"urls": {"streaming": said}}}, {"urls": {"streaming_api": said}}):
        assert msgspec.convert(instance, Instance).streaming("https://a.example") == streams


def test_an_old_server_names_itself_too() -> None:
    """The older self-description has the domain as `uri`, with or without a scheme."""
    assert msgspec.convert({"uri": "Old.example"}, Instance).named == "old.example"
    assert msgspec.convert({"uri": "https://old.example"}, Instance).named == "old.example"
    assert Instance().named is None
    assert msgspec.convert({"uri": "//[bad"}, Instance).named is None


def test_events_are_put_together() -> None:
    """Lines make an event at the blank line; warmth and fields we do not know are passed over."""
    events = Events()
    lines = [b":thump", b"", b"event: update", b"id: 7", b"data: {", b"data:}", b""]
    assert [event for line in lines if (event := events.take(line))] == [Event("update", b"{\n}")]
    assert events.take(b"") is None


@given(st.lists(st.binary(max_size=30).filter(lambda line: b"\n" not in line), max_size=30))
def test_any_lines_make_events_or_none(lines: list[bytes]) -> None:
    """Whatever comes down a stream is an event with a name and data, or nothing."""
    events = Events()
    for line in lines:
        event = events.take(line)
        assert event is None or (event.name and event.data)


def test_an_event_without_end_is_dropped() -> None:
    """What goes on past a bound is let go, and the next event is whole again."""
    events = Events()
    events.take(b"event: update")
    for _ in range(5):
        events.take(b"data: " + b"x" * (LONGEST // 3))
    assert events.take(b"") is None
    events.take(b"event: delete")
    events.take(b"data: 7")
    assert events.take(b"") == Event("delete", b"7")


def test_memory_is_bounded_and_looked_at_in_turn() -> None:
    """The oldest status is forgotten first; all that are remembered have their turn before one comes again."""
    recent = Recent(room=5)
    for n in range(8):
        recent.add(_status(str(n)), f"uri:{n}")
    assert recent.naming("0", None) is None
    assert recent.naming("7", None) == "uri:7"
    turns = [recent.again(2) for _ in range(3)]
    assert turns == [["3", "4"], ["5", "6"], ["7", "3"]]
    assert recent.newest(2) == "5"
    assert recent.newest(9) is None


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=8), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "uri", "created_at", "account", "content", "acct", "reblog", "tags", "name", "quote"]), inner, max_size=6), max_leaves=20))  # fmt: skip  # noqa: E501 - a tree of anything
def test_any_status_is_told_or_counted(tree: Any) -> None:
    """Whatever JSON stands for a status, it is told, passed over or counted as a fault; nothing is raised."""
    intake = Intake(Membership("copchat"), "a.example", START)
    intake.statuses([msgspec.Raw(json.dumps(tree).encode())], START)
    batch = intake.batch()
    assert len(batch.notices) + len(batch.faults) + batch.skipped <= 1
