"""X's API v2 as its documents have it: rules, the filtered stream and recent search; and somebody who follows a tag."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from fairfloor.session.ports import Batch
from fairfloor.sources.bluesky.condition import Condition
from fairfloor.sources.membership import Membership
from fairfloor.sources.secret import Secret
from fairfloor.sources.x.live import Options, X
from fairfloor.sources.x.search import at

START = datetime(2026, 10, 22, 1, tzinfo=UTC)
TOKEN = "s3cret-token"  # noqa: S105 - of a server that ends with the test
_DEADLINE = 20
"""Real seconds after which a test that waits for something is taken to wait for nothing."""
_TYPES = "https://api.x.com/2/problems/"


def problem(name: str, title: str = "Problem", **more: Any) -> dict[str, Any]:
    """Give a problem as X describes it."""
    return {"title": title, "detail": "Said in X's own words.", "type": f"{_TYPES}{name}", **more}


class Server:
    """X, as far as one chat sees it; tests write what is said there, and how it misbehaves."""

    def __init__(self) -> None:
        self.posts: list[dict[str, Any]] = []
        self.rules: list[dict[str, str]] = []
        self.odd: dict[str, deque[Response]] = {}
        """Answers to give instead, by method and the end of the path asked for."""
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.wrote: list[Any] = []
        self.lines: asyncio.Queue[bytes | None] = asyncio.Queue()

    def say(self, seconds: float, text: str, by: str = "11", **fields: Any) -> dict[str, Any]:
        """Make a post, said so many seconds into the evening."""
        when = START + timedelta(seconds=seconds)
        id_ = str(int(at(when)) + len(self.posts))
        post = {
            "id": id_,
            "author_id": by,
            "created_at": when.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "text": text,
            "conversation_id": id_,
            "edit_history_tweet_ids": [id_],
            "entities": {"hashtags": [{"start": 0, "end": 8, "tag": "copchat"}]},
            "lang": "en",
        } | fields
        self.posts.append(post)
        return post

    def send(self, post: dict[str, Any], rule: str | None = None, **more: Any) -> None:
        """Send a post down the stream, for our rule or another."""
        matching = [{"id": rule or self.rules[0]["id"], "tag": "x"}]
        self.line(json.dumps({"data": post, "matching_rules": matching, **more}))

    def line(self, line: str) -> None:
        """Send a line down the stream."""
        self.lines.put_nowait(line.encode() + b"\r\n")

    @property
    def app(self) -> Starlette:
        """The server as an application."""
        return Starlette(
            routes=[
                Route("/2/tweets/search/stream/rules", self._answers(self._rules), methods=["GET", "POST"]),
                Route("/2/tweets/search/stream", self._answers(self._stream)),
                Route("/2/tweets/search/recent", self._answers(self._search)),
                Route("/2/users/by/username/{name}", self._answers(self._user)),
            ]
        )

    def count(self, end: str) -> int:
        """Count what was asked of a path."""
        return sum(path.endswith(end) for _, path, _ in self.asked)

    def _answers(self, answer: Callable[[Request], Response]) -> Any:
        async def endpoint(request: Request) -> Response:
            path = request.url.path
            self.asked.append((request.method, path, dict(request.query_params)))
            if request.headers.get("authorization") != f"Bearer {TOKEN}":
                return JSONResponse(problem("about:blank", "Unauthorized", status=401), 401)
            if request.method == "POST":
                self.wrote.append(await request.json())
            for end, odd in self.odd.items():
                if f"{request.method} {path}".endswith(end) and odd:
                    return odd.popleft()
            return answer(request)

        return endpoint

    def _rules(self, request: Request) -> Response:
        if request.method == "GET":
            return JSONResponse({"data": self.rules, "meta": {"sent": "2026-10-22T01:00:00.000Z"}})
        asked = self.wrote[-1]
        if "delete" in asked:
            self.rules = [rule for rule in self.rules if rule["id"] not in asked["delete"]["ids"]]
            return JSONResponse({"meta": {"summary": {"deleted": 1, "not_deleted": 0}}})
        value = asked["add"][0]["value"]
        if same := [rule for rule in self.rules if rule["value"] == value]:
            error = problem("duplicate-rules", "DuplicateRule", id=same[0]["id"], value=value)
            return JSONResponse({"errors": [error], "meta": {"summary": {"created": 0, "not_created": 1}}})
        self.rules.append({"id": f"9{len(self.rules)}", **asked["add"][0]})
        return JSONResponse({"data": [self.rules[-1]], "meta": {"summary": {"created": 1}}}, 201)

    def _user(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name == "nobody":
            gone = problem("resource-not-found", "Not Found Error", resource_type="user", value=name)
            return JSONResponse({"errors": [gone]})
        return JSONResponse({"data": {"id": "2244994945", "name": "Somebody", "username": name}})

    def _stream(self, _: Request) -> Response:
        return StreamingResponse(self._told(), media_type="application/json")

    async def _told(self) -> AsyncIterator[bytes]:
        yield b"\r\n"
        while (line := await self.lines.get()) is not None:
            yield line

    def _search(self, request: Request) -> Response:
        query = request.query_params
        since, until = int(query.get("since_id", 0)), int(query.get("until_id", 1 << 63))
        most = int(query["max_results"])
        if not 10 <= most <= 100:
            return JSONResponse({"errors": [{"message": "max_results"}], **problem("invalid-request")}, 400)
        found = [post for post in self.posts if since < int(post["id"]) < until]
        found.sort(key=lambda post: int(post["id"]), reverse=True)
        first = int(query.get("next_token", 0))
        page: dict[str, Any] = {"meta": {"result_count": len(found[first : first + most])}}
        if found[first : first + most]:
            page["data"] = found[first : first + most]
        if first + most < len(found):
            page["meta"]["next_token"] = str(first + most)
        return JSONResponse(page)


class Follower:
    """Follows a hashtag on X, and keeps what is told in the order told."""

    def __init__(self, url: str, clock: Any, options: dict[str, Any]) -> None:
        self.clock = clock
        self.batches: asyncio.Queue[Batch | None] = asyncio.Queue()
        self.conditions: list[Condition] = []
        asked: dict[str, Any] = {"token": Secret(TOKEN), "budget": 1000, "url": url} | options
        self.source = X(Membership("copchat"), "copchat", clock, Options(**asked), tell=self.conditions.append)
        self.cursor: str | None = None

    async def run(self, cursor: str | None) -> None:
        """Follow until cancelled, or until the source ends."""
        async for batch in self.source.batches(cursor):
            self.cursor = batch.cursor or self.cursor
            self.batches.put_nowait(batch)
        self.batches.put_nowait(None)

    async def heard(self, number: int) -> list[Any]:
        """Wait for so many notices, and give them."""
        found: list[Any] = []
        while len(found) < number:
            batch = await self.batches.get()
            assert batch is not None
            found += batch.notices
        return found

    async def end(self) -> list[Any]:
        """Wait until the source ends, and give all it told until then."""
        found: list[Any] = []
        while (batch := await self.batches.get()) is not None:
            found += batch.notices
        return found

    async def said(self, words: str, times: int = 1) -> Condition:
        """Wait until something was said about the connection, looking whenever somebody begins to wait."""
        while len(found := [one for one in self.conditions if words in one.sentence]) < times:
            await self.clock.asked.get()
        return found[-1]


@pytest.fixture
def server() -> Server:
    """Give X where nothing was said yet."""
    return Server()


@pytest.fixture
def following(serving: Any, watched: Any) -> Any:
    """Serve X and follow a tag on it until the block ends."""

    @asynccontextmanager
    async def opened(
        server: Server, cursor: str | None = None, url: str | None = None, **options: Any
    ) -> AsyncIterator[Follower]:
        async with asyncio.timeout(_DEADLINE), serving(server.app) as here:
            follower = Follower(url or f"http://{here}", watched(START), options)
            task = asyncio.create_task(follower.run(cursor))
            try:
                yield follower
            finally:
                task.cancel()
                ended = await asyncio.gather(task, return_exceptions=True)
                assert ended[0] is None or isinstance(ended[0], asyncio.CancelledError), ended[0]

    return opened
