from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.acts.act import MAX_TEXT, Act, Like, Post, Repost
from fairfloor.acts.fault import Cause, Fault
from fairfloor.acts.notice import Deletion, Departure, Edit, Notice, Rename
from fairfloor.sources.bluesky.jetstream import read, read_line
from fairfloor.sources.bluesky.news import MAX_RECORD, micros, moment

HOST = "did:plc:h7qz2m4kxw3v5tnb6ycdprsg"
ANN = "did:plc:ann5d3kq7xw2v4tnb6ycmrsg"
LEE = "did:plc:lee5d3kq7xw2v4tnb6ycmrsg"
QUESTION = f"at://{HOST}/app.bsky.feed.post/3m3qab2c2k2q"
REPLY = f"at://{ANN}/app.bsky.feed.post/3m3qab7d2k2r"
NINE = datetime(2026, 10, 22, 1, 0, 0, 137, tzinfo=UTC)


def _after(seconds: float) -> datetime:
    return NINE + timedelta(seconds=seconds)


def _changed(line: bytes, **fields: Any) -> bytes:
    """Give the line with fields of its record, commit or envelope set; `...` takes a field away."""
    event = msgspec.json.decode(line)
    for path, value in fields.items():
        *way, last = path.split("__")
        place = event
        for step in way:
            place = place[step]
        if value is ...:
            place.pop(last)
        else:
            place[last] = value
    return msgspec.json.encode(event)


def _told(line: bytes) -> Post:
    post = read_line(line)
    assert isinstance(post, Post), post
    return post


def _cause(line: bytes) -> Cause:
    fault = read_line(line)
    assert isinstance(fault, Fault), fault
    return fault.cause


def test_a_post_tells_who_said_what_when(evening: list[bytes]) -> None:
    """A created post becomes a Post with its at:// id, the author's time, the time seen, tag and language."""
    assert read_line(evening[0]) == Post(
        id=QUESTION,
        at=datetime(2026, 10, 22, 0, 59, 59, 600_000, tzinfo=UTC),
        account=HOST,
        network="bluesky",
        seen=NINE,
        text="Q1: What should an officer do first when a traffic stop turns tense? #CopChat",
        tags=("CopChat",),
        lang=("en",),
    )


def test_a_reply_tells_what_it_answers(evening: list[bytes]) -> None:
    """A reply names the post it answers and the one its conversation began with."""
    post = _told(evening[1])
    assert (post.reply_to, post.root) == (QUESTION, QUESTION)


def test_likes_and_reposts_tell_whose_post(evening: list[bytes]) -> None:
    """A like and a repost name their subject and its account."""
    like, repost = read_line(evening[2]), read_line(evening[3])
    assert isinstance(like, Like)
    assert isinstance(repost, Repost)
    assert (like.account, like.subject, like.subject_account) == (LEE, REPLY, ANN)
    assert (repost.subject, repost.subject_account, repost.seen) == (QUESTION, HOST, _after(6))


def test_a_rich_post_tells_all_it_points_to(evening: list[bytes]) -> None:
    """Tags come once each from facets and record, links from facets and cards, mentions, and the quoted post."""
    post = _told(evening[4])
    assert post.tags == ("copchat", "police", "bodycams")
    assert post.links == ("https://example.org/study", "https://example.org/card?a=1")
    assert post.mentions == (ANN,)
    assert post.quote_of == QUESTION


def test_later_news_of_acts_and_accounts(evening: list[bytes]) -> None:
    """Updates, deletions, new handles and closed accounts are told; what changes nothing for us is not."""
    edit = read_line(evening[7])
    assert isinstance(edit, Edit)
    assert (edit.post.id, edit.post.text[-6:]) == (REPLY, "first.")
    assert read_line(evening[8]) == Deletion(id=f"at://{LEE}/app.bsky.feed.like/3m3qab9e2k2s", at=_after(11))
    assert read_line(evening[9]) == Rename(account=ANN, handle="ann.example.org", at=_after(12))
    assert read_line(evening[10]) is None
    assert read_line(evening[11]) is None
    assert read_line(evening[12]) == Departure(account="did:web:example.org", at=_after(13.5))
    assert read_line(evening[14]) is None


