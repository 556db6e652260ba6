"""Plain words for what the core says in codes and numbers: why a post is here or folded, how long, how many."""

from datetime import timedelta
from typing import assert_never

from fairfloor.floor.reasons import (
    Copy,
    Expired,
    Heir,
    Host,
    InStep,
    Liked,
    Passed,
    Reason,
    Room,
    Share,
    Turn,
    Waiting,
    Withdrawn,
)

LABELS = {
    "host": "The host",
    "room": "There was room at once",
    "turn": "Its turn came",
    "heir": "Took the place of a post that was taken back",
    "copy": "Merged: copies of a message",
    "repost": "Merged: reposts",
    "like": "Merged: likes",
    "waiting": "Waits for its turn",
    "expired": "Folded: its turn did not come in time",
    "share": "Folded: its account had its share",
    "echo": "Folded: its account is acting in step",
    "withdrawn": "Taken back by its author",
}
"""A short name for each reason's code, as lists and counts show it."""

ABOUT = {
    "host": "The host and the run sheet always have the floor.",
    "room": "There was room for these at once.",
    "turn": "These waited, and their accounts' turn came.",
    "heir": "Another post said it first and was taken back by its author; these said the same.",
    "copy": "These say nearly the same, word for word, as an earlier post. They are counted with it.",
    "repost": "A repost counts with the post that it passes on.",
    "like": "A like counts with the post that it likes.",
    "waiting": "These wait for their turn; each gets it or is folded.",
    "expired": "More was said than can be read, and the turn of these did not come in time.",
    "share": "While these waited, their accounts had their fair share of the floor.",
    "echo": "These accounts are acting in step with others. What they say together has had its say.",
    "withdrawn": "The authors took these back, or the accounts are gone. The words are not kept.",
}
"""A sentence on each reason's code, at the head of its list."""

_UNITS = (("hour", 3600), ("minute", 60), ("second", 1))
_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def amount(number: int, one: str, many: str | None = None) -> str:
    """Give a number with its noun: "1 account", "1,204 accounts"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def lasting(time: timedelta | float) -> str:
    """Say how long a time is (a float is in seconds), in its two largest units: "8 minutes", "1 hour 5 minutes"."""
    rest = round(time.total_seconds() if isinstance(time, timedelta) else time)
    if rest < 1:
        return "less than a second"
    sizes = [(name, rest // size % (60 if size < _UNITS[0][1] else rest + 1)) for name, size in _UNITS]
    first = next(place for place, (_, number) in enumerate(sizes) if number)
    return " ".join(amount(number, name) for name, number in sizes[first : first + 2] if number)


def said(times: int, accounts: int) -> str:
    """Say how often a message was said, and by how many: "said 38 times by 31 accounts"."""
    often = {1: "once", 2: "twice"}.get(times, amount(times, "time"))
    return f"said {often} by {amount(accounts, 'account')}"


def explain(reason: Reason) -> str:
    """Say in a plain sentence or two, with its numbers, why an act is where it is."""
    match reason:
        case Host() | Room() | Turn() | Heir():
            return f"On the floor: {_here(reason)}"
        case Copy():
            return (
                f"Merged: word for word it is {_percent(reason.likeness)} like an earlier post. "
                f"With it the message was {said(reason.said, reason.accounts)}."
            )
        case Passed():
            return "Merged: a repost counts with the post that it passes on."
        case Liked():
            return "Merged: a like counts with the post that it likes."
        case Waiting():
            return (
                f"Waits for its turn, {lasting(reason.since)} so far. {_others(reason.waiting, 'wait', 'waits')} too."
            )
        case Expired() | Share() | InStep() | Withdrawn():
            return f"Folded: {_folded(reason)}"
        case _:
            assert_never(reason)


def _here(reason: Host | Room | Turn | Heir) -> str:
    match reason:
        case Host():
            return "the host and the run sheet always have it."
        case Room():
            return "there was room for it at once."
        case Turn(accounts=1):
            return f"its turn came after {lasting(reason.waited)}; no other account was waiting."
        case Turn():
            return (
                f"its turn came after {lasting(reason.waited)}, among {reason.accounts:,} accounts that were waiting."
            )
        case Heir():
            return "the post that said this first was taken back by its author, and this one said the same."
        case _:
            assert_never(reason)


def _folded(reason: Expired | Share | InStep | Withdrawn) -> str:
    match reason:
        case Expired():
            return (
                f"more was said than can be read, and its turn did not come within {lasting(reason.waited)}. "
                f"{_others(reason.waiting, 'were waiting', 'was waiting')}."
            )
        case Share():
            return (
                f"while it waited for {lasting(reason.waited)}, its account had its fair share of the floor: "
                f"{reason.had:,} of {amount(reason.floor, 'message')}, among {amount(reason.accounts, 'account')}."
            )
        case InStep():
            return (
                f"its account is acting in step with others: of its {amount(reason.acts, *_doing(reason.test))}, "
                f"{reason.repeats:,} {'repeats' if reason.repeats == 1 else 'repeat'} what others did before. "
                f"What they say together has had its say; it waited for {lasting(reason.waited)}."
            )
        case Withdrawn():
            return "its author took it back, or the account is gone. The words are not kept."
        case _:
            assert_never(reason)


def _doing(test: str) -> tuple[str, str]:
    """Name the acts that a test of acting in step compared."""
    if test == "words":
        return "post", "posts"
    return ("post with a link", "posts with links") if test.startswith("links") else ("repost", "reposts")


def _others(number: int, many: str, one: str) -> str:
    """Speak of the others of a number of messages that counts the one in question."""
    match number - 1:
        case others if others < 1:
            return f"No other message {one}"
        case 1:
            return f"1 other message {one}"
        case others:
            return f"{others:,} other messages {many}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%"
