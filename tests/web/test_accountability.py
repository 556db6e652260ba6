"""The public log, reports and second looks, in a real browser."""

import gzip
import json
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from email.message import Message
from typing import TYPE_CHECKING, Any

import pytest

from fairfloor.chat.moves import Appeal, Begin, End, Fold, Pin, Propose, Review, SetPace, Undo, Vote
from fairfloor.session.public_check import Checker
from fairfloor.store.evening.chain import VERSION
from fairfloor.testing.axe import violations
from fairfloor.web.address import key

if TYPE_CHECKING:
    from tests.web.conftest import Reader, Served

ANN = "did:plc:ann"


def fetched(served: "Served", path: str, **headers: str) -> tuple[int, Message, bytes]:
    """Fetch a page as a program does."""
    request = urllib.request.Request(served.url + path, headers=headers)  # noqa: S310 - our own server
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - our own server
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def a_folded_post(served: "Served") -> str:
    """Let the host fold a post of Ann's; gives the post."""
    evening = served.evening
    post = served.do(lambda: evening.post("This is about my street <b>and</b> yours", ANN))
    served.do(lambda: evening.move(Fold(act=post), reason="I took it for an advert"))
    return post


def test_the_log_shows_moves_newest_first_each_at_its_address(
    hosted: "Served", reading: Callable[..., "Reader"]
) -> None:
    """Who did what, why, and by what it was undone; what somebody wrote is never markup."""
    post = a_folded_post(hosted)
    evening = hosted.evening
    fold = evening.desk.lately[-1]
    hosted.do(lambda: evening.move(Pin(text="<script>alert(1)</script>")))
    hosted.do(lambda: evening.move(Undo(move=fold.id), by="Mod", role="moderator", reason="it is no advert"))
    page = reading().open("/log")
    told = page.locator(".moves > li")
    assert told.count() == 3
    assert "undid a move" in told.nth(0).inner_text()
    assert "<script>" in told.nth(1).inner_text()
    assert "I took it for an advert" in told.nth(2).inner_text()
    assert "Undone by Mod" in told.nth(2).inner_text()
    assert violations(page) == []
    told.nth(2).get_by_role("link", name="folded").click()
    assert page.url.endswith(f"/log/{fold.id.replace(':', '%3A')}")
    assert "I took it for an advert" in page.locator("main").inner_text()
    assert violations(page) == []
    page.get_by_role("link", name="The move that did so").click()
    page.get_by_role("link", name="What was undone").click()
    page.get_by_role("link", name="The post").click()
    assert page.url.endswith(f"/act/{key(post)}")


def test_the_log_is_paged_by_key_and_votes_are_only_in_the_file(hosted: "Served") -> None:
    """Fifty moves to a page; a page stays right while more are made."""
    evening = hosted.evening
    for number in range(60):
        hosted.do(lambda number=number: evening.move(Pin(text=f"notice {number}.")))  # type: ignore[misc]
    topic = hosted.do(lambda: evening.move(Propose(title="Night buses"), by=ANN, role="participant"))
    vote = hosted.do(lambda: evening.move(Vote(proposal=topic.id, vote=1), by="did:plc:ben", role="participant"))
    _, _, first = fetched(hosted, "/log")
    onward = first.decode().partition("/log?before=")[2].partition('"')[0]
    hosted.do(lambda: evening.move(Pin(text="one more")))
    _, _, second = fetched(hosted, f"/log?before={onward}")
    assert [f"notice {number}." in first.decode() for number in (11, 59, 10)] == [True, True, False]
    assert [f"notice {number}." in second.decode() for number in (10, 0, 11)] == [True, True, False]
    assert fetched(hosted, f"/log/{vote.id}")[0] == 404
    assert vote.id.encode() in fetched(hosted, "/log.jsonl")[2]
    assert fetched(hosted, "/log?before=x")[0] == 404
    assert fetched(hosted, "/log/move:nothing")[0] == 404


