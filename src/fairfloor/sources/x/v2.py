"""X's API v2: a post object and what a page says beside it, and the act that they make.

A page has `data` (the posts asked for), `includes` (the accounts and posts that these name) and `errors` (what could
not be told). A flattened tweet has its author inside. A retweet becomes a repost of the post it names; `includes` is
only looked into, since what it holds was not found under the tag.
"""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from fairfloor.acts.act import Act
from fairfloor.sources.reading.made import post, repost
from fairfloor.sources.reading.moments import moment
from fairfloor.sources.wrong import WRONG
from fairfloor.sources.x.entities import NETWORK, Entities, languages, said


class User(msgspec.Struct, frozen=True):
    """An account."""

    id: str
    username: str | None = None


class Reference(msgspec.Struct, frozen=True):
    """A post that another one retweets, quotes or replies to."""

    type: str
    id: str
    author_id: str | None = None
    """Only in flattened tweets."""


class Note(msgspec.Struct, frozen=True):
    """The whole text of a post too long for `text`."""

    text: str
    entities: Entities | None = None


class Withheld(msgspec.Struct, frozen=True):
    """Where a post may not be shown."""

    copyright: bool = False
    country_codes: tuple[str, ...] = ()

    @property
    def everywhere(self) -> bool:
        """Whether nobody may be shown it: XX stands for all countries, XY for a claim of copyright."""
        return self.copyright or not {"XX", "XY"}.isdisjoint(self.country_codes)


class Tweet(msgspec.Struct, frozen=True):
    """A post."""

    id: str
    author_id: str
    created_at: str
    text: str = ""
    note_tweet: Note | None = None
    conversation_id: str | None = None
    referenced_tweets: tuple[Reference, ...] | None = None
    entities: Entities | None = None
    lang: str | None = None
    author: User | None = None
    edit_history_tweet_ids: tuple[str, ...] | None = None
    """All versions of the post, the first first."""
    withheld: Withheld | None = None


class _Included(msgspec.Struct, frozen=True):
    id: str
    author_id: str | None = None


class _Includes(msgspec.Struct, frozen=True):
    users: tuple[User, ...] = ()
    tweets: tuple[_Included, ...] = ()


class Page(msgspec.Struct, frozen=True):
    """A page, or one message of a stream."""

    data: msgspec.Raw = msgspec.Raw(b"null")
    includes: msgspec.Raw = msgspec.Raw(b"{}")
    id: str | None = None
    """There where the record is no page but a flattened tweet."""


class Known(NamedTuple):
    """What a page says about the accounts and posts that its posts name."""

    handles: Mapping[str, str]
    authors: Mapping[str, str]

    @property
    def resources(self) -> set[str]:
        """The names of all that the page told beside the posts asked for."""
        return {*(f"user {id_}" for id_ in self.handles), *(f"post {id_}" for id_ in self.authors)}


PAGE = msgspec.json.Decoder(Page)
TWEET = msgspec.json.Decoder(Tweet)
_TWEETS = msgspec.json.Decoder(tuple[msgspec.Raw, ...])
_INCLUDES = msgspec.json.Decoder(_Includes)


def tweets(page: Page) -> tuple[msgspec.Raw, ...]:
    """Give the posts of a page, each still to be decoded. Raises what decoding raises."""
    data = bytes(page.data)
    if data.startswith(b"["):
        return _TWEETS.decode(data)
    return () if data == b"null" else (page.data,)


def known(includes: msgspec.Raw) -> Known:
    """Read what is said beside the posts; what is not as it should be says nothing."""
    try:
        included = _INCLUDES.decode(includes)
    except WRONG:
        included = _Includes()
    return Known(
        handles={user.id: user.username for user in included.users if user.username},
        authors={tweet.id: tweet.author_id for tweet in included.tweets if tweet.author_id},
    )


def act_of(tweet: Tweet, beside: Known) -> Act:
    """Give what a post object is. Raises `Refused` and msgspec.ValidationError where it does not fit an act."""
    names = {reference.type: reference for reference in tweet.referenced_tweets or ()}
    who = {
        "id": tweet.id,
        "at": moment(tweet.created_at),
        "account": tweet.author_id,
        "handle": tweet.author.username if tweet.author else beside.handles.get(tweet.author_id),
        "network": NETWORK,
    }
    if passed := names.get("retweeted"):
        return repost(**who, subject=passed.id, subject_account=passed.author_id or beside.authors.get(passed.id))
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


def _id(reference: Reference | None) -> str | None:
    return reference.id if reference else None
