"""The clerk of an evening: writes down what is told, has it decided, writes the decisions down, in that order.

The order is the whole of the crash safety. What was told is durable, with the time it was seen and the fingerprints
that decisions read, before it is decided; deciding is pure; decisions are numbered. So whatever instant the process
dies at, the log has all that was accepted, and an evening that hears the log again comes to the same decisions
under the same numbers (`recover`).

An act dated more than five minutes from when it was seen is counted, as late or as from the future, and taken at the
time it was seen: wrong clocks and slow networks are common, and who means to gain by it gains nothing.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import msgspec

from fairfloor.acts.act import Act
from fairfloor.acts.fault import Cause, Fault
from fairfloor.acts.notice import Edit, Notice
from fairfloor.chat.moves import Move
from fairfloor.session.decide import Rules
from fairfloor.session.decision import Decision
from fairfloor.session.hear import hear
from fairfloor.session.ports import Batch, Entry, Receipt, Step, Store, Told
from fairfloor.session.recover import recover
from fairfloor.session.replay import AHEAD
from fairfloor.session.sitting import Sitting

PAGES = "pages"
"""The name under which moves are taken, as acts are under their source's."""
_BEHIND = timedelta(minutes=5)
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Entry).decode


class Clerk:
    """Keeps one evening. Blocks while it writes, so it works off the event loop; one thread at a time."""

    def __init__(self, store: Store, rules: Rules) -> None:
        """Raise OtherRules where the evening was begun with others."""
        store.begin(rules)
        self._store = store
        self._rules = rules
        self._sitting = Sitting(rules)

    @property
    def next_at(self) -> datetime | None:
        """Give when the next thing will happen by itself; None where nothing waits."""
        return self._sitting.next_at

    def recover(self, now: datetime) -> Iterator[Step]:
        """Come to where the evening was; gives steps to tell. Call it once, first, and exhaust it."""
        return recover(self._sitting, self._store, self._rules, now)

    def take(self, source: str, batch: Batch, now: datetime, upto: datetime) -> Step:
        """Take what a source tells when the clock shows `now`, and let the evening go on up to `upto`."""
        told, faults = self._hear(batch, now)
        receipt = Receipt()
        if told or faults or batch.cursor or batch.skipped:
            receipt = self._store.take(source, told, cursor=batch.cursor, faults=faults, skipped=batch.skipped)
        decisions = self._sitting.hear(receipt.taken) + self._sitting.run(upto)
        self._keep(decisions)
        return self._sitting.step(
            now, receipt.taken, decisions, (*faults, *receipt.faults), batch.skipped + receipt.skipped
        )

    def make(self, entry: Entry, now: datetime) -> Step:
        """Take a move, or a post of the chat's own pages, made when the clock shows `now`.

        One that was taken before changes nothing. Raises ValueError where it could not be written and read back.
        """
        if (fault := _unfit(entry)) is not None:
            raise ValueError(fault.detail)
        told = self._made(entry, now) if isinstance(entry, Move) else self._told(entry, now, now)
        receipt = self._store.take(PAGES, [told], cursor=None, faults=(), skipped=0)
        decisions = self._sitting.hear(receipt.taken)
        self._keep(decisions)
        return self._sitting.step(now, receipt.taken, decisions, receipt.faults)

    def _made(self, move: Move, now: datetime) -> Told:
        at = self._sitting.stamp(now, now)
        return Told(notice=msgspec.structs.replace(move, at=at), seen=at)

    def advance(self, upto: datetime) -> Step:
        """Let the evening go on up to a time."""
        decisions = self._sitting.run(upto)
        self._keep(decisions)
        return self._sitting.step(upto, decisions=decisions)

    def _hear(self, batch: Batch, now: datetime) -> tuple[list[Told], list[Fault]]:
        told: list[Told] = []
        faults = list(batch.faults)
        for notice in batch.notices:
            fault = _unfit(notice)
            if fault is None:
                told.append(self._told(notice, batch.upto or now, now))
                fault = _misdated(told[-1])
            if fault is not None:
                faults.append(fault)
        return told, faults

    def _told(self, notice: Notice, upto: datetime, now: datetime) -> Told:
        seen = self._sitting.stamp(_said(notice) or upto, now)
        if isinstance(notice, Act):
            notice = msgspec.structs.replace(notice, seen=seen)
            return Told(notice=notice, seen=seen, heard=hear(notice, seen))
        if isinstance(notice, Edit):
            post = msgspec.structs.replace(notice.post, seen=seen)
            return Told(notice=Edit(post=post), seen=seen, heard=hear(post, seen))
        return Told(notice=notice, seen=seen)

    def _keep(self, decisions: Sequence[Decision]) -> None:
        if decisions:
            self._store.decide(self._sitting.decided + 1, decisions)
            self._sitting.decided += len(decisions)


def _unfit(notice: Entry) -> Fault | None:
    """Give what is wrong with a notice that could not be written and read back: the log must stay readable."""
    try:
        _decode(_encode(notice))
    except (UnicodeEncodeError, msgspec.ValidationError) as error:
        return Fault(Cause.BAD_FIELD, detail=str(error))
    return None


def _said(notice: Notice) -> datetime | None:
    """Give the time at which the source, not an author, says that a notice reached it."""
    if isinstance(notice, Act):
        return notice.seen
    return notice.post.seen if isinstance(notice, Edit) else notice.at


def _misdated(told: Told) -> Fault | None:
    if not isinstance(told.notice, Act):
        return None
    off = told.notice.at - told.seen
    if -_BEHIND <= off <= AHEAD:
        return None
    return Fault(Cause.FUTURE if off > AHEAD else Cause.LATE, detail=told.notice.id)
