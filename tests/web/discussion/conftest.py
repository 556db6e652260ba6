"""A site with an article, and people who say something under it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from fairfloor.chat.site.article import Article
from fairfloor.chat.site.comment import Author, Comment
from fairfloor.store.site.library import SqlLibrary
from fairfloor.testing.conversation import HOST, SAID

if TYPE_CHECKING:
    from tests.web.conftest import Served

START = datetime(2026, 3, 5, 2, tzinfo=UTC)
"""When a rehearsed evening begins."""
PATH = "/posts/2026/03/the-first-night"
HOSTS, ANN = "Hal", "did:plc:ann"


class Site:
    """An article of a served site, and its discussion as the library has it."""

    def __init__(self, served: "Served") -> None:
        assert served.library is not None
        self.served = served
        self.library: SqlLibrary = served.library
        self.article = self.library.keep(
            Article(
                path=PATH,
                title="The first night",
                text="They came, and we stayed. *What did you make of it?*",
                state="published",
                published=START - timedelta(hours=3),
                updated=START - timedelta(hours=3),
                by=HOSTS,
            )
        )

    def said(self, who: str, text: str, parent: int | None = None, minute: int = 0, **given: Any) -> int:
        """Keep a comment: of the host (Hal), an account (did:), a name, or nobody (empty); gives its number."""
        at = START - timedelta(hours=2) + timedelta(minutes=minute)
        made: dict[str, Any] = {"article": self.article.id, "parent": parent, "at": at, "author": author(who)}
        return self.library.comments.say(Comment(**(made | {"text": text} | given))).id

    def all(self) -> list[Comment]:
        """Give all comments."""
        return self.library.comments.under(self.article.id)

    def client(self, who: Any = None, name: str = "") -> httpx.Client:
        """Give a browser without a window; signed in where told who."""
        cookies = {"fairfloor-visit": self.served.visit(who, name)} if who else {}
        return httpx.Client(base_url=self.served.url, cookies=cookies, follow_redirects=True)

    def say(self, client: httpx.Client, text: str, **fields: Any) -> httpx.Response:
        """Say something as a browser does: by a form of its own page."""
        where = f"/comments/{fields['parent']}/reply" if "parent" in fields else f"/discussion/{self.article.id}/say"
        form = {"text": text} | hidden(client.get(where).text) | fields
        return client.post(f"/discussion/{self.article.id}/say", data=form)


def author(who: str) -> Author:
    """Give an author by who it is."""
    if who == HOSTS:
        return Author(kind="host", name=who, key=who)
    if who.startswith("did:"):
        handle = f"{who.removeprefix('did:plc:')}.example.org"
        return Author(kind="account", name=handle, key=who, network="bluesky")
    return Author(kind="named" if who else "anonymous", name=who, key=f"guest:{who or 'nobody'}")


def hidden(page: str) -> dict[str, str]:
    """Give the fields of a page's form that nobody sees."""
    found: dict[str, str] = {}
    for part in page.split('<input type="hidden" name="')[1:]:
        name, _, rest = part.partition('" value="')
        found.setdefault(name, rest.partition('"')[0])
    return found


@pytest.fixture
def site(hosted: "Served") -> Site:
    """Give a hosted site with an article."""
    return Site(hosted)


@pytest.fixture
def thread(site: Site) -> Callable[[], list[int]]:
    """Give what makes a discussion of thirty-one comments, six deep, and gives their numbers."""
    return lambda: thirty_one(site)


def thirty_one(site: Site) -> list[int]:
    """Keep the thirty-one comments."""
    numbers: list[int] = []
    for minute, (parent, who, text) in enumerate(SAID):
        above = None if parent is None else numbers[parent - 1]
        given = {"author": Author(kind="anonymous", key=f"guest:{minute}")} if not who else {}
        numbers.append(site.said(HOSTS if who == HOST else who, text, above, minute * 3, **given))
    return numbers


def act(client: httpx.Client, number: int, do: str, **fields: Any) -> httpx.Response:
    """Do something about a comment, by a form whose token fits."""
    token = hidden(client.get("/discussion/1/say").text)
    return client.post(f"/comments/{number}/{do}", data=token | fields)


def last(site: Site) -> Comment:
    """Give the comment that was said last."""
    return max(site.all(), key=lambda one: one.id)


def later(site: Site, **span: float) -> None:
    """Let time pass."""
    site.served.do(lambda: site.served.evening.wait(timedelta(**span).total_seconds()))


def asked(site: Site) -> list[str]:
    """Give the open questions of the ledger."""
    return site.served.do(lambda: site.served.evening.desk.ledger.among("open"))
