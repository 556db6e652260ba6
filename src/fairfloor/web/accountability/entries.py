"""Moves as the pages of the public log show them: who, what, about what, why, undone by what."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote

import msgspec

from fairfloor.chat.moves import (
    Accept,
    Answer,
    Appeal,
    Decline,
    Dispute,
    Doing,
    Enter,
    Fold,
    Hold,
    Merge,
    Move,
    Pause,
    Propose,
    Release,
    Respond,
    Review,
    Settle,
    Split,
    Stitch,
    Undo,
    Withdraw,
)
from fairfloor.web.address import key
from fairfloor.web.board import Board
from fairfloor.web.console.told import did, who
from fairfloor.web.markup import plain

_ROLES = {"host": "host", "co-host": "co-host", "moderator": "moderator", "participant": "participant"}


class Link(msgspec.Struct, frozen=True):
    """Where more is to be read."""

    href: str
    label: str


class Undone(msgspec.Struct, frozen=True):
    """By whom and when a move was undone."""

    href: str
    who: str
    at: datetime


class Entry(msgspec.Struct, frozen=True):
    """A move."""

    name: str
    """As an address has it."""
    id: str
    who: str
    role: str
    did: str
    at: datetime
    text: str
    """What was written in it."""
    reason: str
    about: tuple[Link, ...]
    undone: Undone | None
    until: datetime | None = None
    """Until when it holds, where it says so."""


def entry(board: Board, move: Move, undoings: Mapping[str, Move]) -> Entry:
    """Make a move ready to be shown."""
    undoing = undoings.get(move.id)
    return Entry(
        name=named(move.id),
        id=move.id,
        who=plain(who(move, board)),
        role=_ROLES[move.role],
        did=plain(_did(board, move.do), 300),
        at=move.at,
        text=_text(move.do),
        reason=move.reason,
        about=tuple(_about(move.do)),
        undone=None if undoing is None else Undone(named(undoing.id), plain(who(undoing, board)), undoing.at),
        until=move.do.until if isinstance(move.do, Pause) else None,
    )


def named(move: str) -> str:
    """Write a move's id as an address of the log has it."""
    return quote(move, safe="")


def _did(board: Board, do: Doing) -> str:
    if isinstance(do, Review):
        return "answered an appeal: the post gets the floor" if do.granted else "answered an appeal: the fold stands"
    return did(board, do)


def _text(do: Doing) -> str:
    match do:
        case Answer(text=text) | Dispute(text=text) | Respond(text=text) | Appeal(text=text) | Review(text=text):
            return text
        case Propose(title=title, text=text):
            return f"{title}\n{text}".strip()
        case _:
            return ""


def _about(do: Doing) -> list[Link]:
    """Say where more is to be read of what a move is about."""
    match do:
        case Fold(act=act) | Hold(act=act) | Release(act=act) | Stitch(act=act) | Enter(act=act) | Split(act=act):
            return [_act(act)]
        case Appeal(act=act) | Review(act=act):
            return [_act(act), Link(f"/act/{key(act)}/appeal", "The second look")]
        case Merge(of=of, into=into):
            return [Link(f"/find/{key(of)}", "The first"), Link(f"/find/{key(into)}", "The second")]
        case _:
            return [link for link in (_of_one(do),) if link is not None]


def _of_one(do: Doing) -> Link | None:
    match do:
        case Answer(question=name) | Dispute(question=name):
            return Link(f"/ledger/{key(name)}", "The question")
        case Decline(of=name) | Withdraw(of=name):
            return Link(f"/find/{key(name)}", "What it is about")
        case Accept(proposal=name):
            return Link(f"/proposals/{key(name)}", "The proposal")
        case Undo(move=name):
            return Link(f"/log/{named(name)}", "What was undone")
        case Settle():
            return Link("/chat", "The chat")
        case _:
            return None


def _act(act: str) -> Link:
    return Link(f"/act/{key(act)}", "The post")
