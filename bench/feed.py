"""How many requests a second the feed answers, and how quickly, beside the barest JSON endpoint that Starlette allows.

    .venv/bin/python -m bench.feed [SECONDS]

Three servers, each in a process of its own with the same uvicorn, on loopback: the feed over a real evening on disk,
with 2,000 posts that have the floor and one more each second (five times the reading pace, so that encoded pages never
last); a bare Starlette route that gives a small JSON object; and one that gives as much JSON as a page of the feed,
encoded for each request, as a feed generator written in a day does. They take turns under the same load: wrk where it
is installed, else sockets of our own (which take more of the processor than the servers do; their figures are lower
for all three). 32 connections at once.
"""

import asyncio
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from fairfloor.acts.act import Post
from fairfloor.publish.atproto.app import Beside
from fairfloor.publish.outlet import Outlet
from fairfloor.publish.settings import Settings
from fairfloor.session.clerk import Clerk
from fairfloor.session.decide import Rules
from fairfloor.session.ports import Batch
from fairfloor.wiring.kept import Kept, kept

POSTS = 2_000
CONNECTIONS = 32
ROUNDS = 5
SECONDS = 4.0
HOST = "did:plc:hosthosthosthosthosthost"
FEED = f"at://{HOST}/app.bsky.feed.generator/copchat"
_START = datetime(2026, 11, 5, 2, tzinfo=UTC)
_PATHS = {
    "feed": f"/xrpc/app.bsky.feed.getFeedSkeleton?feed={FEED}&limit=50",
    "bare": "/bare",
    "bare, a page of JSON": "/page",
}


class Load(msgspec.Struct, frozen=True):
    """What a server did under load."""

    rate: float
    """Requests a second."""
    p99: float
    """Milliseconds within which 99 in 100 were answered."""


class Evening:
    """A real evening in which only the host speaks, so that every post has the floor at once."""

    def __init__(self, evening: Kept) -> None:
        rules = Rules(tag="copchat", hosts=frozenset({HOST}))
        evening.store.begin(rules)
        self._clerk = Clerk(evening.store, rules)
        self._said = 0
        self.outlet = Outlet(Settings(hostname="fair.example.org", feed=FEED), evening.records, evening.store.decisions)

    def say(self, posts: int) -> None:
        """Let the host post, and the feed hear of it."""
        batch = Batch(notices=tuple(self._post() for _ in range(posts)))
        now = _START + timedelta(seconds=self._said)
        self.outlet.audience.hear(self._clerk.take("bench", batch, now, now))

    async def go_on(self) -> None:
        """Post once a second."""
        while True:
            self.say(1)
            await asyncio.sleep(1)

    def _post(self) -> Post:
        self._said += 1
        name = f"at://{HOST}/app.bsky.feed.post/3k{self._said:011}"
        return Post(id=name, at=_START + timedelta(seconds=self._said), account=HOST, text=f"post {self._said}")


async def bare(_: Request) -> JSONResponse:
    """Answer with little."""
    return JSONResponse({"hello": "world"})


async def page(_: Request) -> JSONResponse:
    """Answer with as much as a page of the feed is."""
    return JSONResponse({"feed": [{"post": uri} for uri in _URIS], "cursor": "1950"})


_URIS = [f"at://{HOST}/app.bsky.feed.post/3k{number:011}" for number in range(50)]


async def serve(what: str) -> None:
    """Serve one of them until the process is ended; prints the port."""
    with TemporaryDirectory() as folder, kept(Path(folder) / "evening.db") as store, socket.socket() as at:
        at.bind(("127.0.0.1", 0))
        at.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # or answers wait for acknowledgements, 40 ms each
        app: ASGIApp = Starlette(routes=[Route("/bare", bare), Route("/page", page)])
        going: asyncio.Task[None] | None = None
        if what == "feed":
            evening = Evening(store)
            evening.say(POSTS)
            await evening.outlet.audience.settled()
            app, going = Beside(evening.outlet.app, app), asyncio.create_task(evening.go_on())
        config = uvicorn.Config(app, http="h11", lifespan="off", log_config=None, access_log=False)
        print(at.getsockname()[1], flush=True)
        await uvicorn.Server(config).serve(sockets=[at])
        if going is not None:
            going.cancel()


@contextmanager
def served(what: str) -> Iterator[str]:
    """Run a server in a process of its own; gives the address to ask."""
    command = [sys.executable, "-m", "bench.feed", "serve", what]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}{_PATHS[what]}"
        finally:
            process.terminate()


def load(url: str, seconds: float) -> Load:
    """Ask as often as it answers."""
    return _wrk(url, seconds) if shutil.which("wrk") else asyncio.run(_sockets(url, seconds))


def _wrk(url: str, seconds: float) -> Load:
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s", "--latency", url]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rate, p99 = re.search(r"Requests/sec:\s+([\d.]+)", told), re.search(r"99%\s+([\d.]+)(us|ms|s)\s", told)
    assert not re.search("Non-2xx|Socket errors", told), told
    assert rate is not None, told
    assert p99 is not None, told
    return Load(float(rate[1]), float(p99[1]) * {"us": 0.001, "ms": 1, "s": 1000}[p99[2]])


async def _sockets(url: str, seconds: float) -> Load:
    at = urlsplit(url)
    request = f"GET {at.path}?{at.query} HTTP/1.1\r\nHost: {at.netloc}\r\n\r\n".encode()
    took: list[float] = []
    began = time.perf_counter()

    async def ask() -> None:
        reader, writer = await asyncio.open_connection(at.hostname, at.port)
        while (asked := time.perf_counter()) - began < seconds:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200"), head
            length = re.search(rb"content-length: (\d+)", head)
            assert length
            await reader.readexactly(int(length[1]))
            took.append(1000 * (time.perf_counter() - asked))
        writer.close()

    await asyncio.gather(*(ask() for _ in range(CONNECTIONS)))
    return Load(len(took) / (time.perf_counter() - began), quantiles(took, n=100)[98])


def main(seconds: float) -> None:
    """Measure, and print a table."""
    with served("feed") as feed, served("bare") as one, served("bare, a page of JSON") as other:
        at = dict(zip(_PATHS, (feed, one, other), strict=True))
        found: dict[str, list[Load]] = {what: [] for what in at}
        for url in at.values():
            load(url, 1)
        for _ in range(ROUNDS):
            for what, url in at.items():
                found[what].append(load(url, seconds))
    print("| endpoint | requests a second | 99 in 100 within | beside bare |\n| --- | --- | --- | --- |")
    for what, loads in found.items():
        rate, p99 = median(one.rate for one in loads), median(one.p99 for one in loads)
        beside = median(mine.rate / its.rate for mine, its in zip(loads, found["bare"], strict=True))
        print(f"| {what} | {rate:,.0f} | {p99:.1f} ms | {beside:.2f} |", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        asyncio.run(serve(sys.argv[2]))
    else:
        main(float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS)
