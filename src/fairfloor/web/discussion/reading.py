"""Which address gives what of a discussion to readers: one comment, what is folded or copied, the public log."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, NamedTuple

from fastapi import FastAPI, HTTPException, Query, Request
from markupsafe import Markup
from starlette.responses import Response

from fairfloor.chat.roles import STAFF
from fairfloor.chat.site.article import Article
from fairfloor.chat.site.comment import Comment, Deed
from fairfloor.chat.site.deeds import refuses
from fairfloor.session.discussion_thread import Fold, laid_out
from fairfloor.web.discussion.discussion import Discussion
from fairfloor.web.discussion.discussions import Discussions
from fairfloor.web.discussion.saying import Saying, logged
from fairfloor.web.discussion.thread import Thread
from fairfloor.web.discussion.words import public_name, told, who
from fairfloor.web.markup import plain as one_line
from fairfloor.web.people.visitor import visit_of
from fairfloor.web.site.words import said

LIMIT = 50
"""Comments, or deeds, on a page of a list."""
_LARGEST = 2**62
Number = Annotated[int | None, Query(ge=0, le=_LARGEST)]


class Told(NamedTuple):
    """A deed as it is shown."""

    number: int
    comment: int
    what: str
    by: str
    at: datetime
    why: str


class Found(NamedTuple):
    """A comment that an address names, with where it is."""

    comment: Comment
    article: Article
    discussion: Discussion


class Pages:
    """What the pages of discussions share."""

    def __init__(self, discussions: Discussions, saying: Saying) -> None:
        self.discussions = discussions
        self.saying = saying
        self.hosting = discussions.hosting
        self.library = discussions.library

    async def article(self, request: Request, number: int) -> Article:
        """Give the article with a number; raises 404 where a visitor may not read it."""
        article = await asyncio.to_thread(self.library.article, number) if 0 < number <= _LARGEST else None
        if article is None or (article.state != "published" and visit_of(request).visitor.role not in STAFF):
            raise HTTPException(404)
        return article

    async def comment(self, request: Request, number: int) -> Found:
        """Give the comment with a number; raises 404 where there is none that a visitor may read."""
        await self.discussions.settled()
        comment = await asyncio.to_thread(self.library.comments.comment, number) if 0 < number <= _LARGEST else None
        if comment is None or comment.said != "comment":
            raise HTTPException(404)
        article = await self.article(request, comment.article)
        return Found(comment, article, await self.discussions.of(article.id))

    def thread(self, request: Request, article: Article, discussion: Discussion) -> Thread:
        """Give who makes the markup of a discussion for a visitor."""
        staff = visit_of(request).visitor.role in STAFF
        return Thread(discussion, replies=article.open_at(self.hosting.door.now()), staff=staff)


def routes(app: FastAPI, pages: Pages) -> None:
    """Add the pages."""
    _one(app, pages)
    _lists(app, pages)
    _log(app, pages)


def _one(app: FastAPI, pages: Pages) -> None:
    @app.api_route("/comments/{number}", methods=["GET", "HEAD"])
    async def comment(request: Request, number: int) -> Response:
        found = await pages.comment(request, number)
        one, thread = found.comment, pages.thread(request, found.article, found.discussion)
        case = await pages.saying.case(request, one)
        staff = case.role in STAFF
        parent = found.discussion.comments.get(one.parent or 0)
        kept = one.state in {"held", "removed"} and (staff or case.own)
        return pages.hosting.page(
            request,
            "discussion/comment.html",
            article=found.article,
            one=one,
            heading=heading(one, found.article),
            alone=Markup(thread.alone(one)),  # noqa: S704 - made of escaped pieces
            under=Markup(await asyncio.to_thread(thread.under, one.id)),  # noqa: S704
            parent=parent if parent and parent.state == "shown" else None,
            parent_words=said(parent.text, parent.form) if parent else "",
            parent_who=who(parent) if parent else "",
            kept=said(one.text, one.form) if kept else "",
            deeds=[_told(deed) for deed in case.last],
            own=case.own,
            may={
                do: refuses(case, do, "-") is None for do in ("edit", "withdraw", "appeal", "show", "remove", "refuse")
            },
            asked=await asked(pages, one) if staff else False,
            is_open=found.article.open_at(case.now),
        )


def heading(one: Comment, article: Article) -> str:
    """Name the page of a comment."""
    name = one_line(who(one), 40) if one.state == "shown" else "A comment"
    return f"{name} on {one_line(article.title or article.path, 60)}"


async def asked(pages: Pages, one: Comment) -> bool:
    """Tell whether what a comment asks stands in the evening's log, with its words."""
    record, _ = await asyncio.to_thread(logged, pages.hosting.records, one.id)
    return record is not None and not record.withdrawn


