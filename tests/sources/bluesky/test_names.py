import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
import uvicorn
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from fairfloor.acts.act import Post
from fairfloor.acts.notice import Rename
from fairfloor.session.ports import Batch, Step
from fairfloor.sources.bluesky.names import Acquaintance, Named
from fairfloor.testing.clock import VirtualClock
from fairfloor.web.server import listening

START = datetime(2026, 10, 22, 1, tzinfo=UTC)
_DEADLINE = 20


def did(number: int) -> str:
    """Give an id such as the network gives, made of letters."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    return "did:plc:" + "".join(letters[number // 26**place % 26] for place in range(24))


def _step(*accounts: str) -> Step:
    acts = tuple(Post(id=f"at://{account}/app.bsky.feed.post/1", at=START, account=account) for account in accounts)
    return Step(now=START, acts=acts)


class Other:
    """A source that gives what it is handed."""

    name = "other"

    def __init__(self) -> None:
        self.given: asyncio.Queue[Batch | Exception] = asyncio.Queue()

    async def batches(self, cursor: str | None) -> AsyncGenerator[Batch]:
        """Give it."""
        assert cursor == "7"
        while not isinstance(batch := await self.given.get(), Exception):
            yield batch
        raise batch


class AppView:
    """Answers `app.bsky.actor.getProfiles` as Bluesky's AppView does; `answer` may be set to something else."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.answer: Callable[[list[str]], Response] = self.profiles

    def profiles(self, actors: list[str]) -> Response:
        """Give the profiles; who has a z in their id has no handle that holds, who has a y is gone."""
        there = [actor for actor in actors if "y" not in actor]
        handles = {actor: "handle.invalid" if "z" in actor else f"{actor[8:12]}.example.org" for actor in there}
        return JSONResponse({"profiles": [{"did": actor, "handle": handles[actor], "labels": []} for actor in there]})

    async def get_profiles(self, request: Request) -> Response:
        """Note what is asked, and answer."""
        actors = request.query_params.getlist("actors")
        self.asked.append(actors)
        assert 0 < len(actors) <= 25
        return self.answer(actors)


class Room:
    """A named source at an AppView, and what it told."""

    def __init__(self, appview: AppView, address: str, room: int = 1000) -> None:
        self.appview = appview
        self.clock = VirtualClock(START)
        self.other = Other()
        self.named = Named(self.other, self.clock, address, room)
        self.batches: asyncio.Queue[Batch] = asyncio.Queue()

    async def run(self) -> None:
        """Listen until cancelled."""
        async for batch in self.named.batches("7"):
            self.batches.put_nowait(batch)

    async def names(self) -> dict[str, str]:
        """Wait for the next handles, and let rests pass meanwhile."""
        while self.batches.empty():
            await asyncio.sleep(0)
            self.clock.jump()
        batch = await self.batches.get()
        renames = [notice for notice in batch.notices if isinstance(notice, Rename)]
        return {rename.account: rename.handle for rename in renames}

    async def asked(self, times: int) -> None:
        """Let rests pass until it has asked so often."""
        while len(self.appview.asked) < times:
            await asyncio.sleep(0)
            self.clock.jump()


@asynccontextmanager
async def _served() -> AsyncIterator[tuple[AppView, str]]:
    appview = AppView()
    app = Starlette(routes=[Route("/xrpc/app.bsky.actor.getProfiles", appview.get_profiles)])
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
    with listening("127.0.0.1", 0) as at:
        async with asyncio.timeout(_DEADLINE):
            task = asyncio.create_task(server.serve(sockets=[at]))
            try:
                yield appview, f"http://127.0.0.1:{at.getsockname()[1]}"
            finally:
                server.should_exit = True
                await task


@asynccontextmanager
async def _room() -> AsyncIterator[Room]:
    async with _served() as (appview, address):
        room = Room(appview, address)
        task = asyncio.create_task(room.run())
        try:
            yield room
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")


def test_who_spoke_gets_a_name() -> None:
    """Those who spoke are asked about together, once, and told as handles at the source's own time."""

    async def scenario() -> None:
        async with _room() as room:
            room.other.given.put_nowait(Batch(cursor="8", upto=START + timedelta(seconds=5)))
            assert (await room.batches.get()).cursor == "8"
            room.named.hear(_step(did(1), did(2), did(1)))
            room.named.hear(_step(did(2), "did:plc:none", "@ann@example.org"))
            await room.asked(1)
            batch = await room.batches.get()
            assert batch.notices == (
                Rename(account=did(1), handle="baaa.example.org", at=START + timedelta(seconds=5)),
                Rename(account=did(2), handle="caaa.example.org", at=START + timedelta(seconds=5)),
            )
            assert (batch.cursor, batch.upto) == (None, START + timedelta(seconds=5))
            assert room.appview.asked == [[did(1), did(2)]]
            assert room.named.name == "other"

    asyncio.run(scenario())


def test_a_crowd_is_asked_about_in_turn() -> None:
    """A crowd is asked about 25 at a time, with a rest in between."""

    async def scenario() -> None:
        async with _room() as room:
            room.named.hear(_step(*map(did, range(20))))
            room.named.hear(_step(*map(did, range(20, 60))))
            for turn in range(1, 4):
                assert await room.names()
                assert len(room.appview.asked) == turn
                assert room.clock.now() >= START + turn * timedelta(seconds=3)
            assert [len(asked) for asked in room.appview.asked] == [25, 25, 10]

    asyncio.run(scenario())


