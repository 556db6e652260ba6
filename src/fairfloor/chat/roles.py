"""Who may make which move: the one place where roles are checked.

Three ideas decide. What steers the evening, or speaks for the host (an answer, a date, a pinned notice), is the host's
and the co-hosts'. What keeps the page in order, and can be undone at once, is a moderator's too, and so is to answer
whoever disputes or appeals. What an account says for itself (its vote, its dispute, its appeal) is nobody else's: the
host has no vote, because a vote counts by an account's say, and the host's people are not accounts of a network.

Whether a question, or an appeal, is one's *own*, so that one may withdraw it, or enter it into the ledger, is not a
matter of roles: whoever keeps it refuses what is not (`refuses`, of each part of `chat`).

Invariant: nobody but the participant undoes what a participant did. So no dispute can be made to disappear.
Invariant: the kinds of moves are matched without a remainder; a new one does not pass mypy until it is placed here.
"""

from typing import assert_never

from fairfloor.chat.moves import (
    Accept,
    Answer,
    Appeal,
    Ask,
    Begin,
    Decline,
    Dispute,
    Doing,
    End,
    Enter,
    Fold,
    Hold,
    Merge,
    Move,
    Pause,
    Pin,
    Propose,
    Release,
    Respond,
    Review,
    Role,
    SetPace,
    SetShare,
    Settle,
    Split,
    Stitch,
    Undo,
    Unpin,
    Vote,
    Vouch,
    Withdraw,
    Write,
)

HOSTS: frozenset[Role] = frozenset({"host", "co-host"})
STAFF: frozenset[Role] = HOSTS | {"moderator"}
ALL: frozenset[Role] = STAFF | {"participant"}
_SELF: frozenset[Role] = frozenset({"participant"})
_HOST: frozenset[Role] = frozenset({"host"})


def who_may(do: Doing) -> frozenset[Role]:
    """Give the roles that may make a move; of an `Undo` see also `may_undo`."""
    match do:
        case Vote() | Dispute() | Appeal():
            return _SELF
        case Propose() | Withdraw() | Enter() | Undo():
            return ALL
        case Fold() | Hold() | Release() | Pause() | Stitch() | Merge() | Split() | Respond() | Review():
            return STAFF
        case Vouch() | SetPace() | SetShare() | Begin() | End() | Pin() | Unpin() | Write() | Ask():
            return HOSTS
        case Answer() | Decline() | Accept():
            return HOSTS
        case Settle():
            return _HOST
        case _:
            assert_never(do)


def may(role: Role | None, do: Doing) -> bool:
    """Tell whether somebody in this role, None for a visitor, may make a move."""
    return role in who_may(do)


def may_undo(role: Role | None, by: str, undone: Move) -> bool:
    """Tell whether somebody in this role, whose name in the log is `by`, may undo an earlier move.

    The host's people undo what they might have done themselves, whoever of them did it; a participant only their own.
    An undo is not undone: the move is made again instead.
    """
    if isinstance(undone.do, Undo):
        return False
    if role == "participant" or undone.role == "participant":
        return role == undone.role and by == undone.by
    if isinstance(undone.do, Enter) and role not in HOSTS:
        return by == undone.by  # or a moderator could take from the ledger what a host put there
    return may(role, undone.do)


def manages(role: Role | None) -> bool:
    """Tell whether somebody in this role says who else has one, and changes the chat's settings."""
    return role == "host"


def writes(role: Role | None) -> bool:
    """Tell whether somebody in this role writes what the site holds: posts, pages, the words of recaps."""
    return role in HOSTS
