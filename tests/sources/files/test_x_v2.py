"""X API v2: pages and flattened tweets become acts."""

import json
from datetime import UTC, datetime
from typing import Any

from fairfloor.acts.act import Post, Repost
from fairfloor.acts.fault import Cause, Fault
from fairfloor.sources.files.x_v2 import read
from fairfloor.sources.reading.refusal import told


def _read(record: Any) -> list[Any]:
    return list(told(read, json.dumps(record).encode()))


def test_a_tweet_of_a_page_becomes_a_post(v2_page: Any, v2_tweet: Any) -> None:
    """A post has its long text, whom and what it answers and quotes, and what X found in it."""
    assert _read(v2_page)[1] == Post(
        id="1126150000000000001",
        at=datetime(2019, 5, 8, 15, 40, tzinfo=UTC),
        account="11",
        handle="al",
        network="x",
        text="@bo Fair & square: #CopChat matters, and so does this long post https://a.example/b?c=1&d=2 #safety",
        reply_to="1126140000000000000",
        root="1126140000000000000",
        quote_of="1126130000000000000",
        tags=("CopChat", "safety"),
        links=("https://a.example/b?c=1&d=2",),
        mentions=("22",),
        lang=("en",),
    )
    assert v2_tweet["note_tweet"]["text"] not in v2_tweet["text"]


def test_a_retweet_becomes_a_repost(v2_page: Any) -> None:
    """A retweet passes on the post it names, whose author the page includes."""
    assert _read(v2_page)[0] == Repost(
        id="1126160000000000001",
        at=datetime(2019, 5, 8, 16, tzinfo=UTC),
        account="22",
        handle="bo",
        network="x",
        subject="1126100000000000000",
        subject_account="11",
    )


def test_a_flattened_tweet_is_the_same_post(v2_page: Any, v2_tweet: Any, v2_retweet: Any) -> None:
    """What twarc2 flattened, with the author inside, comes to the same acts as the page it was in."""
    author = {"id": "11", "username": "al"}
    passed = {**v2_retweet["referenced_tweets"][0], "author_id": "11", "author": author}
    flat = [
        {**v2_retweet, "author": {"id": "22", "username": "bo"}, "referenced_tweets": [passed]},
        {**v2_tweet, "author": author},
    ]
    assert [one for tweet in flat for one in _read(tweet)] == _read(v2_page)


def test_a_single_tweet_is_a_page_too(v2_page: Any, v2_tweet: Any) -> None:
    """A look-up of one post, and each line of a filtered stream, has one tweet for data."""
    assert _read({**v2_page, "data": v2_tweet, "matching_rules": []}) == _read(v2_page)[1:]


def test_a_page_without_posts_tells_nothing() -> None:
    """An answer that found nothing, or only errors, is no fault."""
    assert _read({"meta": {"result_count": 0}}) == []
    assert _read({"errors": [{"title": "Not Found Error"}], "data": []}) == []


def test_a_tweet_without_entities_is_searched_by_xs_rule(v2_tweet: Any) -> None:
    """Where the entities were not asked for, hashtags are found in the text, as X would."""
    bare = {name: v2_tweet[name] for name in ("id", "author_id", "created_at")}
    assert _read({**bare, "text": "(#CopChat) #16 &amp;#no"})[0].tags == ("CopChat",)


def test_a_bad_tweet_does_not_cost_its_page(v2_page: Any, v2_tweet: Any) -> None:
    """Of a page with bad posts the others are read, and each bad one has its cause."""
    without = {name: v2_tweet[name] for name in v2_tweet if name != "author_id"}
    bad = [
        without,
        {**v2_tweet, "created_at": "soon"},
        {**v2_tweet, "text": 5},
        {**v2_tweet, "note_tweet": None, "text": "x" * 20_001},
    ]
    found = _read({**v2_page, "data": [*bad, v2_tweet]})
    causes = [one.cause if isinstance(one, Fault) else None for one in found]
    assert causes == [Cause.MISSING_FIELD, Cause.BAD_TIME, Cause.BAD_FIELD, Cause.OVERSIZED, None]


def test_broken_includes_cost_only_the_handles(v2_page: Any) -> None:
    """Where what a page includes is not as it should be, its posts are still read."""
    acts = _read({**v2_page, "includes": {"users": [{"id": 5}]}})
    assert [act.handle for act in acts] == [None, None]


def test_short_links_do_not_multiply(v2_tweet: Any) -> None:
    """Links that expand into more short links are expanded once, and never beyond a post's length."""
    urls = [{"url": "https://t.co/a", "expanded_url": "https://t.co/a https://t.co/a " * 30}] * 50
    tweet = {**v2_tweet, "note_tweet": None, "text": "https://t.co/a " * 1000, "entities": {"urls": urls}}
    assert _read(tweet)[0].text == "https://t.co/a " * 1000
