import base64
import hashlib
from pathlib import Path
from typing import Any

import libipld
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.acts.act import Like, Post, Repost
from fairfloor.acts.fault import Cause, Fault
from fairfloor.acts.notice import Deletion, Departure, Edit, Rename
from fairfloor.sources.bluesky.item import Item, Passed
from fairfloor.sources.bluesky.repos import Reader
from fairfloor.sources.membership import Membership

RECORDED = [base64.b64decode(line) for line in Path(__file__).with_name("repos.base64").read_bytes().splitlines()]
"""What a real PDS sent while two people talked, answered, edited, deleted, moved and were taken down."""
TIME = "2026-11-22T21:52:10.869Z"
PLACE = b"\x58\x24" + b"a link of thirty-six bytes goes here"
"""Where a link is to be put: libipld writes none."""


def _link(encoded: bytes, *cids: bytes) -> bytes:
    for cid in cids:
        encoded = encoded.replace(PLACE, b"\xd8\x2a\x58\x25\x00" + cid, 1)
    return encoded


def _frame(kind: str, body: object, *cids: bytes, op: int = 1) -> bytes:
    return libipld.encode_dag_cbor({"op": op, "t": kind}) + _link(libipld.encode_dag_cbor(body), *cids)


def _varint(number: int) -> bytes:
    return bytes([number]) if number < 128 else bytes([number & 127 | 128]) + _varint(number >> 7)


def _block(data: bytes) -> tuple[bytes, bytes]:
    cid = b"\x01\x71\x12\x20" + hashlib.sha256(data).digest()
    return cid, _varint(len(cid) + len(data)) + cid + data


def _commit(record: object, path: str = "app.bsky.feed.post/3m", encoded: bytes | None = None, **fields: Any) -> bytes:
    """Make a frame with one operation, and a CAR with its record."""
    cid, block = _block(libipld.encode_dag_cbor(record) if encoded is None else encoded)
    head = _link(libipld.encode_dag_cbor({"roots": [PLACE[2:]], "version": 1}), cid)
    body = {
        "seq": 9,
        "time": TIME,
        "repo": "did:plc:a",
        "blocks": _varint(len(head)) + head + block,
        "ops": [{"action": "create", "path": path, "cid": PLACE[2:]}],
    }
    return _frame("#commit", body | fields, cid)


def _reader() -> tuple[Reader, Membership]:
    membership = Membership("copchat")
    return Reader(membership), membership


def _told(frame: bytes) -> list[object]:
    return list(_reader()[0].read(frame).told)


def _fault(frame: bytes) -> Cause:
    (told,) = _told(frame)
    assert isinstance(told, Fault), told
    return told.cause


def test_a_recorded_stream_is_read_to_the_end() -> None:
    """What a real server sent comes out as the chat's notices in order, with others' acts counted."""
    reader, membership = _reader()
    kinds: list[type] = []
    passed = 0
    items = [reader.read(frame) for frame in RECORDED]
    for item in items:
        for told in item.told:
            assert not isinstance(told, Fault)
            passed += isinstance(told, Passed)
            if not isinstance(told, Passed) and told is not None and membership.takes(told):
                kinds.append(type(told))
    talk = [Post, Post, Repost, Like, Post, Edit, Deletion, Deletion, Post]
    assert kinds == [*talk, Rename, Departure, Rename, Departure]
    assert passed == 2
    assert [item.seq for item in items] == [*range(1, 25), None]
    assert all(item.at for item in items[:-1])
    assert items[-1].error == "FutureCursor"


def test_a_record_is_read_as_jetstreams_are() -> None:
    """Tags, links, languages and quotes of a record in DAG-CBOR are those of the same record in JSON."""
    record = {
        "text": "see",
        "createdAt": "2026-11-22T21:52:00Z",
        "tags": ["CopChat"],
        "langs": ["en"],
        "facets": [{"features": [{"$type": "app.bsky.richtext.facet#link", "uri": "https://example.org"}]}],
        "embed": {
            "$type": "app.bsky.embed.record",
            "record": {"uri": "at://did:plc:b/app.bsky.feed.post/1", "cid": "x"},
        },
        "blob": b"\x00\xff",
    }
    (post,) = _told(_commit(record))
    assert isinstance(post, Post)
    assert (post.id, post.text, post.tags) == ("at://did:plc:a/app.bsky.feed.post/3m", "see", ("CopChat",))
    assert (post.lang, post.links, post.quote_of) == (
        ("en",),
        ("https://example.org",),
        "at://did:plc:b/app.bsky.feed.post/1",
    )


