"""What changes on the console, as server-sent events, to the few who sit at it.

The console is a handful of parts that are rendered whole. A reader is told every part when it comes, and from then on
those that changed; nothing is queued for anybody. Those who may make the same moves share one rendering.

Invariant: hearing a part twice, or an earlier one again, changes nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

import msgspec

READERS = 50
"""Readers served at once: the host's people, each in some windows."""
GAP = 0.5
"""Seconds between beats at least."""
IDLE = 2.0
"""Seconds between beats at most: times pass even when nothing happens."""
HEARTBEAT = 15.0
"""Seconds of silence after which a reader is sent a comment."""
CHECKED = 30.0
"""Seconds after which it is asked again whether a reader is still signed in."""

Parts = dict[str, str]
"""Parts of the page, by the id of their element."""


class Live:
    """Tells readers which parts changed. Belongs to one event loop."""

    def __init__(self, render: Callable[[], Parts]) -> None:
        """Take what renders all parts."""
        self._render = render
        self._parts: dict[str, tuple[int, str]] = {}
        self._beat = 0
        self._changed = asyncio.Event()
        self._beaten = asyncio.Event()
        self._closed = False
        self._readers = 0
        self._pump: asyncio.Task[None] | None = None

    @property
    def readers(self) -> int:
        """Count who is reading."""
        return self._readers

    def change(self) -> None:
        """Take note that something changed."""
        self._changed.set()

    def close(self) -> None:
        """End every reader's stream."""
        self._closed = True
        self._beaten.set()

    async def read(self, still: Callable[[], Awaitable[bool]]) -> AsyncIterator[bytes]:
        """Give all parts, and then those that change, as long as `still` says that this reader may have them."""
        clock = asyncio.get_running_loop().time
        known, told, checked = -1, clock(), clock()
        self._join()
        try:
            yield b"retry: 1000\n\n"
            while not self._stopped():
                beaten = self._beaten
                event = self._since(known)
                known = self._beat
                if event or clock() - told > HEARTBEAT:
                    told = clock()
                    yield event or b":\n\n"
                if clock() - checked > CHECKED:
                    checked = clock()
                    if not await still():
                        return
                await beaten.wait()
        finally:
            self._leave()

    def _stopped(self) -> bool:
        return self._closed or self._pump is None or self._pump.done()

    def _since(self, known: int) -> bytes:
        parts = {name: html for name, (beat, html) in self._parts.items() if beat > known}
        return b"event: parts\ndata: %s\n\n" % msgspec.json.encode(parts) if parts else b""

    def _join(self) -> None:
        self._readers += 1
        if self._pump is None or self._pump.done():
            self._beat_now()
            self._pump = asyncio.create_task(self._keep_beating())
            self._pump.add_done_callback(self._end)

    def _leave(self) -> None:
        self._readers -= 1
        if self._readers == 0 and self._pump is not None:
            self._pump.cancel()
            self._pump = None

    def _end(self, pump: asyncio.Task[None]) -> None:
        if self._pump is pump:
            self._beaten.set()

    async def _keep_beating(self) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), IDLE)
            rest = GAP if self._changed.is_set() else 0
            self._beat_now()
            await asyncio.sleep(rest)

    def _beat_now(self) -> None:
        self._changed.clear()
        self._beat += 1
        for name, html in self._render().items():
            if self._parts.get(name, (0, ""))[1] != html:
                self._parts[name] = self._beat, html
        beaten, self._beaten = self._beaten, asyncio.Event()
        beaten.set()
