"""axe-core finds nothing to complain of on the pages of an evening; and finds what is planted."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, Page
from tests.web.test_fairness import THINGS

from fairfloor.testing.axe import violations
from fairfloor.web.address import key

if TYPE_CHECKING:
    from tests.web.conftest import Reader, Served

pytestmark = pytest.mark.browser
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'"
FINE = f"""<!doctype html><html lang="en"><head><title>A page</title>
<meta http-equiv="Content-Security-Policy" content="{POLICY}"></head>
<body><main><h1>A page</h1>{{}}</main></body></html>"""
PLANTED = {
    '<img src="/a.png">': "image-alt",
    '<input name="reason">': "label",
    '<a href="/there"></a>': "link-name",
    "<h4>Too deep</h4>": "heading-order",
}
VIEWS = {
    "desktop": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "phone, dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
}


def test_what_is_planted_is_found(chromium: Browser) -> None:
    """Under our own policy each fault that is planted is found, with its rule and its place; a good page has none."""
    page = chromium.new_page()
    for planted, rule in PLANTED.items():
        page.set_content(FINE.format(planted))
        (sentence,) = violations(page)
        assert sentence.startswith(f"{rule} (")
        assert planted.partition(">")[0] in sentence
    page.set_content(FINE.format("<p>Well said.</p>"))
    assert violations(page) == []
    assert violations(page) == [], "however often it is asked"
    page.close()


def crowded(served: "Served") -> dict[str, str]:
    """Have an evening with everything in it that pages show; gives the posts to look at."""
    evening = served.evening

    def happen() -> dict[str, str]:
        for number in range(40):
            evening.ask(f"note {number} on {number * 7} matters, of which {number * 13} are old ones")
        evening.ask("Q1: What is the first thing you say at a traffic stop, and why?")
        first = evening.ask("Q2: And after that?")
        said: list[str] = []
        for thing in THINGS:
            saying = f"nobody in this whole county ever asked us about the {thing} that we pay for"
            evening.post(saying, "did:plc:first")
            said = [evening.post(saying, f"did:plc:again{number}") for number in range(4)]
        reply = evening.post("Hello, and https://example.org/ " + "long " * 300, "did:plc:b", reply_to=first)
        for number in range(40):
            evening.post(f"Number {number} says {number * 7} things about {number * 13} streets")
        gone = evening.post("I take this back", "did:plc:c")
        evening.delete(gone)
        return {"copy": said[-1], "reply": reply, "gone": gone}

    return served.do(happen)


def opened(page: Page) -> None:
    """Open all there is to open, and let nothing move."""
    page.emulate_media(reduced_motion="reduce")
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")


@pytest.mark.parametrize("view", VIEWS)
def test_no_page_of_an_evening_has_a_violation(served: "Served", reading: Callable[..., "Reader"], view: str) -> None:
    """With everything open, light on a desk and dark on a phone: floor, lists, single acts, voices, fairness, sorry."""
    posts = crowded(served)
    served.condition = "No network: it is tried again in 20 seconds."
    options: dict[str, Any] = VIEWS[view]
    reader = reading(**options)
    acts = [f"/act/{key(post)}" for post in posts.values()]
    lists = ["/floor", "/folded", "/folded/copy", "/folded/withdrawn", f"/voices/{key('did:plc:again3')}"]
    for path in ["/", *lists, *acts, "/voices", "/fairness", "/nowhere"]:
        page = reader.open(path)
        opened(page)
        assert violations(page) == [], path
    reader.wrong = [one for one in reader.wrong if "404" not in one]
