"""One item of a WordPress export: an article, or what has no place here.

Posts and pages become articles. Attachments, menus, what plugins brought and what was in the trash are kept aside and
given back on the way out; but where people have commented on one, its discussion must have a page to stand under, and
it becomes a page for the host's people alone.
"""

from datetime import datetime
from typing import NamedTuple

import msgspec

from fairfloor.chat.site.article import MAX_TERMS, MAX_TEXT, MAX_TITLE, Article, Kind, State, Term
from fairfloor.chat.site.moved import CARRIED, Aside, Carried, Element, Moved, Rest, seal, seals_of
from fairfloor.chat.site.plain import plain
from fairfloor.chat.site.slugs import OWN, draft
from fairfloor.sources.wordpress.paragraphs import paragraphs
from fairfloor.sources.wordpress.site import KINDS, SYSTEM, Site, path_of, slug_of, term_of
from fairfloor.sources.wordpress.times import UNKNOWN, feed, gmt

_STATES: dict[str, State] = {"publish": "published", "": "published", "private": "private"}
_DRAFTS = {"draft", "pending", "future", "auto-draft"}
_KINDS: dict[str, Kind] = {"post": "post", "": "post", "page": "page"}


class Read(NamedTuple):
    """What an item comes to."""

    item: Moved | Aside
    terms: list[Term]
    """Those it stands under and the head of the file did not tell."""


def read(element: Element, site: Site, number: str, old: tuple[str, ...]) -> Read:
    """Read an item without its comments. number: what names it there."""
    kind, status = element.said("wp:post_type"), element.said("wp:status")
    said = any(part.name == "wp:comment" for part in element.parts)
    if not said and (why := _aside(kind, status, element)) is not None:
        link = element.said("wp:attachment_url") or element.said("link")
        name = element.said("title") or element.said("wp:post_name") or number
        return Read(site.aside(element, f"item {number}", kind or "item", name[:MAX_TITLE], why, link), [])
    return _article(element, site, number, old)


def _aside(kind: str, status: str, element: Element) -> str | None:
    """Say why an item is no article; None where it is one."""
    if kind == "attachment":
        return "Files are not fetched; links to them stay as they are."
    if kind not in _KINDS:
        return f"There are posts and pages here, and no {kind}."
    if status == "trash":
        return "It was in the trash there."
    if len(element.said("content:encoded")) > MAX_TEXT * 9 // 10:
        return f"It has more than {MAX_TEXT * 9 // 10:,} characters."
    if not kind and not any(map(element.said, ("title", "content:encoded", "link"))):
        return "It has no title, no words and no address."
    return None


def _article(element: Element, site: Site, number: str, old: tuple[str, ...]) -> Read:
    state, notes = _state(element)
    published, notes_ = _published(element, state)
    (categories, tags), new, notes__ = _terms(element, site)
    typed, login, kind = _text(element, "content:encoded"), element.said("dc:creator"), element.said("wp:post_type")
    updated = _updated(element, published)
    article = Article(
        kind=_KINDS.get(kind, "page"),
        path=_path(element, state, published or updated, number),
        title=_title(_text(element, "title")),
        text=paragraphs(typed)[:MAX_TEXT],
        form="html",
        summary=plain(_text(element, "excerpt:encoded"), "html")[:MAX_TEXT],
        state=state,
        published=published,
        updated=updated,
        by=site.authors.get(login, login)[:MAX_TITLE],
        categories=categories,
        tags=tags,
        discussion="closed" if element.said("wp:comment_status") == "closed" else "open",
        origin=site.origin(number),
    )
    if (carried := carried_by(element, "wp:postmeta", typed)) is not None and carried.article is not None:
        back = msgspec.structs.replace(carried.article, id=0, origin=carried.article.origin or article.origin)
        return Read(Moved(article=back, old=old), new)
    rest = msgspec.Raw(msgspec.json.encode(_rest(element, site, article, typed)))
    article = msgspec.structs.replace(article, rest=rest)
    return Read(Moved(article=article, old=() if state == "draft" else old, notes=(*notes, *notes_, *notes__)), new)


def _rest(element: Element, site: Site, article: Article, typed: str) -> Rest:
    """Give what an item was beside the article it came to; words that are the same stand there alone."""
    left = {"content:encoded": typed if article.text != typed else None}
    parts = tuple(_left(part, left) for part in element.parts if not (part.name == "wp:comment" or carries(part)))
    return Rest(system=SYSTEM, site=site.address, parts=parts, seals=seals_of(article))


