"""A server of Mastodon's kind, true to its documents, and somebody who follows a hashtag on it."""

import asyncio
import json
from collections import Counter, deque
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
from fairfloor.sources.mastodon.live import Mastodon, Options
from fairfloor.sources.membership import Membership

START = datetime(2026, 10, 22, 1, tzinfo=UTC)
TOKEN = "s3cret-token"  # noqa: S105 - of a server that ends with the test
_DEADLINE = 20
"""Real seconds after which a test that waits for something is taken to wait for nothing."""


def snowflake(seconds: float, extra: int = 0) -> str:
    """Give the id of a status written so many seconds into the evening."""
    return str((int((START.timestamp() + seconds) * 1000) << 16) + extra)


class Town:
    """A server with a hashtag's timeline; tests write what is said on it, and how it misbehaves."""

    def __init__(self, domain: str = "chat.example") -> None:
        self.domain = domain
        self.statuses: dict[str, dict[str, Any]] = {}
        self.boosters: dict[str, list[str]] = {}
        self.threads: dict[str, list[str]] = {}
        self.odd: dict[str, deque[Response]] = {}
        """Answers to give instead, by the end of the path asked for."""
        self.asked: list[str] = []
        self.tokens: list[str | None] = []
        self.events: asyncio.Queue[bytes | None] = asyncio.Queue()
        self.instance: dict[str, Any] = {"domain": domain, "configuration": {"urls": {}}}
        self.several = True
        self.left = 300

    def say(self, seconds: float, text: str, by: str = "al", tag: str = "copchat", **fields: Any) -> dict[str, Any]:
        """Put a status on the server, written so many seconds into the evening."""
        id_ = fields.pop("id", None) or snowflake(seconds, len(self.statuses))
        host = by.partition("@")[2] or self.domain
        status = {
            "id": id_,
            "uri": f"https://{host}/users/{by.partition('@')[0]}/statuses/{id_}",
            "created_at": (START + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z"),
            "account": {"acct": by, "url": f"https://web.{host}/@{by}"},
            "content": f"<p>{text}</p>",
            "visibility": "public",
            "in_reply_to_id": None,
            "edited_at": None,
            "reblog": None,
            "reblogs_count": 0,
            "replies_count": 0,
            "mentions": [],
            "tags": [{"name": tag}] if tag else [],
        } | fields
        self.statuses[id_] = status
        return status

    def boost(self, status: dict[str, Any], *by: str) -> None:
        """Have accounts boost a status, the latest last."""
        self.boosters.setdefault(status["id"], [])[:0] = reversed(by)
        status["reblogs_count"] += len(by)

    def reply(self, status: dict[str, Any], seconds: float, text: str, by: str, **fields: Any) -> dict[str, Any]:
        """Answer a status without its tag."""
        answer = self.say(seconds, text, by, tag="", in_reply_to_id=status["id"], **fields)
        status["replies_count"] += 1
        self.threads.setdefault(status["id"], []).append(answer["id"])
        return answer

    def event(self, name: str, data: Any) -> None:
        """Send an event to whoever streams."""
        payload = data if isinstance(data, str) else json.dumps(data)
        self.events.put_nowait(f"event: {name}\ndata: {payload}\n\n".encode())

    @property
    def app(self) -> Starlette:
        """The server as an application."""
        return Starlette(
            routes=[
                Route("/api/v2/instance", self._answers(self._instance)),
                Route("/api/v1/accounts/lookup", self._answers(self._lookup)),
                Route("/api/v1/timelines/tag/{tag}", self._answers(self._timeline)),
                Route("/api/v1/statuses", self._answers(self._several)),
                Route("/api/v1/statuses/{id}", self._answers(self._one)),
                Route("/api/v1/statuses/{id}/context", self._answers(self._context)),
                Route("/api/v1/statuses/{id}/reblogged_by", self._answers(self._boosted)),
                Route("/api/v1/streaming/hashtag", self._stream),
            ]
        )

    def _answers(self, answer: Callable[[Request], Response]) -> Any:
        async def endpoint(request: Request) -> Response:
            self.asked.append(f"{request.url.path}?{request.url.query}")
            self.tokens.append(request.headers.get("authorization"))
            odd = next((odd for end, odd in self.odd.items() if request.url.path.endswith(end) and odd), None)
            response = odd.popleft() if odd else answer(request)
            self.left -= 1
            response.headers.setdefault("X-RateLimit-Remaining", str(self.left))
            reset = (START + timedelta(minutes=5)).isoformat().replace("+00:00", "Z")
            response.headers.setdefault("X-RateLimit-Reset", reset)
            return response

        return endpoint

    def _instance(self, _: Request) -> Response:
        return JSONResponse(self.instance)

    def _lookup(self, request: Request) -> Response:
        name = request.query_params["acct"].lower()
        if name == "nobody":
            return JSONResponse({"error": "Record not found"}, 404)
        return JSONResponse({"id": "1", "acct": name, "url": f"https://web.{self.domain}/@{name}"})

    def _timeline(self, request: Request) -> Response:
        query = request.query_params
        ids = sorted((id_ for id_, status in self.statuses.items() if status["tags"]), key=int)
        ids = [id_ for id_ in ids if int(id_) > int(query.get("min_id", query.get("since_id", 0)))]
        ids = [id_ for id_ in ids if "max_id" not in query or int(id_) < int(query["max_id"])]
        limit = min(int(query.get("limit", 20)), 40)
        page = ids[:limit] if "min_id" in query else ids[-limit:]
        return JSONResponse([self.statuses[id_] for id_ in reversed(page)])

    def _several(self, request: Request) -> Response:
        if not self.several:
            return JSONResponse({"error": "Not found"}, 404)
        ids = request.query_params.getlist("id[]")[:20]
        return JSONResponse([self.statuses[id_] for id_ in ids if id_ in self.statuses])

    def _one(self, request: Request) -> Response:
        status = self.statuses.get(request.path_params["id"])
        return JSONResponse(status) if status else JSONResponse({"error": "Record not found"}, 404)

    def _context(self, request: Request) -> Response:
        ids = self.threads.get(request.path_params["id"], [])
        return JSONResponse({"ancestors": [], "descendants": [self.statuses[id_] for id_ in ids]})

    def _boosted(self, request: Request) -> Response:
        accounts = self.boosters.get(request.path_params["id"], [])
        first, limit = int(request.query_params.get("max_id", 0)), int(request.query_params["limit"])
        page = [{"acct": acct} for acct in accounts[first : first + limit]]
        headers = {}
        if first + limit < len(accounts):
            headers["Link"] = f'<{request.url.replace(query=f"limit={limit}&max_id={first + limit}")}>; rel="next"'
        return JSONResponse(page, headers=headers)

    async def _stream(self, request: Request) -> Response:
        self.asked.append(f"{request.url.path}?{request.url.query}")
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return JSONResponse({"error": "Invalid access token"}, 401)
        if odd := self.odd.get("/streaming/hashtag"):
            return odd.popleft()
        return StreamingResponse(self._told(), media_type="text/event-stream")

    async def _told(self) -> AsyncIterator[bytes]:
        yield b":)\n"
        while (event := await self.events.get()) is not None:
            yield event


class Follower:
    """Follows a hashtag on a server, and keeps what is told in the order told."""

    def __init__(self, place: str, clock: Any, membership: Membership, options: Options) -> None:
        self.clock = clock
        self.batches: asyncio.Queue[Batch] = asyncio.Queue()
        self.conditions: list[Condition] = []
        self.source = Mastodon(
            place, membership, "copchat", clock, options, tell=self.conditions.append, dice=_Longest()
        )

    async def run(self, cursor: str | None) -> None:
        """Follow until cancelled."""
        async for batch in self.source.batches(cursor):
            self.batches.put_nowait(batch)

    async def heard(self, number: int) -> list[Any]:
        """Wait for so many notices, and give them."""
        found: list[Any] = []
        while len(found) < number:
            found += (await self.batches.get()).notices
        return found

    async def told(self, number: int) -> list[Any]:
        """Let rounds pass until there are so many notices, and give them."""
        found: list[Any] = []
        while len(found) < number:
            while self.batches.empty():
                await self.rounds()
            found += self.batches.get_nowait().notices
        return found

    async def rounds(self, number: int = 1, every: float = 6) -> None:
        """Let so many rounds come to their end, and the wait after each pass; the next has begun then."""
        for _ in range(number):
            await self.clock.pass_by(timedelta(seconds=every))

    def drained(self) -> list[Batch]:
        """Give the batches told since."""
        return [self.batches.get_nowait() for _ in range(self.batches.qsize())]

    @property
    def sentence(self) -> str:
        """The last thing said about the connection."""
        return self.conditions[-1].sentence


class _Longest:
    def uniform(self, a: float, b: float) -> float:
        return max(a, b)


@pytest.fixture
def town() -> Town:
    """Give a server where nothing was said yet."""
    return Town()


@pytest.fixture
def following(serving: Any, watched: Any) -> Any:
    """Serve a town and follow it until the block ends."""

    @asynccontextmanager
    async def opened(
        town: Town,
        cursor: str | None = None,
        *,
        membership: Membership | None = None,
        place: str | None = None,
        **options: Any,
    ) -> AsyncIterator[Follower]:
        async with asyncio.timeout(_DEADLINE), serving(town.app) as here:
            clock = watched(START)
            follower = Follower(place or here, clock, membership or Membership("copchat"), Options(**options))
            task = asyncio.create_task(follower.run(cursor))
            try:
                yield follower
            finally:
                task.cancel()
                ended = await asyncio.gather(task, return_exceptions=True)
                assert isinstance(ended[0], asyncio.CancelledError), ended[0]

    return opened


@pytest.fixture
def counts() -> Callable[[Town], Counter[str]]:
    """Count what a town was asked, by the last part of the path."""
    return lambda town: Counter(asked.partition("?")[0].rpartition("/")[2] for asked in town.asked)
