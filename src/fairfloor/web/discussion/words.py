"""Plain words for a discussion: why a comment is where it is, what is not shown here, what was done."""

from collections import Counter
from collections.abc import Iterable

from fairfloor.chat.site.comment import Comment, Deed, Do
from fairfloor.floor.reasons import Copy, Host, HostFold, HostHold, InStep, Reason, Room, Share, Turn, Withdrawn
from fairfloor.session.discussion import Arrangement
from fairfloor.web.words import amount, said

_GROUPS: dict[type[Reason], str] = {
    Copy: "copies",
    InStep: "folded as acting in step",
    HostFold: "removed",
    HostHold: "waiting to be shown",
    Withdrawn: "taken back",
}
"""What comments that are not shown are called, by their reason, where it is not just folded."""
_ONE = {
    "copies": ("is a copy", "are copies"),
    "folded": ("is folded", "are folded"),
    "folded as acting in step": ("is folded as acting in step", "are folded as acting in step"),
    "removed": ("was removed", "were removed"),
    "waiting to be shown": ("waits to be shown", "wait to be shown"),
    "taken back": ("was taken back", "were taken back"),
}
DONE: dict[Do, str] = {
    "hold": "Held",
    "show": "Shown",
    "remove": "Removed",
    "withdraw": "Taken back",
    "edit": "Changed",
    "appeal": "Appealed",
    "refuse": "Appeal answered: it stays removed",
}
TAKEN_BACK = "Its author took this back. The words are not kept."
NOBODY = "Anonymous"


def why(comment: Comment, reason: Reason) -> str:
    """Say in a plain sentence or two why a comment is where it is."""
    match comment.state:
        case "removed":
            return f"Removed by one of the host's people: {comment.why}"
        case "held":
            return held(comment)
        case "withdrawn":
            return TAKEN_BACK
        case "shown":
            return _arranged(reason)


def held(comment: Comment) -> str:
    """Say why a comment waits."""
    if comment.until is not None:
        return "Waits for the end of the quiet hours; then it is shown by itself."
    return f"Waits until one of the host's people has looked. {comment.why}".strip()


def _arranged(reason: Reason) -> str:
    match reason:
        case Host():
            return "The host's people always have a place."
        case Room():
            return "There is a place for everything that is said here."
        case Turn():
            among = amount(reason.accounts, "account")
            return f"More is said here than has a place. The turn of this one came, among {among}."
        case Copy():
            return (
                f"Merged: word for word it is {100 * reason.likeness:.0f}% like an earlier comment. "
                f"With it that was {said(reason.said, reason.accounts)}."
            )
        case _:
            return f"Folded: {_folded(reason)}"


def _folded(reason: Reason) -> str:
    match reason:
        case Share():
            return (
                f"its account had its fair share of the places, {reason.had:,} of {reason.floor:,}, "
                f"among {amount(reason.accounts, 'account')}."
            )
        case InStep():
            return (
                f"its account is acting in step with others: of its {amount(reason.acts, 'comment')}, "
                f"{reason.repeats:,} {'repeats' if reason.repeats == 1 else 'repeat'} what others said before. "
                "What they say together has had its say."
            )
        case _:
            return "more is said here than has a place, and the turn of this one did not come."


def who(comment: Comment) -> str:
    """Name who said something: a name as it was given, or an account's handle."""
    name = comment.author.name or NOBODY
    return f"@{name.removeprefix('@')}" if comment.author.kind == "account" else name


def public_name(comment: Comment) -> str:
    """Name who said something to everybody: nobody whose words are not there to be read."""
    return who(comment) if comment.state == "shown" else "somebody"


def aside(reasons: Iterable[type[Reason]], one: str = "reply", many: str = "replies") -> str:
    """Say how much is not shown in a place, and why: "12 replies are not shown here: 8 copies, 4 folded"."""
    counts: Counter[str] = Counter()
    for reason, count in Counter(reasons).items():
        counts[_GROUPS.get(reason, "folded")] += count
    number = amount(counts.total(), one, many)
    if len(counts) == 1:
        return f"{number} {_ONE[next(iter(counts))][counts.total() > 1]}"
    listed = ", ".join(
        f"{count:,} {'copy' if (count, group) == (1, 'copies') else group}" for group, count in counts.most_common()
    )
    return f"{number} are not shown here: {listed}"


def summary(arrangement: Arrangement, count: int) -> str:
    """Say how a discussion is shared, where more is said than there are places. count: comments that may be read."""
    if not arrangement.crowded:
        return ""
    here = len(arrangement.decisions.floor)
    return (
        f"More is said here than people read: {here:,} of {amount(count, 'comment')} have a place, shared fairly among "
        "who speaks. The others are folded where they were said, each with its reason."
    )


def told(deed: Deed) -> tuple[str, str]:
    """Say what was done, and by whom."""
    if deed.do in {"withdraw", "edit", "appeal"}:
        return DONE[deed.do], "its author"
    return DONE[deed.do], deed.by or "a rule"


def by(comments: Iterable[Comment], most: int = 12) -> tuple[list[str], str]:
    """Name who said something, each once; and say how many more there are."""
    found = Counter(who(one) for one in comments)
    unnamed = found.pop(NOBODY, 0)
    more = unnamed + max(0, len(found) - most)
    named = list(found)[:most]
    if not more:
        return named, ""
    return named, amount(more, "other") if named else amount(more, "person without a name", "people without a name")
