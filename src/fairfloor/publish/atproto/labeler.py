"""A labeler: `com.atproto.label.queryLabels` and `subscribeLabels`.

A subscriber is a position in the log. Nothing is queued for anybody: whoever reads slowly only stays behind, and costs
what the sockets hold. Two kinds of reader are too slow: one whom the log's window has passed by, since it would
miss labels without knowing it, and one who takes nothing at all for a minute.
"""

import asyncio
from collections.abc import Sequence

import msgspec
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from fairfloor.publish.atproto import frames
from fairfloor.publish.atproto.log import Entry, LabelLog
from fairfloor.publish.atproto.names import is_did
from fairfloor.publish.atproto.xrpc import Parameters, Wrong, respond

LIMIT = 50
MOST = 250
"""Labels on a page of a query, and the most that may be asked for."""
PATTERNS = 100
"""Patterns in a query."""
SUBSCRIBERS = 200
"""Subscribers at once."""
STALLED = 60.0
"""Seconds that a subscriber may take for one frame."""
_BATCH = 50
"""Labels between which a subscriber lets others have their turn."""
_LAST = 2**53 - 1
_POLICY = 1008
"""The WebSocket's code for: you do not keep to the rules."""


class Labeler:
    """Answers from a log of labels."""

    def __init__(self, log: LabelLog, *, subscribers: int = SUBSCRIBERS, stalled: float = STALLED) -> None:
        """Take the log, how many subscribers there may be at once, and the seconds that one may stall."""
        self.log = log
        self.subscribers = 0
        """Who reads the stream now."""
        self._most = subscribers
        self._stalled = stalled

    async def query(self, query: bytes) -> bytes:
        """Answer `queryLabels`. Raises Wrong."""
        asked = Parameters(query)
        uris, prefixes = _patterns(asked.texts("uriPatterns"))
        sources = asked.texts("sources")
        if not all(map(is_did, sources)):
            raise Wrong("sources must be DIDs")
        after = asked.number("cursor", 0, _LAST) or 0
        limit = asked.number("limit", 1, MOST) or LIMIT
        self._mind()
        if sources and self.log.did not in sources:
            return b'{"labels":[]}'
        found = self.log.query(uris, prefixes, after, limit)
        labels = [one.as_json() for one in await asyncio.to_thread(self.log.sign, found.entries)]
        cursor = {} if found.cursor is None else {"cursor": str(found.cursor)}
        return msgspec.json.encode({**cursor, "labels": labels})

    async def subscribe(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve `subscribeLabels`: an ASGI application for WebSockets."""
        try:
            self._admit()
        except Wrong as wrong:
            await receive()
            await _refuse(scope, send, wrong)
            return
        self.subscribers += 1
        try:
            await self._serve(WebSocket(scope, receive, send), scope["query_string"])
        finally:
            self.subscribers -= 1

    def _admit(self) -> None:
        self._mind()
        if self.subscribers >= self._most:
            raise Wrong("Too many subscribers.", "RateLimitExceeded", 429, {"Retry-After": "60"})

    def _mind(self) -> None:
        if not self.log.ready:
            raise Wrong("The labels are being read. Try again soon.", "NotEnoughResources", 503, {"Retry-After": "2"})

    async def _serve(self, websocket: WebSocket, query: bytes) -> None:
        """Stream until somebody goes: the subscriber, or we for a reason, which is told."""
        now = self.log.last  # what comes once the subscriber is let in is told
        await websocket.accept()
        tasks = [asyncio.create_task(self._stream(websocket, query, now)), asyncio.create_task(_until_gone(websocket))]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            if (error := task.exception()) is not None and not isinstance(error, WebSocketDisconnect | TimeoutError):
                raise error

    async def _stream(self, websocket: WebSocket, query: bytes, now: int) -> None:
        try:
            await self._tell(websocket, query, now)
        except Wrong as wrong:
            async with asyncio.timeout(self._stalled):
                await websocket.send_bytes(frames.error(wrong.error, str(wrong)))
                await websocket.close(_POLICY, wrong.error)

    async def _tell(self, websocket: WebSocket, query: bytes, now: int) -> None:
        """Send all labels after the cursor, and then each that comes. Raises Wrong, and TimeoutError."""
        position, outdated = self._begin(Parameters(query).number("cursor", 0, _LAST), now)
        if outdated:
            info = {"name": "OutdatedCursor", "message": "Labels before the oldest one kept are left out."}
            await self._send(websocket, frames.message("#info", info))
        while True:
            if position < self.log.forgotten:
                raise Wrong("Labels came faster than they were read.", "ConsumerTooSlow")
            news = self.log.news()
            entries = self.log.after(position, _BATCH)
            if not entries:
                await news.wait()
                continue
            for frame in await self._frames(entries):
                await self._send(websocket, frame)
            position = entries[-1].seq
            await asyncio.sleep(0)

    def _begin(self, cursor: int | None, now: int) -> tuple[int, bool]:
        """Give the position to begin at, and whether that is later than was asked. Raises Wrong."""
        if cursor is None:
            return now, False
        if cursor > self.log.last:
            raise Wrong("Cursor in the future.", "FutureCursor")
        outdated = cursor < self.log.forgotten
        return max(cursor, self.log.forgotten), outdated and cursor != 0

    async def _frames(self, entries: Sequence[Entry]) -> list[bytes]:
        if any(entry.sig is None for entry in entries):
            labels = await asyncio.to_thread(self.log.sign, entries)
        else:
            labels = self.log.sign(entries)
        return [
            frames.message("#labels", {"seq": entry.seq, "labels": [label.as_cbor()]})
            for entry, label in zip(entries, labels, strict=True)
        ]

    async def _send(self, websocket: WebSocket, frame: bytes) -> None:
        async with asyncio.timeout(self._stalled):
            await websocket.send_bytes(frame)


async def _refuse(scope: Scope, send: Send, wrong: Wrong) -> None:
    """Answer with a status instead of a WebSocket, where the server can."""
    if "websocket.http.response" in scope.get("extensions", {}):
        await respond(send, wrong.status, wrong.body, wrong.headers, "websocket.")
    else:
        await send({"type": "websocket.close", "code": _POLICY, "reason": wrong.error})


async def _until_gone(websocket: WebSocket) -> None:
    """Wait until the subscriber goes; whatever it sends is ignored, as the specification wants it."""
    while (await websocket.receive())["type"] != "websocket.disconnect":
        pass


def _patterns(given: Sequence[str]) -> tuple[frozenset[str], tuple[str, ...]]:
    """Tell names from the beginnings of names, which end in a star. Raises Wrong."""
    if not given:
        raise Wrong('Params must have the property "uriPatterns"')
    if len(given) > PATTERNS:
        raise Wrong(f"uriPatterns may be {PATTERNS} at most")
    if any("*" in pattern[:-1] for pattern in given):
        raise Wrong("uriPatterns may have a * at their end only")
    prefixes = tuple(pattern[:-1] for pattern in given if pattern.endswith("*"))
    return frozenset(given).difference(f"{prefix}*" for prefix in prefixes), prefixes
