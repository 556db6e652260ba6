"""The console by keyboard alone, in a real browser, while the evening goes on."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Locator, Page, expect

from fairfloor.chat.moves import Begin, Undo, Write
from fairfloor.chat.sheet.plan import Planned

if TYPE_CHECKING:
    from tests.web.conftest import Reader, Served

pytestmark = pytest.mark.browser
Reading = Callable[..., "Reader"]
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
QUESTION = "When will the footage of the stop on Fifth Street be shown to the family?"


@pytest.fixture
def host(hosted: "Served", reading: Reading) -> "Reader":
    """Give the host, at the console of an evening with a run sheet."""
    evening = hosted.evening

    def happen() -> None:
        evening.move(Begin(title="Body cameras"))
        planned = tuple(Planned(text=text) for text in ("What do you say at a stop?", "Who may see the footage?"))
        evening.move(Write(session=evening.desk.sheet.evenings.of(evening.now) or None, questions=planned))
        evening.post(QUESTION, "did:plc:critic")

    hosted.do(happen)
    reader = reading(**DESK)
    hosted.sign_in(reader.context, "host", "Hal")
    page = reader.open("/console")
    expect(page.locator("#floor .item")).to_have_count(1)
    return reader


@pytest.fixture
def console(host: "Reader") -> Page:
    """Give the console's page."""
    return host.page


def refused(host: "Reader", status: int) -> None:
    """Say that the browser was refused something, as was meant."""
    told = [one for one in host.wrong if f"status of {status}" in one]
    assert told
    host.wrong = [one for one in host.wrong if one not in told]


def crowd(console: Page, hosted: "Served", many: int = 20) -> None:
    """Let more be said than fits, and wait until the console shows it."""
    evening = hosted.evening
    hosted.do(lambda: [evening.post(f"Number {n} says {n * 7} things about {n * 13} streets") for n in range(many)])
    waiting = hosted.do(lambda: len(evening.board.waiting(100)))
    expect(console.locator("#waiting .count")).to_have_text(str(waiting))


def to(page: Page, item: Locator) -> None:
    """Go down to an item by key."""
    for _ in range(60):
        page.keyboard.press("j")
        if item.evaluate("one => one === document.activeElement"):
            return
    pytest.fail("the item cannot be reached by key")


def did(hosted: "Served") -> list[str]:
    """Give the moves made, by their kind."""
    return [type(move.do).__name__ for move in hosted.evening.desk.lately][2:]


@pytest.mark.parametrize(
    ("press", "button", "state"),
    [("f", "Fold", "host-fold"), ("h", "Hold", "host-hold"), ("p", "Pause", "host-pause"), ("r", "Give", "host-floor")],
)
def test_a_post_that_waits_is_moved_by_a_key(
    console: Page, hosted: "Served", press: str, button: str, state: str
) -> None:
    """Down to it, the key, a reason, Enter: it is where the key says; then u, Enter, and it is as before."""
    crowd(console, hosted)
    waits = console.locator("#waiting .item")
    expect(waits).to_have_count(12)
    item = waits.nth(2)
    to(console, item)
    act = str(item.get_attribute("id"))
    console.keyboard.press(press)
    expect(console.locator("#move")).to_be_visible()
    console.keyboard.type("because it is so")
    console.keyboard.press("Enter")
    expect(console.locator("#move")).to_be_hidden()
    expect(console.locator("#told")).to_have_text(re.compile(r"^Done: "))
    expect(console.locator("#moves .item").first).to_contain_text("because it is so")
    board = hosted.evening.board
    assert hosted.do(lambda: board.counts[state]) == 1
    expect(console.locator(f"#{act}:not(.past)")).to_have_count(0)
    console.keyboard.press("u")
    expect(console.locator("#move h1")).to_have_text("Undo this")
    console.keyboard.press("Enter")
    expect(console.locator("#moves .item").first).to_contain_text("undid a move")
    assert hosted.do(lambda: board.counts[state]) == 0
    assert did(hosted) == [{"Give": "Release"}.get(button, button), "Undo"]


def test_a_move_that_affects_somebody_says_why(console: Page, host: "Reader", hosted: "Served") -> None:
    """Without a reason the browser asks for it; and so does the server, whoever sends the form."""
    to(console, console.locator("#floor .item").first)
    console.keyboard.press("f")
    expect(console.get_by_label("Why")).to_be_focused()
    console.keyboard.press("Enter")
    expect(console.locator("#move")).to_be_visible()
    console.locator("#reason").evaluate("one => one.required = false")
    console.keyboard.press("Enter")
    expect(console.get_by_role("alert")).to_have_text(re.compile("The reason stands in the public log"))
    console.keyboard.press("Escape")
    expect(console.locator("#floor .item").first).to_be_focused()
    assert did(hosted) == []
    refused(host, 422)


def test_the_next_question_is_asked_by_one_key(console: Page, hosted: "Served") -> None:
    """The key asks it, then the one after, and then there is none; u undoes the last."""
    console.keyboard.press("n")
    expect(console.locator(".asked-now")).to_contain_text("What do you say at a stop?")
    console.keyboard.press("n")
    expect(console.locator(".asked-now")).to_contain_text("Who may see the footage?")
    console.keyboard.press("n")
    expect(console.locator("#told")).to_have_text("No question is next on the run sheet.")
    console.keyboard.press("u")
    expect(console.locator("#move blockquote")).to_contain_text("asked Q2")
    console.keyboard.press("Enter")
    expect(console.locator(".asked-now")).to_contain_text("What do you say at a stop?")
    assert did(hosted) == ["Ask", "Ask", "Undo"]


