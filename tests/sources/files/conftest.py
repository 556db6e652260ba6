"""One true record of each format, as its network or tool writes it."""

from typing import Any

import pytest

Json = Any


@pytest.fixture(scope="session")
def v2_tweet() -> Json:
    """A reply with a quote, tags, links, a mention and a long text, as X API v2 gives it."""
    return {
        "id": "1126150000000000001",
        "author_id": "11",
        "created_at": "2019-05-08T15:40:00.000Z",
        "text": "@bo Fair &amp; square: #CopChat matters, and so does this long post https://t.co/a1 https://t.co/p1 …",
        "conversation_id": "1126140000000000000",
        "in_reply_to_user_id": "22",
        "lang": "en",
        "edit_history_tweet_ids": ["1126150000000000001"],
        "referenced_tweets": [
            {"type": "replied_to", "id": "1126140000000000000"},
            {"type": "quoted", "id": "1126130000000000000"},
        ],
        "entities": {"hashtags": [{"start": 21, "end": 29, "tag": "CopChat"}]},
        "note_tweet": {
            "text": "@bo Fair &amp; square: #CopChat matters, and so does this long post https://t.co/a1 #safety",
            "entities": {
                "hashtags": [{"start": 21, "end": 29, "tag": "CopChat"}, {"start": 80, "end": 87, "tag": "safety"}],
                "mentions": [{"start": 0, "end": 3, "username": "bo", "id": "22"}],
                "urls": [
                    {"start": 60, "end": 75, "url": "https://t.co/a1", "expanded_url": "https://a.example/b?c=1&d=2"},
                    {
                        "start": 76,
                        "end": 90,
                        "url": "https://t.co/p1",
                        "expanded_url": "https://x.com/p",
                        "media_key": "3",
                    },
                ],
            },
        },
        "public_metrics": {"retweet_count": 0, "reply_count": 0, "like_count": 0, "quote_count": 0},
    }


@pytest.fixture(scope="session")
def v2_retweet() -> Json:
    """A retweet, as X API v2 gives it."""
    return {
        "id": "1126160000000000001",
        "author_id": "22",
        "created_at": "2019-05-08T16:00:00.000Z",
        "text": "RT @al: Good question …",
        "conversation_id": "1126160000000000001",
        "referenced_tweets": [{"type": "retweeted", "id": "1126100000000000000"}],
    }


@pytest.fixture(scope="session")
def v2_page(v2_tweet: Json, v2_retweet: Json) -> Json:
    """A page of an answer, as twarc2 keeps it: one a line."""
    return {
        "data": [v2_retweet, v2_tweet],
        "includes": {
            "users": [{"id": "11", "username": "al", "name": "Al"}, {"id": "22", "username": "bo", "name": "Bo"}],
            "tweets": [{"id": "1126100000000000000", "author_id": "11", "text": "Good question"}],
        },
        "meta": {"newest_id": "1126160000000000001", "oldest_id": "1126150000000000001", "result_count": 2},
        "__twarc": {"url": "https://api.twitter.com/2/tweets/search/all?q", "version": "2.14.0"},
    }


@pytest.fixture(scope="session")
def v1_tweet() -> Json:
    """A quoting reply, as twarc1 keeps it from API v1.1."""
    return {
        "created_at": "Wed May 08 15:40:00 +0000 2019",
        "id": 1126150000000000001,
        "id_str": "1126150000000000001",
        "full_text": "@bo Fair &amp; square #CopChat https://t.co/a1",
        "truncated": False,
        "entities": {
            "hashtags": [{"text": "CopChat", "indices": [18, 26]}],
            "symbols": [],
            "user_mentions": [{"screen_name": "bo", "name": "Bo", "id": 22, "id_str": "22", "indices": [0, 3]}],
            "urls": [{"url": "https://t.co/a1", "expanded_url": "https://a.example/b", "indices": [27, 50]}],
        },
        "in_reply_to_status_id_str": "1126140000000000000",
        "in_reply_to_user_id_str": "22",
        "user": {"id": 11, "id_str": "11", "name": "Al", "screen_name": "al"},
        "is_quote_status": True,
        "quoted_status_id_str": "1126130000000000000",
        "lang": "und",
    }


