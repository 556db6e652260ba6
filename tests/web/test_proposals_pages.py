"""The proposals' pages, in a real browser: anyone proposes and votes, the host answers each."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from playwright.sync_api import expect

from fairfloor.chat.moves import Accept, Decline, Propose, Settle, Vote
from fairfloor.chat.schedule.slots import Schedule
from fairfloor.chat.schedule.written import schedule
from fairfloor.chat.settings import Settings
from fairfloor.testing.axe import violations
from fairfloor.web.address import key

if TYPE_CHECKING:
    from tests.web.conftest import Reader, Served

pytestmark = pytest.mark.browser
ANN, BOB, CYN = "did:plc:ann", "did:plc:bob", "did:plc:cyn"
TITLE = "Body cameras: who sees the tapes, and when"
VIEWS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "phone, dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
}


def weekly(served: "Served") -> Schedule:
    """Let the chat be on every Wednesday."""
    weekly = schedule("Wednesdays 21:00 America/Toronto", served.evening.now.date())
    served.do(lambda: served.evening.move(Settle(settings=Settings(tag="copchat", schedule=weekly))))
    return weekly


def test_a_critic_proposes_is_seconded_and_accepted(hosted: "Served", reading: Callable[..., "Reader"]) -> None:
    """By keyboard alone; the accepted topic names its session, and the session leads back to it."""
    weekly(hosted)
    ann, bob, host = reading(), reading(), reading()
    hosted.sign_in(ann.context, "participant", ANN)
    hosted.sign_in(bob.context, "participant", BOB)
    hosted.sign_in(host.context, "host", "Hal")
    page = ann.open("/proposals")
    page.get_by_label("The topic").focus()
    page.keyboard.type(TITLE)
    page.keyboard.press("Tab")
    page.keyboard.type("You always change the subject.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    expect(page.get_by_text("1 voice wants it")).to_be_visible()
    page = bob.open("/proposals")
    page.get_by_role("button", name="I want this").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 voices want it")).to_be_visible()
    expect(page.get_by_text("Too few votes to tell.")).to_be_visible()
    page = host.open("/proposals")
    page.get_by_role("link", name=TITLE).focus()
    page.keyboard.press("Enter")
    page.get_by_label("A word with it").focus()
    page.keyboard.type("Let us have it.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Accepted by Hal, host")).to_be_visible()
    accepted = page.url
    page.get_by_role("link", name="The session").click()
    page.get_by_role("link", name="a topic that was proposed").click()
    assert page.url == accepted


def test_a_post_proposes_and_its_words_go_with_it(hosted: "Served", reading: Callable[..., "Reader"]) -> None:
    """Its first line is the title; taken back, nothing of it is left but that somebody proposed something."""
    evening = hosted.evening
    post = hosted.do(lambda: evening.post(f"#CopChat Topic: {TITLE}\nYou always change the subject.", ANN))
    page = reading().open(f"/proposals/{key(post)}")
    assert page.get_by_role("heading", level=1).inner_text() == TITLE
    assert page.locator(".card").inner_text() == "You always change the subject."
    hosted.do(lambda: evening.delete(post))
    page = reading().open(f"/proposals/{key(post)}")
    assert "Body cameras" not in page.content()
    assert "withdrawn" in page.locator("main").inner_text()


def test_a_vote_can_be_changed_and_is_the_accounts_own(hosted: "Served", reading: Callable[..., "Reader"]) -> None:
    """The last counts; the host's people have none."""
    move = hosted.do(lambda: hosted.evening.move(Propose(title=TITLE), ANN, "participant"))
    bob, host = reading(), reading()
    hosted.sign_in(bob.context, "participant", BOB)
    hosted.sign_in(host.context, "host", "Hal")
    page = bob.open(f"/proposals/{key(move.id)}")
    page.get_by_role("button", name="I want this").click()
    page.get_by_role("button", name="Rather not").click()
    expect(page.get_by_text("1 voice wants it, 1 would rather not")).to_be_visible()
    pressed = page.locator("button[aria-pressed=true]")
    assert pressed.inner_text().startswith("Rather not")
    assert host.open(f"/proposals/{key(move.id)}").get_by_role("button", name="I want this").count() == 0


