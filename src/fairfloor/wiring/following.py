"""Where acts come from, and by which clock; and an archive, played as it was."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from itertools import chain
from pathlib import Path

import msgspec

from fairfloor.session.pipeline import PATIENCE
from fairfloor.session.ports import Audience, Clock, Source
from fairfloor.sources import files
from fairfloor.sources.clocks import ScaledClock, WallClock
from fairfloor.sources.playback import Playback, timed
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
    networks: tuple[str, ...] = ("bluesky",)
    """Where to say something: as acts name networks, or `mastodon SERVER`."""
    simulated: bool = False


def playing(archive: Path, tag: str, kept: Kept, speed: float = 1.0) -> Following:
    """Play an archive from where the store left off. Raises OSError, and `files.Unrecognised`."""
    today = WallClock().now()
    told = timed(files.read(archive, tag=tag), today)
    first = next(told, None)
    begin = kept.store.time() or (today if first is None else first.seen)
    clock = ScaledClock(begin, speed)
    source = Playback(_known_as(archive), chain([] if first is None else [first], told), clock)
    return Following(source=source, clock=clock, patience=None)


def _known_as(path: Path) -> str:
    """Name an archive by its beginning too, so that another one of the same name is not taken for it."""
    with path.open("rb") as file:
        return f"{path.name} {hashlib.sha256(file.read(_HEAD)).hexdigest()[:12]}"
