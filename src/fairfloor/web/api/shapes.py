"""What the API answers with, beside the formats of the design (acts, decisions, moves)."""

from datetime import datetime

import msgspec

from fairfloor.chat.ledger.entries import Numbers, Question
from fairfloor.chat.moves import Deed, Move, Words
from fairfloor.session.ports import Record


class Chat(msgspec.Struct, frozen=True, kw_only=True):
    """The chat, and how its floor is set now."""

    tag: str
    hosts: list[str]
    pace: float
    """Messages a minute."""
    newcomers: float
    """Their share of what is on the floor under congestion."""
    ttl: float
    """Seconds that a message waits at most."""
    now: datetime
    """The evening's time."""
    notice: str | None
    """What the host has pinned."""
    acts: dict[str, int]
    """Acts by the code of the reason for where they are now."""


class Records(msgspec.Struct, frozen=True, kw_only=True):
    """Some acts, and from where to go on (`before`); null at the end."""

    items: list[Record]
    next: int | None


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One act, and all that was decided on it."""

    record: Record
    decisions: list[msgspec.Raw]


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """A move, and the move that undid it."""

    move: Move
    undone_by: str | None


class Moves(msgspec.Struct, frozen=True, kw_only=True):
    """The last moves, the newest first."""

    items: list[Done]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A question of the ledger, and by how many voices it is asked."""

    question: Question
    voices: int


class Ledger(msgspec.Struct, frozen=True, kw_only=True):
    """Questions in one state, and how many there are in each."""

    numbers: Numbers
    items: list[Asked]
    next: int | None


class Making(msgspec.Struct, frozen=True, kw_only=True):
    """A move to be made: what to do, and why. Settings and run sheets are set down on their own pages."""

    do: Deed
    reason: Words = ""


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """The move as it stands in the log."""

    move: Move


class Wrong(msgspec.Struct, frozen=True, kw_only=True):
    """Why something was not done, for a person."""

    heading: str
    sentence: str
