import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import httpx
import pytest

from fairfloor.chat.site.article import Article

if TYPE_CHECKING:
    from tests.web.conftest import Served

AT = datetime(2026, 11, 18, 3, tzinfo=UTC)
HOSTILE = "\"><script>window.pwned=1</script> & \x0c'"


@pytest.fixture
def client(hosted: "Served") -> Iterator[httpx.Client]:
    """Ask the site that is hosted, which has a post and a recap."""
    assert hosted.library is not None
    given: dict[str, Any] = {"published": AT, "updated": AT, "by": "Host", "state": "published"}
    for path, title, state in (
        ("/posts/2026/11/streets", "Streets", "published"),
        ("/posts/2026/11/hostile", HOSTILE, "published"),
        ("/posts/2026/11/draft", "Draft", "draft"),
        ("/posts/2026/11/straße", "Straße", "published"),
    ):
        hosted.library.keep(
            Article(**(given | {"path": path, "title": title, "state": state, "text": f"{HOSTILE} word"}))
        )
    hosted.library.keep(Article(**given, kind="recap", path="/sessions/2026-11-18", session="2026-11-18"))
    with httpx.Client(base_url=hosted.url, timeout=30) as asking:
        yield asking


def asked(client: httpx.Client, path: str, **more: Any) -> httpx.Response:
    """Ask about an address of the site."""
    return client.get("/oembed", params={"url": f"{client.base_url}".rstrip("/") + path} | more)


@pytest.mark.parametrize(
    ("path", "title", "frame"),
    [
        ("/", "The floor of #copchat", "/embed/floor"),
        ("", "The floor of #copchat", "/embed/floor"),
        ("/#end", "The floor of #copchat", "/embed/floor"),
        ("/posts/2026/11/streets", "Streets", "/embed/posts/2026/11/streets"),
        ("/posts/2026/11/stra%C3%9Fe", "Straße", "/embed/posts/2026/11/stra%C3%9Fe"),
        ("/sessions/2026-11-18", "Recap of 2026-11-18", "/embed/sessions/2026-11-18"),
    ],
)
def test_an_address_of_ours_is_told_as_a_frame(client: httpx.Client, path: str, title: str, frame: str) -> None:
    """The floor, recaps and posts are of type rich, with a frame of a page that is there and may be framed."""
    answer = asked(client, path)
    told = answer.json()
    assert answer.headers["content-type"] == "application/json"
    assert (told["version"], told["type"], told["title"]) == ("1.0", "rich", title)
    assert f'<iframe src="{str(client.base_url).rstrip("/")}{frame}"' in told["html"]
    assert client.get(frame).status_code == 200
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/",
        "{here}.evil.example/",
        "{here}@evil.example/",
        "ftp://127.0.0.1/",
        "{here}/posts/2026/11/draft",
        "{here}/posts/2026/11/nothing",
        "{here}/console",
        "{here}/ledger",
        "{here}/?q=1",
        "{here}/oembed?url={here}/",
        "{here}/embed/floor",
        "{here}//evil.example/posts/2026/11/streets",
        "/posts/2026/11/streets",
        "javascript:alert(1)",
        "http://[::1",
        "{here}/posts/%00%ff",
        "x" * 2_001,
        "",
    ],
)
def test_any_other_address_is_not_ours_to_tell_of(client: httpx.Client, url: str) -> None:
    """Other sites, what is not public, and pages that cannot be framed are told of nowhere."""
    here = str(client.base_url).rstrip("/")
    assert client.get("/oembed", params={"url": url.replace("{here}", here)}).status_code == 404


def test_xml_says_the_same(client: httpx.Client) -> None:
    """Asked for XML the answer has the same in it, whatever a title is made of; another format is not known."""
    for path in ("/", "/posts/2026/11/streets", "/posts/2026/11/hostile"):
        answer = asked(client, path, format="xml")
        assert answer.headers["content-type"] == "text/xml; charset=utf-8"
        root = ET.fromstring(answer.content)  # noqa: S314 - ours
        told = asked(client, path).json()
        assert root.tag == "oembed"
        assert {one.tag: one.text for one in root} == {
            name: str(value).replace("\x0c", "") for name, value in told.items()
        }
    assert asked(client, "/", format="yaml").status_code == 501


def test_a_frame_is_no_larger_than_asked_for(client: httpx.Client) -> None:
    """Width and height keep to what the asker has room for; what is no number is not understood."""
    told = asked(client, "/", maxwidth=320, maxheight=300).json()
    assert (told["width"], told["height"]) == (320, 300)
    assert 'width="320" height="300"' in told["html"]
    assert asked(client, "/", maxwidth=5_000).json()["width"] == 480
    assert asked(client, "/", maxwidth=0).status_code == 404
    assert asked(client, "/", maxwidth="wide").status_code == 404


def test_a_hostile_title_stays_in_its_attribute(client: httpx.Client) -> None:
    """What an article is called cannot break out of the frame's markup, nor of its own page."""
    html = asked(client, "/posts/2026/11/hostile").json()["html"]
    assert "<script" not in html
    assert html.count("<") == 2
    assert "<script>window" not in client.get("/embed/posts/2026/11/hostile").text


def test_software_anywhere_may_ask(client: httpx.Client) -> None:
    """A page of another site can ask by itself: what is told is public, and the same for everybody."""
    answer = asked(client, "/")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert json.loads(answer.content)["cache_age"] == 3600
