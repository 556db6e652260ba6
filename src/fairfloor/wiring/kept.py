"""An evening's file, open: the side that writes and the side that pages read."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from fairfloor.store.file import opened
from fairfloor.store.records import SqlRecords
from fairfloor.store.store import SqlStore


class Kept(NamedTuple):
    """An open store: the side that writes and the side that pages read."""

    store: SqlStore
    records: SqlRecords


@contextmanager
def kept(path: Path) -> Iterator[Kept]:
    """Open or make the store at `path`. Raises `store.migrating.Unusable`."""
    with opened(path) as (writer, reader):
        yield Kept(SqlStore(writer, reader), SqlRecords(reader))
