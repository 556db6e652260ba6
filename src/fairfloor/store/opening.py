"""Opens a store wherever it is kept."""

from contextlib import AbstractContextManager
from pathlib import Path

import sqlalchemy as sa

from fairfloor.store import database, file
from fairfloor.store.location import Location

Engines = tuple[sa.Engine, sa.Engine]
"""The one that writes and the one that reads."""


def opened(place: Location) -> AbstractContextManager[Engines]:
    """Open or make an evening, which one process writes at a time. Raises `store.migrating.Unusable`."""
    return file.opened(place) if isinstance(place, Path) else database.opened(place)


def shared(place: Location, steps: str, what: str) -> AbstractContextManager[Engines]:
    """Open or make a part that others may have open too. Raises `store.migrating.Unusable`.

    steps: its migrations; what: what it is used for, to say so where it cannot be.
    """
    return file.shared(place, steps, what) if isinstance(place, Path) else database.shared(place, steps, what)


def reading(place: Location) -> sa.Engine:
    """Give an engine that reads what another process may be writing; dispose of it."""
    return file.engine(place, "BEGIN") if isinstance(place, Path) else database.reading(place)