def _lists(app: FastAPI, pages: Pages) -> None:
    async def listed(
        request: Request, found: tuple[Article, Discussion], which: Sequence[int], title: str, about: str, page: int
    ) -> Response:
        article, discussion = found
        thread = pages.thread(request, article, discussion)
        here = which[page * LIMIT : (page + 1) * LIMIT]
        rows = "".join(thread.aside(discussion.comments[one]) for one in here)
        return pages.hosting.page(
            request,
            "discussion/list.html",
            article=article,
            title=title,
            about=about,
            rows=Markup(rows),  # noqa: S704 - made of escaped pieces
            onward=f"{request.url.path}?page={page + 1}" if len(which) > (page + 1) * LIMIT else None,
            paged=page > 0,
        )

    @app.api_route("/comments/{number}/copies", methods=["GET", "HEAD"])
    async def copies(request: Request, number: int, page: Number = 0) -> Response:
        found = await pages.comment(request, number)
        which = found.discussion.arrangement.also.get(number, [])
        about = (
            f"These say nearly the same, word for word, as what {one_line(public_name(found.comment), 40)} said first."
        )
        return await listed(request, found[1:], which, "Said again", about, page or 0)

    @app.api_route("/comments/{number}/folded", methods=["GET", "HEAD"])
    async def under_one(request: Request, number: int, page: Number = 0) -> Response:
        found = await pages.comment(request, number)
        which = folded(found.discussion, number)
        return await listed(request, found[1:], which, "Replies that are not shown in their place", _WHY, page or 0)

    @app.api_route("/discussion/{number}/folded", methods=["GET", "HEAD"])
    async def at_top(request: Request, number: int, page: Number = 0) -> Response:
        article = await pages.article(request, number)
        discussion = await pages.discussions.of(number)
        which = folded(discussion, None)
        title = "Comments that are not shown in their place"
        return await listed(request, (article, discussion), which, title, _WHY, page or 0)


def folded(discussion: Discussion, under: int | None) -> Sequence[int]:
    """Give what is not shown under a comment, or at the top."""
    rows = laid_out(discussion.tree, discussion.seen)
    return next((row.comments for row in rows if isinstance(row, Fold) and row.under == under), ())


def _log(app: FastAPI, pages: Pages) -> None:
    @app.api_route("/discussion/log", methods=["GET", "HEAD"])
    async def log(request: Request, before: Number = None) -> Response:
        deeds = await asyncio.to_thread(pages.library.comments.deeds, None, before, LIMIT)
        onward = f"/discussion/log?before={deeds[-1].number}" if len(deeds) == LIMIT else None
        listed = [_told(deed) for deed in deeds]
        page = pages.hosting.page
        return page(request, "discussion/log.html", deeds=listed, onward=onward, paged=before is not None)


def _told(deed: Deed) -> Told:
    what, by = told(deed)
    return Told(deed.number, deed.comment, what, by, deed.at, deed.why)


_WHY = (
    "More is said there than people read, so places are shared fairly among who speaks. Nothing is lost: what has no "
    "place is here, each with its reason."
)
