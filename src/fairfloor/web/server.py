"""The HTTP server: uvicorn, told what kind of pages these are, and stopped without waiting for endless streams."""

import logging
import os
import socket
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp
from typing_extensions import override

BACKLOG = 1024
_MESSAGE = 1 << 12
"""Bytes that somebody on a WebSocket may send us in one message: nobody has to say anything there."""
_GRACE = 3
"""Seconds that answers under way get to finish when the server stops."""


class NoPort(Exception):  # noqa: N818 - it names what is the matter
    """There is no listening at an address; the message says why, and what to do."""


def listening(host: str, port: int) -> socket.socket:
    """Listen at an address, port 0 for any free one. Raises NoPort."""
    try:
        socket.getaddrinfo(host or None, port, _family(host))  # `create_server` says nothing of names in words
        at = socket.create_server((host, port), backlog=BACKLOG, family=_family(host))
        at.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # or else each answer after the first waits 40 ms
    except (socket.gaierror, UnicodeError) as error:
        why = getattr(error, "strerror", None) or "that is no name"
        raise NoPort(f"Cannot serve pages at {host}: {why}. Give an address of this machine: --bind.") from error
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        raise NoPort(f"Cannot serve pages at {host}, port {port}: {why}. Choose another with --port.") from error
    return at


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _worth_telling(record: logging.LogRecord) -> bool:
    """Pass over uvicorn's complaint of each WebSocket that is answered with a status: we do so on purpose."""
    return "returned without completing handshake" not in str(record.msg)


class Server(uvicorn.Server):
    """Serves an application made by `create_app`; `await serve(sockets=[listening(...)])`, end it by `should_exit`."""

    def __init__(self, app: FastAPI, beside: Callable[[ASGIApp], ASGIApp] | None = None) -> None:
        """Take the application; beside: puts another one, which may have WebSockets, beside it."""
        self._app = app
        logging.getLogger("uvicorn.error").addFilter(_worth_telling)
        super().__init__(
            uvicorn.Config(
                app if beside is None else beside(app),
                http="h11",
                ws="none" if beside is None else "websockets-sansio",
                ws_max_size=_MESSAGE,
                ws_per_message_deflate=False,
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=_GRACE,
            )
        )

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop; readers' streams end first, for nothing else ends them."""
        self._app.state.stream.close()
        await super().shutdown(sockets)
