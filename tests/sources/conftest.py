"""A real HTTP server in the test's own event loop, which ends with the test, and a clock that tells who waits."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
import uvicorn
from typing_extensions import override

from fairfloor.testing.clock import VirtualClock
from fairfloor.web.server import listening


class Watched(VirtualClock):
    """A virtual clock that tells of each sleep it was asked for."""

    def __init__(self, start: datetime) -> None:
        """Take the time it shows at first."""
        super().__init__(start)
        self.asked: asyncio.Queue[timedelta] = asyncio.Queue()

    @override
    async def sleep_until(self, when: datetime) -> None:
        self.asked.put_nowait(when - self.now())
        await super().sleep_until(when)

    async def waits(self, span: timedelta) -> None:
        """Wait until somebody sleeps for so long."""
        while await self.asked.get() != span:
            pass

    async def pass_by(self, span: timedelta) -> None:
        """Wait until somebody sleeps for so long, then let that time pass."""
        await self.waits(span)
        await self.advance(span)


@asynccontextmanager
async def _serving(app: Any) -> AsyncIterator[str]:
    with listening("127.0.0.1", 0) as at:
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off", ws="none"))
        task = asyncio.create_task(server.serve(sockets=[at]))
        try:
            yield f"127.0.0.1:{at.getsockname()[1]}"
        finally:
            server.should_exit = server.force_exit = True
            await task


@pytest.fixture
def serving(monkeypatch: pytest.MonkeyPatch, ending_soon: None) -> Any:
    """Serve an application on a free port of this machine until the block ends; gives its host and port."""
    assert ending_soon is None
    monkeypatch.setenv("NO_PROXY", "*")
    return _serving


@pytest.fixture
def watched() -> type[Watched]:
    """Give the clock that tells who waits."""
    return Watched
