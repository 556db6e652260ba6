"""oEmbed (oembed.com, version 1.0): what another site's software is told when somebody pastes an address of ours there.

Asked are whole addresses of this site alone: the live floor, recaps, posts and pages. Whatever is not public is not
here, and says no more than what never was (the specification would have 401 tell them apart).
"""

import asyncio
from typing import Annotated, Any
from urllib.parse import unquote, urlsplit

from fastapi import FastAPI, HTTPException, Query, Request
from starlette.responses import JSONResponse, Response

from fairfloor.chat.site.article import Article
from fairfloor.web.embed.frame import FLOOR, OF_ARTICLE, OF_FLOOR, Size, frame
from fairfloor.web.embed.oembed_xml import written
from fairfloor.web.feeds.answer import OPEN
from fairfloor.web.feeds.site import Site
from fairfloor.web.hosting import Hosting
from fairfloor.web.page import Page
from fairfloor.web.site.show import summary_of, title_of

KEPT = 3600
"""Seconds for which whoever asked may keep the answer."""
_LONGEST = 2_000
_SMALLEST = 100
_ABOUT = 200

Most = Annotated[int | None, Query(ge=1, le=10_000)]


def routes(app: FastAPI, hosting: Hosting) -> None:
    """Add the address that is asked, and the frames of articles."""

    @app.api_route("/oembed", methods=["GET", "HEAD"])
    async def oembed(
        request: Request,
        url: Annotated[str, Query(max_length=_LONGEST)],
        format: str = "json",  # noqa: A002 - the specification's name
        maxwidth: Most = None,
        maxheight: Most = None,
    ) -> Response:
        if format not in {"json", "xml"}:
            raise HTTPException(501)
        site = Site(hosting, request)
        path = _path(site, url)
        most = Size(maxwidth or _LONGEST, maxheight or _LONGEST)
        found = _of_floor(site, most) if path == "/" else _of_article(site, await _article(hosting, path), most)
        if format == "xml":
            return Response(written(found), headers=OPEN, media_type="text/xml; charset=utf-8")
        return JSONResponse(found, headers=OPEN)

    @app.api_route("/embed/{path:path}", methods=["GET", "HEAD"])
    async def embedded(request: Request, path: str) -> Response:
        article = await _article(hosting, f"/{path}")
        return Page(hosting.pages.render("embed/article.html", **await _card(hosting, request, article)))


def _path(site: Site, url: str) -> str:
    """Give the path that an address of this site has; raises 404 for any other."""
    try:
        parts, own = urlsplit(url), urlsplit(site.at)
    except ValueError:
        raise HTTPException(404) from None
    if (parts.scheme, parts.netloc.lower()) != (own.scheme, own.netloc.lower()) or parts.query:
        raise HTTPException(404)
    return unquote(parts.path, errors="replace") or "/"


async def _article(hosting: Hosting, path: str) -> Article:
    library = hosting.library
    found = None if library is None else await asyncio.to_thread(library.at, path)
    if found is None or found.state != "published":
        raise HTTPException(404)
    return found


def _of_floor(site: Site, most: Size) -> dict[str, Any]:
    return _told(site, f"The floor of {site.name}", site.address(FLOOR), _within(OF_FLOOR, most))


def _of_article(site: Site, article: Article, most: Size) -> dict[str, Any]:
    address = site.address(f"/embed{article.path}")
    return _told(site, title_of(article), address, _within(OF_ARTICLE, most)) | {"author_name": article.by}


def _told(site: Site, title: str, address: str, size: Size) -> dict[str, Any]:
    return {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "provider_name": site.name,
        "provider_url": f"{site.at}/",
        "cache_age": KEPT,
        "html": str(frame(address, title, size)),
        "width": size.width,
        "height": size.height,
    }


def _within(size: Size, most: Size) -> Size:
    """Give a size that is not larger than asked for, nor too small to be read."""
    width, height = min(size.width, most.width), min(size.height, most.height)
    return Size(max(width, min(most.width, _SMALLEST)), max(height, min(most.height, _SMALLEST)))


async def _card(hosting: Hosting, request: Request, article: Article) -> dict[str, Any]:
    library, site = hosting.library, Site(hosting, request)
    counts = await asyncio.to_thread(library.comments.counts, [article.id]) if library else {}
    return {
        "title": title_of(article),
        "article": article,
        "summary": summary_of(article, _ABOUT),
        "comments": counts.get(article.id, 0),
        "address": site.address(article.path),
        "at": site.name,
    }
