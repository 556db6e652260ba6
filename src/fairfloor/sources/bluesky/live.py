"""Follows a chat live: the `Source` that listens to one of Bluesky's streams, and comes back whenever it is cut off.

All deciding is elsewhere: `wires` how a stream is asked and read, `frames` one connection, `packing` what a frame
holds, `patience` when and where to try again, `condition` how it is said. This module does what they say.
"""

import logging
import random
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import msgspec
import structlog
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from fairfloor.session.ports import Batch, Clock
from fairfloor.sources.bluesky import condition
from fairfloor.sources.bluesky.condition import Condition
from fairfloor.sources.bluesky.endpoints import INSTANCES, endpoint, place
from fairfloor.sources.bluesky.frames import Frames
from fairfloor.sources.bluesky.packing import Unpacker, WrongDictionary
from fairfloor.sources.bluesky.patience import Dice, Patience
from fairfloor.sources.bluesky.wires import Reading, wire
from fairfloor.sources.membership import Membership

_log = structlog.get_logger(__name__)
_wire_log = logging.getLogger(f"{__name__}.wire")
_wire_log.setLevel(logging.INFO)  # below that the library writes whole addresses, which may hold a secret

_LARGEST_FRAME = 4 << 20
"""Bytes of a frame, after the WebSocket's own compression is undone; a larger one ends the connection."""
_BAD_REQUEST = 400

Tell = Callable[[Condition], None]


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How to listen."""

    url: str | None = None
    """Another stream: a host, or a ws:// or wss:// address, whose path says which stream it is (see `endpoints`).
    None is Bluesky's own Jetstreams in turn."""
    dictionary: Path | None = None
    """Jetstream's Zstandard dictionary as a file, to have frames packed with it; see `packing`."""
    silence: timedelta | None = None
    """With no event for so long a connection is taken for dead; None is as long as the stream may have none."""
    opening: timedelta = timedelta(seconds=10)
    """How long a connection may take to come about."""


class Live:
    """Acts of one chat, as they happen on Bluesky.

    It never ends by itself and raises nothing for want of a network; it says how it stands through `tell`.
    """

    def __init__(
        self,
        membership: Membership,
        clock: Clock,
        options: Options | None = None,
        *,
        tell: Tell = lambda _: None,
        dice: Dice | None = None,
    ) -> None:
        """Take what belongs to the chat (primed, after a restart, with what is stored).

        tell: is called with each new condition; must not block. dice: for the waits between tries.
        Raises ValueError or OSError, saying what to do, where an option cannot be used.
        """
        self._options = options or Options()
        self._unpacker = Unpacker.from_file(self._options.dictionary)
        self._instances = (endpoint(self._options.url),) if self._options.url is not None else INSTANCES
        self._wire = wire(self._instances[0])
        self._membership = membership
        self._clock = clock
        self._tell = tell
        self._dice = dice or random.SystemRandom()
        self._opened: datetime | None = None
        self._condition: Condition | None = None

    @property
    def name(self) -> str:
        """The name that cursors are kept under: one for all Jetstreams, whose cursors have times; one a server else."""
        return self._wire.name(self._instances[0])

    async def batches(self, cursor: str | None) -> AsyncGenerator[Batch]:
        """Give what happens from the cursor on (None: from now on). Raises ValueError where it is not a cursor."""
        reading = self._wire.reading(self._membership, self._instances[0], cursor, self._clock.now())
        patience = Patience(self._instances, self._dice)
        self._say(condition.connecting(place(patience.instance)), connected=False)
        while True:
            try:
                async with aclosing(self._hear(patience.instance, reading)) as batches:
                    async for batch in batches:
                        yield batch
            except condition.FAILURES as failure:
                wait = self._failed(failure, patience, reading)
                if (rest := reading.rest(self._clock.now())) is not None:
                    yield rest
                await self._clock.sleep_until(self._clock.now() + wait)

    async def _hear(self, address: str, reading: Reading) -> AsyncGenerator[Batch]:
        """Give what one connection tells, until it fails: one of `condition.FAILURES`."""
        self._opened = None
        connection = await self._open(self._wire.asking(address, reading.start(), self._unpacker.dictionary))
        self._opened = self._clock.now()
        self._say(condition.connected(place(address)), connected=True)
        async with Frames(connection, self._clock, self._options.silence or self._wire.silence) as frames:
            while True:
                lines = self._unpacker.lines(await frames.some(), reading.fault)
                missed = reading.take(lines, self._clock.now())
                if missed is not None:
                    self._say(condition.connected(place(address), missed), connected=True)
                if (batch := reading.batch(self._clock.now())) is not None:
                    yield batch

    async def _open(self, address: str) -> ClientConnection:
        return await connect(
            address,
            compression="deflate" if self._wire.deflates and not self._unpacker.asks else None,
            subprotocols=[Subprotocol(self._wire.subprotocol)] if self._wire.subprotocol else None,
            user_agent_header=f"Fairfloor/{version('fairfloor')}",
            max_size=_LARGEST_FRAME,
            open_timeout=self._options.opening.total_seconds(),
            close_timeout=1,
            logger=_wire_log,
        )

    def _failed(self, failure: Exception, patience: Patience, reading: Reading) -> timedelta:
        """Draw the consequences of a failure, and give how long to wait."""
        if condition.oversized(failure):
            reading.oversized()
        if (error := condition.named(failure)) is not None:
            reading.refused(error)
        if isinstance(failure, WrongDictionary) or self._refused_packing(failure):
            self._unpacker = Unpacker()
        lasted = self._clock.now() - self._opened if self._opened else timedelta()
        where = place(patience.instance)
        wait = patience.failed(lasted)
        sentence = condition.failed(where, failure, wait, place(patience.instance))
        self._say(sentence, connected=False, attempts=patience.failures)
        return wait

    def _refused_packing(self, failure: Exception) -> bool:
        refused = isinstance(failure, InvalidStatus) and failure.response.status_code == _BAD_REQUEST
        return self._unpacker.asks and refused and condition.named(failure) in {None, "UnknownZstdDictionary"}

    def _say(self, sentence: str, *, connected: bool, attempts: int = 0) -> None:
        before, now = self._condition, self._clock.now()
        since = before.since if before is not None and before.connected == connected else now
        self._condition = Condition(connected=connected, sentence=sentence, since=since, attempts=attempts)
        _log.info("bluesky", connected=connected, sentence=sentence, attempts=attempts)
        self._tell(self._condition)
