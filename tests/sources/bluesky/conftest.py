"""A real WebSocket server that plays Jetstream, and somebody who listens to it with a clock of their own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from fairfloor.session.ports import Batch
from fairfloor.sources.bluesky.condition import Condition
from fairfloor.sources.bluesky.live import Live, Options
from fairfloor.sources.membership import Membership
from fairfloor.testing.clock import VirtualClock

START = datetime(2026, 10, 22, 1, tzinfo=UTC)
_DEADLINE = 20
"""Real seconds after which a test that waits for something is taken to wait for nothing."""

Script = Callable[[ServerConnection], Awaitable[None]]


class Longest:
    """Dice that always draw the longest wait."""

    def uniform(self, a: float, b: float) -> float:
        """Draw the larger."""
        return max(a, b)


class Stage:
    """A stream that does with each connection what the next script says.

    A number refuses it with that status, a name with 400 and the name as the error.
    """

    def __init__(self, scripts: Sequence[Script | int | str]) -> None:
        self._scripts = list(scripts)
        self.asked: list[dict[str, list[str]]] = []
        self.headers: list[Headers] = []

    def admit(self, connection: ServerConnection, request: Request) -> Response | None:
        """Note what is asked for, and refuse it where the script says so."""
        self.asked.append(parse_qs(urlsplit(request.path).query))
        self.headers.append(request.headers)
        script = self._scripts[0]
        if not isinstance(script, int | str):
            return None
        self._scripts.pop(0)
        if isinstance(script, int):
            return connection.respond(HTTPStatus(script), "not now\n")
        return connection.respond(HTTPStatus.BAD_REQUEST, msgspec.json.encode({"error": script}).decode())

    async def play(self, connection: ServerConnection) -> None:
        """Play the next script."""
        script = self._scripts.pop(0)
        assert not isinstance(script, int | str)
        await script(connection)
        await connection.wait_closed()


class Listener:
    """Runs a `Live` against an address, and keeps what it tells in the order told."""

    def __init__(self, url: str, stage: Stage, options: dict[str, Any]) -> None:
        self.stage = stage
        self.clock = VirtualClock(START)
        self.batches: asyncio.Queue[Batch] = asyncio.Queue()
        self.conditions: asyncio.Queue[Condition] = asyncio.Queue()
        self.source = Live(
            Membership("copchat"),
            self.clock,
            Options(url=url, **options),
            tell=self.conditions.put_nowait,
            dice=Longest(),
        )

    async def run(self, cursor: str | None) -> None:
        """Listen until cancelled."""
        async for batch in self.source.batches(cursor):
            self.batches.put_nowait(batch)

    async def condition(self, *, connected: bool) -> Condition:
        """Wait for the next condition of this sort."""
        while (told := await self.conditions.get()).connected != connected:
            pass
        return told

    async def failure(self) -> Condition:
        """Wait until a connection has failed, and is about to be tried again."""
        while (told := await self.condition(connected=False)).attempts == 0:
            pass
        return told

    async def again(self) -> Condition:
        """Wait for a failure, then let the wait after it pass."""
        told = await self.failure()
        assert self.clock.jump()
        return told

    async def ids(self, number: int) -> list[str]:
        """Wait for so many notices, and give what they are about."""
        found: list[str] = []
        while len(found) < number:
            found += [about(notice) for notice in (await self.batches.get()).notices]
        return found


def about(notice: Any) -> str:
    """Give the id, or the account, that a notice is about, with its kind."""
    kind = type(notice).__name__.lower()
    subject = notice.post.id if kind == "edit" else getattr(notice, "id", None) or notice.account
    return f"{kind} {subject.rpartition('/')[2]}"


Open = Callable[..., Any]


@pytest.fixture
def staged(monkeypatch: pytest.MonkeyPatch) -> Open:
    """Start a stage with these scripts; gives it and its address."""
    monkeypatch.setenv("NO_PROXY", "*")

    @asynccontextmanager
    async def opened(*scripts: Script | int | str, **options: Any) -> AsyncIterator[tuple[Stage, str]]:
        stage = Stage(scripts)
        async with (
            asyncio.timeout(_DEADLINE),
            serve(stage.play, "127.0.0.1", 0, process_request=stage.admit, close_timeout=1, **options) as server,
        ):
            yield stage, f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"

    return opened


@pytest.fixture
def listening(staged: Open) -> Open:
    """Start a stage with these scripts, and somebody who listens to it (or to `url`) until the block ends.

    In a cursor, HERE stands for where the stage is.
    """

    @asynccontextmanager
    async def opened(
        *scripts: Script | int | str, cursor: str | None = None, url: str | None = None, path: str = "", **options: Any
    ) -> AsyncIterator[Listener]:
        async with staged(*scripts) as (stage, here):
            listener = Listener(url or here + path, stage, options)
            at = None if cursor is None else cursor.replace("HERE", here.partition("//")[2])
            task = asyncio.create_task(listener.run(at))
            try:
                yield listener
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    return opened


@pytest.fixture(scope="session")
def sends() -> Callable[..., Script]:
    """Make a script that sends frames and stays."""

    def make(*frames: bytes, text: bool = True) -> Script:
        async def script(connection: ServerConnection) -> None:
            for frame in frames:
                await connection.send(frame, text=text)

        return script

    return make


@pytest.fixture(scope="session")
def evening() -> list[bytes]:
    """Give the lines of a short evening, shaped as Jetstream sends them."""
    return Path(__file__).with_name("evening.jsonl").read_bytes().splitlines()


Make = Callable[..., bytes]


@pytest.fixture(scope="session")
def post() -> Make:
    """Make a line: a post by an account, so many seconds into the evening."""

    def make(seconds: float, rkey: str, tag: str = "copchat", **extra: Any) -> bytes:
        feature = {"$type": "app.bsky.richtext.facet#tag", "tag": tag}
        facet = {"features": [feature], "index": {"byteStart": 0, "byteEnd": 8}}
        record = {
            "$type": "app.bsky.feed.post",
            "createdAt": "2026-10-22T01:00:00Z",
            "text": f"#{tag}",
            "facets": [facet],
        }
        commit = {"rev": "3m3q", "operation": "create", "collection": "app.bsky.feed.post", "rkey": rkey}
        time_us = int(START.timestamp() * 1_000_000 + seconds * 1_000_000)
        return msgspec.json.encode(
            {
                "did": "did:plc:ann5d3kq7xw2v4tnb6ycmrsg",
                "time_us": time_us,
                "kind": "commit",
                "commit": commit | {"record": record | extra, "cid": "bafyrei"},
            }
        )

    return make
