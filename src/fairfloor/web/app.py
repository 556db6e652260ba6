"""The web application: which address gives what."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, NamedTuple

import msgspec
from fastapi import FastAPI, Header, HTTPException, Query, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException as NotServed
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import JSONResponse, Response

from fairfloor.chat.site.feed import Feeds
from fairfloor.session.desk import Desk
from fairfloor.session.library import Library
from fairfloor.session.ports import Record, Records
from fairfloor.web.accountability.routes import routes as accountability_routes
from fairfloor.web.address import name_of
from fairfloor.web.api.routes import routes as api_routes
from fairfloor.web.assets import Assets
from fairfloor.web.board import Board
from fairfloor.web.chat.routes import routes as chat_routes
from fairfloor.web.console.routes import routes as console_routes
from fairfloor.web.discussion.routes import routes as discussion_routes
from fairfloor.web.editor.routes import routes as editor_routes
from fairfloor.web.embed.oembed import routes as oembed_routes
from fairfloor.web.embed.routes import routes as embed_routes
from fairfloor.web.feeds.routes import routes as feeds_routes
from fairfloor.web.headers import ALWAYS, Headers
from fairfloor.web.hosting import Calendar, Hosting
from fairfloor.web.ledger.routes import routes as ledger_routes
from fairfloor.web.making import Maker, Submit
from fairfloor.web.page import Page
from fairfloor.web.pages import Pages
from fairfloor.web.people.door import Door
from fairfloor.web.people.guard import Refused
from fairfloor.web.people.routes import routes as people_routes
from fairfloor.web.people.visitor import Visits, visiting
from fairfloor.web.proposals.routes import routes as proposals_routes
from fairfloor.web.recap.routes import routes as recap_routes
from fairfloor.web.sheet.routes import routes as sheet_routes
from fairfloor.web.site.leading import led
from fairfloor.web.site.routes import routes as site_routes
from fairfloor.web.site.scheduled import Publishing, Scheduled
from fairfloor.web.stream import Stream, streamed
from fairfloor.web.views import ChatView
from fairfloor.web.words import LABELS

LIMIT = 50
"""Acts on a page of a list."""
_LARGEST = 2**62
Place = Annotated[int | None, Query(ge=0, le=_LARGEST)]


class Host(NamedTuple):
    """What an application needs to have an evening hosted, and not only read."""

    desk: Desk
    submit: Submit
    door: Door
    now: Callable[[], datetime]
    """The evening's clock."""
    calendar: Calendar | None = None
    library: Library | None = None
    feeds: Feeds | None = None


