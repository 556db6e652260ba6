import asyncio
from collections.abc import Iterable
from pathlib import Path

import libipld
import msgspec
import pytest
from structlog.testing import capture_logs
from websockets.asyncio.client import connect

from fairfloor.floor.reasons import Expired, Host
from fairfloor.publish.atproto.app import Beside
from fairfloor.publish.atproto.feed import Page
from fairfloor.publish.atproto.keys import SigningKey
from fairfloor.publish.atproto.xrpc import Method
from fairfloor.publish.floor_feed import FloorFeed
from fairfloor.publish.following import Following
from fairfloor.publish.outlet import Outlet
from fairfloor.publish.settings import Settings, Unreadable, read, write
from fairfloor.session.decision import Decision

from .stage import FEED, HOST, HOSTNAME, LABELER, Evening, decision, person, serving

SKELETON, QUERY = "app.bsky.feed.getFeedSkeleton", "com.atproto.label.queryLabels"
SAID = "the very same question about the bridge on the old river road, asked by many"


class Noting:
    """Notes what it is told."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.gone: list[str] = []
        self.caught = 0

    def decided(self, number: int, _: Decision) -> None:
        """Note a decision."""
        self.numbers.append(number)

    def withdrawn(self, act: str) -> None:
        """Note a withdrawal."""
        self.gone.append(act)

    def caught_up(self) -> None:
        """Note that it is all."""
        self.caught += 1


async def pages(_: bytes) -> bytes:
    """Answer for what is no service."""
    return b'"a page"'


def following(address: str) -> connect:
    """Subscribe to labels from the first."""
    query = "/xrpc/com.atproto.label.subscribeLabels?cursor=0"
    return connect(f"ws{address.removeprefix('http')}{query}", proxy=None)


def test_an_evening_goes_out_as_feed_and_labels(evening: Evening, key: SigningKey) -> None:
    """Served together: the floor as a feed, copies labelled, a label taken back when the copy becomes heir."""

    async def play() -> None:
        settings = Settings(hostname=HOSTNAME, feed=FEED, labeler=LABELER)
        outlet = Outlet(settings, evening.records, evening.store.decisions, key)
        evening.hear = outlet.audience.hear
        evening.tell()
        await outlet.audience.settled()
        async with serving(Beside(outlet.app, Method(pages))) as asked, following(asked.address) as stream:
            assert (await asked.get("/")).json() == "a page"
            first, copy = evening.a_post(SAID, person(1)), evening.a_post(SAID, person(2))
            evening.tell(first)
            evening.tell(copy)
            evening.wait(60)
            await outlet.audience.settled()
            assert (await asked.query(SKELETON, feed=FEED))["feed"] == [{"post": first.id}]
            (label,) = (await asked.query(QUERY, uriPatterns="*"))["labels"]
            assert (label["src"], label["uri"], label["val"]) == (LABELER, copy.id, "copy")
            evening.delete(first.id)
            await outlet.audience.settled()
            assert (await asked.query(SKELETON, feed=FEED))["feed"] == [{"post": copy.id}]
            (negation,) = (await asked.query(QUERY, uriPatterns="*"))["labels"]
            assert (negation["uri"], negation["neg"]) == (copy.id, True)
            assert negation["cts"] > label["cts"]
            for number, neg in (2 * 2 + 1, None), (2 * evening.store.decided(), True):
                _, told = libipld.decode_dag_cbor_multi(await stream.recv(decode=False))
                assert (told["seq"], told["labels"][0].get("neg")) == (number, neg)
            services = [one["id"] for one in (await asked.get("/.well-known/did.json")).json()["service"]]
            assert services == ["#bsky_fg", "#atproto_labeler"]

    asyncio.run(play())


def test_an_outlet_has_what_is_published_and_no_more(evening: Evening, key: SigningKey) -> None:
    """Without a labeler there is no label and no key in the DID document; a labeler needs its key."""

    async def play() -> None:
        outlet = Outlet(Settings(hostname=HOSTNAME, feed=FEED), evening.records, evening.store.decisions, key)
        async with serving(outlet.app) as asked:
            assert await asked.refused(QUERY, uriPatterns="*") == (501, "MethodNotImplemented")
            assert "verificationMethod" not in (await asked.get("/.well-known/did.json")).json()

    asyncio.run(play())
    with pytest.raises(ValueError, match="key"):
        Outlet(Settings(hostname=HOSTNAME, labeler=LABELER), evening.records, evening.store.decisions)


def test_whoever_publishes_hears_each_kept_decision_once(evening: Evening) -> None:
    """Told of steps as they come, anew after a crash, or late: every decision is heard once, in order."""

    async def play() -> None:
        early, late = Noting(), Noting()
        following = Following(evening.store.decisions, [early])
        evening.hear = following.hear
        for _ in range(3):
            evening.ask(700)
        await following.settled()
        evening.come_back()
        (post,) = evening.ask()
        evening.delete(post)
        await following.settled()
        evening.hear = (other := Following(evening.store.decisions, [late])).hear
        evening.wait(1)
        await other.settled()
        assert early.numbers == late.numbers == list(range(1, evening.store.decided() + 1))
        assert early.gone == [post]
        assert early.caught >= 2

    asyncio.run(play())


def test_what_is_kept_is_published_where_it_would_be_decided_otherwise_now(evening: Evening) -> None:
    """After an upgrade, what goes out is what was kept then and what was appended since, under those numbers."""

    async def play() -> None:
        feed = FloorFeed(evening.records)
        noting = Noting()
        first, second = evening.ask(2)
        evening.store.decide(3, [decision(first, Expired(waited=30.0, waiting=2))])
        evening.hear = (following := Following(evening.store.decisions, [feed, noting])).hear
        with capture_logs() as logs:
            evening.come_back()
            await following.settled()
        assert [log["event"] for log in logs] == ["decided otherwise than kept; what is kept stands"]
        assert noting.numbers == [1, 2, 3, 4]
        assert (await feed.page(None, 1)).posts == [first]
        assert await feed.page(4, 50) == await feed.page(3, 50) == Page([second])

    asyncio.run(play())


def test_a_store_that_cannot_be_read_is_asked_again(evening: Evening) -> None:
    """A failure is logged, nothing is skipped, and the next step tries again."""
    fail = True

    def decisions(after: int) -> Iterable[Decision]:
        if fail:
            raise OSError("the disk is away")
        return [decision("a", Host())] * (3 - after)

    async def play() -> None:
        nonlocal fail
        noting = Noting()
        following = Following(decisions, [noting])
        with capture_logs() as logs:
            following.hear(evening.tell())
            await following.settled()
        assert [log["log_level"] for log in logs] == ["error"]
        assert (noting.numbers, noting.caught) == ([], 0)
        fail = False
        following.hear(evening.tell())
        await following.settled()
        assert (noting.numbers, noting.caught) == ([1, 2, 3], 1)

    asyncio.run(play())


def test_settings_are_kept_and_read_back(tmp_path: Path) -> None:
    """What is published is in a small file; where there is none, nothing is."""
    path = tmp_path / "copchat.publish.json"
    assert read(path) is None
    settings = Settings(hostname=HOSTNAME, feed=FEED, labeler=LABELER)
    write(path, settings)
    assert read(path) == settings
    write(path, Settings(hostname=HOSTNAME))
    assert read(path) == Settings(hostname=HOSTNAME)
    assert [one.name for one in tmp_path.iterdir()] == ["copchat.publish.json"]


@pytest.mark.parametrize(
    "told",
    [
        b"",
        b"\xff",
        b"[]",
        {"hostname": "https://fair.example.org"},
        {"hostname": HOSTNAME, "feed": "at://x"},
        {"hostname": HOSTNAME, "feed": f"at://{HOST}/app.bsky.feed.post/3k"},
        {"hostname": HOSTNAME, "labeler": "host.example.org"},
    ],
)
def test_settings_that_say_something_else_are_refused(tmp_path: Path, told: object) -> None:
    """A file that was edited into nonsense is said to be, with what to do."""
    path = tmp_path / "copchat.publish.json"
    path.write_bytes(told if isinstance(told, bytes) else msgspec.json.encode(told))
    with pytest.raises(Unreadable, match="Move it away"):
        read(path)
