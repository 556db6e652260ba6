"""Which address gives which feed."""

import asyncio
from typing import Annotated

from fastapi import FastAPI, HTTPException, Query, Request
from starlette.responses import Response

from fairfloor.chat.site.feed import Feed, Feeds, Format
from fairfloor.session.library import Library
from fairfloor.web.discussion.discussions import Discussions
from fairfloor.web.feeds.answer import answered
from fairfloor.web.feeds.comments import Asked, discussion, latest
from fairfloor.web.feeds.ledger import LedgerFeed
from fairfloor.web.feeds.posts import posts
from fairfloor.web.feeds.site import Site
from fairfloor.web.hosting import Hosting

After = Annotated[int, Query(ge=0, le=1_000_000)]


def routes(app: FastAPI, hosting: Hosting) -> None:
    """Add the feeds, where there is something that writes them."""
    if (formats := hosting.feeds) is None:
        return
    _ledger(app, hosting, formats)
    if hosting.library is not None:
        _articles(app, hosting, hosting.library, formats)


def _ledger(app: FastAPI, hosting: Hosting, formats: Feeds) -> None:
    ledger = LedgerFeed(hosting)

    @app.api_route("/feeds/ledger.{written}", methods=["GET", "HEAD"])
    async def of_ledger(request: Request, written: Format) -> Response:
        return await _told(request, await ledger.feed(Site(hosting, request), written), written, formats)


def _articles(app: FastAPI, hosting: Hosting, library: Library, formats: Feeds) -> None:
    @app.api_route("/feeds/posts.{written}", methods=["GET", "HEAD"])
    async def of_posts(request: Request, written: Format, after: After = 0) -> Response:
        return await _told(request, await posts(Site(hosting, request), library, written, after), written, formats)

    @app.api_route("/feeds/comments.{written}", methods=["GET", "HEAD"])
    async def of_comments(request: Request, written: Format) -> Response:
        return await _told(request, await latest(Site(hosting, request), library, written), written, formats)

    @app.api_route("/{path:path}/comments.{written}", methods=["GET", "HEAD"])
    async def of_discussion(request: Request, path: str, written: Format, after: After = 0) -> Response:
        article = await asyncio.to_thread(library.at, f"/{path}")
        if article is None or article.state != "published":
            raise HTTPException(404)
        discussions: Discussions | None = getattr(request.app.state, "discussions", None)
        seen = None if discussions is None else (await discussions.of(article.id)).seen
        asked = Asked(article, written, after, seen)
        return await _told(request, await discussion(Site(hosting, request), library, asked), written, formats)


async def _told(request: Request, feed: Feed, written: Format, formats: Feeds) -> Response:
    content = await asyncio.to_thread(formats[written], feed)
    return answered(request, content, written, feed.updated)
