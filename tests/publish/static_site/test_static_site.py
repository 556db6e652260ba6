"""A chat as files: every link leads somewhere, nothing runs, and it looks as it did."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from typing_extensions import override

from fairfloor.acts.act import Post
from fairfloor.chat.site.article import Article, Redirect, Term
from fairfloor.chat.site.comment import Author, Comment
from fairfloor.session.decide import Rules
from fairfloor.session.hear import hear
from fairfloor.session.ports import Told
from fairfloor.store.location import site_beside
from fairfloor.store.site.library import library_opened
from fairfloor.web.server import Server, listening
from fairfloor.wiring.asked import Sorry
from fairfloor.wiring.kept import kept
from fairfloor.wiring.static_site import MANIFEST, application, kept_as_files

NOW = datetime(2026, 11, 23, 5, tzinfo=UTC)
HOST = "did:plc:host"
Wrong = Callable[[Path], list[str]]


def evening(store: Path) -> None:
    """Keep an evening: the host asks, people answer, one says it again."""
    with kept(store) as open_:
        open_.store.begin(Rules(tag="copchat", hosts=frozenset({HOST})))
        texts = [
            (HOST, "Q1: How was it?"),
            ("did:plc:ann", "A1: Quiet. #copchat"),
            ("did:plc:bob", "A1: Quiet. #copchat"),
        ]
        told = []
        for number, (who, text) in enumerate(texts):
            at = NOW - timedelta(minutes=30 - number)
            post = Post(id=f"at://{who}/app.bsky.feed.post/{number}", at=at, account=who, text=text, network="bluesky")
            told.append(Told(notice=post, seen=at, heard=hear(post, at)))
        open_.store.take("test", told, cursor=None, faults=(), skipped=0)


def site(store: Path) -> None:
    """Keep a site: articles under terms, a discussion, a draft, old addresses of which some would lead out."""
    with library_opened(site_beside(store)) as library:
        library.keep_term(Term(kind="category", slug="police", name="Police"))
        library.keep_term(Term(kind="tag", slug="nähe", name="Nähe"))
        for number in range(1, 4):
            told: dict[str, Any] = {
                "title": f"Post {number}",
                "categories": ("police",),
                "tags": ("nähe",),
                "by": "Sam",
            }
            text = "See [the other](/posts/2026/11/post-1), [nothing](/nowhere), [out](https://example.org/a?b=1)."
            at = NOW - timedelta(days=number)
            kept_ = library.keep(
                Article(
                    path=f"/posts/2026/11/post-{number}", text=text, state="published", published=at, updated=at, **told
                )
            )
            one = Comment(
                article=kept_.id, at=at, author=Author(kind="named", name="Ann", key="guest:a"), text="Hm <script>"
            )
            first = library.comments.say(one)
            library.comments.say(Comment(article=kept_.id, parent=first.id, at=at, author=one.author, text="Yes."))
        library.keep(Article(path="/drafts/secret", title="Secret plan", updated=NOW, by="Sam"))
        library.keep(
            Article(path="/pages/ünlisted", title="Alone", updated=NOW, published=NOW, by="Sam", state="published")
        )
        library.redirect(
            [
                Redirect(old="/2012/01/old", new="/posts/2026/11/post-2"),
                Redirect(old="/?p=12", new="/posts/2026/11/post-2"),
                Redirect(old="/../../outside", new="/posts/2026/11/post-2"),
                Redirect(old="/posts", new="/posts/2026/11/post-2"),
            ]
        )


@pytest.fixture
def chat(tmp_path: Path) -> Path:
    """Give a chat with an evening and a site."""
    store = tmp_path / "copchat.db"
    evening(store)
    site(store)
    return store


@pytest.mark.parametrize("address", ["", "https://chat.example.org"])
def test_every_link_of_every_page_leads_to_a_file_and_a_place_in_it(
    address: str, chat: Path, links_wrong: Wrong, tmp_path: Path
) -> None:
    """From any folder, without a server; no script and no form is left, and no draft is found."""
    folder = tmp_path / "public"
    made = kept_as_files(chat, folder, address, NOW)
    assert links_wrong(folder) == []
    assert made.pages == len(list(folder.rglob("*.html"))) - made.led
    for page in (
        "",
        "posts/2026/11/post-1",
        "posts/2026/11",
        "categories/police",
        "tags/nähe",
        "pages/ünlisted",
        "ledger",
    ):
        assert (folder / page / "index.html").is_file(), page
    assert (folder / "log.jsonl").is_file()
    text = b"".join(path.read_bytes() for path in folder.rglob("*.html"))
    assert b"Secret plan" not in text
    assert b"nowhere.invalid" not in text
    feeds = [path.name for path in (folder / "feeds").glob("*")] if (folder / "feeds").exists() else []
    assert bool(feeds) == bool(address)


def test_old_addresses_lead_on_as_far_as_files_can(chat: Path, tmp_path: Path) -> None:
    """A path is a page that leads on; a query cannot be one; nothing is written outside, or over a page."""
    folder = tmp_path / "deep" / "public"
    folder.parent.mkdir()
    made = kept_as_files(chat, folder, "", NOW)
    assert (made.led, made.not_led) == (1, 3)
    leading = (folder / "2012/01/old/index.html").read_text("utf-8")
    assert 'content="0; url=../../../posts/2026/11/post-2/index.html"' in leading
    assert {path.name for path in tmp_path.rglob("*outside*")} == set()
    assert sorted(path.name for path in folder.parent.iterdir()) == ["public"]


def test_what_is_to_come_is_kept_from_its_time_on(chat: Path, tmp_path: Path) -> None:
    """Though no evening has run since: what is due when the files are made is there, and what is not is nowhere."""
    given: dict[str, Any] = {"state": "scheduled", "updated": NOW - timedelta(days=9), "by": "Sam"}
    with library_opened(site_beside(chat)) as library:
        for path, title, at in (("due", "Gazebo opens", NOW), ("to-come", "Fountain", NOW + timedelta(seconds=1))):
            library.keep(Article(path=f"/pages/{path}", title=title, published=at, **given))
    made(chat, tmp_path / "site", "")
    assert "Gazebo opens" in (tmp_path / "site/pages/due/index.html").read_text()
    assert not (tmp_path / "site/pages/to-come").exists()
    assert [page for page in (tmp_path / "site").rglob("*.*") if b"Fountain" in page.read_bytes()] == []
    with library_opened(site_beside(chat)) as library:
        due = library.at("/pages/due")
        assert due is not None
        assert due.state == "scheduled", "making files changes nothing where they are made from"


def test_it_may_be_made_anew_and_never_takes_a_folder_that_is_not_its_own(chat: Path, tmp_path: Path) -> None:
    """Made twice it is the same, but for nothing; a folder with other files in it is left alone."""
    folder = tmp_path / "public"
    kept_as_files(chat, folder, "", NOW)
    before = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    kept_as_files(chat, folder, "", NOW)
    again = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert again == before
    (folder / MANIFEST).unlink()
    with pytest.raises(Sorry, match="other files"):
        kept_as_files(chat, folder, "", NOW)


def test_it_can_be_made_while_the_evening_runs(chat: Path, tmp_path: Path) -> None:
    """The evening's file is held by the process that writes it; a copy is read."""
    with kept(chat), library_opened(site_beside(chat)):
        assert kept_as_files(chat, tmp_path / "public", "", NOW).pages


