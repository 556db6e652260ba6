"""Plain words for what the core says in codes and numbers: why a post is here or folded, how long, how many."""

from collections.abc import Mapping
from datetime import timedelta
from typing import assert_never

from fairfloor.floor.reasons import (
    Copy,
    Expired,
    FloorReason,
    Heir,
    Host,
    HostFloor,
    HostFold,
    HostHold,
    HostPause,
    HostReason,
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
from fairfloor.session.decision import Class, Decision
from fairfloor.voices.echo import Portrait

NETWORKS = {"bluesky": "Bluesky", "mastodon": "Mastodon", "x": "X", "site": "this site"}
"""What networks are called, by the names that acts give them."""
LABELS = {
    "host": "The host",
    "room": "There was room at once",
    "turn": "Its turn came",
    "heir": "Took the place of a post that was taken back",
    "host-floor": "The host gave it the floor",
    "copy": "Merged: copies of a message",
    "repost": "Merged: reposts",
    "like": "Merged: likes",
    "waiting": "Waits for its turn",
    "expired": "Folded: its turn did not come in time",
    "share": "Folded: its account had its share",
    "echo": "Folded: its account is acting in step",
    "host-fold": "Folded by the host",
    "host-hold": "Held back by the host for now",
    "host-pause": "Folded: its account is paused",
    "withdrawn": "Taken back by its author",
}
"""A short name for each reason's code, as lists and counts show it."""

ABOUT = {
    "host": "The host and the run sheet always have the floor.",
    "room": "There was room for these at once.",
    "turn": "These waited, and their accounts' turn came.",
    "heir": "Another post said it first and was taken back by its author; these said the same.",
    "host-floor": "The host gave these the floor; the move that did so says why.",
    "copy": "These say nearly the same, word for word, as an earlier post. They are counted with it.",
    "repost": "A repost counts with the post that it passes on.",
    "like": "A like counts with the post that it likes.",
    "waiting": "These wait for their turn; each gets it or is folded.",
    "expired": "More was said than can be read, and the turn of these did not come in time.",
    "share": "While these waited, their accounts had their fair share of the floor.",
    "echo": "These accounts are acting in step with others. What they say together has had its say.",
    "host-fold": "The host folded these; each move says why, can be appealed, and stands in the public log.",
    "host-hold": "The host holds these back for now; each move says why.",
    "host-pause": "The host paused these accounts for a while; each move says why.",
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
        case Host() | Room() | Turn() | Heir() | HostFloor():
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
        case Expired() | Share() | InStep() | HostFold() | HostHold() | HostPause() | Withdrawn():
            return f"Folded: {_folded(reason)}"
        case _:
            assert_never(reason)


def _here(reason: FloorReason) -> str:
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
        case HostFloor():
            return "the host gave it the floor, by a move that says why."
        case Heir():
            return "the post that said this first was taken back by its author, and this one said the same."
        case _:
            assert_never(reason)


def _folded(reason: Expired | Share | InStep | HostReason | Withdrawn) -> str:
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
        case HostFold() | HostHold() | HostPause():
            return f"the host {_MOVES[type(reason)]}, by a move that says why."
        case Withdrawn():
            return "its author took it back, or the account is gone. The words are not kept."
        case _:
            assert_never(reason)


_MOVES: dict[type[HostReason], str] = {
    HostFold: "folded it",
    HostHold: "holds it back for now",
    HostPause: "paused its account for a while",
}


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


def shares(shown: Mapping[Class, int]) -> str:
    """Say whose the messages of the floor are: "29 by people the room talks with, 9 by newcomers, 2 by the host"."""
    return ", ".join(f"{shown[class_]:,} by {whose}" for class_, whose in _WHOSE.items() if shown.get(class_))


_WHOSE: dict[Class, str] = {"regular": "people the room talks with", "newcomer": "newcomers", "host": "the host"}


def part(share: float) -> str:
    """Say a share, in (0, 1), in words where there are some."""
    return {0.25: "a quarter", 0.5: "half", 0.75: "three quarters", 0.2: "a fifth"}.get(share) or _percent(share)


def why(decision: Decision) -> str:
    """Explain a decision, and say what standing had to do with it, where it had."""
    told = explain(decision.reason)
    return f"{told} {_queued(decision)}" if isinstance(decision.reason, Turn | Expired | Share) else told


def _queued(decision: Decision) -> str:
    if decision.class_ == "newcomer":
        return "It took its turn among newcomers, who have a part of the floor to themselves."
    return "It took its turn among people the room talks with."


def standing(decision: Decision) -> str:
    """Say what an account's standing was when an act of its was decided."""
    match decision.class_, decision.standing:
        case "host", _:
            return "It is the host's account."
        case "regular", 1.0:
            return "It has full standing: it is a regular here, or much talked with."
        case "regular", _:
            return "It has standing: people with standing talk with it, whether they agree or not."
        case _, 0.0:
            return "It is a newcomer: nobody with standing had talked with it by then."
        case _:
            return "It is a newcomer: people with standing had only begun to talk with it."


FULL, MUCH, LITTLE = 1.0, 0.5, 0.1
"""Says from which the words change."""


def weight(say: float) -> str:
    """Say what an account's say comes to."""
    if say >= FULL:
        return "It has its full say."
    if say >= MUCH:
        return "It counts as part of one voice, and for more than half of a say beyond it."
    if say >= LITTLE:
        return "It counts as part of one voice, and for a small part of a say beyond it."
    return "It counts as part of one voice, and for next to nothing beyond it."


def repeated(kind: str) -> tuple[str, str]:
    """Say what was done in a repetition, and to what; the account that did so before comes after these words."""
    return {
        "words": ("said again", "much of what"),
        "tags": ("tagged", "as"),
        "passing on": ("passed on", "what"),
        "link": ("gave", "a link that"),
    }[kind]


def gist(portrait: Portrait) -> str:
    """Say in a few words how much of what an account did repeats others."""
    return f"{portrait.repeats:,} of {amount(portrait.acts, *_doing(portrait.test))}"


def counted(portrait: Portrait, chance: float | None) -> str:
    """Say how much of what an account did repeats others, and how much would by chance, in [0, 1]."""
    verb = "repeats" if portrait.repeats == 1 else "repeat"
    told = f"Of its {amount(portrait.acts, *_doing(portrait.test))}, {portrait.repeats:,} {verb} what others did before"
    return f"{told}." if chance is None else f"{told}; by chance about {odds(chance)} would."


def odds(chance: float) -> str:
    """Say a chance in (0, 1) in small round numbers: "1 in 20", "6 in 10"."""
    if chance > 1 / 3:
        return f"{round(10 * chance)} in 10"
    return f"1 in {round(1 / chance, -1 if chance < 1 / 20 else None):.0f}"
