"""The pages of people in a real browser: by keyboard, without scripts, light and dark, with nothing for axe-core."""

import os
import re
from base64 import b32decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from playwright.sync_api import Page, expect

from fairfloor.testing.axe import violations
from fairfloor.web.people.passwords import hashed

pytestmark = pytest.mark.browser
PASSWORD = "four words that nobody guesses"  # noqa: S105 - only for tests
VIEWS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
}
Reading = Callable[..., Any]


def looked_at(page: Page, name: str, view: str) -> None:
    """See that nothing is wrong with a page; keep a picture of it where FAIRFLOOR_PICTURES says."""
    assert violations(page) == [], name
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} is wider than its window"
    if folder := os.environ.get("FAIRFLOOR_PICTURES"):
        page.screenshot(path=Path(folder) / f"people-{name}-{view}.png", full_page=True)


def add(hosted: Any, name: str = "Hal", role: Any = "host") -> None:
    """Add one of the host's people, who has a password."""
    hosted.people.add(name, role, hashed(PASSWORD), hosted.evening.now)


def by_keys(page: Page, **fields: str) -> None:
    """Fill a form in by keyboard alone, from field to field, and send it from the last one."""
    for name, value in fields.items():
        for _ in range(40):
            if page.evaluate("document.activeElement.name") == name:
                break
            page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.name") == name, f"{name} is not reached by the keyboard"
        page.keyboard.type(value)
    page.keyboard.press("Enter")


@pytest.mark.parametrize("view", VIEWS)
def test_the_host_s_pages(hosted: Any, reading: Reading, view: str) -> None:
    """Signing in by keyboard, two-factor sign-in, inviting, joining, signing out."""
    add(hosted)
    reader = reading(**VIEWS[view])
    page = reader.open("/sign-in/host?next=/account")
    looked_at(page, "staff", view)
    by_keys(page, name="Hal", password=PASSWORD)
    page.wait_for_url("**/account")
    expect(page.get_by_role("heading", name="Hal")).to_be_visible()
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    looked_at(page, "account", view)
    page.get_by_role("link", name="Set it up").click()
    page.get_by_text("Type it instead").click()
    looked_at(page, "two-factor", view)
    secret = b32decode(page.locator(".typed").inner_text().replace(" ", ""))
    code = TOTP(secret, 6, SHA1(), 30).generate(int(hosted.evening.now.timestamp())).decode()  # noqa: S303 - as phones do
    page.get_by_label("Code", exact=True).fill(code)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Turn it on").click()
    expect(page.locator(".recovery li")).to_have_count(8)
    looked_at(page, "recovery", view)
    page.get_by_role("link", name="I have written them down").click()
    page.get_by_role("link", name="Who else has a role").click()
    page.get_by_label("co-host").check()
    page.get_by_role("button", name="Make a link").click()
    looked_at(page, "people", view)
    invitation = page.get_by_label("A link, good once").input_value()
    joined(reading(**VIEWS[view]), invitation, view)
    page.goto(f"{hosted.url}/people")
    expect(page.locator("strong", has_text="Cy of the North")).to_be_visible()
    page.goto(f"{hosted.url}/account")
    page.get_by_role("button", name="Everywhere").click()
    page.goto(f"{hosted.url}/account")
    assert page.url.endswith("/sign-in?next=/account")


def joined(reader: Any, invitation: str, view: str) -> None:
    """Follow an invitation in another browser; its code goes into the field, and out of the address."""
    page = reader.page
    page.goto(invitation)
    expect(page.get_by_label("Your public name")).to_be_focused()
    assert "#" not in page.url
    looked_at(page, "join", view)
    by_keys(page, name="Cy of the North", password=PASSWORD)
    page.wait_for_url("**/account")
    expect(page.get_by_text("You are a co-host.")).to_be_visible()


@pytest.mark.parametrize("view", VIEWS)
def test_a_participant_posts_a_link(hosted: Any, reading: Reading, view: str) -> None:
    """The page waits for the post, and goes on by itself when it has come."""
    reader = reading(**VIEWS[view])
    page = reader.open("/sign-in?next=/account")
    looked_at(page, "sign-in", view)
    page.locator("#handle").focus()
    page.keyboard.type("ann.example.org")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Post this from ann.example.org")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("Waiting for your post. This page goes on by itself.")
    looked_at(page, "phrase", view)
    link = page.locator("#link").input_value()
    hosted.do(lambda: hosted.evening.post(f"Why is that? {link}", "did:plc:ann"))
    page.wait_for_url("**/account")
    expect(page.get_by_role("heading", name="ann.example.org")).to_be_visible()
    looked_at(page, "participant", view)
    page.goto(link.partition(" ")[2])
    looked_at(page, "link", view)


def test_without_scripts(hosted: Any, reading: Reading) -> None:
    """All of it works: the button asks whether the post has come, and an invitation's code is typed."""
    add(hosted)
    reader = reading(java_script_enabled=False)
    page = reader.open("/sign-in?next=/account")
    page.locator("#handle").fill("ann.example.org")
    page.get_by_role("button", name="Get a link").click()
    link = page.locator("#link").input_value()
    page.get_by_role("button", name="I have posted it").click()
    expect(page.get_by_role("alert")).to_contain_text("No post with your link")
    hosted.do(lambda: hosted.evening.post(link, "did:plc:ann"))
    page.get_by_role("button", name="I have posted it").click()
    page.wait_for_url("**/account")
    page.get_by_role("button", name="Here", exact=True).click()
    page.goto(f"{hosted.url}/sign-in/host")
    page.get_by_label("Name").fill("Hal")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{hosted.url}/people")
    page.get_by_role("button", name="Make a link").click()
    found = re.search(r"type (\S+)", page.get_by_text("Or have them open").inner_text())
    assert found
    other = reading(java_script_enabled=False).open("/join")
    other.get_by_label("Code of the invitation").fill(found[1])
    other.get_by_label("Your public name").fill("Mo")
    other.get_by_label("A password").fill(PASSWORD)
    other.get_by_role("button", name="Join").click()
    other.wait_for_url("**/account")
    reader.wrong = [one for one in reader.wrong if "422" not in one]


def test_what_is_wrong_is_said_to_everybody(hosted: Any, reading: Reading) -> None:
    """In a sentence, before the form, to a screen reader too; the name is to be typed again, the page is the same."""
    add(hosted)
    reader = reading()
    page = reader.open("/sign-in/host")
    page.get_by_label("Name").fill("Hal")
    page.get_by_label("Password").fill("something else")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("These do not go together")
    looked_at(page, "wrong", "desktop")
    reader.wrong = [one for one in reader.wrong if "403" not in one]
