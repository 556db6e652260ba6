from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairfloor.acts.fault import Fault
from fairfloor.acts.notice import Notice
from fairfloor.sources.bluesky.intake import Intake
from fairfloor.sources.bluesky.jetstream import Sieve, read
from fairfloor.sources.bluesky.news import LIKE, POST, REPOST, micros
from fairfloor.sources.membership import Membership

NOW = datetime(2026, 10, 22, 1, tzinfo=UTC)
LATEST = micros(NOW + timedelta(days=1))
WIDE = 0xFEE0
BOLD = 0x1D41A - ord("a")
OURS = "copchat"
Record = dict[str, Any]

dids = st.sampled_from([f"did:plc:{name}" for name in "ab"])
rkeys = st.sampled_from([f"3m{number}" for number in range(3)])
kinds = st.sampled_from([POST, REPOST, LIKE])


def _forms(letter: str) -> str:
    """Give a letter plain, in capitals, wide and bold."""
    return letter + letter.upper() + chr(ord(letter) + WIDE) + chr(ord(letter) + BOLD)


@st.composite
def spelt(draw: st.DrawFn, tag: str = OURS) -> str:
    """Draw a spelling of a tag that the network takes for the same."""
    letters = "".join(draw(st.sampled_from(_forms(letter))) for letter in tag)
    return draw(st.sampled_from(["", "#", chr(ord("#") + WIDE), " "])) + letters + draw(st.sampled_from(["", " "]))


def _feature(tag: object, kind: str = "tag") -> Record:
    return {"features": [{"$type": f"app.bsky.richtext.facet#{kind}", "tag": tag}]}


tags = st.one_of(st.just(OURS), spelt(), st.sampled_from(["copchats", "cop", "\u65e5\u672c", ""]), st.text(max_size=8))
pointers = st.builds(lambda did, rkey: {"uri": f"at://{did}/{POST}/{rkey}", "cid": "bafy"}, dids, rkeys)
texts = st.text(max_size=3)
anything: st.SearchStrategy[Any] = st.one_of(st.none(), st.integers(), st.text(max_size=3), st.just([]), st.just({}))
posts = st.one_of(
    st.builds(lambda text, tag: {"text": text, "facets": [_feature(tag)]}, texts, tags),
    st.builds(lambda text, tag: {"text": text, "tags": [tag]}, texts, tags),
    st.builds(lambda text, up: {"text": text, "reply": {"parent": up}}, texts, pointers),
    st.builds(lambda text, up: {"text": text, "reply": {"root": up}}, texts, pointers),
)
subjects = st.builds(lambda subject: {"subject": subject}, pointers)
odd_records = st.fixed_dictionaries(
    {},
    optional={
        "text": texts,
        "facets": st.one_of(st.builds(lambda tag, kind: [_feature(tag, kind)], anything, texts), anything),
        "tags": anything,
        "reply": st.one_of(st.builds(lambda up: {"parent": up}, anything), anything),
        "subject": anything,
        "embed": st.builds(lambda quoted: {"$type": "app.bsky.embed.record", "record": quoted}, anything),
    },
)


def _done(operation: str, collection: str, rkey: str, record: object = None) -> Record:
    held = {} if record is None else {"record": record}
    return {"operation": operation, "collection": collection, "rkey": rkey, **held}


writes = st.sampled_from(["create", "create", "create", "update"])
commits = st.one_of(
    st.builds(_done, writes, st.just(POST), rkeys, posts),
    st.builds(_done, writes, st.sampled_from([REPOST, LIKE]), rkeys, subjects),
    st.builds(_done, st.just("delete"), kinds, rkeys),
    st.builds(_done, st.text(max_size=6), st.one_of(kinds, st.text(max_size=6)), rkeys, odd_records),
)
events = st.builds(
    lambda did, kind, commit, handle, active: {
        "did": did,
        "kind": kind,
        "commit": commit,
        "identity": {"handle": handle},
        "account": {"active": active},
    },
    dids,
    st.sampled_from(["commit"] * 9 + ["identity", "account", "news"]),
    commits,
    st.one_of(st.none(), st.just("ann.example.org")),
    st.booleans(),
)


