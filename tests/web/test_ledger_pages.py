"""The ledger's pages, in a real browser: who asked disputes, the host answers, everybody reads."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from playwright.sync_api import expect

from fairfloor.chat.ledger.entries import STATES
from fairfloor.chat.moves import Answer, Decline, Dispute, Enter, Merge, Move, Respond, Undo, Vote, Withdraw
from fairfloor.chat.proposals.book import STAGES
from fairfloor.testing.axe import violations
from fairfloor.web.address import key

if TYPE_CHECKING:
    from tests.web.conftest import Reader, Served

pytestmark = pytest.mark.browser
ANN, BOB = "did:plc:ann", "did:plc:bob"
HOST = "did:plc:host"
WHY = "Why are there no minutes of the meeting with the police board?"
VIEWS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "phone, dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
}


def asked(served: "Served", text: str = WHY, who: str = ANN, **more: Any) -> str:
    """Let somebody ask something; gives the post."""
    return served.do(lambda: served.evening.post(text, who, **more))


def test_a_question_is_answered_disputed_and_responded_to(hosted: "Served", reading: Callable[..., "Reader"]) -> None:
    """By keyboard alone the host answers and who asked disputes; a moderator responds; all of it is there to read."""
    post = asked(hosted)
    host, ann, moderator = reading(), reading(), reading()
    hosted.sign_in(host.context, "host", "Hal")
    hosted.sign_in(ann.context, "participant", ANN)
    hosted.sign_in(moderator.context, "moderator", "Mo")
    page = host.open("/ledger")
    page.get_by_role("link", name=WHY).focus()
    page.keyboard.press("Enter")
    page.get_by_label("The answer in words").focus()
    page.keyboard.type("They are out since Monday.")
    page.keyboard.press("Tab")
    page.keyboard.type("https://example.org/minutes")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Answered by Hal, host")).to_be_visible()
    page = ann.open(f"/ledger/{key(post)}")
    page.get_by_label("What does the answer leave open?").focus()
    page.keyboard.type("These are of another meeting.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Disputed by who asked")).to_be_visible()
    page = moderator.open(f"/ledger/{key(post)}")
    page.get_by_text("Respond").first.click()
    page.get_by_label("Your response").fill("You are right; the others come next week.")
    page.get_by_role("button", name="Respond").click()
    page = reading().open("/ledger?state=disputed")
    page.get_by_role("link", name=WHY).click()
    told = page.locator("main").inner_text()
    for words in ("out since Monday", "example.org/minutes", "of another meeting", "You are right", "disputed"):
        assert words in told
    assert "Half of the answers came within" in reading().open("/ledger").locator(".sum").inner_text()


def test_the_host_takes_a_reply_for_the_answer_with_one_key(hosted: "Served", reading: Callable[..., "Reader"]) -> None:
    """The reply on the network is noted, and does not count until the host says so."""
    post = asked(hosted)
    asked(hosted, "They are on the board's page since Monday.", HOST, reply_to=post)
    assert "the host replied" in reading().open("/ledger").locator(".questions").inner_text()
    host = reading()
    hosted.sign_in(host.context, "host", "Hal")
    page = host.open(f"/ledger/{key(post)}")
    page.get_by_role("button", name="This is the answer").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Answered by Hal, host")).to_be_visible()
    assert "since Monday" in page.locator(".answer").inner_text()


def test_who_asked_withdraws_and_enters(hosted: "Served", reading: Callable[..., "Reader"]) -> None:
    """A question to another participant is entered by who asked it; then it is withdrawn."""
    said = asked(hosted, "We had a meeting with the board.", BOB)
    waits = asked(hosted, "When was that meeting with the board?", ANN, reply_to=said)
    ann = reading()
    hosted.sign_in(ann.context, "participant", ANN)
    page = ann.open("/ledger?state=waiting")
    page.get_by_role("button", name="Enter it into the ledger").click()
    expect(page.get_by_text("You asked this")).to_be_visible()
    page.get_by_role("button", name="Withdraw my question").click()
    expect(page.get_by_text("Nobody asks this any more")).to_be_visible()
    assert hosted.evening.desk.ledger.among("withdrawn") == [waits]


def test_the_hosts_people_merge_and_split(hosted: "Served", reading: Callable[..., "Reader"]) -> None:
    """A merged question's page leads to the one it is part of; split off, it is one again."""
    one, other = asked(hosted), asked(hosted, "Who pays for the new cars of the town?", BOB)
    moderator = reading()
    hosted.sign_in(moderator.context, "moderator", "Mo")
    page = moderator.open(f"/ledger/{key(other)}")
    page.get_by_text("It is the same question as another").click()
    page.get_by_label("The other question").select_option(key(one))
    page.get_by_role("button", name="Merge").click()
    expect(page.get_by_text("asked by 2 voices")).to_be_visible()
    assert reading().open(f"/ledger/{key(other)}").url.endswith(f"/ledger/{key(one)}")
    page.get_by_text("Who asked it").click()
    page.get_by_role("button", name="Split it off").click()
    assert page.url.endswith(f"/ledger/{key(other)}")


