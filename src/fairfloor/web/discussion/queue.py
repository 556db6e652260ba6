"""The queue of comments that wait for a look: page by page, and what is done about several of them at once.

A page begins after the number of the last comment of the one before, so it stays as it is while comments come: they
come after all. What is done at once is done about comments that whoever does it can have seen: those on the page, by
their numbers, or those of one account that were there when the page was made.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, NamedTuple
from urllib.parse import urlencode

from fastapi import Depends, FastAPI, HTTPException, Query, Request
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from fairfloor.chat.roles import STAFF
from fairfloor.chat.site.article import Article
from fairfloor.chat.site.comment import Comment
from fairfloor.web.discussion.reading import Pages
from fairfloor.web.discussion.words import held, who
from fairfloor.web.markup import plain as one_line
from fairfloor.web.people.guard import Filled, Refused, guarded
from fairfloor.web.people.visitor import visit_of
from fairfloor.web.site.words import said

HERE = "/console/discussion/held"
LIMIT = 40
"""Comments on a page."""
AT_ONCE = 500
"""Comments of one account that something is done about at once; more of them wait for the next time."""
_LARGEST = 2**62
Number = Annotated[int, Query(ge=0, le=_LARGEST)]
Form = Annotated[Filled, Depends(guarded)]
Doing = Literal["show", "remove"]
_DOINGS: dict[str, Doing] = {"show": "show", "remove": "remove"}


class Waiting(NamedTuple):
    """A comment that waits for one of the host's people."""

    id: int
    who: str
    at: datetime
    words: Markup
    why: str
    title: str
    path: str
    of_author: int = 0
    """How many of its author's wait, itself among them."""


class Wanted(NamedTuple):
    """What somebody asks to be done, as far as it makes sense; `wrong` says what does not."""

    which: str
    doing: Doing | None
    why: str
    here: tuple[int, ...]
    ticked: frozenset[int]
    after: int
    of: int
    upto: int
    wrong: str


def waiting(one: Comment, why: str, article: Article | None, of_author: int = 0) -> Waiting:
    """Give a comment as a queue shows it. article: that it stands under."""
    title = one_line((article and article.title) or "An article", 60)
    path = article.path if article else "/"
    return Waiting(one.id, who(one), one.at, said(one.text, one.form), why, title, path, of_author)


def routes(app: FastAPI, pages: Pages) -> None:
    """Add them."""

    @app.api_route(HERE, methods=["GET", "HEAD"])
    async def queue(
        request: Request, after: Number = 0, of: Number = 0, shown: Number = 0, removed: Number = 0, left: Number = 0
    ) -> Response:
        if visit_of(request).visitor.role not in STAFF:
            return pages.hosting.page(request, "console/closed.html", 403, onward=HERE)
        await pages.discussions.settled()
        told = {"shown": shown, "removed": removed, "left": left}
        return await _page(request, pages, after, of, told=told)

    @app.post(HERE)
    async def several(request: Request, form: Form) -> Response:
        if visit_of(request).visitor.role not in STAFF:
            raise Refused(403, "This is for the host's people", "Sign in with the name that you have here.")
        wanted = _wanted(form)
        if wanted.wrong or wanted.doing is None:
            return await _page(request, pages, wanted.after, wanted.of, wanted=wanted, status=422)
        comments = await asyncio.to_thread(_meant, pages, wanted)
        done = await pages.saying.several(request, comments, wanted.doing, wanted.why)
        told = {"shown" if wanted.doing == "show" else "removed": done, "left": len(comments) - done}
        query = {"after": wanted.after, "of": wanted.of} | told
        return RedirectResponse(f"{HERE}?{urlencode({name: value for name, value in query.items() if value})}", 303)


async def _page(request: Request, pages: Pages, after: int, of: int, status: int = 200, **given: Any) -> Response:
    """Answer with a page of the queue. of: a comment, where those of its author alone are asked for."""
    read = await asyncio.to_thread(_read, pages, after, of)
    nothing = {"shown": 0, "removed": 0, "left": 0}
    given = {"told": nothing, "wanted": None, "at_once": AT_ONCE} | read | given
    return pages.hosting.page(request, "discussion/queue.html", status, **given)


def _read(pages: Pages, after: int, of: int) -> dict[str, Any]:
    comments = pages.library.comments
    author = _author(pages, of)
    counts = comments.waiting()
    upto, _ = comments.version()
    found = comments.held(after, LIMIT + 1, author.author.key if author else None)
    here = found[:LIMIT]
    articles = {number: pages.library.article(number) for number in {one.article for one in here}}
    return {
        "held": [waiting(one, held(one), articles[one.article], counts.get(one.author.key, 0)) for one in here],
        "here": " ".join(str(one.id) for one in here),
        "many": sum(counts.values()),
        "of": of,
        "of_author": counts.get(author.author.key, 0) if author else 0,
        "author": one_line(who(author), 40) if author else "",
        "after": after,
        "upto": upto,
        "onward": here[-1].id if len(found) > LIMIT else 0,
    }


def _author(pages: Pages, of: int) -> Comment | None:
    """Give a comment by whom those are asked for that wait; raises 404 where it is not there."""
    if not of:
        return None
    found = pages.library.comments.comment(of)
    if found is None:
        raise HTTPException(404)
    return found


def _wanted(form: Filled) -> Wanted:
    """Read the form; what somebody has not said yet, they are asked for."""
    here = _numbers(form.text("here"))[:LIMIT]
    ticked = frozenset(one for one in here if f"t{one}" in form)
    after, of, upto = (next(iter(_numbers(form.text(name))), 0) for name in ("after", "of", "upto"))
    which, doing, why = form.text("which"), _DOINGS.get(form.text("do")), form.text("why")
    which = which if which == "page" or (which == "account" and of) else "ticked"
    wrong = ""
    if which == "ticked" and not ticked:
        wrong = "Choose at least one comment: tick it, or say that you mean all on this page."
    elif doing is None:
        wrong = "Say what is to be done: let them stand, or remove them."
    elif doing == "remove" and not why:
        wrong = "Say why they are removed, in a sentence: it is shown in their place, and can be appealed."
    return Wanted(which, doing, why, here, ticked, after, of, upto, wrong)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(one) for one in text.split() if one.isascii() and one.isdigit() and len(one) < 19)  # noqa: PLR2004 - as SQLite counts


def _meant(pages: Pages, wanted: Wanted) -> Sequence[Comment]:
    """Give the comments that somebody means, of those that wait."""
    comments = pages.library.comments
    if wanted.which == "account" and (author := _author(pages, wanted.of)) is not None:
        there = comments.held(0, AT_ONCE, author.author.key)
        return [one for one in there if one.id <= wanted.upto]
    chosen = wanted.here if wanted.which == "page" else tuple(one for one in wanted.here if one in wanted.ticked)
    found = (comments.comment(one) for one in chosen)
    return [one for one in found if one is not None and one.said == "comment"]
