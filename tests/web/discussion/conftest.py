"""A site with an article, and people who say something under it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from fairfloor.chat.site.article import Article
from fairfloor.chat.site.comment import Author, Comment
from fairfloor.store.library import SqliteLibrary

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
        self.library: SqliteLibrary = served.library
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


_SAID: tuple[tuple[int | None, str, str], ...] = (
    (None, "", "I read along all evening and did not dare to say a word. Thank you for holding it anyhow."),
    (1, HOSTS, "You were there, that counts. Next week there is a question for everybody who never posted."),
    (2, "", "Then I will try. Is it alright to ask something that you may not like?"),
    (3, HOSTS, "Those are the ones I want. Ask."),
    (4, "", "Why are complaints about officers heard by officers?"),
    (5, HOSTS, "Fair. I do not have a good answer yet; I will bring somebody who has, and you can hold me to it."),
    (None, "did:plc:ann", "The tag was unreadable for an hour. What helped was that the *questions* stayed in sight."),
    (7, "did:plc:bob", "For me too. I folded nothing myself and still missed nothing."),
    (8, "did:plc:ann", "And the folded ones were all there. I looked at a few: mostly one text."),
    (
        9,
        "Marisol",
        "Mostly, yes. Some of them were people with a grievance, though, who copied because nobody listens.",
    ),
    (10, HOSTS, "This is what I take with me from the night. If you write it in your own words, it has its place."),
    (11, "Marisol", "I will. My nephew was stopped *four times* in one month. That is not a hashtag."),
    (
        None,
        "Walter",
        "With respect, I think you had it coming.\n\nYou talk about policing as if it were a hobby.",
    ),
    (13, HOSTS, "I do not mind being told. What would you have asked, if it had not been so loud?"),
    (14, "Walter", "What happens to an officer who lies in a report. Not in theory. In this county, last year."),
    (
        15,
        "did:plc:cat",
        "> In this county, last year.\n\nThe numbers are public: <https://example.org/discipline>. Three left.",
    ),
    (16, "Walter", "Three of how many?"),
    (17, "did:plc:cat", "The report does not say. That is the question to ask, then."),
    (13, "", "You had it coming is not an argument."),
    (19, "Walter", "No. It is how it feels from here."),
    (
        None,
        "Officer K.",
        "Off duty, for myself alone: I have learnt more from an hour of shouting than from a year of applause.",
    ),
    (21, "", "Then say so on duty."),
    (22, "Officer K.", "I did. That is why I am here under half a name."),
    (None, "did:plc:dee", "Could we take on *one* of their topics next week, head on? I propose body cameras."),
    (24, HOSTS, "Yes. It is on the list of topics, and whoever wants it can say so there."),
    (24, "Walter", "I would come for that. Without shouting."),
    (26, "Marisol", "See you there, Walter."),
    (None, "", "As a moderator of a small book chat: how many people did it take you to keep this in order?"),
    (28, HOSTS, "Two, and we had time to read. The week before it was five, and none of us read a thing."),
    (29, "", "That is the most convincing number here."),
    (None, "Grandmother of five", "You are all up too late. Good night."),
)


def thirty_one(site: Site) -> list[int]:
    """Keep the thirty-one comments."""
    numbers: list[int] = []
    for minute, (parent, who, text) in enumerate(_SAID):
        above = None if parent is None else numbers[parent - 1]
        given = {"author": Author(kind="anonymous", key=f"guest:{minute}")} if not who else {}
        numbers.append(site.said(who, text, above, minute * 3, **given))
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
