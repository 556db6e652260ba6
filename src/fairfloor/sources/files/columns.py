"""Which column of a table holds what: the names that people's exports use, and those that the user gives.

Names are compared without capitals and with `_` for whatever stands between words. The lists are in order of
preference, from what twarc-csv, TAGS, twint, snscrape and Polis write. A stable account id is preferred to a handle;
where there is only the handle, it is the account's name too.
"""

import re
from collections.abc import Mapping, Sequence

from fairfloor.acts.fault import Cause
from fairfloor.sources.reading.refusal import Refused

FIELDS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "id_str", "tweet_id", "status_id", "post_id", "message_id", "comment_id", "uri", "url"),
    "at": ("at", "created_at", "createdat", "timestamp", "time", "datetime", "date", "published_at", "posted_at"),
    "account": (
        "account", "account_id", "author_id", "user_id", "from_user_id_str", "user_id_str", "userid", "authorid", "did",
        "author", "user", "username", "screen_name", "handle", "from_user", "author_username", "user_username",
        "user_screen_name", "author_handle", "name",
    ),
    "handle": (
        "handle", "username", "screen_name", "author_username", "user_username", "user_screen_name", "from_user",
        "author_handle", "acct",
    ),
    "text": (
        "text", "full_text", "tweet", "content", "rawcontent", "body", "comment_body", "message", "post", "comment",
    ),
    "subject": (
        "subject", "retweeted_id", "referenced_tweets_retweeted_id", "retweet_id", "retweeted_status_id", "repost_of",
    ),
    "subject_account": ("subject_account", "retweeted_user_id", "retweeted_author_id"),
    "reply_to": (
        "reply_to", "in_reply_to_status_id_str", "in_reply_to_status_id", "referenced_tweets_replied_to_id",
        "in_reply_to_id", "replied_to_id", "inreplytotweetid", "parent_id",
    ),
    "quote_of": ("quote_of", "quoted_status_id_str", "quoted_status_id", "referenced_tweets_quoted_id", "quoted_id"),
    "root": ("root", "conversation_id", "conversationid", "thread_id"),
    "tags": ("tags", "hashtags", "entities_hashtags"),
    "links": ("links", "urls", "entities_urls", "outlinks"),
    "mentions": ("mentions", "entities_mentions", "mentioned_users"),
    "lang": ("lang", "language", "user_lang"),
    "network": ("network", "platform"),
    "kind": ("kind",),
}  # fmt: skip
"""What an act can have, and the columns that are taken for it."""

NEEDED = ("id", "at", "account", "text")


def bare(name: str) -> str:
    """Give a column's name as it is compared."""
    return re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")


def find(header: Sequence[str], given: Mapping[str, str]) -> dict[str, int]:
    """Give the place of each field's column. Raises `Refused` where a column that was named is not there."""
    places = {bare(name): place for place, name in reversed(list(enumerate(header)))}
    found = {field: place for field in FIELDS if (place := _first(FIELDS[field], places)) is not None}
    for field, name in given.items():
        if bare(name) not in places:
            raise Refused(Cause.MISSING_FIELD, f"there is no column {name!r}; there are: {', '.join(header)}")
        found[field] = places[bare(name)]
    return found


def missing(found: Mapping[str, int]) -> list[str]:
    """Give what a table must have and this one has no column for."""
    return [field for field in NEEDED if field not in found and not (field == "text" and "subject" in found)]


def _first(names: Sequence[str], places: Mapping[str, int]) -> int | None:
    return next((places[name] for name in names if name in places), None)
