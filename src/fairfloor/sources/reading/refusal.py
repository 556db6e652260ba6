"""Why a record was not read: one exception with a cause, and reading that never raises for content."""

from collections.abc import Callable, Iterable

import msgspec

from fairfloor.acts.fault import Cause, Fault
from fairfloor.acts.notice import Notice
from fairfloor.sources.wrong import LONGEST_DETAIL, WRONG, fault

Told = Notice | Fault | None
"""What a record tells; None where it is well-formed and does not matter here."""
Reader = Callable[[bytes], Iterable[Told]]
"""Reads one record. It may raise `Refused` and whatever msgspec raises; `told` turns these into faults."""


class Refused(Exception):  # noqa: N818 - it names what became of the record
    """A record cannot be read, for a cause that can be counted."""

    def __init__(self, cause: Cause, detail: str) -> None:
        super().__init__(detail)
        self.fault = Fault(cause, detail=detail[:LONGEST_DETAIL])


def told(reader: Reader, record: bytes) -> Iterable[Told]:
    """Read one record: what it tells, or the one fault that it is. Never raises for content."""
    try:
        return tuple(reader(record))
    except Refused as refused:
        return (refused.fault,)
    except WRONG as wrong:
        return (fault(wrong),)


def each(read_one: Callable[[bytes], Told], records: Iterable[msgspec.Raw]) -> list[Told]:
    """Read the records inside one, each by itself: a bad one does not cost the others."""
    return [one for record in records for one in told(lambda raw: (read_one(raw),), bytes(record))]
