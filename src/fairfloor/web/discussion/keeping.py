"""Keeping discussions in order: showing and removing, appeals, when it is quiet, what is closed."""

import asyncio
from contextlib import suppress
from datetime import date, time
from typing import Annotated, Any, Literal, NamedTuple

import msgspec
from fastapi import Depends, FastAPI, HTTPException, Request
from starlette.responses import RedirectResponse, Response

from fairfloor.chat.roles import HOSTS, STAFF
from fairfloor.chat.schedule.zones import UTC as UTC_NAME
from fairfloor.chat.schedule.zones import Unclear, named
from fairfloor.chat.site.comment import Comment
from fairfloor.chat.site.house import FEWEST, MOST, House, Quiet, closing, last_day
from fairfloor.session.library import Changed, Library, Shelf
from fairfloor.web.discussion.queue import Waiting, waiting
from fairfloor.web.discussion.reading import Pages, asked
from fairfloor.web.discussion.words import who
from fairfloor.web.markup import plain as one_line
from fairfloor.web.people.guard import Filled, Refused, guarded
from fairfloor.web.people.inside import inside
from fairfloor.web.people.visitor import visit_of
from fairfloor.web.site.words import said

HERE = "/console/discussion"
ARTICLES = 20
_TRIES = 5
Form = Annotated[Filled, Depends(guarded)]


class Shelved(NamedTuple):
    """An article whose discussion can be closed."""

    id: int
    title: str
    path: str
    comments: int
    open: bool
    """Whether comments are taken now."""
    closed: bool
    """Whether it was closed by hand."""
    closes: str
    """The day, as a form has it."""


def routes(app: FastAPI, pages: Pages) -> None:
    """Add them."""
    _queue(app, pages)
    _deeds(app, pages)
    _house(app, pages)


def _queue(app: FastAPI, pages: Pages) -> None:
    @app.api_route(HERE, methods=["GET", "HEAD"])
    async def queue(request: Request) -> Response:
        role = visit_of(request).visitor.role
        if role not in STAFF:
            return pages.hosting.page(request, "console/closed.html", 403, onward=HERE)
        await pages.discussions.settled()
        comments = pages.library.comments
        many = sum((await asyncio.to_thread(comments.waiting)).values())
        appealed = await asyncio.to_thread(comments.appealed)
        appeals = {one.id: (await asyncio.to_thread(comments.deeds, one.id, None, 1))[0].why for one in appealed}
        house = pages.discussions.house
        return pages.hosting.page(
            request,
            "discussion/console.html",
            many=many,
            appealed=[await _appealed(pages, one, appeals[one.id]) for one in appealed],
            resting=len(await asyncio.to_thread(comments.resting)),
            house=house,
            zone=house.quiet.zone if house.quiet else _zone(pages),
            articles=await asyncio.to_thread(_shelf, pages),
            settles=role in HOSTS,
            fewest=FEWEST,
            most=MOST,
        )


async def _appealed(pages: Pages, one: Comment, why: str) -> Waiting:
    return waiting(one, why, await asyncio.to_thread(pages.library.article, one.article))


def _zone(pages: Pages) -> str:
    """Give the zone that the chat keeps its hours in."""
    settings = pages.hosting.desk.sessions.settings
    return settings.schedule.zone if settings and settings.schedule else UTC_NAME


def _shelf(pages: Pages) -> list[Shelved]:
    articles = pages.library.articles(Shelf(), limit=ARTICLES)
    counts = pages.library.comments.counts([one.id for one in articles])
    now = pages.hosting.door.now()
    return [
        Shelved(
            id=one.id,
            title=one_line(one.title or one.path, 60),
            path=one.path,
            comments=counts.get(one.id, 0),
            open=one.open_at(now),
            closed=one.discussion == "closed",
            closes=f"{last_day(one.closes):%Y-%m-%d}" if one.closes else "",
        )
        for one in articles
    ]


