"""What the site's pages are given: everything resolved, nothing left to look up or to decide.

What asks the library may block; call it in a thread of its own.
"""

import re
from calendar import month_name
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from urllib.parse import quote

import msgspec
from markupsafe import Markup, escape

from fairfloor.chat.site.article import Article, Kind, Term
from fairfloor.chat.site.plain import plain, shortened
from fairfloor.session.library import Hit, Library, Shelf
from fairfloor.web.markup import plain as in_line
from fairfloor.web.site.words import marked_up

LIMIT = 15
"""Articles on a page of a list."""
ALIKE = 3
"""Articles about the same that are shown, beside those before and after."""
_REMEMBERED = 2_000
"""Articles of which those about the same are remembered."""
_BEGINNING = 3_000
"""Characters that a summary is made from, where the host wrote none."""
_HEADING = re.compile(r"(?m)^#{1,6}[ \t]|<h[1-6]\b")
_SAFE = "/%:@!$&'()*+,;="


class Link(msgspec.Struct, frozen=True):
    """An article as a link."""

    title: str
    path: str


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An article in a list."""

    title: str
    path: str
    kind: Kind
    at: datetime
    summary: str | Markup
    comments: int


class List(msgspec.Struct, frozen=True, kw_only=True):
    """One page of articles."""

    entries: list[Entry]
    page: int
    newer: str | None
    older: str | None


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """The page of an article."""

    id: int
    title: str
    path: str
    kind: Kind
    state: str
    words: Markup
    by: str
    at: datetime | None
    changed: datetime | None
    """When its words changed, where that was a while after it was published."""
    about: str
    """What it says, for those who list it."""
    categories: list[Term]
    tags: list[Term]
    before: Link | None
    after: Link | None
    alike: list[Link]


class Meta(msgspec.Struct, frozen=True, kw_only=True):
    """What a page says of itself in its head."""

    title: str
    about: str
    address: str
    """The page's own, absolute."""
    site: str
    """The site's, absolute."""
    kind: str = "website"
    published: datetime | None = None
    changed: datetime | None = None
    feed: str | None = None
    """The feed of what is said under it."""
    hidden: bool = False
    """Whether search engines are to leave it out."""


class Month(msgspec.Struct, frozen=True):
    """A month in which something was published."""

    year: int
    month: int
    number: int

    @property
    def name(self) -> str:
        """Give its name."""
        return f"{month_name[self.month]} {self.year}"


class Standing(msgspec.Struct, frozen=True):
    """A category with what is part of it, and how many public articles stand under it all."""

    term: Term
    number: int
    parts: "list[Standing]"


def title_of(article: Article) -> str:
    """Give what an article is called: by its title, else by what it begins with."""
    words = article.title or (f"Recap of {article.session}" if article.session else "")
    return in_line(words or shortened(plain(article.text[:2_000], article.form), 60), 300) or "Without a title"


def summary_of(article: Article, most: int = 280) -> str:
    """Give what an article says, in a sentence or two."""
    if article.summary:
        return shortened(plain(article.summary, "html"), most)
    first, *_ = _HEADING.split(text := article.text[:_BEGINNING], 1)
    return shortened(plain(first, article.form) or plain(text, article.form), most)


def address(path: str) -> str:
    """Give a path as an address has it, in ASCII."""
    return quote(path.encode("utf-8", "replace"), safe=_SAFE)


