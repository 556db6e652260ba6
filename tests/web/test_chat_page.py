"""The chat's own pages, in a real browser: what it is, when it is on, its sessions, its calendar, its settings."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import icalendar
import pytest
from playwright.sync_api import Page, expect

from fairfloor.chat.moves import Accept, Begin, End, Propose, Settle
from fairfloor.chat.schedule.recurrence import Weekly
from fairfloor.chat.schedule.slots import Schedule, Skipped, Special
from fairfloor.chat.settings import Person, Settings
from fairfloor.testing.axe import violations
from fairfloor.web.chat.words import away

if TYPE_CHECKING:
    from tests.web.conftest import Reader, Served

pytestmark = pytest.mark.browser
Reading = Callable[..., "Reader"]
DESK: dict[str, Any] = {
    "viewport": {"width": 1280, "height": 900},
    "timezone_id": "America/Los_Angeles",
    "locale": "en-US",
}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}
RULES = "Be kind.\n\n## No names\n\n* of *minors*\n* of victims\n\n[More](https://example.org/rules)"


def settings(**more: Any) -> Settings:
    """Give a chat on Thursdays at noon in Toronto, which is 17:00 UTC in winter."""
    schedule = Schedule(recurs=Weekly(days=(3,)), at=time(12), zone="America/Toronto")
    given: dict[str, Any] = {"name": "Cop Chat", "about": "Police and public, talking.", "rules": RULES}
    return Settings(
        tag="copchat", schedule=schedule, hosts=(Person("did:plc:host", "sam.example.org"),), **(given | more)
    )


def settle(hosted: "Served", **more: Any) -> None:
    """Have the host settle the chat."""
    hosted.do(lambda: hosted.evening.move(Settle(settings=settings(**more))))


def test_the_chat_s_page_says_what_it_is_and_when(hosted: "Served", reading: Reading) -> None:
    """Name, hours, the next session in its zone and the reader's, a countdown, rules, ways in, the calendar."""
    settle(hosted)  # on Thursday 5 March at 02:00 UTC
    page = reading(**DESK).open("/chat")
    expect(page.get_by_role("heading", level=1)).to_have_text("Cop Chat")
    expect(page.locator(".facts")).to_have_text(
        "Thursdays at 12:00, Toronto time, for 1 hour. Hosted by @sam.example.org."
    )
    upcoming = page.get_by_role("region", name="Next session")
    expect(upcoming.locator(".until")).to_have_text("in 14 hours and 59 minutes")
    expect(upcoming).to_contain_text("Thursday 5 March 2026, 12:00 Toronto time")
    expect(upcoming).to_contain_text("For you: Thursday, March 5 at 09:00 AM PST")
    expect(upcoming.get_by_role("link", name="Add to your calendar")).to_have_attribute(
        "href", f"webcal://127.0.0.1:{hosted.port}/calendar.ics"
    )
    expect(upcoming.get_by_role("list", name="After that").get_by_role("listitem")).to_have_count(2)
    rules = page.get_by_role("region", name="House rules")
    expect(rules.get_by_role("heading", name="No names", level=3)).to_be_visible()
    expect(rules.get_by_role("link", name="More")).to_have_attribute("rel", "nofollow noopener ugc")
    expect(page.get_by_role("link", name="Say something on Bluesky")).to_be_visible()
    expect(page.get_by_text("None yet.")).to_be_visible()
    expect(page.get_by_role("link", name="Change this page")).to_have_count(0)


def test_without_scripts_it_is_told_in_utc(hosted: "Served", reading: Reading) -> None:
    """Who runs no scripts has the same page, with the time in UTC and how long it was until then."""
    settle(hosted)
    page = reading(java_script_enabled=False).open("/chat")
    expect(page.get_by_text("That is 2026-03-05 17:00 UTC.")).to_be_visible()
    expect(page.locator(".until")).to_have_text("in 14 hours and 59 minutes")


