"""A WebSocket that is answered with a status is no fault of anybody's."""

import asyncio
import logging

import pytest
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from fairfloor.web.server import Server, listening


async def _refuse(_: Scope, receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "websocket.http.response.start", "status": 429, "headers": []})
    await send({"type": "websocket.http.response.body", "body": b""})


class _Closable:
    def close(self) -> None:
        """Have nothing to close."""


def test_a_refused_websocket_is_not_complained_of(caplog: pytest.LogCaptureFixture) -> None:
    """The reader gets the status, and the log has no line for it: whoever knocks often could fill the log."""

    async def play() -> None:
        app = FastAPI()
        app.state.stream = _Closable()
        server = Server(app, lambda _: _refuse)
        at = listening("127.0.0.1", 0)
        task = asyncio.create_task(server.serve(sockets=[at]))
        with pytest.raises(InvalidStatus) as refused:
            await connect(f"ws://127.0.0.1:{at.getsockname()[1]}", proxy=None).__aenter__()
        assert refused.value.response.status_code == 429
        server.should_exit = True
        await task

    with caplog.at_level(logging.WARNING):
        asyncio.run(play())
    assert not caplog.records
