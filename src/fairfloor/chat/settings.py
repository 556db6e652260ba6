"""What a chat is: its tag, who hosts it, what it is about, its house rules, and when it is on."""

from itertools import pairwise
from typing import Annotated

import msgspec

from fairfloor.acts.act import Name
from fairfloor.acts.hashtags import tag_key
from fairfloor.chat.schedule.slots import Schedule, specials
from fairfloor.chat.schedule.zones import Unclear, zone

MAX_RULES = 10_000
"""Characters of the house rules, in Markdown."""
PEOPLE, SPELLINGS = 20, 10
"""Hosts, co-hosts, and other spellings of the tag, at most."""
Line = Annotated[str, msgspec.Meta(max_length=100)]


class Person(msgspec.Struct, frozen=True, omit_defaults=True):
    """One of the people who host: the account that networks know them by, and the handle to show."""

    account: Name
    handle: Annotated[str, msgspec.Meta(max_length=300)] = ""


People = Annotated[tuple[Person, ...], msgspec.Meta(max_length=PEOPLE)]


class Settings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the host has settled about the chat; the floor's own rules are elsewhere."""

    tag: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    """Without the #."""
    name: Line = ""
    """What people call the chat; empty: by its tag."""
    spellings: Annotated[tuple[Line, ...], msgspec.Meta(max_length=SPELLINGS)] = ()
    """Other spellings of the tag, without the #."""
    hosts: People = ()
    cohosts: People = ()
    about: Annotated[str, msgspec.Meta(max_length=2_000)] = ""
    rules: Annotated[str, msgspec.Meta(max_length=MAX_RULES)] = ""
    schedule: Schedule | None = None
    """None: the host begins each session by hand."""


def refusal(settings: Settings, before: Settings | None = None) -> str | None:
    """Say why a chat cannot be so, given what it was; None where it can."""
    return _tags(settings, before) or (None if settings.schedule is None else _schedule(settings.schedule))


def _tags(settings: Settings, before: Settings | None) -> str | None:
    if not all(any(map(str.isalnum, tag_key(tag))) for tag in (settings.tag, *settings.spellings)):
        return "A hashtag has a letter or a digit."
    if before is not None and tag_key(settings.tag) != tag_key(before.tag):
        return f"This chat is #{before.tag}. For another tag, set up another chat: fairfloor chat new"
    return None


def _schedule(schedule: Schedule) -> str | None:
    try:
        zone(schedule.zone)
    except Unclear as unclear:
        return str(unclear)
    for one, other in pairwise(specials(schedule)):
        if one.overlaps(other):
            return f"Two special sessions are on at once on {other.on}. Give one of them another time."
    return None
