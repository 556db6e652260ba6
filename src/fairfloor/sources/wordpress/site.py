"""What an export says of the site itself: where it was, who wrote there, what its terms are called."""

from urllib.parse import unquote, urlsplit

import msgspec

from fairfloor.chat.site.article import MAX_TITLE, Term
from fairfloor.chat.site.moved import Aside, Element, Leading, seal
from fairfloor.chat.site.slugs import slug

KINDS = {"category": "category", "post_tag": "tag", "tag": "tag"}
"""Taxonomies that stand here."""
SYSTEM = "wordpress"
_ADDRESS = ("wp:base_blog_url", "wp:base_site_url", "link")
_HEAD = frozenset(
    {"title", "link", "description", "pubDate", "language", "generator", "image", "cloud", "wp:wxr_version", *_ADDRESS}
)


class Site:
    """Gathers what the head of an export says, element by element."""

    def __init__(self) -> None:
        self.address = ""
        """Without a scheme or a slash at its end; empty where the file does not say."""
        self.authors: dict[str, str] = {}
        """Public names by the names they signed in with."""
        self.staff: dict[str, str] = {}
        """Public names by their numbers."""
        self.terms: set[tuple[str, str]] = set()
        self._told: dict[str, str] = {}
        self._asides: dict[str, str] = {}

    def hear(self, element: Element) -> list[Term | Aside | Leading]:
        """Take an element of the head, and tell what moves in with it."""
        match element.name:
            case "wp:author" | "wp:wp_author":
                return [self._author(element)]
            case "wp:category" | "wp:tag" | "wp:term":
                return self._term(element)
        if element.name in _HEAD:
            return [self.aside(element, element.name, "site", element.name, "It describes the site it was on.")]
        return [
            self.aside(element, f"{element.name} {msgspec.json.encode(element)[:300]!r}", "site", element.name, _OTHER)
        ]

    @property
    def root(self) -> str:
        """Give the path of the site there, without a slash at its end."""
        return "/" + self.address.partition("/")[2] if "/" in self.address else ""

    def origin(self, number: str) -> str:
        """Name an item by its number there."""
        return f"{SYSTEM}:https://{self.address or 'unknown.invalid'}/?p={number}"[:400]

    def aside(self, element: Element, key: str, what: str, name: str, why: str, link: str = "") -> Aside:
        """Keep an element aside."""
        sealed = seal(element)
        if self._asides.setdefault(key, sealed) != sealed:  # the same name for something else
            key = f"{key} {sealed}"
        return Aside(site=self.address, key=key, what=what, name=name, part=element, why=why, link=link)

    def locate(self, element: Element) -> None:
        """Learn from an element of the head where the site was; the blog's own address says it best."""
        if element.name not in _ADDRESS:
            return
        self._told.setdefault(element.name, (element.text or "").strip())
        addresses = (self._told[name] for name in _ADDRESS if self._told.get(name))
        self.address = next(filter(None, map(_place, addresses)), self.address)

    def _author(self, element: Element) -> Aside:
        login = element.said("wp:author_login")
        shown = (element.said("wp:author_display_name") or login)[:MAX_TITLE]
        self.authors.setdefault(login, shown)
        if number := element.said("wp:author_id"):
            self.staff.setdefault(number, shown)
        return self.aside(
            element, f"author {login}", "author", shown, "Who hosts here is decided with `fairfloor people`."
        )

    def _term(self, element: Element) -> list[Term | Aside | Leading]:
        taxonomy = {"wp:category": "category", "wp:tag": "post_tag"}.get(element.name, element.said("wp:term_taxonomy"))
        nicename, title, parent, about = (_either(element, names) for names in _TERM)
        kept = self.aside(element, f"{element.name} {taxonomy} {nicename}", "term", title or nicename, "")
        kind = KINDS.get(taxonomy)
        if kind is None:
            why = f"There are categories and tags here, and no {taxonomy or 'other terms'}."
            return [msgspec.structs.replace(kept, why=why)]
        term = term_of(kind, nicename, title, about, parent)
        if term is None:
            return [msgspec.structs.replace(kept, why="It has neither a name nor an address.")]
        self.terms.add((kind, term.slug))
        return [term, kept, *self.leading(kind, term)]

    def leading(self, kind: str, term: Term) -> list[Leading]:
        """Tell where the pages of a term were, as WordPress has them unless told otherwise."""
        folder, here = ("category", "categories") if kind == "category" else ("tag", "tags")
        above = f"{term.parent}/" if term.parent else ""
        return [
            Leading(old=f"{self.root}/{folder}/{place}", new=f"/{here}/{term.slug}")
            for place in dict.fromkeys((above + term.slug, term.slug))
        ]


def slug_of(*told: str) -> str:
    """Give the slug of the first of some texts that comes to one; what is escaped for addresses is read."""
    return next(filter(None, (slug(unquote(one[:2_000], errors="ignore")) for one in told)), "")


def term_of(kind: str, nicename: str, title: str, about: str = "", parent: str = "") -> Term | None:
    """Make a term; None where it comes to no address."""
    here = slug_of(nicename, title)
    if not here:
        return None
    above = slug_of(parent) or None
    return Term(
        kind="category" if kind == "category" else "tag",
        slug=here,
        name=(title or unquote(nicename))[:MAX_TITLE],
        about=about[:100_000],
        parent=above if kind == "category" and above != here else None,
    )


def path_of(address: str) -> str | None:
    """Give the path, with a query, of a web address; None where it is none, or leads to the site itself."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return None
    path = unquote(parts.path, errors="replace").rstrip("/")
    old = path + (f"/?{parts.query}" if parts.query and not path else f"?{parts.query}" if parts.query else "")
    return old if old and old.isprintable() and len(old) <= 1_000 else None  # noqa: PLR2004 - no address is as long


def _place(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return (parts.netloc.lower() + parts.path.rstrip("/"))[:300] if parts.scheme in {"http", "https"} else ""


def _either(element: Element, names: tuple[str, ...]) -> str:
    return next(filter(None, map(element.said, names)), "")


_TERM = (
    ("wp:category_nicename", "wp:tag_slug", "wp:term_slug"),
    ("wp:cat_name", "wp:tag_name", "wp:term_name"),
    ("wp:category_parent", "wp:term_parent"),
    ("wp:category_description", "wp:tag_description", "wp:term_description"),
)
_OTHER = "It has no place here."
