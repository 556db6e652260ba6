"""Checking a public log: that its lines are chained, and that deciding on them gives its decisions. Pure.

Deciding again needs the version of Fairfloor that decided; most versions decide alike (session.public_replay).

A log may end before the decisions that follow from it, for an evening goes on: what was heard is written down before it
is decided. How many those are is said.

Invariant: a log that was changed in any byte is found wrong at the line that was changed, if not before.
"""

from collections import Counter
from datetime import datetime

import msgspec

from fairfloor.session.public import (
    FORMAT,
    Decided,
    Head,
    Line,
    Opening,
    Unreadable,
    WentOn,
    unlinked,
)
from fairfloor.session.public_replay import Replay, Wrong

LONGEST = 1 << 20
"""Bytes of a line; none that Fairfloor writes comes near."""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What checking a log has come to."""

    head: Head
    wrong: Wrong | None
    """The first thing wrong; what stands after it was not looked at."""
    kinds: Counter[str]
    """Lines by their kinds."""
    versions: tuple[tuple[int, str], ...]
    """The versions of Fairfloor that wrote it, each with its first line."""
    since: datetime | None
    until: datetime | None
    """When the first and the last act or move was seen."""
    replayed: int
    """Decisions that were made again and were the same."""
    pending: int
    """Decisions that follow from the log and do not stand in it yet."""
    other: Wrong | None
    """The first decision that differs where another version of Fairfloor decided."""
    resumed: int | None
    """The line where this version went on, from which on all is the same again; None where there is none."""


class Checker:
    """Checks a log, line by line."""

    def __init__(self, version: str, *, replay: bool = True) -> None:
        """Take the version that this Fairfloor is; replay: whether to decide again, and not only to check the chain."""
        self._replay = Replay(version) if replay else None
        self._head = Head()
        self._wrong: Wrong | None = None
        self._kinds: Counter[str] = Counter()
        self._versions: list[tuple[int, str]] = []
        self._since: datetime | None = None
        self._until: datetime | None = None
        self._numbers = 0

    @property
    def head(self) -> Head:
        """Where the log has come to, as far as it is well."""
        return self._head

    def see(self, line: bytes) -> bool:
        """Check the next line, without its line end; tells whether all is well so far."""
        if self._wrong is None:
            self._wrong = self._see(line)
        return self._wrong is None

    def cut(self) -> None:
        """Note that the last line seen did not end."""
        self._wrong = self._wrong or Wrong(self._head.n, "the log was cut off in it")

    def found(self) -> Found:
        """Give what it has come to."""
        if self._wrong is None and self._head.n == 0:
            self._wrong = Wrong(1, "the log is empty")
        return Found(
            head=self._head,
            wrong=self._wrong,
            kinds=self._kinds,
            versions=tuple(self._versions),
            since=self._since,
            until=self._until,
            replayed=self._replay.same if self._replay else 0,
            pending=self._replay.pending if self._replay else 0,
            other=self._replay.other if self._replay else None,
            resumed=self._replay.resumed if self._replay else None,
        )

    def _see(self, line: bytes) -> Wrong | None:
        here = self._head.n + 1
        if len(line) > LONGEST:
            return Wrong(here, f"it is longer than {LONGEST:,} bytes")
        try:
            read, head = unlinked(self._head, line)
        except Unreadable as error:
            return Wrong(here, str(error))
        if head.n != here:
            return Wrong(here, _elsewhere(here, head.n))
        if read is None:
            return Wrong(here, "its hash does not follow from its words and the line before: one of them was changed")
        wrong = self._opened(read) or self._in_order(read) or (self._replay and self._replay.see(read))
        if not wrong:
            self._head = head
        return wrong or None

    def _opened(self, line: Line) -> Wrong | None:
        """Take note of a line, and see that the first one begins, and it alone."""
        self._kinds[str(line.__struct_config__.tag)] += 1
        if isinstance(line, Opening) != (line.n == 1):
            return Wrong(line.n, "the log begins anew there" if line.n > 1 else "it is not the beginning of a log")
        if isinstance(line, Opening):
            self._versions.append((1, line.version))
            if line.format != FORMAT:
                return Wrong(1, f"the log is of the format {line.format}, which this Fairfloor does not know")
        elif isinstance(line, WentOn):
            self._versions.append((line.n, line.version))
        return None

    def _in_order(self, line: Line) -> Wrong | None:
        """See that time does not go back, and no number of a decision is left out."""
        if isinstance(line, Decided):
            self._numbers += 1
            if line.number != self._numbers:
                return Wrong(line.n, f"it is decision {line.number:,}, where {self._numbers:,} should come")
        elif not isinstance(line, Opening | WentOn):
            if self._until is not None and line.seen < self._until:
                return Wrong(line.n, "it was seen before what stands above it")
            self._since, self._until = self._since or line.seen, line.seen
        return None


def _elsewhere(here: int, says: int) -> str:
    if says < here:
        return f"it is line {says:,}, which was there already: lines were put in, or their order was changed"
    missing = f"line {here:,} is" if says == here + 1 else f"lines {here:,} to {says - 1:,} are"
    return f"{missing} missing: the line that stands there is line {says:,}"
