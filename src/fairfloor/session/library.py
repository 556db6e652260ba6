"""What the pages need kept of the host's site, as Protocols: articles, comments, recaps.

Every method may block for milliseconds, from any thread, and is durable when it returns. Readers get only what they ask
for: `public` leaves out what is for the host's people alone.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from fairfloor.chat.site.article import Article, Kind, Redirect, Revision, State, Term
from fairfloor.chat.site.comment import Comment, Deed
from fairfloor.chat.site.house import House


class Taken(Exception):  # noqa: N818 - it names what is the matter
    """Another article has this path, or this session's recap."""


class Changed(Exception):  # noqa: N818 - it names what is the matter
    """An article is another by now than who wants to keep it has seen."""


class Shelf(NamedTuple):
    """Which articles are asked for; what is None is all the same."""

    kind: Kind | None = None
    category: str | None = None
    """Its slug; those of categories that are part of it count too."""
    tag: str | None = None
    since: datetime | None = None
    before: datetime | None = None
    """Published at `since` or later, and earlier than `before`."""
    public: bool = True
    state: State | None = None
    """Asked for by the host's people, with `public` false."""
    pages: bool = True
    """Whether pages count too, beside posts and recaps."""


class Hit(NamedTuple):
    """An article that was searched for, and a piece of its words with what was found between STX and ETX."""

    article: Article
    piece: str


class Articles(Protocol):
    """Keeps articles, the terms they stand under, and where they were before."""

    def keep(self, article: Article, by: str = "", seen: Article | None = None) -> Article:
        """Keep an article, new where its id is 0, else as it stands now; what it was is a revision.

        by: who wrote its words as they are now, where that is not whose article it is. seen: what it was when that was
        written; where it is another by now, that raises Changed. Gives it with its id. Its terms must be there.
        Raises Taken; LookupError where it is not there any more.
        """

    def article(self, number: int) -> Article | None:
        """Give an article by its id, whatever its state."""

    def at(self, path: str) -> Article | None:
        """Give the article at a path, whatever its state."""

    def recap(self, session: str) -> Article | None:
        """Give the recap of a session."""

    def articles(self, shelf: Shelf, offset: int = 0, limit: int = 20) -> list[Article]:
        """Give articles, the newest first."""

    def count(self, shelf: Shelf) -> int:
        """Count articles."""

    def beside(self, article: Article) -> tuple[Article | None, Article | None]:
        """Give the public ones of its kind before and after it in time."""

    def months(self) -> list[tuple[int, int, int]]:
        """Give (year, month, public posts and recaps in it), the newest first."""

    def search(self, words: str, offset: int = 0, limit: int = 20) -> list[Hit]:
        """Give public articles that have all the words, the best first; any text may be asked."""

    def alike(self, article: Article, limit: int = 3) -> list[Article]:
        """Give public posts and recaps about the same (chat.site.similar), the most similar first; perhaps none."""

    def revisions(self, article: int) -> list[Revision]:
        """Give what an article was, the newest first."""

    def forget(self, article: int) -> None:
        """Remove an article with its revisions and comments, for good."""

    def keep_term(self, term: Term) -> None:
        """Keep a term, new or changed."""

    def forget_term(self, kind: str, slug: str) -> None:
        """Remove a term, under which nothing stands any more."""

    def term(self, kind: str, slug: str) -> Term | None:
        """Give a category or a tag."""

    def terms(self, of: Article | None = None) -> list[tuple[Term, int]]:
        """Give all terms, or those of an article, with how many public articles stand under each, by kind and name."""

    def redirect(self, redirects: Iterable[Redirect]) -> None:
        """Lead from addresses that were had before; a later word counts, and one that leads to itself ends it."""

    def led(self, old: str) -> str | None:
        """Give where an old address leads; None where it is unknown."""

    def redirects(self) -> list[Redirect]:
        """Give all of them, by the old address."""

    def came(self, origin: str) -> int | None:
        """Give the id of the article that came from there."""


class Comments(Protocol):
    """Keeps comments, and what was done about them."""

    def say(self, comment: Comment, deeds: Sequence[Deed] = (), once: str = "") -> Comment:
        """Keep a new comment, and give it with its id.

        once: names the form that it came with; where one came with it already, that is given and nothing is kept.
        """

    def bring(self, comments: Iterable[Comment]) -> list[Comment]:
        """Keep many that moved in, in one transaction, and give those that were new, with their ids, in order.

        A comment whose origin is known is left as it is. A negative parent is the place, -1 the first, of another one
        among them.
        """

    def change(self, comment: Comment, deed: Deed) -> Comment:
        """Keep a comment as it stands now, and what was done; a withdrawn one loses its words, name and link."""

    def comment(self, number: int) -> Comment | None:
        """Give a comment."""

    def under(self, article: int) -> list[Comment]:
        """Give all comments under an article whatever their state, in the order of their time, then their id."""

    def latest(self, limit: int = 50) -> list[Comment]:
        """Give shown comments on public articles, the newest first."""

    def held(self, after: int = 0, limit: int = 200, by: str | None = None) -> list[Comment]:
        """Give comments that wait for one of the host's people, in the order in which they came here.

        after: the number of the last one that was seen: what comes meanwhile comes after all. by: the key of an author,
        where those of one alone are asked for. What is held for a time alone is not among them.
        """

    def waiting(self) -> dict[str, int]:
        """Count what `held` gives, by the key of the author."""

    def resting(self, limit: int = 1_000) -> list[Comment]:
        """Give comments that are held for a time alone, the oldest first."""

    def appealed(self, limit: int = 200) -> list[Comment]:
        """Give removed comments whose author has appealed, and was not answered yet, the longest waiting first."""

    def counts(self, articles: Sequence[int]) -> dict[int, int]:
        """Count shown comments under articles."""

    def deeds(self, comment: int | None = None, before: int | None = None, limit: int = 100) -> list[Deed]:
        """Give what was done, to one comment or to all on public articles, the newest first."""

    def rewritten(self, limit: int = 1_000) -> list[Comment]:
        """Give comments that were changed, taken back or removed at any time, the last of them first."""

    def dealt(self, article: int) -> dict[int, datetime]:
        """Give when something was done last, of each comment under an article about which something was."""

    def came(self, origin: str) -> int | None:
        """Give the id of the comment that came from there."""

    def version(self, article: int | None = None) -> tuple[int, int]:
        """Give what is another after any change, under an article or anywhere: to tell whether what was read stands."""

    def house(self) -> House:
        """Give how the host keeps the discussions."""

    def keep_house(self, house: House) -> None:
        """Keep how the host keeps the discussions."""


class Recaps(Protocol):
    """Keeps what was worked out of past sessions, so that it need not be again."""

    def keep_recap(self, session: str, made: datetime, content: bytes) -> None:
        """Keep what was worked out of a session; a later word counts."""

    def kept_recap(self, session: str) -> tuple[datetime, bytes] | None:
        """Give it, and when it was made."""


class Library(Articles, Recaps, Protocol):
    """All of it."""

    @property
    def comments(self) -> Comments:
        """Give the comments."""
