"""The last moves, each in a sentence: who did what, about whom, and why."""

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
from fairfloor.web.board import Board
from fairfloor.web.markup import plain
from fairfloor.web.views import author
from fairfloor.web.words import part

_PLAIN: dict[type[Doing], str] = {
    Begin: "began the session",
    End: "ended the session",
    Unpin: "took the notice down",
    Settle: "changed what the chat is",
    Write: "wrote the run sheet",
    Stitch: "put an answer under another question",
    Enter: "entered a question into the ledger",
    Answer: "answered a question",
    Decline: "declined a question or a proposal",
    Withdraw: "withdrew a question or a proposal",
    Merge: "took two for one",
    Split: "took a post out of a question",
    Dispute: "disputed an answer",
    Respond: "answered a dispute",
    Propose: "proposed a topic",
    Vote: "said what they think of a proposal",
    Accept: "accepted a proposal for a date",
    Appeal: "asked for a second look",
    Review: "answered an appeal",
}


def did(board: Board, do: Doing) -> str:
    """Say what a move does, in the past: "folded a post by @ann"."""
    match do:
        case Fold(act=act):
            return f"folded {_post(board, act)}"
        case Hold(act=act):
            return f"held back {_post(board, act)}"
        case Release(act=act):
            return f"gave the floor to {_post(board, act)}"
        case Pause(account=account):
            return f"paused {_account(board, account)} for a while"
        case Vouch(account=account):
            return f"vouched for {_account(board, account)}"
        case _:
            return _set(do) or _PLAIN.get(type(do), "made a move")


def _set(do: Doing) -> str:
    match do:
        case SetPace(pace=pace):
            return f"set the pace to {pace:g} messages a minute"
        case SetShare(newcomers=newcomers):
            return f"set the newcomers' share to {part(newcomers)}"
        case Pin(text=text):
            return f"pinned \u201c{plain(text)}\u201d"
        case Ask(number=number):
            return f"asked Q{number}"
        case Undo():
            return "undid a move"
        case _:
            return ""


def who(move: Move, board: Board) -> str:
    """Name whoever made a move."""
    return _account(board, move.by) if move.role == "participant" else move.by


def _account(board: Board, account: str) -> str:
    return author(account, board.handle(account))


def _post(board: Board, act: str) -> str:
    words = board.held(act)
    if words is None:
        return "a post"
    return f"a post by {author(words.post.account, board.handle(words.post.account) or words.post.handle)}"