def _line(event: Record, number: int, escape: Callable[[str], str]) -> bytes:
    whole = event | {"time_us": micros(NOW) + number}
    return escape(msgspec.json.encode(whole).decode()).encode()


def _escaped(line: str) -> str:
    """Write letters of tags and addresses as escapes, which decode to the same."""
    return line.replace("c", "\\u0063").replace("O", "\\u004f").replace("at://", "at:\\/\\/").replace("é", "\\u00e9")


def _whole(lines: list[bytes], membership: Membership) -> Iterator[Notice]:
    """Read every line whole, as if there were no glance."""
    for line in lines:
        told = read(line).told
        if told is not None and not isinstance(told, Fault) and membership.takes(told):
            yield told


@settings(max_examples=400)
@given(st.lists(events, min_size=6, max_size=30), st.booleans(), st.integers(1, 9))
def test_nothing_of_the_chat_is_passed_over(happened: list[Record], odd: bool, size: int) -> None:  # noqa: FBT001
    """However a line is written and whatever came before it, what reading it whole would keep is kept."""
    lines = [_line(event, number, _escaped if odd else str) for number, event in enumerate(happened)]
    expected = list(_whole(lines, Membership(OURS)))
    intake, found = Intake(Membership(OURS), None, NOW), list[Notice]()
    for start in range(0, len(lines), size):
        intake.take(lines[start : start + size], NOW)
        if (batch := intake.rest(NOW)) is not None:
            found += batch.notices
    assert found == expected


@given(spelt(), st.booleans())
def test_every_spelling_of_the_tag_is_taken(tag: str, odd: bool) -> None:  # noqa: FBT001
    """A look-alike of the tag by the network's rule is the tag: wide, bold, in capitals, escaped."""
    record = {"text": "", "tags": [tag]}
    commit = {"operation": "create", "collection": POST, "rkey": "3m", "record": record}
    line = _line({"did": "did:plc:a", "kind": "commit", "commit": commit}, 0, _escaped if odd else str)
    taken: list[bytes] = []
    Sieve(Membership("#CopChat")).sift([line], LATEST, taken.append)
    assert taken == [line]


@pytest.mark.parametrize("tag", ["ÖPNV", "größe", "日本", chr(ord("C") + WIDE) + "opChat", "straße"])
def test_a_tag_of_any_script_is_found(tag: str) -> None:
    """The chat's own tag may be written in any letters, and is found in any of its spellings."""
    for spelling in {tag, tag.upper(), tag.lower(), tag.casefold()}:
        record = {"text": "", "facets": [{"features": [{"$type": "app.bsky.richtext.facet#tag", "tag": spelling}]}]}
        commit = {"operation": "create", "collection": POST, "rkey": "3m", "record": record}
        line = _line({"did": "did:plc:a", "kind": "commit", "commit": commit}, 0, str)
        assert len(list(_whole([line], Membership(tag)))) == 1
        intake = Intake(Membership(tag), None, NOW)
        intake.take([line], NOW)
        batch = intake.rest(NOW)
        assert batch is not None
        assert len(batch.notices) == 1


def test_other_peoples_acts_are_counted() -> None:
    """Acts passed over at a glance are counted, and deletions, names and follows of others are not."""
    other = {"text": "", "tags": ["other"]}
    commits = [
        {"operation": "create", "collection": POST, "rkey": "3m", "record": other},
        {"operation": "create", "collection": LIKE, "rkey": "3m", "record": {"subject": {"uri": "at://x"}}},
        {"operation": "delete", "collection": LIKE, "rkey": "3m"},
        {"operation": "create", "collection": "app.bsky.graph.follow", "rkey": "3m", "record": {}},
    ]
    lines = [
        _line({"did": "did:plc:a", "kind": "commit", "commit": commit}, number, str)
        for number, commit in enumerate(commits)
    ]
    intake = Intake(Membership(OURS), None, NOW)
    intake.take(lines, NOW)
    batch = intake.rest(NOW)
    assert batch is not None
    assert (batch.skipped, batch.notices, batch.faults) == (2, (), ())
