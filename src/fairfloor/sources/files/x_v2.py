"""X API v2: pages as the API sends them and twarc2 keeps them, and tweets flattened by twarc2.

A page has `data` (the posts asked for) and `includes` (the accounts and posts that these name). A flattened tweet has
its author inside. A retweet becomes a repost of the post it names; `includes` is only looked into, since what it
holds was not found under the tag.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec

from fairfloor.acts.act import Act
from fairfloor.sources.files.made import post, repost
from fairfloor.sources.files.moments import moment
from fairfloor.sources.files.refusal import Told, each
from fairfloor.sources.files.x_entities import NETWORK, Entities, languages, said
from fairfloor.sources.wrong import WRONG


class _User(msgspec.Struct, frozen=True):
    id: str
    username: str | None = None


class _Reference(msgspec.Struct, frozen=True):
    type: str
    id: str
    author_id: str | None = None
    """Only in flattened tweets."""


class _Note(msgspec.Struct, frozen=True):
    """The whole text of a post too long for `text`."""

    text: str
    entities: Entities | None = None


class _Tweet(msgspec.Struct, frozen=True):
    id: str
    author_id: str
    created_at: str
    text: str = ""
    note_tweet: _Note | None = None
    conversation_id: str | None = None
    referenced_tweets: tuple[_Reference, ...] | None = None
    entities: Entities | None = None
    lang: str | None = None
    author: _User | None = None


class _Included(msgspec.Struct, frozen=True):
    id: str
    author_id: str | None = None


class _Includes(msgspec.Struct, frozen=True):
    users: tuple[_User, ...] = ()
    tweets: tuple[_Included, ...] = ()


class _Page(msgspec.Struct, frozen=True):
    data: msgspec.Raw = msgspec.Raw(b"null")
    includes: msgspec.Raw = msgspec.Raw(b"{}")
    id: str | None = None
    """There where the record is no page but a flattened tweet."""


class _Known(NamedTuple):
    """What a page says about the accounts and posts that its posts name."""

    handles: Mapping[str, str]
    authors: Mapping[str, str]


_PAGE = msgspec.json.Decoder(_Page)
_TWEETS = msgspec.json.Decoder(tuple[msgspec.Raw, ...])
_TWEET = msgspec.json.Decoder(_Tweet)
_INCLUDES = msgspec.json.Decoder(_Includes)


def read(record: bytes) -> Iterable[Told]:
    """Read a page, or a flattened tweet; a page without posts tells nothing."""
    page = _PAGE.decode(record)
    known = _known(page.includes)
    if page.id:
        return (_act(record, known),)
    data = bytes(page.data)
    tweets = _TWEETS.decode(data) if data.startswith(b"[") else () if data == b"null" else (page.data,)
    return each(lambda tweet: _act(tweet, known), tweets)


def _known(includes: msgspec.Raw) -> _Known:
    try:
        included = _INCLUDES.decode(includes)
    except WRONG:
        included = _Includes()
    return _Known(
        handles={user.id: user.username for user in included.users if user.username},
        authors={tweet.id: tweet.author_id for tweet in included.tweets if tweet.author_id},
    )


def _act(record: bytes, known: _Known) -> Act:
    tweet = _TWEET.decode(record)
    names = {reference.type: reference for reference in tweet.referenced_tweets or ()}
    who = {
        "id": tweet.id,
        "at": moment(tweet.created_at),
        "account": tweet.author_id,
        "handle": tweet.author.username if tweet.author else known.handles.get(tweet.author_id),
        "network": NETWORK,
    }
    if passed := names.get("retweeted"):
        return repost(**who, subject=passed.id, subject_account=passed.author_id or known.authors.get(passed.id))
    text, entities = (
        (tweet.note_tweet.text, tweet.note_tweet.entities) if tweet.note_tweet else (tweet.text, tweet.entities)
    )
    return post(
        **who,
        **said(text, entities)._asdict(),
        reply_to=_id(names.get("replied_to")),
        quote_of=_id(names.get("quoted")),
        root=tweet.conversation_id if tweet.conversation_id != tweet.id else None,
        lang=languages(tweet.lang),
    )


def _id(reference: _Reference | None) -> str | None:
    return reference.id if reference else None
