"""Which address gives what of the chat itself."""

import asyncio
import secrets
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Query, Request
from starlette.responses import RedirectResponse, Response

from fairfloor.chat.moves import Settle
from fairfloor.chat.roles import manages, writes
from fairfloor.chat.schedule.course import Session
from fairfloor.chat.schedule.sessions import PAST, Plan
from fairfloor.chat.schedule.slots import local
from fairfloor.chat.schedule.written import EXAMPLES
from fairfloor.web.chat.settings_form import LABELS, Read, typed
from fairfloor.web.chat.show import Show
from fairfloor.web.embed.frame import on_own_site
from fairfloor.web.feeds.site import Site
from fairfloor.web.hosting import Hosting
from fairfloor.web.people.guard import Filled, Refused, guarded
from fairfloor.web.people.visitor import visitor_of
from fairfloor.web.recap.part import part_of
from fairfloor.web.site.showing import showing

_LARGEST = 2**62
Place = Annotated[int | None, Query(ge=0, le=_LARGEST)]
Form = Annotated[Filled, Depends(guarded)]


def routes(app: FastAPI, hosting: Hosting) -> None:
    """Add the pages."""
    show = Show(hosting)
    _public(app, hosting, show)
    _calendar(app, hosting, show)
    _settings(app, hosting, show)


def _public(app: FastAPI, hosting: Hosting, show: Show) -> None:
    @app.api_route("/chat", methods=["GET", "HEAD"])
    async def chat(request: Request) -> Response:
        host = hosting.door.site.at(request.scope).partition("://")[2]
        calendar = f"{host}/calendar.ics" if hosting.calendar else ""
        may = manages(visitor_of(request).role)
        elsewhere = on_own_site(Site(hosting, request)) if may else ""
        return hosting.page(request, "chat/chat.html", page=await show.chat(calendar), may=may, elsewhere=elsewhere)

    @app.api_route("/sessions", methods=["GET", "HEAD"])
    async def sessions(request: Request) -> Response:
        return hosting.page(request, "chat/sessions.html", past=await show.past(hosting.now(), PAST))

    @app.api_route("/sessions/{name}", methods=["GET", "HEAD"])
    async def session(request: Request, name: str) -> Response:
        found = _named(hosting, name)
        library = hosting.library
        article = None if library is None else await asyncio.to_thread(library.recap, name)
        if article is not None and article.state == "published":
            return await showing(request).article(request, article)
        one = await show.session(found, hosting.now())
        if (recap := await part_of(request, found, dated=bool(one.title))) is None:
            page = await show.evening(found, None)
            return hosting.page(request, "chat/session.html", page=page, paged=False)
        may = library is not None and writes(visitor_of(request).role)
        given = {"session": one, "recap": recap, "writes": may, "begun": article is not None}
        return hosting.page(request, "chat/session_over.html", 200, **given)

    @app.api_route("/sessions/{name}/floor", methods=["GET", "HEAD"])
    async def floor(request: Request, name: str, before: Place = None) -> Response:
        page = await show.evening(_named(hosting, name), before)
        return hosting.page(request, "chat/session_floor.html", page=page, paged=before is not None)


def _named(hosting: Hosting, name: str) -> Session:
    """Give the session that an address names; raises 404 where there is none."""
    found = hosting.desk.sessions.named(name)
    if found is None:
        raise HTTPException(404)
    return found


def _calendar(app: FastAPI, hosting: Hosting, show: Show) -> None:
    last: tuple[Plan, str, dict[str, str], bytes] | None = None

    @app.api_route("/calendar.ics", methods=["GET", "HEAD"])
    async def calendar(request: Request) -> Response:
        nonlocal last
        plan, page = hosting.desk.sessions.plan, hosting.door.site.at(request.scope)
        if plan is None or hosting.calendar is None:
            raise HTTPException(404)
        titles = {one.proposal: await show.topic(one.proposal) for one in plan.accepted if one.proposal}
        if last is None or last[:3] != (plan, page, titles):
            content = await asyncio.to_thread(hosting.calendar, plan, page, lambda name: titles.get(name, ""))
            last = plan, page, titles, content
        headers = {"Content-Disposition": 'inline; filename="chat.ics"'}
        return Response(last[3], media_type="text/calendar; charset=utf-8", headers=headers)


def _settings(app: FastAPI, hosting: Hosting, show: Show) -> None:
    def form(request: Request, fields: dict[str, str], wrong: dict[str, str], reason: str = "") -> Response:
        given = {"fields": fields, "wrong": wrong, "labels": LABELS, "reason": reason, "examples": EXAMPLES}
        once = secrets.token_urlsafe(12)
        return hosting.page(request, "chat/settings.html", 422 if wrong else 200, once=once, **given)

    @app.get("/console/settings")
    async def settings(request: Request) -> Response:
        _may(request)
        return form(request, typed(show.settings), {})

    @app.post("/console/settings")
    async def settle(request: Request, filled: Form) -> Response:
        _may(request)
        today = local(hosting.now(), show.zone).date()
        read = Read(filled, show.settings, today)
        if read.settings is None:
            return form(request, read.typed, read.wrong, filled.text("reason"))
        if read.settings != hosting.desk.sessions.settings:
            visitor, do = visitor_of(request), Settle(settings=read.settings)
            await hosting.maker.make(visitor, do, reason=filled.text("reason"), once=filled.text("once"))
        return RedirectResponse("/chat", 303)


def _may(request: Request) -> None:
    visitor = visitor_of(request)
    if not manages(visitor.role):
        where = "Sign in first; then come back to this page." if not visitor.signed_in else "The host can."
        raise Refused(403, "That is not yours to do", where)
