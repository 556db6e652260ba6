"""A feed generator: `app.bsky.feed.describeFeedGenerator` and `getFeedSkeleton`.

Pages are encoded once and sent as often as they are asked for, until the feed says that it has changed. The key is the
query string itself, so that a page asked for again costs one look into a dictionary.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from fairfloor.publish.atproto.names import address
from fairfloor.publish.atproto.xrpc import Parameters, Wrong

LIMIT = 50
MOST = 100
"""Posts on a page, and the most that may be asked for."""
_LAST = 2**53 - 1
"""The largest number that every program reads as it was written."""
_QUESTION = 512
"""Bytes of a query string that is kept with its page; a common one has some 120."""
_PAGES = 1_024
"""Encoded pages kept, of some 8 KB at most; the cache begins anew when it is full."""


class Page(msgspec.Struct, frozen=True):
    """Some posts of a feed, and where the next ones are; None where there are none."""

    posts: Sequence[str]
    """At-URIs of posts."""
    cursor: int | None = None


class Feed(Protocol):
    """Posts in an order of its own. Numbers that stay with the posts make cursors that stay right while it moves."""

    @property
    def version(self) -> int:
        """Give a number that changes whenever any page may have."""

    async def page(self, before: int | None, limit: int) -> Page:
        """Give `limit` posts at most, of those with numbers less than `before`, the greatest first."""


class FeedGenerator:
    """Answers for feeds, by the at-URIs of their records."""

    def __init__(self, did: str, feeds: Mapping[str, Feed], links: Mapping[str, str] | None = None) -> None:
        """Take the service's DID, its feeds, and links: `privacyPolicy`, `termsOfService`."""
        self._feeds = dict(feeds)
        told = {"did": did, "feeds": [{"uri": uri} for uri in self._feeds]} | ({"links": dict(links)} if links else {})
        self._described = msgspec.json.encode(told)
        self._pages: dict[bytes, bytes] = {}
        self._version: tuple[int, ...] = ()

    async def describe(self, query: bytes) -> bytes:  # noqa: ARG002 - it has no parameters
        """Answer `describeFeedGenerator`."""
        return self._described

    async def skeleton(self, query: bytes) -> bytes:
        """Answer `getFeedSkeleton`. Raises Wrong."""
        version = tuple(feed.version for feed in self._feeds.values())
        if version != self._version:
            self._pages.clear()
            self._version = version
        page = self._pages.get(query)
        return await self._make(query, version) if page is None else page

    async def _make(self, query: bytes, version: tuple[int, ...]) -> bytes:
        asked = Parameters(query)
        feed = self._feed(asked.text("feed"))
        limit = asked.number("limit", 1, MOST) or LIMIT
        page = await feed.page(asked.number("cursor", 1, _LAST), limit)
        body = _encoded(page)
        self._keep(query, body, version)
        return body

    def _keep(self, query: bytes, body: bytes, version: tuple[int, ...]) -> None:
        """Keep an encoded page, unless the feed moved while it was made."""
        if len(query) > _QUESTION or version != tuple(feed.version for feed in self._feeds.values()):
            return
        if len(self._pages) == _PAGES:
            self._pages.clear()
        self._pages[query] = body

    def _feed(self, uri: str | None) -> Feed:
        if uri is None:
            raise Wrong('Params must have the property "feed"')
        if address(uri) is None:
            raise Wrong("feed must be an at-uri")
        if (feed := self._feeds.get(uri)) is None:
            raise Wrong("This service has no such feed.", "UnknownFeed")
        return feed


def _encoded(page: Page) -> bytes:
    told: dict[str, object] = {"feed": [{"post": uri} for uri in page.posts]}
    if page.cursor is not None:
        told["cursor"] = str(page.cursor)
    return msgspec.json.encode(told)
