"""Which address gives what of the run sheet."""

import secrets
from datetime import datetime
from typing import Annotated, NamedTuple
from zoneinfo import ZoneInfo

from fastapi import Depends, FastAPI, HTTPException, Query, Request
from starlette.responses import RedirectResponse, Response

from fairfloor.chat.moves import Ask, Stitch, Write
from fairfloor.chat.roles import HOSTS
from fairfloor.chat.schedule.zones import UTC, zone
from fairfloor.chat.sheet.plan import LONGEST
from fairfloor.web.address import name_of
from fairfloor.web.hosting import Hosting
from fairfloor.web.people.guard import Filled, Refused, guarded
from fairfloor.web.people.visitor import visitor_of
from fairfloor.web.sheet import views, written
from fairfloor.web.sheet.views import Evening
from fairfloor.web.sheet.written import Clock

Name = Annotated[str, Query(max_length=32)]
Form = Annotated[Filled, Depends(guarded)]
_COMING = 4
"""Sessions to come whose sheets can be written."""


def routes(app: FastAPI, hosting: Hosting) -> None:
    """Add the pages."""
    _public(app, hosting)
    _console(app, hosting)


def _public(app: FastAPI, hosting: Hosting) -> None:
    @app.api_route("/sheet", methods=["GET", "HEAD"])
    async def sheet(request: Request, session: Name = "") -> Response:
        now = hosting.now()
        evening = _evening(hosting, session, now)
        return hosting.page(
            request,
            "sheet/evening.html",
            evening=evening,
            questions=await views.overview(hosting, evening.name, now),
            past=[one for one in views.evenings(hosting.desk, now) if one.name != evening.name],
            now=now,
        )

    @app.api_route("/sheet/{number}", methods=["GET", "HEAD"])
    async def question(request: Request, number: int, session: Name = "") -> Response:
        now = hosting.now()
        evening = _evening(hosting, session, now)
        found = await views.one_question(hosting, evening.name, number, now)
        if found is None:
            raise HTTPException(404)
        numbers = [one.number for one in views.asked(hosting.desk, evening.name, now)]
        return hosting.page(
            request,
            "sheet/question.html",
            evening=evening,
            asked=found,
            numbers=numbers,
            before=max((one for one in numbers if one < number), default=None),
            after=min((one for one in numbers if one > number), default=None),
            once=secrets.token_urlsafe(9),
        )

    @app.post("/sheet/stitch")
    async def stitch(request: Request, form: Form) -> Response:
        act, back = name_of(form.text("act")), form.number("back")
        if act is None:
            raise Refused(422, "That post is not here", "Go back and load the page again.")
        number = form.number("number") or None
        await hosting.maker.make(visitor_of(request), Stitch(act=act, number=number), once=form.text("once"))
        there = number or back
        return RedirectResponse(_to(f"/sheet/{there}" if there else "/sheet", form.text("session", 32)), 303)


class _Editing(NamedTuple):
    """What the editor edits."""

    evening: Evening
    clock: Clock


def _console(app: FastAPI, hosting: Hosting) -> None:
    @app.get("/console/sheet")
    async def editor(request: Request, session: Name = "") -> Response:
        if visitor_of(request).role not in HOSTS:
            raise Refused(403, "This is the host's and the co-hosts'", "Sign in with the name that you have here.")
        now = hosting.now()
        editing = _editing(hosting, session, now)
        evening, desk = editing.evening, hosting.desk
        asking = desk.sheet.asking(now)
        return hosting.page(
            request,
            "sheet/console.html",
            evening=evening,
            others=[one for one in _sessions(hosting, now) if one.name != evening.name],
            tonight=evening.name == desk.sheet.evenings.of(now),
            asking=asking[0] if asking else None,
            questions=desk.sheet.questions(evening.name, now),
            rows=written.rows(desk.sheet.plan(evening.name), editing.clock),
            zone=str(editing.clock.zone).replace("_", " "),
            longest=LONGEST,
            once=secrets.token_urlsafe(9),
        )

    @app.post("/console/sheet")
    async def write(request: Request, form: Form) -> Response:
        session = form.text("session", 32)
        editing = _editing(hosting, session, hosting.now())
        do = Write(session=editing.evening.name or None, questions=written.read(form, editing.clock))
        await hosting.maker.make(visitor_of(request), do, once=form.text("once"))
        return RedirectResponse(_to("/console/sheet", session, "#write"), 303)

    @app.post("/console/sheet/ask")
    async def ask(request: Request, form: Form) -> Response:
        number = form.number("number")
        if not number or number > 99:  # noqa: PLR2004 - as `Ask` takes
            raise Refused(422, "There is no such question", "Go back and load the page again.")
        await hosting.maker.make(visitor_of(request), Ask(number=number), once=form.text("once"))
        return RedirectResponse("/console/sheet", 303)


def _evening(hosting: Hosting, name: str, now: datetime) -> Evening:
    found = views.evening_named(hosting.desk, name, now)
    if found is None:
        raise HTTPException(404)
    return found


def _editing(hosting: Hosting, name: str, now: datetime) -> _Editing:
    """Give the evening to edit: the one that is on, or the next."""
    sessions = hosting.desk.sessions
    if not name and sessions.on(now) is None and (coming := sessions.next(now)) is not None:
        name = coming.name
    evening = _evening(hosting, name, now)
    settings = sessions.settings
    schedule = settings.schedule if settings is not None else None
    return _Editing(evening, Clock(evening.begins or now, zone(schedule.zone) if schedule else ZoneInfo(UTC)))


def _sessions(hosting: Hosting, now: datetime) -> list[Evening]:
    sessions = hosting.desk.sessions
    found = [*filter(None, [sessions.on(now)]), *sessions.coming(now, _COMING)]
    return [Evening(one.name, one.begins, one.title) for one in found]


def _to(path: str, session: str, place: str = "") -> str:
    safe = "".join(sign for sign in session if sign.isascii() and (sign.isdigit() or sign == "-"))
    return f"{path}?session={safe}{place}" if safe else path + place
