"""Plays an archive: tells what was said then, each notice when the clock shows its time.

Each notice counts as seen at the time that `replay` gives it, to the microsecond, however late a slow machine tells
it; and the evening never runs ahead of what was told (`Batch.upto`). So a playback at any speed, interrupted as often
as you like, comes to the decisions that `replay` comes to.
"""

import asyncio
from bisect import bisect_right
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import NamedTuple

import msgspec

from fairfloor.acts.act import Act
from fairfloor.acts.fault import Fault
from fairfloor.acts.notice import Edit, Notice
from fairfloor.session.ports import Batch, Clock
from fairfloor.session.replay import AHEAD, Item, time_of

_CHUNK = 500
"""Items read, and told, at a time."""


class Timed(NamedTuple):
    """What an item of an archive tells, and the time at which it was seen."""

    seen: datetime
    told: Notice | Fault | None


class Playback:
    """A `Source` that is an archive; it goes on from the place where it was stopped."""

    def __init__(self, name: str, told: Iterable[Timed], clock: Clock) -> None:
        """Take what the archive tells, all of it and in its order, as `timed` gives it; read lazily, and once."""
        self._name = name
        self._told = told
        self._clock = clock

    @property
    def name(self) -> str:
        """The name that the place in the archive is kept under."""
        return self._name

    async def batches(self, cursor: str | None) -> AsyncIterator[Batch]:
        """Give what there is after the first `cursor` items."""
        place = int(cursor or 0)
        rest = islice(self._told, place, None)
        while chunk := await asyncio.to_thread(_read, rest):
            times = [one.seen for one in chunk]
            begin = 0
            while begin < len(chunk):
                await self._clock.sleep_until(times[begin])
                end = bisect_right(times, self._clock.now())
                upto = times[end] if end < len(chunk) else times[-1]
                yield _batch([one.told for one in chunk[begin:end]], place + end, upto)
                begin = end
            place += len(chunk)


def timed(items: Iterable[Item], today: datetime) -> Iterator[Timed]:
    """Give each item the time at which it was seen, as `session.replay` has it: its own, or that of the one before.

    It is the one before's where the item is older than that, from the future, a repeat, an edit or a fault; at the
    very beginning, where there is none before, it is the first that follows. today: the real time; what is dated later
    is from the future.
    """
    known: set[str] = set()
    now: datetime | None = None
    early: list[Item] = []
    for item in items:
        when = _when(item.told, known)
        if when is not None and when <= today + AHEAD:
            now = when if now is None else max(now, when)
        early.append(item)
        if now is not None:
            yield from (_timed(one, now) for one in early)
            early.clear()
    yield from (_timed(one, today) for one in early)


def _when(told: Notice | Fault | None, known: set[str]) -> datetime | None:
    if told is None or isinstance(told, Fault):
        return None
    if isinstance(told, Act):
        if told.id in known:
            return None
        known.add(told.id)
    elif isinstance(told, Edit):
        known.add(told.post.id)
    return time_of(told)


def _timed(item: Item, seen: datetime) -> Timed:
    seen = seen.astimezone(UTC)
    told = item.told
    if isinstance(told, Fault):
        return Timed(seen, Fault(told.cause, item.line, told.detail))
    if isinstance(told, Edit):
        return Timed(seen, Edit(post=msgspec.structs.replace(told.post, seen=seen)))
    if isinstance(told, Act):
        return Timed(seen, msgspec.structs.replace(told, seen=seen))
    return Timed(seen, None if told is None else msgspec.structs.replace(told, at=seen))


def _read(rest: Iterator[Timed]) -> list[Timed]:
    return list(islice(rest, _CHUNK))


def _batch(told: list[Notice | Fault | None], place: int, upto: datetime) -> Batch:
    return Batch(
        notices=tuple(one for one in told if not isinstance(one, Fault | None)),
        faults=tuple(one for one in told if isinstance(one, Fault)),
        cursor=str(place),
        upto=upto,
        skipped=told.count(None),
    )
