"""Which address gives what of the categories and tags, to whoever writes: called otherwise, merged."""

import asyncio
from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Query, Request
from starlette.responses import RedirectResponse, Response

from fairfloor.chat.site.article import MAX_TITLE, Term
from fairfloor.chat.site.slugs import slug
from fairfloor.session.library import Changed
from fairfloor.web.editor.editing import HERE, Editor
from fairfloor.web.editor.renaming import PLACES, Occupied, address_of, found, merge, numbers_under, rename
from fairfloor.web.people.guard import Filled, Refused, brought, too_old

TERMS = f"{HERE}/terms"
LIMIT = 200
"""Terms on a page of the list, and names that a form offers."""
KINDS = {place: kind for kind, place in PLACES.items()}
_DONE = {"renamed": "It is called that now.", "merged": "The other one is part of this now."}
Page = Annotated[int, Query(ge=1, le=100_000)]
Short = Annotated[str, Query(max_length=100)]


def terms(router: APIRouter, editor: Editor) -> None:
    """Add them."""
    _reading(router, editor)
    _doing(router, editor)


def _reading(router: APIRouter, editor: Editor) -> None:
    @router.get(TERMS)
    async def listed(request: Request, page: Page = 1) -> Response:
        every = await asyncio.to_thread(editor.library.terms)
        some = every[(page - 1) * LIMIT : page * LIMIT]
        given: dict[str, Any] = {"listed": [(term, there(term), many) for term, many in some]}
        return editor.page(request, "terms.html", **given, page=page, more=len(every) > page * LIMIT)

    @router.get(f"{TERMS}/{{place}}/{{name}}")
    async def one(request: Request, place: str, name: str, done: Short = "") -> Response:
        term = await _term(editor, place, name)
        every = await asyncio.to_thread(editor.library.terms)
        others = [other.name for other, _ in every if other.kind == term.kind and other.slug != term.slug]
        given: dict[str, Any] = {
            "term": term,
            "address": address_of(term.kind, term.slug),
            "here": there(term),
            "many": len(await asyncio.to_thread(numbers_under, editor.library, term)),
            "public": next((many for other, many in every if other == term), 0),
            "others": others[:LIMIT],
            "most": MAX_TITLE,
            "done": _DONE.get(done, ""),
        }
        return editor.page(request, "term.html", **given)


def _doing(router: APIRouter, editor: Editor) -> None:
    @router.post(f"{TERMS}/{{place}}/{{name}}/rename")
    async def renamed(request: Request, place: str, name: str) -> Response:
        form = await _filled(request)
        term = await _term(editor, place, name)
        called = " ".join(form.text("name", MAX_TITLE).split())
        moves = form.text("moves") == "yes"
        if not called or (moves and not slug(called)):
            raise Refused(422, "That is no name for it", "Go back, and write a name with letters or digits in it.")
        try:
            new = await _do(editor, lambda: rename(editor.library, term, called, moves=moves))
        except Occupied:
            raise Refused(409, "There is one called that already", "Go back, and merge the two instead.") from None
        return RedirectResponse(f"{there(new)}?done=renamed", 303)

    @router.post(f"{TERMS}/{{place}}/{{name}}/merge")
    async def merged(request: Request, place: str, name: str) -> Response:
        form = await _filled(request)
        term = await _term(editor, place, name)
        called = " ".join(form.text("into", MAX_TITLE).split())
        into = await asyncio.to_thread(found, editor.library, term.kind, called) if called else None
        if into is None:
            raise Refused(422, f"There is no {term.kind} called that", "Go back, and write its name as it is listed.")
        if into.slug == term.slug:
            raise Refused(422, "That is the same one", f"Go back, and name another {term.kind}.")
        await _do(editor, lambda: merge(editor.library, term, into))
        return RedirectResponse(f"{there(into)}?done=merged", 303)


async def _do(editor: Editor, work: Callable[[], Any]) -> Any:
    """Do something about terms while nobody here keeps an article."""
    try:
        return await editor.keeping.alone(work)
    except Changed:
        raise Refused(
            409, "Somebody writes one of its posts just now", "Do it once more: what is done stays done."
        ) from None


async def _filled(request: Request) -> Filled:
    form, fits = await brought(request)
    if not fits:
        too_old()
    return form


async def _term(editor: Editor, place: str, name: str) -> Term:
    term = await asyncio.to_thread(editor.library.term, KINDS.get(place, ""), name)
    if term is None:
        raise HTTPException(404)
    return term


def there(term: Term) -> str:
    """Give the address of a term's page here."""
    return f"{TERMS}/{PLACES[term.kind]}/{quote(term.slug.encode('utf-8', 'replace'), safe='')}"
