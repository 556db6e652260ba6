"""The live updates: what changed on the page, as server-sent events, to any number of readers.

Nothing is queued for anybody. A reader is only a position: whenever the page beats, it asks the board what has changed
since that position and gets one pulse of it, however long it was away. A slow reader takes fewer and larger pulses, a
lost connection goes on where it broke (`Last-Event-ID`), and where the board no longer knows, the reader is told to
fetch the page anew. Readers at the same position share one rendering, which is nearly all of them.

The page beats at once when something changes after a quiet moment, and at most every `GAP` seconds.

Invariant: pulses only state how things are now (this message stands in this place), so that hearing one twice, or
an earlier one again, changes nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from secrets import token_urlsafe

import msgspec
from starlette.responses import Response, StreamingResponse

from fairfloor.web.pages import Pages
from fairfloor.web.places import PLACES, Change, Place

GAP = 0.2
"""Seconds between beats at least."""
IDLE = 1.0
"""Seconds between beats at most: "in the last minute" changes even when nothing happens."""
SLOW = 1.0
"""Seconds between renderings of what changes with every post and is hard to read while it does."""
HEARTBEAT = 15.0
"""Seconds of silence after which a reader is sent a comment, so that nobody on the way gives up."""
RETRY = 1_000
"""Milliseconds after which a browser that lost us tries again; up to twice that, so that not all come at once."""
READERS = 5_000
"""Readers served at once."""
RELOAD = b"event: reload\ndata: {}\n\n"


class Pulse(msgspec.Struct, frozen=True, omit_defaults=True):
    """What changed: places to put or put anew, parts of the page by the id of their element, places emptied."""

    places: list[tuple[int, str]]
    parts: dict[str, str]
    emptied: tuple[int, ...]
    reworded: bool
    """Whether words were taken back or edited since, which is shown at once even where a reader has paused."""


class _Part(msgspec.Struct, eq=False):
    """A part of the page that is rendered whole."""

    render: Callable[[], str]
    slow: bool = False
    html: str = ""
    beat: int = 0
    """The beat at which it changed last."""
    rendered: float = float("-inf")
    position: int = -1
    """When it was rendered last, in the event loop's time and as the board's position."""


class _Mark(msgspec.Struct, frozen=True):
    """How much of the page a reader knows: the board's position, and the beat for parts."""

    position: int
    beat: int = -1


