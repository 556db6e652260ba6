"""Publishes what is due before anybody is answered.

When the next article is due is remembered, and looked up again whenever one is written here, and once a minute, since
another process may write too (`fairfloor import`, a site that is put back). So most requests cost one comparison.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

from fairfloor.session.library import Library
from fairfloor.session.scheduled import next_due, published_by

_log = structlog.get_logger(__name__)
SECONDS = 60.0
"""How long what is due next is remembered."""
_UNASKED = ("/static/", "/health")


class Scheduled:
    """Knows when the next article is due. now: gives the time that is told to readers."""

    def __init__(self, library: Library, now: Callable[[], datetime]) -> None:
        self._library = library
        self._now = now
        self._lock = asyncio.Lock()
        self._next: datetime | None = None
        self._known_until = 0.0
        self._written = 0

    def changed(self) -> None:
        """Look again: an article was written."""
        self._known_until = 0.0
        self._written += 1

    async def settled(self) -> None:
        """Publish what is due; returns when it is."""
        if not self._forgotten() and not self._due():
            return
        async with self._lock:
            if self._forgotten():
                await self._look()
            if self._due():
                self._next = await asyncio.to_thread(published_by, self._library, self._now())

    async def _look(self) -> None:
        written, until = self._written, time.monotonic() + SECONDS
        self._next = await asyncio.to_thread(next_due, self._library)
        if written == self._written:  # else one was written meanwhile, and is not among what was seen perhaps
            self._known_until = until

    def _forgotten(self) -> bool:
        return time.monotonic() >= self._known_until

    def _due(self) -> bool:
        return self._next is not None and self._now() >= self._next


class Publishing:
    """An ASGI application around another."""

    def __init__(self, app: ASGIApp, scheduled: Scheduled) -> None:
        self._app = app
        self._scheduled = scheduled

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the inner application does, when what is due is published."""
        if scope["type"] == "http" and not scope["path"].startswith(_UNASKED):
            try:
                await self._scheduled.settled()
            except Exception:  # noqa: BLE001 - what is due waits for the next request; this one has its answer
                _log.exception("what is due could not be published")
        await self._app(scope, receive, send)
