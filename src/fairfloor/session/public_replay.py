"""Deciding again from the lines of a public log, and comparing each decision with the one that stands there. Pure.

Where another version of Fairfloor wrote, and decided otherwise than this one, that is no proof of anything; comparing
stops. From the line on where this version went on, it starts again: a process that goes on hears the whole log anew,
and first says where acts would be elsewhere now (`session.recover`). So of a chat that lives through many upgrades at
least what this version decided can be checked by it.

Holds the last decision of each act, about 700 bytes an act.
"""

from collections import deque
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import msgspec

from fairfloor.session.decide import Evening
from fairfloor.session.decision import Decision
from fairfloor.session.public import Decided, Line, Opening, WentOn, encode_decision, event_of

_decode = msgspec.json.Decoder(Decision).decode
_CANNOT = (ArithmeticError, LookupError, TypeError, ValueError, msgspec.MsgspecError)


class Wrong(msgspec.Struct, frozen=True):
    """What is wrong with a log: at which line, counted from 1, and a sentence without its stop."""

    line: int
    what: str
    kept: str = ""
    """The decision that stands in the log, where deciding gives another."""
    ours: str = ""
    """That other one; empty where there is none."""


class _Due(NamedTuple):
    """A decision that was made and not yet compared."""

    act: str
    body: bytes
    amends: bool = False
    """Whether it says where an act is now, at the time when another version went on, which the log alone knows."""

    def at(self, kept: bytes) -> bytes:
        """Give its bytes as of the time that the log says, where that is for the log to say."""
        if not self.amends:
            return self.body
        return encode_decision(msgspec.structs.replace(_decode(self.body), at=_decode(kept).at))


class Replay:
    """Decides an evening again, line by line."""

    def __init__(self, version: str) -> None:
        """Take the version that this Fairfloor is."""
        self._version = version
        self._ours = False
        """Whether this version wrote the line."""
        self._evening: Evening | None = None
        self._time: datetime | None = None
        self._due: deque[_Due] = deque()
        self._kept: dict[str, bytes] = {}
        self._made: dict[str, bytes] = {}
        """The last decision of each act: in the log, and by deciding."""
        self._last: datetime | None = None
        """When the last decision in the log was made."""
        self._lost = False
        self.same = 0
        """Decisions that were made again and were the same."""
        self.other: Wrong | None = None
        """The first decision of another version that this one makes otherwise."""
        self.resumed: int | None = None
        """The line from which on all is the same again; None while it is not, or always was."""

    @property
    def pending(self) -> int:
        """Count the decisions that follow from the lines so far and do not stand there yet."""
        return 0 if self._lost else len(self._due)

    def see(self, line: Line) -> Wrong | None:
        """Take the next line; gives what is wrong where it holds another decision than deciding gives."""
        try:
            return self._see(line)
        except _CANNOT as error:
            return Wrong(line.n, f"it cannot be decided on: {error}")

    def _see(self, line: Line) -> Wrong | None:
        if isinstance(line, Opening):
            self._evening, self._ours = Evening(line.rules), line.version == self._version
            return None
        if isinstance(line, WentOn):
            self._ours = line.version == self._version
            if self._lost and self._ours:
                self._resume(line)
            return None
        if isinstance(line, Decided):
            return self._compare(line)
        if (event := event_of(line)) is not None:
            self._time = event.seen
            self._make(self._begun.decide(event))
        return None

    @property
    def _begun(self) -> Evening:
        if self._evening is None:
            raise ValueError("the log has no beginning")
        return self._evening

    def _make(self, decisions: Iterable[Decision]) -> None:
        for one in decisions:
            body = self._made[one.act] = encode_decision(one)
            if not self._lost:
                self._due.append(_Due(one.act, body))

    def _compare(self, line: Decided) -> Wrong | None:
        kept = bytes(line.decision)
        if self._lost:
            self._follow(kept)
            return None
        if not self._due:
            self._pass(_decode(kept).at)
        ours = self._due.popleft().at(kept) if self._due else b""
        if kept == ours:
            self._follow(ours)
            self.same += 1
            return None
        differs = Wrong(line.n, "deciding again gives another decision", kept.decode("utf-8", "replace"), ours.decode())
        if self._ours:
            return differs
        self.other, self.resumed, self._lost = self.other or differs, None, True
        self._due.clear()
        self._follow(kept)
        return None

    def _pass(self, at: datetime) -> None:
        """Let time pass up to a moment; one that is past changes nothing."""
        if self._time is None or at >= self._time:
            self._time = at
            self._make(self._begun.advance(at))

    def _follow(self, kept: bytes) -> None:
        """Take note of a decision that stands in the log."""
        one = _decode(kept)
        self._kept[one.act], self._last = kept, one.at

    def _resume(self, line: WentOn) -> None:
        """Go on as `session.recover` does: let time pass, and say where each act would be elsewhere now."""
        if self._last is not None:
            self._pass(self._last)
        self._lost, self.resumed = False, line.n
        for act, body in self._made.items():
            one, kept = _decode(body), self._kept.get(act)
            if kept is None or one != msgspec.structs.replace(_decode(kept), at=one.at):
                self._due.append(_Due(act, body, amends=True))