def carries(part: Element) -> bool:
    """Tell whether a part is what we sent along."""
    return part.name in {"wp:postmeta", "wp:commentmeta"} and part.said("wp:meta_key") == CARRIED


def carried_by(element: Element, name: str, words: str) -> Carried | None:
    """Give what we sent along with an element; None where there is none, or its words were changed since."""
    found = next((part.part("wp:meta_value") for part in element.parts if part.name == name and carries(part)), None)
    try:
        carried = None if found is None else msgspec.json.decode(found.text or "", type=Carried)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    return carried if carried is not None and carried.seal == seal(words) else None


def _left(part: Element, left: dict[str, str | None]) -> Element:
    return msgspec.structs.replace(part, text=left[part.name]) if part.name in left else part


def _text(element: Element, name: str) -> str:
    part = element.part(name)
    return "" if part is None else part.text or ""


def _title(told: str) -> str:
    """Give the words of a title, which stands there as HTML."""
    return (plain(told[:4_000], "html") if "&" in told or "<" in told else " ".join(told.split()))[:MAX_TITLE]


def _state(element: Element) -> tuple[State, tuple[str, ...]]:
    kind, status = element.said("wp:post_type"), element.said("wp:status")
    if kind not in _KINDS:
        return "private", (f"It is a page for the host's people: people have commented on this {kind}.",)
    if element.said("wp:post_password"):
        return "private", ("It had a password; here it is for the host's people alone.",)
    if status in _DRAFTS:
        return "draft", ((f"It was {status!r} there, and is a draft here.",) if status != "draft" else ())
    if status in _STATES:
        return _STATES[status], ()
    return "private", (f"It was {status!r} there, and is for the host's people alone here.",)


def _published(element: Element, state: State) -> tuple[datetime | None, tuple[str, ...]]:
    if (time := gmt(element.said("wp:post_date_gmt"))) is not None:
        return time, ()
    if state == "draft":
        return None, ()
    if (time := feed(element.said("pubDate"))) is not None:
        return time, ()
    if (time := gmt(element.said("wp:post_date"))) is not None:
        return time, ("Its time in GMT is not told; the site's clock was read as UTC.",)
    return UNKNOWN, ("No time is told; it is put at the beginning of 1970.",)


def _updated(element: Element, published: datetime | None) -> datetime:
    told = (gmt(element.said("wp:post_modified_gmt")), published, gmt(element.said("wp:post_date")))
    return next((time for time in told if time is not None), UNKNOWN)


def _path(element: Element, state: State, at: datetime, number: str) -> str:
    name = slug_of(element.said("wp:post_name"), element.said("title"), number) or "untitled"
    if state == "draft":
        return draft(name)
    if _KINDS.get(element.said("wp:post_type"), "page") == "post":
        return f"/posts/{at:%Y}/{at:%m}/{name}"
    return f"/{name}" if name in OWN else f"/pages/{name}"


def addresses(element: Element, site: Site, number: str) -> tuple[str, ...]:
    """Give the addresses that an item had there."""
    by_number = (
        [f"{site.root}/?{key}={number}" for key in ("p", "page_id")] if number.isascii() and number.isdigit() else []
    )
    told = (path_of(element.said("link")), path_of(element.said("guid")), *by_number)
    return tuple(dict.fromkeys(old for old in told if old))


def _terms(element: Element, site: Site) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], list[Term], tuple[str, ...]]:
    found: dict[str, dict[str, Term]] = {"category": {}, "tag": {}}
    told = [part for part in element.parts if part.name == "category"]
    exact = any("nicename" in part.attributes for part in told)
    for part in told:
        nicename = part.attributes.get("nicename", "")
        kind = KINDS.get(part.attributes.get("domain", "category"))
        if kind is None or (exact and not nicename):
            continue
        if (term := term_of(kind, nicename, (part.text or "").strip())) is not None:
            found[kind].setdefault(term.slug, term)
    new = [term for kind, some in found.items() for term in some.values() if (kind, term.slug) not in site.terms]
    site.terms.update((term.kind, term.slug) for term in new)
    many = any(len(some) > MAX_TERMS for some in found.values())
    notes = (f"It stands under more than {MAX_TERMS} terms; the others are kept for the way out.",) if many else ()
    return (tuple(found["category"])[:MAX_TERMS], tuple(found["tag"])[:MAX_TERMS]), new, notes