class Show:
    """Makes what is shown, of one library."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._alike: OrderedDict[tuple[int, datetime, int], list[int]] = OrderedDict()

    def listed(self, shelf: Shelf, page: int, path: str) -> List:
        """Make a page of a list; raises LookupError where there are not so many."""
        found = self._library.articles(shelf, (page - 1) * LIMIT, LIMIT + 1)
        return self._turned(found, page, path)

    def found(self, words: str, page: int) -> List:
        """Make a page of what was searched for, with what was found marked."""
        hits = self._library.search(words, (page - 1) * LIMIT, LIMIT + 1)
        pieces = {hit.article.id: _marked(hit) for hit in hits}
        return self._turned(
            [hit.article for hit in hits], page, f"/search?q={quote(words.encode('utf-8', 'replace'))}", pieces
        )

    def _turned(self, found: Sequence[Article], page: int, path: str, pieces: dict[int, Markup] | None = None) -> List:
        if page > 1 and not found:
            raise LookupError(page)
        shown, begin = found[:LIMIT], f"{path}{'&' if '?' in path else '?'}page="
        counts = self._library.comments.counts([one.id for one in shown])
        newer = None if page == 1 else path if page == 2 else f"{begin}{page - 1}"  # noqa: PLR2004 - the first has none
        older = f"{begin}{page + 1}" if len(found) > LIMIT else None
        entries = [_entry(one, counts.get(one.id, 0), (pieces or {}).get(one.id)) for one in shown]
        return List(entries=entries, page=page, newer=newer, older=older)

    def months(self) -> list[Month]:
        """Make the list of months."""
        return [Month(*one) for one in self._library.months()]

    def categories(self) -> list[Standing]:
        """Make the tree of categories under which something public stands."""
        terms = [(term, number) for term, number in self._library.terms() if term.kind == "category"]
        slugs = {term.slug for term, _ in terms}
        below: dict[str | None, list[tuple[Term, int]]] = {}
        for term, number in terms:
            below.setdefault(term.parent if term.parent in slugs else None, []).append((term, number))
        return [*filter(None, (_standing(one, below, 0) for one in below.get(None, [])))]

    def tags(self) -> list[tuple[Term, int]]:
        """Make the list of tags under which something public stands."""
        return [(term, number) for term, number in self._library.terms() if term.kind == "tag" and number]

    def term(self, kind: str, slug: str) -> Term | None:
        """Find a category or a tag."""
        return self._library.term(kind, slug)

    def reading(self, article: Article) -> Reading:
        """Make the page of an article."""
        public = article.state == "published" and article.kind != "page"
        before, after = self._library.beside(article) if public else (None, None)
        beside = {one.id for one in (before, after) if one is not None}
        alike = self._about_the_same(article) if public else ()
        terms = [term for term, _ in self._library.terms(article)] if article.categories or article.tags else []
        return Reading(
            id=article.id,
            title=title_of(article),
            path=article.path,
            kind=article.kind,
            state=article.state,
            words=marked_up(article.text, article.form, 1),
            by=article.by,
            at=article.published,
            changed=_changed(article),
            about=summary_of(article, 200),
            categories=[term for term in terms if term.kind == "category"],
            tags=[term for term in terms if term.kind == "tag"],
            before=_link(before),
            after=_link(after),
            alike=[Link(title_of(one), one.path) for one in alike if one.id not in beside][:ALIKE],
        )

    def _about_the_same(self, article: Article) -> Iterable[Article]:
        """Give public articles about the same; worked out anew when this one changes or another is published."""
        newest = self._library.articles(Shelf(pages=False), 0, 1)
        key = article.id, article.updated, newest[0].id if newest else 0
        known = self._alike.get(key)
        if known is None:
            found = self._library.alike(article, ALIKE + 2)
            self._alike[key] = [one.id for one in found]
            if len(self._alike) > _REMEMBERED:
                self._alike.popitem(last=False)
            return found
        again = map(self._library.article, known)
        return [one for one in again if one is not None and one.state == "published"]


def _entry(article: Article, comments: int, piece: Markup | None) -> Entry:
    return Entry(
        title=title_of(article),
        path=article.path,
        kind=article.kind,
        at=article.published or article.updated,
        summary=summary_of(article) if piece is None else piece,
        comments=comments,
    )


def _link(article: Article | None) -> Link | None:
    return None if article is None else Link(title_of(article), article.path)


def _changed(article: Article) -> datetime | None:
    if article.published is None or article.updated.astimezone(UTC).date() <= article.published.astimezone(UTC).date():
        return None
    return article.updated


def _marked(hit: Hit) -> Markup:
    """Give a piece of an article's words with what was found marked; its own control characters mark nothing more."""
    begun, *marked = hit.piece.split("\x02")
    parts = [escape(begun.replace("\x03", ""))]
    for one in marked:
        found, _, rest = one.partition("\x03")
        parts.append(Markup("<mark>{}</mark>{}").format(found, rest.replace("\x03", "")))
    return Markup("").join(parts)


def _standing(one: tuple[Term, int], below: dict[str | None, list[tuple[Term, int]]], depth: int) -> Standing | None:
    term, number = one
    parts = [_standing(part, below, depth + 1) for part in below.get(term.slug, [])] if depth < _DEEPEST else []
    kept = [part for part in parts if part is not None]
    number += sum(part.number for part in kept)
    return Standing(term, number, kept) if number else None


_DEEPEST = 8
