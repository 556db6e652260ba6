"""Moves: what people do on the chat's own pages. Each is public, has its reason, and stands in the log at its place.

A network's acts and the moves share one log, in one order; all that Fairfloor knows of an evening, the floor as much as
the ledger, follows from that log alone. So a move is durable before it shows, a crash repeats none, and an evening that
is heard again comes to the same end. Nothing is edited: what should not have been done is undone, by another move.

A question is named by the post that asked it first, a proposal by its post or by the move that made it, an appeal and a
dispute by their move.
"""

from typing import Annotated, Literal

import msgspec

from fairfloor.acts.act import Name, When
from fairfloor.chat.settings import Settings
from fairfloor.chat.sheet.plan import Sheet

MAX_WORDS = 2_000
"""Characters of what somebody writes in a move: a reason, an answer, a dispute."""

Words = Annotated[str, msgspec.Meta(max_length=MAX_WORDS)]
Said = Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_WORDS)]
Role = Literal["host", "co-host", "moderator", "participant"]


class _Do(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="do"):
    pass


# The floor


class Fold(_Do, tag="fold", frozen=True):
    """Fold a post, and end its account's standing."""

    act: Name


class Hold(_Do, tag="hold", frozen=True):
    """Keep a post from the floor for now; its account's standing stays."""

    act: Name


class Release(_Do, tag="release", frozen=True):
    """Give a post the floor now."""

    act: Name


class Pause(_Do, tag="pause", frozen=True):
    """Fold what an account posts from now until then; its questions still enter the ledger."""

    account: Name
    until: When


class Vouch(_Do, tag="vouch", frozen=True):
    """Give an account the standing of a regular."""

    account: Name


class SetPace(_Do, tag="pace", frozen=True):
    """Set how many messages a minute the floor shows."""

    pace: Annotated[float, msgspec.Meta(ge=0.1, le=1_000)]


class SetShare(_Do, tag="share", frozen=True):
    """Set newcomers' share of what is on the floor under congestion."""

    newcomers: Annotated[float, msgspec.Meta(gt=0, lt=1)]


# The evening


class Begin(_Do, tag="begin", frozen=True):
    """Start a session now."""

    title: Words = ""
    proposal: Name | None = None
    """The accepted proposal that it takes on."""


class End(_Do, tag="end", frozen=True):
    """End the session now."""


class Pin(_Do, tag="pin", frozen=True):
    """Pin a notice to the page; it replaces the one before."""

    text: Said


class Unpin(_Do, tag="unpin", frozen=True):
    """Take the pinned notice down."""


class Undo(_Do, tag="undo", frozen=True):
    """Undo an earlier move."""

    move: Name


# The chat


class Settle(_Do, tag="settle", frozen=True):
    """Settle what the chat is: its name, its people, its house rules, when it is on. The last one counts."""

    settings: Settings


# The run sheet


class Write(_Do, tag="write", frozen=True):
    """Write the run sheet of a session; it replaces the one before."""

    session: Name | None
    """The session's name; None: where a chat has no sessions."""
    questions: Sheet


class Ask(_Do, tag="ask", frozen=True):
    """Ask a question of the run sheet now."""

    number: Annotated[int, msgspec.Meta(ge=1, le=99)]


class Stitch(_Do, tag="stitch", frozen=True):
    """Correct under which question of the run sheet a post stands; None: under none."""

    act: Name
    number: Annotated[int, msgspec.Meta(ge=1, le=99)] | None


# The ledger


class Enter(_Do, tag="enter", frozen=True):
    """Enter a post into the ledger that was not noticed to be a question."""

    act: Name


class Answer(_Do, tag="answer", frozen=True):
    """Answer a question of the ledger: in words, or by naming the post, or the page, that does."""

    question: Name
    text: Words = ""
    act: Name | None = None
    link: Name | None = None


class Decline(_Do, tag="decline", frozen=True):
    """Decline a question or a proposal; the move's reason says why."""

    of: Name


class Withdraw(_Do, tag="withdraw", frozen=True):
    """Withdraw one's own question or proposal."""

    of: Name


class Merge(_Do, tag="merge", frozen=True):
    """Take two questions, or two proposals, for one; the first becomes part of `into`."""

    of: Name
    into: Name


class Split(_Do, tag="split", frozen=True):
    """Take a post out of the question it was merged into, as a question of its own."""

    act: Name


class Dispute(_Do, tag="dispute", frozen=True):
    """Dispute the answer to one's question, or that it was declined."""

    question: Name
    text: Said


class Respond(_Do, tag="respond", frozen=True):
    """Answer a dispute; nobody can take it down."""

    dispute: Name
    text: Said


# Proposals


class Propose(_Do, tag="propose", frozen=True):
    """Propose a topic."""

    title: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    text: Words = ""


class Vote(_Do, tag="vote", frozen=True):
    """Say what one thinks of a proposal: 1 seconds it, -1 would rather not, 0 passes. The last vote counts."""

    proposal: Name
    vote: Literal[1, 0, -1]


class Accept(_Do, tag="accept", frozen=True):
    """Accept a proposal for a date."""

    proposal: Name
    on: When


# Appeals


class Appeal(_Do, tag="appeal", frozen=True):
    """Ask for a second look at why a post of one's own was folded."""

    act: Name
    text: Words = ""


class Review(_Do, tag="review", frozen=True):
    """Answer an appeal; where it is granted, the post gets the floor now."""

    appeal: Name
    act: Name
    """The post that the appeal is about."""
    granted: bool
    text: Said


Deed = (
    Fold | Hold | Release | Pause | Vouch | SetPace | SetShare
    | Begin | End | Pin | Unpin | Undo
    | Ask | Stitch
    | Enter | Answer | Decline | Withdraw | Merge | Split | Dispute | Respond
    | Propose | Vote | Accept
    | Appeal | Review
)  # fmt: skip
"""What somebody does in the course of an evening."""
Setup = Settle | Write
"""What is set down ahead: the chat's settings, and a run sheet."""
Doing = Deed | Setup


class Move(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind", tag="move"):
    """What somebody did, who and in which role, when and why."""

    id: Name
    at: When
    by: Name
    """The public name of one of the host's people; the account id of a participant."""
    role: Role
    do: Doing
    reason: Words = ""
