"""The places where an evening touches the world, as Protocols: clock, source, store, records, audience."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

import msgspec

from fairfloor.acts.act import Act, Post
from fairfloor.acts.fault import Count, Fault
from fairfloor.acts.heard import Heard
from fairfloor.acts.notice import Notice
from fairfloor.chat.moves import Move
from fairfloor.floor.reasons import Placement
from fairfloor.session.decision import Decision
from fairfloor.session.public import PublicLog
from fairfloor.voices.echo import Portrait

if TYPE_CHECKING:
    from fairfloor.session.decide import Rules


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


Entry = Notice | Move
"""What stands in the log of an evening: what networks tell, and what people do on the chat's own pages."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A notice or a move as it reached us: when, and, of an act or an edit, what decisions may read of it."""

    notice: Entry
    seen: datetime
    heard: Heard | None = None
    """Kept beside the words from the start: an author can take the words out, and what was decided on stays."""


class Taken(Told, frozen=True, kw_only=True):
    """A notice as the store accepted it, at its place in the log.

    An act whose author has since taken it back has no words, links or handle left; one that was edited has its new
    words. `heard` is always of the words that were told first: those were decided on.
    """

    seq: int


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What the store made of a batch: what was new, in order, and what was left out."""

    taken: tuple[Taken, ...] = ()
    faults: tuple[Fault, ...] = ()
    """Notices told before, and edits of somebody else's post."""
    skipped: int = 0
    """Notices about acts and accounts that the log does not know."""


class Store(Protocol):
    """Keeps the log of notices and of decisions; one writer. Every method is durable when it returns."""

    def begin(self, rules: "Rules") -> None:
        """Say by which rules the evening is decided; raises `OtherRules` where it was begun with others."""

    def take(
        self, source: str, told: Sequence[Told], *, cursor: str | None, faults: Sequence[Fault], skipped: int
    ) -> Receipt:
        """Append what was told, count its faults, move the cursor, in one transaction.

        A `Departure` is taken as a `Deletion` of each act of the account. A `Deletion`, and an `Edit`, take the old
        words out of the log. A notice about an unknown act or account is skipped, but an `Edit` of an unknown post
        (which got the tag only now) is taken as that post.
        """

    def decide(self, first: int, decisions: Sequence[Decision]) -> None:
        """Append decisions numbered from `first` (from 1); numbers already kept are left as they are."""

    def log(self, after: int = 0) -> Iterable[Taken]:
        """Give all that was taken at a place greater than `after`, in order."""

    def decisions(self, after: int = 0) -> Iterable[Decision]:
        """Give the decisions numbered greater than `after`, in order."""

    def cursor(self, source: str) -> str | None:
        """Give the cursor kept with the source's last batch."""

    def decided(self) -> int:
        """Give the number of the last decision kept, 0 where there is none."""


class OtherRules(Exception):  # noqa: N818 - it names what is the matter
    """A store was begun with other rules than it is asked to go on with."""

    def __init__(self, kept: "Rules", asked: "Rules") -> None:
        """Take the rules that the store was begun with, and those asked for."""
        super().__init__(kept, asked)
        self.kept, self.asked = kept, asked


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One act as it is kept, for a page."""

    seq: int
    """Its place in the log: the key to page by."""
    seen: datetime
    act: Act
    """With its newest words; without words, links and handle where it was withdrawn."""
    edited: bool = False
    withdrawn: bool = False
    number: int = 0
    """The number of its last decision; 0 where it waits for its first."""
    decision: Decision | None = None
    """Its last decision; None where it waits for its first."""


class Records(PublicLog, Protocol):
    """What pages read of the log, while it is being written. Every method may block for milliseconds."""

    def record(self, act: str) -> Record | None:
        """Give one act by its id."""

    def decisions_of(self, act: str) -> list[tuple[int, Decision]]:
        """Give an act's decisions with their numbers, the first first."""

    def folded(self, code: str, before: int | None = None, limit: int = 50) -> list[Record]:
        """Give acts folded or merged now for the reason `code` at places less than `before`, the newest first."""

    def said(self, message: str, after: int = 0, limit: int = 50) -> list[Record]:
        """Give the posts that said a message, at places greater than `after`, in order."""

    def floor(self, before: int | None = None, limit: int = 50) -> list[Record]:
        """Give what got the floor by decisions numbered less than `before`, the latest first.

        `number` and `decision` are those that gave the floor; what was withdrawn later says so in `withdrawn`.
        """

    def number_at(self, when: datetime) -> int:
        """Give the number of the first decision made at a moment or later; one after the last where there is none."""

    def shown(self, first: int, before: int) -> int:
        """Count what got the floor by decisions numbered from `first`, less than `before`."""

    def counts(self) -> dict[tuple[Placement, str], int]:
        """Count acts by where they are now and the code of the reason."""

    def faults(self) -> list[tuple[str, Count]]:
        """Give (source, count of one cause of fault, the first of them), by source, then in the order of causes."""

    def skipped(self) -> int:
        """Count well-formed notices that were not of this chat."""


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
    told: tuple[Taken, ...] = ()
    """All that was taken, acts and moves among it, in the order of the log."""
    faults: tuple[Fault, ...] = ()
    skipped: int = 0
    waiting: int = 0
    """Messages that wait for the floor after this step."""
    in_step: tuple[Portrait, ...] = ()
    """Accounts whose say changed in this step, in or out of step with others, and what it rests on."""
    seq: int = 0
    """The place in the log of the last notice of this step, or of the one before."""
    decided: int = 0
    """The number of the last decision of this step, or of the one before."""


class Audience(Protocol):
    """Whoever wants to know what happened: the live page, a feed, a summary."""

    def hear(self, step: Step) -> None:
        """Take note of one step; must not block."""