def _deeds(app: FastAPI, pages: Pages) -> None:
    @app.api_route("/comments/{number}/remove", methods=["GET", "HEAD"])
    async def ask(request: Request, number: int) -> Response:
        if visit_of(request).visitor.role not in STAFF:
            raise Refused(403, "This is for the host's people", "Sign in with the name that you have here.")
        found = await pages.comment(request, number)
        words = said(found.comment.text, found.comment.form)
        one = found.comment
        given: dict[str, Any] = {"article": found.article, "words": words, "asks": await asked(pages, one)}
        return pages.hosting.page(request, "discussion/remove.html", one=one, who=who(one), **given)

    @app.post("/comments/{number}/remove")
    async def remove(request: Request, number: int, form: Form) -> Response:
        found = await pages.comment(request, number)
        await pages.saying.do(request, found.comment, "remove", form.text("why"))
        return _back(form, number)

    @app.post("/comments/{number}/show")
    async def show(request: Request, number: int, form: Form) -> Response:
        found = await pages.comment(request, number)
        await pages.saying.do(request, found.comment, "show", form.text("why"))
        return _back(form, number)

    @app.post("/comments/{number}/refuse")
    async def refuse(request: Request, number: int, form: Form) -> Response:
        found = await pages.comment(request, number)
        await pages.saying.do(request, found.comment, "refuse", form.text("why"))
        return _back(form, number)


def _back(form: Filled, number: int) -> Response:
    return RedirectResponse(inside(form.text("back"), f"/comments/{number}"), 303)


def _house(app: FastAPI, pages: Pages) -> None:
    @app.post(f"{HERE}/house")
    async def settle(request: Request, form: Form) -> Response:
        _hosts(request)
        await asyncio.to_thread(pages.library.comments.keep_house, _read(form))
        pages.discussions.changed()
        return RedirectResponse(HERE, 303)

    @app.post(f"{HERE}/articles/{{number}}")
    async def close(request: Request, number: int, form: Form) -> Response:
        _hosts(request)
        await pages.article(request, number)
        day = _day(form.text("closes"))
        wanted: Literal["open", "closed"] = "open" if form.text("discussion") == "open" else "closed"
        await asyncio.to_thread(_close, pages.library, number, wanted, day)
        return RedirectResponse(f"{HERE}#articles", 303)


def _close(library: Library, number: int, discussion: Literal["open", "closed"], day: date | None) -> None:
    """Open or close a discussion, and touch nothing else: the article may be written in another window just now."""
    for _ in range(_TRIES):
        if (article := library.article(number)) is None:
            raise HTTPException(404)
        same = day is not None and article.closes is not None and last_day(article.closes) == day
        closes = article.closes if same or day is None else closing(day)
        changed = msgspec.structs.replace(article, discussion=discussion, closes=None if day is None else closes)
        with suppress(Changed, LookupError):
            library.keep(changed, seen=article)
            return
    raise Refused(409, "It was changed meanwhile", "Go back, load the page again, and try once more.")


def _hosts(request: Request) -> None:
    if visit_of(request).visitor.role not in HOSTS:
        raise Refused(403, "That is not yours to do", "The host and the co-hosts can.")


def _read(form: Filled) -> House:
    """Read how the host keeps discussions from a form. Raises Refused with what to do about it."""
    places = form.number("places")
    if places is None or not FEWEST <= places <= MOST:
        raise Refused(422, "So many places do not do", f"Give a number from {FEWEST} to {MOST:,}.")
    begin, end = form.text("begin"), form.text("end")
    if not begin and not end:
        return House(places=places)
    try:
        quiet = Quiet(time.fromisoformat(begin), time.fromisoformat(end), named(form.text("zone") or UTC_NAME))
    except Unclear as unclear:
        raise Refused(422, "That zone is not known", str(unclear)) from None
    except ValueError:
        raise Refused(422, "Those are no quiet hours", "Give both times, as 22:00 and 07:00, or neither.") from None
    if quiet.begin == quiet.end or quiet.begin.tzinfo or quiet.end.tzinfo:
        raise Refused(422, "Those are no quiet hours", "They begin and end at different times, as 22:00 and 07:00.")
    return House(places=places, quiet=quiet)


def _day(given: str) -> date | None:
    """Read the last day of a discussion."""
    if not given:
        return None
    try:
        day = date.fromisoformat(given)
        closing(day)
    except (ValueError, OverflowError):
        raise Refused(422, "That is no day", "Give it as 2026-12-31, or leave it empty.") from None
    return day
