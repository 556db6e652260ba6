"""A server of Mastodon's kind with one account on it, true to its documents, and decisions to boost by."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from fairfloor.floor.reasons import Placement, Room, Withdrawn
from fairfloor.session.decision import Decision
from fairfloor.web.server import listening

START = datetime(2026, 10, 22, 1, tzinfo=UTC)
TOKEN = "s3cret-token"  # noqa: S105 - of a server that ends with the test


class Home:
    """The server: what its account did, and when by the clock of the evening."""

    def __init__(self) -> None:
        self.bot = False
        self.did: list[tuple[float, str]] = []
        self.keys: dict[str, str] = {}
        self.posted: asyncio.Queue[str] = asyncio.Queue()
        """The keys of all posts that were asked for, those that were there before as well."""
        self.known: dict[str, str] = {}
        self.odd: dict[str, deque[Response]] = {}
        self._stirred = asyncio.Event()
        self.now: Callable[[], datetime] = lambda: START
        self.asked_for: Callable[[str], None] = lambda _: None
        """Called with each uri that is looked for, before the answer."""

    @property
    def app(self) -> Starlette:
        """The server as an application."""
        return Starlette(
            routes=[
                Route("/api/v1/accounts/verify_credentials", self._answers(self._me)),
                Route("/api/v1/accounts/update_credentials", self._answers(self._mark), methods=["PATCH"]),
                Route("/api/v2/search", self._answers(self._search)),
                Route("/api/v1/statuses/{id}/reblog", self._answers(self._boost), methods=["POST"]),
                Route("/api/v1/statuses", self._answers(self._post), methods=["POST"]),
            ]
        )

    def _answers(self, answer: Callable[[Request, dict[str, str]], Response]) -> Any:
        async def endpoint(request: Request) -> Response:
            form = {key: values[0] for key, values in parse_qs((await request.body()).decode()).items()}
            if request.headers.get("authorization") != f"Bearer {TOKEN}":
                return JSONResponse({"error": "The access token is invalid"}, 401)
            for end, odd in self.odd.items():
                if request.url.path.endswith(end) and odd:
                    return odd.popleft()
            return answer(request, form)

        return endpoint

    async def done(self, number: int) -> None:
        """Wait until the account did so many things."""
        while len(self.did) < number:
            self._stirred.clear()
            await self._stirred.wait()

    def _note(self, what: str) -> None:
        self.did.append(((self.now() - START).total_seconds(), what))
        self._stirred.set()

    def _me(self, *_: Any) -> Response:
        return JSONResponse({"id": "1", "acct": "floor", "url": "https://home.example/@floor", "bot": self.bot})

    def _mark(self, request: Request, form: dict[str, str]) -> Response:
        self.bot = form["bot"] == "true"
        self._note("bot")
        return self._me(request)

    def _search(self, request: Request, _: dict[str, str]) -> Response:
        uri = request.query_params["q"]
        self.asked_for(uri)
        if uri.endswith("unknown"):
            return JSONResponse({"statuses": []})
        if uri.endswith("other"):
            return JSONResponse({"statuses": [{"id": "666", "uri": "https://elsewhere.example/1"}]})
        id_ = self.known.setdefault(uri, str(100 + len(self.known)))
        return JSONResponse({"accounts": [], "statuses": [{"id": id_, "uri": uri}], "hashtags": []})

    def _boost(self, request: Request, form: dict[str, str]) -> Response:
        uri = {id_: uri for uri, id_ in self.known.items()}[request.path_params["id"]]
        self._note(f"boost {uri.rpartition('/')[2]} {form['visibility']}")
        return JSONResponse({"id": "9", "reblog": {"id": request.path_params["id"]}})

    def _post(self, request: Request, form: dict[str, str]) -> Response:
        key = request.headers["idempotency-key"]
        self.posted.put_nowait(key)
        if key not in self.keys:
            self.keys[key] = form["status"]
            self._note(f"post {form['status']}")
        return JSONResponse({"id": "8"})


@asynccontextmanager
async def _serving(app: Any) -> AsyncIterator[str]:
    with listening("127.0.0.1", 0) as at:
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off", ws="none", date_header=False))
        task = asyncio.create_task(server.serve(sockets=[at]))
        try:
            yield f"127.0.0.1:{at.getsockname()[1]}"
        finally:
            server.should_exit = server.force_exit = True
            await task


@pytest.fixture
def serving(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Serve an application on a free port of this machine until the block ends; gives its host and port."""
    monkeypatch.setenv("NO_PROXY", "*")
    return _serving


@pytest.fixture
def home() -> Home:
    """Give a server whose account did nothing yet."""
    return Home()


@pytest.fixture(scope="session")
def decision() -> Callable[..., Decision]:
    """Make a decision about a post on Mastodon, so many seconds into the evening."""

    def make(name: str, seconds: float = 0, placement: Placement = "floor", by: str = "al@chat.example") -> Decision:
        return Decision(
            act=name if ":" in name else f"https://chat.example/users/al/statuses/{name}",
            at=START + timedelta(seconds=seconds),
            placement=placement,
            reason=Room() if placement == "floor" else Withdrawn(),
            message="m",
            account=by,
            say=1.0,
            standing=0.0,
            class_="newcomer",
        )

    return make
