from datetime import UTC, datetime, timedelta

import libipld
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.publish.atproto import log as log_module
from fairfloor.publish.atproto.keys import SigningKey
from fairfloor.publish.atproto.labels import Label, fields, signed, written
from fairfloor.publish.atproto.log import Entry, LabelLog

AT = datetime(2026, 11, 5, 2, 0, 0, 123_456, UTC)
KEY = SigningKey.new()
DID = "did:plc:labellabellabellabellabe"
URIS = [f"at://did:plc:person{n}/app.bsky.feed.post/{n}" for n in range(4)]
said = st.lists(
    st.tuples(st.integers(1, 3), st.sampled_from(URIS), st.sampled_from(["copy", "acting-in-step"]), st.booleans()),
    max_size=40,
)


def begun(window: int = 1_000) -> LabelLog:
    """Begin a log."""
    return LabelLog(DID, KEY, window)


def test_times_are_written_to_the_millisecond() -> None:
    """A time is written as JavaScript writes it."""
    assert written(AT) == "2026-11-05T02:00:00.123Z"
    assert written(AT.replace(microsecond=0)) == "2026-11-05T02:00:00.000Z"


def test_what_is_signed_has_the_fields_of_the_specification_alone() -> None:
    """Optional fields that say nothing are not there, and the keys stand in the order of DAG-CBOR."""
    label = Label(src=DID, uri=URIS[0], val="copy", cts=AT)
    assert list(fields(label)) == ["ver", "src", "uri", "val", "cts"]
    full = Label(src=DID, uri=URIS[0], val="copy", cts=AT, neg=True, cid="bafy", exp=AT)
    assert set(fields(full)) == {"ver", "src", "uri", "cid", "val", "neg", "cts", "exp"}
    assert signed(label, KEY).sig != signed(full, KEY).sig
    encoded = libipld.encode_dag_cbor(fields(full))
    assert libipld.decode_dag_cbor(encoded) == fields(full)
    assert [encoded.index(name) for name in (b"cid", b"cts", b"exp", b"neg", b"src", b"uri", b"val", b"ver")] == sorted(
        encoded.index(name) for name in (b"cid", b"cts", b"exp", b"neg", b"src", b"uri", b"val", b"ver")
    )


@given(said)
def test_a_log_holds_the_last_label_of_each_thing_and_word(given: list[tuple[int, str, str, bool]]) -> None:
    """Whatever is said, what is kept is the last of each thing and word, in order, later than what it replaced."""
    log, seq = begun(), 0
    last: dict[tuple[str, str], Entry] = {}
    for gap, uri, val, neg in given:
        seq += gap
        before = last.get((uri, val))
        last[uri, val] = entry = log.say(seq, uri, val, AT, neg=neg)
        assert before is None or entry.label.cts > before.label.cts
    kept = log.after(0, 1_000)
    assert kept == sorted(last.values(), key=lambda entry: entry.seq)
    assert log.last == seq
    assert log.forgotten == 0
    for uri in URIS:
        assert set(log.standing(uri)) == {
            val for (what, val), entry in last.items() if what == uri and not entry.label.neg
        }


@given(said, st.integers(1, 3))
def test_pages_of_a_query_give_each_label_once(given: list[tuple[int, str, str, bool]], limit: int) -> None:
    """By name, by beginning, or by both, pages go through all that matches, in order."""
    log, seq = begun(), 0
    for gap, uri, val, neg in given:
        seq += gap
        log.say(seq, uri, val, AT, neg=neg)
    asked = [(frozenset(URIS[:2]), ()), (frozenset(), ("at://",)), (frozenset(URIS[:1]), ("at://did:plc:person3",))]
    for uris, prefixes in asked:
        found, cursor = [], 0
        while True:
            page = log.query(uris, prefixes, cursor, limit)
            assert len(page.entries) <= limit
            found += page.entries
            if page.cursor is None:
                break
            assert page.cursor > cursor
            cursor = page.cursor
        wanted = [one for one in log.after(0, 1_000) if one.label.uri in uris or one.label.uri.startswith(prefixes)]
        assert found == wanted


@given(said, st.integers(1, 4))
def test_the_window_is_bounded(given: list[tuple[int, str, str, bool]], window: int) -> None:
    """No more labels are kept than the window holds, the newest of them, and what was forgotten is known."""
    log, whole, seq = begun(window), begun(), 0
    for gap, uri, val, neg in given:
        seq += gap
        for one in (log, whole):
            one.say(seq, uri, val, AT, neg=neg)
        assert len(log) <= window
    left = [entry.seq for entry in log.after(0, 1_000)]
    assert left == [entry.seq for entry in whole.after(log.forgotten, 1_000)]


def test_numbers_only_grow() -> None:
    """A number is never used again."""
    log = begun()
    log.say(5, URIS[0], "copy", AT)
    with pytest.raises(ValueError, match="does not come after"):
        log.say(5, URIS[1], "copy", AT)


def test_a_replaced_label_takes_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """However often one thing is labelled and not, the log stays small."""
    monkeypatch.setattr(log_module, "_SLACK", 8)
    log = begun()
    for seq in range(1, 1_000):
        log.say(seq, URIS[0], "copy", AT, neg=seq % 2 == 0)
        assert len(log._seqs) <= 12  # noqa: SLF001 - what is bounded
    assert [entry.seq for entry in log.after(0, 10)] == [999]
    assert log.after(0, 10)[0].label.cts == AT.replace(microsecond=123_000) + timedelta(milliseconds=998)


def test_a_query_looks_at_so_many_labels_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where little matches, a page ends early, with a cursor that leads on to the rest."""
    monkeypatch.setattr(log_module, "SCAN", 10)
    log = begun()
    for seq in range(1, 26):
        log.say(seq, f"at://did:plc:person{seq}/app.bsky.feed.post/1", "copy", AT)
    cursors, cursor = [], 0
    while (page := log.query(frozenset(), ("at://did:plc:person25/",), cursor, 5)).cursor is not None:
        assert page.entries == []
        cursor = page.cursor
        cursors.append(cursor)
    assert cursors == [10, 20]
    assert [entry.seq for entry in page.entries] == [25]


def test_a_label_is_signed_once() -> None:
    """The signature made when a label is first read is kept."""
    log = begun()
    log.say(1, URIS[0], "copy", AT)
    (first,) = log.sign(log.after(0, 1))
    (again,) = log.sign(log.after(0, 1))
    assert first.sig is again.sig
    assert first == signed(first.label, KEY)
