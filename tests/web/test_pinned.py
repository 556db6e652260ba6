from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from fairfloor.chat.moves import Fold, Pin, SetPace, Undo, Unpin

if TYPE_CHECKING:
    from tests.web.conftest import Reader, Served

pytestmark = pytest.mark.browser


def test_what_the_host_pins_shows_at_once_and_goes_when_it_is_taken_down(
    hosted: "Served", reading: Callable[..., "Reader"]
) -> None:
    """Whoever reads sees the notice come and go, without loading the page anew, and as words whatever it says."""
    page = reading().open()
    notice = page.locator("#notice")
    expect(notice).to_be_hidden()
    hosted.do(lambda: hosted.evening.move(Pin(text="Tonight we <b>stay</b> ten minutes longer")))
    expect(notice).to_contain_text("Tonight we <b>stay</b> ten minutes longer")
    hosted.do(lambda: hosted.evening.move(Unpin()))
    expect(notice).to_be_hidden()


def test_what_the_host_folds_leaves_the_floor_and_comes_back_when_it_is_undone(
    hosted: "Served", reading: Callable[..., "Reader"]
) -> None:
    """The page of a reader who just watches follows the host's hand."""
    post = hosted.do(lambda: hosted.evening.post("Somebody lives in the blue house at the corner"))
    page = reading().open()
    floor = page.locator("#floor")
    expect(floor).to_contain_text("the blue house")
    fold = hosted.do(lambda: hosted.evening.move(Fold(act=post), reason="It names a home"))
    expect(floor).not_to_contain_text("the blue house")
    hosted.do(lambda: hosted.evening.move(Undo(move=fold.id)))
    expect(floor).to_contain_text("the blue house")


def test_the_page_names_the_pace_that_is_set(hosted: "Served", reading: Callable[..., "Reader"]) -> None:
    """After the host sets another pace, a page that is loaded says it."""
    hosted.do(lambda: hosted.evening.move(SetPace(pace=20)))
    expect(reading().open().get_by_text("at most 20 messages a minute")).to_be_visible()