def test_the_countdown_counts_and_the_page_turns_when_it_begins(hosted: "Served", reading: Reading) -> None:
    """It goes by the evening's clock, not by the reader's, which may be wrong; at nought the page says: on now."""
    settle(hosted)
    evening = hosted.evening
    hosted.do(lambda: evening.wait((at(5, 17) - evening.now).total_seconds() - 30))
    reader = reading(**DESK)
    reader.page.clock.install(time=datetime(2031, 5, 5, tzinfo=UTC))
    page = reader.open("/chat")
    expect(page.locator("[data-until]")).to_have_text("30 seconds")
    reader.page.clock.run_for(20_000)
    expect(page.locator("[data-until]")).to_have_text("10 seconds")
    hosted.do(lambda: evening.wait(31))
    reader.page.clock.run_for(22_000)
    expect(page.get_by_role("heading", name="On now")).to_be_visible()
    expect(page.get_by_role("link", name="Read along")).to_be_visible()


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Give a moment in March 2026, UTC."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize("seconds", [0, 59, 60, 3_599, 3_600, 3_661, 86_399, 86_400, 90_000, 200_000, 10_000_000])
@pytest.mark.usefixtures("hosted")
def test_the_script_and_the_server_say_alike_how_long_it_is(reading: Reading, seconds: int) -> None:
    """Days, hours, minutes: the words do not jump when the script takes over."""
    page = reading(**DESK).open("/chat")
    script = page.locator("script[src$='chat.js']").get_attribute("src")
    said = page.evaluate("async ([from, seconds]) => (await import(from)).away(seconds)", [script, seconds])
    assert said == away(timedelta(seconds=seconds))


def held(hosted: "Served") -> str:
    """Have a chat with a past session that took on a proposal, in which people talked; gives the proposal."""
    evening = hosted.evening

    def happen() -> str:
        evening.move(Settle(settings=settings(spellings=("copchats",))))
        proposed = evening.move(
            Propose(title="Body cameras & privacy", text="Who sees them?"), "did:plc:ann", "participant"
        )
        evening.move(Accept(proposal=proposed.id, on=at(6, 2)))
        evening.wait((at(6, 2) - evening.now).total_seconds())
        evening.ask("Q1: What would you have them show?")
        for number in range(60):
            evening.post(f"Number {number} says {number * 7} things about {number * 13} streets")
            evening.wait(20)
        evening.move(End())
        evening.post("This is after hours")
        return proposed.id

    return hosted.do(happen)


def test_a_past_session_has_its_page(hosted: "Served", reading: Reading) -> None:
    """What it took on, what was asked, what had the floor then and nothing else; found from the chat's page."""
    held(hosted)
    page = reading(**DESK).open("/chat")
    page.get_by_role("region", name="Past sessions").get_by_role("link", name="Body cameras & privacy").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Body cameras & privacy")
    expect(page.locator(".lede")).to_have_text(
        "Thursday 5 March 2026, 21:00 to 21:21, Toronto time. 61 posts by 61 accounts. All of it had the floor. "
        "Nobody acted in step: each account is a voice of its own."
    )
    expect(page.get_by_role("link", name="a topic that was proposed: Body cameras")).to_be_visible()
    expect(page.get_by_role("region", name="Question by question")).to_contain_text("What would you have them show?")
    page.get_by_role("link", name="All that had the floor").click()
    expect(page.locator(".lede")).to_contain_text("61 messages")
    expect(page.get_by_role("article")).to_have_count(50)
    expect(page.get_by_text("after hours")).to_have_count(0)
    page.get_by_role("link", name="Earlier messages").click()
    expect(page.get_by_role("article")).to_have_count(11)
    expect(page.get_by_role("article").first).to_contain_text("Q1: What would you have them show?")
    expect(page.get_by_role("link", name="Earlier messages")).to_have_count(0)
    page.get_by_role("link", name="Past sessions").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Past sessions")
    expect(page.locator(".past li")).to_have_count(1)  # the topic's took the place of noon's


