from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.acts.act import Post
from fairfloor.acts.fault import Cause, Fault
from fairfloor.acts.notice import Departure, Rename
from fairfloor.sources.bluesky.item import Item, Passed
from fairfloor.sources.bluesky.jetstream import read_line
from fairfloor.sources.bluesky.jetstream_v2 import Reader
from fairfloor.sources.membership import Membership

METHOD = "network.bsky.jetstream.subscribeEvents"
TIME = "2026-10-22T01:00:00.000137Z"
NINE = datetime(2026, 10, 22, 1, 0, 0, 137, tzinfo=UTC)
OURS = {"text": "hello", "tags": ["CopChat"], "createdAt": TIME}


def _frame(kind: str, **fields: Any) -> bytes:
    payload = {"$type": f"{METHOD}#{kind}", "seq": 9, "did": "did:plc:a", "time": TIME} | fields
    return msgspec.json.encode({"$type": "message", "payload": {k: v for k, v in payload.items() if v is not ...}})


def _commit(record: object, **fields: Any) -> bytes:
    done = {"rev": "3m3q", "operation": "create", "collection": "app.bsky.feed.post", "rkey": "3m", "record": record}
    return _frame("commit", **(done | fields))


def _reader(*known: str) -> Reader:
    """Make a reader for a chat in which these accounts have spoken."""
    membership = Membership("copchat")
    for account in known:
        membership.remember(Post(id=f"at://{account}/app.bsky.feed.post/0", at=NINE, account=account))
    return Reader(membership)


def _told(frame: bytes, *known: str) -> list[object]:
    return list(_reader(*known).read(frame).told)


def test_an_act_is_the_one_of_the_first_version(evening: list[bytes]) -> None:
    """The same record in the envelope of either version tells the same."""
    compared = 0
    for line in evening:
        event = msgspec.json.decode(line) if b"copchat" in line.lower() else {}
        if not isinstance(event, dict) or event.get("kind") != "commit":
            continue
        told = read_line(line)
        commit = event["commit"]
        at = datetime.fromtimestamp(event["time_us"] // 1_000_000, UTC).replace(
            microsecond=event["time_us"] % 1_000_000
        )
        frame = _frame("commit", did=event["did"], time=at.isoformat(), **commit)
        assert [*_reader().read(frame).told] == [told]
        compared += 1
    assert compared >= 3


def test_an_event_has_its_number_and_time() -> None:
    """The server's number and the time it saw the event are given, for events of the chat and of others."""
    for frame in (_commit(OURS), _commit({"text": ""}), _frame("identity", identity={"did": "did:plc:a"})):
        item = _reader().read(frame)
        assert (item.seq, item.at) == (9, NINE)


def test_what_is_not_of_the_chat_is_passed_over() -> None:
    """Others' acts are counted; their names, their accounts and repositories put back together are not."""
    assert _told(_commit({"text": ""})) == [Passed.ACT]
    assert _told(_commit({}, collection="app.bsky.graph.follow")) == []
    assert _told(_commit(..., operation="delete")) == []
    assert _told(_frame("account", account={"active": False})) == []
    assert _told(_frame("sync", sync={"blocks": {"$bytes": "AA"}}), "did:plc:a") == [None]


def test_news_of_the_chats_people() -> None:
    """Handles and departures of those who spoke are told, as the relay told them."""
    upstream = {"seq": 77, "did": "did:plc:a", "time": "2020-01-01T00:00:00Z"}
    assert _told(_frame("identity", identity=upstream | {"handle": "ann.example.org"}), "did:plc:a") == [
        Rename(account="did:plc:a", handle="ann.example.org", at=NINE)
    ]
    assert _told(_frame("identity", identity=upstream | {"handle": "handle.invalid"}), "did:plc:a") == [None]
    gone = upstream | {"active": False, "status": "deleted"}
    assert _told(_frame("account", account=gone), "did:plc:a") == [Departure(account="did:plc:a", at=NINE)]
    assert _told(_frame("account", account=upstream | {"active": True}), "did:plc:a") == [None]


def test_what_the_server_says_of_the_stream_is_named() -> None:
    """Information and errors are given by name; one that has none gets one."""
    info = {"$type": f"{METHOD}#info", "name": "OutdatedCursor", "message": "from 7"}
    reader = _reader()
    assert reader.read(msgspec.json.encode({"$type": "message", "payload": info})) == Item(info="OutdatedCursor")
    error = {"$type": "error", "error": "ConsumerTooSlow", "message": "x"}
    assert reader.read(msgspec.json.encode(error)) == Item(error="ConsumerTooSlow")
    assert reader.read(b'{"$type":"error"}') == Item(error="Unnamed")


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (b"", Cause.NOT_JSON),
        (b"[]", Cause.BAD_FIELD),
        (b"{" + b" " * (1 << 20) + b"}", Cause.OVERSIZED),
        (b'{"$type":"message"}', Cause.UNKNOWN),
        (b'{"$type":"gift","payload":{}}', Cause.UNKNOWN),
        (_frame("gift"), Cause.UNKNOWN),
        (_frame("commit", seq=...), Cause.MISSING_FIELD),
        (_frame("commit", time=...), Cause.MISSING_FIELD),
        (_frame("commit", seq="9"), Cause.BAD_FIELD),
        (_frame("commit", seq=10**18), Cause.BAD_FIELD),
        (_frame("commit", time="soon"), Cause.BAD_TIME),
        (_commit(...), Cause.MISSING_FIELD),
        (_commit(OURS | {"text": 5}), Cause.BAD_FIELD),
        (_commit(OURS, operation="undo"), Cause.UNKNOWN),
        (_commit(OURS, rkey="a" * 600), Cause.OVERSIZED),
    ],
)
def test_what_is_wrong_is_counted(frame: bytes, expected: Cause) -> None:
    """A frame that is no JSON, lacks a field, is too large or of a kind we do not know is a fault with its cause."""
    (told,) = _told(frame)
    assert isinstance(told, Fault)
    assert told.cause is expected


@given(st.sampled_from([_commit(OURS), _frame("account", account={"active": False})]), st.data())
def test_a_damaged_frame_never_raises(frame: bytes, data: st.DataObject) -> None:
    """Whatever becomes of the bytes of a frame, there is an item."""
    at = data.draw(st.integers(0, len(frame) - 1))
    damaged = frame[:at] + data.draw(st.binary(max_size=4)) + frame[at + data.draw(st.integers(0, 6)) :]
    list(_reader("did:plc:a").read(damaged).told)
