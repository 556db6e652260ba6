"""Where acts come from, and by which clock: a network as it is, or an archive as it was."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from itertools import chain
from pathlib import Path

import msgspec

from fairfloor.session.pipeline import PATIENCE
from fairfloor.session.ports import Audience, Clock, Source, Step
from fairfloor.sources import files
from fairfloor.sources.bluesky.condition import Condition
from fairfloor.sources.bluesky.live import Jetstream, Options
from fairfloor.sources.clocks import ScaledClock, WallClock
from fairfloor.sources.membership import Membership
from fairfloor.sources.playback import Playback, timed
from fairfloor.wiring.asked import Say
from fairfloor.wiring.kept import Kept

_HEAD = 1 << 16
"""Bytes of an archive by which it is known again."""


class Following(msgspec.Struct, frozen=True, kw_only=True):
    """Where acts come from, and by which clock."""

    source: Source
    clock: Clock
    patience: timedelta | None = PATIENCE
    """How long the source may be silent before the evening goes on by the clock; None: it is waited for."""
    audiences: tuple[Audience, ...] = ()
    condition: Callable[[], str] = str
    """Says in a sentence what the source lacks, for example a network; empty where all is well."""
    network: str = "bluesky"
    simulated: bool = False


def following(tag: str, url: str | None = None, say: Say = lambda _: None) -> Following:
    """Follow a tag live on Bluesky; `say` is told how it stands with the network, in sentences, when that changes.

    Raises ValueError where the address of a Jetstream is none.
    """
    clock, membership, line = WallClock(), Membership(tag), _Line(say)
    source = Jetstream(membership, clock, Options(url=url), tell=line.tell)
    return Following(source=source, clock=clock, audiences=(_Reminder(membership),), condition=line.lacking)


def playing(archive: Path, tag: str, kept: Kept, speed: float = 1.0) -> Following:
    """Play an archive from where the store left off. Raises OSError, and `files.Unrecognised`."""
    today = WallClock().now()
    told = timed(files.read(archive, tag=tag), today)
    first = next(told, None)
    begin = kept.store.time() or (today if first is None else first.seen)
    clock = ScaledClock(begin, speed)
    source = Playback(_known_as(archive), chain([] if first is None else [first], told), clock)
    return Following(source=source, clock=clock, patience=None)


class _Reminder:
    """An audience that lets a source know, after a restart, what belongs to the chat."""

    def __init__(self, membership: Membership) -> None:
        self._membership = membership

    def hear(self, step: Step) -> None:
        """Remember the acts of a step."""
        for act in step.acts:
            self._membership.remember(act)


class _Line:
    """How it stands with the connection, for the pages and for whoever started us."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._now: Condition | None = None

    def tell(self, condition: Condition) -> None:
        """Take note, and say so where it is news."""
        before, self._now = self._now, condition
        if before is None or (before.connected, before.attempts > 0) != (condition.connected, condition.attempts > 0):
            self._say(condition.sentence)

    def lacking(self) -> str:
        """Give the sentence where there is no connection."""
        return "" if self._now is None or self._now.connected else self._now.sentence


def _known_as(path: Path) -> str:
    """Name an archive by its beginning too, so that another one of the same name is not taken for it."""
    with path.open("rb") as file:
        return f"{path.name} {hashlib.sha256(file.read(_HEAD)).hexdigest()[:12]}"
