"""An article: what the host writes, and stays at its address. A recap is one; so is a page about the host.

Its address is given once, when it is published, and is never another's: what had other addresses elsewhere is led from
there (`Redirect`).
"""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from fairfloor.acts.act import When

MAX_TEXT = 1_000_000
"""Characters of an article."""
MAX_TITLE = 300
MAX_TERMS = 50
"""Categories, and tags, of one article."""

Kind = Literal["post", "page", "recap"]
State = Literal["draft", "published", "private", "scheduled"]
"""A draft has no public address yet. What is private is kept, and for the host's people alone; so is what is scheduled,
until the time in `published` has come (`session.scheduled`)."""
Form = Literal["markdown", "html"]
"""How a text is written: here in Markdown; what moved in is HTML, cleaned whenever it is shown."""
Path = Annotated[str, msgspec.Meta(pattern=r"^(/[^/?#\s\\]+)+\Z", max_length=500)]
"""A path here: it begins with a slash and ends without one."""
Title = Annotated[str, msgspec.Meta(max_length=MAX_TITLE)]
Text = Annotated[str, msgspec.Meta(max_length=MAX_TEXT)]
Slug = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Origin = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
"""What names something where it came from, `wordpress:https://old.example/?p=1` for example; the same for good."""


class Term(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A category or a tag."""

    kind: Literal["category", "tag"]
    slug: Slug
    name: Title
    about: Text = ""
    parent: Slug | None = None
    """The slug of the category that this one is part of."""


class Article(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An article as it stands now."""

    id: int = 0
    """Given when it is kept first; 0 before."""
    kind: Kind = "post"
    path: Path
    title: Title = ""
    text: Text = ""
    form: Form = "markdown"
    summary: Text = ""
    """The host's own; empty where it is to be made from the text."""
    state: State = "draft"
    published: When | None = None
    updated: When
    by: Title
    """The public name of who wrote it."""
    session: str | None = None
    """The name of the session that a recap is of."""
    categories: Annotated[tuple[Slug, ...], msgspec.Meta(max_length=MAX_TERMS)] = ()
    tags: Annotated[tuple[Slug, ...], msgspec.Meta(max_length=MAX_TERMS)] = ()
    discussion: Literal["open", "closed"] = "open"
    closes: When | None = None
    """When the discussion closes by itself."""
    origin: Origin | None = None
    """Where it moved in from; None where it was written here."""
    rest: msgspec.Raw = msgspec.Raw(b"{}")
    """What it had there and has no place here, as JSON: given back when it moves out."""

    def open_at(self, now: datetime) -> bool:
        """Tell whether comments are taken."""
        return self.state == "published" and self.discussion == "open" and (self.closes is None or now < self.closes)


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """An article's words as they were written at one time."""

    number: int
    """From 1, the first."""
    at: datetime
    by: str
    title: str
    text: str
    form: Form


class Redirect(msgspec.Struct, frozen=True, kw_only=True):
    """An address that something had before: a path, or a path with a query as `/?p=12`, and where it is now."""

    old: str
    new: str