class Quiet(SimpleHTTPRequestHandler):
    """A plain web server that keeps its log to itself."""

    @override
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def plain_server(folder: Path) -> Iterator[str]:
    """Serve a folder as `python -m http.server` does."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def made(chat: Path, folder: Path, address: str) -> None:
    """Make a folder in a thread of its own: the browser's driver has a loop running in ours."""
    with ThreadPoolExecutor(1) as beside:
        beside.submit(kept_as_files, chat, folder, address, NOW).result()


@contextmanager
def alive(chat: Path) -> Iterator[str]:
    """Serve the same chat by the application itself."""
    with kept(chat) as evening_, library_opened(site_beside(chat)) as library:
        app = application(evening_, library, HOME, NOW)
        sock = listening("127.0.0.1", 0)
        server = Server(app)
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[sock])))
        port = sock.getsockname()[1]
        thread.start()
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join()


HOME = "https://chat.example.org"
PAGES = (
    "posts",
    "posts/2026/11",
    "posts/archive",
    "categories/police",
    "ledger",
    "log",
    "floor",
    "posts/2026/11/post-1",
)


def pictured(page: Page, address: str) -> bytes:
    """Give a picture of a page without its forms, and without what stands for them."""
    page.goto(address)
    page.evaluate("document.querySelectorAll('form, .notice.kept').forEach(one => one.remove())")
    return page.screenshot(full_page=True)


@pytest.mark.parametrize("size", [{"width": 1280, "height": 900}, {"width": 390, "height": 844}])
def test_pages_look_the_same_from_a_plain_server(size: Any, chat: Path, chromium: Browser, tmp_path: Path) -> None:
    """At the address that each had, on a desktop and a phone, to the pixel, and with nothing to complain of."""
    folder = tmp_path / "public"
    made(chat, folder, HOME)
    context = chromium.new_context(viewport=size, reduced_motion="reduce")
    context.route("**/*.js", lambda route: route.abort())  # as in a browser without scripts
    page, wrong = context.new_page(), list[str]()
    page.on("console", lambda said: wrong.append(said.text))
    page.on("response", lambda answer: wrong.append(answer.url) if answer.status >= 400 else None)
    with alive(chat) as there, plain_server(folder) as here:
        for name in PAGES:
            before = pictured(page, f"{there}/{name}")
            wrong.clear()  # scripts that are not given are complained of
            assert pictured(page, f"{here}/{name}") == before, name
            assert wrong == []
    context.close()


def test_it_can_be_read_from_a_disk(chat: Path, chromium: Browser, tmp_path: Path) -> None:
    """Opened as files, without any server, the pages have their style, and one comes from each to the others."""
    folder = tmp_path / "a folder & more"
    made(chat, folder, "")
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page, wrong = context.new_page(), list[str]()
    page.on("console", lambda said: wrong.append(said.text))
    page.goto((folder / "index.html").as_uri())
    page.get_by_role("link", name="Posts", exact=True).first.click()
    page.get_by_role("link", name="Post 1", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Post 1")
    expect(page.locator("#discussion")).to_contain_text("Hm <script>")
    assert page.evaluate("document.styleSheets.length") > 0
    page.get_by_role("link", name="the other").click()
    page.wait_for_url("**/posts/2026/11/post-1/index.html")
    context.close()
    assert wrong == []
