"""Reads the lines of the public log that are about a stretch of time."""

from collections.abc import Iterator
from datetime import datetime

from fairfloor.session.public import Decided, Line, Opening, PublicLog, WentOn, read

_PROBE = 50
"""Lines read at a time to find one that tells when something was seen."""


def lines(log: PublicLog, since: datetime, until: datetime) -> Iterator[Line]:
    """Give the lines from the first thing seen at `since` or later up to the first at `until`, decisions among them."""
    after, end = _before(log, since), log.head().n
    while after < end and (some := log.lines(after, end)):
        for line in map(read, some):
            at = seen(line)
            if at is not None and at >= until:
                return
            yield line
        after += len(some)


def seen(line: Line) -> datetime | None:
    """Give when what a line tells was seen; these never go back. None: it tells nothing that was seen."""
    return None if isinstance(line, Opening | WentOn | Decided) else line.seen


def _before(log: PublicLog, when: datetime) -> int:
    """Give the number of a line after which all was seen at a time or later, and before which nothing was."""
    low, high = 0, log.head().n
    while low < high:
        middle = (low + high) // 2
        at = _next(log, middle, high)
        low, high = (middle + 1, high) if at is not None and at < when else (low, middle)
    return low


def _next(log: PublicLog, after: int, upto: int) -> datetime | None:
    """Give when the first thing after a line was seen; None where none is told."""
    while after < upto and (some := log.lines(after, min(after + _PROBE, upto))):
        for line in some:
            if (at := seen(read(line))) is not None:
                return at
        after += len(some)
    return None
