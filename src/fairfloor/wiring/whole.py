"""The whole of a site, out to a file and in again."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from fairfloor.archive.whole import written
from fairfloor.chat.site.whole import Whole
from fairfloor.sources.files.opened import CUT_OFF, opened
from fairfloor.store.location import Location
from fairfloor.store.migrating import Unusable
from fairfloor.store.site.library import SqlLibrary
from fairfloor.store.site.whole import Occupied
from fairfloor.wiring.asked import Sorry
from fairfloor.wiring.files import put_in_place
from fairfloor.wiring.moving import refused, site_of
from fairfloor.wiring.moving_report import Report


class _Told(msgspec.Struct, frozen=True):
    """What a file says that it is."""

    format: Literal["fairfloor site"]
    version: int


_told = msgspec.json.Decoder(_Told).decode
_decode = msgspec.json.Decoder(Whole).decode


def moved_out(store: Location, file: Path) -> Whole:
    """Write the whole of a site into a file; gives what it was. Raises Sorry, OSError."""
    try:
        with site_of(store, dry_run=True) as library:
            site = library.whole()
    except Unusable as error:
        raise Sorry(str(error)) from error
    put_in_place(file, written(site))
    return site


def moved_back(store: Location, file: Path, *, dry_run: bool = False) -> Report:
    """Move a whole site in where there is none; where it is there already, say so. Raises Sorry, OSError."""
    site = _read(file)
    report = Report(system="json", file=file.name, dry_run=dry_run)
    try:
        with site_of(store, dry_run=dry_run) as library:
            there = _put(library, site, store)
    except Unusable as error:
        raise Sorry(str(error)) from error
    for what, items in _items(site):
        for one in items:
            report.add(what, _name(one), "there already" if there else "kept")
    return report


def _put(library: SqlLibrary, site: Whole, store: Location) -> bool:
    """Put a site in; tells whether it was there already."""
    try:
        library.put(site)
    except Occupied:
        if _held(library.whole()) >= _held(site):
            return True
        raise Sorry(
            f"Beside {store} there is a site already, and another one. A whole site is moved in where there is none: "
            "name another chat with --store FILE."
        ) from None
    except ValueError as error:
        raise Sorry(f"The file does not fit together ({error}); it was changed since it was written.") from error
    return False


def _read(file: Path) -> Whole:
    try:
        with opened(file) as stream:
            content = stream.read()
        _told(content)  # a file that does not say what it is, is not
        return _decode(content)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        if b'"fairfloor site"' in _head(file):
            raise Sorry(f"{file} is a site that Fairfloor wrote, and cannot be read: {str(error)[:300]}.") from error
        raise Sorry(refused(file, "json", "")) from error
    except CUT_OFF as error:
        raise Sorry(f"{file} is packed, and the packed file is damaged: {error}.") from error


def _head(file: Path) -> bytes:
    with opened(file) as stream:
        return stream.read(200)


def _items(site: Whole) -> Iterable[tuple[str, Sequence[msgspec.Struct]]]:
    return (
        ("term", site.terms),
        ("article", site.articles),
        ("revision", site.revisions),
        ("comment", site.comments),
        ("deed", site.deeds),
        ("address", site.redirects),
    )


def _held(site: Whole) -> set[bytes]:
    return {what.encode() + msgspec.json.encode(one) for what, items in _items(site) for one in items}


def _name(one: msgspec.Struct) -> str:
    named = ("path", "slug", "old", "origin", "id", "number", "article")
    return next((str(found) for name in named if (found := getattr(one, name, None))), "")
