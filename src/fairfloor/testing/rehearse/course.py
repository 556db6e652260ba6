"""Messages over time by whose they are, as plain numbers: what was said, and what each way of showing showed of it."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

import msgspec

from fairfloor.testing.crowd import Role
from fairfloor.testing.rehearse.play import Played
from fairfloor.testing.rehearse.scene import Scene
from fairfloor.testing.rehearse.timelines import Shown, most_reposted, newest_first

_SPANS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 15, 30, 60, 120))
_BARS = 75
"""Bars beside each other, at most."""


class Speaker(StrEnum):
    """Whose messages are counted together, from the bottom of a stack to its top."""

    HOST = "the host"
    REGULARS = "regulars"
    NEWCOMERS = "newcomers"
    FLOOD = "the flood"


class Way(StrEnum):
    """What messages are counted of."""

    SAID = "What was said"
    FLOOR = "Fairfloor's floor"
    NEWEST = "A timeline, newest first"
    REPOSTED = "A timeline, most reposted first"


class Bar(NamedTuple):
    """So many messages of somebody from a time on, for a span."""

    way: Way
    since: datetime
    speaker: Speaker
    messages: int


class Course(msgspec.Struct, frozen=True):
    """Messages over time."""

    span: timedelta
    bars: tuple[Bar, ...]
    """In order of way, time and speaker; none where there was no message."""


def course(scene: Scene, played: Played) -> Course:
    """Count the messages of each way over time."""
    shown: dict[Way, Iterable[Shown]] = {
        Way.SAID: [Shown(post.id, post.account, post.at) for post in scene.posts],
        Way.FLOOR: played.shown,
        Way.NEWEST: newest_first(scene),
        Way.REPOSTED: most_reposted(scene),
    }
    moments = [one.at for its in shown.values() for one in its]
    if not moments:
        return Course(_SPANS[0], ())
    start = min(moments).replace(second=0, microsecond=0)
    span = next((span for span in _SPANS if (max(moments) - start) / span < _BARS), _SPANS[-1])
    counted = Counter(
        (way, start + (one.at - start) // span * span, _speaker(scene.roles[one.account]))
        for way, its in shown.items()
        for one in its
    )
    ways, speakers = list(Way), list(Speaker)
    order = sorted(counted, key=lambda bar: (ways.index(bar[0]), bar[1], speakers.index(bar[2])))
    return Course(span, tuple(Bar(*bar, counted[bar]) for bar in order))


def _speaker(role: Role) -> Speaker:
    match role:
        case Role.HOST:
            return Speaker.HOST
        case Role.REGULAR:
            return Speaker.REGULARS
        case Role.ATTACKER:
            return Speaker.FLOOD
        case _:
            return Speaker.NEWCOMERS
