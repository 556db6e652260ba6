"""What each move from the console does to the pages that everybody sees; by mouse, on a desk and on a phone."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Page, expect

from fairfloor.chat.moves import Appeal, Begin, Fold, Pause, Propose
from fairfloor.testing.axe import violations
from fairfloor.web.address import key
from fairfloor.web.console.kinds import KINDS, allowed

if TYPE_CHECKING:
    from tests.web.conftest import Reader, Served

pytestmark = pytest.mark.browser
Reading = Callable[..., "Reader"]
VIEWS: dict[str, dict[str, Any]] = {
    "desk": {"viewport": {"width": 1280, "height": 900}},
    "phone, dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
}


def at_console(hosted: "Served", reading: Reading, role: Any = "host", **view: Any) -> Page:
    """Open the console as one of the host's people."""
    reader = reading(**(view or VIEWS["desk"]))
    hosted.sign_in(reader.context, role)
    return reader.open("/console")


def choose(page: Page, where: str, words: str, move: str) -> None:
    """Click a move of an item."""
    page.locator(f"{where} .item", has_text=words).get_by_role("link", name=move).click()


def press(page: Page, name: str) -> None:
    """Press the button of the open form."""
    page.locator("#move").get_by_role("button", name=name, exact=True).click()
    expect(page.locator("#move")).to_be_hidden()


def full(hosted: "Served") -> dict[str, str]:
    """Have an evening with something in every list; gives some posts."""
    evening = hosted.evening

    def happen() -> dict[str, str]:
        evening.move(Begin(title="Body cameras"))
        evening.ask("Q1: What do you say first?")
        said = "nobody in this county ever asked us about the new patrol cars that we all pay for"
        posts = {"first": evening.post(said, "did:plc:first"), "rude": evening.post("A rude word", "did:plc:rude")}
        posts |= {"copy": evening.post(said, "did:plc:again")}
        posts |= {
            "asked": evening.post("Why do complaints about night patrols never reach the board?", "did:plc:critic")
        }
        posts |= {"again": evening.post("Who pays for the new patrol cars in our county?", "did:plc:other")}
        evening.move(Propose(title="What happens to a complaint"), by="did:plc:critic", role="participant")
        evening.move(Fold(act=posts["rude"]), reason="It insults somebody")
        evening.move(Appeal(act=posts["rude"], text="It was meant kindly"), by="did:plc:rude", role="participant")
        evening.move(Pause(account="did:plc:loud", until=evening.now + timedelta(hours=1)), reason="It insults people")
        for number in range(20):
            evening.post(f"Number {number} says {number * 7} things about {number * 13} streets")
        return posts

    return hosted.do(happen)


@pytest.mark.parametrize("view", VIEWS)
def test_a_fold_shows_on_every_page(hosted: "Served", reading: Reading, view: str) -> None:
    """A click, a usual reason, a click: the live page loses it, the list of folds has it with the reason's move."""
    act = hosted.do(lambda: hosted.evening.post("A rude word about a neighbour", "did:plc:rude"))
    live = reading(**VIEWS[view]).open()
    expect(live.locator("#m1")).to_be_visible()
    page = at_console(hosted, reading, **VIEWS[view])
    choose(page, "#floor", "A rude word", "Fold")
    page.get_by_role("button", name="It insults somebody").click()
    expect(page.get_by_label("Why")).to_have_value("It insults somebody")
    press(page, "Fold")
    expect(live.locator("#m1")).to_have_count(0)
    live.goto(f"{hosted.url}/folded/host-fold")
    expect(live.locator(".entries")).to_contain_text("A rude word about a neighbour")
    assert hosted.do(lambda: hosted.evening.records.record(act).decision.reason.move).startswith("move:")  # type: ignore[union-attr]
    choose(page, "#moves", "folded a post", "Undo")
    press(page, "Undo")
    live.goto(hosted.url)
    expect(live.locator("#m1")).to_contain_text("A rude word")
    assert page.locator("body").evaluate("one => one.scrollWidth <= innerWidth")


def test_a_post_that_waits_gets_the_floor(hosted: "Served", reading: Reading) -> None:
    """Released, it is on the live page at once, and says whose hand it was."""
    full(hosted)
    live = reading(**VIEWS["desk"]).open()
    page = at_console(hosted, reading)
    words = page.locator("#waiting .item .gist-words").first.inner_text()
    choose(page, "#waiting", words, "Give the floor")
    press(page, "Give the floor")
    shown = live.locator("#floor .message", has_text=words)
    expect(shown.locator(".why p")).to_contain_text("the host gave it the floor")


