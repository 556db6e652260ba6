"""A comment: what somebody says under an article, or in reply to another comment, as deep as people go.

Nothing is silently dropped. What is not shown is there all the same, in its place, and says why: held until one of the
host's people has looked, removed for a reason that can be appealed, or withdrawn by its author.
"""

from typing import Annotated, Literal

import msgspec

from fairfloor.acts.act import When
from fairfloor.chat.site.article import Form, Origin, Text

MAX_COMMENT = 20_000
"""Characters of a comment written here."""
MAX_NAME = 60

Said = Literal["comment", "pingback", "trackback"]
"""What moved in may also be a note that another site linked here: kept, and no comment."""
State = Literal["shown", "held", "removed", "withdrawn"]
Do = Literal["hold", "show", "remove", "withdraw", "edit", "appeal", "refuse"]
"""`refuse`: an appeal was answered, and it stays as it is; where it is granted that is a `show`."""
Name = Annotated[str, msgspec.Meta(max_length=300)]


class Author(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who said it."""

    kind: Literal["host", "account", "named", "anonymous"]
    """One of the host's people; who has shown an account of a network to be theirs; who gave a name; who gave none."""
    name: Name = ""
    key: Name
    """Who this is to the floor: the public name of one of the host's people, the id of an account, or
    `guest:` and what stands for a browser. Guests' keys are never shown."""
    link: Name = ""
    """The author's own site, where one was given."""
    network: Name = ""
    """The network of an account, as acts name it."""


class Comment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A comment as it stands now."""

    id: int = 0
    """Given when it is kept first; 0 before. Those with smaller ids were kept before."""
    article: int
    parent: int | None = None
    at: When
    author: Author
    text: Text
    form: Form = "markdown"
    said: Said = "comment"
    state: State = "shown"
    why: str = ""
    """Why it is held or removed, in a sentence."""
    until: When | None = None
    """Of one that is held for a time alone, as quiet hours are: when it is shown by itself."""
    edited: When | None = None
    email: str = ""
    """Moved in with it, for the way out alone; nobody is asked for one here, and it is never shown."""
    origin: Origin | None = None
    rest: msgspec.Raw = msgspec.Raw(b"{}")
    """What it had where it came from and has no place here, as JSON: given back when it moves out."""


class Deed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was done about a comment, and why: the discussion's own public log."""

    number: int = 0
    comment: int
    at: When
    by: Name
    """The public name of one of the host's people; empty where it was the author, or a rule."""
    do: Do
    why: str = ""
