"""Archives are read whole: in order of time, each record told or counted, and nothing in them raises."""

import copy
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairfloor.acts.act import Act, Like, Post, Repost
from fairfloor.acts.fault import Cause, Fault
from fairfloor.acts.notice import Deletion, Departure, Edit, Notice, Rename
from fairfloor.session.replay import Item
from fairfloor.sources.files import activitypub, mastodon, native, read, read_all, x_v2
from fairfloor.sources.files.in_time import in_time
from fairfloor.sources.files.x_v1 import Tweets, User
from fairfloor.sources.reading.refusal import Reader, told

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
WHO = {"id": NAMES, "at": TIMES, "account": NAMES, "handle": st.none() | NAMES, "seen": st.none() | TIMES}
POSTS = st.builds(
    Post,
    **WHO,
    text=st.text(st.characters(exclude_categories=["Cs"])),
    reply_to=st.none() | NAMES,
    tags=st.lists(NAMES, max_size=3).map(tuple),
    links=st.lists(NAMES, max_size=3).map(tuple),
)
ACTS: st.SearchStrategy[Act] = (
    POSTS | st.builds(Repost, **WHO, subject=NAMES) | st.builds(Like, **WHO, subject=NAMES, subject_account=NAMES)
)
NOTICES: st.SearchStrategy[Notice] = (
    ACTS
    | st.builds(Deletion, id=NAMES, at=TIMES)
    | st.builds(Edit, post=POSTS)
    | st.builds(Departure, account=NAMES, at=TIMES)
    | st.builds(Rename, account=NAMES, handle=NAMES, at=TIMES)
)

READERS: dict[str, tuple[Callable[[], Reader], tuple[str, ...]]] = {
    "native": (lambda: native.read, ("acts",)),
    "x_v2": (lambda: x_v2.read, ("v2_page", "v2_tweet", "v2_retweet")),
    "x_v1": (lambda: Tweets(User(id_str="1")).read, ("v1_tweet", "v1_stream_tweet", "v1_retweet", "archive_tweet")),
    "mastodon": (lambda: mastodon.read, ("status", "boost")),
    "activitypub": (lambda: activitypub.read, ("outbox",)),
}
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.sampled_from(["", "x" * 1025, "https://t.co/a", "<p>", "2024-01-01T00:00:00", "9" * 400]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def _items(path: Path, *, tag: str = "copchat") -> list[Item]:
    return list(read(path, tag=tag))


def _written(path: Path, *records: Any) -> Path:
    path.write_text("".join(f"{record if isinstance(record, str) else json.dumps(record)}\n" for record in records))
    return path


@given(notices=st.lists(NOTICES, max_size=5))
def test_acts_jsonl_comes_back_as_it_was_written(notices: list[Notice]) -> None:
    """Whatever was exported as acts.jsonl is read back the same."""
    found = [one for notice in notices for one in told(native.read, msgspec.json.encode(notice))]
    assert found == notices


def test_times_are_brought_to_utc() -> None:
    """A time with another zone is the same instant, in UTC; a time beyond the calendar is a bad one."""
    line = b'{"id": "1", "kind": "post", "account": "a", "text": "", "at": "%s"}'
    (post,) = told(native.read, line % b"2024-03-01T04:00:00+02:00")
    assert isinstance(post, Post)
    assert post.at.isoformat() == "2024-03-01T02:00:00+00:00"
    (fault,) = told(native.read, line % b"0001-01-01T00:00:00+02:00")
    assert isinstance(fault, Fault)
    assert fault.cause is Cause.BAD_TIME


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"id": None}, Cause.BAD_FIELD),
        ({"at": "noon"}, Cause.BAD_TIME),
        ({"at": "2024-03-01T02:00:00"}, Cause.BAD_TIME),
        ({"at": 5}, Cause.BAD_TIME),
        ({"kind": "shout"}, Cause.BAD_FIELD),
        ({"tags": "one"}, Cause.BAD_FIELD),
        ({"text": "x" * 20_001}, Cause.OVERSIZED),
        ({"id": ...}, Cause.MISSING_FIELD),
        ({"kind": "like"}, Cause.MISSING_FIELD),
    ],
)
def test_a_bad_line_has_its_cause(acts: Any, change: dict[str, Any], cause: Cause) -> None:
    """What is wrong with a line of acts.jsonl is told by cause."""
    line = {name: value for name, value in {**acts[0], **change}.items() if value is not ...}
    assert [one.cause for one in told(native.read, json.dumps(line).encode()) if isinstance(one, Fault)] == [cause]


