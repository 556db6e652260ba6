"""The feed of posts and recaps: all of each, the newest first."""

import asyncio
from functools import lru_cache

from markupsafe import Markup

from fairfloor.chat.site.article import Article, Form, Term
from fairfloor.chat.site.feed import Discussion, Entry, Feed, Format
from fairfloor.session.library import Library, Shelf
from fairfloor.web.feeds.site import LIMIT, Site, fitting, whole
from fairfloor.web.site.show import summary_of, title_of
from fairfloor.web.site.words import marked_up

PATH = "/feeds/posts"
_SHORT, _REMEMBERED = 60_000, 128
"""Characters of an article up to which it is remembered as markup, and how many are."""
_RECAP = Markup('<p><a href="{}">The whole recap: what was asked and answered, what was folded, and why.</a></p>')


async def posts(site: Site, library: Library, written: Format, after: int) -> Feed:
    """Give a page of the feed, what is older than the `after` newest."""
    return await asyncio.to_thread(_posts, site, library, written, after)


def _posts(site: Site, library: Library, written: Format, after: int) -> Feed:
    found = library.articles(Shelf(), after, LIMIT + 1)
    counts = library.comments.counts([one.id for one in found])
    names = _named([term for term, _ in library.terms()] if any(one.categories or one.tags for one in found) else [])
    told = [one for one in found[:LIMIT] if one.kind != "page"]
    entries = fitting(_entry(site, one, counts.get(one.id, 0), names) for one in told)
    passed = found.index(told[len(entries)]) if len(entries) < len(told) else LIMIT
    return Feed(
        id=site.id("posts"),
        title=site.name,
        about=site.about or f"Posts and recaps of {site.name}",
        author=site.name,
        page=site.address("/posts"),
        own=site.feed(PATH, written, after),
        updated=max([entry.updated for entry in entries], default=site.since),
        entries=entries,
        onward=site.feed(PATH, written, after + passed) if len(found) > passed else None,
        first=site.feed(PATH, written) if after else None,
    )


def _named(terms: list[Term]) -> dict[tuple[str, str], str]:
    return {(term.kind, term.slug): term.name for term in terms}


def _entry(site: Site, article: Article, count: int, names: dict[tuple[str, str], str]) -> Entry:
    page = site.address(article.path)
    stood = [("category", slug) for slug in article.categories] + [("tag", slug) for slug in article.tags]
    return Entry(
        id=site.id_of(article),
        page=page,
        title=title_of(article),
        html=_html(article, page),
        summary=summary_of(article),
        published=article.published or article.updated,
        updated=max(article.updated, article.published or article.updated),
        author=article.by,
        terms=tuple(names.get(term, term[1]) for term in stood),
        discussion=Discussion(
            page=f"{page}#discussion", feed=site.feed(f"{article.path}/comments", "atom"), count=count
        ),
    )


def _html(article: Article, page: str) -> str:
    """Give all words of an article. Programs ask often, and markup is dear: that of the latest posts is remembered."""
    made = _remembered if len(article.text) <= _SHORT else _whole
    words = made(article.text, article.form, page)
    if article.kind == "recap":
        words += str(_RECAP.format(page))  # a string: added to markup, words that are markup would be escaped
    return words or str(Markup("<p>{}</p>").format(title_of(article)))


@lru_cache(_REMEMBERED)
def _remembered(text: str, form: Form, page: str) -> str:
    return _whole(text, form, page)


def _whole(text: str, form: Form, page: str) -> str:
    return whole(marked_up(text, form), page)
