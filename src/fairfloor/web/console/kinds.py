"""The few strong moves that are made from the console: what each is called, its key, and whether it must say why."""

from datetime import UTC, datetime
from typing import Literal

import msgspec

from fairfloor.chat.moves import (
    Answer,
    Ask,
    Begin,
    Decline,
    Doing,
    End,
    Fold,
    Hold,
    Merge,
    Pause,
    Pin,
    Release,
    Review,
    Role,
    SetPace,
    SetShare,
    Split,
    Undo,
    Unpin,
    Vouch,
)
from fairfloor.chat.roles import STAFF, may

Why = Literal["must", "may", "no"]
"""Whether a move says why: it must where somebody is affected."""
Of = Literal["act", "account", "question", "ask", "entry", "appeal", "move", "number", "nothing"]
"""What a move is about; an `entry` is a question or a proposal, an `account` is told by one of its posts."""


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of move."""

    name: str
    of: Of
    label: str
    """What it is called on a button."""
    title: str
    about: str
    """What it does, in a sentence, for whoever is about to."""
    key: str = ""
    why: Why = "may"
    usual: tuple[str, ...] = ()
    """Reasons to choose from."""
    do: Doing
    """One such move, to ask who may make it."""


_EVER = datetime(1970, 1, 1, tzinfo=UTC)
_KINDS = (
    Kind(
        name="fold",
        of="act",
        label="Fold",
        title="Fold this post",
        about="It leaves the floor, with all that says the same, and its account's standing ends. It stays one click "
        "away, and whoever wrote it can ask for a second look.",
        key="f",
        why="must",
        usual=("It insults somebody", "It names a private person", "It is against the house rules"),
        do=Fold(act="a"),
    ),
    Kind(
        name="hold",
        of="act",
        label="Hold",
        title="Hold this post back for now",
        about="It leaves the floor until you give it back. Its account's standing stays.",
        key="h",
        why="must",
        usual=("I want to look at it first", "It is for later tonight", "It names a private person"),
        do=Hold(act="a"),
    ),
    Kind(
        name="release",
        of="act",
        label="Give the floor",
        title="Give this post the floor",
        about="It is on the floor at once.",
        key="r",
        usual=("It asks a fair question", "It is an answer to what is being asked", "It was folded by mistake"),
        do=Release(act="a"),
    ),
    Kind(
        name="pause",
        of="account",
        label="Pause",
        title="Pause this account for tonight",
        about="What it posts is folded until then, and can be read there. Its questions still enter the ledger.",
        key="p",
        why="must",
        usual=("It insults people", "It was asked to let others speak", "It is against the house rules"),
        do=Pause(account="a", until=_EVER),
    ),
    Kind(
        name="vouch",
        of="account",
        label="Vouch",
        title="Vouch for this account",
        about="It has the standing of a regular from now on, and what it had before a fold.",
        key="v",
        usual=("I know who this is", "It takes part in good faith"),
        do=Vouch(account="a"),
    ),
    Kind(
        name="answer",
        of="question",
        label="Answer",
        title="Answer this question",
        about="The answer stands beside the question, in the ledger, for good. Whoever asked can dispute it.",
        key="a",
        why="no",
        do=Answer(question="q"),
    ),
    Kind(
        name="review",
        of="appeal",
        label="Answer it",
        title="Answer whoever asks for a second look",
        about="Your answer is public. Where you agree, the post gets the floor now.",
        key="a",
        why="no",
        do=Review(appeal="m", act="a", granted=True, text="t"),
    ),
    Kind(
        name="decline",
        of="entry",
        label="Decline",
        title="Decline this",
        about="It stays to be read, with your reason beside it. Whoever asked can dispute that.",
        key="d",
        why="must",
        usual=("It is about a case that is before a court", "It is not what this chat is about"),
        do=Decline(of="q"),
    ),
    Kind(
        name="merge",
        of="question",
        label="Merge",
        title="Take this for the same as another question",
        about="Both are one question from now on, and who asked either is counted.",
        key="m",
        do=Merge(of="q", into="r"),
    ),
    Kind(
        name="split",
        of="ask",
        label="Split",
        title="Take one post out of this question",
        about="It becomes a question of its own, which can be answered by itself.",
        do=Split(act="a"),
    ),
    Kind(
        name="ask",
        of="number",
        label="Ask it now",
        title="Ask this question now",
        about="It is the question being asked from now on.",
        key="n",
        why="no",
        do=Ask(number=1),
    ),
    Kind(
        name="pin",
        of="nothing",
        label="Pin a notice",
        title="Pin a notice to the page",
        about="Everybody sees it over the floor. It takes the place of the one before.",
        why="no",
        do=Pin(text="t"),
    ),
    Kind(
        name="unpin",
        of="nothing",
        label="Take it down",
        title="Take the notice down",
        about="It is not shown any more.",
        why="no",
        do=Unpin(),
    ),
    Kind(
        name="begin",
        of="nothing",
        label="Begin",
        title="Begin the session",
        about="It is on from now, until you end it, or two hours after it was planned to.",
        why="no",
        do=Begin(),
    ),
    Kind(
        name="end",
        of="nothing",
        label="End",
        title="End the session",
        about="The floor goes on for whoever stays. Questions that are open are carried over.",
        why="no",
        do=End(),
    ),
    Kind(
        name="pace",
        of="nothing",
        label="Set the pace",
        title="Set the pace of the floor",
        about="People read about 12 short messages a minute. Everybody sees that it changed.",
        do=SetPace(pace=12.0),
    ),
    Kind(
        name="share",
        of="nothing",
        label="Set the share",
        title="Set the newcomers' share",
        about="Their part of the floor while more is said than can be read.",
        do=SetShare(newcomers=0.25),
    ),
    Kind(
        name="undo",
        of="move",
        label="Undo",
        title="Undo this",
        about="All is then as though it had not been done. Both stay in the public log.",
        key="u",
        why="no",
        do=Undo(move="m"),
    ),
)
KINDS = {kind.name: kind for kind in _KINDS}
"""The kinds by their names, which stand in addresses."""


def allowed(role: Role | None) -> frozenset[str]:
    """Give the names of the moves that somebody in this role may make here."""
    return frozenset(name for name, kind in KINDS.items() if role in STAFF and may(role, kind.do))
