"""X API v1.1, its streams, and X's account archive become acts."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from fairfloor.acts.act import Post, Repost
from fairfloor.acts.fault import Cause, Fault
from fairfloor.acts.notice import Deletion
from fairfloor.sources.files.x_v1 import Tweets, User
from fairfloor.sources.reading.refusal import told

AT = datetime(2019, 5, 8, 15, 40, tzinfo=UTC)


def _read(*records: Any, owner: User | None = None) -> list[Any]:
    tweets = Tweets(owner)
    return [one for record in records for one in told(tweets.read, json.dumps(record).encode())]


def test_a_tweet_becomes_a_post(v1_tweet: Any) -> None:
    """A post has its whole text with links opened, and what it answers and quotes; X's "und" is no language."""
    assert _read(v1_tweet) == [
        Post(
            id="1126150000000000001",
            at=AT,
            account="11",
            handle="al",
            network="x",
            text="@bo Fair & square #CopChat https://a.example/b",
            reply_to="1126140000000000000",
            quote_of="1126130000000000000",
            tags=("CopChat",),
            links=("https://a.example/b",),
            mentions=("22",),
        )
    ]


def test_a_long_tweet_of_a_stream_is_read_whole(v1_stream_tweet: Any) -> None:
    """Where a stream cuts a text off, the extended one counts."""
    assert _read(v1_stream_tweet)[0].text == "the whole text #CopChat"


def test_a_retweet_becomes_a_repost(v1_retweet: Any) -> None:
    """A retweet passes on the post inside it."""
    assert _read(v1_retweet) == [
        Repost(
            id="1126160000000000001",
            at=datetime(2019, 5, 8, 16, tzinfo=UTC),
            account="22",
            handle="bo",
            network="x",
            subject="1126150000000000001",
            subject_account="11",
        )
    ]


def test_the_answer_to_a_search_is_read_through(v1_tweet: Any, v1_retweet: Any) -> None:
    """An answer to a search holds tweets, good ones and bad ones."""
    found = _read({"statuses": [v1_retweet, {"id_str": "1"}, v1_tweet], "search_metadata": {"count": 3}})
    assert [type(one) for one in found] == [Repost, Fault, Post]


def test_a_deletion_is_honoured(v1_tweet: Any) -> None:
    """A stream's deletion takes an act back; an old one without a time did so after the tweet before it."""
    id_ = "1126150000000000001"
    status = {"id": int(id_), "id_str": id_, "user_id": 11, "user_id_str": "11"}
    dated = {"delete": {"status": status, "timestamp_ms": "1557330060000"}}
    later = datetime(2019, 5, 8, 15, 41, tzinfo=UTC)
    assert _read(dated) == [Deletion(id=id_, at=later)]
    assert _read(v1_tweet, {"delete": {"status": status}})[1] == Deletion(id=id_, at=AT)
    assert _read({"delete": {"status": status}})[0].cause is Cause.BAD_TIME


@pytest.mark.parametrize("kind", ["limit", "scrub_geo", "status_withheld", "user_withheld", "warning", "disconnect"])
def test_other_notices_of_a_stream_tell_nothing(kind: str) -> None:
    """Rate limits and withheld countries are known, and do not matter to a chat."""
    assert _read({kind: {"track": 42, "timestamp_ms": "1557330060000"}}) == [None]


def test_an_archive_is_its_owners(archive_tweet: Any) -> None:
    """A tweet in X's account archive does not say who posted it: it was the owner."""
    post = _read(archive_tweet, owner=User(id_str="11", screen_name="al"))[0]
    assert (post.id, post.account, post.handle, post.mentions) == ("111", "11", "al", ("22",))
    assert post.at == datetime(2018, 10, 10, 20, 19, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"user": None}, Cause.MISSING_FIELD),
        ({"id_str": None, "id": None}, Cause.MISSING_FIELD),
        ({"created_at": "yesterday"}, Cause.BAD_TIME),
        ({"created_at": "Wed May 99 15:40:00 +0000 2019"}, Cause.BAD_TIME),
        ({"full_text": ["a"]}, Cause.BAD_FIELD),
        ({"id_str": "1" * 2000}, Cause.OVERSIZED),
    ],
)
def test_a_bad_tweet_has_its_cause(v1_tweet: Any, change: dict[str, Any], cause: Cause) -> None:
    """What is wrong with a tweet is told by cause."""
    assert [one.cause for one in _read({**v1_tweet, **change})] == [cause]
