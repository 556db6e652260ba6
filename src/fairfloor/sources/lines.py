"""A long answer over HTTP, a line at a time: how event streams and X's filtered stream are sent.

Both keep the line warm with blank lines or comments, so silence means that nobody is there any more, whatever TCP still
believes. Nothing is gathered: where we are slow, TCP makes the server wait.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable
from datetime import timedelta
from typing import TypeVar

import httpx

from fairfloor.session.ports import Clock
from fairfloor.sources.bluesky.frames import Silence

LONGEST = 1 << 20
"""Bytes of a line; a post with all that comes with it has a twentieth."""

T = TypeVar("T")


class TooLong(Exception):  # noqa: N818 - it names what happened
    """A line went on for longer than anything we wait for."""


class Over(Exception):  # noqa: N818 - it names what happened
    """The other side ended the answer."""


async def lines(response: httpx.Response, clock: Clock, silence: timedelta) -> AsyncGenerator[bytes]:
    """Give the lines of an open answer, without their ends, blank ones too.

    silence: how long nothing at all may come. It always ends by raising: Over, Silence, TooLong, or what httpx raises.
    """
    chunks = aiter(response.aiter_raw())
    rest = bytearray()
    while (chunk := await _within(anext(chunks, None), clock, silence)) is not None:
        *whole, begun = chunk.split(b"\n")
        for line in whole:
            yield bytes(rest + line).removesuffix(b"\r")
            rest.clear()
        rest += begun
        if len(rest) > LONGEST:
            raise TooLong
    raise Over


async def _within(work: Awaitable[T], clock: Clock, span: timedelta) -> T:
    """Wait for work, but no longer than a span by the clock. Raises Silence."""
    tasks = (asyncio.ensure_future(work), asyncio.ensure_future(clock.sleep_until(clock.now() + span)))
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if not tasks[0].done():
            raise Silence(span)
        return tasks[0].result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
