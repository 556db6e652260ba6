"""What was done: one public act of one account, in the neutral form that every source becomes.

An act is a `Post`, a `Repost` or a `Like`; which fields it has follows from which it is, so a repost with a
text or a like without a subject cannot be made. The JSON form is the `acts.jsonl` line of the design, and
the archive we export.
"""

from datetime import datetime
from typing import Annotated

import msgspec

MAX_TEXT = 20_000
"""Characters of text in a post; more is refused as oversized (X allows 25,000 to payers, nobody reads them)."""

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=1024)]
When = Annotated[datetime, msgspec.Meta(tz=True)]
Names = Annotated[tuple[Name, ...], msgspec.Meta(max_length=256)]


class _Act(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind"):
    id: Name
    at: When
    account: Name
    handle: Name | None = None
    network: Name | None = None
    seen: When | None = None
    """When it reached us, where the source knows; decisions follow this clock, which no author can set."""


class Post(_Act, tag="post", frozen=True, kw_only=True):
    """An act with text."""

    text: Annotated[str, msgspec.Meta(max_length=MAX_TEXT)] = ""
    reply_to: Name | None = None
    root: Name | None = None
    quote_of: Name | None = None
    tags: Names = ()
    links: Names = ()
    mentions: Names = ()
    lang: Names = ()


class Repost(_Act, tag="repost", frozen=True, kw_only=True):
    """An act that passes on a post, the subject."""

    subject: Name
    subject_account: Name | None = None


class Like(_Act, tag="like", frozen=True, kw_only=True):
    """An act that approves of a post, the subject."""

    subject: Name
    subject_account: Name | None = None


Act = Post | Repost | Like
