"""What to say now: what is happening, what has helped others, and a sentence that can be posted as it is.

A host in the middle of a storm has no time to write. So the card says it in calm words: how much, since when, how many
voices, what of it is merged. It names no one, guesses at no one's purpose, and accuses nobody: whoever came to shout
reads it too, and so does whoever has a case. What has helped is what the hosts of public chats tell: say it once, stay
with the question, take one hard question on, leave nobody with a case unanswered.

Invariant: the same scene gives the same card; there is one for every scene.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from fairfloor.web.flow import Flood
from fairfloor.web.words import amount, lasting

FRESH = timedelta(minutes=3)
"""How long a flood, or a session, has just begun."""
OVER = timedelta(minutes=5)
"""How long a flood has just ended."""
SILENT = timedelta(minutes=3)
"""How long nobody has to speak for it to be quiet."""
LAST = timedelta(minutes=10)
"""How near the end is near."""
MANY = 5
"""Open questions that are many; voices that are much support."""

Situation = Literal["lost", "flood", "last", "after", "crowded", "asked", "open", "quiet", "begin", "calm", "before"]


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """How the evening is at one moment, as far as the card is about it."""

    now: datetime
    begun: datetime | None = None
    """When the session that is on began; None where none is on."""
    due: datetime | None = None
    """When it is to end."""
    coming: datetime | None = None
    """When the next one begins, where none is on."""
    asking: int | None = None
    """The number of the question being asked."""
    came: int = 0
    """Posts in the last minute."""
    pace: float = 12.0
    flood: Flood | None = None
    """The last flood, over or not."""
    merged: int = 0
    """Posts merged as copies tonight."""
    voices: int = 0
    """Voices whose accounts act in step."""
    in_step: int = 0
    """Accounts that do."""
    spoke: datetime | None = None
    """When anybody spoke last."""
    open: int = 0
    """Questions in the ledger that are open."""
    most: int = 0
    """Voices that ask the open question that most ask."""
    lost: str = ""
    """What the source lacks, in a sentence; empty where all is well."""


class Card(msgspec.Struct, frozen=True):
    """What the host is told, and may say."""

    situation: Situation
    title: str
    now: str
    helped: str
    post: str
    """Without the tag, which goes with it."""


def card(scene: Scene) -> Card:
    """Give the card for a scene."""
    situation = _situation(scene)
    title, helped, post = _WORDS[situation]
    return Card(situation, title, _NOW[situation](scene), helped, post.format(on=_on(scene)))


def _situation(scene: Scene) -> Situation:
    if scene.lost:
        return "lost"
    return _pressing(scene) or _resting(scene)


def _pressing(scene: Scene) -> Situation | None:
    """Give what cannot wait, the first first."""
    flood, now = scene.flood, scene.now
    if flood is not None and flood.until is None and now - flood.since < FRESH:
        return "flood"
    if scene.due is not None and scene.due - now <= LAST:
        return "last"
    if flood is None or (flood.until is not None and now - flood.until >= OVER):
        return None
    return "crowded" if flood.until is None else "after"


def _resting(scene: Scene) -> Situation:
    """Give what there is time for."""
    if scene.most >= MANY:
        return "asked"
    if scene.open >= MANY:
        return "open"
    if scene.begun is None:
        return "before" if scene.coming is not None else "calm"
    if scene.now - scene.begun < FRESH:
        return "begin"
    if scene.now - max(scene.spoke or scene.begun, scene.begun) >= SILENT:
        return "quiet"
    return "calm"


def _on(scene: Scene) -> str:
    return "We go on" if scene.asking is None else f"We go on with Q{scene.asking}"


def _storm(scene: Scene) -> str:
    return f"{_demand(scene)} {_flooding(scene)}{_stepping(scene)}"


def _silence(scene: Scene) -> str:
    return f"Nobody has spoken for {lasting(scene.now - (scene.spoke or scene.begun or scene.now))}."


def _demand(scene: Scene) -> str:
    came, fits = f"{amount(scene.came, 'post')} came in the last minute", f"{scene.pace:g} can be read in one"
    if scene.came > 2 * scene.pace or (scene.flood is not None and scene.flood.until is None):
        return f"{came}; {fits}."
    return f"{came}; {fits}, so all of it has the floor."


def _flooding(scene: Scene) -> str:
    flood = scene.flood
    if flood is None or not flood.posts:
        return ""
    merged = min(scene.merged, flood.posts)
    part = f", {merged:,} of them merged as copies" if merged else ""
    times = lasting((flood.until or scene.now) - flood.since)
    last = "It lasted" if flood.until else "It has lasted"
    aside = f"{amount(flood.posts, 'post')} by {amount(flood.accounts, 'account')} were merged or folded{part}"
    return f"{last} {times}: {aside}."


def _stepping(scene: Scene) -> str:
    if not scene.voices:
        return ""
    act = "acts" if scene.in_step == 1 else "act"
    have = "has its one say" if scene.voices == 1 else "have one say each"
    return f" {amount(scene.in_step, 'account')} {act} in step, as {amount(scene.voices, 'voice')}, and {have}."


def _questions(scene: Scene) -> str:
    return f"{amount(scene.open, 'question')} in the ledger {'is' if scene.open == 1 else 'are'} open."


def _left(scene: Scene) -> str:
    left = (scene.due or scene.now) - scene.now
    return f"{lasting(left)} left." if left > timedelta(seconds=1) else "The time that was planned is over."


_NOW: dict[Situation, Callable[[Scene], str]] = {
    "lost": lambda scene: f"{scene.lost} What was said is kept; what is said meanwhile comes in later, in order.",
    "flood": _storm,
    "crowded": _storm,
    "after": lambda scene: f"What is said fits the pace again. {_flooding(scene)}{_stepping(scene)}",
    "last": lambda scene: f"{_left(scene)} {_questions(scene)}",
    "asked": lambda scene: (
        f"One question is asked by {amount(scene.most, 'voice')} and is not answered. {_questions(scene)}"
    ),
    "open": lambda scene: f"{_questions(scene)} {_demand(scene)}",
    "quiet": _silence,
    "begin": lambda scene: f"{_demand(scene)} {_questions(scene)}",
    "calm": lambda scene: f"{_demand(scene)} {_questions(scene)}",
    "before": lambda _: "No session is on. What is said with the tag is heard and shown all the same.",
}
"""What to say of each situation as it is."""
_WORDS: dict[Situation, tuple[str, str, str]] = {
    "lost": (
        "The connection to a network is lost",
        "Say it once, so that nobody thinks they are not heard, and go on with who is here.",
        "One network does not reach our page at the moment. Nothing is lost: what you post comes in when it is back.",
    ),
    "flood": (
        "Much is being said all at once",
        "Say once what the page does, without naming anybody, and stay with your question. Nothing needs your hand.",
        "Many posts at once right now. All are kept, and everyone gets a turn at a pace one can read. {on}.",
    ),
    "crowded": (
        "It goes on, and the floor holds",
        "Go on with the run sheet and answer people by name. Where a question is in what is repeated, take it on.",
        "Still much at once. If you asked something, it is in the ledger and stays there until it is answered. {on}.",
    ),
    "after": (
        "It is calmer again",
        "Thank those who stayed. Look through what waits and what was folded for an honest question, and answer one.",
        "It is calmer again, thank you for staying. Was something of yours passed over? Every post is kept: say so.",
    ),
    "last": (
        "The end is near",
        "Answer one more question, or say when you will. What stays open is carried over to the next session.",
        "We are nearly at the end. What is still open stays in the ledger, and is first in line next time.",
    ),
    "asked": (
        "A question has much support",
        "Take it on, head on, even where it is uncomfortable: answer it, or say why not, and when.",
        "One question is asked by many of you tonight. It is a fair one, and I will answer it next.",
    ),
    "open": (
        "Many questions are open",
        "Answer the one that most voices ask, and decline with a reason what is not for this chat. Both are answers.",
        "Many good questions tonight. None gets lost: the ledger lists them all, and I will go through it.",
    ),
    "quiet": (
        "It is quiet",
        "Ask the next question, or take an open one from the ledger. A question to one person by name helps most.",
        "A quiet moment: who has not said anything yet tonight? {on}.",
    ),
    "begin": (
        "The evening begins",
        "Say hello, say what tonight is about and where the page is, and ask the first question soon.",
        "Welcome. Everyone gets a turn here, new or not. Ask anything: questions go to the ledger and stay there.",
    ),
    "calm": (
        "All is calm",
        "Answer people by name; newcomers stay where they are spoken with.",
        "Good to have you here. New tonight? Say hello, and ask what you want to know.",
    ),
    "before": (
        "The evening has not begun",
        "Look at the run sheet and at what was carried over, and say when it begins.",
        "We begin soon. Have a question already? Post it with the tag, and it goes to the ledger.",
    ),
}
"""Of each situation: its title, what has helped, what to post."""
