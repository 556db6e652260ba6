"""An evening's store, open: the side that writes and the side that pages read."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from fairfloor.store.evening.records import SqlRecords
from fairfloor.store.evening.store import SqlStore
from fairfloor.store.location import Location
from fairfloor.store.opening import opened


class Kept(NamedTuple):
    """An open store: the side that writes and the side that pages read."""

    store: SqlStore
    records: SqlRecords


@contextmanager
def kept(place: Location) -> Iterator[Kept]:
    """Open or make the store at a place. Raises `store.migrating.Unusable`."""
    with opened(place) as (writer, reader):
        yield Kept(SqlStore(writer, reader), SqlRecords(reader))