def test_what_is_not_of_the_chat_is_passed_over() -> None:
    """Others' posts are counted, whatever is in them, and records of other kinds are not looked at."""
    assert _told(_commit({"text": "hello"})) == [Passed.ACT]
    assert _told(_commit({"text": 5})) == [Passed.ACT]
    assert _told(_commit({"tags": ["copchat"]}, path="app.bsky.graph.follow/3m")) == []
    assert _told(_frame("#sync", {"seq": 9, "time": TIME, "did": "did:plc:a"})) == [None]


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (b"", Cause.BAD_FIELD),
        (b"\xff\xff", Cause.NOT_JSON),
        (b"\x81" * 100_000, Cause.BAD_FIELD),
        (b'{"op":1}', Cause.NOT_JSON),
        (libipld.encode_dag_cbor({"op": 1, "t": "#commit"}), Cause.BAD_FIELD),
        (_frame("#commit", {"seq": 9, "repo": "did:plc:a"}), Cause.MISSING_FIELD),
        (_frame("#commit", {"seq": -1, "time": TIME, "repo": "did:plc:a"}), Cause.BAD_FIELD),
        (_frame("#commit", {"seq": 9, "time": "soon", "repo": "did:plc:a"}), Cause.BAD_TIME),
        (_frame("#commit", {"seq": 9, "time": TIME}), Cause.MISSING_FIELD),
        (_frame("#commit", {"seq": 9, "time": TIME, "repo": "did:plc:a", "tooBig": True}), Cause.OVERSIZED),
        (_frame("#handle", {"seq": 9, "time": TIME}), Cause.UNKNOWN),
        (_frame("#commit", {"seq": 9, "time": TIME}, op=7), Cause.UNKNOWN),
        (_commit({"tags": ["copchat"]}), Cause.MISSING_FIELD),
        (_commit({"tags": ["copchat"], "text": 5}), Cause.BAD_FIELD),
        (_commit({"tags": ["copchat"], "text": "", "x": "a" * (1 << 20)}), Cause.OVERSIZED),
        (_commit({}, encoded=b"\xa1\x61"), Cause.NOT_JSON),
        (
            _commit({"tags": ["copchat"]}, ops=[{"action": "create", "path": "app.bsky.feed.post/3m"}]),
            Cause.MISSING_FIELD,
        ),
        (_commit({"tags": ["copchat"], "text": ""}, path="app.bsky.feed.post/"), Cause.BAD_FIELD),
        (_commit({"tags": ["copchat"], "text": ""}, path="app.bsky.feed.post/" + "a" * 600), Cause.OVERSIZED),
        (_commit({}, ops=[{"action": "create", "path": "x/y"}] * 201), Cause.OVERSIZED),
    ],
)
def test_what_is_wrong_is_counted(frame: bytes, expected: Cause) -> None:
    """A frame that is no CBOR, lacks a field, is too large or of a kind we do not know is a fault with its cause."""
    assert _fault(frame) is expected


def test_one_bad_operation_does_not_cost_the_others() -> None:
    """Of a commit with a record that breaks its lexicon the other records are taken."""
    good = {"text": "", "tags": ["copchat"]}
    missing = {"action": "create", "path": "app.bsky.feed.post/1"}
    frame = _commit(good, ops=[missing, {"action": "create", "path": "app.bsky.feed.post/3m", "cid": PLACE[2:]}])
    wrong, post = _told(frame)
    assert isinstance(wrong, Fault)
    assert isinstance(post, Post)


def test_a_host_in_trouble_takes_nobody_away() -> None:
    """An account that is out of step with its host has not asked for its words to go; one that is gone has."""

    def state(status: object) -> list[object]:
        body = {"seq": 9, "time": TIME, "did": "did:plc:a", "active": False, "status": status}
        return _told(_frame("#account", body))

    assert state("desynchronized") == state("throttled") == [None]
    for status in ("deleted", "takendown", "suspended", "deactivated", "somehow", 5):
        (told,) = state(status)
        assert isinstance(told, Departure)


def test_what_the_server_says_of_the_stream_is_named() -> None:
    """Information and errors are given by name; one that has none gets one."""
    reader, _ = _reader()
    assert reader.read(_frame("#info", {"name": "OutdatedCursor", "message": "x"})).info == "OutdatedCursor"
    assert reader.read(_frame("", {"error": "ConsumerTooSlow"}, op=-1)).error == "ConsumerTooSlow"
    assert reader.read(_frame("", {"error": 5}, op=-1)).error == "Unnamed"
    assert reader.read(_frame("", [], op=-1)).error == "Unnamed"


@given(st.sampled_from(RECORDED), st.data())
def test_a_damaged_frame_never_raises(frame: bytes, data: st.DataObject) -> None:
    """Whatever becomes of the bytes of a real frame, there is an item, and going through it raises nothing."""
    at = data.draw(st.integers(0, len(frame) - 1))
    cut = data.draw(st.integers(0, 8))
    damaged = frame[:at] + data.draw(st.binary(max_size=8)) + frame[at + cut :]
    item = _reader()[0].read(damaged)
    assert isinstance(item, Item)
    list(item.told)


@given(st.binary(max_size=200))
def test_garbage_never_raises(frame: bytes) -> None:
    """Whatever the bytes, there is an item."""
    list(_reader()[0].read(frame).told)


blocks = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**63), st.text(max_size=5), st.binary(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["text", "tags", "reply", "parent", "uri", "facets", "features", "x"]), inner),
    ),
    max_leaves=8,
)


@given(blocks, st.sampled_from(["post", "repost", "like"]), st.booleans())
def test_any_record_is_taken_passed_over_or_counted(record: Any, kind: str, tagged: bool) -> None:  # noqa: FBT001
    """Whatever a record holds, it is a post, an act of others, or a fault."""
    if tagged and isinstance(record, dict):
        record |= {"tags": ["copchat"]}
    for told in _told(_commit(record, path=f"app.bsky.feed.{kind}/3m")):
        assert isinstance(told, Post | Repost | Like | Fault | Passed)
