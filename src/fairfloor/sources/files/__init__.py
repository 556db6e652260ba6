"""Archives as people have them: told apart by content, read a record at a time, every bad record counted."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from fairfloor.acts.fault import Cause, Fault
from fairfloor.session.replay import Item
from fairfloor.sources.bluesky import jetstream
from fairfloor.sources.files import activitypub, mastodon, native, table, x_v2
from fairfloor.sources.files.columns import FIELDS
from fairfloor.sources.files.in_time import in_time, woven
from fairfloor.sources.files.opened import CUT_OFF, Watch, opened
from fairfloor.sources.files.recognise import Format, Recognised, Unrecognised, recognise
from fairfloor.sources.files.x_archive import owner
from fairfloor.sources.files.x_v1 import Tweets
from fairfloor.sources.membership import Membership
from fairfloor.sources.reading.refusal import Reader, Told, told

__all__ = ["FIELDS", "Unrecognised", "Watch", "read", "read_all"]

_IN_ORDER = {Format.NATIVE, Format.JETSTREAM}
"""Formats that come in order of time; the others are put in it."""
_READERS: Mapping[Format, Reader] = {
    Format.NATIVE: native.read,
    Format.X_V2: x_v2.read,
    Format.MASTODON: mastodon.read,
    Format.ACTIVITYPUB: activitypub.read,
}
"""Readers that remember nothing between records."""


def read(
    path: Path, *, tag: str, columns: Mapping[str, str] | None = None, watch: Watch | None = None
) -> Iterator[Item]:
    """Read an archive; `columns` names a table's columns by field, `watch` is told the bytes read so far.

    All of an archive was collected for the chat and belongs to it; but of a firehose only what carries the `tag`, or
    follows what does. Raises OSError where the file cannot be opened, and `Unrecognised`.
    """
    found = recognise(path, columns or {})
    items = _items(path, found, tag, columns or {}, watch)
    return items if found.format in _IN_ORDER else in_time(items)


def read_all(
    paths: Sequence[Path], *, tag: str, columns: Mapping[str, str] | None = None, watch: Watch | None = None
) -> Iterator[Item]:
    """Read several archives as one, woven together by time; `watch` is told the bytes read of all. Raises as `read`."""
    if len(paths) == 1:
        return read(paths[0], tag=tag, columns=columns, watch=watch)
    so_far = dict.fromkeys(paths, 0)

    def watch_one(path: Path, count: int) -> None:
        so_far[path] = count
        if watch:
            watch(sum(so_far.values()))

    files = [read(path, tag=tag, columns=columns, watch=partial(watch_one, path)) for path in paths]
    return woven([map(partial(_of, path.name), items) for path, items in zip(paths, files, strict=True)])


def _of(name: str, item: Item) -> Item:
    return item._replace(file=name)


def _items(path: Path, found: Recognised, tag: str, columns: Mapping[str, str], watch: Watch | None) -> Iterator[Item]:
    line = None
    with opened(path, watch) as stream:
        try:
            if found.format is Format.TABLE:
                for line, row in table.read(stream, columns):
                    yield Item(line, row)
                return
            reader = _reader(found.format, path, tag)
            for line, record in found.layout(stream):
                if isinstance(record, Fault):
                    yield Item(line, record)
                elif not record.isspace():
                    for one in told(reader, record):
                        yield Item(line, one)
        except CUT_OFF as error:
            yield Item(line, Fault(Cause.NOT_JSON, line, f"the packed file is damaged or cut off after this: {error}"))


def _reader(format_: Format, path: Path, tag: str) -> Reader:
    match format_:
        case Format.JETSTREAM:
            return partial(_of_chat, Membership(tag))
        case Format.X_V1:
            return Tweets().read
        case Format.X_ARCHIVE:
            return Tweets(owner(path)).read
        case _:
            return _READERS[format_]


def _of_chat(membership: Membership, record: bytes) -> Iterable[Told]:
    """Read a line of a firehose; what belongs to other conversations tells nothing."""
    one = jetstream.read_line(record)
    return (one if one is None or isinstance(one, Fault) or membership.takes(one) else None,)
