"""Which of the formats a file has, by what is in it; its name is never looked at.

The first hundred records are tried: garbage at the top of a good archive must not make it unreadable. A record is
known by fields that it has and no other format has.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from fairfloor.acts.fault import Fault
from fairfloor.sources.files import columns
from fairfloor.sources.files.layout import Layout, Record, document, elements, lines, pages
from fairfloor.sources.files.opened import opened
from fairfloor.sources.files.rows import rows
from fairfloor.sources.reading.refusal import Refused
from fairfloor.sources.wrong import WRONG

TRIED = 100
"""Records at the head of a file that are tried."""
_HEAD = 4096
"""Bytes by which a layout is told."""
_BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class Format(Enum):
    """What a file's records are; the value is what people call it."""

    NATIVE = "Fairfloor acts.jsonl"
    JETSTREAM = "Bluesky Jetstream lines"
    X_V2 = "X API v2 pages or tweets (as twarc2 keeps them)"
    X_V1 = "X API v1.1 tweets or streams"
    X_ARCHIVE = "tweets.js of an X account archive"
    MASTODON = "Mastodon statuses"
    ACTIVITYPUB = "outbox.json of a Mastodon archive"
    TABLE = "CSV with a header"


class Recognised(NamedTuple):
    """A format, and how its records lie in the file; a table has rows and needs no layout."""

    format: Format
    layout: Layout


class Unrecognised(Exception):  # noqa: N818 - it names what the file is
    """A file is nothing that we read; the message says what was looked for, and what to do."""


def recognise(path: Path, given: Mapping[str, str]) -> Recognised:
    """Tell a file's format and layout; `given` names the columns of a table. Raises OSError and `Unrecognised`."""
    head = _head(path)
    if head.startswith(b"window.YTD."):
        return _x_archive(path, head)
    for layout in _layouts(head):
        with opened(path) as stream:
            found = _first_known(islice(layout(stream), TRIED))
        if found is not None:
            return Recognised(
                found, lines if found in {Format.NATIVE, Format.JETSTREAM} and layout is pages else layout
            )
    if head.startswith((b"{", b"[")):
        raise _nothing_known(path)
    return _table(path, given)


def format_of(record: Mapping[str, Any]) -> Format | None:
    """Tell a format by one record's fields; None where it could be anything."""
    return next((format_ for format_, known in _KNOWN_BY if known(record)), None)


def _has(*fields: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda record: record.keys() >= set(fields)


def _inside(name: str, *fields: str) -> Callable[[Mapping[str, Any]], bool]:
    """Know a record by what one field holds, or its first element does."""

    def known(record: Mapping[str, Any]) -> bool:
        inner = record.get(name)
        first = inner[0] if isinstance(inner, list) and inner else inner
        return isinstance(first, dict) and not first.keys().isdisjoint(fields)

    return known


_NOTICES = {"post", "repost", "like", "deletion", "edit", "departure", "rename"}
_KNOWN_BY: tuple[tuple[Format, Callable[[Mapping[str, Any]], bool]], ...] = (
    (Format.JETSTREAM, _has("did", "time_us")),
    (Format.NATIVE, lambda record: str(record.get("kind")) in _NOTICES),
    (Format.ACTIVITYPUB, _has("orderedItems")),
    (Format.ACTIVITYPUB, _has("actor", "published", "object")),
    (Format.MASTODON, _has("account", "content", "created_at")),
    (Format.X_V2, _has("id", "author_id", "created_at")),
    (Format.X_V2, _inside("data", "author_id", "text")),
    (Format.X_V2, _inside("meta", "result_count")),
    (Format.X_ARCHIVE, _inside("tweet", "id_str", "full_text")),
    (Format.X_V1, _inside("statuses", "id_str")),
    (Format.X_V1, _inside("delete", "status")),
    (Format.X_V1, _has("id_str", "created_at", "text")),
    (Format.X_V1, _has("id_str", "created_at", "full_text")),
)


def _head(path: Path) -> bytes:
    with opened(path) as stream:
        head = stream.peek(_HEAD)[:_HEAD]
    if head.startswith(_UTF_16):
        raise Unrecognised(f"{path} is written in UTF-16. Save it as UTF-8 and try again.")
    if not head.strip():
        raise Unrecognised(f"{path} is empty. Give a file with posts in it.")
    if b"\0" in head:
        raise _nothing_known(path)
    return head.removeprefix(_BOM).lstrip()


def _layouts(head: bytes) -> tuple[Layout, ...]:
    """Give the layouts worth trying: a first line that stops in the middle of things is a document's."""
    if head.startswith(b"["):
        return (elements,)
    if not head.startswith(b"{"):
        return (pages,)
    first, newline, _ = head.partition(b"\n")
    stops = newline and first.rstrip().endswith((b"{", b"[", b",", b":"))
    return (document, pages) if stops else (pages, document)


def _first_known(records: Iterable[Record]) -> Format | None:
    for _, record in records:
        try:
            value = None if isinstance(record, Fault) else msgspec.json.decode(record)
        except WRONG:
            continue
        if isinstance(value, dict) and (found := format_of(value)) is not None:
            return found
    return None


def _x_archive(path: Path, head: bytes) -> Recognised:
    part = head.removeprefix(b"window.YTD.").split(b".")[0].decode("ascii", "replace")[:40]
    if part not in {"tweet", "tweets"}:
        raise Unrecognised(
            f"{path} is the part {part!r} of an X account archive, which holds no posts. Give tweets.js."
        )
    return Recognised(Format.X_ARCHIVE, elements)


def _table(path: Path, given: Mapping[str, str]) -> Recognised:
    with opened(path) as stream:
        _, header = next(rows(stream), (1, []))
    if isinstance(header, Fault):
        raise _nothing_known(path)
    try:
        found = columns.find(header, given)
    except Refused as refused:
        raise Unrecognised(f"{path}: {refused}") from refused
    if missing := columns.missing(found):
        if max(len(header), 2 * len(found)) < len(columns.NEEDED):
            raise _nothing_known(path)  # a line with a comma or two, and at most one familiar name
        raise Unrecognised(_which_column(path, missing, header))
    return Recognised(Format.TABLE, lines)


def _which_column(path: Path, missing: list[str], header: list[str]) -> str:
    shown = ", ".join(header)[:500]
    return (
        f"{path} looks like a table, but no column is known to hold: {', '.join(missing)}. Its columns are: {shown}. "
        f"Say which one it is, for example: --map {missing[0]}='{header[0][:40]}'"
    )


def _nothing_known(path: Path) -> Unrecognised:
    looked_for = "; ".join(format_.value for format_ in Format)
    return Unrecognised(
        f"{path} is not recognised. We looked for: {looked_for}; each also packed with gzip or zstd. "
        "Give a file in one of these formats, or turn it into a CSV with columns id, created_at, user and text."
    )