@pytest.mark.parametrize("name", READERS)
@given(record=st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_no_record_raises(name: str, record: bytes) -> None:
    """Any bytes and any JSON tell something, nothing, or a fault with its cause."""
    make, _ = READERS[name]
    assert all(one is None or isinstance(one, Fault | Notice) for one in told(make(), record))


@pytest.mark.parametrize(("name", "sample"), [(name, one) for name, (_, samples) in READERS.items() for one in samples])
@settings(max_examples=60)
@given(data=st.data())
def test_a_true_record_with_anything_changed_is_told_or_counted(
    request: pytest.FixtureRequest, name: str, sample: str, data: st.DataObject
) -> None:
    """Whatever is put in whatever place of a true record, what comes of it can be stored and read back."""
    whole = request.getfixturevalue(sample)
    record = copy.deepcopy(whole[0] if isinstance(whole, list) else whole)
    for _ in range(data.draw(st.integers(1, 3))):
        holder, key = data.draw(st.sampled_from(list(_places(record))))
        holder[key] = data.draw(JSON)
    make, _ = READERS[name]
    for one in told(make(), json.dumps(record).encode()):
        assert (
            one is None or isinstance(one, Fault) or msgspec.json.decode(msgspec.json.encode(one), type=Notice) == one
        )


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield value, key
        yield from _places(inner)


def test_what_lies_newest_first_is_read_oldest_first(tmp_path: Path, v2_page: Any) -> None:
    """An API gives the newest first; the evening went the other way. Each act keeps its line."""
    path = _written(tmp_path / "pages", {"meta": {"result_count": 0}}, v2_page)
    assert [(item.line, type(item.told)) for item in _items(path)] == [(2, Post), (2, Repost)]


def test_our_own_archive_stays_in_its_order(tmp_path: Path, acts: Any) -> None:
    """In acts.jsonl the order is the order in which acts reached us; it is not touched."""
    path = _written(tmp_path / "acts", acts[1], "garbage", "", acts[0])
    assert [(item.line, type(item.told)) for item in _items(path)] == [(1, Repost), (2, Fault), (4, Post)]


def test_of_a_firehose_only_the_chat_is_taken(tmp_path: Path, jetstream: Any) -> None:
    """Of Jetstream's lines those with the tag, and what follows them, belong to the chat; the rest is skipped."""
    path = _written(tmp_path / "lines", *jetstream)
    assert [item.told.text if isinstance(item.told, Post) else None for item in _items(path)] == [
        "#CopChat hello",
        "hello back",
        None,
    ]
    assert [item.told for item in _items(path, tag="other")] == [None, None, None]


def test_an_account_archive_is_its_owners(tmp_path: Path, archive_tweet: Any) -> None:
    """The account beside tweets.js posted what is in it; without it, the owner has no name."""
    path = tmp_path / "tweets.js"
    path.write_text(f"window.YTD.tweets.part0 = {json.dumps([archive_tweet], indent=2)}")
    account = {"account": {"email": "a@a.example", "username": "al", "accountId": "11", "createdAt": "2018"}}
    assert [item.told.account for item in _items(path) if isinstance(item.told, Post)] == ["owner"]
    (tmp_path / "account.js").write_text(f"window.YTD.account.part0 = {json.dumps([account])}")
    (item,) = _items(path)
    assert isinstance(item.told, Post)
    assert (item.told.account, item.told.handle) == ("11", "al")
    (tmp_path / "account.js").write_text("window.YTD.account.part0 = [{]")
    assert [item.told.account for item in _items(path) if isinstance(item.told, Post)] == ["owner"]


def test_a_pretty_document_is_read(tmp_path: Path, outbox: Any) -> None:
    """A file that is one JSON document, however it is indented, is read through."""
    path = tmp_path / "outbox.json"
    path.write_text(json.dumps(outbox, indent=2))
    assert [type(item.told) for item in _items(path)] == [type(None), Post, Repost]


def test_several_files_are_woven_by_time(tmp_path: Path, acts: Any) -> None:
    """Two files of one evening are read as one, and every item knows its file and line."""
    one = _written(tmp_path / "one", acts[0], acts[2])
    two = _written(tmp_path / "two", "garbage", acts[1], acts[3])
    heard: list[int] = []
    items = list(read_all([one, two], tag="x", watch=heard.append))
    placed = [(item.file, item.line) for item in items if not isinstance(item.told, Fault)]
    assert placed == [("one", 1), ("two", 2), ("one", 2), ("two", 3)]
    assert [(item.file, item.line) for item in items if isinstance(item.told, Fault)] == [("two", 1)]
    assert max(heard) == one.stat().st_size + two.stat().st_size


@given(acts=st.lists(ACTS, max_size=12), run=st.integers(1, 5))
def test_sorting_in_runs_is_sorting(acts: list[Act], run: int) -> None:
    """However little is held in memory, notices come out in order of time, all of them, and the rest comes too."""
    items = [Item(line, act) for line, act in enumerate(acts, start=1)]
    found = list(in_time([*items, Item(99, None), Item(100, Fault(Cause.NOT_JSON))], run))
    told_ = [item for item in found if isinstance(item.told, Act)]
    assert len(found) == len(acts) + 2
    assert sorted(told_, key=lambda item: item.line or 0) == items
    times = [item.told.seen or item.told.at for item in told_ if isinstance(item.told, Act)]
    assert times == sorted(times)
    assert told_ == [item for item in in_time(items) if item.told is not None]


def test_acts_of_one_second_keep_the_order_of_their_ids() -> None:
    """X's times are seconds; within one, the smaller number was first, though the file has it last."""
    at = datetime(2024, 3, 1, tzinfo=UTC)
    acts = [Post(id=id_, at=at, account="a") for id_ in ("100", "99", "98")]
    late = Post(id="1", at=at + timedelta(seconds=1), account="a")
    found = in_time([Item(n, act) for n, act in enumerate([late, *acts])])
    assert [item.told.id for item in found if isinstance(item.told, Post)] == ["98", "99", "100", "1"]
