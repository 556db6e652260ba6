"""What stands in the ledger, as it is read: a question, who asked it, what became of it, and who disputes that.

These are pictures of the ledger at one moment, frozen. How many voices asked is not among them: says change, so they
are added up when somebody looks (`Ledger.voices`).
"""

from datetime import datetime, timedelta
from typing import Literal

import msgspec

from fairfloor.chat.moves import Role

State = Literal["open", "answered", "declined", "withdrawn"]
STATES: tuple[State, ...] = ("open", "answered", "declined", "withdrawn")


class Ask(msgspec.Struct, frozen=True):
    """One post that asks a question."""

    act: str
    account: str
    at: datetime


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What one of the host's people said became of a question; the last counts, the earlier ones stay to be read."""

    move: str
    state: Literal["answered", "declined"]
    by: str
    role: Role
    at: datetime
    text: str = ""
    """The answer in words, or the reason why it was declined."""
    act: str | None = None
    """The post that answers it."""
    link: str | None = None


class Response(msgspec.Struct, frozen=True):
    """What one of the host's people said to a dispute."""

    move: str
    by: str
    role: Role
    at: datetime
    text: str


class Objection(msgspec.Struct, frozen=True, kw_only=True):
    """A dispute: somebody who asked says that the question was not answered, or should not have been declined."""

    id: str
    """The move, or the reply on the asker's own network."""
    ask: str
    """The post by which its author had asked; the dispute stays with it, whatever is merged or split."""
    account: str
    at: datetime
    text: str = ""
    """Empty where it is a reply: its words are the post's, and go when its author takes it back."""
    act: str | None = None
    responses: tuple[Response, ...] = ()


class Reply(msgspec.Struct, frozen=True):
    """The host's reply on the network to a post that asks: perhaps the answer, which the host confirms."""

    act: str
    account: str
    at: datetime
    to: str


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A question of the ledger."""

    id: str
    """The post that asked it first."""
    state: State
    at: datetime
    asks: tuple[Ask, ...]
    """The posts that ask it, in order; those taken back are left out, and of very many only the first are here."""
    asked: int
    """How many posts ask it."""
    merged: tuple[str, ...] = ()
    """Questions that one of the host's people took for this one."""
    outcomes: tuple[Outcome, ...] = ()
    disputes: tuple[Objection, ...] = ()
    replies: tuple[Reply, ...] = ()
    """The host's replies that no answer has named yet."""

    @property
    def outcome(self) -> Outcome | None:
        """Give what became of it; None while it is open, or where nobody asks it any more."""
        return self.outcomes[-1] if self.outcomes else None


class Numbers(msgspec.Struct, frozen=True, kw_only=True):
    """How many questions there are, by what became of them, and how long answers took."""

    open: int = 0
    answered: int = 0
    declined: int = 0
    withdrawn: int = 0
    disputed: int = 0
    """Questions that stand disputed, whatever became of them."""
    waited: timedelta | None = None
    """The median time from a question's first post to its answer; None where nothing was answered."""

    @property
    def asked(self) -> int:
        """Count all that entered."""
        return self.open + self.answered + self.declined + self.withdrawn
