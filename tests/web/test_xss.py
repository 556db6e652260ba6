"""Markup that should run, or tell others who reads, does nothing wherever somebody can write it.

It is tried in a real browser, under our policy and with no policy at all: it is the cleaning that holds, and the policy
is the second wall. FAIRFLOOR_XSS names published corpora to try besides our own (see `xss_vectors.py`).
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec
import pytest
from playwright.sync_api import Page
from tests.web.xss_vectors import ours, published

from fairfloor.acts.act import Post
from fairfloor.chat.moves import Pin, Settle
from fairfloor.chat.settings import Settings
from fairfloor.chat.site.article import Article, Form, Term
from fairfloor.chat.site.comment import Author, Comment, State
from fairfloor.chat.site.house import House
from fairfloor.web import headers

if TYPE_CHECKING:
    from tests.web.conftest import Reader, Served

Reading = Callable[..., "Reader"]
pytestmark = pytest.mark.browser
AT = datetime(2026, 3, 1, 3, tzinfo=UTC)
SECOND = timedelta(seconds=1)
A_PAGE = 250
"""Comments under one article."""
POLICIES = ("our policy", "no policy")
NEVER = (
    "iframe, frame, frameset, object, embed, applet, audio, video, img, style, math, marquee, portal, template, "
    "annotation-xml, foreignObject, animate, set, use, image, base[href]"
)
LEADING = [
    "href",
    "src",
    "action",
    "formaction",
    "data",
    "poster",
    "xlink:href",
    "ping",
    "background",
    "srcset",
    "srcdoc",
]
STRANGE = """([never, leading]) => {
  const found = [...document.querySelectorAll(never)];
  for (const one of document.querySelectorAll("script, link[rel=stylesheet]")) {
    const from = one.getAttribute("src") ?? one.getAttribute("href") ?? "";
    if (!/^\\/static\\//.test(from) || one.textContent) found.push(one);
  }
  for (const one of document.querySelectorAll("*")) for (const { name, value } of one.attributes) {
    if (/^on/i.test(name) || name === "style") found.push(one);
    if (!leading.includes(name)) continue;
    const scheme = URL.canParse(value, document.baseURI) ? new URL(value, document.baseURI).protocol : "none";
    if (!["http:", "https:", "mailto:", "webcal:"].includes(scheme)) found.push(one);
  }
  return [...found.map((one) => one.outerHTML.slice(0, 200)), ...(window.pwned === undefined ? [] : ["it ran"])];
}"""


@pytest.fixture(params=POLICIES)
def guarded(request: pytest.FixtureRequest, hosted: "Served", monkeypatch: pytest.MonkeyPatch) -> "Served":
    """Give a hosted site, with our policy and with none."""
    if request.param == "no policy":
        for some in (headers.ALWAYS, headers._FRAMED):  # noqa: SLF001 - no option of ours takes the policy away
            monkeypatch.delitem(some, "Content-Security-Policy")
        hosted.stop()
        hosted.start()
    return hosted


@pytest.fixture
def step(request: pytest.FixtureRequest) -> int:
    """Say of how many vectors one has pages opened for it alone; all are on the pages that show many."""
    return 3 if "no policy" in request.node.name else 9


def harmless(page: Page) -> None:
    """Check the page that is shown: nothing ran, and nothing is there that could."""
    assert strange(page) == [], page.url


def strange(page: Page) -> list[str]:
    """Give what is on a page that should not be."""
    found: list[str] = page.evaluate(STRANGE, [NEVER, LEADING])
    return found


def an_article(hosted: "Served", number: int, text: str, **more: Any) -> Article:
    """Keep a post."""
    assert hosted.library is not None
    at = AT + number * SECOND
    given: dict[str, Any] = {
        "path": f"/posts/2026/03/post-{number}",
        "title": f"Post {number}",
        "text": text,
        "by": "Host",
    }
    return hosted.library.keep(Article(**(given | {"published": at, "updated": at, "state": "published"} | more)))


def some_comments(article: Article, vectors: Sequence[str]) -> Iterator[Comment]:
    """Make a comment for each vector, with it in every field, now as Markdown and now as moved-in HTML."""
    for number, vector in enumerate(vectors):
        author = Author(kind="named", name=vector[:300], key=f"guest:{number}", link=vector[:300])
        form: Form = ("markdown", "html")[number % 2]
        at = AT + number * SECOND
        yield Comment(article=article.id, at=at, author=author, text=f"{vector}\n\n{number}", form=form)


def everything() -> list[str]:
    """Give all vectors, ours and published."""
    return [*ours(), *published()]


def test_nothing_runs_in_articles(guarded: "Served", reading: Reading, step: int) -> None:
    """The pages of articles, their frames and their lists show what was written as words, in title, text and all."""
    reader = reading()
    for number, vector in enumerate(ours()):
        form = {"text": vector, "title": vector[:300], "by": vector[:300], "summary": vector}
        an_article(guarded, number, **form, form=("markdown", "html")[number % 2])
    for number in range(0, len(ours()), step):
        harmless(reader.open(f"/posts/2026/03/post-{number}"))
    for number in range(0, len(ours()), 7):
        harmless(reader.open(f"/embed/posts/2026/03/post-{number}"))
    for path in ("/posts", "/posts?page=2", "/posts?page=3", "/posts/archive", "/posts/2026/03"):
        harmless(reader.open(path))


def test_nothing_runs_in_discussions(guarded: "Served", reading: Reading) -> None:
    """Names, addresses and texts of comments are words, hundreds on a page, and on each one's own page."""
    library, vectors = guarded.library, everything()
    assert library is not None
    library.comments.keep_house(House(places=2_000))
    reader = reading()
    for number, first in enumerate(range(0, len(vectors), A_PAGE)):
        article = an_article(guarded, number, "Say something.")
        library.comments.bring(some_comments(article, vectors[first : first + A_PAGE]))
        page = reader.open(article.path)
        harmless(page)
        assert page.locator("[id^=comment-]").count() == min(len(vectors) - first, A_PAGE)
    for number in range(1, len(ours()), 9):
        harmless(reader.open(f"/comments/{number}"))


def test_nothing_runs_before_who_keeps_order(guarded: "Served", reading: Reading) -> None:
    """What is held is words to the host who looks through it, reasons and removed comments are, and the editor's."""
    assert guarded.library is not None
    article = an_article(guarded, 0, ours()[0], title=ours()[12], summary=ours()[20])
    for number, one in enumerate(some_comments(article, ours())):
        state: State = ("held", "removed")[number % 2]
        guarded.library.comments.say(msgspec.structs.replace(one, state=state, why=ours()[number]))
    reader = reading()
    guarded.sign_in(reader.context, "host")
    editor = "/console/site"
    queue = "/console/discussion/held"
    for path in ("/console/discussion", queue, "/discussion/log", article.path, editor, f"{editor}/{article.id}"):
        page = reader.open(path)
        assert page.locator("h1").first.inner_text() not in {"", "This page is not here"}, path
        harmless(page)
    for number in (1, 2, 13, 14):
        harmless(reader.open(f"/comments/{number}"))


def test_nothing_runs_in_a_program_that_reads_feeds(guarded: "Served", reading: Reading) -> None:
    """A program that puts what a feed has into a page of its own, as it is, shows words."""
    vectors = everything()
    for number, vector in enumerate(vectors):
        an_article(guarded, number, vector, form="html", title=vector[:300])
        if number < len(ours()):
            an_article(guarded, len(vectors) + number, vector, summary=vector)
    reader = reading()
    onward: str | None = f"{guarded.url}/feeds/posts.json"
    shown = 0
    while onward is not None:
        feed = reader.context.request.get(onward).json()
        page = reader.page
        page.goto("about:blank")
        page.evaluate(
            "(parts) => { document.body.innerHTML = parts.join('<hr>') }",
            [one["content_html"] for one in feed["items"]],
        )
        harmless(page)
        shown += len(feed["items"])
        onward = feed.get("next_url")
    assert shown == len(vectors) + len(ours())
    for path in ("/feeds/posts.atom", "/feeds/posts.rss"):
        assert reader.open(path).evaluate("window.pwned") is None


def test_nothing_runs_in_terms_and_searches(guarded: "Served", reading: Reading, step: int) -> None:
    """Names of categories and tags, what is said about them, and whatever is searched for are words."""
    assert guarded.library is not None
    for number, vector in enumerate(ours()):
        for kind in ("category", "tag"):
            term = Term(kind=kind, slug=f"term-{number}", name=vector[:300], about=vector)
            guarded.library.keep_term(term)
        an_article(guarded, number, "Words.", categories=(f"term-{number}",), tags=(f"term-{number}",))
    reader = reading()
    for path in ("/categories", "/tags"):
        harmless(reader.open(path))
    for number, vector in enumerate(ours()):
        if number % step == 0:
            harmless(reader.open(f"/search?q={quote(vector[:190].encode('utf-8', 'replace'))}"))
        if number % (4 * step) == 0:
            harmless(reader.open(f"/categories/term-{number}"))
            harmless(reader.open(f"/tags/term-{number}"))


def test_nothing_runs_in_what_is_said(guarded: "Served", reading: Reading) -> None:
    """What is posted, asked and pinned, the host's words too, is words on the floor, in frames, and in the ledger."""
    evening, vectors = guarded.evening, ours()

    def happen() -> list[str]:
        name, about, rules = vectors[0][:100], "\n".join(vectors)[:2_000], "\n\n".join(vectors)[:10_000]
        evening.move(Settle(settings=Settings(tag="copchat", name=name, about=about, rules=rules)))
        evening.move(Pin(text=vectors[1]))
        asked = [evening.a_post(f"Why {vector}?", handle=vector[:80]) for vector in vectors]
        said: list[Post] = [evening.a_post(vector, "did:plc:host", handle=vector[:80]) for vector in vectors]
        evening.tell(*asked, *said)
        return [post.id for post in asked]

    guarded.do(happen)
    reader = reading()
    for path in ("/", "/embed/floor", "/floor", "/ledger", "/chat", "/folded", "/feeds/ledger.atom"):
        page = reader.open(path)
        if not path.startswith("/feeds"):
            harmless(page)
    onward = reader.context.request.get(f"{guarded.url}/feeds/ledger.json").json()
    reader.page.goto("about:blank")
    reader.page.evaluate(
        "(parts) => { document.body.innerHTML = parts.join('<hr>') }", [one["content_html"] for one in onward["items"]]
    )
    harmless(reader.page)


def test_what_runs_is_noticed(guarded: "Served", reading: Reading) -> None:
    """The check of these tests fails on a page with any of it, so it is worth something."""
    reader = reading()
    for vector in (
        "<img src=x onerror=1>",
        "<a href=javascript:1>x</a>",
        "<p style='color:red'>x",
        "<iframe></iframe>",
        "<script></script>",
    ):
        page = reader.open("/embed/floor")
        page.evaluate("(html) => { document.querySelector('main').insertAdjacentHTML('beforeend', html) }", vector)
        assert strange(page) != [], vector
    reader.wrong.clear()
    assert guarded.port
