"""Puts what was read in order of time, however much it is.

APIs and exports give the newest first, or page by page; that is an order of files, not of the evening. Up to `RUN`
notices are sorted in memory; beyond that, sorted runs wait in a temporary file and are merged, so memory stays
bounded. Our own `acts.jsonl` and firehose lines are in order already, and an act out of order there is worth a fault:
these are not sorted, only woven together with other files.
"""

import heapq
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from tempfile import TemporaryFile
from typing import IO

import msgspec

from fairfloor.acts.fault import Fault
from fairfloor.acts.notice import Notice
from fairfloor.session.replay import Item, time_of

RUN = 100_000
"""Notices that are sorted in memory."""
_BEGINNING = datetime.min.replace(tzinfo=UTC)
_LENGTH = 4

_Kept = tuple[datetime, int, str, int, int | None, Notice]
"""Sorted by time, then id (the shorter number is the older one), then place in the file; then the line, the notice."""
_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(_Kept)


def in_time(items: Iterable[Item], run: int = RUN) -> Iterator[Item]:
    """Give items in order of time; what is no notice goes first, as it is met."""
    held: list[_Kept] = []
    with ExitStack() as files:
        runs: list[Iterator[_Kept]] = []
        for place, item in enumerate(items):
            if item.told is None or isinstance(item.told, Fault):
                yield item
                continue
            held.append(_kept(place, item.line, item.told))
            if len(held) == run:
                runs.append(_written(files.enter_context(TemporaryFile()), sorted(held)))
                held.clear()
        for *_, line, notice in heapq.merge(*runs, sorted(held)):
            yield Item(line, notice)


def woven(files: Iterable[Iterable[Item]]) -> Iterator[Item]:
    """Give the items of several files in order of time; those of one file stay in its order."""
    yield from (item for _, item in heapq.merge(*map(_dated, files), key=lambda dated: dated[0]))


def _dated(items: Iterable[Item]) -> Iterator[tuple[datetime, Item]]:
    latest = _BEGINNING
    for item in items:
        if item.told is not None and not isinstance(item.told, Fault):
            latest = max(latest, time_of(item.told) or latest)
        yield latest, item


def _kept(place: int, line: int | None, notice: Notice) -> _Kept:
    name: str = getattr(notice, "id", "")
    return time_of(notice) or _BEGINNING, len(name), name, place, line, notice


def _written(file: IO[bytes], run: Iterable[_Kept]) -> Iterator[_Kept]:
    """Write a run to a file, and give it back from there, one at a time."""
    for kept in run:
        encoded = _ENCODER.encode(kept)
        file.write(len(encoded).to_bytes(_LENGTH, "big") + encoded)
    file.seek(0)
    return _read(file)


def _read(file: IO[bytes]) -> Iterator[_Kept]:
    while length := file.read(_LENGTH):
        yield _DECODER.decode(file.read(int.from_bytes(length, "big")))
