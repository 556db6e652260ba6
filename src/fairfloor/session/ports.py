"""The places where an evening touches the world, as Protocols: clock, source, store, audience."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from fairfloor.acts.act import Act, Post
from fairfloor.acts.fault import Fault
from fairfloor.acts.notice import Notice
from fairfloor.session.decision import Decision


class Clock(Protocol):
    """Tells the time of the evening: the wall clock live, a faster one in a playback, a given one in tests."""

    def now(self) -> datetime:
        """Give the time now, in UTC; never earlier than what it gave before."""

    async def sleep_until(self, when: datetime) -> None:
        """Wait until the clock shows `when` (return at once where it already does)."""


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """What a source tells in one go; it is stored whole, with its cursor, before anybody is told of it."""

    notices: tuple[Notice, ...] = ()
    faults: tuple[Fault, ...] = ()
    cursor: str | None = None
    """Where to go on from after this batch; kept with it in one transaction."""
    upto: datetime | None = None
    """The source's own time: all that happened before it has been told. None where the source cannot say."""
    skipped: int = 0
    """Well-formed acts that are not of this chat."""


class Source(Protocol):
    """Somewhere acts come from. It reconnects by itself; it ends only when there is nothing more to come."""

    @property
    def name(self) -> str:
        """Give a short, stable name; cursors are kept under it."""

    def batches(self, cursor: str | None) -> AsyncIterator[Batch]:
        """Give what there is after `cursor` (from the source's own start where it is None), in order."""


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A notice as the store accepted it: its place in the log, when it was seen, and what was told.

    `notice` is None where the author has since taken the words back; `heard` then holds the encoded fingerprints
    (`acts.heard`), which are all that deciding needs.
    """

    seq: int
    seen: datetime
    notice: Notice | None
    heard: bytes | None = None


class Store(Protocol):
    """Keeps the log of notices and of decisions. Every method is durable when it returns."""

    def take(self, source: str, batch: Batch, seen: Sequence[datetime]) -> list[Taken]:
        """Append the batch's notices (seen: one time a notice), its faults and its cursor, in one transaction.

        Gives what was new, in order; a notice taken before (the same act id again) is counted as repeated
        and left out. An `Edit`, `Deletion` or `Departure` also takes the old words out of the log.
        """

    def decide(self, first: int, decisions: Sequence[Decision]) -> None:
        """Append decisions numbered from `first` (from 1); numbers already kept are left as they are."""

    def log(self, after: int = 0) -> Iterable[Taken]:
        """Give all notices with a place greater than `after`, in order."""

    def cursor(self, source: str) -> str | None:
        """Give the cursor kept with the source's last batch."""

    def decided(self) -> int:
        """Give the number of the last decision kept, 0 where there is none."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step of an evening, told to the audience after it is durable."""

    now: datetime
    acts: tuple[Act, ...] = ()
    """Acts accepted in this step, in order; without the words of acts taken back since (a step of recovery)."""
    decisions: tuple[Decision, ...] = ()
    withdrawn: tuple[str, ...] = ()
    edits: tuple[Post, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    """(account, handle) pairs learnt."""
    faults: tuple[Fault, ...] = ()
    skipped: int = 0
    waiting: int = 0
    """Messages that wait for the floor after this step."""
    seq: int = 0
    """The place in the log of the last notice of this step, or of the one before."""
    decided: int = 0
    """The number of the last decision of this step, or of the one before."""


class Audience(Protocol):
    """Whoever wants to know what happened: the live page, a feed, a summary."""

    def hear(self, step: Step) -> None:
        """Take note of one step; must not block."""