def test_what_is_not_said_is_refused_in_a_sentence(hosted: "Served", reading: Callable[..., "Reader"]) -> None:
    """An answer without anything, an address that is none, a stranger's move."""
    post = asked(hosted)
    host = reading()
    hosted.sign_in(host.context, "host", "Hal")
    page = host.open(f"/ledger/{key(post)}")
    page.get_by_label("Where it was answered").fill("javascript:alert(1)")
    page.get_by_role("button", name="Answer", exact=True).click()
    expect(page.get_by_role("heading", name="That is no address")).to_be_visible()
    page = host.open(f"/ledger/{key(post)}")
    page.get_by_role("button", name="Answer", exact=True).click()
    expect(page.get_by_text("Say the answer in words")).to_be_visible()
    host.wrong.clear()  # the browser says of each refusal that it was one
    stranger = reading().open(f"/ledger/{key(post)}")
    assert stranger.get_by_role("button").count() == 0
    assert stranger.get_by_role("link", name="Show that the account is yours").is_visible()


def test_lists_go_on_and_wrong_addresses_are_not_found(hosted: "Served", reading: Callable[..., "Reader"]) -> None:
    """A page holds thirty; the next begins behind the last, and nothing comes twice."""
    for number in range(35):
        asked(hosted, f"What of matter{number} and subject{number} in district{number}?", f"did:plc:p{number}")
    page = reading().open("/ledger")
    seen = page.locator(".questions h3").all_inner_texts()
    page.get_by_role("link", name="More of them").click()
    seen += page.locator(".questions h3").all_inner_texts()
    assert len(set(seen)) == len(seen) == 35
    for path in ("/ledger?state=loud", "/ledger/bm90aGluZw", "/ledger/%F0"):
        assert httpx.get(hosted.url + path).status_code == 404


def full(served: "Served") -> list[str]:
    """Have a ledger with everything in it; gives the paths of its pages."""
    evening = served.evening

    def happen() -> list[str]:
        minutes = evening.post(WHY, ANN)
        for number in range(13):
            evening.post(f"{WHY} #{number}", f"did:plc:also{number}")
        evening.post("They are on the board's page.", HOST, reply_to=minutes)
        cars = evening.post("Who pays for the new patrol cars, the town or the county?", BOB)
        evening.move(
            Answer(question=cars, text="The town does.\nSee https://example.org/budget", link="https://example.org")
        )
        dispute = evening.move(Dispute(question=cars, text="Half of it: what of the county?"), BOB, "participant")
        evening.move(Respond(dispute=dispute.id, text="The county pays for fuel."), "Mo", "moderator")
        home = evening.post("Where do you live, officer?", "did:plc:cyn")
        evening.move(Decline(of=home), reason="It is nobody's business.")
        told = evening.post("We met the chief.", BOB)
        waits = evening.post("How did that talk with the chief go?", ANN, reply_to=told)
        gone = evening.post("How many complaints were there in May?", "did:plc:dan")
        evening.delete(gone)
        taken = evening.post("Which streets get lights first?", "did:plc:eve")
        evening.move(Withdraw(of=taken), "did:plc:eve", "participant")
        more = evening.post("Whose cars are these new patrol cars, the county's?", "did:plc:fay")
        evening.move(Merge(of=more, into=cars))
        entered = evening.post("Somebody said officers should live in town.", "did:plc:gil")
        evening.move(Enter(act=entered))
        assert waits
        states = ["open", "answered", "declined", "withdrawn", "disputed", "waiting"]
        lists = [f"/ledger?state={state}" for state in states]
        return lists + [f"/ledger/{key(one)}" for one in (minutes, cars, home, gone, taken)]

    return served.do(happen)