def test_the_known_are_not_asked_about() -> None:
    """Who is known by a handle, from the stream or from before a restart, is not asked about."""

    async def scenario() -> None:
        async with _room() as room:
            room.named.hear(Step(now=START, names=((did(1), "one.example.org"), (did(2), "two.example.org"))))
            room.named.hear(_step(did(1), did(2), did(3)))
            assert list(await room.names()) == [did(3)]
            assert room.appview.asked == [[did(3)]]

    asyncio.run(scenario())


def test_a_new_handle_is_checked() -> None:
    """What the stream says of a handle is taken for a reason to ask: who claims another's name does not get it."""

    async def scenario() -> None:
        async with _room() as room:
            room.named.hear(_step(did(1), did(2)))
            await room.names()
            claims = [Rename(account=did(number), handle="host.example.org", at=START) for number in (1, 2, 3)]
            post = Post(id="at://x", at=START, account=did(1))
            room.other.given.put_nowait(Batch(notices=(claims[0], post, *claims[1:]), cursor="9"))
            batch = await room.batches.get()
            assert (batch.notices, batch.cursor) == ((post,), "9")
            room.appview.answer = lambda _: JSONResponse(
                {
                    "profiles": [
                        {"did": did(1), "handle": "new.example.org"},
                        {"did": did(2), "handle": "caaa.example.org"},
                    ]
                }
            )
            assert await room.names() == {did(1): "new.example.org"}
            assert room.appview.asked[1] == [did(1), did(2)]

    asyncio.run(scenario())


def test_who_has_no_name_keeps_their_id() -> None:
    """A handle that does not hold and an account that is gone give no name, and are not asked about again."""

    async def scenario() -> None:
        async with _room() as room:
            room.named.hear(_step(did(24), did(25), did(1)))
            assert list(await room.names()) == [did(1)]
            room.named.hear(_step(did(24), did(25), did(2)))
            assert list(await room.names()) == [did(2)]
            assert room.appview.asked[1] == [did(2)]

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "answer",
    [
        lambda _: Response("<html>", 502),
        lambda _: Response("<html>"),
        lambda _: JSONResponse({"profiles": [{"did": 5}]}),
        lambda _: JSONResponse({"error": "RateLimitExceeded"}, 429, {"Retry-After": "30"}),
    ],
)
def test_a_failure_is_counted_and_made_up_for(answer: Callable[[list[str]], Response]) -> None:
    """Where there is no answer the evening goes on; the failure is counted, and the question asked again later."""

    async def scenario() -> None:
        async with _room() as room:
            room.appview.answer = answer
            room.named.hear(_step(did(1)))
            while not room.named.failures:
                await asyncio.sleep(0)
                room.clock.jump()
            room.other.given.put_nowait(Batch(cursor="8"))
            assert (await room.batches.get()).cursor == "8"
            room.appview.answer = room.appview.profiles
            while room.batches.empty():
                await asyncio.sleep(0)
                room.clock.jump()
            assert await room.names() == {did(1): "baaa.example.org"}
            assert room.clock.now() > START

    asyncio.run(scenario())


def test_a_refusal_is_final() -> None:
    """What the AppView will not tell is counted and not asked again; others are."""

    async def scenario() -> None:
        async with _room() as room:
            room.appview.answer = lambda _: JSONResponse({"error": "InvalidRequest"}, 400)
            room.named.hear(_step(did(1)))
            await room.asked(1)
            while not room.named.failures:  # noqa: ASYNC110 - until the answer was read
                await asyncio.sleep(0)
            room.appview.answer = room.appview.profiles
            room.named.hear(_step(did(1), did(2)))
            assert list(await room.names()) == [did(2)]
            assert room.named.failures == 1

    asyncio.run(scenario())


def test_strange_answers_name_nobody() -> None:
    """Names for accounts that were not asked about, and handles that are none, are left out."""

    async def scenario() -> None:
        async with _room() as room:
            strange = [
                {"did": did(9), "handle": "nine.example.org"},
                {"did": did(1), "handle": "\u202egro.elpmaxe"},
                {"did": did(2), "handle": "a" * 2_000 + ".org"},
                {"did": did(3), "handle": "three.example.org"},
            ]
            room.appview.answer = lambda _: JSONResponse({"profiles": strange})
            room.named.hear(_step(did(1), did(2), did(3)))
            assert await room.names() == {did(3): "three.example.org"}

    asyncio.run(scenario())


def test_the_source_ends_and_fails_as_it_would_alone() -> None:
    """What the source raises is raised, whatever becomes of names."""

    async def scenario() -> None:
        async with _served() as (appview, address):
            room = Room(appview, address)
            room.other.given.put_nowait(Batch(cursor="8"))
            room.other.given.put_nowait(ValueError("no cursor"))
            with pytest.raises(ValueError, match="no cursor"):
                await room.run()
            assert (await room.batches.get()).cursor == "8"
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(scenario())


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 60)), max_size=200), st.integers(1, 40))
def test_acquaintance_is_bounded(met: list[tuple[bool, int]], room: int) -> None:
    """However many speak, no more than there is room for are remembered or wanted, and no known one is wanted."""
    people = Acquaintance(room)
    for speaks, number in met:
        if speaks:
            people.meet(did(number))
        else:
            people.know(did(number), "a.example.org")
        wanted = people.wanted()
        assert len(wanted) <= min(room, 25)
        assert speaks or did(number) not in wanted