def test_pace_share_and_notice_show_to_everybody(hosted: "Served", reading: Reading) -> None:
    """What is set is what the pages say; nonsense is refused in the dialog, and stays to be mended."""
    live = reading(**VIEWS["desk"]).open()
    page = at_console(hosted, reading)
    page.get_by_role("link", name="Set the pace").click()
    page.get_by_label("Messages a minute").fill("30")
    press(page, "Set the pace")
    expect(page.locator("#state")).to_contain_text("Up to 30 messages a minute")
    page.get_by_role("link", name="Set the share").click()
    page.get_by_label("Newcomers' part").fill("50")
    press(page, "Set the share")
    expect(page.locator("#state")).to_contain_text("Newcomers have half")
    assert hosted.evening.sitting._evening.floor.interval == timedelta(seconds=2)  # noqa: SLF001 - what it came to
    page.get_by_role("link", name="Pin a notice").click()
    page.get_by_label("The notice").fill("Tonight: <b>body cameras</b>")
    press(page, "Pin a notice")
    expect(live.locator("#notice")).to_contain_text("Tonight: <b>body cameras</b>")
    page.get_by_role("link", name="Take it down").click()
    press(page, "Take it down")
    expect(live.locator("#notice")).not_to_contain_text("Tonight")


def test_a_session_begins_and_ends(hosted: "Served", reading: Reading) -> None:
    """Begin, with what it is about; then End is there instead."""
    page = at_console(hosted, reading)
    page.locator("#asking").get_by_role("link", name="Begin").click()
    page.get_by_label("What it is about").fill("Body cameras")
    press(page, "Begin")
    expect(page.locator("#asking")).to_contain_text("On since")
    page.locator("#asking").get_by_role("link", name="End").click()
    press(page, "End")
    expect(page.locator("#asking").get_by_role("link", name="Begin")).to_be_visible()


def test_an_account_is_vouched_for_and_paused(hosted: "Served", reading: Reading) -> None:
    """What a paused account says next is folded; one vouched for is one the room talks with."""
    evening = hosted.evening
    hosted.do(lambda: evening.move(Begin()))
    hosted.do(lambda: evening.post("Hello from me", "did:plc:bob"))
    page = at_console(hosted, reading)
    choose(page, "#floor", "Hello from me", "Vouch")
    press(page, "Vouch")
    hosted.do(lambda: evening.post("And another hello", "did:plc:bob"))
    hosted.do(lambda: evening.wait(10))
    expect(page.locator("#floor .item", has_text="another")).to_contain_text("The room talks with it.")
    choose(page, "#floor", "another", "Pause")
    expect(page.get_by_label("until the session ends")).to_be_checked()
    page.get_by_label("Why").fill("It was asked to let others speak")
    press(page, "Pause")
    act = hosted.do(lambda: evening.post("I go on all the same", "did:plc:bob"))
    assert hosted.do(lambda: evening.board.state(act)) == "host-pause"
    until = [move.do.until for move in evening.desk.lately if isinstance(move.do, Pause)]
    session = evening.desk.sessions.on(evening.now)
    assert session is not None
    assert until == [session.ends]


def test_questions_are_merged_and_an_appeal_is_granted(hosted: "Served", reading: Reading) -> None:
    """Two questions become one with two voices; the folded post is back on the floor, and the appeal is answered."""
    posts = full(hosted)
    page = at_console(hosted, reading)
    questions = page.locator("#questions .item:not(.past)")
    expect(questions).to_have_count(2)
    choose(page, "#questions", "Who pays", "Merge")
    page.get_by_label("The same as", exact=True).select_option(index=0)
    press(page, "Merge")
    expect(questions).to_have_count(1)
    expect(questions).to_contain_text("Asked by 2 voices")
    choose(page, "#questions", "Asked by 2 voices", "Split")
    press(page, "Split")
    expect(questions).to_have_count(2)
    choose(page, "#appeals", "A rude word", "Answer it")
    expect(page.locator("#move blockquote")).to_contain_text("It was meant kindly")
    page.get_by_label("It gets the floor").check()
    page.get_by_label("Your answer").fill("You are right, it was.")
    press(page, "Answer it")
    expect(page.locator("#appeals .item:not(.past)")).to_have_count(0)
    assert hosted.do(lambda: hosted.evening.board.state(posts["rude"])) == "host-floor"


def test_a_proposal_is_declined_with_its_reason(hosted: "Served", reading: Reading) -> None:
    """It leaves the open ones."""
    full(hosted)
    page = at_console(hosted, reading)
    choose(page, "#proposals", "What happens to a complaint", "Decline")
    page.get_by_label("Why, for everybody to read").fill("We had it last week")
    press(page, "Decline")
    expect(page.locator("#proposals .item:not(.past)")).to_have_count(0)
    assert len(hosted.evening.desk.proposals.among("declined")) == 1


def test_what_to_say_can_be_copied_and_posted(hosted: "Served", reading: Reading) -> None:
    """The button copies the sentence; the link opens the network's composer with it and the tag."""
    reader = reading(**VIEWS["desk"])
    reader.context.grant_permissions(["clipboard-read", "clipboard-write"])
    hosted.sign_in(reader.context, "host")
    page = reader.open("/console")
    words = page.locator("#say-post").inner_text()
    page.get_by_role("button", name="Copy it").click()
    expect(page.locator("#told")).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == words
    link = page.get_by_role("link", name=re.compile("Post it on Bluesky"))
    expect(link).to_have_attribute("href", re.compile(r"^https://bsky\.app/intent/compose\?text=.*%23copchat$"))
    hosted.do(lambda: [hosted.evening.post(f"Number {n} says {n * 7} things on {n * 9} streets") for n in range(40)])
    expect(page.locator("#say")).to_contain_text("Much is being said all at once")
    assert page.locator("#say-post").inner_text() != words


