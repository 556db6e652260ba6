"""Which address gives what of the host's site."""

import asyncio
from calendar import month_name
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated

from fastapi import FastAPI, HTTPException, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from fairfloor.session.library import Library, Shelf
from fairfloor.web.hosting import Hosting
from fairfloor.web.site.show import List, Show, address
from fairfloor.web.site.showing import Showing

Number = Annotated[int, Query(ge=1, le=100_000)]
Year = Annotated[int, Path(ge=1, le=9998)]
Month = Annotated[int, Path(ge=1, le=12)]
LONGEST = 300
"""Characters that are searched for; what is more is left out."""
READ = ["GET", "HEAD"]


def routes(app: FastAPI, hosting: Hosting) -> None:
    """Add the pages, where there is a site."""
    if (library := hosting.library) is None:
        return
    show = Show(library)
    showing = app.state.showing = Showing(hosting, show)
    hosting.pages.keep_site()
    _lists(app, showing)
    _terms(app, showing)
    _search(app, showing)
    _articles(app, library, showing)


def _lists(app: FastAPI, showing: Showing) -> None:
    @app.api_route("/posts", methods=READ)
    async def posts(request: Request, page: Number = 1) -> Response:
        found = await _page(lambda: showing.show.listed(Shelf(pages=False), page, "/posts"))
        return showing.listed(request, "Posts", found, about="What the host writes, the newest first.")

    @app.api_route("/posts/archive", methods=READ)
    async def archive(request: Request) -> Response:
        months = await asyncio.to_thread(showing.show.months)
        return showing.page(request, "site/archive.html", "Archive", "All posts by month.", months=months)

    @app.api_route("/posts/{year}", methods=READ)
    async def year(year: Year) -> Response:
        return RedirectResponse(f"/posts/archive#y{year}", 302)

    @app.api_route("/posts/{year}/{month}", methods=READ)
    async def month(request: Request, year: Year, month: Month, page: Number = 1) -> Response:
        since = datetime(year, month, 1, tzinfo=UTC)
        before = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
        shelf = Shelf(since=since, before=before, pages=False)
        found = await _page(lambda: showing.show.listed(shelf, page, f"/posts/{year}/{month:02}"))
        if not found.entries:
            raise HTTPException(404)
        return showing.listed(request, f"{month_name[month]} {year}", found, above=("/posts/archive", "All months"))


def _terms(app: FastAPI, showing: Showing) -> None:
    show = showing.show

    @app.api_route("/categories", methods=READ)
    async def categories(request: Request) -> Response:
        tree, tags = await asyncio.to_thread(lambda: (show.categories(), show.tags()))
        about = "What the posts are about."
        return showing.page(request, "site/terms.html", "Categories and tags", about, categories=tree, tags=tags)

    @app.api_route("/tags", methods=READ)
    async def tags() -> Response:
        return RedirectResponse("/categories#tags", 302)

    @app.api_route("/categories/{slug}", methods=READ)
    async def category(request: Request, slug: str, page: Number = 1) -> Response:
        return await under(request, "category", slug, page, Shelf(category=slug))

    @app.api_route("/tags/{slug}", methods=READ)
    async def tag(request: Request, slug: str, page: Number = 1) -> Response:
        return await under(request, "tag", slug, page, Shelf(tag=slug))

    async def under(request: Request, kind: str, slug: str, page: int, shelf: Shelf) -> Response:
        term = await asyncio.to_thread(show.term, kind, slug)
        found = await _page(lambda: show.listed(shelf, page, address(request.scope["path"])))
        if term is None or not found.entries:
            raise HTTPException(404)
        above = ("/categories", "All categories") if kind == "category" else ("/categories#tags", "All tags")
        return showing.listed(request, term.name, found, about=term.about, above=above, label=kind.capitalize())


def _search(app: FastAPI, showing: Showing) -> None:
    @app.api_route("/search", methods=READ)
    async def search(request: Request, q: str = "", page: Number = 1) -> Response:
        q = q[:LONGEST]
        found = await _page(lambda: showing.show.found(q, page)) if q.strip() else None
        return showing.page(
            request, "site/search.html", "Search", "Find posts by their words.", found=found, q=q, hidden=True
        )


def _articles(app: FastAPI, library: Library, showing: Showing) -> None:
    async def article(request: Request) -> Response:
        found = await asyncio.to_thread(library.at, request.scope["path"])
        if found is None or found.state == "draft":
            raise HTTPException(404)
        return await showing.article(request, found)

    @app.api_route("/posts/{year}/{month}/{slug}", methods=READ)
    async def post(request: Request, year: Year, month: Month, slug: str) -> Response:  # noqa: ARG001 - the path has it
        return await article(request)

    @app.api_route("/pages/{slug}", methods=READ)
    async def page(request: Request, slug: str) -> Response:  # noqa: ARG001 - the path has it
        return await article(request)

    @app.api_route("/about", methods=READ)
    async def about(request: Request) -> Response:
        found = await asyncio.to_thread(library.at, "/about")
        return await showing.own(request, "about", found)

    @app.api_route("/contact", methods=READ)
    async def contact(request: Request) -> Response:
        found = await asyncio.to_thread(library.at, "/contact")
        return await showing.own(request, "contact", found)


async def _page(make: Callable[[], List]) -> List:
    try:
        return await asyncio.to_thread(make)
    except LookupError:
        raise HTTPException(404) from None
