"""Checking a public log: that its lines are chained, and that deciding on them gives its decisions. Pure.

Deciding again needs the version of Fairfloor that decided; most versions decide alike. Where a line says that another
version wrote what follows, and what it decided is not what this one does, then that is no proof of anything, either
way: it is said, and that part is to be checked with that version.

A log may end before the decisions that follow from it, for an evening goes on: what was heard is written down before it
is decided. How many those are is said.

Invariant: a log that was changed in any byte is found wrong at the line that was changed, if not before.
"""

from collections import Counter, deque
from datetime import datetime

import msgspec

from fairfloor.session.decide import Evening
from fairfloor.session.public import (
    FORMAT,
    Decided,
    Head,
    Line,
    Made,
    Opening,
    Unreadable,
    WentOn,
    encode_decision,
    event_of,
    unlinked,
)

LONGEST = 1 << 20
"""Bytes of a line; none that Fairfloor writes comes near."""
_decode_at = msgspec.json.Decoder(msgspec.defstruct("_At", [("at", datetime)])).decode
_CANNOT = (ArithmeticError, LookupError, TypeError, ValueError)


class Wrong(msgspec.Struct, frozen=True):
    """What is wrong with a log: at which line, counted from 1, and a sentence without its stop."""

    line: int
    what: str
    kept: str = ""
    """The decision that stands in the log, where deciding gives another."""
    ours: str = ""
    """That other one; empty where there is none."""


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
    """The first decision that differs where another version of Fairfloor decided; none after it was made again."""


class Checker:
    """Checks a log, line by line."""

    def __init__(self, version: str, *, replay: bool = True) -> None:
        """Take the version that this Fairfloor is; replay: whether to decide again, and not only to check the chain."""
        self._version = version
        self._replay = replay
        self._head = Head()
        self._wrong: Wrong | None = None
        self._other: Wrong | None = None
        self._kinds: Counter[str] = Counter()
        self._versions: list[tuple[int, str]] = []
        self._since: datetime | None = None
        self._until: datetime | None = None
        self._evening: Evening | None = None
        self._due: deque[bytes] = deque()
        self._numbers = 0
        self._replayed = 0

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
            replayed=self._replayed,
            pending=len(self._due),
            other=self._other,
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
        self._head = head
        return self._opened(read) or self._in_order(read) or self._decide(read)

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
            if isinstance(line, Made) and line.move.at != line.seen:
                return Wrong(line.n, "its move says another time than the line")
        return None

    # Deciding again

    def _decide(self, line: Line) -> Wrong | None:
        if not self._replay or self._other is not None:
            return None
        try:
            if isinstance(line, Opening):
                self._evening = Evening(line.rules)
            elif isinstance(line, Decided):
                return self._compare(self._begun, line)
            elif (event := event_of(line)) is not None:
                self._due.extend(map(encode_decision, self._begun.decide(event)))
        except _CANNOT as error:
            return Wrong(line.n, f"it cannot be decided on: {error}")
        return None

    @property
    def _begun(self) -> Evening:
        assert self._evening is not None, "the first line begins it"  # noqa: S101 - seen to in `_opened`
        return self._evening

    def _compare(self, evening: Evening, line: Decided) -> Wrong | None:
        kept = bytes(line.decision)
        if not self._due:
            self._due.extend(map(encode_decision, evening.advance(_decode_at(kept).at)))  # type: ignore[attr-defined]
        ours = self._due.popleft() if self._due else b""
        if kept == ours:
            self._replayed += 1
            return None
        differs = Wrong(line.n, "deciding again gives another decision", kept.decode("utf-8", "replace"), ours.decode())
        if self._versions[-1][1] == self._version:
            return differs
        self._other = differs
        self._due.clear()
        return None


def _elsewhere(here: int, says: int) -> str:
    if says < here:
        return f"it is line {says:,}, which was there already: lines were put in, or their order was changed"
    missing = f"line {here:,} is" if says == here + 1 else f"lines {here:,} to {says - 1:,} are"
    return f"{missing} missing: the line that stands there is line {says:,}"
