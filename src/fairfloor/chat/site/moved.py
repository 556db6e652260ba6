"""What moves in from elsewhere, item by item: what a reader of an export tells, before anything is kept of it.

Nothing is lost on the way. What has a place here becomes an article, a term, a comment; what has none stays as it was
beside it (`Rest`), or is kept aside on a page for the host's people (`Aside`), and is given back when it moves out.

What stood there in one way and stands here in another (a state, a time, a paragraph) is sealed: the way out compares
what stands here with the seal, and where nobody has changed it gives back what was there, to the letter.
"""

from hashlib import blake2b
from typing import Any, TypeVar

import msgspec

from fairfloor.chat.site.article import Article, Term
from fairfloor.chat.site.comment import Comment


class Element(msgspec.Struct, frozen=True, omit_defaults=True):
    """An element of XML: its name with a known prefix (`wp:status`) or its namespace in braces."""

    name: str
    text: str | None = ""
    """None: it stands in the article or the comment itself."""
    attributes: dict[str, str] = {}
    parts: tuple["Element", ...] = ()

    def part(self, name: str) -> "Element | None":
        """Give the first part of a name."""
        return next((one for one in self.parts if one.name == name), None)

    def said(self, name: str) -> str:
        """Give the text of the first part of a name, without the space around it; empty where there is none."""
        found = self.part(name)
        return "" if found is None else (found.text or "").strip()


class Rest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an item was, as far as it does not stand here."""

    system: str
    """As `wordpress`."""
    site: str = ""
    """The address of the site it was on."""
    parts: tuple[Element, ...] = ()
    seals: dict[str, str] = {}
    more: dict[str, Any] = {}
    """Of systems that have no elements: their own fields."""


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """An article that moves in."""

    article: Article
    old: tuple[str, ...] = ()
    """Addresses it had: paths, or paths with a query."""
    notes: tuple[str, ...] = ()
    """What the host should know of how it was taken, in sentences."""


class Thread(msgspec.Struct, frozen=True, kw_only=True):
    """A page that comments stood under, of a system that keeps comments alone."""

    origin: str
    address: str = ""
    title: str = ""
    open: bool = True


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """A comment that moves in; its `article` and `parent` are not known yet."""

    comment: Comment
    under: str
    """The origin of its article or thread."""
    parent: str | None = None
    """The origin of the comment that it replies to."""
    notes: tuple[str, ...] = ()


class Aside(msgspec.Struct, frozen=True, kw_only=True):
    """What has no place here, and is kept for the way out."""

    site: str
    key: str
    what: str
    name: str
    part: Element
    why: str
    link: str = ""


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is kept aside of one item."""

    what: str
    name: str
    part: Element
    link: str = ""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What the page of a site's asides has beside its text, by keys."""

    system: str
    site: str
    aside: dict[str, Line]


class Carried(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What goes along in an export of another system's form, for coming back: all that the form cannot say."""

    seal: str
    """Of the words as they went; where somebody has changed them there, what is carried counts no more."""
    article: Article | None = None
    comment: Comment | None = None


CARRIED = "_fairfloor"
"""The name it has there."""
Kind = TypeVar("Kind", Rest, Kept)


def rest_of(one: Article | Comment, kind: type[Kind]) -> Kind | None:
    """Give what something has beside what stands here; None where it has none of that kind."""
    try:
        return msgspec.json.decode(one.rest, type=kind)
    except msgspec.ValidationError:
        return None


class Leading(msgspec.Struct, frozen=True, kw_only=True):
    """An address there of which there is a counterpart here."""

    old: str
    new: str


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """What is not kept, and why."""

    what: str
    name: str
    why: str


class Mended(msgspec.Struct, frozen=True, kw_only=True):
    """What was wrong with the file itself, and what was done about it."""

    why: str
    times: int = 1
    line: int | None = None


Item = Moved | Thread | Reply | Term | Aside | Leading | LeftOut | Mended


def seal(value: object) -> str:
    """Give what tells whether something is as it was."""
    return blake2b(msgspec.json.encode(value), digest_size=8).hexdigest()


def seals_of(article: Article) -> dict[str, str]:
    """Seal an article as it stands."""
    names = ("title", "text", "summary", "state", "published", "updated", "by", "discussion")
    values = {name: getattr(article, name) for name in names} | {"terms": (article.categories, article.tags)}
    return {name: seal(value) for name, value in values.items()}


def seals_of_reply(comment: Comment, above: str | None) -> dict[str, str]:
    """Seal a comment as it stands. above: the origin of what it replies to."""
    who = comment.author
    values = {"name": who.name, "link": who.link, "email": comment.email, "text": comment.text, "state": comment.state}
    values_ = values | {"at": comment.at, "said": comment.said, "above": above}
    return {name: seal(value) for name, value in values_.items()}


class Unknown(Exception):  # noqa: N818 - it names what the file is
    """A file is no export of the kind that was named; the message says what it looks like, and what to do."""