def test_what_is_on_and_what_is_to_come_have_pages_too(hosted: "Served", reading: Reading) -> None:
    """A calendar may lead to a session before, during and after it; to what never was, it leads to a plain sorry."""
    settle(hosted)
    page = reading(**DESK).open("/sessions/2026-03-12")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thursday 12 March 2026")
    expect(page.get_by_text("For you: Thursday, March 12 at 09:00 AM PDT")).to_be_visible()
    hosted.do(lambda: hosted.evening.move(Begin(title="A quick one")))
    page.goto(hosted.url + "/sessions/2026-03-04")
    expect(page.get_by_text("On now, since 21:00")).to_be_visible()
    with httpx.Client(base_url=hosted.url) as http:
        for nothing in ("2026-03-11", "x", "0001-01-01", "9999-12-31", "2026-03-12-2"):
            assert http.get(f"/sessions/{nothing}").status_code == 404


def test_the_calendar_is_served(hosted: "Served") -> None:
    """Before anything is settled there is none; then it is served as a calendar is, with its topics' titles."""
    with httpx.Client(base_url=hosted.url) as http:
        assert http.get("/calendar.ics").status_code == 404
        held(hosted)
        answer = http.get("/calendar.ics")
        assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
        assert http.get("/calendar.ics").content == answer.content
        events = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
        assert [str(event["SUMMARY"]) for event in events] == ["Cop Chat", "Cop Chat: Body cameras & privacy"]
        assert str(events[0]["URL"]) == f"{hosted.url}/chat"
        assert http.head("/calendar.ics").status_code == 200


def filled(page: Page, **fields: str) -> None:
    """Fill the form of settings in, and send it."""
    for name, value in fields.items():
        page.locator(f"#{name}").fill(value)
    page.get_by_role("button", name="Save").click()


def test_the_host_changes_the_settings(hosted: "Served", reading: Reading) -> None:
    """What is typed is kept, in the log, with its reason, and shown at once; the form has it again as it was typed."""
    reader = reading(**DESK)
    hosted.sign_in(reader.context, "host", "Sam")
    page = reader.open("/chat")
    page.get_by_role("link", name="Change this page").click()
    filled(
        page,
        when="wed 9pm toronto",
        minutes="90",
        skipped="2026-03-11 Spring break",
        special="2026-03-18 20:00 Ask the chief",
        about="Police & public",
        rules="# Rules\nBe <b>kind</b>. ![x](https://example.org/x.png)",
        spellings="#copchats",
        hosts="did:plc:host @sam.example.org",
        reason="A new hour",
    )
    expect(page).to_have_url(f"{hosted.url}/chat")
    expect(page.locator(".facts")).to_contain_text("Wednesdays at 21:00, Toronto time, for 1 hour and 30 minutes.")
    expect(page.get_by_text("Not on Wednesday 11 March 2026: Spring break")).to_be_visible()
    expect(page.get_by_role("link", name="Ask the chief")).to_be_visible()
    expect(page.get_by_text("#copchat or #copchats")).to_be_visible()
    expect(page.get_by_role("region", name="House rules")).to_contain_text("Be <b>kind</b>. !x")
    settled = [move for move in hosted.evening.desk.standing.values() if isinstance(move.do, Settle)]
    assert [(move.by, move.role, move.reason) for move in settled] == [("Sam", "host", "A new hour")]
    page.get_by_role("link", name="Change this page").click()
    expect(page.locator("#when")).to_have_value("Wednesdays 21:00 America/Toronto")
    expect(page.locator("#special")).to_have_value("2026-03-18 20:00 Ask the chief")
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_url(f"{hosted.url}/chat")
    assert len([move for move in hosted.evening.desk.standing.values() if isinstance(move.do, Settle)]) == 1, (
        "unchanged"
    )