def create_app(
    board: Board,
    records: Records,
    chat: ChatView,
    *,
    now: Callable[[], datetime] | None = None,
    condition: Callable[[], str] = str,
    host: Host | None = None,
) -> FastAPI:
    """Build the application.

    board: hears the evening in the thread of the application's event loop. records: asked in other threads.
    now: the evening's clock; without it, time stands at the last step. condition: says in a sentence what the source
    lacks, a network for example; empty where all is well. host: without it the evening can only be read.
    """
    assets = Assets()
    pages = Pages(board, chat, assets, now, condition)
    stream = Stream(pages)
    app = FastAPI(title="Fairfloor", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.stream = stream
    app.add_middleware(GZipMiddleware, minimum_size=2_000)
    app.add_middleware(Headers, secure=host is not None and host.door.site.secure)
    assets.mount(app)
    _live(app, pages, stream, assets)
    embed_routes(app, pages, stream)
    _lists(app, pages, records)
    _fairness(app, pages, board)
    _health(app, board, records, stream, condition)
    _errors(app, pages)
    if host is not None:
        maker = Maker(host.desk, records, host.submit, host.now)
        desk, door, now_ = host.desk, host.door, host.now
        hosted(app, Hosting(desk, maker, pages, board, records, door, now_, host.calendar, host.library, host.feeds))
    return app


def hosted(app: FastAPI, hosting: Hosting) -> None:
    """Add the pages of hosting, area by area."""
    if hosting.library is not None:
        app.state.scheduled = Scheduled(hosting.library, hosting.door.now)
        app.add_middleware(Publishing, scheduled=app.state.scheduled)
    app.add_middleware(Visits, door=hosting.door)
    dials, pages = hosting.desk.dials, hosting.pages
    hosting.desk.on_step(lambda _: pages.dial(dials.pace, dials.newcomers))
    app.state.hosting = hosting
    pages.host(hosting.desk)
    people_routes(app, hosting)
    console_routes(app, hosting)
    chat_routes(app, hosting)
    sheet_routes(app, hosting)
    api_routes(app, hosting)
    ledger_routes(app, hosting)
    proposals_routes(app, hosting)
    accountability_routes(app, hosting)
    recap_routes(app, hosting)
    feeds_routes(app, hosting)
    site_routes(app, hosting)
    editor_routes(app, hosting)
    discussion_routes(app, hosting)
    oembed_routes(app, hosting)


def _live(app: FastAPI, pages: Pages, stream: Stream, assets: Assets) -> None:
    @app.api_route("/", methods=["GET", "HEAD"])
    async def live(request: Request) -> Response:
        if request.url.query and (moved := await led(request)) is not None:
            return moved
        hosting: Hosting | None = getattr(request.app.state, "hosting", None)
        origin = "" if hosting is None else hosting.door.site.at(request.scope)
        return Page(pages.live(stream.position, visiting(request), origin))

    @app.get("/events")
    async def events(after: str = "", last_event_id: Annotated[str, Header()] = "") -> Response:
        return streamed(stream, last_event_id or after)

    @app.api_route("/favicon.ico", methods=["GET", "HEAD"])
    async def favicon() -> Response:
        return Response(assets.icon(), media_type="image/svg+xml")


def _lists(app: FastAPI, pages: Pages, records: Records) -> None:
    @app.api_route("/floor", methods=["GET", "HEAD"])
    async def floor(before: Place = None) -> Response:
        found = await asyncio.to_thread(records.floor, before, LIMIT)
        onward = f"/floor?before={found[-1].number}" if len(found) == LIMIT else None
        return Page(pages.floor(found, onward, paged=before is not None))

    @app.api_route("/folded", methods=["GET", "HEAD"])
    async def aside() -> Response:
        return Page(pages.aside())

    @app.api_route("/folded/{code}", methods=["GET", "HEAD"])
    async def folded(code: str, before: Place = None) -> Response:
        if code not in LABELS:
            raise HTTPException(404)
        found = await asyncio.to_thread(records.folded, code, before, LIMIT)
        onward = f"/folded/{code}?before={found[-1].seq}" if len(found) == LIMIT else None
        return Page(pages.folded(code, found, onward, paged=before is not None))

    @app.api_route("/message/{key}", methods=["GET", "HEAD"])
    async def message(key: str, after: Place = None) -> Response:
        name = _named(key)
        found = await asyncio.to_thread(records.said, name, after or 0, LIMIT)
        if not found and after is None:
            raise HTTPException(404)
        onward = f"/message/{key}?after={found[-1].seq}" if len(found) == LIMIT else None
        return Page(pages.message(name, found, onward, paged=after is not None))

    @app.api_route("/act/{key}", methods=["GET", "HEAD"])
    async def act(request: Request, key: str) -> Response:
        name = _named(key)
        record: Record | None = await asyncio.to_thread(records.record, name)
        if record is None:
            raise HTTPException(404)
        decisions = await asyncio.to_thread(records.decisions_of, name)
        return Page(pages.act(record, [decision for _, decision in decisions], visiting(request)))


def _fairness(app: FastAPI, pages: Pages, board: Board) -> None:
    @app.api_route("/fairness", methods=["GET", "HEAD"])
    async def fairness() -> Response:
        return Page(pages.fairness())

    @app.api_route("/voices", methods=["GET", "HEAD"])
    async def voices() -> Response:
        return Page(pages.voices())

    @app.api_route("/voices/{key}", methods=["GET", "HEAD"])
    async def voice(key: str, after: Place = None) -> Response:
        found = board.voices.of(_named(key))
        if found is None:
            return Page(pages.sorry("Nobody acts in step here", _FADED), 404)
        return Page(pages.voice(found, after or 0))


def _named(key: str) -> str:
    name = name_of(key)
    if name is None:
        raise HTTPException(404)
    return name


def _health(app: FastAPI, board: Board, records: Records, stream: Stream, condition: Callable[[], str]) -> None:
    @app.get("/health")
    async def health() -> Response:
        step = board.step
        faults = await asyncio.to_thread(records.faults)
        told = {
            "condition": condition() or "ok",
            "now": step.now.isoformat() if step else None,
            "seq": step.seq if step else 0,
            "decided": step.decided if step else 0,
            "waiting": step.waiting if step else 0,
            "acts": {code: number for code, number in sorted(board.counts.items()) if number},
            "faults": [{"source": source} | msgspec.to_builtins(count) for source, count in faults],
            "skipped": await asyncio.to_thread(records.skipped),
            "readers": stream.readers,
        }
        return JSONResponse(told)


def _errors(app: FastAPI, pages: Pages) -> None:
    @app.exception_handler(NotServed)
    async def not_served(request: Request, error: NotServed) -> Response:
        if error.status_code == HTTPStatus.NOT_FOUND:
            return await led(request) or Page(pages.sorry("This page is not here", _NOWHERE), 404)
        if isinstance(error, Refused):
            return Page(pages.sorry(error.heading, str(error.detail)), error.status_code, error.headers)
        return Page(pages.sorry("That cannot be done here", "These pages can only be read."), error.status_code)

    @app.exception_handler(RequestValidationError)
    async def not_understood(request: Request, _: RequestValidationError) -> Response:
        return await led(request) or Page(pages.sorry("This page is not here", _NOWHERE), 404)

    @app.exception_handler(Exception)
    async def failed(_: Request, __: Exception) -> Response:
        page = pages.sorry("Something went wrong here", "The fault is ours. The evening goes on.")
        return Page(page, 500, ALWAYS | {"Cache-Control": "no-store"})  # Starlette answers this outside of `Headers`


_FADED = "No account acts in step after this one now. What is found so fades within weeks."
_NOWHERE = "The address leads to nothing that was said here. Perhaps a part of it is missing."
