"""Terms called otherwise, and two taken for one: what stands under one moves to the other, and old addresses lead on.

Articles move one at a time, each over what it is just then, so that nobody who writes meanwhile loses anything. The
old term goes last: what broke off is done by doing it again.

Invariant: an address that a term ever had leads to where its articles stand now, in one step, and never in a circle.
"""

from collections.abc import Iterator
from contextlib import suppress

import msgspec

from fairfloor.chat.site.article import Article, Redirect, Term
from fairfloor.chat.site.slugs import slug
from fairfloor.session.library import Changed, Library, Shelf

PLACES = {"category": "categories", "tag": "tags"}
"""What the addresses of terms begin with."""
_AT_ONCE = 200
_TRIES = 5


class Occupied(Exception):  # noqa: N818 - it names what is the matter
    """Another term has the name, or the address."""


def address_of(kind: str, slug_: str) -> str:
    """Give the address of a term."""
    return f"/{PLACES[kind]}/{slug_}"


def found(library: Library, kind: str, called: str) -> Term | None:
    """Give a term by what it is called, in whatever case, or else by its slug."""
    name = called.casefold()
    named = (term for term, _ in library.terms() if term.kind == kind and term.name.casefold() == name)
    return next(named, None) or library.term(kind, called)


def became(library: Library, term: Term) -> Term | None:
    """Give the term that one became which is not there any more; None where it never was."""
    there = library.led(address_of(term.kind, term.slug)) or ""
    place, _, moved = there[1:].partition("/")
    return library.term(term.kind, moved) if place == PLACES[term.kind] and moved else None


def rename(library: Library, term: Term, name: str, *, moves: bool) -> Term:
    """Call a term otherwise. moves: whether its address is made from the new name. Raises Occupied."""
    named = msgspec.structs.replace(term, name=name, slug=slug(name) if moves else term.slug)
    other = found(library, term.kind, name)
    if other is not None and other.slug != term.slug and other.name.casefold() == name.casefold():
        raise Occupied(name)
    if named.slug == term.slug:
        library.keep_term(named)
        return named
    if library.term(term.kind, named.slug) is not None:
        raise Occupied(named.slug)
    library.keep_term(named)
    _move(library, term, named)
    return named


def merge(library: Library, term: Term, into: Term) -> None:
    """Let all that stands under a term stand under another one, which it becomes."""
    if into.slug in _family(library, term):
        library.keep_term(msgspec.structs.replace(into, parent=term.parent))
    _move(library, term, into)


def numbers_under(library: Library, term: Term) -> list[int]:
    """Give the articles that stand under a term itself, whatever their state, by their ids."""
    return [one.id for one in _under(library, term)]


def _under(library: Library, term: Term) -> Iterator[Article]:
    shelf = Shelf(category=term.slug, public=False) if term.kind == "category" else Shelf(tag=term.slug, public=False)
    offset = 0
    while some := library.articles(shelf, offset, _AT_ONCE):
        yield from (one for one in some if term.slug in _terms_of(one, term.kind))
        offset += _AT_ONCE


def _terms_of(article: Article, kind: str) -> tuple[str, ...]:
    return article.categories if kind == "category" else article.tags


def _family(library: Library, term: Term) -> set[str]:
    """Give the slugs of the categories that are part of one, at any depth."""
    parents = {one.slug: one.parent for one, _ in library.terms() if one.kind == "category"}
    family = {term.slug} if term.kind == "category" else set()
    while more := {one for one, parent in parents.items() if parent in family and one not in family}:
        family |= more
    return family - {term.slug}


def _move(library: Library, old: Term, new: Term) -> None:
    for number in numbers_under(library, old):
        _stand(library, number, old, new.slug)
    for part, _ in library.terms():
        if old.kind == part.kind == "category" and part.parent == old.slug and part.slug != new.slug:
            library.keep_term(msgspec.structs.replace(part, parent=new.slug))
    here, there = address_of(old.kind, old.slug), address_of(new.kind, new.slug)
    led = [Redirect(old=one.old, new=there) for one in library.redirects() if one.new == here]
    library.redirect([*led, Redirect(old=here, new=there), Redirect(old=there, new=there)])
    library.forget_term(old.kind, old.slug)


def _stand(library: Library, number: int, old: Term, new: str) -> None:
    """Let an article stand under a term in another's place. Raises Changed where somebody writes it all the time."""
    for _ in range(_TRIES):
        article = library.article(number)
        if article is None:
            return
        moved = tuple(dict.fromkeys(new if one == old.slug else one for one in _terms_of(article, old.kind)))
        terms = {"categories": moved} if old.kind == "category" else {"tags": moved}
        with suppress(Changed, LookupError):
            library.keep(msgspec.structs.replace(article, **terms), seen=article)
            return
    raise Changed(number)
