"""Which address gives what of the editor."""

import asyncio
from collections.abc import Awaitable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from fairfloor.chat.site.article import Article, Revision, State
from fairfloor.session.library import Shelf
from fairfloor.web.editor.blank import Blank
from fairfloor.web.editor.compare import shown
from fairfloor.web.editor.editing import HERE, Editor, writers
from fairfloor.web.editor.keeping import Conflict, mark
from fairfloor.web.editor.terms import terms
from fairfloor.web.hosting import Hosting
from fairfloor.web.people.guard import Filled, Refused, brought, too_old
from fairfloor.web.people.visitor import visitor_of
from fairfloor.web.site.show import title_of

LIMIT = 30
"""Articles on a page of the list."""
STATES: tuple[State, ...] = ("draft", "scheduled", "published", "private")
Number = Annotated[int, Path(ge=1, le=2**62)]
Page = Annotated[int, Query(ge=1, le=100_000)]
Short = Annotated[str, Query(max_length=100)]


def routes(app: FastAPI, hosting: Hosting) -> None:
    """Add the pages, where there is a site."""
    if (library := hosting.library) is None:
        return
    editor, router = Editor(hosting, library), APIRouter(dependencies=[Depends(writers)])
    _lists(router, editor)
    _new(router, editor, Blank(hosting, library))
    terms(router, editor)
    _writing(router, editor)
    _revisions(router, editor)
    _deleting(router, editor)
    app.include_router(router)


def _lists(router: APIRouter, editor: Editor) -> None:
    @router.get(HERE)
    async def articles(request: Request, state: State = "draft", page: Page = 1) -> Response:
        def found() -> tuple[list[Article], dict[State, int]]:
            shelf = Shelf(public=False, state=state)
            counts = {one: editor.library.count(Shelf(public=False, state=one)) for one in STATES}
            return editor.library.articles(shelf, (page - 1) * LIMIT, LIMIT + 1), counts

        some, counts = await asyncio.to_thread(found)
        listed = [(one, title_of(one)) for one in some[:LIMIT]]
        given: dict[str, Any] = {"state": state, "counts": counts, "page": page, "more": len(some) > LIMIT}
        return editor.page(request, "list.html", listed=listed, **given)


def _new(router: APIRouter, editor: Editor, blank: Blank) -> None:
    @router.get(f"{HERE}/new")
    async def begin(request: Request, page: Short = "") -> Response:
        return await _begun(request, await blank.article(page, visitor_of(request).name))

    @router.post(f"{HERE}/new")
    async def began(request: Request, page: Short = "") -> Response:
        return await editor.sent(request, await blank.article(page, visitor_of(request).name))

    @router.get(f"{HERE}/recap/{{session}}")
    async def recap(request: Request, session: str) -> Response:
        return await _begun(request, await blank.recap(session, visitor_of(request).name))

    @router.post(f"{HERE}/recap/{{session}}")
    async def recapped(request: Request, session: str) -> Response:
        return await editor.sent(request, await blank.recap(session, visitor_of(request).name))

    async def _begun(request: Request, article: Article) -> Response:
        if article.id:
            return RedirectResponse(f"{HERE}/{article.id}", 303)
        return await editor.form(request, article)


def _writing(router: APIRouter, editor: Editor) -> None:
    @router.get(f"{HERE}/{{number}}")
    async def write(request: Request, number: Number, saved: Short = "") -> Response:
        return await editor.form(request, await editor.article(number), action=request.url.path, saved=bool(saved))

    @router.post(f"{HERE}/{{number}}")
    async def wrote(request: Request, number: Number) -> Response:
        return await editor.sent(request, await editor.article(number))


def _revisions(router: APIRouter, editor: Editor) -> None:
    async def all_of(article: Article) -> list[Revision]:
        return await asyncio.to_thread(editor.library.revisions, article.id)

    @router.get(f"{HERE}/{{number}}/revisions")
    async def revisions(request: Request, number: Number) -> Response:
        article = await editor.article(number)
        given: dict[str, Any] = {"article": article, "heading": title_of(article), "revisions": await all_of(article)}
        return editor.page(request, "revisions.html", **given)

    @router.get(f"{HERE}/{{number}}/revisions/{{which}}")
    async def revision(request: Request, number: Number, which: Number) -> Response:
        article = await editor.article(number)
        some = await all_of(article)
        one = _numbered(some, which)
        before = next((other for other in some if other.number == which - 1), None)
        then = await asyncio.to_thread(lambda: shown(before.text, one.text)) if before else None
        back = await asyncio.to_thread(shown, article.text, one.text)
        given: dict[str, Any] = {
            "article": article,
            "heading": title_of(article),
            "revision": one,
            "seen": mark(article),
        }
        return editor.page(request, "revision.html", then=then, back=back, before=before, **given)

    @router.post(f"{HERE}/{{number}}/revisions/{{which}}")
    async def restore(request: Request, number: Number, which: Number) -> Response:
        filled = await _filled(request)
        article = await editor.article(number)
        one = _numbered(await all_of(article), which)
        await _unless_changed(editor.keeping.restore(article, one, filled.text("seen"), visitor_of(request).by))
        return RedirectResponse(f"{HERE}/{number}?saved=1", 303)


def _deleting(router: APIRouter, editor: Editor) -> None:
    @router.get(f"{HERE}/{{number}}/delete")
    async def ask(request: Request, number: Number) -> Response:
        article = await editor.article(number)
        comments = len(await asyncio.to_thread(editor.library.comments.under, number))
        given: dict[str, Any] = {
            "article": article,
            "heading": title_of(article),
            "comments": comments,
            "seen": mark(article),
        }
        return editor.page(request, "delete.html", **given)

    @router.post(f"{HERE}/{{number}}/delete")
    async def delete(request: Request, number: Number) -> Response:
        filled = await _filled(request)
        article = await editor.article(number)
        await _unless_changed(editor.keeping.forget(article, filled.text("seen"), request.app.state.saying.let_go))
        return RedirectResponse(f"{HERE}?state={article.state}", 303)


async def _filled(request: Request) -> Filled:
    form, fits = await brought(request)
    if not fits:
        too_old()
    return form


async def _unless_changed(doing: Awaitable[None]) -> None:
    try:
        await doing
    except Conflict:
        raise Refused(409, "It was changed meanwhile", "Open it again, and look at it first.") from None


def _numbered(revisions: list[Revision], number: int) -> Revision:
    found = next((one for one in revisions if one.number == number), None)
    if found is None:
        raise HTTPException(404)
    return found
