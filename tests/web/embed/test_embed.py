"""The floor in another site's page: it shows, keeps up, and neither knows who reads nor can be made to do anything."""

import re
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from playwright.sync_api import Browser, Frame, expect
from typing_extensions import override

from fairfloor.chat.site.article import Article
from fairfloor.testing.axe import violations
from fairfloor.web.embed.frame import FLOOR, OF_FLOOR, frame

if TYPE_CHECKING:
    from tests.web.conftest import Reader, Served

AT = datetime(2026, 11, 18, 3, tzinfo=UTC)
PAGE = '<!doctype html><html lang="en"><head><title>The host\'s site</title></head><body><h1>Ours</h1>{}</body></html>'


class Elsewhere:
    """Another site: a server on another port, by another name, so that it is of another origin and another site."""

    def __init__(self) -> None:
        self.body = ""
        self.headers: dict[str, str] = {}
        outer = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                for name, value in ({"Content-Type": "text/html; charset=utf-8"} | outer.headers).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(outer.body.encode())

            @override
            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()
        self.url = f"http://localhost:{self._server.server_port}/"

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    """Serve another site."""
    assert socket.gethostbyname("localhost") == "127.0.0.1"
    site = Elsewhere()
    yield site
    site.close()


@pytest.fixture
def framed(
    chromium: Browser, hosted: "Served", elsewhere: Elsewhere
) -> Iterator[Callable[..., tuple[Frame, list[str]]]]:
    """Give what opens another site's page with a frame of ours in it, and notes what went wrong there."""
    contexts = []

    def opened(path: str = FLOOR, width: int = 480, **headers: str) -> tuple[Frame, list[str]]:
        context = chromium.new_context(viewport={"width": width, "height": 800})
        contexts.append(context)
        context.add_cookies([{"name": "fairfloor-visit", "value": "x" * 43, "url": hosted.url}])
        page, wrong = context.new_page(), list[str]()
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda request: wrong.extend(_beyond(request.url, hosted.url, elsewhere.url)))
        elsewhere.body = PAGE.format(frame(hosted.url + path, "The floor", OF_FLOOR))
        elsewhere.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        page.goto(elsewhere.url)
        inner = page.frames[1]
        inner.wait_for_load_state()
        return inner, wrong

    yield opened
    for context in contexts:
        context.close()


def _beyond(url: str, *sites: str) -> list[str]:
    return [] if url.startswith(sites) else [f"request: {url}"]


@pytest.mark.browser
def test_the_floor_shows_in_another_sites_page_and_keeps_up(
    hosted: "Served", framed: Callable[..., tuple[Frame, list[str]]]
) -> None:
    """A frame on a page of another origin shows the floor and the question, and what is said next, without a fault."""
    hosted.do(lambda: hosted.evening.ask("Q1: What keeps your street safe?"))
    hosted.do(lambda: hosted.evening.post("Streetlights, above all else"))
    inner, wrong = framed()
    expect(inner.locator("#floor")).to_contain_text("Streetlights")
    expect(inner.locator("#question")).to_contain_text("What keeps your street safe?")
    hosted.do(lambda: hosted.evening.post("Neighbours who know one another by name"))
    hosted.do(lambda: hosted.evening.wait(60))
    expect(inner.locator("#floor")).to_contain_text("Neighbours who know")
    hosted.do(lambda: hosted.evening.ask("Q2: And at night?"))
    expect(inner.locator("#question")).to_contain_text("And at night?")
    assert wrong == []


@pytest.mark.browser
def test_it_shows_where_the_framing_page_keeps_strangers_out(
    hosted: "Served", framed: Callable[..., tuple[Frame, list[str]]]
) -> None:
    """A page that demands of all it loads to say that it may be loaded (COEP) can frame the floor too."""
    hosted.do(lambda: hosted.evening.post("Streetlights, above all else"))
    inner, wrong = framed(Cross_Origin_Embedder_Policy="require-corp", Cross_Origin_Opener_Policy="same-origin")
    expect(inner.locator("#floor")).to_contain_text("Streetlights")
    assert wrong == []


@pytest.mark.browser
def test_it_goes_on_when_the_connection_comes_back(
    hosted: "Served", framed: Callable[..., tuple[Frame, list[str]]]
) -> None:
    """When the server was away the frame says so, fetches the floor anew, and goes on."""
    inner, _ = framed()
    hosted.stop()
    expect(inner.locator("#lost")).to_be_visible()
    hosted.start()
    hosted.do(lambda: hosted.evening.post("Said while nobody could hear it"))
    expect(inner.locator("#floor")).to_contain_text("Said while nobody", timeout=15_000)
    expect(inner.locator("#lost")).to_be_hidden()


