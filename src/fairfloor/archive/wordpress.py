"""Writes a site as a WordPress export (WXR 1.2), which WordPress and most other systems can read.

What moved in from WordPress and was not changed here goes out as it was there, to the letter (`chat.site.moved` says
how that is known). What was written or changed here is written as WordPress would have; what WordPress has no place for
(the Markdown, which session a recap is of, who said what by which account) goes along in a field of our own, and counts
when it comes back as long as nobody has changed the words there.
"""

from collections.abc import Iterator
from urllib.parse import unquote

import msgspec

from fairfloor.archive.wordpress_comment import comment_as
from fairfloor.archive.wordpress_item import Numbers, Shown, item
from fairfloor.archive.xml import SPACES, xml
from fairfloor.chat.site.article import Term
from fairfloor.chat.site.comment import Comment
from fairfloor.chat.site.moved import Element, Kept, Line, Rest, rest_of
from fairfloor.chat.site.slugs import slug
from fairfloor.chat.site.whole import Whole

_NAMES = {
    "wp:category": ("wp:category_nicename", "wp:cat_name", "wp:category_parent", "wp:category_description"),
    "wp:tag": ("wp:tag_slug", "wp:tag_name", "", "wp:tag_description"),
}


def written(site: Whole, title: str, address: str, shown: Shown) -> Iterator[bytes]:
    """Give the bytes of an export, piece by piece.

    title, address: of the chat, where nothing moved in that says otherwise. shown: gives HTML for a text and its form.
    """
    asides = [kept for one in site.articles if (kept := rest_of(one, Kept)) is not None and kept.system == "wordpress"]
    rests = (rest_of(one, Rest) for one in site.articles)
    sites = (rest.site for rest in rests if rest is not None and rest.system == "wordpress")
    where = asides[0].site if asides else next(sites, address.partition("://")[2])
    yield _begun().encode()
    lines = [line for rest in asides for line in rest.aside.values()]
    for element in _head(lines, site, asides[0] if asides else None, title, address if where else ""):
        yield xml(element).encode()
    below = _below(site.comments)
    articles = [one for one in site.articles if rest_of(one, Kept) is None]
    numbers = Numbers(articles, site.comments, [line.part for line in lines if line.part.name == "item"])
    for article in articles:
        comments = [comment_as(one, numbers, shown, where) for one in below.get(article.id, ())]
        yield xml(item(article, comments, numbers, shown, where, address), "\t").encode()
    yield from (xml(line.part).encode() for line in lines if line.part.name == "item")
    yield b"</channel>\n</rss>\n"


def _begun() -> str:
    spaces = "".join(f'\n\txmlns:{prefix}="{uri}"' for prefix, uri in SPACES.items())
    return (
        '<?xml version="1.0" encoding="UTF-8" ?>\n'
        "<!-- A WordPress eXtended RSS file, written by Fairfloor. In WordPress: Tools, Import, WordPress. -->\n"
        f'<rss version="2.0"{spaces}\n>\n<channel>\n'
    )


def _below(comments: tuple[Comment, ...]) -> dict[int, list[Comment]]:
    below: dict[int, list[Comment]] = {}
    for one in comments:
        below.setdefault(one.article, []).append(one)
    return below


# The head: the site, its authors and terms


def _head(lines: list[Line], site: Whole, first: Kept | None, title: str, address: str) -> Iterator[Element]:
    """Give the head as it was there, once, then all authors and terms, those that are from here at the end."""
    yield from _own_head(title, address) if first is None else _head_again(first)
    terms = {(str(term.kind), term.slug): term for term in site.terms}
    told, names = set[tuple[str, str]](), set[str]()
    for line in lines:
        if line.part.name != "item" and line.what != "site":
            names |= {line.part.said("wp:author_display_name"), line.part.said("wp:author_login")}
            yield _term_again(line.part, terms, told)
    written_here = (one.by for one in site.articles if one.by and one.origin is None)
    yield from (_author(name) for name in dict.fromkeys(written_here) if name not in names)
    yield from (_term(term) for key, term in terms.items() if key not in told)


def _head_again(first: Kept) -> Iterator[Element]:
    """Give what described the site there; the version is that of what we write."""
    parts = [line.part for line in first.aside.values() if line.what == "site"]
    version = Element("wp:wxr_version", "1.2")
    if not any(part.name == version.name for part in parts):
        parts.insert(0, version)
    yield from (version if part.name == version.name else part for part in parts)


def _own_head(title: str, address: str) -> Iterator[Element]:
    yield Element("wp:wxr_version", "1.2")
    if not address:  # of a file that did not say where it was from; it must not say so now
        return
    yield Element("title", title)
    yield Element("link", address)
    yield Element("description", "")
    yield Element("language", "")
    yield Element("wp:base_site_url", address)
    yield Element("wp:base_blog_url", address)


def _author(name: str) -> Element:
    told = {"login": slug(name) or "author", "email": "", "display_name": name, "first_name": "", "last_name": ""}
    return Element("wp:author", parts=tuple(Element(f"wp:author_{key}", value) for key, value in told.items()))


def _term_again(part: Element, terms: dict[tuple[str, str], Term], told: set[tuple[str, str]]) -> Element:
    """Give a term as it was there, but for what was changed here."""
    key = _key(part)
    if key is None or key in told or key not in terms:
        return part
    told.add(key)
    if part.name not in _NAMES:
        return part
    nicename, name, _, about = _NAMES[part.name]
    changed = {name: terms[key].name, about: terms[key].about}
    old = {name: part.said(name) or unquote(part.said(nicename)), about: part.said(about)}
    return _with(part, {which: value for which, value in changed.items() if value != old[which]})


def _key(part: Element) -> tuple[str, str] | None:
    """Give the kind and the slug that a term has here; None where it has no place here, or is none."""
    kind = {"wp:category": "category", "wp:tag": "tag"}.get(part.name)
    if kind is None:
        kind = {"category": "category", "post_tag": "tag", "tag": "tag"}.get(part.said("wp:term_taxonomy"))
    if kind is None:
        return None
    nicename, name = _NAMES.get(part.name, ("wp:term_slug", "wp:term_name"))[:2]
    said = (part.said(nicename), part.said(name))
    return kind, next(filter(None, (slug(unquote(one, errors="ignore")) for one in said)), "")


def _with(part: Element, changed: dict[str, str]) -> Element:
    there = {one.name for one in part.parts}
    parts = [msgspec.structs.replace(one, text=changed.get(one.name, one.text)) for one in part.parts]
    parts += [Element(name, value) for name, value in changed.items() if name not in there]
    return msgspec.structs.replace(part, parts=tuple(parts)) if changed else part


def _term(term: Term) -> Element:
    names = _NAMES["wp:category" if term.kind == "category" else "wp:tag"]
    values = (term.slug, term.name, term.parent or "", term.about)
    parts = tuple(Element(name, value) for name, value in zip(names, values, strict=True) if name)
    return Element("wp:category" if term.kind == "category" else "wp:tag", parts=parts)
