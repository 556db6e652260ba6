"""Which form does what: saying something, changing it, taking it back, appealing.

A reader has no cookie, so the form under an article has no token. Sent, it changes nothing: it comes back with what was
written as it will be shown, and with a token (`guard.brought`). So a first comment takes two steps, of which the first
is the preview that a comment should have anyhow, and reading a page leaves nothing behind.
"""

import secrets

from fastapi import FastAPI, Request
from starlette.responses import RedirectResponse, Response

from fairfloor.chat.site.article import Article
from fairfloor.chat.site.comment import MAX_COMMENT, Comment
from fairfloor.chat.site.deeds import refuses
from fairfloor.web.discussion.part import form as form_of
from fairfloor.web.discussion.reading import Found, Pages
from fairfloor.web.people.guard import Filled, Refused, brought, guarded, too_old
from fairfloor.web.people.visitor import visit_of
from fairfloor.web.site.words import said

LARGEST = 16 * MAX_COMMENT
"""Bytes of a form: a character can take twelve."""


def routes(app: FastAPI, pages: Pages) -> None:
    """Add them."""
    _saying(app, pages)
    _changing(app, pages)


def _saying(app: FastAPI, pages: Pages) -> None:
    @app.api_route("/comments/{number}/reply", methods=["GET", "HEAD"])
    async def reply(request: Request, number: int) -> Response:
        found = await pages.comment(request, number)
        return _page(pages, request, found.article, _answerable(found))

    @app.api_route("/discussion/{number}/say", methods=["GET", "HEAD"])
    async def begin(request: Request, number: int) -> Response:
        return _page(pages, request, await pages.article(request, number), None)

    @app.post("/discussion/{number}/say")
    async def say(request: Request, number: int) -> Response:
        filled, fits = await brought(request, LARGEST)
        article = await pages.article(request, number)
        parent = await _parent(pages, request, article, filled)
        draft = await pages.saying.drafted(filled, visit_of(request).visitor, article, parent)
        if not fits or "preview" in filled:
            return _page(pages, request, article, parent, preview=(draft.text, draft.name))
        kept = await pages.saying.say(request, draft, filled)
        return await _to(pages, article, kept)


async def _parent(pages: Pages, request: Request, article: Article, filled: Filled) -> Comment | None:
    number = filled.number("parent")
    if number is None:
        return None
    found = await pages.comment(request, number)
    if found.article.id != article.id:
        raise Refused(409, "That is said elsewhere", "Go back, load the page again, and reply there.")
    return _answerable(found)


def _answerable(found: Found) -> Comment:
    if found.comment.state != "shown":
        raise Refused(409, "That cannot be answered", "It is not shown any more, or not yet.")
    return found.comment


def _page(
    pages: Pages,
    request: Request,
    article: Article,
    parent: Comment | None,
    preview: tuple[str, str] | None = None,
) -> Response:
    """Answer with a form of its own page, and how what was written will look, where something was."""
    if not article.open_at(pages.hosting.door.now()):
        raise Refused(409, "This discussion is closed", "What was said in it can still be read.")
    text, name = preview or ("", "")
    once = secrets.token_urlsafe(12)
    form = form_of(pages.discussions, request, article, parent)._replace(signed=True, once=once, text=text, name=name)
    return pages.hosting.page(
        request,
        "discussion/say.html",
        article=article,
        form=form,
        parent_words=said(parent.text, parent.form) if parent else "",
        preview=said(text, "markdown") if text else "",
    )


async def _to(pages: Pages, article: Article, comment: Comment) -> Response:
    """Lead to where a comment is: in its place, or on its own page, which says why it is not."""
    discussion = await pages.discussions.of(article.id)
    if comment.state == "shown" and comment.id in discussion.seen:
        return RedirectResponse(f"{article.path}#comment-{comment.id}", 303)
    return RedirectResponse(f"/comments/{comment.id}", 303)


def _changing(app: FastAPI, pages: Pages) -> None:
    @app.api_route("/comments/{number}/edit", methods=["GET", "HEAD"])
    async def look(request: Request, number: int) -> Response:
        found = await pages.comment(request, number)
        why = refuses(await pages.saying.case(request, found.comment), "edit", "")
        if why is not None:
            raise Refused(409, "That cannot be done", why)
        return _edit(pages, request, found, found.comment.text)

    @app.post("/comments/{number}/edit")
    async def edit(request: Request, number: int) -> Response:
        filled, fits = await brought(request, LARGEST)
        if not fits:
            too_old()
        found = await pages.comment(request, number)
        text = filled.text("text", MAX_COMMENT)
        if not text:
            raise Refused(422, "Nothing was said", "Go back and write a sentence, or take the comment back.")
        if "preview" in filled:
            return _edit(pages, request, found, text, said(text, "markdown"))
        kept = await pages.saying.do(request, found.comment, "edit", words=text)
        return await _to(pages, found.article, kept)

    @app.post("/comments/{number}/withdraw")
    async def withdraw(request: Request, number: int) -> Response:
        await guarded(request)
        found = await pages.comment(request, number)
        await pages.saying.do(request, found.comment, "withdraw")
        return RedirectResponse(f"/comments/{number}", 303)

    @app.post("/comments/{number}/appeal")
    async def appeal(request: Request, number: int) -> Response:
        filled = await guarded(request)
        found = await pages.comment(request, number)
        await pages.saying.do(request, found.comment, "appeal", filled.text("why"))
        return RedirectResponse(f"/comments/{number}", 303)


def _edit(pages: Pages, request: Request, found: Found, text: str, preview: str = "") -> Response:
    page = pages.hosting.page
    return page(request, "discussion/edit.html", article=found.article, one=found.comment, text=text, preview=preview)
