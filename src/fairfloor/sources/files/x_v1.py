"""X API v1.1: tweets as streams, searches and twarc1 kept them, and the archive that X gives to an account's owner.

A stream carries notices between the tweets; a deletion is honoured, the others (rate limits, withheld countries) tell
nothing about the chat. The owner's archive leaves out who posted, which is always the owner; it writes a retweet as a
post that begins with "RT @", and such a post stays one, since which post it passes on is not said.
"""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from fairfloor.acts.act import Act
from fairfloor.acts.fault import Cause
from fairfloor.acts.notice import Deletion
from fairfloor.sources.reading.made import post, repost
from fairfloor.sources.reading.moments import moment, since_1970
from fairfloor.sources.reading.refusal import Refused, Told, each
from fairfloor.sources.x.entities import NETWORK, Entities, languages, said

_NOTICES = {
    "limit", "scrub_geo", "status_withheld", "user_withheld", "disconnect", "warning", "friends", "friends_str",
    "event", "control", "for_user",
}  # fmt: skip
"""Messages of a stream that tell nothing about the chat."""


class User(msgspec.Struct, frozen=True):
    """An account."""

    id_str: str | None = None
    id: int | str | None = None
    screen_name: str | None = None

    @property
    def account(self) -> str:
        """The stable id; empty where there is none."""
        return str(self.id_str or self.id or "")


class _Ref(msgspec.Struct, frozen=True):
    id_str: str | None = None
    id: int | str | None = None
    user: User | None = None


class _Extended(msgspec.Struct, frozen=True):
    full_text: str
    entities: Entities | None = None


class _Tweet(msgspec.Struct, frozen=True):
    created_at: str
    id_str: str | None = None
    id: int | str | None = None
    user: User | None = None
    text: str = ""
    full_text: str | None = None
    extended_tweet: _Extended | None = None
    entities: Entities | None = None
    retweeted_status: _Ref | None = None
    in_reply_to_status_id_str: str | None = None
    quoted_status_id_str: str | None = None
    lang: str | None = None


class _Delete(msgspec.Struct, frozen=True):
    status: _Ref
    timestamp_ms: str | int | None = None


class _Line(msgspec.Struct, frozen=True):
    """What else a record may be than a tweet."""

    tweet: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    """The tweet, in the owner's archive."""
    statuses: tuple[msgspec.Raw, ...] | None = None
    """The tweets, in an answer to a search."""
    delete: _Delete | None = None


_LINE = msgspec.json.Decoder(_Line)
_TWEET = msgspec.json.Decoder(_Tweet)
_KEYS = msgspec.json.Decoder(dict[str, msgspec.Raw])


class Tweets:
    """Reads records in the order of the file; `owner` is who posted where a tweet does not say."""

    def __init__(self, owner: User | None = None) -> None:
        self._owner = owner
        self._last: datetime | None = None

    def read(self, record: bytes) -> Iterable[Told]:
        """Read a tweet, wrapped or not, an answer to a search, or a stream's notice."""
        line = _LINE.decode(record)
        if line.tweet is not msgspec.UNSET:
            return (self._act(bytes(line.tweet)),)
        if line.statuses is not None:
            return each(self._act, line.statuses)
        if line.delete is not None:
            return (self._deletion(line.delete),)
        if b'"created_at"' not in record and _NOTICES & _KEYS.decode(record).keys():
            return (None,)
        return (self._act(record),)

    def _deletion(self, delete: _Delete) -> Deletion:
        """Old streams do not say when: then it was when the tweet before it was posted."""
        at = since_1970(float(delete.timestamp_ms)) if delete.timestamp_ms else self._last
        if at is None:
            raise Refused(Cause.BAD_TIME, "a deletion before any tweet, and without a time")
        return Deletion(id=_id(delete.status), at=at)

    def _act(self, record: bytes) -> Act:
        tweet = _TWEET.decode(record)
        user = tweet.user or self._owner
        if user is None or not user.account:
            raise Refused(Cause.MISSING_FIELD, "a tweet without its account")
        self._last = moment(tweet.created_at)
        who = {
            "id": _id(tweet), "at": self._last, "account": user.account, "handle": user.screen_name, "network": NETWORK,
        }  # fmt: skip
        passed = tweet.retweeted_status
        if passed:
            return repost(**who, subject=_id(passed), subject_account=passed.user.account if passed.user else None)
        whole = tweet.extended_tweet
        text, entities = (whole.full_text, whole.entities) if whole else (tweet.full_text or tweet.text, tweet.entities)
        return post(
            **who,
            **said(text, entities)._asdict(),
            reply_to=tweet.in_reply_to_status_id_str,
            quote_of=tweet.quoted_status_id_str,
            lang=languages(tweet.lang),
        )


def _id(tweet: _Tweet | _Ref) -> str:
    found = tweet.id_str or tweet.id
    if not found:
        raise Refused(Cause.MISSING_FIELD, "a tweet without its id")
    return str(found)
