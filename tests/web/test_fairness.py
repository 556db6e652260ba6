"""Who acts in step and how the floor is shared, asked for over HTTP and seen in a browser."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING

import httpx
import pytest
from playwright.sync_api import expect
from tests.web.test_live_page import CONTRAST, wide
from tests.web.test_voices import portrait

from fairfloor.session.ports import Step
from fairfloor.voices.echo import Portrait, Repetition
from fairfloor.web.address import key

if TYPE_CHECKING:
    from tests.web.conftest import Reader, Served

THINGS = ("bridges", "permits", "dogs", "radios", "lamps", "benches", "schools", "ditches", "bells", "hydrants")
NOW = datetime(2026, 3, 5, 3, tzinfo=UTC)


@pytest.fixture
def http(served: "Served") -> Iterator[httpx.Client]:
    """Open a client of the served evening."""
    with httpx.Client(base_url=served.url) as client:
        yield client


def text(page: str) -> str:
    """Give what a reader reads of a page's main part, in one line."""
    main = page.split("<main", 1)[1].split("</main>", maxsplit=1)[0].split(">", 1)[1]
    return " ".join(unescape(re.sub(r"<[^>]+>", "", main)).split())


def crowd(served: "Served") -> list[str]:
    """Have a host talk a while and four accounts say again whatever one says; gives the last account's posts."""
    evening = served.evening

    def happen() -> list[str]:
        for number in range(40):
            evening.ask(f"note {number} on {number * 7} matters, of which {number * 13} are old ones")
        said: list[str] = []
        for thing in THINGS:
            saying = f"nobody in this whole county ever asked us about the {thing} that we pay for"
            evening.post(saying, "did:plc:first")
            said = [*said, *(evening.post(saying, f"did:plc:again{number}") for number in range(4))][-10:]
        evening.wait(30)
        return said[3::4]

    return served.do(happen)


def test_nobody_acts_in_step_in_the_calm(http: httpx.Client) -> None:
    """The pages are there from the start, and say that there is nothing to say."""
    assert "Nobody acts in step now." in text(http.get("/voices").text)
    assert "Nobody acts in step." in text(http.get("/fairness").text)
    assert "in step" not in text(http.get("/").text)
    assert http.get(f"/voices/{key('did:plc:x')}").status_code == 404


def test_who_acts_in_step_is_told_with_receipts(served: "Served", http: httpx.Client) -> None:
    """The live page says how many; a click further is who, after whom, when, and what chance would have given."""
    posts = crowd(served)
    live = http.get("/").text
    assert '<a href="/voices">4 accounts act in step, as 1 voice</a>' in live
    page = http.get("/voices").text
    read = text(page)
    assert "4 accounts repeat @first.example.org or one another" in read
    assert "@again3.example.org 10 of 10 posts" in read
    assert re.search(r"Of its 10 posts, 10 repeat what others did before; by chance about 1 in \d+ would\.", read)
    assert "It counts as part of one voice, and for" in read
    assert re.search(r"\d\d:\d\d said again what @first.example.org had said: nobody in this whole", read)
    receipts = set(re.findall(r'href="(/act/[^"]+)">said again', page))
    assert {f"/act/{key(post)}" for post in posts[-1:]} <= receipts
    assert all(http.get(receipt).status_code == 200 for receipt in receipts)
    assert "@first.example.org 10 of" not in read, "who was first is not blamed"


def test_words_taken_back_are_no_receipt(served: "Served", http: httpx.Client) -> None:
    """The receipt stays, and says that the post was taken back; its words are gone."""
    posts = crowd(served)
    account = served.do(lambda: served.evening.post("mark only once said by this one", "did:plc:again3"))
    assert account
    assert text(http.get("/voices").text).count("(taken back since)") == 0
    served.do(lambda: served.evening.delete(posts[-1]))
    page = http.get("/voices").text
    assert text(page).count("(taken back since)") == 1
    after = page.split(f'href="/act/{key(posts[-1])}"')[1].split("</li>")[0]
    assert "hydrants" not in after


def test_an_act_s_page_says_what_its_account_counts_for(served: "Served", http: httpx.Client) -> None:
    """Say and standing are sentences there, with the way to what they rest on."""
    posts = crowd(served)
    again = text(http.get(f"/act/{key(posts[-1])}").text)
    assert "It counts as part of one voice, and for" in again
    assert "It is a newcomer: nobody with standing had talked with it by then." in again
    host = served.do(lambda: served.evening.ask("Q1: Anything else?"))
    read = text(http.get(f"/act/{key(host)}").text)
    assert "It has its full say. It is the host's account." in read
    assert "Who acts in step" not in read


