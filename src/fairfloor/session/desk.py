"""The desk: all that is known of the chat beside its floor, kept from the steps of the evening, for pages to read.

It is an audience like the live page's board. Each part of `chat` hears the same entries of the log in the same order;
so after a crash the desk is as it was, and no table is kept that could disagree with the log.

Invariant: a move that stands is in `standing` from the step that tells of it until the step that undoes it.
"""

from collections import OrderedDict, deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from fairfloor.acts.act import Post
from fairfloor.acts.heard import Form, HeardPost
from fairfloor.acts.notice import Deletion
from fairfloor.chat.appeals import Appeals
from fairfloor.chat.dials import Dials
from fairfloor.chat.ledger.ledger import Ledger
from fairfloor.chat.moves import Decline, Fold, Hold, Move, Pause, Undo, Vote
from fairfloor.chat.pinned import Pinned
from fairfloor.chat.proposals.proposals import Proposals
from fairfloor.chat.questions.alike import Alike
from fairfloor.chat.roles import may_undo
from fairfloor.chat.schedule.sessions import Sessions
from fairfloor.chat.sheet.run_sheet import RunSheet
from fairfloor.chat.sheet.stitching import Stitching
from fairfloor.session.decide import Rules
from fairfloor.session.ports import Step, Taken

MOVES = 10_000
"""Moves that are held to be shown and undone, of the host's people and of participants each, so that a crowd pushes out
none of a host's; votes are not among them, a vote is changed by another."""
ACCOUNTS = 100_000
"""Accounts whose say is held because it is less than 1."""
_BEGINNING = datetime.fromtimestamp(0, UTC)


class Part(Protocol):
    """One part of what is known of a chat: a fold over posts and moves, in the order of the log. Total and pure."""

    def post(self, post: Post, form: Form) -> None:
        """Take note of a post; one that its author took back before we were started again has no words."""

    def gone(self, act: str, at: datetime) -> None:
        """Take note that an author took an act back."""

    def move(self, move: Move) -> None:
        """Take note of a move; one that makes no sense any more changes nothing."""

    def undo(self, move: Move) -> None:
        """Be as though an earlier move had never been made."""

    def refuses(self, move: Move) -> str | None:
        """Give the sentence that says why a move cannot be made now; None where it can."""


class Desk:
    """An `Audience` (session.ports); belongs to the thread that reads it."""

    def __init__(self, rules: Rules) -> None:
        """Take the rules of the evening."""
        self.rules = rules
        self.pinned = Pinned()
        self.dials = Dials(rules.pace, rules.newcomers)
        self.sessions = Sessions()
        self.sheet = RunSheet(rules.hosts, self.sessions)
        self.stitching = Stitching(self.sheet)
        self.proposals = Proposals(Alike())
        self.ledger = Ledger(rules.hosts, Alike(), self.proposals.took)
        self.appeals = Appeals()
        self.now = _BEGINNING
        self.standing: OrderedDict[str, Move] = OrderedDict()
        """The last moves that were not undone, by their ids, the oldest first."""
        self.lately: deque[Move] = deque(maxlen=MOVES)
        """The last moves, undone ones and undoings among them."""
        self.undone: OrderedDict[str, Move] = OrderedDict()
        """The last moves that were undone, each with the move that did so."""
        self._held: dict[bool, deque[str]] = {False: deque(), True: deque()}
        """The ids of the moves in `standing`, undone ones among them; the participants' by themselves."""
        self._says: OrderedDict[str, float] = OrderedDict()
        self._listeners: list[Callable[[Step], None]] = []
        self._parts: tuple[Part, ...] = (
            self.pinned,
            self.dials,
            self.sessions,
            self.sheet,
            self.stitching,
            self.proposals,
            self.ledger,
            self.appeals,
        )

    def on_step(self, listener: Callable[[Step], None]) -> None:
        """Call `listener` after every step heard."""
        self._listeners.append(listener)

    def say(self, account: str) -> float:
        """Give an account's say now, in (0, 1]."""
        return self._says.get(account, 1.0)

    def hear(self, step: Step) -> None:
        """See `Audience.hear`."""
        self.now = step.now
        for portrait in step.in_step:
            self._weigh(portrait.account, portrait.say)
        for taken in step.told:
            self._take(taken)
        for listener in self._listeners:
            listener(step)

    def refuses(self, move: Move) -> str | None:
        """Give the sentence that says why a move cannot be made now; None where it can."""
        if isinstance(move.do, Fold | Hold | Pause | Decline) and not move.reason.strip():
            return "Say why, in a sentence: it is shown with what you do, and can be appealed."
        if isinstance(move.do, Undo):
            before = self.standing.get(move.do.move)
            if before is None:
                return "That was undone already, or is too long ago to be undone."
            if not may_undo(move.role, move.by, before):
                return "That is not yours to undo."
        return next((why for part in self._parts if (why := part.refuses(move)) is not None), None)

    def _take(self, taken: Taken) -> None:
        match taken.notice:
            case Post() as post:
                form = taken.heard.form if isinstance(taken.heard, HeardPost) else Form()
                for part in self._parts:
                    part.post(post, form)
            case Deletion(id=act):
                for part in self._parts:
                    part.gone(act, taken.seen)
            case Move() as move:
                self._move(move)
            case _:
                pass

    def _move(self, move: Move) -> None:
        if isinstance(move.do, Vote):
            self._tell(move)
            return
        self.lately.append(move)
        if not isinstance(move.do, Undo):
            self._tell(move)
            self._hold(move)
        elif (before := self.standing.get(move.do.move)) is not None and may_undo(move.role, move.by, before):
            del self.standing[before.id]
            self.undone[before.id] = move
            if len(self.undone) > MOVES:
                self.undone.popitem(last=False)
            for part in self._parts:
                part.undo(before)

    def _tell(self, move: Move) -> None:
        for part in self._parts:
            part.move(move)

    def _hold(self, move: Move) -> None:
        self.standing[move.id] = move
        held = self._held[move.role == "participant"]
        held.append(move.id)
        if len(held) > MOVES:
            self.standing.pop(held.popleft(), None)

    def _weigh(self, account: str, say: float) -> None:
        self._says.pop(account, None)
        if say < 1.0:
            self._says[account] = say
            if len(self._says) > ACCOUNTS:
                self._says.popitem(last=False)