def test_the_host_declines_and_the_proposer_withdraws(hosted: "Served", reading: Callable[..., "Reader"]) -> None:
    """With a reason that stands there for good; who proposed it may withdraw what is open."""
    made = hosted.do(lambda: [hosted.evening.move(Propose(title=f"{TITLE} {n}"), ANN, "participant") for n in range(2)])
    host, ann = reading(), reading()
    hosted.sign_in(host.context, "host", "Hal")
    hosted.sign_in(ann.context, "participant", ANN)
    page = host.open(f"/proposals/{key(made[0].id)}")
    page.get_by_text("Decline it").click()
    page.get_by_label("Why").fill("We had that in May.")
    page.get_by_role("button", name="Decline").click()
    expect(page.get_by_text("We had that in May.")).to_be_visible()
    assert ann.open(f"/proposals/{key(made[0].id)}").get_by_role("button", name="Withdraw my proposal").count() == 0
    page = ann.open(f"/proposals/{key(made[1].id)}")
    page.get_by_role("button", name="Withdraw my proposal").click()
    expect(page.get_by_text("withdrawn").first).to_be_visible()


def test_addresses_of_nothing_are_not_found(hosted: "Served") -> None:
    """Nor are lists of no stage."""
    for path in ("/proposals?stage=loud", "/proposals/bm90aGluZw", "/proposals/%F0"):
        assert httpx.get(hosted.url + path).status_code == 404


def full(served: "Served") -> list[str]:
    """Have proposals with everything in them, and two camps; gives the paths of their pages."""
    weekly(served)
    evening = served.evening

    def happen() -> list[str]:
        titles = [
            "What officers would change if they were chief",
            TITLE,
            "More patrols downtown at night",
            "Fewer stops for small things",
            "How complaints are handled, and by whom",
            "Overtime, and who pays for it",
        ]
        made = [evening.move(Propose(title=title, text="A few words."), ANN, "participant").id for title in titles]
        for number in range(24):
            camp = number % 2
            for place, wants in enumerate((1, 1, 1 - 2 * camp, 2 * camp - 1, (1, 0, -1)[number % 3])):
                if (number + place) % 7:
                    vote: Any = wants
                    evening.move(Vote(proposal=made[place], vote=vote), f"did:plc:v{number}", "participant", after=0)
        accepted = evening.move(Propose(title="A ride-along, told minute by minute"), BOB, "participant").id
        evening.move(Accept(proposal=accepted, on=evening.now + timedelta(days=9)), reason="With pleasure.")
        declined = evening.move(Propose(title="Who wins the cup"), CYN, "participant").id
        evening.move(Decline(of=declined), reason="That is another chat.")
        said = evening.post("Topic: how complaints are handled, and by whom?\nPlease.", BOB)
        evening.post("Topic: how complaints are handled, and by whom, please?", CYN)
        stages = [f"/proposals?stage={stage}" for stage in ("open", "accepted", "declined", "withdrawn")]
        return stages + [f"/proposals/{key(one)}" for one in (made[0], made[2], accepted, declined, said)]

    return served.do(happen)


def test_camps_are_shown_and_what_both_want_comes_first(hosted: "Served", reading: Callable[..., "Reader"]) -> None:
    """In a sentence and as bars; what one camp wants and the other would rather not comes later."""
    paths = full(hosted)
    page = reading().open(paths[0])
    assert "The votes show two camps" in page.locator("main").inner_text()
    first, second = page.locator(".questions > li").all()[:2]
    for row in (first, second):
        assert "People who usually disagree both want this." in row.inner_text()
        assert row.locator("svg.camp").count() == 2
    told = page.locator(".questions").inner_text()
    assert "One camp wants this, another would rather not." in told
    assert "Too few votes to tell what each camp wants." in told


@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing(hosted: "Served", reading: Callable[..., "Reader"], view: str) -> None:
    """On any page of the proposals, for a reader, a voter, and the host; and nothing is wider than the page."""
    paths = full(hosted)
    readers = {who: reading(**VIEWS[view]) for who in ("nobody", "voter", "host")}
    hosted.sign_in(readers["voter"].context, "participant", ANN)
    hosted.sign_in(readers["host"].context, "host", "Hal")
    for who, reader in readers.items():
        for path in paths:
            page = reader.open(path)
            assert violations(page) == [], f"{path} for {who}"
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} for {who}"


def test_words_from_anywhere_are_only_words(hosted: "Served", reading: Callable[..., "Reader"]) -> None:
    """Markup in a title, a text, a reason, a name is shown and does nothing."""
    evil = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
    made = hosted.do(lambda: hosted.evening.move(Propose(title=evil, text=evil), ANN, "participant"))
    hosted.do(lambda: hosted.evening.post(f"topic: {evil}", BOB, handle="<b>bob</b>"))
    voter = reading()
    hosted.sign_in(voter.context, "participant", CYN)
    for path in ("/proposals", f"/proposals/{key(made.id)}"):
        assert voter.open(path).locator("main img, main script, main b b").count() == 0
    hosted.do(lambda: hosted.evening.move(Decline(of=made.id), reason=evil))
    for path in ("/proposals?stage=declined", f"/proposals/{key(made.id)}"):
        assert voter.open(path).locator("main img, main script, main b b").count() == 0
