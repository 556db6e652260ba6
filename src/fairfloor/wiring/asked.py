"""What somebody asks of an evening, and how they are told that it cannot be."""

from collections.abc import Callable
from datetime import timedelta

import msgspec

from fairfloor.session.decide import Rules
from fairfloor.store.location import Location

Say = Callable[[str], None]
"""Tells a sentence to whoever started us."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody asks of an evening; None where they leave it as it is."""

    tag: str
    hosts: frozenset[str] | None = None
    regulars: frozenset[str] | None = None
    pace: float | None = None
    newcomers: float | None = None
    ttl: timedelta | None = None
    ties: tuple[tuple[str, str], ...] | None = None

    def rules(self, kept: Rules | None) -> Rules:
        """Give the rules to go on with, where `kept` are those that the evening was begun with."""
        asked = {name: value for name, value in msgspec.structs.asdict(self).items() if value is not None}
        return Rules(**asked) if kept is None else msgspec.structs.replace(kept, **asked)


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where an evening is kept, and where its page is served."""

    store: Location
    bind: str = "127.0.0.1"
    port: int = 8000
    origin: str | None = None
    """Where the public reaches the page, as `https://chat.example.org`; None where it is where the browser asks."""


class Sorry(Exception):  # noqa: N818 - it is said to a person
    """An evening cannot begin, or cannot go on; the message says why, and what to do."""
