"""The site's pages as a reader's browser asks for them: lists in pages, heads, what may be kept, old addresses."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fairfloor.chat.site.article import Article, Redirect, Term
from fairfloor.chat.site.comment import Author, Comment
from fairfloor.testing.axe import violations
from fairfloor.web.site.leading import spellings
from fairfloor.web.site.show import LIMIT

if TYPE_CHECKING:
    from tests.web.conftest import Reader, Served

Reading = Callable[..., "Reader"]
NOW = datetime(2026, 3, 5, tzinfo=UTC)
SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
VIEWS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "phone, dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
}
TEXT = """A *night* on which much was asked.

## What was asked

> Who sees the film?

1. The chief
2. Whoever is on it

| Minute | Posts |
|---|---|
| 9:10 | 41 |

![The room](https://example.org/room.jpg) `code` https://example.org/rules
"""


def keep(hosted: "Served", number: int, **given: Any) -> Article:
    """Publish a post; each is a day older than the one before."""
    assert hosted.library is not None
    at = NOW - timedelta(days=number)
    made: dict[str, Any] = {
        "path": f"/posts/{at:%Y/%m}/post-{number}",
        "title": f"Post {number}",
        "text": TEXT,
        "state": "published",
        "published": at,
        "updated": at,
        "by": "Sam",
    }
    return hosted.library.keep(Article(**(made | given)))


@pytest.fixture
def http(hosted: "Served") -> Any:
    """Give a client that asks the server."""
    with httpx.Client(base_url=hosted.url) as client:
        yield client


def test_lists_are_in_pages(hosted: "Served", http: httpx.Client) -> None:
    """Walking from newer to older meets every post once, in order; beyond the last there is no page."""
    for number in range(2 * LIMIT + 1):
        keep(hosted, number)
    seen: list[str] = []
    path: str | None = "/posts"
    while path is not None:
        text = http.get(path).text
        seen += re.findall(r'<h2 dir="auto"><a href="[^"]+">([^<]+)', text)
        onward = re.search(r'href="([^"]+)" rel="next"', text)
        path = onward and onward[1]
    assert seen == [f"Post {number}" for number in range(2 * LIMIT + 1)]
    assert [http.get(f"/posts?page={page}").status_code for page in (3, 4, 0, "x", 10**9)] == [200, 404, 404, 404, 404]
    assert 'href="/posts" rel="prev"' in http.get("/posts?page=2").text
    assert f'<link rel="canonical" href="{hosted.url}/posts?page=2">' in http.get("/posts?page=2&x=y").text


@pytest.mark.parametrize("path", ["/posts", "/posts/archive", "/categories", "/search", "/about", "/contact"])
def test_an_empty_site_has_pages(hosted: "Served", http: httpx.Client, path: str) -> None:
    """Before anything is written they say so; what never was is not there."""
    assert hosted.library is not None
    hosted.library.keep_term(Term(kind="tag", slug="empty", name="Empty"))
    assert http.get(path).status_code == http.head(path).status_code == 200
    for nothing in ("/posts/2026/03", "/posts/2026/13", "/tags/empty", "/tags/x", "/pages/x", "/posts/2026/03/x"):
        assert http.get(nothing).status_code == 404


def test_a_head_says_what_a_page_is(hosted: "Served", http: httpx.Client) -> None:
    """Whole addresses, a description, Open Graph, feeds; in what the host wrote nothing ends it."""
    one = keep(
        hosted, 0, title='"><script>alert(1)</script>', summary='A "summary" <b>here</b>', path="/posts/2026/03/år"
    )
    text = http.get(quote(one.path)).text
    assert "<script>alert" not in text
    assert f'<link rel="canonical" href="{hosted.url}/posts/2026/03/%C3%A5r">' in text
    assert '<meta name="description" content="A &#34;summary&#34; here">' in text
    assert '<meta property="og:type" content="article">' in text
    assert '<meta property="article:published_time" content="2026-03-05T00:00:00Z">' in text
    assert f'href="{quote(one.path)}/comments.atom"' in text
    assert 'href="/feeds/posts.atom"' in text
    assert '<meta name="robots" content="noindex">' in http.get("/search?q=x").text


def test_a_page_may_be_kept_by_who_only_reads(hosted: "Served", http: httpx.Client) -> None:
    """Asked again, it is sent again when something on it changed, and whole to who has a cookie of ours."""
    one = keep(hosted, 0)
    first = http.get(one.path)
    assert "set-cookie" not in first.headers
    assert first.headers["cache-control"] == "no-cache, no-transform"
    assert "Cookie" in first.headers["vary"]
    again = {"If-None-Match": first.headers["etag"]}
    assert http.get(one.path, headers=again).status_code == 304
    assert http.get(one.path, headers=again).content == b""
    signed = http.get(one.path, headers=again | {"Cookie": f"fairfloor-visit={hosted.visit('host')}"})
    assert signed.status_code == 200
    assert signed.headers["cache-control"] == "no-store, no-transform"
    assert "etag" not in signed.headers
    keep(hosted, -1)
    assert http.get(one.path, headers=again).status_code == 200
    missing = http.get("/posts/2026/03/missing")
    assert missing.status_code == 404
    assert missing.headers["cache-control"] == "no-store, no-transform"


@given(
    st.text(st.characters(exclude_characters="/?#&", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12),
    st.sampled_from(["", "/"]),
    st.sampled_from(["", "p=12", "cat=3&p=12"]),
    st.booleans(),
)
def test_an_old_address_is_known_however_it_is_written(name: str, end: str, query: str, coded: bool) -> None:  # noqa: FBT001 - drawn
    """With and without its slash and its query, in percent signs or letters: what was written down is among them."""
    old = f"/2012/{quote(name) if coded else name}{end}"
    asked = spellings(f"/2012/{name}", query)
    assert old in asked or name != name.strip() or "%" in name
    assert old + (f"?{query}" if query else "") in asked or "%" in name
    assert not query or "/?p=12" in spellings("/", query)
    assert len(asked) <= 66


def test_old_addresses_lead_on(hosted: "Served", http: httpx.Client) -> None:
    """For good, to a page of ours; where a page is there it is shown; nothing leads out, or in a circle."""
    one = keep(hosted, 0, path="/posts/2026/03/straße")
    assert hosted.library is not None
    leads = {"/?p=12": one.path, "/2012/10/old-post/": f"{one.path}#comment-3", "/posts": "/about", "/loop": "/loop"}
    leads |= {"/out": "https://evil.example", "/out2": "//evil.example", "/out3": "/\\evil.example"}
    hosted.library.redirect([Redirect(old=old, new=new) for old, new in leads.items()])
    for path in ("/?p=12", "/?utm=x&p=12"):
        answer = http.get(path)
        assert (answer.status_code, answer.headers["location"]) == (301, quote(one.path))
    assert http.get("/2012/10/old-post?replytocom=3").headers["location"] == f"{quote(one.path)}#comment-3"
    assert http.get("/posts").status_code == http.get("/?p=13").status_code == 200
    for path in ("/loop", "/out", "/out2", "/out3", "/" + "x" * 3_000):
        assert http.get(path).status_code == 404
    assert http.post("/2012/10/old-post/").status_code != 301


@SHARED
@given(st.text(max_size=80))
def test_anything_may_be_searched_for(hosted: "Served", http: httpx.Client, words: str) -> None:
    """Whatever is asked, the page comes, and has it as text alone."""
    if hosted.library is not None and hosted.library.article(1) is None:
        keep(hosted, 0)
    answer = http.get("/search", params={"q": words.encode("utf-8", "replace").decode()})
    assert answer.status_code == 200
    assert "<script>" not in answer.text


def full(hosted: "Served") -> list[str]:
    """Have a site with everything in it; gives its pages."""
    library = hosted.library
    assert library is not None
    library.keep_term(Term(kind="category", slug="film", name="Film", about="Who sees it."))
    library.keep_term(Term(kind="category", slug="privacy", name="Privacy", parent="film"))
    library.keep_term(Term(kind="tag", slug="law", name="rules & law"))
    for number in range(LIMIT + 2):
        keep(hosted, number * 9, categories=("privacy",), tags=("law",), updated=NOW + timedelta(days=1))
    html = "<table><caption>Posts</caption><tr><th>a</th><td>b</td></tr></table><h1>Head</h1><iframe src=/x></iframe>"
    keep(hosted, 1, path="/pages/moved", text=html, form="html", kind="page")
    ann = Author(kind="named", name="Ann", key="guest:ann")
    library.comments.say(Comment(article=1, at=NOW, author=ann, text="Well said"))
    lists = [
        "/posts",
        "/posts?page=2",
        "/posts/archive",
        "/categories",
        "/categories/film",
        "/tags/law",
        "/posts/2026/02",
    ]
    return [*lists, "/posts/2026/03/post-0", "/pages/moved", "/search?q=film", "/search?q=zebra", "/about", "/nothing"]


@pytest.mark.browser
@pytest.mark.parametrize("view", VIEWS)
def test_no_page_has_a_violation(hosted: "Served", reading: Reading, view: str) -> None:
    """Light on a desk and dark on a phone; and none is wider than the phone."""
    pages = full(hosted)
    reader = reading(**VIEWS[view])
    for path in pages:
        page = reader.open(path)
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    reader.wrong = [one for one in reader.wrong if "404" not in one]


@pytest.mark.browser
@pytest.mark.parametrize("view", VIEWS)
def test_no_page_of_the_editor_has_a_violation(hosted: "Served", reading: Reading, view: str) -> None:
    """With everything open, and where something is wrong, too."""
    full(hosted)
    assert hosted.library is not None
    one = hosted.library.article(1)
    assert one is not None
    keep(hosted, 0, id=1, path=one.path, text=TEXT.replace("night", "long day"))
    reader = reading(**VIEWS[view])
    hosted.sign_in(reader.context, "host", "Sam")
    here = "/console/site"
    for path in ("?state=published", "", "/new", "/1", "/1/revisions", "/1/revisions/1", "/1/revisions/2", "/1/delete"):
        page = reader.open(here + path)
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    page = reader.open(f"{here}/1")
    page.get_by_role("button", name="Preview").first.click()
    assert violations(page) == []
    page.locator("#title").fill("")
    page.get_by_role("button", name="Save").first.click()
    assert violations(page) == []
    reader.wrong = [one for one in reader.wrong if "422" not in one]
