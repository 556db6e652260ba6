"""Letting Fairfloor decide a scene, and noting what it came to: the floor, each act's decision, says, and echoes."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from fairfloor.session.decide import Evening
from fairfloor.session.decision import Decision
from fairfloor.session.hear import hear
from fairfloor.testing.rehearse.scene import Scene
from fairfloor.testing.rehearse.timelines import Shown
from fairfloor.voices.echo import Echo


class Repeat(NamedTuple):
    """One account's repeating another: who, whom, and how ("words", "passing on", "link")."""

    account: str
    before: str
    kind: str


class Played(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a scene."""

    shown: tuple[Shown, ...]
    """What had the floor, in order of time."""
    became: dict[str, Decision]
    """By act id, the last decision."""
    says: dict[str, float]
    """By account id, the say at the end."""
    lowest: dict[str, float]
    """By account id, the lowest say that it ever had."""
    repeats: Counter[Repeat]
    """How often who repeated whom, of all accounts, in step or not."""


def play(scene: Scene) -> Played:
    """Decide a scene from its first act to the last message that waits."""
    evening = Evening(scene.rules)
    decisions: list[Decision] = []
    lowest: dict[str, float] = {}
    repeats: Counter[Repeat] = Counter()
    for act in scene.acts:
        decisions += evening.decide(hear(act, act.at))
        lowest[act.account] = min(lowest.get(act.account, 1.0), evening.echo.say(act.account))
        repeats.update(_repeats(evening.echo, act.account, act.id))
    decisions += evening.finish()
    return Played(
        shown=tuple(Shown(one.act, one.account, one.at) for one in decisions if one.placement == "floor"),
        became={one.act: one for one in decisions},
        says={account: evening.echo.say(account) for account in lowest},
        lowest=lowest,
        repeats=repeats,
    )


def _repeats(echo: Echo, account: str, act: str) -> Iterator[Repeat]:
    """Give what an act repeats; an account's say changes with its own acts only, and so do its repetitions."""
    record = echo.of(account)
    for repetition in reversed(record.repetitions if record else ()):
        if repetition.act != act:
            return
        yield Repeat(account, repetition.before, repetition.kind)
