import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fairfloor.floor.reasons import Expired, Host
from fairfloor.publish.floor_feed import FloorFeed
from fairfloor.publish.following import Following
from fairfloor.session.ports import Record
from fairfloor.wiring.kept import kept

from .stage import Evening, decision, person

MOVES = ["post", "delete oldest", "delete newest", "delete middle", "page", "come back"]


class Published:
    """An evening whose floor is a feed that keeps few posts in memory; must be told in an event loop."""

    def __init__(self, evening: Evening, memory: int) -> None:
        self.evening = evening
        self.feed = FloorFeed(evening.records, memory)
        self.following = Following(evening.store.decisions, [self.feed])
        evening.hear = self.following.hear

    async def all(self, limit: int) -> list[str]:
        """Page through the whole feed."""
        found: list[str] = []
        page = await self.feed.page(None, limit)
        while True:
            assert len(page.posts) <= limit
            found += page.posts
            if page.cursor is None:
                return found
            page = await self.feed.page(page.cursor, limit)


@given(moves=st.lists(st.sampled_from(MOVES), max_size=24), limit=st.integers(1, 4), memory=st.sampled_from([4, 100]))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_paging_while_the_floor_moves_shows_each_post_once(
    tmp_path_factory: pytest.TempPathFactory, moves: list[str], limit: int, memory: int
) -> None:
    """Whoever pages to the end sees each post that had the floor when they began, once, in order, unless deleted."""

    async def play(evening: Evening) -> None:
        published = Published(evening, memory)
        floor = evening.ask(6)
        await published.following.settled()
        begun, gone = list(reversed(floor)), set[str]()
        page = await published.feed.page(None, limit)
        seen = list(page.posts)
        for move in moves:
            if move == "post":
                floor += evening.ask()
            elif move == "come back":
                evening.come_back()
            elif move == "page" and page.cursor is not None:
                page = await published.feed.page(page.cursor, limit)
                assert not gone & set(page.posts)
                seen += page.posts
            elif move.startswith("delete") and floor:
                place = {"oldest": 0, "newest": -1, "middle": len(floor) // 2}[move.split()[1]]
                gone.add(floor[place])
                evening.delete(floor.pop(place))
        while page.cursor is not None:
            page = await published.feed.page(page.cursor, limit)
            assert not gone & set(page.posts)
            seen += page.posts
        assert len(seen) == len(set(seen))
        assert set(begun) - gone <= set(seen) <= set(begun)
        assert seen == [post for post in begun if post in seen]
        await published.following.settled()
        assert await published.all(limit) == floor[::-1]

    with kept(tmp_path_factory.mktemp("evening") / "evening.db") as store:
        asyncio.run(play(Evening(store)))


def test_the_newest_pages_cost_no_read(evening: Evening, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once decisions have been read, pages come from memory; older ones, and those before that, from the store."""

    async def play() -> None:
        published = Published(evening, memory=100)
        asked: list[object] = []
        floor = evening.records.floor

        def counted(before: int | None = None, limit: int = 50) -> list[Record]:
            asked.append(before)
            return floor(before, limit)

        monkeypatch.setattr(evening.records, "floor", counted)
        posts = evening.ask(8)
        assert (await published.feed.page(None, 50)).posts == posts[::-1]
        assert len(asked) == 1
        await published.following.settled()
        assert await published.all(3) == posts[::-1]
        assert len(asked) == 1

    asyncio.run(play())


def test_memory_is_bounded(evening: Evening) -> None:
    """However long the evening, only so many posts are in memory, and the feed is whole."""

    async def play() -> None:
        published = Published(evening, memory=8)
        posts = [post for _ in range(10) for post in evening.ask(5)]
        await published.following.settled()
        assert len(published.feed._at) <= 10  # noqa: SLF001 - what is bounded
        assert await published.all(7) == posts[::-1]
        evening.delete(posts[0], posts[-1], posts[20])
        assert posts[0] not in await published.all(7)
        await published.following.settled()
        assert await published.all(50) == [post for post in posts[::-1] if post not in {posts[0], posts[-1], posts[20]}]

    asyncio.run(play())


def test_a_deleted_post_is_gone_before_its_withdrawal_is_decided(evening: Evening) -> None:
    """The step that tells of a deletion takes the post out; what is read later does not bring it back."""

    async def play() -> None:
        published = Published(evening, memory=100)
        (post,) = evening.ask()
        evening.delete(post)
        assert (await published.feed.page(None, 50)).posts == []
        await published.following.settled()
        assert (await published.feed.page(None, 50)).posts == []
        version = published.feed.version
        published.feed.decided(1_000, decision(post, Host()))
        assert (await published.feed.page(None, 50)).posts == []
        assert published.feed.version >= version

    asyncio.run(play())


def test_only_posts_of_bluesky_are_in_the_feed(evening: Evening) -> None:
    """A post of another network has the floor on the page, and cannot be in the feed; pages are full all the same."""

    async def play() -> None:
        published = Published(evening, memory=4)
        ours: list[str] = []
        for number in range(12):
            evening.tell(evening.a_post(id=f"https://mastodon.example/@host/{number}"))
            ours += evening.ask()
        await published.following.settled()
        assert (await published.feed.page(None, 10)).posts == ours[::-1][:10]
        assert await published.all(5) == ours[::-1]

    asyncio.run(play())


def test_a_post_stands_where_its_last_decision_put_it(evening: Evening) -> None:
    """After an upgrade has decided otherwise, no post is shown twice, and one that is folded now is not shown."""

    async def play() -> None:
        posts = evening.ask(3)
        again = [decision(posts[0], Host()), decision(posts[1], Expired(waited=30.0, waiting=2))]
        evening.store.decide(4, again)
        for memory in (100, 1):
            published = Published(evening, memory)
            assert await published.all(2) == [posts[0], posts[2]]
            published.following.hear(evening.tell())
            await published.following.settled()
            assert await published.all(2) == [posts[0], posts[2]]

    asyncio.run(play())


def test_what_the_floor_gives_and_takes_shows(evening: Evening) -> None:
    """A message is in the feed when its turn has come; when it is deleted, its copy takes its place."""

    async def play() -> None:
        published = Published(evening, memory=100)
        said = "the very same question about the bridge on the old river road, asked by two"
        first, copy = evening.a_post(said, person(1)), evening.a_post(said, person(2))
        evening.tell(first)
        evening.tell(copy)
        evening.wait(60)
        await published.following.settled()
        assert (await published.feed.page(None, 50)).posts == [first.id]
        evening.delete(first.id)
        assert (await published.feed.page(None, 50)).posts == []
        await published.following.settled()
        assert (await published.feed.page(None, 50)).posts == [copy.id]

    asyncio.run(play())