def test_a_question_is_answered_and_another_declined(console: Page, hosted: "Served") -> None:
    """By a, the answer, Tab, Enter; by d, the reason, Enter: both leave the open ones, and the ledger has them."""
    hosted.do(lambda: hosted.evening.post("Will the officer in the case before the court be dismissed?", "did:plc:x"))
    questions = console.locator("#questions .item")
    expect(questions).to_have_count(2)
    to(console, questions.filter(has_text="footage"))
    console.keyboard.press("a")
    expect(console.get_by_label("Your answer")).to_be_focused()
    console.keyboard.type("On Friday, at the town hall. j k f n u ?")
    console.keyboard.press("Tab")
    console.keyboard.press("Enter")
    expect(questions.filter(has_not=console.locator(".never")).filter(has_text="dismissed")).to_have_count(1)
    expect(console.locator("#questions .count")).to_have_text("1")
    to(console, questions.filter(has_text="dismissed"))
    console.keyboard.press("d")
    console.keyboard.type("It is before a court")
    console.keyboard.press("Enter")
    expect(console.locator("#moves .item").first).to_contain_text("declined a question")
    ledger = hosted.evening.desk.ledger
    answered, declined = hosted.do(lambda: (ledger.among("answered"), ledger.among("declined")))
    outcome = hosted.do(lambda: ledger.question(answered[0]))
    assert outcome is not None
    assert outcome.outcome is not None
    assert outcome.outcome.text == "On Friday, at the town hall. j k f n u ?"
    assert len(declined) == 1


def test_nothing_moves_under_whoever_is_about_to_act(console: Page, hosted: "Served") -> None:
    """While the list changes around it, the item with the focus keeps it, also when it does not wait any more."""
    crowd(console, hosted)
    item = console.locator("#waiting .item").first
    to(console, item)
    name = str(item.get_attribute("id"))
    crowd(console, hosted, 5)
    hosted.do(lambda: hosted.evening.wait(40))
    expect(console.locator(f"#{name}.past")).to_be_focused()
    expect(console.locator(f"#waiting #{name}")).to_have_count(1)
    console.keyboard.press("j")
    expect(console.locator(f"#{name}")).to_have_count(0)


def test_what_is_being_typed_is_never_lost(console: Page, hosted: "Served") -> None:
    """Updates come in while the host writes; the words, the cursor and the form stay; keys are letters there."""
    to(console, console.locator("#floor .item").first)
    console.keyboard.press("h")
    console.keyboard.type("I want to look at th")
    crowd(console, hosted)
    expect(console.locator("#waiting .item")).to_have_count(12)
    console.keyboard.type("is first")
    expect(console.get_by_label("Why")).to_have_value("I want to look at this first")
    expect(console.get_by_label("Why")).to_be_focused()
    console.keyboard.press("Enter")
    expect(console.locator("#moves .item").first).to_contain_text("I want to look at this first")


def test_the_keys_are_told(console: Page) -> None:
    """? lists every key; Escape closes it. Enter opens what has the focus; a moderator has fewer keys."""
    console.keyboard.press("?")
    keys = console.locator("#keys")
    expect(keys).to_be_visible()
    for key in "jkfhrpvadmnu?":
        expect(keys.locator("kbd", has_text=re.compile(rf"^{re.escape(key)}$"))).to_have_count(1)
    console.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    to(console, console.locator("#floor .item").first)
    console.keyboard.press("Enter")
    expect(console).to_have_url(re.compile("/act/"))


def test_who_has_signed_out_is_told_so(console: Page, host: "Reader", hosted: "Served") -> None:
    """A form sent after signing out elsewhere is refused in a sentence, and what was written is still there."""
    to(console, console.locator("#floor .item").first)
    console.keyboard.press("f")
    console.keyboard.type("a long reason")
    console.context.clear_cookies()
    console.keyboard.press("Enter")
    expect(console.get_by_role("alert")).not_to_be_empty()
    expect(console.get_by_label("Why")).to_have_value("a long reason")
    assert did(hosted) == []
    refused(host, 403)


def test_a_move_that_makes_no_sense_any_more_is_refused_in_words(
    console: Page, host: "Reader", hosted: "Served"
) -> None:
    """Two of the host's people at once: the second is told, in the dialog, and nothing is done twice."""
    to(console, console.locator("#moves .item").first)
    console.keyboard.press("u")
    expect(console.locator("#move")).to_be_visible()
    last = hosted.evening.desk.lately[-1]
    hosted.do(lambda: hosted.evening.move(Undo(move=last.id), by="Mo", role="moderator"))
    hosted.do(lambda: hosted.evening.move(Undo(move=last.id), by="Co", role="co-host"))
    console.keyboard.press("Enter")
    expect(console.get_by_role("alert")).to_have_text("It was undone already, or is too long ago.")
    refused(host, 410)
