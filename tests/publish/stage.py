"""A real evening on a real store, and a real server on loopback for what is published of it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import uvicorn
from starlette.types import ASGIApp
from typing_extensions import override

from fairfloor.acts.act import Post
from fairfloor.acts.notice import Deletion, Notice
from fairfloor.floor.reasons import Reason, placement
from fairfloor.session.clerk import Clerk
from fairfloor.session.decide import Rules
from fairfloor.session.decision import Decision
from fairfloor.session.ports import Batch, Step
from fairfloor.web.server import listening
from fairfloor.wiring.kept import Kept

START = datetime(2026, 11, 5, 2, tzinfo=UTC)
HOST = "did:plc:hosthosthosthosthosthost"
LABELER = "did:plc:labellabellabellabellabe"
HOSTNAME = "fair.example.org"
FEED = f"at://{HOST}/app.bsky.feed.generator/copchat"
_DEADLINE = 60
"""Real seconds after which a test that waits for something is taken to wait for nothing."""


class Evening:
    """An evening kept by a real clerk on a real store; one step a call, a second each."""

    def __init__(self, evening: Kept, rules: Rules | None = None) -> None:
        self.store, self.records = evening.store, evening.records
        quick = Rules(tag="copchat", hosts=frozenset({HOST}), pace=60.0, ttl=timedelta(seconds=30))
        self.rules = rules or quick
        self._clerk = Clerk(self.store, self.rules)
        self.hear: Callable[[Step], object] = lambda _: None
        self.now = START
        self._said = 0

    def tell(self, *notices: Notice, after: float = 1.0) -> Step:
        """Let notices come, and the audience hear of it."""
        self.now += timedelta(seconds=after)
        step = self._clerk.take("test", Batch(notices=notices), self.now, self.now)
        self.hear(step)
        return step

    def wait(self, seconds: float) -> Step:
        """Let time pass."""
        return self.tell(after=seconds)

    def come_back(self) -> list[Step]:
        """Forget all that is not in the store, and hear the log again."""
        self._clerk = Clerk(self.store, self.rules)
        steps = list(self._clerk.recover(self.now))
        for step in steps:
            self.hear(step)
        return steps

    def a_post(self, text: str = "", who: str = HOST, **more: Any) -> Post:
        """Make a post, the host's unless told whose."""
        self._said += 1
        name = f"at://{who}/app.bsky.feed.post/3k{self._said:011}"
        given: dict[str, Any] = {"id": name, "at": self.now, "account": who, "text": text or f"post {self._said}"}
        return Post(**(given | more))

    def ask(self, number: int = 1) -> list[str]:
        """Let the host post so many times, in one step; gives the ids."""
        posts = [self.a_post() for _ in range(number)]
        self.tell(*posts)
        return [post.id for post in posts]

    def delete(self, *posts: str) -> Step:
        """Let authors take posts back."""
        return self.tell(*(Deletion(id=post, at=self.now) for post in posts))


def person(number: int) -> str:
    """Name an account."""
    return f"did:plc:person{number:018}"


class Asked:
    """Asks a server, as one client would."""

    def __init__(self, http: httpx.AsyncClient, address: str) -> None:
        self.http = http
        self.address = address

    async def get(self, path: str, **parameters: Any) -> httpx.Response:
        """Get an address."""
        return await self.http.get(f"{self.address}{path}", params=parameters)

    async def query(self, name: str, **parameters: Any) -> Any:
        """Ask a query that is to succeed; gives the JSON."""
        response = await self.get(f"/xrpc/{name}", **parameters)
        assert response.status_code == 200, response.text
        return response.json()

    async def refused(self, name: str, **parameters: Any) -> tuple[int, str]:
        """Ask a query that is to fail; gives the status and the error's name."""
        response = await self.get(f"/xrpc/{name}", **parameters)
        told = response.json()
        assert set(told) == {"error", "message"}, told
        assert told["message"], told
        return response.status_code, told["error"]


class _Server(uvicorn.Server):
    @contextmanager
    @override
    def capture_signals(self) -> Generator[None]:
        """Leave signals to the tests."""
        yield


@asynccontextmanager
async def serving(app: ASGIApp) -> AsyncIterator[Asked]:
    """Serve an application on loopback with a real server."""
    with listening("127.0.0.1", 0) as at:
        config = uvicorn.Config(app, http="h11", ws="websockets-sansio", lifespan="off", log_config=None)
        server = _Server(config)
        task = asyncio.create_task(server.serve(sockets=[at]))
        async with asyncio.timeout(_DEADLINE), httpx.AsyncClient(trust_env=False) as http:
            try:
                yield Asked(http, f"http://127.0.0.1:{at.getsockname()[1]}")
            finally:
                server.should_exit = True
                server.force_exit = True
                await task


async def turns(until: Callable[[], bool]) -> None:
    """Let others have their turns until something is so."""
    while not until():  # noqa: ASYNC110 - what is waited for has no event of its own
        await asyncio.sleep(0)


def decision(act: str, reason: Reason, at: datetime = START) -> Decision:
    """Make a decision on an act."""
    return Decision(
        act=act,
        at=at,
        placement=placement(reason),
        reason=reason,
        message=act,
        account=HOST,
        say=1.0,
        standing=0.0,
        class_="newcomer",
    )
