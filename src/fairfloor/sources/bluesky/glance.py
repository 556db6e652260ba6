"""Whether an event may concern the chat, told from the few fields that can make it so.

Of a firehose one event in ten thousand concerns one chat. So an event is first decoded into a `Glimpse`, which has
nothing but what membership goes by: the tags, what is answered, the subject. The decoder is the one that decodes
the rest, so escapes and odd spellings are no way around. Looking for the tag in the raw bytes would hardly be faster,
and would have to know every way to write a letter.

What is passed over is valid JSON with these fields in order; whether the rest of a stranger's record keeps to its
lexicon nobody here needs to know.

Invariant: what `Membership.takes`, `concerns`; tests/sources/bluesky/test_glance.py shows it.
"""

from typing import Any, Protocol

import msgspec

from fairfloor.sources.bluesky.news import COLLECTIONS, POST
from fairfloor.sources.membership import Membership


class _Part(msgspec.Struct, frozen=True, gc=False):
    pass


class Pointer(_Part, frozen=True, gc=False):
    """Points to a record."""

    uri: str


class Answered(_Part, frozen=True, gc=False):
    """What a post answers."""

    parent: Pointer | None = None
    root: Pointer | None = None


class Feature(_Part, frozen=True, gc=False):
    """A feature of a stretch of text; of whatever kind, its tag counts."""

    tag: Any = None


class Facet(_Part, frozen=True, gc=False):
    """The features of one stretch of text."""

    features: tuple[Feature, ...] = ()


class Glimpsed(_Part, frozen=True, gc=False):
    """Of a post, a repost or a like, what can make it belong."""

    subject: Pointer | None = None
    reply: Answered | None = None
    facets: tuple[Facet, ...] | None = None
    tags: tuple[Any, ...] | None = None


class Glimpse(_Part, frozen=True, gc=False):
    """What was done to a record, at a glance."""

    operation: str
    collection: str
    rkey: str
    record: Glimpsed | None = None


class Done(Protocol):
    """What was done to a record, in whichever envelope."""

    @property
    def operation(self) -> str:
        """What was done."""

    @property
    def collection(self) -> str:
        """Where."""

    @property
    def rkey(self) -> str:
        """To which record."""

    @property
    def record(self) -> Glimpsed | None:
        """What it holds now, at a glance."""


class Glance:
    """Tells of one operation at a time whether it may concern a chat."""

    def __init__(self, membership: Membership) -> None:
        """Take what belongs to the chat; it is looked at, not changed."""
        self._tags = membership.tags
        self._posts = membership.posts
        self._others = membership.reposts_and_likes
        self.accounts = membership.accounts

    def concerns(self, did: str, done: Done) -> bool:
        """Tell whether an operation may concern the chat: False is certain."""
        collection = done.collection
        if collection == POST:
            ours = self._posts
        elif collection in COLLECTIONS:
            ours = self._others
        else:
            return False
        if f"at://{did}/{collection}/{done.rkey}" in ours:
            return True
        record = done.record
        if record is None or done.operation != "create":
            return done.operation != "delete"
        if collection == POST:
            return self._answers(record.reply) or self._tagged(record)
        return record.subject is None or record.subject.uri in self._posts

    def _answers(self, reply: Answered | None) -> bool:
        return reply is not None and any(
            pointer is not None and pointer.uri in self._posts for pointer in (reply.parent, reply.root)
        )

    def _tagged(self, record: Glimpsed) -> bool:
        facets, tags = record.facets, record.tags
        if tags and any(map(self._like_ours, tags)):
            return True
        return facets is not None and any(self._like_ours(each.tag) for facet in facets for each in facet.features)

    def _like_ours(self, tag: object) -> bool:
        """Tell whether a tag may be the chat's. Folding leaves ASCII's letters where they are but for their case."""
        if not isinstance(tag, str):
            return False
        return not tag.isascii() or any(ours in tag.lower() for ours in self._tags)
