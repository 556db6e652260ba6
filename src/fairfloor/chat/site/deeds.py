"""What may be done about a comment, by whom and when; and what is held at first.

One's own words are one's own: they are taken back whenever one likes, and changed for `EDITING`, as long as nobody has
answered them (an answer to words that say something else by now is a trap). What keeps the discussion in order is the
host's people's: a removal says why, in public, and can be appealed once; the answer says why too. Nobody changes
somebody else's words.

What is held is never lost: it waits, its author is told, and one of the host's people looks. So the rules that hold
can be simple, and go by what a comment *is* and not by what it says: a field filled in that nobody sees, more links
than people give, the same words under several articles. Rejected: lists of words, and scores learnt from what was
removed (both read what is argued for, and neither can say why in a sentence).

Invariant: `refuses` matches every deed.
"""

from datetime import datetime, timedelta

import msgspec

from fairfloor.chat.moves import Role
from fairfloor.chat.roles import STAFF
from fairfloor.chat.site.comment import Comment, Deed, Do

EDITING = timedelta(minutes=30)
LINKS = 3
"""Links of a comment that is not held."""
NOT_YOURS = "Whoever wrote it can, in the browser that they wrote it in, or signed in as they were."


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A comment, and what there is to know of it and of who wants to do something about it."""

    comment: Comment
    role: Role | None = None
    own: bool = False
    """Whether who asks wrote it."""
    answered: bool = False
    """Whether somebody else has answered it."""
    last: tuple[Deed, ...] = ()
    """What was done about it, the newest first."""
    now: datetime

    @property
    def appealed(self) -> bool:
        """Whether an appeal waits for its answer."""
        return self.comment.state == "removed" and bool(self.last) and self.last[0].do == "appeal"

    @property
    def settled(self) -> bool:
        """Whether the removal that stands was appealed and stays."""
        return self.comment.state == "removed" and bool(self.last) and self.last[0].do == "refuse"


def refuses(case: Case, do: Do, why: str) -> str | None:
    """Say in a sentence why something cannot be done about a comment; None where it can. why: what is said with it."""
    match do:
        case "edit" | "withdraw" | "appeal":
            return _of_own(case, do, why) if case.own else NOT_YOURS
        case "show" | "remove" | "refuse":
            return _of_staff(case, do, why) if case.role in STAFF else "The host's people can."
        case "hold":
            return "A comment is held when it comes, by a rule."


def _of_own(case: Case, do: Do, why: str) -> str | None:
    if case.comment.state == "withdrawn":
        return "You took it back; its words are not kept."
    if do == "edit":
        return _edit(case)
    return _appeal(case, why) if do == "appeal" else None


def _edit(case: Case) -> str | None:
    if case.comment.state == "removed":
        return "It was removed. You can appeal, or take it back."
    if case.now - case.comment.at >= EDITING:
        return f"It can be changed for {EDITING.seconds // 60} minutes. You can still take it back, or reply to it."
    if case.answered:
        return "Somebody has answered it, so it stays as they read it. You can still take it back, or reply to it."
    return None


def _appeal(case: Case, why: str) -> str | None:
    if case.comment.state != "removed":
        return "It was not removed: there is nothing to appeal."
    if case.appealed or case.settled:
        return "You have appealed already; what was answered stands in the log."
    return None if why else "Say what one of the host's people should look at again."


def _of_staff(case: Case, do: Do, why: str) -> str | None:
    state = case.comment.state
    if do == "show":
        return None if state in {"held", "removed"} else "It is not held, and not removed."
    if not why:
        return "Say why, in a sentence: it is shown in its place, and can be appealed."
    if do == "refuse":
        return None if case.appealed else "No appeal waits for an answer."
    return None if state in {"shown", "held"} else "It is not there to be removed."


def suspicion(*, links: int, unseen: bool, elsewhere: bool) -> str | None:
    """Say in a sentence why a comment is held at first; None where it is not.

    links: how many it has. unseen: whether a field was filled in that people do not see. elsewhere: whether the same
    words were said under another article.
    """
    if unseen:
        return "A field was filled in that people do not see."
    if elsewhere:
        return "The same words were said under another article."
    if links > LINKS:
        return f"It has {links} links; with more than {LINKS} a comment is looked at first."
    return None
