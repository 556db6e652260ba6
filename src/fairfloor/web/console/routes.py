"""Which address gives what of the console."""

import asyncio
import secrets
from typing import Annotated

from fastapi import Depends, FastAPI, Query, Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from fairfloor.chat.moves import Undo
from fairfloor.chat.roles import STAFF
from fairfloor.web.console.doing import doing
from fairfloor.web.console.kinds import KINDS, Kind, allowed
from fairfloor.web.console.live import READERS, Live, Parts
from fairfloor.web.console.subject import subject
from fairfloor.web.console.views import Views
from fairfloor.web.hosting import Hosting
from fairfloor.web.people.door import digest
from fairfloor.web.people.guard import Filled, Refused, guarded
from fairfloor.web.people.inside import inside
from fairfloor.web.people.visitor import visit_of, visitor_of

HERE = "/console"
_PARTS = "console/parts.html"
Form = Annotated[Filled, Depends(guarded)]
Short = Annotated[str, Query(max_length=20)]
Long = Annotated[str, Query(max_length=3_000)]


class Tellers:
    """One stream for those who may make the same moves."""

    def __init__(self, hosting: Hosting, views: Views) -> None:
        self._hosting, self._views = hosting, views
        self._lives: dict[frozenset[str], Live] = {}

    @property
    def full(self) -> bool:
        """Tell whether there is room for no more readers."""
        return sum(live.readers for live in self._lives.values()) >= READERS

    def of(self, may: frozenset[str]) -> Live:
        """Give the stream for those who may make some moves."""
        if may not in self._lives:
            self._lives[may] = Live(lambda: self._render(may))
        return self._lives[may]

    def change(self) -> None:
        """Take note that something changed."""
        for live in self._lives.values():
            live.change()

    def close(self) -> None:
        """End all streams."""
        for live in self._lives.values():
            live.close()

    def _render(self, may: frozenset[str]) -> Parts:
        pages, console = self._hosting.pages, self._views.console(may)
        given = {name: getattr(console, name) for name in console.__struct_fields__}
        parts = {name: pages.part(_PARTS, name, what) for name, what in given.items()}
        return parts | {"status": pages.status()}


def routes(app: FastAPI, hosting: Hosting) -> None:
    """Add the pages."""
    views = Views(hosting)
    tellers = Tellers(hosting, views)
    hosting.desk.on_step(lambda _: tellers.change())
    app.state.stream.on_close(tellers.close)
    _reading(app, hosting, views, tellers)
    _doing(app, hosting)


def _reading(app: FastAPI, hosting: Hosting, views: Views, tellers: Tellers) -> None:
    @app.api_route(HERE, methods=["GET", "HEAD"])
    async def console(request: Request) -> Response:
        role = visitor_of(request).role
        if role not in STAFF:
            return hosting.page(request, "console/closed.html", 403, onward=HERE)
        may = allowed(role)
        pages = hosting.pages
        kinds = {kind.key: kind for kind in reversed(KINDS.values()) if kind.key and kind.name in may}.values()
        return hosting.page(
            request,
            "console/page.html",
            console=views.console(may),
            kinds=sorted(kinds, key=list(KINDS.values()).index),
            condition=pages.condition,
        )

    @app.get(f"{HERE}/events")
    async def events(request: Request) -> Response:
        visit = visit_of(request)
        if (role := visit.visitor.role) not in STAFF:
            raise Refused(403, "This is for the host's people", "Sign in with the name that you have here.")
        if tellers.full:
            return Response("Too many windows are open; try again in a minute.", 503, {"Retry-After": "60"})
        people, token = visit.door.people, digest(visit.token)

        async def still() -> bool:
            session = await asyncio.to_thread(people.session, token, visit.door.now()) if people else None
            return session is not None and getattr(session.who, "role", None) == role

        stream = tellers.of(allowed(role)).read(still)
        return StreamingResponse(stream, 200, {"X-Accel-Buffering": "no"}, "text/event-stream")


def _doing(app: FastAPI, hosting: Hosting) -> None:
    @app.get(f"{HERE}/do")
    async def ask(request: Request, what: Short = "", of: Long = "", back: Long = HERE) -> Response:
        kind = _kind(request, what)
        return hosting.page(
            request,
            "console/do.html",
            kind=kind,
            about=await subject(hosting, kind, of),
            of=of,
            back=inside(back, HERE),
            once=secrets.token_urlsafe(9),
        )

    @app.post(f"{HERE}/do")
    async def do(request: Request, form: Form) -> Response:
        kind = _kind(request, form.text("what"))
        about = await subject(hosting, kind, form.text("of", 3_000))
        move = doing(hosting, kind, about, form)
        await hosting.maker.make(visitor_of(request), move, reason=form.text("reason"), once=form.text("once"))
        return RedirectResponse(inside(form.text("back", 3_000), HERE), 303)

    @app.post(f"{HERE}/undo")
    async def undo(request: Request, form: Form) -> Response:
        """Undo a move from whichever page; `back` says where to return."""
        move = Undo(move=form.text("move", 1_000))
        await hosting.maker.make(visitor_of(request), move, reason=form.text("reason"), once=form.text("once"))
        return RedirectResponse(inside(form.text("back", 3_000), HERE), 303)


def _kind(request: Request, name: str) -> Kind:
    role = visitor_of(request).role
    if role not in STAFF:
        raise Refused(403, "This is for the host's people", "Sign in with the name that you have here.")
    if name not in KINDS:
        raise Refused(404, "There is no such move", "Go back to the console, and choose one there.")
    if name not in allowed(role):
        raise Refused(403, "That is not yours to do", "The host and the co-hosts can.")
    return KINDS[name]
