"""What the editor's pages share: its form shown, its form taken, nothing that was written lost."""

import asyncio
import secrets
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import HTTPException, Request
from starlette.responses import RedirectResponse, Response

from fairfloor.chat.roles import writes
from fairfloor.chat.schedule.zones import UTC
from fairfloor.chat.schedule.zones import zone as zone_
from fairfloor.chat.site.article import Article
from fairfloor.session.library import Library, Taken
from fairfloor.web.editor.compare import shown
from fairfloor.web.editor.form import LABELS, Names, Read, typed
from fairfloor.web.editor.keeping import Conflict, Keeping, mark
from fairfloor.web.hosting import Hosting
from fairfloor.web.people.guard import Refused, brought
from fairfloor.web.people.inside import inside
from fairfloor.web.people.visitor import visitor_of
from fairfloor.web.site.show import address, title_of
from fairfloor.web.site.words import marked_up

HERE = "/console/site"
LARGEST = 4 * 1024 * 1024
"""Bytes of the editor's form: the longest text, where most of its letters are ASCII."""
_AGAIN = "The page was open too long, so nothing is saved yet. All that you wrote is here: save it once more."
_MEANWHILE = (
    "This was changed in another window since you opened it, so yours is not saved yet. Below is what saving yours "
    "would change; what is there now stays among the revisions."
)
_WHOSE = (
    "The host and co-hosts write here. If you are one: sign in in another window, then load this page again; what you "
    "sent comes with it."
)
_GONE = "This was deleted in another window. What you wrote is below: copy it into a new post to keep it."


async def writers(request: Request) -> None:
    """Let through who may write, and lead others to where they can show that they may. Raises Refused."""
    visitor = visitor_of(request)
    if writes(visitor.role):
        return
    if visitor.role == "moderator" or request.method == "POST":
        raise Refused(403, "That is not yours to do", _WHOSE)
    there = quote(inside(address(request.scope["path"])), safe="/")
    raise Refused(303, "Sign in first", _WHOSE, {"Location": f"/sign-in/host?next={there}"})


class Editor:
    """What the editor's pages share. Made once for an application."""

    def __init__(self, hosting: Hosting, library: Library) -> None:
        self._hosting = hosting
        self.library = library
        self.keeping = Keeping(library)

    def page(self, request: Request, template: str, status: int = 200, **given: Any) -> Response:
        """Answer with a page of the editor."""
        return self._hosting.page(request, f"editor/{template}", status, **given)

    async def article(self, number: int) -> Article:
        """Give an article. Raises 404."""
        found = await asyncio.to_thread(self.library.article, number)
        if found is None:
            raise HTTPException(404)
        return found

    async def form(self, request: Request, article: Article, status: int = 200, **given: Any) -> Response:
        """Answer with the editor of an article; given: the fields where they are not the article's, what to say."""
        names = await asyncio.to_thread(self._names)
        zone = self._zone()
        default: dict[str, Any] = {
            "action": request.url.path + (f"?{request.url.query}" if request.url.query else ""),
            "fields": typed(article, names, zone),
            "zone": "UTC" if zone.key == UTC else f"{zone.key.rpartition('/')[2].replace('_', ' ')}\u2019s",
            "wrong": {},
            "seen": mark(article),
            "preview": None,
            "notice": "",
            "theirs": None,
            "once": secrets.token_urlsafe(12),
        }
        categories = [name for (kind, _), name in names.items() if kind == "category"]
        about: dict[str, Any] = {
            "article": article,
            "heading": title_of(article),
            "labels": LABELS,
            "known": categories,
        }
        return self.page(request, "write.html", status, **about, **(default | given))

    async def sent(self, request: Request, article: Article) -> Response:
        """Take the editor's form: show it again where something is wrong or a preview is wanted, else keep it."""
        filled, fits = await brought(request, LARGEST)
        read = Read(filled, article, await asyncio.to_thread(self._names), self._hosting.door.now(), self._zone())
        again: dict[str, Any] = {
            "fields": read.typed,
            "wrong": read.wrong,
            "seen": filled.text("seen"),
            "once": filled.text("once"),
        }
        if not fits:
            return await self.form(request, article, 403, notice=_AGAIN, **again)
        if filled.text("do") == "preview":
            preview = marked_up(read.article.text, read.article.form, 2)
            return await self.form(request, article, preview=preview, previewed=read.article.title, **again)
        if read.written is None:
            return await self.form(request, article, 422, **again)
        try:
            kept = await self.keeping.keep(read.written, filled.text("seen"), visitor_of(request).by, again["once"])
        except Conflict as conflict:
            return await self._apart(request, article, conflict.now, read, again)
        except Taken:
            raise Refused(409, "That is there already", "Somebody else began it; open it from the list.") from None
        request.app.state.scheduled.changed()
        return RedirectResponse(f"{HERE}/{kept.id}?saved=1", 303)

    async def _apart(
        self, request: Request, article: Article, now: Article | None, read: Read, again: dict[str, Any]
    ) -> Response:
        """Show what was written beside what another tab kept meanwhile; saved again, it is kept over that."""
        if now is None:
            return await self.form(request, article, 409, notice=_GONE, **again)
        theirs = await asyncio.to_thread(shown, now.text, read.article.text)
        more: dict[str, Any] = {"seen": mark(now), "theirs": theirs, "notice": _MEANWHILE}
        return await self.form(request, now, 409, **(again | more))

    def _zone(self) -> ZoneInfo:
        """Give the zone that the chat keeps its hours in."""
        settings = self._hosting.desk.sessions.settings
        return zone_(settings.schedule.zone if settings and settings.schedule else UTC)

    def _names(self) -> Names:
        return {(term.kind, term.slug): term.name for term, _ in self.library.terms()}