def test_unknown_kinds_are_counted(evening: list[bytes]) -> None:
    """A kind of event or an operation that we do not know is a fault, so that nobody misses it in silence."""
    assert [_cause(evening[n]) for n in (15, 16)] == [Cause.UNKNOWN, Cause.UNKNOWN]
    assert _cause(_changed(evening[2], commit__operation="update")) is Cause.UNKNOWN


@pytest.mark.parametrize(
    "claimed", ["last Tuesday", "", "2026-10-22", "2026-10-22T01:00:00", 5, None, [], "0001-01-01T00:00:00+23:59", ...]
)
def test_a_bad_date_loses_nothing(evening: list[bytes], claimed: object) -> None:
    """A post whose own date is missing or nonsense is dated when it was seen, as Bluesky's app dates it."""
    assert _told(_changed(evening[0], commit__record__createdAt=claimed)).at == NINE


@pytest.mark.parametrize("claimed", ["2999-01-01T00:00:00Z", "1999-12-31T23:59:59.123456789+02:00"])
def test_an_odd_date_is_the_authors(evening: list[bytes], claimed: str) -> None:
    """A date in the future or the past is kept as claimed, in UTC; decisions go by the time seen."""
    post = _told(_changed(evening[0], commit__record__createdAt=claimed))
    assert post.at.year in {2999, 1999}
    assert post.at.utcoffset() == timedelta()
    assert post.seen == NINE


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"did": ...}, Cause.MISSING_FIELD),
        ({"did": "x" * 257}, Cause.OVERSIZED),
        ({"time_us": ...}, Cause.MISSING_FIELD),
        ({"time_us": "soon"}, Cause.BAD_TIME),
        ({"time_us": -1}, Cause.BAD_TIME),
        ({"time_us": 10**18}, Cause.BAD_TIME),
        ({"commit": ...}, Cause.MISSING_FIELD),
        ({"commit__rkey": 5}, Cause.BAD_FIELD),
        ({"commit__record": ...}, Cause.MISSING_FIELD),
        ({"commit__record": None}, Cause.BAD_FIELD),
        ({"commit__record__text": ...}, Cause.MISSING_FIELD),
        ({"commit__record__text": ["a"]}, Cause.BAD_FIELD),
        ({"commit__record__text": "a" * (MAX_TEXT + 1)}, Cause.OVERSIZED),
        ({"commit__record__facets": "tag"}, Cause.BAD_FIELD),
        ({"commit__record__reply": {"parent": {"uri": 5}}}, Cause.BAD_FIELD),
        ({"commit__record__embed": {"$type": "app.bsky.embed.record", "record": {}}}, Cause.MISSING_FIELD),
    ],
)
def test_what_is_wrong_is_said(evening: list[bytes], fields: dict[str, object], expected: Cause) -> None:
    """A post that breaks its lexicon where we read it is refused with the cause."""
    assert _cause(_changed(evening[0], **fields)) is expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"", Cause.NOT_JSON),
        (b"\xff\xfe\x00", Cause.NOT_JSON),
        (b'{"did":"\xff"', Cause.NOT_JSON),
        (b"[]", Cause.BAD_FIELD),
        (b"null", Cause.BAD_FIELD),
        (b'{"x":' + b"[" * 100_000, Cause.BAD_FIELD),
        (b" " * (MAX_RECORD + 1), Cause.OVERSIZED),
    ],
)
def test_garbage_is_a_fault(line: bytes, expected: Cause) -> None:
    """Bytes that are not JSON, not an event, too deep or too many are a fault with its cause."""
    assert _cause(line) is expected


def test_strangers_in_open_unions_cost_nothing(evening: list[bytes]) -> None:
    """Features and embeds that a client invented are passed over, whatever their fields hold."""
    facets = [
        {"features": [{"$type": "org.example.facet#sticker", "tag": 5, "uri": {}}]},
        {"features": [{"$type": "app.bsky.richtext.facet#tag", "tag": "\uff03CopChat"}]},
        {"features": [{"$type": "app.bsky.richtext.facet#tag", "tag": ""}, {}]},
        {"features": [{"$type": "app.bsky.richtext.facet#link", "uri": "https://example.org/" + "a" * 2_000}]},
    ]
    embed = {"$type": "org.example.embed", "record": 7, "media": []}
    post = _told(_changed(evening[0], commit__record__facets=facets, commit__record__embed=embed))
    assert (post.tags, post.links, post.quote_of) == (("CopChat",), (), None)