def test_the_file_is_the_log_and_holds(hosted: "Served") -> None:
    """Packed or not, whole or from a line on, with its head beforehand; and it replays."""
    a_folded_post(hosted)
    status, headers, log = fetched(hosted, "/log.jsonl")
    assert status == 200
    checker = Checker(VERSION)
    assert all(checker.see(line) for line in log.splitlines())
    found = checker.found()
    assert headers["X-Fairfloor-Head"] == f"{found.head.n} {found.head.hash}"
    assert (found.wrong, found.replayed, found.kinds["move"]) == (None, 2, 1)
    packed = fetched(hosted, "/log.jsonl", **{"Accept-Encoding": "gzip"})
    assert packed[1]["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed[2]) == log
    assert fetched(hosted, "/log.jsonl", **{"If-None-Match": headers["ETag"]})[0] == 304
    assert fetched(hosted, "/log.jsonl?after=2")[2] == b"".join(log.splitlines(keepends=True)[2:])
    assert fetched(hosted, f"/log.jsonl?after={2**62}")[2] == b""
    assert found.head.hash.encode() in fetched(hosted, "/log")[2]
    assert b"my street" not in log


def test_who_was_folded_asks_and_the_answer_is_public(hosted: "Served", reading: Callable[..., "Reader"]) -> None:
    """From the fold to the answer, by keyboard: the author asks, a moderator answers, everybody reads it."""
    post = a_folded_post(hosted)
    address = f"/act/{key(post)}/appeal"
    author, staff, other = reading(), reading(), reading()
    hosted.sign_in(author.context, "participant", ANN)
    hosted.sign_in(staff.context, "moderator", "Mia")
    page = author.open(f"/act/{key(post)}")
    page.get_by_role("link", name="Ask for a second look").press("Enter")
    assert violations(page) == []
    page.get_by_label("What should the host know?").focus()
    page.keyboard.type("It is about my own street.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("It waits for an answer").wait_for()
    assert page.get_by_role("button", name="Ask for a second look").count() == 0

    page = other.open(address)
    assert "It is about my own street." in page.locator("main").inner_text()
    assert page.locator("form").count() == 0
    assert violations(page) == []

    page = staff.open("/appeals")
    assert violations(page) == []
    page.get_by_role("link", name="Look at the post").press("Enter")
    page.get_by_label("Give the post the floor").focus()
    page.keyboard.press("Space")
    page.get_by_label("Why").focus()
    page.keyboard.type("You are right, it is no advert.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("The post got the floor").wait_for()
    assert violations(page) == []

    page = other.open(address)
    assert "You are right, it is no advert." in page.locator("main").inner_text()
    assert "answered an appeal: the post gets the floor" in other.open("/log").locator("main").inner_text()
    decision = hosted.evening.records.decisions_of(post)[-1][1]
    assert decision.placement == "floor"
    assert "1 post got the floor. The answer came within" in other.open("/report").locator("main").inner_text()

    page = staff.open(address)
    page.get_by_role("button", name="Undo this answer").click()
    page.get_by_text("It waits for an answer").wait_for()


def test_only_the_author_asks_and_only_the_hosts_people_answer(
    hosted: "Served", reading: Callable[..., "Reader"]
) -> None:
    """Others have no form; and where one is sent all the same, it is refused."""
    post = a_folded_post(hosted)
    address = f"/act/{key(post)}/appeal"
    stranger = reading()
    hosted.sign_in(stranger.context, "participant", "did:plc:ben")
    page = stranger.open(address)
    assert page.locator("form").count() == 0
    asked = hosted.do(lambda: hosted.evening.move(Appeal(act=post), by=ANN, role="participant"))
    forms: dict[str, dict[str, str | float | bool]] = {
        "appeal": {"text": "me too"},
        "review": {"appeal": asked.id, "granted": "yes", "text": "of course"},
    }
    for path, form in forms.items():
        answer = page.request.post(f"{hosted.url}/act/{key(post)}/{path}", form=form)
        assert answer.status == 403
    (case,) = hosted.evening.desk.appeals.of(post)
    assert case.open
    assert page.request.get(f"{hosted.url}/act/{key('nothing')}/appeal").status == 404


def test_what_is_on_the_floor_has_nothing_to_appeal_against(hosted: "Served", reading: Callable[..., "Reader"]) -> None:
    """The page says so, and has no form."""
    post = hosted.do(lambda: hosted.evening.post("Good evening", ANN))
    author = reading()
    hosted.sign_in(author.context, "participant", ANN)
    page = author.open(f"/act/{key(post)}/appeal")
    assert page.locator("form").count() == 0
    assert "not folded" in page.locator("main").inner_text()


def a_night(served: "Served") -> None:
    """Let a session be held in which much is said, and the host does this and that."""
    evening = served.evening

    def go_on() -> None:
        evening.move(Begin(title="Night buses"))
        evening.ask("Q1: Why are there no night buses?")
        for number in range(40):
            evening.tell(evening.a_post(f"The {number}th thing to say about buses is a long one {number}"), after=0.5)
        for _ in range(20):
            evening.tell(evening.a_post("Sign the petition for night buses in our town now"), after=0.5)
        evening.move(SetPace(pace=20))
        evening.wait(300)
        post = evening.post("Nothing to see here", ANN)
        fold = evening.move(Fold(act=post), reason="by mistake")
        evening.move(Undo(move=fold.id))
        evening.move(Fold(act=post), by="Mia", role="moderator", reason="not about us")
        asked = evening.move(Appeal(act=post, text="Why?"), by=ANN, role="participant")
        evening.move(Review(appeal=asked.id, act=post, granted=False, text="It is an advert."), after=90)
        evening.wait(700)

    served.do(go_on)


@pytest.mark.parametrize("size", [{"width": 1280, "height": 900}, {"width": 390, "height": 844}])
def test_the_report_says_what_was_what(
    hosted: "Served", reading: Callable[..., "Reader"], size: dict[str, int]
) -> None:
    """In sentences, tables and two plots that say the same, wide and narrow; the session's page has it for good."""
    a_night(hosted)
    page = reading(viewport=size).open("/report")
    said = page.locator("main").inner_text()
    assert "Report of the session so far" in said
    assert "62 posts by" in said
    assert "folded a post twice, undone once" in said
    assert "Mia (moderator) made 1 move" in said
    assert "1 fold stood. The answer came within 1 minute 30 seconds." in said
    assert "The camps are not known" in said
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    rows = page.locator("table.counts").nth(2).locator("tbody tr td").all_inner_texts()
    assert sum(int(one) for one in rows) + 0 > 0
    hosted.do(lambda: hosted.evening.move(End()))
    hosted.do(lambda: hosted.evening.wait(60))
    (past,) = hosted.evening.desk.sessions.past(hosted.evening.now + timedelta(seconds=1))
    page = reading().open(f"/sessions/{past.name}/report")
    assert "Report of the session" in page.locator("h1").inner_text()
    assert "so far" not in page.locator("h1").inner_text()
    assert fetched(hosted, "/sessions/2031-01-01/report")[0] == 404


def test_an_evening_of_nothing_has_its_pages_too(hosted: "Served", reading: Callable[..., "Reader"]) -> None:
    """Nothing said, nothing done, nothing asked."""
    page = reading().open("/report")
    assert "Nothing was said." in page.locator("main").inner_text()
    for path in ("/log", "/appeals"):
        page.goto(hosted.url + path)
        assert violations(page) == []
    assert [json.loads(line)["kind"] for line in fetched(hosted, "/log.jsonl")[2].splitlines()] == ["begin"]


def test_addresses_that_lead_nowhere_say_so(hosted: "Served") -> None:
    """Whatever stands in them."""
    surrogate = "Ye2ggA"  # "a" and a lone surrogate, as `key` writes them
    paths = [f"/act/{surrogate}/appeal", f"/find/{surrogate}", "/log/%00", "/log.jsonl?after=-1", "/sessions/x/report"]
    for path in paths:
        assert fetched(hosted, path)[0] == 404


def test_only_so_many_are_sent_the_log_at_once(hosted: "Served", monkeypatch: pytest.MonkeyPatch) -> None:
    """More are asked to come later, and the evening goes on."""
    sent: Any = pytest.importorskip("fairfloor.web.accountability.download")
    monkeypatch.setattr(sent, "AT_ONCE", 0)
    status, headers, _ = fetched(hosted, "/log.jsonl")
    assert (status, headers["Retry-After"]) == (503, "60")
