"""Pages and lists, asked for over HTTP from the real server."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import httpx
import pytest

from fairfloor.acts.act import Like, Repost
from fairfloor.acts.fault import Cause, Fault
from fairfloor.session.ports import Step
from fairfloor.web.address import key
from fairfloor.web.server import NoPort, listening

if TYPE_CHECKING:
    from tests.web.conftest import Served

PETITION = "sign here for cameras on every officer in the whole county before the year ends"


@pytest.fixture
def http(served: "Served") -> Iterator[httpx.Client]:
    """Open a client of the served evening."""
    with httpx.Client(base_url=served.url) as client:
        yield client


def hijack(served: "Served") -> str:
    """Say one thing, have sixty accounts copy it, two pass it on, one like it; gives the first post's id."""
    evening = served.evening

    def happen() -> str:
        first = evening.post(PETITION, "did:plc:first")
        for number in range(60):
            evening.post(PETITION, f"did:plc:copy{number}")
        for name in ("r1", "r2"):
            evening.tell(Repost(id=name, at=evening.now, account=name, subject=first))
        evening.tell(Like(id="l", at=evening.now, account="l", subject=first))
        return first

    return served.do(happen)


PATHS = ["/", "/floor", "/folded", "/folded/copy", "/nowhere", "/health", "/favicon.ico", "/events?after=x"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_keeps_the_browser_from_loading_anything_else(http: httpx.Client, path: str) -> None:
    """Nothing runs but our own script files, nothing is framed, sniffed, referred to or kept."""
    headers = http.get(path).headers
    assert headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "no-store" in headers["cache-control"]
    assert "server" not in headers


def test_static_files_are_kept_by_the_browser_until_they_change(http: httpx.Client) -> None:
    """Their addresses hold a hash of what is in them, so they may be kept for good."""
    page = http.get("/").text
    found = re.findall(r'(?:src|href)="(/static/[^"]+)"', page)
    assert len(found) == 3
    for address in found:
        answer = http.get(address)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert http.get(found[0].replace("/static/", "/static/0")).headers["cache-control"] == "no-store, no-transform"
    assert http.get("/static/../app.py").status_code == 404


def test_the_live_page_says_whose_it_is(http: httpx.Client) -> None:
    """The title names the chat, and an evening that is simulated says so."""
    page = http.get("/").text
    assert "<title>#copchat — the fair floor</title>" in page
    assert "This evening is simulated." in page


def test_the_source_s_condition_shows(served: "Served", http: httpx.Client) -> None:
    """Where there is no network, the page says it plainly, and /health too."""
    assert http.get("/health").json()["condition"] == "ok"
    served.condition = "No network <yet>."
    assert "No network &lt;yet&gt;." in http.get("/").text
    assert http.get("/health").json()["condition"] == "No network <yet>."


@pytest.mark.parametrize(("code", "many"), [("copy", 60), ("repost", 2), ("like", 1)])
def test_what_is_merged_is_one_click_away(served: "Served", http: httpx.Client, code: str, many: int) -> None:
    """Each reason on the live page opens to a list of all acts that are there for it, page by page, each once."""
    hijack(served)
    assert f'href="/folded/{code}"' in http.get("/").text
    assert f'href="/folded/{code}"' in http.get("/folded").text
    assert len(set(listed(http, f"/folded/{code}"))) == many


def listed(http: httpx.Client, path: str) -> list[str]:
    """Give the acts of a list, page after page."""
    found: list[str] = []
    onward: list[str] = [path]
    while onward:
        page = http.get(onward[0].replace("&amp;", "&"))
        assert page.status_code == 200
        found += re.findall(r'class="when" href="(/act/[^"]+)"', page.text)
        onward = re.findall(r'rel="next" href="([^"]+)"', page.text)
    return found


def test_what_is_folded_is_one_click_away(served: "Served", http: httpx.Client) -> None:
    """Under congestion every folded post is in a list with its reason, and each has a page of its own."""
    evening = served.evening

    def happen() -> None:
        for number in range(260):
            who = f"did:plc:p{number % 40 if number < 100 else number}"
            evening.post(f"{number} is another thing {number * 3} to say {number * 7}", who)
        evening.wait(600)

    served.do(happen)
    counts = evening.board.counts
    assert min(counts["expired"], counts["share"]) > 0
    for code in ("expired", "share"):
        acts = listed(http, f"/folded/{code}")
        assert len(set(acts)) == len(acts) == counts[code]
        if acts:
            page = http.get(acts[0]).text
            assert "Why is this folded?" in page
            assert "Folded: " in page


def test_the_whole_floor_reads_downwards(served: "Served", http: httpx.Client) -> None:
    """Every message that had the floor is there, page by page, each page in order."""
    evening = served.evening
    served.do(lambda: [(evening.ask(f"Host note number {number}"), number) for number in range(120)])
    first = http.get("/floor").text
    notes = [int(number) for number in re.findall(r"Host note number (\d+)", first)]
    assert notes == list(range(70, 120))
    assert len(listed(http, "/floor")) == 120


def test_who_said_a_message_can_be_seen(served: "Served", http: httpx.Client) -> None:
    """The live page says how often a message was said; one click further is everybody who said it."""
    first = hijack(served)
    page = http.get("/").text
    assert "said 61 times by 61 accounts" in page
    (address,) = set(re.findall(r'href="(/message/[^"]+)"', page))
    assert address == f"/message/{key(first)}"
    assert "said 61 times by 61 accounts" in http.get(address).text
    assert len(set(listed(http, address))) == 61


def test_an_act_s_page_has_all_that_was_decided_about_it(served: "Served", http: httpx.Client) -> None:
    """What became of a post, in order, in plain words; and its whole text, however long."""
    evening = served.evening
    long = "A long story about our street. " * 600
    name = served.do(lambda: evening.post(long, "did:plc:long"))
    live = http.get("/").text
    assert live.count("A long story") < 40
    assert f'<a href="/act/{key(name)}">Show all ' in live
    page = http.get(f"/act/{key(name)}").text
    assert page.count("A long story about our street.") == 600
    assert "Why is this here?" in page
    assert "On the floor: there was room for it at once." in page


def test_what_was_taken_back_has_a_page_without_its_words(served: "Served", http: httpx.Client) -> None:
    """The decision stays public, the words go, on every page."""
    evening = served.evening
    name = served.do(lambda: evening.post("Something I should not have said", "did:plc:sorry"))
    served.do(lambda: evening.delete(name))
    for path in ("/", f"/act/{key(name)}", f"/message/{key(name)}", "/folded/withdrawn", "/floor"):
        answer = http.get(path)
        assert answer.status_code == 200
        assert "should not have said" not in answer.text
    page = http.get(f"/act/{key(name)}").text
    assert "Its author took this back" in page
    assert page.count("<li><time") == 2


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/act/***",
        "/act/" + key("at://nobody"),
        "/act/" + "A" * 5000,
        "/message/" + key("at://nobody"),
        "/folded/nonsense",
        "/folded/copy?before=soon",
        "/floor?before=-1",
        "/message/x?after=" + "9" * 40,
    ],
)
def test_an_address_that_leads_nowhere_is_answered_kindly(http: httpx.Client, path: str) -> None:
    """A wrong address gets a page that says so and leads back, not an error."""
    answer = http.get(path)
    assert answer.status_code == 404
    assert "This page is not here" in answer.text
    assert 'href="/"' in answer.text


def test_pages_can_only_be_read(http: httpx.Client) -> None:
    """There is nothing to post to, put or delete."""
    answer = http.post("/")
    assert answer.status_code == 405
    assert "can only be read" in answer.text
    assert http.head("/").status_code == 200


def test_health_tells_counts_and_faults(served: "Served", http: httpx.Client) -> None:
    """Whoever watches over the evening sees how much came, what was wrong with it, and how far it is."""
    evening = served.evening
    hijack(served)
    fault = Fault(cause=Cause.NOT_JSON, line=7, detail="<oops>")
    evening.store.take("test", [], cursor=None, faults=(fault, fault), skipped=3)
    health = http.get("/health").json()
    assert health["acts"] == {"copy": 60, "like": 1, "repost": 2, "room": 1}
    first = {"cause": "not-json", "line": 7, "detail": "<oops>"}
    assert health["faults"] == [{"source": "test", "times": 2, "first": first}]
    assert (health["seq"], health["decided"], health["waiting"], health["skipped"]) == (64, 64, 0, 3)


def test_a_lone_surrogate_breaks_no_page(served: "Served", http: httpx.Client) -> None:
    """Half a character from a broken client is shown as a mark, and everything else stays readable."""
    evening = served.evening
    post = evening.a_post("half \ud83d a heart", "did:plc:half", handle="ha\udc00lf")
    served.do(lambda: evening.board.hear(Step(now=evening.now, acts=(post,))))
    page = http.get("/").text
    assert "half ? a heart" in page


def test_a_page_is_made_small_for_the_way(served: "Served") -> None:
    """Pages travel compressed to whoever can take that."""
    hijack(served)
    with httpx.Client(base_url=served.url) as client:
        assert client.get("/", headers={"accept-encoding": "gzip"}).headers["content-encoding"] == "gzip"


def test_a_port_in_use_is_said_plainly(served: "Served") -> None:
    """Whoever starts a second evening on the same port is told what to do."""
    with pytest.raises(NoPort, match=r"port \d+: Address already in use. Choose another with --port"):
        listening("127.0.0.1", served.port)
