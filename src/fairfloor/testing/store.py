"""A `Store` in memory, for tests and rehearsals: the promises of the one on disk, but for surviving its process.

tests/testing tells both the same, at random, and compares every answer.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import NamedTuple, assert_never

import msgspec

from fairfloor.acts.act import Act, Like, Post, Repost
from fairfloor.acts.fault import Cause, Count, Fault, Tally
from fairfloor.acts.heard import Heard
from fairfloor.acts.notice import Deletion, Departure, Edit, Rename
from fairfloor.chat.moves import Move
from fairfloor.session.decide import Rules
from fairfloor.session.decision import Decision
from fairfloor.session.ports import OtherRules, Receipt, Taken, Told
from fairfloor.store.evening.codec import wordless


class _Known(msgspec.Struct, eq=False):
    """An act as it is kept: its newest words, or none."""

    act: Act
    heard: Heard | None
    withdrawn: bool = False


class _Line(NamedTuple):
    """A place in the log; acts and edits are kept once, in `_Known`, so that their words can be taken out."""

    seen: datetime
    notice: Deletion | Rename | Move | None
    act: str = ""
    edit: bool = False


class MemoryStore:
    """A `Store` (session.ports); what it keeps ends with it."""

    def __init__(self) -> None:
        self._rules: Rules | None = None
        self._log: dict[int, _Line] = {}
        self._acts: dict[str, _Known] = {}
        self._moves: set[str] = set()
        self._next = 1
        self._decisions: list[Decision] = []
        self._cursors: dict[str, str] = {}
        self._tallies: dict[str, Tally] = {}
        self._skipped = 0

    def begin(self, rules: Rules) -> None:
        """See `Store.begin`."""
        self._rules = self._rules or rules
        if self._rules != rules:
            raise OtherRules(self._rules, rules)

    def take(
        self, source: str, told: Sequence[Told], *, cursor: str | None, faults: Sequence[Fault], skipped: int
    ) -> Receipt:
        """See `Store.take`."""
        outcomes = [outcome for one in told for outcome in self._take(one)]
        receipt = Receipt(
            taken=tuple(outcome for outcome in outcomes if isinstance(outcome, Taken)),
            faults=tuple(outcome for outcome in outcomes if isinstance(outcome, Fault)),
            skipped=outcomes.count(None),
        )
        for fault in (*faults, *receipt.faults):
            self._tallies.setdefault(source, Tally()).add(fault)
        self._skipped += skipped + receipt.skipped
        if cursor is not None:
            self._cursors[source] = cursor
        return receipt

    def decide(self, first: int, decisions: Sequence[Decision]) -> None:
        """See `Store.decide`. Raises ValueError where numbers between the last kept and `first` are missing."""
        kept = len(self._decisions)
        if first > kept + 1:
            raise ValueError(f"decision {first} does not follow on {kept}, the last that is kept")
        self._decisions += decisions[kept + 1 - first :]

    def log(self, after: int = 0) -> Iterator[Taken]:
        """See `Store.log`."""
        for seq, line in list(self._log.items()):
            if seq > after and not (line.edit and self._acts[line.act].withdrawn):
                yield self._read(seq, line)

    def decisions(self, after: int = 0) -> Iterator[Decision]:
        """See `Store.decisions`."""
        return islice(self._decisions, after, None)

    def cursor(self, source: str) -> str | None:
        """See `Store.cursor`."""
        return self._cursors.get(source)

    def decided(self) -> int:
        """See `Store.decided`."""
        return len(self._decisions)

    def faults(self) -> list[tuple[str, Count]]:
        """Give (source, count of one cause of fault, the first of them), as `Records.faults` does."""
        return [(source, count) for source, tally in sorted(self._tallies.items()) for count in tally]

    def skipped(self) -> int:
        """Count well-formed notices that were not of this chat, as `Records.skipped` does."""
        return self._skipped

    def _read(self, seq: int, line: _Line) -> Taken:
        if line.notice is not None:
            return Taken(seq=seq, seen=line.seen, notice=line.notice)
        known = self._acts[line.act]
        if line.edit and isinstance(known.act, Post):
            return Taken(seq=seq, seen=line.seen, notice=Edit(post=known.act))
        return Taken(seq=seq, seen=line.seen, notice=known.act, heard=known.heard)

    def _append(self, line: _Line) -> Taken:
        seq, self._next = self._next, self._next + 1
        self._log[seq] = line
        return self._read(seq, line)

    def _take(self, told: Told) -> Iterable[Taken | Fault | None]:
        """Give what comes of a notice: places in the log, a fault, or None where it is about what is not known."""
        match told.notice:
            case Post() | Repost() | Like():
                return [self._take_act(told, told.notice)]
            case Deletion(id=id_):
                return [self._take_deletion(told.seen, told.notice, self._acts.get(id_))]
            case Edit():
                return [self._take_edit(told, told.notice.post)]
            case Departure():
                return self._take_departure(told.seen, told.notice)
            case Move():
                return [self._take_move(told.seen, told.notice)]
            case Rename():
                return [self._take_rename(told.seen, told.notice)]
            case _:
                assert_never(told.notice)

    def _take_act(self, told: Told, act: Act) -> Taken | Fault:
        if act.id in self._acts or act.id in self._moves:
            return _repeated(act.id)
        self._acts[act.id] = _Known(act, told.heard)
        return self._append(_Line(told.seen, None, act.id))

    def _take_move(self, seen: datetime, move: Move) -> Taken | Fault:
        if move.id in self._moves or move.id in self._acts:
            return _repeated(move.id)
        self._moves.add(move.id)
        return self._append(_Line(seen, move))

    def _take_deletion(self, seen: datetime, deletion: Deletion, known: _Known | None) -> Taken | Fault | None:
        if known is None:
            return None
        if known.withdrawn:
            return _repeated(deletion.id)
        known.act, known.withdrawn = wordless(known.act), True
        return self._append(_Line(seen, deletion))

    def _take_departure(self, seen: datetime, gone: Departure) -> list[Taken | Fault | None]:
        theirs = [known for known in self._acts.values() if known.act.account == gone.account and not known.withdrawn]
        if not theirs:
            return [None]
        for seq in [seq for seq, _ in self._renames(gone.account)]:
            del self._log[seq]
        return [self._take_deletion(seen, Deletion(id=known.act.id, at=gone.at), known) for known in theirs]

    def _take_edit(self, told: Told, post: Post) -> Taken | Fault:
        known = self._acts.get(post.id)
        if known is None:
            return self._take_act(told, post)
        if not isinstance(known.act, Post) or known.act.account != post.account:
            return Fault(Cause.BAD_FIELD, detail=f"an edit of what is not the account's post {post.id}")
        after = msgspec.structs.replace(post, at=known.act.at, seen=known.act.seen)
        if known.withdrawn or after == known.act:
            return _repeated(post.id)
        known.act = after
        return msgspec.structs.replace(self._append(_Line(told.seen, None, post.id, edit=True)), notice=told.notice)

    def _take_rename(self, seen: datetime, rename: Rename) -> Taken | Fault | None:
        if all(known.act.account != rename.account for known in self._acts.values()):
            return None
        if [last.handle for _, last in self._renames(rename.account)][-1:] == [rename.handle]:
            return _repeated(rename.account)
        return self._append(_Line(seen, rename))

    def _renames(self, account: str) -> list[tuple[int, Rename]]:
        renames = [(seq, line.notice) for seq, line in self._log.items() if isinstance(line.notice, Rename)]
        return [(seq, rename) for seq, rename in renames if rename.account == account]


def _repeated(what: str) -> Fault:
    return Fault(Cause.REPEATED, detail=what)
