"""Several streams as one, each in a task of its own, with one item in hand: who is faster than the reader waits."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import NamedTuple, TypeVar

T = TypeVar("T")


class Ended(NamedTuple):
    """A stream is at its end, or failed."""

    why: Exception | None = None


async def weave(streams: Mapping[str, AsyncGenerator[T]]) -> AsyncGenerator[tuple[str, T | Ended]]:
    """Give what the streams give, as it comes, each with the name of its stream; of each the end as well.

    Where one fails the others go on. All are closed when this is.
    """
    ready: asyncio.Queue[tuple[str, T | Ended]] = asyncio.Queue(1)

    async def run(name: str, stream: AsyncGenerator[T]) -> None:
        end = Ended()
        try:
            async with aclosing(stream):
                async for one in stream:
                    await ready.put((name, one))
        except Exception as why:  # noqa: BLE001 - whatever it is, it is told to whoever reads
            end = Ended(why)
        await ready.put((name, end))

    tasks = [asyncio.create_task(run(name, stream)) for name, stream in streams.items()]
    left = len(tasks)
    try:
        while left:
            name, one = await ready.get()
            left -= isinstance(one, Ended)
            yield name, one
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
