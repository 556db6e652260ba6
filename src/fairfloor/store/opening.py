"""Opens a store wherever it is kept."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import sqlalchemy as sa

from fairfloor.store import database, file
from fairfloor.store.location import Location
from fairfloor.store.migrating import Unusable
from fairfloor.store.sql import GONE, said

Engines = tuple[sa.Engine, sa.Engine]
"""The one that writes and the one that reads."""


def opened(place: Location) -> AbstractContextManager[Engines]:
    """Open or make an evening, which one process writes at a time.

    Raises `store.migrating.Unusable`, also where the place goes while it is used.
    """
    return _there(place, file.opened(place) if isinstance(place, Path) else database.opened(place))


def shared(place: Location, steps: str, what: str) -> AbstractContextManager[Engines]:
    """Open or make a part that others may have open too. Raises `store.migrating.Unusable`, as `opened` does.

    steps: its migrations; what: what it is used for, to say so where it cannot be.
    """
    made = file.shared(place, steps, what) if isinstance(place, Path) else database.shared(place, steps, what)
    return _there(place, made)


def reading(place: Location) -> sa.Engine:
    """Give an engine that reads what another process may be writing; dispose of it."""
    return file.engine(place, "BEGIN") if isinstance(place, Path) else database.reading(place)


@contextmanager
def _there(place: Location, engines: AbstractContextManager[Engines]) -> Iterator[Engines]:
    """Say in a sentence that a place went, or that another process would not let it be written."""
    with engines as both:
        try:
            yield both
        except GONE as error:
            raise Unusable(
                f"{place} cannot be read or written ({said(error)}). When it can again, start again: nothing that was "
                "accepted is lost."
            ) from error
