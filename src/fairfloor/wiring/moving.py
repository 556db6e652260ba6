"""Moving in: an export is read item by item, and what is new of it is kept in the site's file.

What came before is known by its origin and is left as it stands here, whatever became of it there, so an export can be
moved in again at any time: after a fault, or for what is new. Each article is kept with its comments before the
next one is read; nothing has to fit in memory but one article's discussion, or, of systems that keep comments
alone, those.

A dry run is no other code: it is done on a copy of the site, in a file which is thrown away.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from fairfloor.chat.site.moved import Item, Unknown
from fairfloor.sources import disqus, isso, remark42, wordpress
from fairfloor.sources.exports import looks_like
from fairfloor.sources.files.opened import CUT_OFF, Watch, opened
from fairfloor.store.copying import copied
from fairfloor.store.location import Location, missing, site_beside
from fairfloor.store.migrating import Unusable
from fairfloor.store.site.library import SqlLibrary, library_opened
from fairfloor.wiring.asked import Sorry
from fairfloor.wiring.mover import Mover
from fairfloor.wiring.moving_report import Report

READERS: dict[str, Callable[[BinaryIO], Iterator[Item]]] = {
    "wordpress": wordpress.read,
    "disqus": disqus.read,
    "remark42": remark42.read,
}
"""Readers of what is read as a stream; Isso's is a database."""


def moved_in(
    store: Location, file: Path, system: str, now: datetime, *, dry_run: bool = False, watch: Watch | None = None
) -> Report:
    """Move an export in beside a chat's store, and tell what became of each of its items.

    watch: told how many bytes of the file have been read. Raises Sorry where nothing can be done, and OSError.
    """
    report = Report(system=system, file=file.name, dry_run=dry_run)
    try:
        with site_of(store, dry_run=dry_run) as library:
            mover = Mover(library, system, now, report)
            with _items(file, system, watch) as items:
                for item in items:
                    mover.take(item)
            mover.finish()
    except Unknown as error:
        raise Sorry(refused(file, system, str(error))) from error
    except CUT_OFF as error:
        raise Sorry(f"{file} is packed, and the packed file is damaged: {error}.") from error
    except Unusable as error:
        raise Sorry(str(error)) from error
    return report


@contextmanager
def site_of(store: Location, *, dry_run: bool = False) -> Iterator[SqlLibrary]:
    """Open the site beside a chat's store; for a dry run a copy of it. Raises Sorry, Unusable."""
    if missing(store):
        raise Sorry(f"There is no {store}. Set a chat up first: fairfloor chat new; or name its file: --store FILE.")
    if not dry_run:
        with library_opened(site_beside(store)) as library:
            yield library
        return
    with TemporaryDirectory(prefix="fairfloor-") as folder:
        other = Path(folder) / store.name
        copied("site", store, other)
        with library_opened(site_beside(other)) as library:
            yield library


@contextmanager
def _items(file: Path, system: str, watch: Watch | None) -> Iterator[Iterator[Item]]:
    if system == "isso":
        with isso.read(file) as items:
            yield items
    else:
        with opened(file, watch) as stream:
            yield READERS[system](stream)


def refused(file: Path, system: str, why: str) -> str:
    """Say why a file is not what it was said to be, and what it looks like."""
    if why.startswith(" "):
        return f"{file} is refused:{why}"
    found = looks_like(file)
    if found.command is not None and found.command != system:
        return f"{file} looks like {found.what}. Try: fairfloor import {found.command} {file}"
    return f"{file} is no export of {NAMES[system]}; it looks like {found.what}. {HOW[system]}"


NAMES = {"wordpress": "WordPress", "isso": "Isso", "disqus": "Disqus", "remark42": "Remark42", "json": "Fairfloor"}
HOW = {
    "wordpress": "WordPress writes one under Tools, Export: All content.",
    "isso": "Isso keeps all of it in one SQLite file, which its configuration names (dbpath).",
    "disqus": "Disqus sends one: Admin, Moderation, Export.",
    "remark42": "Remark42 writes one: remark42 backup, or GET /api/v1/admin/export?mode=file.",
    "json": "Fairfloor writes one: fairfloor export json FILE.",
}