def test_only_posts_are_quoted(evening: list[bytes]) -> None:
    """An embedded list or feed is not a quote; an embedded post is."""
    feed = {"$type": "app.bsky.embed.record", "record": {"uri": f"at://{ANN}/app.bsky.feed.generator/x"}}
    quote = {"$type": "app.bsky.embed.record", "record": {"uri": REPLY}}
    assert _told(_changed(evening[0], commit__record__embed=feed)).quote_of is None
    assert _told(_changed(evening[0], commit__record__embed=quote)).quote_of == REPLY


def test_times_go_there_and_back() -> None:
    """A time seen and the cursor it came as are the same instant, to the microsecond."""
    assert micros(moment(1_792_630_800_000_137)) == 1_792_630_800_000_137


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
uris = values | st.sampled_from([QUESTION, REPLY, "at://did:plc:x", "https://example.org", ""])


def _shaped(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Give objects that have some of these fields, mostly as they should be, or something else altogether."""
    return values | st.fixed_dictionaries({}, optional=fields)


def _typed(*names: str) -> st.SearchStrategy[str]:
    return st.sampled_from(names)


ref = _shaped(uri=uris, cid=values)
feature = st.builds(
    lambda kind, rest: {"$type": kind, **rest},
    _typed("app.bsky.richtext.facet#tag", "app.bsky.richtext.facet#link", "app.bsky.richtext.facet#mention", "x"),
    st.fixed_dictionaries({}, optional={"tag": values, "uri": uris, "did": values}),
)
embed = st.builds(
    lambda kind, rest: {"$type": kind, **rest},
    _typed("app.bsky.embed.record", "app.bsky.embed.recordWithMedia", "app.bsky.embed.external", "x"),
    st.fixed_dictionaries({}, optional={"record": ref | _shaped(record=ref), "external": ref, "media": values}),
)
records = _shaped(
    text=st.text(max_size=40) | values,
    createdAt=st.datetimes().map(datetime.isoformat) | values,
    reply=_shaped(root=ref, parent=ref),
    facets=st.lists(_shaped(features=st.lists(feature, max_size=3)), max_size=3) | values,
    embed=embed | values,
    tags=st.lists(values, max_size=3),
    langs=values,
    subject=ref,
)
commits = _shaped(
    operation=_typed("create", "update", "delete", "x"),
    collection=_typed("app.bsky.feed.post", "app.bsky.feed.repost", "app.bsky.feed.like", "app.bsky.graph.follow"),
    rkey=st.text(max_size=20) | values,
    record=records,
)
events = _shaped(
    did=st.sampled_from([HOST, ANN]) | values,
    time_us=st.integers(min_value=-1, max_value=10**18),
    kind=_typed("commit", "identity", "account", "x"),
    commit=commits,
    identity=_shaped(handle=values),
    account=_shaped(active=values, status=values),
)


@given(st.binary(max_size=200))
def test_reading_never_raises_on_bytes(line: bytes) -> None:
    """Whatever bytes come, reading gives a result; bytes that are no event are a fault."""
    assert isinstance(read(line).told, Fault)


@given(events)
def test_what_is_read_can_be_stored_and_read_back(event: object) -> None:
    """Whatever JSON comes, reading gives a result, and every notice survives being written and read as JSON."""
    result = read_line(msgspec.json.encode(event))
    if result is None or isinstance(result, Fault):
        return
    again: Notice = msgspec.json.decode(msgspec.json.encode(result), type=type(result))
    assert again == result


@given(events)
def test_reading_is_pure(event: object) -> None:
    """The same line read twice tells the same."""
    line = msgspec.json.encode(event)
    assert read(line) == read(line)


def test_every_act_of_the_evening_is_read(evening: list[bytes]) -> None:
    """The evening's acts come as five posts, a repost and two likes, and say that they are Bluesky's."""
    acts = [told for told in map(read_line, evening) if isinstance(told, Act)]
    assert Counter(map(type, acts)) == {Post: 5, Repost: 1, Like: 2}
    assert {act.network for act in acts} == {"bluesky"}
