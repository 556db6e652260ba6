"""What comes over the wire, whichever the stream, as far as we read it.

Only what is needed is named here; msgspec passes over the rest without building it. Where a lexicon has an open
union (facet features, embeds) anybody may add a kind, so a field that belongs to one kind is `Any` or `Raw` here and
is looked at only in that kind: a stranger's `tag: 5` does not cost a valid post.
"""

from typing import Annotated, Any

import msgspec

from fairfloor.acts.act import MAX_TEXT, Name

LATEST = 253_402_300_799_999_999
"""The last microsecond of the year 9999, since 1970; Python's datetime ends there."""

Did = Annotated[str, msgspec.Meta(min_length=1, max_length=256)]
Rkey = Annotated[str, msgspec.Meta(min_length=1, max_length=512)]
"""The protocol's own limit; with the collection and a DID it stays within a `Name`."""
Micros = Annotated[int, msgspec.Meta(ge=0, le=LATEST)]
Text = Annotated[str, msgspec.Meta(max_length=MAX_TEXT)]


class _Wire(msgspec.Struct, frozen=True, gc=False):
    pass


class Commit(_Wire, frozen=True, gc=False):
    """A record made, changed or deleted. The record stays undecoded until its collection is known to matter."""

    operation: str
    collection: str
    rkey: Rkey
    record: msgspec.Raw = msgspec.Raw()


class Identity(_Wire, frozen=True, gc=False):
    """An account's handle or keys changed; the handle is given where the sender knows it."""

    handle: Name | None = None


class Account(_Wire, frozen=True, gc=False):
    """Whether an account is there, and why not."""

    active: bool
    status: Any = None


class Ref(_Wire, frozen=True, gc=False):
    """Points to a record."""

    uri: Name


class Reply(_Wire, frozen=True, gc=False):
    """What a post answers, and where that conversation began."""

    parent: Ref | None = None
    root: Ref | None = None


class Feature(_Wire, frozen=True, gc=False):
    """What a stretch of text is: a tag, a link, a mention, or something a client invented."""

    type_: str = msgspec.field(default="", name="$type")
    tag: Any = None
    uri: Any = None
    did: Any = None


class Facet(_Wire, frozen=True, gc=False):
    """The features of one stretch of text. Where it is does not matter to us."""

    features: tuple[Feature, ...] = ()


class Embed(_Wire, frozen=True, gc=False):
    """What hangs below a post: a quoted record, a link card, pictures, or both kinds."""

    type_: str = msgspec.field(default="", name="$type")
    record: msgspec.Raw = msgspec.Raw()
    external: msgspec.Raw = msgspec.Raw()
    media: msgspec.Raw = msgspec.Raw()


class Quoted(_Wire, frozen=True, gc=False):
    """The quoting half of an embed that has both a record and media."""

    record: Ref


class PostRecord(_Wire, frozen=True, gc=False, rename="camel"):
    """`app.bsky.feed.post`."""

    text: Text
    created_at: Any = None
    reply: Reply | None = None
    facets: tuple[Facet, ...] | None = None
    embed: Embed | None = None
    tags: tuple[Any, ...] | None = None
    langs: tuple[Any, ...] | None = None


class SubjectRecord(_Wire, frozen=True, gc=False, rename="camel"):
    """`app.bsky.feed.repost` and `app.bsky.feed.like`."""

    subject: Ref
    created_at: Any = None