@pytest.fixture(scope="session")
def v1_stream_tweet(v1_tweet: Json) -> Json:
    """A long tweet as a stream sends it: cut off, with its whole text beside."""
    return {
        **{name: value for name, value in v1_tweet.items() if name != "full_text"},
        "text": "cut …",
        "extended_tweet": {
            "full_text": "the whole text #CopChat",
            "entities": {"hashtags": [{"text": "CopChat"}], "urls": [], "user_mentions": []},
        },
    }


@pytest.fixture(scope="session")
def v1_retweet(v1_tweet: Json) -> Json:
    """A retweet as API v1.1 gives it, with the whole original inside."""
    return {
        "created_at": "Wed May 08 16:00:00 +0000 2019",
        "id_str": "1126160000000000001",
        "full_text": "RT @al: @bo Fair …",
        "user": {"id_str": "22", "screen_name": "bo"},
        "retweeted_status": v1_tweet,
        "entities": {"hashtags": [], "urls": [], "user_mentions": []},
    }


@pytest.fixture(scope="session")
def archive_tweet() -> Json:
    """A tweet as X's account archive wraps it: no user, numbers as strings."""
    return {
        "tweet": {
            "edit_info": {"initial": {"editTweetIds": ["111"], "editsRemaining": "5", "isEditEligible": True}},
            "retweeted": False,
            "source": '<a href="https://mobile.twitter.com" rel="nofollow">Twitter Web App</a>',
            "entities": {
                "hashtags": [{"text": "CopChat", "indices": ["6", "14"]}],
                "symbols": [],
                "user_mentions": [
                    {"name": "Bo", "screen_name": "bo", "indices": ["0", "3"], "id_str": "22", "id": "22"}
                ],
                "urls": [],
            },
            "favorite_count": "0",
            "id_str": "111",
            "id": "111",
            "truncated": False,
            "retweet_count": "0",
            "created_at": "Wed Oct 10 20:19:24 +0000 2018",
            "favorited": False,
            "full_text": "@bo an #CopChat",
            "lang": "en",
        }
    }


@pytest.fixture(scope="session")
def status() -> Json:
    """A public reply, as Mastodon's API gives it."""
    return {
        "id": "103270115826048975",
        "created_at": "2019-12-08T03:48:33.901Z",
        "in_reply_to_id": "103270115826048000",
        "in_reply_to_account_id": "1",
        "sensitive": False,
        "spoiler_text": "",
        "visibility": "public",
        "language": "en",
        "uri": "https://chat.example/users/al/statuses/103270115826048975",
        "url": "https://chat.example/@al/103270115826048975",
        "content": (
            '<p><span class="h-card"><a href="https://far.example/@bo" class="u-url mention">@<span>bo</span></a>'
            '</span> What about <a href="https://chat.example/tags/copchat" class="mention hashtag" rel="tag">#'
            "<span>copchat</span></a>?<br>Fair &amp; square.</p><p>See "
            '<a href="https://a.example/long/path" rel="nofollow"><span class="invisible">https://</span>'
            '<span class="ellipsis">a.example/long</span><span class="invisible">/path</span></a></p>'
        ),
        "reblog": None,
        "account": {"id": "1", "username": "al", "acct": "al", "url": "https://chat.example/@al"},
        "mentions": [{"id": "2", "username": "bo", "url": "https://far.example/@bo", "acct": "bo@far.example"}],
        "tags": [{"name": "copchat", "url": "https://chat.example/tags/copchat"}],
        "emojis": [],
        "card": None,
        "poll": None,
        "quote": {"state": "accepted", "quoted_status": {"id": "103270115826047000", "account": {"acct": "cy"}}},
    }


