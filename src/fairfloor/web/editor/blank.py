"""An article that is to be written yet: what it will be, and where it will stand."""

import asyncio
import secrets

from fastapi import HTTPException

from fairfloor.chat.site import slugs
from fairfloor.chat.site.article import Article, Kind
from fairfloor.session.library import Library
from fairfloor.web.hosting import Hosting
from fairfloor.web.people.guard import Refused
from fairfloor.web.site.showing import OWN

_KINDS: dict[str, Kind] = {"": "post", "page": "page"}


class Blank:
    """Made once for an application."""

    def __init__(self, hosting: Hosting, library: Library) -> None:
        self._hosting = hosting
        self._library = library

    async def article(self, page: str, by: str) -> Article:
        """Give a new post; page: `page` for a page, or the name of one that stands at the root (`OWN`).

        Where that one is there already, it is given. Raises 404 where there is no such page.
        """
        now = self._hosting.door.now()
        if page in OWN:
            path = f"/{page}"
            there = await asyncio.to_thread(self._library.at, path)
            return there or Article(kind="page", path=path, title=OWN[page][0], by=by, updated=now, discussion="closed")
        if page not in _KINDS:
            raise HTTPException(404)
        kind, path = _KINDS[page], slugs.draft(secrets.token_urlsafe(9))
        return Article(kind=kind, path=path, by=by, updated=now, discussion="closed" if kind == "page" else "open")

    async def recap(self, session: str, by: str) -> Article:
        """Give the recap of a session, new where there is none. Raises 404, and Refused where it is not over."""
        there = await asyncio.to_thread(self._library.recap, session)
        if there is not None:
            return there
        found = self._hosting.desk.sessions.named(session)
        if found is None:
            raise HTTPException(404)
        if self._hosting.now() < found.ends:
            raise Refused(409, "It is not over yet", "The recap is written of a session that is over.")
        title = found.title or f"Recap of {found.on.day} {found.on:%B %Y}"
        return Article(
            kind="recap",
            path=f"/sessions/{session}",
            session=session,
            title=title,
            by=by,
            updated=self._hosting.door.now(),
        )
