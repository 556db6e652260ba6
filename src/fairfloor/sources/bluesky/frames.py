"""One connection: takes frames as fast as they come, and gives all that have come whenever it is asked.

Nobody waits for company: a frame that comes alone is given at once, and while somebody is busy with the last ones the
next gather by themselves. So batches are as large as the load makes them, and no timer has to be chosen.

The server is trusted to be slow, not to be endless: past `_ROOM` bytes that nobody has asked for, we stop reading and
TCP makes the sender wait.
"""

import asyncio
from collections import deque
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from websockets.asyncio.client import ClientConnection

from fairfloor.session.ports import Clock

_MOST = 256
"""Frames given at once."""
_ROOM = 8 << 20
"""Bytes held for later."""


class Silence(Exception):  # noqa: N818 - it is what happened, not an error of ours
    """A connection said nothing for too long to be alive."""

    def __init__(self, lasted: timedelta) -> None:
        super().__init__(f"no frame for {lasted}")
        self.lasted = lasted


class Frames:
    """The frames of one open connection, in order. Use it as an async context manager; it closes the connection."""

    def __init__(self, connection: ClientConnection, clock: Clock, silence: timedelta | None) -> None:
        """Take an open connection, and how long it may say nothing; None is for ever."""
        self._connection = connection
        self._clock = clock
        self._silence = silence
        self._heard: datetime = clock.now()
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._end: Exception | None = None
        self._stirred = asyncio.Event()
        self._room = asyncio.Event()
        self._tasks: tuple[asyncio.Task[None], ...] = ()

    async def __aenter__(self) -> Self:
        self._tasks = (asyncio.create_task(self._take()), *self._listening())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._connection.close()

    async def some(self) -> list[bytes]:
        """Wait until there is a frame, and give all there are, up to 256.

        Raises what ended the connection, after all that came before it has been given.
        """
        await asyncio.sleep(0)  # a stream read back at full speed must leave the others their turn
        await self._stirred.wait()
        if not self._waiting and self._end is not None:
            raise self._end
        frames = [self._waiting.popleft() for _ in range(min(len(self._waiting), _MOST))]
        self._size -= sum(map(len, frames))
        self._room.set()
        if not self._waiting and self._end is None:
            self._stirred.clear()
        return frames

    async def _take(self) -> None:
        try:
            while True:
                frame = await self._connection.recv(decode=False)
                self._heard = self._clock.now()
                self._waiting.append(frame)
                self._size += len(frame)
                self._stirred.set()
                if self._size > _ROOM:
                    self._room.clear()
                    await self._room.wait()
        except Exception as wrong:  # noqa: BLE001 - whatever it is, it is raised to whoever asks for frames
            self._over(wrong)

    def _listening(self) -> tuple[asyncio.Task[None], ...]:
        return () if self._silence is None else (asyncio.create_task(self._listen(self._silence)),)

    async def _listen(self, silence: timedelta) -> None:
        while (until := self._heard + silence) > self._clock.now():
            await self._clock.sleep_until(until)
            if self._waiting:  # it is we who are slow
                self._heard = self._clock.now()
        self._over(Silence(silence))

    def _over(self, why: Exception) -> None:
        self._end = self._end or why
        self._stirred.set()