@pytest.mark.browser
def test_links_open_the_whole_site_beside(hosted: "Served", framed: Callable[..., tuple[Frame, list[str]]]) -> None:
    """A link in the frame opens a page of its own: nothing but the floor can be in the frame."""
    inner, _ = framed()
    with inner.page.expect_popup() as opened:
        inner.get_by_role("link", name="Open the whole page").click()
    expect(opened.value.locator("h1")).to_contain_text("the fair floor")
    assert opened.value.url == f"{hosted.url}/"
    assert opened.value.evaluate("window.opener") is None


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("path", [FLOOR, "/embed/posts/2026/11/streets"])
def test_everybody_can_read_it(hosted: "Served", reading: Callable[..., "Reader"], width: int, path: str) -> None:
    """At 320 pixels too, in light and dark, axe-core finds nothing, and nothing has to be scrolled sideways."""
    assert hosted.library is not None
    given = {"path": "/posts/2026/11/streets", "title": "Streets " * 9, "text": "Words " * 90, "by": "Host"}
    hosted.library.keep(Article(**given, state="published", published=AT, updated=AT))  # type: ignore[arg-type]
    hosted.do(lambda: hosted.evening.ask("Q1: What keeps your street safe?"))
    hosted.do(lambda: hosted.evening.post("Streetlights, above all else, and averyverylongword" + "x" * 200))
    for scheme in ("light", "dark"):
        page = reading(viewport={"width": width, "height": 640}, color_scheme=scheme).open(path)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.browser
def test_no_other_page_can_be_framed(hosted: "Served", framed: Callable[..., tuple[Frame, list[str]]]) -> None:
    """In a browser the live page, the chat's and the console do not show in another site's frame."""
    for path in ("/", "/chat", "/console", "/sign-in"):
        inner, wrong = framed(path)
        assert inner.url.startswith("chrome-error:"), path
        assert any("frame" in one.lower() for one in wrong), path
    assert hosted.port


def test_only_embeds_may_be_framed(hosted: "Served") -> None:
    """Every address that the application has refuses to be framed, but for those beneath /embed/."""
    app: Any = hosted.server.config.app
    asked = sorted(re.sub(r"\{[^}]*\}", "x", path) for path in set(paths(app.routes)))
    assert "/console/site" in asked, "those of routers that are included are among them"
    asked += ["/embed", "/embedx", "/x/embed/floor", "/%65mbed/../console", "//embed/floor", "/EMBED/floor"]
    with httpx.Client(base_url=hosted.url, timeout=30) as client:
        for path in asked:
            if "events" in path:
                continue
            headers = client.get(path).headers
            if path.startswith("/embed/"):
                assert "frame-ancestors *" in headers["content-security-policy"], path
                assert headers["cross-origin-resource-policy"] == "cross-origin"
                assert "x-frame-options" not in headers
            else:
                assert "frame-ancestors 'none'" in headers["content-security-policy"], path
                assert headers["x-frame-options"] == "DENY", path
                assert headers["cross-origin-resource-policy"] == "same-origin", path


def paths(routes: Iterable[Any]) -> Iterator[str]:
    """Give the paths of an application, those of routers that it includes too."""
    for route in routes:
        if hasattr(route, "path"):
            yield route.path
        else:
            yield from paths(route.original_router.routes)


def test_a_frame_knows_nobody(hosted: "Served") -> None:
    """Embeds set no cookie, are the same whoever asks, and have no form, so that a click stolen there does nothing."""
    visit = {"Cookie": f"fairfloor-visit={hosted.visit('host')}"}
    assert hosted.library is not None
    article = Article(path="/posts/x", title="x", text="y", by="z", state="published", published=AT, updated=AT)
    hosted.library.keep(article)
    with httpx.Client(base_url=hosted.url, timeout=30) as client:
        for path in (FLOOR, "/embed/posts/x", "/embed/nothing"):
            stranger, host = client.get(path), client.get(path, headers=visit)
            assert stranger.text == host.text
            assert "set-cookie" not in stranger.headers
            assert "set-cookie" not in host.headers
            assert "<form" not in host.text
            assert "form-action 'none'" in host.headers["content-security-policy"]
        assert "Console" in client.get("/chat", headers=visit).text, "the same visit counts elsewhere"


def test_updates_come_without_a_cookie(served: "Served") -> None:
    """The frame's updates are the live page's, at an address of its own, hosted or not."""
    served.do(lambda: served.evening.post("Streetlights"))
    with httpx.Client(base_url=served.url, timeout=30) as client:
        page = client.get(FLOOR).text
        position = re.search(r'data-position="([^"]+)"', page)
        assert position is not None
        served.do(lambda: served.evening.post("Neighbours who know one another"))
        with client.stream("GET", "/embed/events", params={"after": position[1]}) as events:
            assert events.headers["content-type"].startswith("text/event-stream")
            assert "set-cookie" not in events.headers
            pulse = next(line for line in events.iter_lines() if line.startswith("data:"))
        assert "Neighbours" in pulse
