import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from typing_extensions import override

from fairfloor.publish.atproto import feed as feed_module
from fairfloor.publish.atproto.app import Beside, create_app
from fairfloor.publish.atproto.feed import FeedGenerator, Page
from fairfloor.publish.atproto.xrpc import Method

from .stage import FEED, HOST, HOSTNAME, Asked, serving

SKELETON = "app.bsky.feed.getFeedSkeleton"
OTHER = f"at://{HOST}/app.bsky.feed.generator/other"


class Shelf:
    """A feed of numbered posts, which counts how often it is asked."""

    def __init__(self, posts: int) -> None:
        self.version = 0
        self.asked = 0
        self.posts = [f"at://{HOST}/app.bsky.feed.post/{number}" for number in range(1, posts + 1)]

    async def page(self, before: int | None, limit: int) -> Page:
        """Give a page."""
        self.asked += 1
        end = len(self.posts) if before is None else min(before - 1, len(self.posts))
        start = max(0, end - limit)
        return Page(self.posts[start:end][::-1], start + 1 if start else None)


def play(asking: Callable[[Asked, Shelf], Coroutine[Any, Any, None]], posts: int = 120) -> None:
    """Serve a feed, and ask."""

    async def served() -> None:
        shelf = Shelf(posts)
        feeds = FeedGenerator(f"did:web:{HOSTNAME}", {FEED: shelf, OTHER: Shelf(0)}, {"privacyPolicy": "https://x.org"})
        async with serving(create_app(HOSTNAME, feeds, version="1")) as asked:
            await asking(asked, shelf)

    asyncio.run(served())


def test_a_feed_is_paged_to_its_end() -> None:
    """Pages have fifty posts unless asked otherwise, a hundred at most; the last one has no cursor."""

    async def asking(asked: Asked, shelf: Shelf) -> None:
        first = await asked.query(SKELETON, feed=FEED)
        assert [one["post"] for one in first["feed"]] == shelf.posts[:-51:-1]
        second = await asked.query(SKELETON, feed=FEED, limit=100, cursor=first["cursor"])
        assert [one["post"] for one in second["feed"]] == shelf.posts[69::-1]
        assert "cursor" not in second
        assert await asked.query(SKELETON, feed=OTHER) == {"feed": []}

    play(asking)


def test_what_cannot_be_asked_is_said_as_xrpc_says_it() -> None:
    """Wrong parameters and unknown feeds have errors of their own names, each with a sentence."""

    async def asking(asked: Asked, _: Shelf) -> None:
        unknown = FEED.replace("copchat", "nochat")
        assert await asked.refused(SKELETON, feed=unknown) == (400, "UnknownFeed")
        assert await asked.refused(SKELETON, feed="at://host.example.org/app.bsky.feed.generator/copchat") == (
            400,
            "UnknownFeed",
        )
        wrong: list[dict[str, Any]] = [
            {},
            {"feed": ""},
            {"feed": "copchat"},
            {"feed": [FEED, FEED]},
            *({"feed": FEED, "limit": limit} for limit in (0, 101, -1, "many", "1.5", "9" * 30, "\u0661")),
            *({"feed": FEED, "cursor": cursor} for cursor in (0, -1, "x", "1:2", 2**53, "9" * 5_000)),
        ]
        for given in wrong:
            assert await asked.refused(SKELETON, **given) == (400, "InvalidRequest"), given
        response = await asked.get(f"/xrpc/{SKELETON}?feed=%ff")
        assert (response.status_code, response.json()["error"]) == (400, "InvalidRequest")
        response = await asked.get(f"/xrpc/{SKELETON}?" + "a=1&" * 300)
        assert (response.status_code, response.json()["error"]) == (400, "InvalidRequest")

    play(asking)


def test_unknown_parameters_and_a_viewer_change_nothing() -> None:
    """The feed is the same for everybody; what a service adds to a request does not matter."""

    async def asking(asked: Asked, _: Shelf) -> None:
        one = await asked.query(SKELETON, feed=FEED)
        headers = {"Authorization": "Bearer e30.e30.e30", "Accept-Language": "de"}
        path = f"{asked.address}/xrpc/{SKELETON}"
        other = await asked.http.get(path, params={"feed": FEED, "viewer": HOST}, headers=headers)
        assert other.json() == one

    play(asking)


def test_a_page_is_made_once_until_the_feed_moves() -> None:
    """Asked again, a page is sent as it was made; when the feed has moved, it is made anew."""

    async def asking(asked: Asked, shelf: Shelf) -> None:
        for _ in range(3):
            await asked.query(SKELETON, feed=FEED)
        assert shelf.asked == 1
        shelf.posts.append(f"at://{HOST}/app.bsky.feed.post/new")
        shelf.version += 1
        assert (await asked.query(SKELETON, feed=FEED))["feed"][0]["post"] == shelf.posts[-1]
        assert shelf.asked == 2

    play(asking)