def test_what_is_not_clear_is_said_at_its_field_and_nothing_typed_is_lost(hosted: "Served", reading: Reading) -> None:
    """Each field that is wrong says what to write; the others keep what was typed; nothing was saved."""
    reader = reading(**DESK)
    hosted.sign_in(reader.context, "host")
    page = reader.open("/console/settings")
    filled(page, when="every second Tuesday 20:00 UTC", minutes="2", skipped="Christmas", hosts="a b c", about="Kept")
    expect(page.get_by_role("alert").get_by_role("listitem")).to_have_count(4)
    expect(page.locator("#when-wrong")).to_contain_text("every 2 weeks on Monday")
    expect(page.locator("#minutes-wrong")).to_contain_text("from 5 to 720 minutes")
    expect(page.locator("#skipped-wrong")).to_contain_text("begins with no date")
    expect(page.get_by_label("Day, time and place")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#about")).to_have_value("Kept")
    assert violations(page) == []
    page.get_by_role("alert").get_by_role("link", name="Dates without a session").click()
    expect(page.locator("#skipped")).to_be_focused()
    assert hosted.evening.desk.sessions.settings is None
    reader.wrong = [one for one in reader.wrong if "422" not in one]


@pytest.mark.parametrize("who", [None, "co-host", "moderator", "participant"])
def test_nobody_but_the_host_changes_them(hosted: "Served", reading: Reading, who: Any) -> None:
    """The form is not even shown to others; and what is sent without it is refused."""
    reader = reading(**DESK)
    if who:
        hosted.sign_in(reader.context, who, "did:plc:ann" if who == "participant" else "")
    page = reader.open("/console/settings")
    expect(page.get_by_role("heading", level=1)).to_have_text("That is not yours to do")
    answer = reader.context.request.post(f"{hosted.url}/console/settings", form={"when": "Mondays 9 am UTC"})
    assert answer.status == 403
    reader.wrong = [one for one in reader.wrong if "403" not in one]


def test_the_settings_can_be_changed_by_keyboard_alone(hosted: "Served", reading: Reading) -> None:
    """From field to field by Tab, typed, and sent by Enter."""
    reader = reading(**DESK)
    hosted.sign_in(reader.context, "host")
    page = reader.open("/console/settings")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "when":
            break
    page.keyboard.type("Thursdays 18:00 Europe/Berlin")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".facts")).to_contain_text("Thursdays at 18:00, Berlin time")


HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror=alert(2)> \"'>\u202e\u2066 & {{ 7777 * 77777 }} "
    "[x](javascript:alert(3)) "
) * 3


def test_whatever_is_written_runs_nothing(hosted: "Served", reading: Reading) -> None:
    """Names, titles, reasons and rules show as they were written; no script, no image, no other site."""
    special = Special(on=at(12, 0).date(), title=HOSTILE[:190])
    schedule = settings().schedule
    assert schedule
    dates = {"special": (special,), "skipped": (Skipped(on=at(19, 0).date(), why=HOSTILE[:190]),)}
    hostile = {"name": HOSTILE[:100], "about": HOSTILE, "rules": HOSTILE + "\n\n" + RULES, "spellings": (HOSTILE[:50],)}
    many = Schedule(recurs=schedule.recurs, at=schedule.at, zone=schedule.zone, **dates)  # type: ignore[arg-type]
    made = Settings(tag="copchat", schedule=many, hosts=(Person("did:plc:x", HOSTILE),), **hostile)  # type: ignore[arg-type]
    hosted.do(lambda: hosted.evening.move(Settle(settings=made)))
    reader = reading(**DESK)
    hosted.sign_in(reader.context, "host")
    for path in ("/chat", "/sessions/2026-03-12", "/console/settings"):
        page = reader.open(path)
        expect(page.locator("main script, main img, a[href^='javascript']")).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        assert "604871729" not in page.locator("main").inner_text()


@pytest.mark.parametrize("view", [DESK, PHONE])
def test_no_page_of_the_chat_has_a_violation(hosted: "Served", reading: Reading, view: dict[str, Any]) -> None:
    """On a desk and on a phone, light and dark: axe-core finds nothing, and nothing is wider than the screen."""
    held(hosted)
    reader = reading(**view)
    hosted.sign_in(reader.context, "host")
    for path in ("/chat", "/sessions", "/sessions/2026-03-05", "/sessions/2026-03-12", "/console/settings"):
        page = reader.open(path)
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