@pytest.fixture(scope="session")
def boost(status: Json) -> Json:
    """A boost, as Mastodon's API gives it: a status of its own with the boosted one inside."""
    return {
        "id": "103270115826050000",
        "created_at": "2019-12-08T04:00:00.000Z",
        "visibility": "public",
        "content": status["content"],
        "reblog": status,
        "account": {"id": "2", "username": "bo", "acct": "bo@far.example", "url": "https://far.example/@bo"},
        "mentions": [],
        "tags": [],
    }


@pytest.fixture(scope="session")
def outbox() -> Json:
    """The outbox.json of a Mastodon archive: a public post, a boost, a post to followers only."""
    actor, public = "https://chat.example/users/al", "https://www.w3.org/ns/activitystreams#Public"
    note = {
        "id": f"{actor}/statuses/1",
        "type": "Note",
        "summary": None,
        "inReplyTo": "https://far.example/users/bo/statuses/9",
        "published": "2019-12-08T03:48:33Z",
        "attributedTo": actor,
        "to": [public],
        "cc": [f"{actor}/followers"],
        "content": '<p>Hello <a href="https://chat.example/tags/copchat" class="mention hashtag">#copchat</a></p>',
        "contentMap": {"en": "<p>Hello</p>"},
        "tag": [
            {"type": "Hashtag", "href": "https://chat.example/tags/copchat", "name": "#copchat"},
            {"type": "Mention", "href": "https://far.example/users/bo", "name": "@bo@far.example"},
        ],
    }
    created = {"type": "Create", "actor": actor, "published": note["published"]}
    return {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": "outbox.json",
        "type": "OrderedCollection",
        "totalItems": 3,
        "orderedItems": [
            {**created, "id": f"{actor}/statuses/1/activity", "to": [public], "cc": [], "object": note},
            {
                "id": f"{actor}/statuses/2/activity",
                "type": "Announce",
                "actor": actor,
                "published": "2019-12-08T04:00:00Z",
                "to": [public],
                "object": "https://far.example/users/bo/statuses/9",
            },
            {**created, "id": f"{actor}/statuses/3/activity", "to": [f"{actor}/followers"], "object": note},
        ],
    }


@pytest.fixture(scope="session")
def acts() -> list[Json]:
    """Lines of acts.jsonl."""
    return [
        {"id": "1", "kind": "post", "at": "2024-03-01T02:00:00Z", "account": "al", "text": "Q1: why? #copchat"},
        {"id": "2", "kind": "repost", "at": "2024-03-01T02:00:05Z", "account": "bo", "subject": "1"},
        {"id": "3", "kind": "like", "at": "2024-03-01T02:00:06Z", "account": "cy", "subject": "1"},
        {"id": "1", "kind": "deletion", "at": "2024-03-01T02:01:00Z"},
    ]


@pytest.fixture(scope="session")
def jetstream() -> list[Json]:
    """Lines of a firehose: a post of the chat, a reply to it without the tag, and somebody else's post."""

    def commit(did: str, rkey: str, record: Json) -> Json:
        return {
            "did": did,
            "time_us": 1725911162329308 + int(rkey) * 1_000_000,
            "kind": "commit",
            "commit": {
                "rev": "3l3qo2vutsw2b",
                "operation": "create",
                "collection": "app.bsky.feed.post",
                "rkey": rkey,
                "record": {"$type": "app.bsky.feed.post", "createdAt": "2024-09-09T19:46:02.102Z", **record},
                "cid": "bafyreidwaivazkwu67xztlmuobx35hs2lnfh3kolmgfmucldvhd3sgzcqi",
            },
        }

    tag = {
        "index": {"byteStart": 0, "byteEnd": 8},
        "features": [{"$type": "app.bsky.richtext.facet#tag", "tag": "CopChat"}],
    }
    first = {"uri": "at://did:plc:al/app.bsky.feed.post/1", "cid": "bafyreib"}
    return [
        commit("did:plc:al", "1", {"text": "#CopChat hello", "facets": [tag]}),
        commit("did:plc:bo", "2", {"text": "hello back", "reply": {"root": first, "parent": first}}),
        commit("did:plc:cy", "3", {"text": "lunch"}),
    ]
