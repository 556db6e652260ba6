"""Keeps the host's site in a file beside the evening's: `copchat.db` has `copchat.db.site`.

Apart, because the evening's file is public and its log is for good, while here are drafts, and words that their author
may change or take away; and because one process alone writes the evening, while articles may be moved in by command
line as it runs. What is here is durable when a method returns; each is one transaction, and any thread may call it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import sqlalchemy as sa

from fairfloor.chat.site.whole import Whole
from fairfloor.store.location import Location
from fairfloor.store.opening import shared
from fairfloor.store.site.articles import SqlArticles
from fairfloor.store.site.comments import SqlComments
from fairfloor.store.site.schema import recaps
from fairfloor.store.site.whole import put, whole
from fairfloor.store.sql import said


@contextmanager
def library_opened(place: Location) -> Iterator["SqlLibrary"]:
    """Open or make a site's file; others may have it open too. Raises `store.migrating.Unusable`."""
    with shared(place, "fairfloor.store.site:migrations", "a site") as (writer, reader):
        yield SqlLibrary(writer, reader)


class SqlLibrary(SqlArticles):
    """`Library` (session.library) on either database."""

    def __init__(self, writer: sa.Engine, reader: sa.Engine) -> None:
        super().__init__(writer, reader)
        self._comments = SqlComments(writer, reader)

    @property
    def comments(self) -> SqlComments:
        """See `Library.comments`."""
        return self._comments

    def whole(self) -> Whole:
        """Read all of the site, as it is at one moment."""
        with self._reader.begin() as db:
            return whole(db)

    def put(self, site: Whole) -> None:
        """Put a whole site here. Raises `store.site.whole.Occupied`, ValueError where it does not fit together."""
        try:
            with self._writer.begin() as db:
                put(db, site)
        except (sa.exc.IntegrityError, sa.exc.DataError) as error:
            raise ValueError(said(error)) from error
        except OverflowError as error:  # as SQLite's driver says of a number that is too long
            raise ValueError(str(error)) from error

    def keep_recap(self, session: str, made: datetime, content: bytes) -> None:
        """See `Recaps.keep_recap`."""
        with self._writer.begin() as db:
            db.execute(sa.delete(recaps).where(recaps.c.session == session))
            db.execute(sa.insert(recaps).values(session=session, made=made, content=content))

    def kept_recap(self, session: str) -> tuple[datetime, bytes] | None:
        """See `Recaps.kept_recap`."""
        with self._reader.connect() as db:
            found = db.execute(sa.select(recaps).where(recaps.c.session == session)).first()
        return found and (found.made, found.content)