def test_whose_the_floor_was_of_late_is_told_in_numbers(served: "Served", http: httpx.Client) -> None:
    """The classes of what had the floor in the last minutes, and since the beginning; what is older is left out."""
    evening = served.evening

    def happen() -> None:
        evening.post("an early word about gardens and gates", "did:plc:early")
        evening.wait(600)
        evening.ask("Q1: What would you change?")
        answer = evening.post("I would begin with the lamps on our street", "did:plc:ana")
        evening.wait(10)
        evening.post("Which lamps do you mean by that?", "did:plc:host", reply_to=answer)
        evening.post("Those beside the school, I mean, all of them", "did:plc:ana")
        evening.wait(10)

    served.do(happen)
    lately = "4 messages on the floor in the last 8 minutes: 1 by people the room talks with, 1 by newcomers, 2 by the"
    assert lately in text(http.get("/").text)
    read = text(http.get("/fairness").text)
    assert lately in read
    assert "Since the beginning 5 messages had the floor: 1 by people the room talks with, 2 by newcomers" in read
    assert "a quarter of what is on the floor is theirs: one message for every 3 of the others" in read


def feed(served: "Served", *portraits: Portrait) -> None:
    """Tell the page of accounts in step."""
    step = Step(now=NOW, in_step=portraits)
    served.do(lambda: served.evening.board.hear(step))


def test_a_large_voice_is_paged_and_many_small_ones_are_counted(served: "Served", http: httpx.Client) -> None:
    """The page stays short however many there are; every account of a voice is a few clicks away, once."""
    feed(served, *(portrait(f"m{number:03}", "head") for number in range(120)))
    feed(served, *(portrait(f"s{number:03}", f"h{number:03}") for number in range(60)))
    page = http.get("/voices").text
    assert "180 accounts act in step, as 61 voices" in page
    assert page.count("<details") == 8 + 20
    assert "And 40 more." in page
    assert "All 120 accounts" in page
    found: list[str] = []
    onward: list[str] = [f"/voices/{key('head')}"]
    while onward:
        page = http.get(onward[0]).text
        found += re.findall(r'<bdi class="author">(m\d+)</bdi>', page)
        onward = re.findall(r'rel="next" href="([^"]+)"', page)
    assert found == [f"m{number:03}" for number in range(120)]
    assert http.get(f"/voices/{key('m007')}").status_code == 200
    assert http.get(f"/voices/{key('head')}?after=1000000").status_code == 200
    assert http.get(f"/voices/{key('head')}?after=-1").status_code == 404


def test_hostile_names_and_words_stay_text(served: "Served", http: httpx.Client) -> None:
    """What an account calls itself, and what it says, is never markup here."""
    evil = "<img src=x onerror=alert(1)>\u202e"
    repetitions = tuple(
        Repetition("act", NOW - timedelta(minutes=1), kind, "of<b>", evil, 0.02)
        for kind in ("words", "passing on", "link")
    )
    feed(served, portrait(evil, evil + "2", repetitions=repetitions), portrait("other", evil + "2"))
    for path in ("/voices", f"/voices/{key(evil)}"):
        page = http.get(path).text
        assert "<img" not in page
        assert "<b>" not in page
        assert "&lt;img" in page
    assert "\u202e" not in http.get(f"/voices/{key(evil)}").text.split("</title>")[0]


@pytest.mark.browser
@pytest.mark.parametrize(("scheme", "width"), [("light", 320), ("dark", 390), ("light", 1280), ("dark", 1280)])
def test_these_pages_can_be_read_and_opened_by_keyboard(
    served: "Served", reading: Callable[..., "Reader"], scheme: str, width: int
) -> None:
    """They fit, have contrast, and open with a key; the line on the live page comes by itself, without a reload."""
    reader = reading(color_scheme=scheme, viewport={"width": width, "height": 800})
    page = reader.open()
    expect(page.get_by_role("link", name="How the floor is shared").first).to_be_attached()
    crowd(served)
    page.get_by_role("link", name="4 accounts act in step, as 1 voice").click()
    summary = page.locator(".accounts summary").first
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".receipts").first).to_be_visible()
    for path in ("/voices", f"/voices/{key('did:plc:first')}", "/fairness"):
        page = reader.open(path)
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        assert wide(page) <= 0
        assert [one for one in page.evaluate(CONTRAST) if one[0] < 4.5] == []
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