def test_pages_that_are_kept_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is asked, only so many pages are kept, and none with an endless question."""
    monkeypatch.setattr(feed_module, "_PAGES", 4)

    async def asking(shelf: Shelf) -> None:
        feeds = FeedGenerator(f"did:web:{HOSTNAME}", {FEED: shelf})
        for limit in range(1, 50):
            await feeds.skeleton(f"feed={FEED}&limit={limit}".encode())
            assert len(feeds._pages) <= 4  # noqa: SLF001 - what is bounded
        await feeds.skeleton(f"feed={FEED}&x={'x' * 10_000}".encode())
        assert all(len(query) < 1_000 for query in feeds._pages)  # noqa: SLF001 - as above

    asyncio.run(asking(Shelf(120)))


def test_a_page_made_while_the_feed_moved_is_not_kept() -> None:
    """What was read before a post was deleted is not sent to those who ask after it."""

    class Moving(Shelf):
        @override
        async def page(self, before: int | None, limit: int) -> Page:
            found = await super().page(before, limit)
            if self.asked == 1:
                self.posts.pop()
                self.version += 1
            return found

    async def asking() -> None:
        shelf = Moving(3)
        feeds = FeedGenerator(f"did:web:{HOSTNAME}", {FEED: shelf})
        query = f"feed={FEED}".encode()
        assert await feeds.skeleton(query) != await feeds.skeleton(query)
        assert shelf.asked == 2

    asyncio.run(asking())


def test_a_service_says_what_it_is() -> None:
    """The DID document, the description and the health of a feed generator."""

    async def asking(asked: Asked, _: Shelf) -> None:
        assert (await asked.get("/.well-known/did.json")).json() == {
            "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
            "id": "did:web:fair.example.org",
            "service": [
                {"id": "#bsky_fg", "type": "BskyFeedGenerator", "serviceEndpoint": "https://fair.example.org"},
            ],
        }
        described = await asked.query("app.bsky.feed.describeFeedGenerator")
        assert described == {
            "did": "did:web:fair.example.org",
            "feeds": [{"uri": FEED}, {"uri": OTHER}],
            "links": {"privacyPolicy": "https://x.org"},
        }
        assert await asked.query("_health") == {"version": "1"}

    play(asking)


def test_what_is_not_here_is_said_as_xrpc_says_it() -> None:
    """Unknown methods, other verbs and other addresses get JSON; every answer has the headers."""

    async def asking(asked: Asked, _: Shelf) -> None:
        assert await asked.refused("app.bsky.feed.getTimeline") == (501, "MethodNotImplemented")
        assert await asked.refused("com.atproto.label.queryLabels", uriPatterns="*") == (501, "MethodNotImplemented")
        posted = await asked.http.post(f"{asked.address}/xrpc/{SKELETON}")
        assert (posted.status_code, posted.json()["error"], posted.headers["allow"]) == (
            405,
            "InvalidRequest",
            "GET, HEAD",
        )
        assert (await asked.get("/")).status_code == 404
        head = await asked.http.head(f"{asked.address}/xrpc/{SKELETON}", params={"feed": FEED})
        assert (head.status_code, head.content) == (200, b"")
        for response in (head, await asked.get(f"/xrpc/{SKELETON}"), await asked.get("/.well-known/did.json")):
            assert response.headers["content-type"] == "application/json"
            assert response.headers["access-control-allow-origin"] == "*"
            assert response.headers["x-content-type-options"] == "nosniff"

    play(asking)


def test_a_fault_of_ours_is_said_and_the_service_goes_on() -> None:
    """A feed that fails gives an internal error, and nothing of what it is."""

    class Broken(Shelf):
        @override
        async def page(self, before: int | None, limit: int) -> Page:
            raise RuntimeError(f"a secret path {before} {limit}")

    async def served() -> None:
        feeds = FeedGenerator(f"did:web:{HOSTNAME}", {FEED: Broken(1), OTHER: Shelf(1)})
        async with serving(create_app(HOSTNAME, feeds)) as asked:
            response = await asked.get(f"/xrpc/{SKELETON}", feed=FEED)
            assert (response.status_code, response.json()["error"]) == (500, "InternalServerError")
            assert "secret" not in response.text
            assert len((await asked.query(SKELETON, feed=OTHER))["feed"]) == 1

    asyncio.run(served())


def test_a_service_stands_beside_pages() -> None:
    """One server can give the service's addresses to it, and all others to the pages."""

    async def pages(_: bytes) -> bytes:
        return b'"a page"'

    async def served() -> None:
        service = create_app(HOSTNAME, FeedGenerator(f"did:web:{HOSTNAME}", {FEED: Shelf(1)}))
        async with serving(Beside(service, Method(pages))) as asked:
            assert (await asked.get("/")).json() == (await asked.get("/xrpc")).json() == "a page"
            assert (await asked.get("/.well-known/did.json")).json()["id"] == "did:web:fair.example.org"
            assert await asked.refused("unknown.method.here") == (501, "MethodNotImplemented")

    asyncio.run(served())


def test_a_service_needs_a_hostname() -> None:
    """An address instead of a hostname is refused, with an example."""
    with pytest.raises(ValueError, match=r"fair\.example\.org"):
        create_app("https://fair.example.org/", None)