@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing(hosted: "Served", reading: Reading, view: str) -> None:
    """On the console with all in it, its dialogs, every form as a page of its own, and what others see of it."""
    posts = full(hosted)
    page = at_console(hosted, reading, **VIEWS[view])
    expect(page.locator("#waiting .item").first).to_be_attached()
    assert violations(page) == []
    page.keyboard.press("?")
    assert violations(page) == []
    page.keyboard.press("Escape")
    for name in ("fold", "answer", "review", "decline", "pace", "pin"):
        page.locator(f"a[data-move={name}]").first.click()
        expect(page.locator("#move")).to_be_visible()
        assert violations(page) == [], name
        page.keyboard.press("Escape")
    desk = hosted.evening.desk
    question, move = hosted.do(lambda: (desk.ledger.among("open")[0], next(iter(desk.standing))))
    ofs = {"act": posts["copy"], "account": posts["copy"], "question": question, "entry": question, "move": move}
    for kind in KINDS.values():
        if kind.of in {*ofs, "nothing"} and kind.name != "unpin":
            of = f"&of={key(ofs[kind.of])}" if kind.of in ofs else ""
            page.goto(f"{hosted.url}/console/do?what={kind.name}{of}")
            expect(page.get_by_role("heading", level=1)).to_have_text(kind.title)
            assert violations(page) == [], kind.name
    outside = reading(**VIEWS[view])
    outside.open("/console")
    assert violations(outside.page) == []
    outside.wrong = [one for one in outside.wrong if "403" not in one]


def test_a_moderator_has_the_moves_of_one(hosted: "Served", reading: Reading) -> None:
    """Folding and holding, but not vouching, answering or the pace; asking for those by address is refused."""
    posts = full(hosted)
    page = at_console(hosted, reading, "moderator")
    item = page.locator("#floor .item", has_text="nobody in this county")
    expect(item.get_by_role("link", name="Fold")).to_be_visible()
    expect(item.get_by_role("link", name="Vouch")).to_have_count(0)
    expect(page.locator("a[data-move=answer], a[data-move=pace], a[data-move=begin]")).to_have_count(0)
    answer = page.request.get(f"{hosted.url}/console/do?what=vouch&of={key(posts['first'])}")
    assert answer.status == 403
    assert "not yours to do" in answer.text()


def test_undoing_from_another_page_leads_back_to_it_and_nowhere_else(hosted: "Served", reading: Reading) -> None:
    """A form with `move` and `back` undoes; no place outside is gone to; without a form's token nothing happens."""
    full(hosted)
    page = at_console(hosted, reading)
    form = page.request.get(f"{hosted.url}/console/do?what=pin").text()
    token = re.findall(r'name="csrf" value="([^"]+)"', form)[0]
    moves = list(hosted.evening.desk.standing.values())
    fold, pause = (next(one.id for one in moves if isinstance(one.do, kind)) for kind in (Fold, Pause))

    def undo(**given: str | float | bool) -> tuple[int, str]:
        answer = page.request.post(f"{hosted.url}/console/undo", form=given, max_redirects=0)
        return answer.status, answer.headers.get("location", "")

    assert undo(move=fold, back="/ledger")[0] == 403
    assert undo(csrf=token, move=fold, back="/ledger") == (303, "/ledger")
    assert undo(csrf=token, move=fold, back="/ledger")[0] == 409
    assert undo(csrf=token, move=pause, back="//elsewhere.example") == (303, "/console")


def test_the_posts_own_page_offers_the_moves(hosted: "Served", reading: Reading) -> None:
    """Chosen on the page of a post, a move leads back to it; a reader sees none of this."""
    act = hosted.do(lambda: hosted.evening.post("A rude word", "did:plc:rude"))
    where = f"/act/{key(act)}"
    reader = reading(**VIEWS["desk"])
    hosted.sign_in(reader.context, "host")
    page = reader.open(where)
    page.get_by_role("navigation", name="Moves about this post").get_by_role("link", name="Hold").click()
    page.get_by_label("Why").fill("I want to look at it first")
    page.get_by_role("button", name="Hold").click()
    expect(page).to_have_url(hosted.url + where)
    expect(page.locator("main")).to_contain_text("the host holds it back for now")
    assert violations(page) == []
    stranger = reading(**VIEWS["desk"]).open(where)
    expect(stranger.get_by_role("navigation", name="Moves about this post")).to_have_count(0)


def test_who_may_do_what_follows_the_roles() -> None:
    """The host and a co-host have all moves here, a moderator some, others none; participants' are not undone here."""
    assert allowed("host") == allowed("co-host") == set(KINDS)
    assert allowed("moderator") == {"fold", "hold", "release", "pause", "merge", "split", "review", "undo"}
    assert allowed("participant") == allowed(None) == frozenset()
