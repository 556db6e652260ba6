"""The feeds of what is said under articles: under one of them, or under all.

What was removed, or taken back by its author, stays as an entry that says so: a program that has the words shows what
an entry says now, and not what it said before. What is held was not said in public yet, and is left out. Under an
article its feed tells what the page shows in its place: a flood that is folded there does not flood programs either.
"""

import asyncio
from collections.abc import Container, Mapping
from datetime import datetime
from typing import NamedTuple

from markupsafe import Markup

from fairfloor.chat.site.article import Article
from fairfloor.chat.site.comment import Comment
from fairfloor.chat.site.feed import Entry, Feed, Format, Parent
from fairfloor.chat.site.plain import plain, shortened
from fairfloor.session.library import Library
from fairfloor.web.address import safe
from fairfloor.web.feeds.posts import PATH as POSTS
from fairfloor.web.feeds.site import LIMIT, Site, fitting, whole
from fairfloor.web.site.show import title_of
from fairfloor.web.site.words import said

PATH = "/feeds/comments"
_GONE = {"withdrawn": "Its author took this back.", "removed": "This was removed by the host's people."}
_SAYS = Markup("<p>{}</p>")


class Asked(NamedTuple):
    """Which part of a discussion's feed is asked for."""

    article: Article
    written: Format
    after: int = 0
    """How many of the latest changes are left out."""
    seen: Container[int] | None = None
    """What the article's page shows in its place; None where that is all."""


async def discussion(site: Site, library: Library, asked: Asked) -> Feed:
    """Give a page of the feed of what is said under an article."""
    return await asyncio.to_thread(_discussion, site, library, asked)


async def latest(site: Site, library: Library, written: Format) -> Feed:
    """Give the feed of what was said under all public articles lately."""
    return await asyncio.to_thread(_latest, site, library, written)


def _discussion(site: Site, library: Library, asked: Asked) -> Feed:
    article, written, after, seen = asked
    page, path = site.address(article.path), f"{article.path}/comments"
    every = [one for one in library.comments.under(article.id) if _is_told(one)]
    told = [one for one in every if one.state in _GONE or seen is None or one.id in seen]
    changed = _in_order(told, library.comments.dealt(article.id))
    of = _Of(site, {one.id: one for one in every}, {article.id: article})
    entries = fitting(of.entry(one, at) for one, at in changed[after : after + LIMIT])
    onward = after + len(entries)
    return Feed(
        id=site.id(f"discussion {article.id}"),
        title=f"What is said under: {title_of(article)}",
        about="",
        author=site.name,
        page=f"{page}#discussion",
        own=site.feed(path, written, after),
        updated=max([entry.updated for entry in entries], default=article.published or article.updated),
        entries=entries,
        onward=site.feed(path, written, onward) if onward < len(changed) else None,
        first=site.feed(path, written) if after else None,
    )


def _latest(site: Site, library: Library, written: Format) -> Feed:
    comments = library.comments
    shown = {one.id: one for one in comments.latest(LIMIT)}
    dealt = dict.fromkeys(deed.comment for deed in comments.deeds(limit=LIMIT))
    gone = [one for one in map(comments.comment, dealt) if one is not None and one.state in _GONE and _is_told(one)]
    told = [*shown.values(), *gone]
    parents = [comments.comment(one.parent) for one in told if one.parent is not None and one.parent not in shown]
    known = shown | {one.id: one for one in (*gone, *parents) if one is not None}
    found = map(library.article, {one.article for one in told})
    articles = {one.id: one for one in found if one is not None and one.state == "published"}
    of = _Of(site, known, articles)
    dealt_at = {one.id: deed.at for one in gone for deed in comments.deeds(one.id, limit=1)}
    changed = [(one, at) for one, at in _in_order(told, dealt_at) if one.article in articles]
    entries = fitting(of.entry(one, at) for one, at in changed[:LIMIT])
    return Feed(
        id=site.id("comments"),
        title=f"What is said at {site.name}",
        about="",
        author=site.name,
        page=site.address("/posts"),
        own=site.feed(PATH, written),
        updated=max([entry.updated for entry in entries], default=site.since),
        entries=entries,
    )


def _is_told(comment: Comment) -> bool:
    return comment.said == "comment" and comment.state != "held"


def _in_order(told: list[Comment], dealt: Mapping[int, datetime]) -> list[tuple[Comment, datetime]]:
    """Give comments and when each changed last, the latest first; dealt: when something was done about one last."""
    timed = [(one, _changed(one, dealt)) for one in told]
    return sorted(timed, key=lambda one: (one[1], one[0].id), reverse=True)


def _changed(comment: Comment, dealt: Mapping[int, datetime]) -> datetime:
    changed = max(comment.at, comment.edited or comment.at)
    return changed if comment.state == "shown" else max(changed, dealt.get(comment.id, changed))


class _Of:
    """Makes entries, of comments whose parents and articles are known."""

    def __init__(self, site: Site, known: dict[int, Comment], articles: dict[int, Article]) -> None:
        self._site, self._known, self._articles = site, known, articles

    def entry(self, one: Comment, changed: datetime) -> Entry:
        """Give the entry of a comment."""
        article, page = self._articles[one.article], self._site.address(f"/comments/{one.id}")
        gone = _GONE.get(one.state)
        name = one.author.name or ("The host" if one.author.kind == "host" else "Anonymous")
        replies = "reply" if one.parent is not None else "comment"
        return Entry(
            id=self._site.id_of(one),
            page=page,
            title=f"A {replies} taken back or removed" if gone else f"{name} on: {title_of(article)}",
            html=whole(_SAYS.format(gone) if gone else said(one.text, one.form) or _SAYS.format("No words."), page),
            summary=gone or shortened(plain(one.text, one.form)),
            published=one.at,
            updated=changed,
            author="" if gone else name,
            author_page=one.author.link if not gone and safe(one.author.link) and one.author.link.isascii() else "",
            reply_to=self._parent(one, article),
        )

    def _parent(self, one: Comment, article: Article) -> Parent:
        site, above = self._site, self._known.get(one.parent or 0)
        if above is not None:
            own = site.feed(f"{article.path}/comments", "atom")
            return Parent(id=site.id_of(above), page=site.address(f"/comments/{above.id}"), feed=own)
        if one.parent is not None:  # above it is what waits to be looked at
            own = site.feed(f"{article.path}/comments", "atom")
            page = site.address(f"/comments/{one.parent}")
            return Parent(id=site.id(f"comment {one.parent}"), page=page, feed=own)
        return Parent(id=site.id_of(article), page=site.address(article.path), feed=site.feed(POSTS, "atom"))
