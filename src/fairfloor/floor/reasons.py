"""Why an act is where it is: a closed set of codes, each with the numbers behind it, said in plain words."""

from typing import Literal, get_args

import msgspec


class _Reason(msgspec.Struct, frozen=True, tag_field="code", kw_only=True, gc=False):
    pass


class Host(_Reason, tag="host", frozen=True):
    """On the floor: the host and the run sheet always have it."""


class Room(_Reason, tag="room", frozen=True):
    """On the floor: there was room at once."""


class Turn(_Reason, tag="turn", frozen=True):
    """On the floor: its account's turn came."""

    waited: float
    """Seconds from arrival to the floor."""
    accounts: int
    """Accounts that were waiting when the turn came, this one included."""


class Heir(_Reason, tag="heir", frozen=True):
    """On the floor: the post that said it first was deleted by its author, and this one said the same."""

    of: str


class HostFloor(_Reason, tag="host-floor", frozen=True):
    """On the floor: the host gave it the floor, by a move that says why."""

    move: str


class Copy(_Reason, tag="copy", frozen=True):
    """Merged: it says nearly the same, word for word, as an earlier post."""

    of: str
    likeness: float
    """Jaccard similarity of word runs with the message's first post, in [0, 1]."""
    said: int
    """How many times the message has been said, this time included."""
    accounts: int
    """By how many accounts."""


class Passed(_Reason, tag="repost", frozen=True):
    """Merged: a repost counts with the post that it passes on."""

    of: str


class Liked(_Reason, tag="like", frozen=True):
    """Merged: a like counts with the post that it likes."""

    of: str


class Waiting(_Reason, tag="waiting", frozen=True):
    """Not on the floor yet: it waits for its turn. Never the last word: a turn, a fold or a withdrawal follows."""

    since: float
    """Seconds waited so far."""
    waiting: int
    """Messages that wait now, this one included."""


class Expired(_Reason, tag="expired", frozen=True):
    """Folded: more was said than can be read, and its turn did not come in time."""

    waited: float
    waiting: int
    """Messages that were waiting when its time ran out, this one included."""


class Share(_Reason, tag="share", frozen=True):
    """Folded: while it waited, its account had its fair share of the floor."""

    waited: float
    had: int
    """Messages of this account that had the floor while this one waited."""
    floor: int
    """Messages of everybody that had the floor in that time."""
    accounts: int
    """Accounts among which the floor was shared."""


class InStep(_Reason, tag="echo", frozen=True):
    """Folded: its account is acting in step with others, and what they say together has had its say."""

    waited: float
    repeats: int
    """Acts of this account that repeat what others, without standing, had said or passed on before."""
    acts: int
    test: str
    """What was compared: its words, or what it passed on or linked, and after whom."""
    say: float


class HostFold(_Reason, tag="host-fold", frozen=True):
    """Folded: the host folded it, by a move that says why and can be appealed."""

    move: str


class HostHold(_Reason, tag="host-hold", frozen=True):
    """Folded: the host holds it back for now, by a move that says why."""

    move: str


class HostPause(_Reason, tag="host-pause", frozen=True):
    """Folded: the host paused its account for a while, by a move that says why."""

    move: str


class Withdrawn(_Reason, tag="withdrawn", frozen=True):
    """Folded: its author deleted it, or the account is gone; the words are not kept."""


FloorReason = Host | Room | Turn | Heir | HostFloor
MergeReason = Copy | Passed | Liked
HostReason = HostFold | HostHold | HostPause
FoldReason = Waiting | Expired | Share | InStep | HostReason | Withdrawn
Reason = FloorReason | MergeReason | FoldReason
Placement = Literal["floor", "merge", "fold"]
_PLACEMENTS: dict[type, Placement] = {
    **dict.fromkeys(get_args(FloorReason), "floor"),
    **dict.fromkeys(get_args(MergeReason), "merge"),
    **dict.fromkeys(get_args(FoldReason), "fold"),
}


def placement(reason: Reason) -> Placement:
    """Tell where a reason puts an act; the reason decides, so the two cannot disagree."""
    return _PLACEMENTS[type(reason)]