@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing(hosted: "Served", reading: Callable[..., "Reader"], view: str) -> None:
    """On any page of the ledger, for a reader, for who asked, and for the host; and nothing is wider than the page."""
    paths = full(hosted)
    readers = {who: reading(**VIEWS[view]) for who in ("nobody", "asker", "host")}
    hosted.sign_in(readers["asker"].context, "participant", BOB)
    hosted.sign_in(readers["host"].context, "host", "Hal")
    for who, reader in readers.items():
        for path in paths:
            page = reader.open(path)
            assert violations(page) == [], f"{path} for {who}"
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} for {who}"


def test_words_from_anywhere_are_only_words(hosted: "Served", reading: Callable[..., "Reader"]) -> None:
    """Markup in a question, an answer, a dispute, a name is shown and does nothing."""
    evil = 'Why are there no minutes? "><script>alert(1)</script><img src=x onerror=alert(2)>'
    post = asked(hosted, evil, BOB, handle="<b>bob</b>")

    def happen() -> None:
        hosted.evening.move(Answer(question=post, text=evil, link="https://example.org/?q='><script>"))
        hosted.evening.move(Dispute(question=post, text=evil), BOB, "participant", evil)
        hosted.evening.move(Answer(question=post, link="javascript:alert(3)"))

    hosted.do(happen)
    reader = reading()
    hosted.sign_in(reader.context, "host", "<i>Hal</i>")
    for path in ("/ledger", "/ledger?state=answered", f"/ledger/{key(post)}"):
        page = reader.open(path)
        assert page.locator("main img, main script, main b b, main i").count() == 0
        assert page.locator("a[href^='javascript']").count() == 0


def test_after_a_crash_the_ledger_and_the_proposals_are_as_they_were(hosted: "Served") -> None:
    """The log is heard again, and comes to the same: what was answered, disputed, declined, merged, taken back."""

    def standing() -> list[Any]:
        ledger, proposals = hosted.evening.desk.ledger, hosted.evening.desk.proposals
        found: list[Any] = [ledger.question(name) for state in STATES for name in ledger.among(state)]
        found += [proposals.proposal(name) for stage in STAGES for name in proposals.among(stage)]
        return [*found, ledger.numbers(), ledger.waiting(), proposals.votes()]

    full(hosted)

    def happen() -> tuple[list[Any], list[Any]]:
        topic = hosted.evening.post("Topic: body cameras\nWho sees the tapes?", ANN)
        hosted.evening.move(Vote(proposal=topic, vote=-1), BOB, "participant")
        before = standing()
        hosted.evening.come_back()
        return before, standing()

    before, after = hosted.do(happen)
    assert len(before) > 8
    assert after == before


def test_the_host_undoes_an_answer_and_a_dispute_of_it_stays(
    hosted: "Served", reading: Callable[..., "Reader"]
) -> None:
    """The question is open again; who asked cannot undo their dispute either."""
    post = asked(hosted)

    def happen() -> str:
        hosted.evening.move(Answer(question=post, text="They are out."))
        return hosted.evening.move(Dispute(question=post, text="Of another meeting."), ANN, "participant").id

    dispute = hosted.do(happen)
    host = reading()
    hosted.sign_in(host.context, "host", "Hal")
    page = host.open(f"/ledger/{key(post)}")
    page.get_by_role("button", name="Undo this").click()
    expect(page.get_by_text("It is open.")).to_be_visible()
    assert page.url.endswith(f"/ledger/{key(post)}")
    assert "Of another meeting." in page.locator("#disputes").inner_text()
    move = Move(id="m", at=hosted.evening.now, by=ANN, role="participant", do=Undo(move=dispute))
    assert hosted.do(lambda: hosted.evening.desk.refuses(move)) == (
        "A dispute stays. It can be answered, and who asked can withdraw the question."
    )
