"""The console's pages, as whoever asks for them gets them, with and without scripts."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from fairfloor.chat.moves import Role

if TYPE_CHECKING:
    from tests.web.conftest import Reader, Served

pytestmark = pytest.mark.browser
Reading = Callable[..., "Reader"]
PLAIN: dict[str, Any] = {"java_script_enabled": False, "viewport": {"width": 390, "height": 844}}


@pytest.mark.parametrize("who", [None, "participant"])
def test_the_console_is_the_hosts_peoples(hosted: "Served", reading: Reading, who: Role | None) -> None:
    """Others are told what it is, and where to sign in; nothing can be done from it by them."""
    reader = reading()
    if who:
        hosted.sign_in(reader.context, who, "did:plc:ann")
    page = reader.open("/console")
    expect(page.get_by_role("heading", level=1)).to_contain_text("The console is the host's people's")
    expect(page.get_by_role("link", name="Sign in as one of them")).to_have_attribute(
        "href", "/sign-in/host?next=/console"
    )
    for path in ("/console/events", "/console/do?what=fold&of=YQ"):
        answer = page.request.get(hosted.url + path)
        assert answer.status == 403
    reader.wrong = [one for one in reader.wrong if "403" not in one]


def test_a_post_is_folded_and_given_back_without_scripts(hosted: "Served", reading: Reading) -> None:
    """Links lead to plain forms: say why, fold; it leaves the floor and the feed; undo, and it is back."""
    evening = hosted.evening
    act = hosted.do(lambda: evening.post("An insult to a private person", "did:plc:bob"))
    reader = reading(**PLAIN)
    hosted.sign_in(reader.context, "host", "Hal")
    page = reader.open("/console")
    item = page.locator("#floor .item", has_text="An insult")
    item.get_by_role("link", name="Fold").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Fold this post")
    expect(page.locator("blockquote")).to_contain_text("An insult to a private person")
    page.get_by_label("Why").fill("It names a private person")
    page.get_by_role("button", name="Fold").click()
    expect(page).to_have_url(re.compile(r"/console$"))
    expect(page.locator("#floor .item")).to_have_count(0)
    expect(page.locator("#moves .item").first).to_contain_text("Hal")
    expect(page.locator("#moves .item").first).to_contain_text("folded a post by @bob.example.org")
    expect(page.locator("#moves .item").first).to_contain_text("It names a private person")
    assert hosted.do(lambda: evening.board.state(act)) == "host-fold"
    page.locator("#moves .item").first.get_by_role("link", name="Undo").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#floor .item")).to_have_count(1)
    assert hosted.do(lambda: evening.board.state(act)) == "host-floor"
    assert [type(move.do).__name__ for move in evening.desk.lately] == ["Fold", "Undo"]
