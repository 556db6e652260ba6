"""The run sheet in a real browser: the host writes and asks, people answer, readers read question by question."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from fairfloor.chat.moves import Ask, Settle, Stitch, Write
from fairfloor.chat.schedule.recurrence import Weekly
from fairfloor.chat.schedule.slots import Schedule
from fairfloor.chat.settings import Settings
from fairfloor.chat.sheet.plan import Planned
from fairfloor.testing.axe import violations
from fairfloor.web.address import key
from fairfloor.web.people.guard import Filled, Refused
from fairfloor.web.sheet.written import Clock, read, rows

if TYPE_CHECKING:
    from tests.web.conftest import Reader, Served

BEGINS = datetime(2026, 3, 5, 2, tzinfo=UTC)
TORONTO = Clock(BEGINS, ZoneInfo("America/Toronto"))


def test_times_of_day_are_of_the_evening() -> None:
    """A time of day is read in the chat's zone, on the evening's own date, or after midnight on the next."""
    assert TORONTO.read("21:05") == BEGINS + timedelta(minutes=5)
    assert TORONTO.read("0:30") == BEGINS + timedelta(minutes=210)
    assert TORONTO.read("") is None
    assert TORONTO.write(TORONTO.read("21.05")) == "21:05"
    for typed in ("25:00", "soon", "\u0662\u0661:05", "9:5"):
        with pytest.raises(Refused):
            TORONTO.read(typed)


def test_the_sheet_is_read_row_by_row() -> None:
    """Rows without words are left out, and moving a row up or down leaves the times in their order."""
    fields = {"text-0": "One?", "at-0": "21:05", "text-2": " Two \n words?", "text-3": "Three?", "at-3": "21:40"}

    def texts(what: str) -> list[tuple[str, str]]:
        return [(one.text, TORONTO.write(one.at)) for one in read(Filled(fields | {"do": what}), TORONTO)]

    assert texts("save") == [("One?", "21:05"), ("Two words?", ""), ("Three?", "21:40")]
    assert texts("up-1") == [("Two words?", "21:05"), ("One?", ""), ("Three?", "21:40")]
    assert texts("down-1") == [("One?", "21:05"), ("Three?", ""), ("Two words?", "21:40")]
    for nowhere in ("up-0", "down-2", "up-99", "down-\u0661", "up-"):
        assert texts(nowhere) == texts("save")
    assert len(rows(read(Filled(fields), TORONTO), TORONTO)) == 6


def told(served: "Served") -> dict[str, str]:
    """Have an evening with two questions asked, and answers of every kind; gives the posts."""
    evening = served.evening
    plan = (
        Planned(text="What should officers hear tonight?", at=evening.now + timedelta(seconds=5)),
        Planned(text="Who is missing when your town talks about safety?"),
        Planned(text="What will you do this week?"),
    )

    def tell() -> dict[str, str]:
        evening.move(Write(session=None, questions=plan))
        found = {"q1": evening.ask("Q1: What should officers hear tonight? #copchat")}
        found["thread"] = evening.post("That we are neighbors", "did:plc:ada", reply_to=found["q1"])
        found["mark"] = evening.post("A1: that <b>kids</b> wave at them #copchat", "did:plc:ben")
        found["time"] = evening.post("The library should stay open until nine", "did:plc:cy")
        found["below"] = evening.post("So true", "did:plc:dee", reply_to=found["thread"])
        evening.move(Ask(number=2))
        found["second"] = evening.post("Teenagers, mostly, and whoever works nights", "did:plc:eve")
        evening.wait(60)
        return found

    return served.do(tell)


@pytest.mark.browser
def test_the_evening_is_read_question_by_question(hosted: "Served", reading: Callable[..., "Reader"]) -> None:
    """Each question stands with its answers; what only its time tells is kept apart; what was not asked is not told."""
    told(hosted)
    page = reading().open("/sheet")
    expect(page.locator(".asked-list > li")).to_have_count(2)
    expect(page.locator(".being h2")).to_contain_text("Who is missing")
    expect(page.get_by_text("What will you do this week?")).to_have_count(0)
    first = page.locator(".asked-list > li").first
    assert first.locator(".answer .words").all_inner_texts() == [
        "That we are neighbors", "A1: that <b>kids</b> wave at them #copchat", "So true",
    ]  # fmt: skip
    page.get_by_role("link", name="What was said to Q1").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Q1 What should officers hear tonight?")
    expect(page.locator("section[aria-labelledby=meanwhile] .words")).to_have_text(
        "The library should stay open until nine"
    )
    page.get_by_role("link", name="Q2, next").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Who is missing")
    for nothing in ("/sheet/3", "/sheet/99", "/sheet?session=2026-01-01", "/sheet/1?session=x"):
        answer = page.request.get(hosted.url + nothing)
        assert answer.status == 404


@pytest.mark.browser
def test_the_host_writes_asks_and_corrects_by_keyboard(hosted: "Served", reading: Callable[..., "Reader"]) -> None:
    """With the keyboard alone the host writes questions, moves one up, asks it, and puts a post where it belongs."""
    posts = told(hosted)
    reader = reading()
    hosted.sign_in(reader.context, "host")
    page = reader.open("/console/sheet")
    page.get_by_label("Question 4", exact=True).focus()
    page.keyboard.type("Who cleans the river?")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Save the run sheet").last.focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Up: question 4").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Question 3", exact=True)).to_have_value("Who cleans the river?")
    page.get_by_role("button", name="Ask Q3 now").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".ask .being")).to_contain_text("Who cleans the river?")
    texts = [one.text for one in hosted.evening.desk.sheet.plan("")]
    assert texts[2:] == [
        "Who cleans the river?",
        "What will you do this week?",
    ]

    page = reader.open("/sheet/1")
    answer = page.locator("section[aria-labelledby=meanwhile] article")
    answer.get_by_text("It belongs elsewhere").focus()
    page.keyboard.press("Enter")
    answer.get_by_label("Under").select_option("2")
    answer.get_by_role("button", name="Move it").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/sheet/2")
    expect(page.get_by_text("put here by the host")).to_have_count(1)
    stood = hosted.evening.desk.stitching.of(posts["time"])
    assert stood is not None
    assert (stood.number, stood.by) == (2, "host")


@pytest.mark.browser
def test_each_session_is_written_in_the_chats_own_time(hosted: "Served", reading: Callable[..., "Reader"]) -> None:
    """A session's sheet is written ahead, by the clocks of the chat's zone, and is there when the session is on."""
    evening = hosted.evening
    weekly = Schedule(recurs=Weekly(days=(2,)), at=time(21), zone="America/Toronto")
    settle = Settle(settings=Settings(tag="copchat", schedule=weekly))
    hosted.do(lambda: evening.move(settle))
    reader = reading()
    hosted.sign_in(reader.context, "host")
    page = reader.open("/console/sheet")
    expect(page.get_by_text("Times are those of America/Toronto")).to_be_visible()
    later = page.get_by_role("navigation", name="Other sessions").get_by_role("link").first
    assert later.get_attribute("href") == "/console/sheet?session=2026-03-18"
    later.click()
    page.get_by_label("Question 1", exact=True).fill("Which road first?")
    page.get_by_label("Asked at (question 1)").fill("21:05")
    page.get_by_role("button", name="Save the run sheet").last.click()
    expect(page.get_by_label("Asked at (question 1)")).to_have_value("21:05")
    (planned,) = evening.desk.sheet.plan("2026-03-18")
    due = datetime(2026, 3, 19, 1, 5, tzinfo=UTC)
    assert planned.at == due, "in Toronto, summer time has begun by then"
    reader.wrong.clear()
    assert page.request.get(f"{hosted.url}/sheet/1?session=2026-03-18").status == 404
    hosted.do(lambda: evening.wait((due - evening.now).total_seconds() + 60))
    page = reader.open("/sheet")
    expect(page.locator(".being h2")).to_contain_text("Which road first?")
    expect(page.get_by_text("on its time")).to_be_visible()


@pytest.mark.browser
def test_others_neither_write_nor_move(hosted: "Served", reading: Callable[..., "Reader"]) -> None:
    """A participant sees no forms, what they send is refused, and what is planned is not theirs to see."""
    posts = told(hosted)
    reader = reading()
    hosted.sign_in(reader.context, "participant", "did:plc:ada")
    page = reader.open("/sheet/1")
    expect(page.get_by_text("It belongs elsewhere")).to_have_count(0)
    reader.wrong.clear()
    assert page.request.get(f"{hosted.url}/console/sheet").status == 403
    form: dict[str, Any] = {"act": key(posts["mark"]), "number": "2"}
    assert page.request.post(f"{hosted.url}/sheet/stitch", form=form).status == 403
    assert page.request.post(f"{hosted.url}/console/sheet", form={"text-0": "Mine?"}).status == 403


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_stands_in_anybodys_way(
    hosted: "Served", reading: Callable[..., "Reader"], width: int, scheme: str
) -> None:
    """axe-core finds nothing on the pages, and nothing is wider than the screen."""
    posts = told(hosted)
    hosted.do(lambda: hosted.evening.move(Stitch(act=posts["time"], number=2)))
    reader = reading(color_scheme=scheme, viewport={"width": width, "height": 844})
    hosted.sign_in(reader.context, "host")
    for path in ("/sheet", "/sheet/1", "/sheet/2", "/console/sheet"):
        page = reader.open(path)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
