"""What was wrong with something we were sent, and how often: counted by cause, never fatal."""

from collections.abc import Iterator
from enum import StrEnum

import msgspec


class Cause(StrEnum):
    """Why an input was refused, or taken with a correction."""

    NOT_JSON = "not-json"
    """The line is not JSON (or not UTF-8)."""
    MISSING_FIELD = "missing-field"
    BAD_TIME = "bad-time"
    """A time that does not parse, or has no zone."""
    BAD_FIELD = "bad-field"
    """A field of the wrong type, or an unknown kind of act."""
    OVERSIZED = "oversized"
    REPEATED = "repeated"
    """An act whose id was taken before; the first one counts."""
    LATE = "late"
    """An act older than one before it; taken, at the time it reached us."""
    FUTURE = "future"
    """An act dated ahead of the clock; taken, at the time it reached us."""
    UNKNOWN = "unknown"
    """A well-formed message of a kind we do not know."""
    GAP = "gap"
    """A network no longer had what came after the place we were at; acts from that time may be missing."""

    @property
    def refused(self) -> bool:
        """Whether the input was refused; late and future acts are taken all the same, and a gap is no input."""
        return self not in {Cause.LATE, Cause.FUTURE, Cause.GAP}


class Fault(msgspec.Struct, frozen=True):
    """One bad input: its cause, its line (from 1) where it came from a file, and a word of detail."""

    cause: Cause
    line: int | None = None
    detail: str = ""


class Count(msgspec.Struct, frozen=True):
    """How often a cause was met, and where first."""

    times: int
    first: Fault


class Tally:
    """Counts faults by cause and remembers the first of each. Bounded: one entry a cause."""

    def __init__(self) -> None:
        self._counts: dict[Cause, Count] = {}

    def add(self, fault: Fault) -> None:
        """Count one more fault."""
        before = self._counts.get(fault.cause)
        self._counts[fault.cause] = Count(1, fault) if before is None else Count(before.times + 1, before.first)

    def __iter__(self) -> Iterator[Count]:
        """Give the counts in the order of the causes."""
        return (self._counts[cause] for cause in Cause if cause in self._counts)

    def __len__(self) -> int:
        """Count all faults of all causes."""
        return sum(count.times for count in self._counts.values())
