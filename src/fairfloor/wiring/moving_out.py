"""Moving out in another system's form: the site's file is copied, so an evening may be running, and written."""

from collections.abc import Callable
from pathlib import Path

from fairfloor.archive.wordpress import written
from fairfloor.chat.site.article import Form
from fairfloor.chat.site.whole import Whole
from fairfloor.store.location import Location
from fairfloor.store.migrating import Unusable
from fairfloor.web.site.words import marked_up
from fairfloor.wiring.asked import Sorry
from fairfloor.wiring.files import put_in_place
from fairfloor.wiring.moving import site_of


def as_wordpress(store: Location, file: Path, address: str) -> Whole:
    """Write a site as a WordPress export; gives what it was. address: where the pages are. Raises Sorry, OSError."""
    try:
        with site_of(store, dry_run=True) as library:
            site = library.whole()
    except Unusable as error:
        raise Sorry(str(error)) from error
    shown: Callable[[str, Form], str] = marked_up
    put_in_place(file, written(site, store.stem if isinstance(store, Path) else store.name, address.rstrip("/"), shown))
    return site