class Stream:
    """Tells readers what changes. Belongs to one event loop, the one in which the board hears."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._board = pages.board
        self._epoch = token_urlsafe(6)
        self._parts = {
            "notice": _Part(pages.notice),
            "question": _Part(pages.question),
            "band": _Part(pages.band, slow=True),
            "glimpse": _Part(pages.glimpse, slow=True),
            "newest": _Part(pages.newest, slow=True),
            "status": _Part(pages.status),
        }
        self._beat = 0
        self._pulses: dict[_Mark, tuple[_Mark, bytes]] = {}
        self._fragments: dict[int, tuple[int, int, str]] = {}
        self._changed = asyncio.Event()
        self._beaten = asyncio.Event()
        self._closed = False
        self._closing: list[Callable[[], None]] = []
        self._readers = 0
        self._pump: asyncio.Task[None] | None = None
        self._board.on_change(self._changed.set)

    @property
    def readers(self) -> int:
        """Count who is reading."""
        return self._readers

    @property
    def full(self) -> bool:
        """Tell whether there is room for no more readers."""
        return self._readers >= READERS

    @property
    def position(self) -> str:
        """Name the position the page is at now."""
        return f"{self._epoch}.{self._board.position}"

    def close(self) -> None:
        """End every reader's stream, so that a server can stop."""
        self._closed = True
        self._beaten.set()
        for listener in self._closing:
            listener()

    def on_close(self, listener: Callable[[], None]) -> None:
        """Call `listener` when readers' streams end, so that others that were opened beside this one end too."""
        self._closing.append(listener)

    async def read(self, position: str) -> AsyncIterator[bytes]:
        """Give what changed after a named position, and go on; ends after a reload or when closed."""
        epoch, _, number = position.rpartition(".")
        mark: _Mark | None = _Mark(int(number)) if epoch == self._epoch and number.isdecimal() else None
        self._join()
        try:
            yield b"retry: %d\n\n" % (RETRY + self._readers % RETRY)
            clock = asyncio.get_running_loop().time
            told = clock()
            while mark is not None and not self._stopped():
                beaten = self._beaten
                mark, event = self._pulse(mark)
                if event or clock() - told > HEARTBEAT:
                    told = clock()
                    yield event or b":\n\n"
                await beaten.wait()
            if mark is None:
                yield RELOAD
        finally:
            self._leave()

    def _stopped(self) -> bool:
        return self._closed or self._pump is None or self._pump.done()

    def _pulse(self, known: _Mark) -> tuple[_Mark | None, bytes]:
        """Give how much a reader will know who knew this much, and the pulse for it, rendered once for all of them."""
        if known not in self._pulses:
            change = self._board.since(known.position)
            if change is None:
                return None, b""
            self._pulses[known] = (_Mark(change.position, self._beat), self._render(change, known))
        return self._pulses[known]

    def _render(self, change: Change, known: _Mark) -> bytes:
        parts = {name: part.html for name, part in self._parts.items() if part.beat > known.beat}
        parts |= {f"s{place.number}": self._pages.copies(place) for place in change.copied}
        places = [(place.number, self._fragment(place)) for place in change.places]
        pulse = Pulse(places, parts, change.emptied, self._board.reworded > known.position)
        if not (pulse.places or pulse.parts or pulse.emptied):
            return b""
        data = msgspec.json.encode(pulse)
        return b"id: %s.%d\nevent: pulse\ndata: %s\n\n" % (self._epoch.encode(), change.position, data)

    def _fragment(self, place: Place) -> str:
        """Render a place, or give what was rendered of it since it changed last."""
        stamp = (place.changed, place.copied)
        held = self._fragments.get(place.number)
        if held is None or held[:2] != stamp:
            html = self._pages.place(place, place.words) if place.words else ""
            held = self._fragments[place.number] = (*stamp, html)
            self._fragments.pop(place.number - PLACES, None)
        return held[2]

    def _join(self) -> None:
        self._readers += 1
        if self._pump is None or self._pump.done():
            self._beat_now()
            self._pump = asyncio.create_task(self._keep_beating())
            self._pump.add_done_callback(self._end)

    def _end(self, pump: asyncio.Task[None]) -> None:
        """Wake readers whose pump has failed; one that was replaced would leave the event set, and readers spinning."""
        if self._pump is pump:
            self._beaten.set()

    def _leave(self) -> None:
        self._readers -= 1
        if self._readers == 0 and self._pump is not None:
            self._pump.cancel()
            self._pump = None

    async def _keep_beating(self) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), IDLE)
            rest = GAP if self._changed.is_set() else 0
            self._beat_now()
            await asyncio.sleep(rest)

    def _beat_now(self) -> None:
        """Forget the last beat's pulses, render the parts that are due, wake everybody."""
        self._changed.clear()
        self._pulses.clear()
        self._beat += 1
        now = asyncio.get_running_loop().time()
        for part in self._parts.values():
            if not part.slow or now - part.rendered >= SLOW or part.position < self._board.reworded:
                self._render_part(part, now)
        beaten, self._beaten = self._beaten, asyncio.Event()
        beaten.set()

    def _render_part(self, part: _Part, now: float) -> None:
        html = part.render()
        part.rendered, part.position = now, self._board.position
        if html != part.html:
            part.html, part.beat = html, self._beat


def streamed(stream: Stream, position: str) -> Response:
    """Answer with what changes after a position."""
    if stream.full:
        return Response("Too many readers; try again in a minute.", 503, {"Retry-After": "60"})
    return StreamingResponse(stream.read(position), 200, {"X-Accel-Buffering": "no"}, "text/event-stream")
