"""Why a record was not read: one exception with a cause, and what the decoder's own complaints mean."""

from collections.abc import Callable, Iterable

import msgspec

from fairfloor.acts.fault import Cause, Fault
from fairfloor.acts.notice import Notice

Told = Notice | Fault | None
"""What a record tells; None where it is well-formed and does not matter here."""
Reader = Callable[[bytes], Iterable[Told]]
"""Reads one record. It may raise `Refused` and whatever msgspec raises; `told` turns these into faults."""

WRONG = (msgspec.DecodeError, UnicodeError, RecursionError)
_LONGEST_DETAIL = 200


class Refused(Exception):  # noqa: N818 - it names what became of the record
    """A record cannot be read, for a cause that can be counted."""

    def __init__(self, cause: Cause, detail: str) -> None:
        super().__init__(detail)
        self.fault = Fault(cause, detail=detail[:_LONGEST_DETAIL])


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


def fault(wrong: Exception) -> Fault:
    """Say what is wrong with a record that did not decode (one of `WRONG`)."""
    said = str(wrong)[:_LONGEST_DETAIL]
    if isinstance(wrong, RecursionError):
        return Fault(Cause.BAD_FIELD, detail="nested too deeply")
    if not isinstance(wrong, msgspec.ValidationError):
        return Fault(Cause.NOT_JSON, detail=said)
    if "missing required field" in said:
        return Fault(Cause.MISSING_FIELD, detail=said)
    if "of length <=" in said:
        return Fault(Cause.OVERSIZED, detail=said)
    return Fault(Cause.BAD_TIME if "datetime" in said else Cause.BAD_FIELD, detail=said)
