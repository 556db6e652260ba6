"""What is new on the host's site, for programs that read along: a feed as it is, before it is written in any format.

An entry's id is the same for good, wherever the site moves and whatever becomes of what was said; what moved in keeps
the id that it had there. Where the words of an entry are gone it stays, without them, so that programs which have them
let go of them too.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Literal

import msgspec

Format = Literal["atom", "rss", "json"]


class Discussion(msgspec.Struct, frozen=True, kw_only=True):
    """What is said under something."""

    page: str
    feed: str
    count: int
    updated: datetime | None = None


class Parent(msgspec.Struct, frozen=True, kw_only=True):
    """What something replies to."""

    id: str
    page: str
    feed: str


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is told. Addresses are whole, as a browser would have them."""

    id: str
    """A URI, the same for good; it need not lead anywhere."""
    page: str
    title: str
    html: str
    """All of it, as markup that has been cleaned, its addresses whole."""
    summary: str = ""
    """Its beginning or the host's own summary, in plain words."""
    published: datetime
    updated: datetime
    author: str = ""
    """Empty where nobody is named; then it is the feed's."""
    author_page: str = ""
    terms: tuple[str, ...] = ()
    discussion: Discussion | None = None
    reply_to: Parent | None = None


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a feed, the newest first."""

    id: str
    title: str
    about: str
    author: str
    page: str
    """The page that it tells of."""
    own: str
    """Its own address."""
    updated: datetime
    entries: tuple[Entry, ...]
    onward: str | None = None
    """The address of the page with what is older."""
    first: str | None = None
    """The address of the first page, where this is another one."""


Feeds = Mapping[Format, Callable[[Feed], bytes]]
"""What writes a feed, by format."""
