"""Answers with pages of the site: what stands in their head, who may see them, and what other areas have on them."""

import asyncio
from typing import Any

from fastapi import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from fairfloor.chat.roles import writes
from fairfloor.chat.site.article import Article
from fairfloor.web.discussion.part import part as discussed
from fairfloor.web.hosting import Hosting
from fairfloor.web.people.visitor import visitor_of
from fairfloor.web.recap.part import part as recapped
from fairfloor.web.site.kept import kept
from fairfloor.web.site.show import List, Meta, Reading, Show, address

OWN = {
    "about": ("About the host", "The host has not written here yet."),
    "contact": ("Contact", "The host has not said here how to be reached."),
}
"""Pages that are there before anything is written: their titles, and what they say until then."""


def showing(request: Request) -> "Showing":
    """Give what the pages of the site share, where there is a site."""
    found = request.app.state.showing
    assert isinstance(found, Showing)  # noqa: S101 - its routes have put it there
    return found


class Showing:
    """Made once for an application."""

    def __init__(self, hosting: Hosting, show: Show) -> None:
        self._hosting = hosting
        self.show = show

    def page(
        self, request: Request, template: str, title: str, about: str, *, hidden: bool = False, **given: Any
    ) -> Response:
        """Answer with a page."""
        meta = self.meta(request, title, about, hidden=hidden)
        return kept(request, self._hosting.page(request, template, meta=meta, **given))

    def listed(
        self,
        request: Request,
        heading: str,
        found: List,
        *,
        about: str = "",
        label: str = "",
        above: tuple[str, str] | None = None,
    ) -> Response:
        """Answer with a page of a list."""
        title = heading if found.page == 1 else f"{heading}, page {found.page}"
        given: dict[str, Any] = {"heading": heading, "found": found, "lede": about, "label": label, "above": above}
        return self.page(request, "site/list.html", title, about or f"Posts: {heading}.", **given)

    async def article(self, request: Request, article: Article) -> Response:
        """Answer with an article's page; what is private is there for who may write it alone."""
        may = writes(visitor_of(request).role)
        if article.state != "published" and not may:
            raise HTTPException(404)
        reading = await asyncio.to_thread(self.show.reading, article)
        page = self._hosting.page(
            request,
            "site/article.html",
            meta=self.of(request, reading),
            reading=reading,
            may=may,
            recap=await recapped(self._hosting, request, article) if article.kind == "recap" else "",
            discussion=await discussed(self._hosting, request, article),
        )
        return kept(request, page)

    async def own(self, request: Request, name: str, article: Article | None) -> Response:
        """Answer with a page that is there before anything is written."""
        may = writes(visitor_of(request).role)
        if article is not None and (article.state == "published" or (article.state != "draft" and may)):
            return await self.article(request, article)
        title, instead = OWN[name]
        return self.page(
            request, "site/unwritten.html", title, instead, heading=title, instead=instead, own=name, may=may
        )

    def of(self, request: Request, reading: Reading) -> Meta:
        """Say in the head of an article's page what it is."""
        return self.meta(
            request,
            reading.title,
            reading.about,
            kind="article",
            published=reading.at,
            changed=reading.changed,
            feed=address(f"{reading.path}/comments.atom") if reading.state == "published" else None,
            hidden=reading.state != "published",
        )

    def meta(self, request: Request, title: str, about: str, **more: object) -> Meta:
        """Say in the head of a page what it is; of its query, its number alone is part of its address."""
        site, number = self._hosting.door.site.at(request.scope), request.query_params.get("page", "1")
        page = f"?page={number}" if number.isdecimal() and number.isascii() and number != "1" else ""
        here = f"{site}{address(request.scope['path'])}{page}"
        return Meta(title=title, about=about, address=here, site=site, **more)  # type: ignore[arg-type]
