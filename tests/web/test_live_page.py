"""The live page as a person has it: a real browser on a real evening. Whatever goes wrong in it fails the test."""

import re
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Page, expect

from fairfloor.web.address import key

if TYPE_CHECKING:
    from tests.web.conftest import Reader, Served

pytestmark = pytest.mark.browser
Reading = Callable[..., "Reader"]
PHONE = {"viewport": {"width": 360, "height": 740}}
DESK = {"viewport": {"width": 1280, "height": 900}}


def chat(served: "Served", messages: int, start: int = 0) -> None:
    """Let so many people say something, slowly enough that all of it has the floor at once."""

    def happen() -> None:
        for number in range(start, start + messages):
            served.evening.post(f"Number {number} says {number * 7} things about {number * 13} streets")
            served.evening.wait(9)

    served.do(happen)


OUTSIDE = """[...document.querySelectorAll('.message')].flatMap((message) => {
  const all = message.getBoundingClientRect();
  return [...message.querySelectorAll("*")].filter((one) => {
    const its = one.getBoundingClientRect();
    const out = its.right > all.right + 1 || its.bottom > all.bottom + 1 || its.left < all.left - 1;
    return out && its.width > 1 && one.checkVisibility();
  }).map((one) => one.outerHTML.slice(0, 100));
})"""
STILL = "() => new Promise(done => { const y = scrollY; setTimeout(() => done(y === scrollY), 120) })"


def numbers(page: Page) -> list[int]:
    """Give the numbers of the messages shown, in order."""
    found: list[int] = page.locator("#floor > .message").evaluate_all("all => all.map(one => +one.dataset.number)")
    return found


def top(page: Page, selector: str) -> float:
    """Give how far from the top of the window something is."""
    found: float = page.locator(selector).evaluate("one => one.getBoundingClientRect().top")
    return found


def wide(page: Page) -> int:
    """Give how many pixels the page is wider than the window."""
    found: int = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return found


def test_the_page_fills_while_it_is_read(served: "Served", reading: Reading) -> None:
    """Messages, the question being asked, counts and the timeline beside them come by themselves."""
    page = reading(**DESK).open()
    expect(page.locator(".asking")).to_have_text("The host has not asked a question yet.")
    expect(page.get_by_text("Nothing has been said yet.")).to_be_visible()
    served.do(lambda: served.evening.ask("Q1: What would you change tomorrow? #copchat"))
    expect(page.locator(".asking")).to_have_text("Q1 What would you change tomorrow?")
    expect(page.get_by_text("Nothing has been said yet.")).to_be_hidden()
    chat(served, 3)
    expect(page.locator("#floor > .message")).to_have_count(4)
    expect(page.locator("#newest li")).to_have_count(4)
    expect(page.locator("#band")).to_contain_text("What is said fits the reading pace, so all of it is on the floor.")
    copy = "Number 2 says 14 things about 26 streets"
    served.do(lambda: [served.evening.post(copy) for _ in range(37)])
    expect(page.locator("#m4 .said summary")).to_have_text("said 38 times by 38 accounts")
    expect(page.locator("#band")).to_contain_text("37 copies")
    expect(page.locator("#band")).to_contain_text("more is being said than can be read")
    assert numbers(page) == [1, 2, 3, 4]


def test_it_follows_the_conversation_at_its_end(served: "Served", reading: Reading) -> None:
    """Whoever is at the end of the floor stays there, however much comes."""
    page = reading(**DESK).open()
    chat(served, 30)
    expect(page.locator("#floor > .message")).to_have_count(30)
    expect(page.locator("#m30")).to_be_in_viewport()
    expect(page.locator("#end")).to_be_in_viewport()
    assert top(page, "#end") > 700
    expect(page.locator("#more")).to_be_hidden()


def test_what_is_being_read_does_not_move(served: "Served", reading: Reading) -> None:
    """Whoever reads further up keeps their place, is told how much more there is, and gets there by a button."""
    chat(served, 30)
    page = reading(**DESK).open()
    expect(page.locator("#m30")).to_be_in_viewport()
    page.mouse.move(300, 400)
    page.mouse.wheel(0, -700)
    expect(page.locator("#m30")).not_to_be_in_viewport()
    page.wait_for_function(STILL)
    before = top(page, "#m22")
    chat(served, 7, start=30)
    expect(page.locator("#more")).to_have_text("7 more ↓")
    copy = "Number 1 says 7 things about 13 streets"
    served.do(lambda: served.evening.post(copy))
    expect(page.locator("#m2 .said")).to_have_text(re.compile("said twice by 2 accounts"))
    assert abs(top(page, "#m22") - before) < 2
    page.locator("#more").click()
    expect(page.locator("#m31")).to_be_in_viewport()
    expect(page.locator("#end")).to_be_in_viewport()
    expect(page.locator("#more")).to_be_hidden()
    chat(served, 1, start=40)
    expect(page.locator("#m38")).to_be_in_viewport()


def test_pause_holds_the_page_and_catching_up_loses_nothing(served: "Served", reading: Reading) -> None:
    """While paused nothing is added; catching up brings it all, in order, and leaves the reader where they were."""
    chat(served, 20)
    page = reading(**DESK).open()
    page.get_by_role("button", name="Pause").click()
    band = page.locator("#band").inner_text()
    before = top(page, "#m20")
    chat(served, 12, start=20)
    button = page.get_by_role("button", name="Catch up · 12 more")
    expect(button).to_be_visible()
    assert numbers(page) == list(range(1, 21))
    assert page.locator("#band").inner_text() == band
    button.click()
    expect(page.locator("#floor > .message")).to_have_count(32)
    assert numbers(page) == list(range(1, 33))
    assert abs(top(page, "#m20") - before) < 2
    expect(page.locator("#more")).to_have_text(re.compile(r"\d+ more ↓"))
    expect(page.get_by_role("button", name="Pause")).to_be_visible()


def test_a_lost_connection_leaves_no_hole_and_no_double(served: "Served", reading: Reading) -> None:
    """The network goes and comes back; what was said meanwhile is there, once, in order."""
    reader = reading(**DESK)
    page = reader.open()
    chat(served, 3)
    expect(page.locator("#floor > .message")).to_have_count(3)
    served.stop()
    expect(page.get_by_text("The connection is lost.")).to_be_visible()
    served.evening.post("said while nobody could hear it, and there to be read all the same")
    served.start()
    expect(page.locator("#floor > .message")).to_have_count(4, timeout=20_000)
    expect(page.get_by_text("The connection is lost.")).to_be_hidden()
    chat(served, 3, start=3)
    expect(page.locator("#floor > .message")).to_have_count(7)
    assert numbers(page) == list(range(1, 8))
    reader.wrong = [one for one in reader.wrong if "net::ERR" not in one]


def test_a_stream_that_is_cut_goes_on_where_it_broke(served: "Served", reading: Reading) -> None:
    """The page says how far it is when it comes back, and gets what it missed and nothing else."""
    page = reading(**DESK).open()
    chat(served, 3)
    expect(page.locator("#floor > .message")).to_have_count(3)
    page.evaluate("document.getElementById('m2').dataset.kept = 'yes'")
    served.cut()
    chat(served, 3, start=3)
    expect(page.locator("#floor > .message")).to_have_count(6)
    assert numbers(page) == list(range(1, 7))
    expect(page.locator("#m2")).to_have_attribute("data-kept", "yes")


def test_a_new_process_goes_on_where_the_old_one_ended(served: "Served", reading: Reading) -> None:
    """The server hears its log again; a page that was open all the while goes on, and forgets what was taken back."""
    reader = reading(**DESK)
    page = reader.open()
    chat(served, 4)
    expect(page.locator("#floor > .message")).to_have_count(4)
    served.stop()
    gone = served.evening.steps[0].acts[0].id
    served.evening.delete(gone)
    served.evening.come_back()
    served.start()
    expect(page.locator("#floor > .message")).to_have_count(3, timeout=20_000)
    chat(served, 1, start=9)
    expect(page.locator("#floor > .message")).to_have_count(4)
    assert numbers(page) == [2, 3, 4, 5]
    reader.wrong = [one for one in reader.wrong if "net::ERR" not in one]


@pytest.mark.parametrize("paused", [False, True])
def test_what_its_author_takes_back_vanishes_at_once(served: "Served", reading: Reading, *, paused: bool) -> None:
    """The words go from the floor, from the timeline and from where they were quoted, on a paused page too."""
    evening = served.evening
    said = served.do(lambda: evening.post("Regrettable words about my neighbour"))
    served.do(lambda: evening.wait(9))
    served.do(lambda: evening.post("I would not say that", reply_to=said))
    served.do(lambda: evening.wait(9))
    served.do(lambda: evening.post("Look at this one", quote_of=said))
    served.do(lambda: evening.wait(9))
    page = reading(**DESK).open()
    expect(page.get_by_text("Regrettable words")).to_have_count(4)
    if paused:
        page.get_by_role("button", name="Pause").click()
        served.do(lambda: evening.post("Something that comes while the page is paused"))
        expect(page.get_by_role("button", name="Catch up · 1 more")).to_be_visible()
    served.do(lambda: evening.delete(said))
    expect(page.get_by_text("Regrettable words")).to_have_count(0)
    expect(page.get_by_text("replying to a post that is not here")).to_be_visible()
    assert numbers(page) == [2, 3]


def test_a_message_that_waited_while_paused_and_was_taken_back_never_shows(served: "Served", reading: Reading) -> None:
    """Catching up does not bring back what was taken back in the meantime."""
    evening = served.evening
    page = reading(**DESK).open()
    page.get_by_role("button", name="Pause").click()
    said = served.do(lambda: evening.ask("Words that will be taken back"))
    expect(page.get_by_role("button", name="Catch up · 1 more")).to_be_visible()
    served.do(lambda: evening.delete(said))
    expect(page.get_by_role("button", name="Catch up", exact=True)).to_be_visible()
    page.get_by_role("button", name="Catch up", exact=True).click()
    expect(page.get_by_text("Words that will be taken back")).to_have_count(0)


HOSTILE = [
    "<script>alert(1)</script><img src=https://evil.example/x onerror=alert(2)><svg onload=alert(3)>",
    "</article></li></ol><h1>Mine now</h1><style>*{display:none}</style><meta http-equiv=refresh content=0>",
    'javascript:alert(4) https://evil.example/"onmouseover=alert(5) data:text/html,<script>alert(6)</script>',
    "{{ 7*7 }} ${alert(8)} %3Cscript%3Ealert(9)%3C/script%3E &lt;script&gt;alert(10)&lt;/script&gt;",
    "\u202e\u2066\u202eright to left and never back \u202e",
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324\u031e\u0349\u035a\u032f" * 40,
    "w" * 3000,
    "many words of one account " * 740,
    "\n" * 300 + "far below" + "\n" * 300 + "\u2028" * 300,
    "\u200b" * 500 + "\u0000\u0007\ufffe",
    "\ud83d half a character, \U0001f468\u200d\U0001f469\u200d\U0001f467 and a whole family",
]


@pytest.mark.parametrize("options", [PHONE, DESK], ids=["phone", "desk"])
def test_hostile_texts_run_nothing_and_break_nothing(served: "Served", reading: Reading, options: Any) -> None:
    """Whatever is written is text: no script, no request, no way out of its place, no wider page, nothing covered."""
    evening = served.evening

    def happen() -> None:
        for number, text in enumerate(HOSTILE[:-1]):
            handle = text[:300].strip() or "nobody"
            first = evening.post(text, f"did:plc:evil{number}", handle=handle)
            evening.wait(9)
            evening.post(
                f"No {number}, that {number * 3} is not {number * 7} so",
                handle=text[:60].strip() or None,
                reply_to=first,
            )
            evening.wait(9)
        evening.ask("Q1: <b>" + HOSTILE[4] + HOSTILE[6][:400])

    page = reading(**options).open()
    served.do(happen)
    expect(page.locator("#floor > .message")).to_have_count(2 * (len(HOSTILE) - 1) + 1)
    page.reload()
    expect(page.locator("#floor > .message")).to_have_count(2 * (len(HOSTILE) - 1) + 1)
    assert wide(page) <= 0
    assert page.locator("h1").count() == 1
    tall: float = page.evaluate(
        "Math.max(...[...document.querySelectorAll('.message')].map(m => m.getBoundingClientRect().height))"
    )
    assert tall < 1400, "one message is no taller than two phones"
    overflow = page.evaluate(OUTSIDE)
    assert overflow == []
    for selector in (".message .when", ".why"):
        assert page.locator(selector).first.is_visible()


def test_hostile_texts_on_lists_and_on_their_own_pages(served: "Served", reading: Reading) -> None:
    """Lists and single posts show the same texts in full, and are as safe."""
    evening = served.evening
    posts = [served.do(partial(evening.post, text, f"did:plc:evil{n}")) for n, text in enumerate(HOSTILE[:-1])]
    served.do(lambda: evening.wait(900))
    reader = reading(**PHONE)
    for path in ["/floor", "/folded", *[f"/act/{key(post)}" for post in posts], f"/message/{key(posts[0])}"]:
        page = reader.open(path)
        expect(page.locator("h1")).to_have_count(1)
        assert wide(page) <= 0, path


def test_links_in_posts_lead_out_safely(served: "Served", reading: Reading) -> None:
    """A link in a post opens elsewhere, tells nobody where it came from, and vouches for nothing."""
    served.do(lambda: served.evening.post("read https://example.org/a?b=1&c=2."))
    page = reading(**DESK).open()
    link = page.locator("#m1 .words a")
    expect(link).to_have_attribute("href", "https://example.org/a?b=1&c=2")
    expect(link).to_have_attribute("rel", "nofollow noopener ugc")
    expect(page.locator("#m1 .original")).to_have_attribute("href", re.compile(r"^https://bsky\.app/profile/did:plc:"))
    expect(page.get_by_role("link", name="Say something")).to_have_attribute(
        "href", "https://bsky.app/intent/compose?text=+%23copchat"
    )


def test_everything_can_be_done_by_keyboard(served: "Served", reading: Reading) -> None:
    """Tab reaches every control in order, what has the focus shows it, and updates do not take the focus away."""
    chat(served, 3)
    served.do(lambda: served.evening.post("Number 2 says 14 things about 26 streets"))
    page = reading(**DESK).open()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the latest")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#end")).to_be_focused()
    page.get_by_role("button", name="Pause").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Catch up")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Pause")).to_be_focused()
    why = page.locator("#m1 .why summary")
    why.focus()
    assert why.evaluate("one => getComputedStyle(one).outlineStyle") != "none"
    page.keyboard.press("Enter")
    expect(page.get_by_text("On the floor: there was room for it at once.").first).to_be_visible()
    copies = page.locator("#m3 .said summary")
    copies.focus()
    page.keyboard.press("Enter")
    served.do(lambda: served.evening.post("Number 2 says 14 things about 26 streets"))
    expect(copies).to_have_text("said 3 times by 3 accounts")
    expect(copies).to_be_focused()
    expect(page.locator("#m3 .said details")).to_have_attribute("open", "")
    expect(page.locator("#m3").get_by_role("link", name="Who said it")).to_be_visible()


def test_without_scripts_the_page_is_whole(served: "Served", reading: Reading) -> None:
    """No script, no update, nothing else missing: the page is refreshed by a link."""
    served.do(lambda: served.evening.ask("Q1: Without scripts?"))
    chat(served, 3)
    page = reading(java_script_enabled=False, **PHONE).open()
    expect(page.locator(".asking")).to_have_text("Q1 Without scripts?")
    expect(page.locator("#floor > .message")).to_have_count(4)
    expect(page.locator("time").first).to_have_text("02:00")
    expect(page.get_by_text("Times are in UTC.")).to_be_visible()
    expect(page.get_by_role("button")).to_have_count(0)
    chat(served, 1, start=5)
    page.get_by_role("link", name="Refresh").click()
    page.reload()
    expect(page.locator("#floor > .message")).to_have_count(5)
    assert wide(page) <= 0


def test_times_are_the_reader_s_own(served: "Served", reading: Reading) -> None:
    """A chat at nine in the evening in New York is at six in Los Angeles."""
    chat(served, 1)
    east = reading(timezone_id="America/New_York", locale="en-GB", **DESK).open()
    west = reading(timezone_id="America/Los_Angeles", locale="en-GB", **DESK).open()
    expect(east.locator("#m1 time")).to_have_text("21:00")
    expect(west.locator("#m1 time")).to_have_text("18:00")


CONTRAST = """() => {
  const parse = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (one) => {
    for (; one; one = one.parentElement) {
      const colour = parse(getComputedStyle(one).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const seen = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const one = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !one.checkVisibility() || one.closest("noscript")) continue;
    const [a, b] = [light(parse(getComputedStyle(one).color)), light(behind(one))].sort((x, y) => y - x);
    seen.push([(a + 0.05) / (b + 0.05), one.outerHTML.slice(0, 80)]);
  }
  return seen;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read_against_its_ground(served: "Served", reading: Reading, scheme: str) -> None:
    """In light and in dark every text has a contrast of 4.5 to 1 at least, on every kind of page."""
    evening = served.evening
    first = served.do(lambda: evening.ask("Q1: Is this easy to read?"))
    served.do(lambda: evening.ask("Q2: And this?"))
    copied = served.do(lambda: evening.post("Yes it is, thank you very much, quite easy", reply_to=first))
    for _ in range(40):
        served.do(lambda: evening.post("Yes it is, thank you very much, quite easy"))
    served.do(lambda: evening.post("https://example.org/ " + "long " * 300))
    served.condition = "No network: it is tried again in 20 seconds."
    reader = reading(color_scheme=scheme, **DESK)
    paper = set()
    for path in ("/", "/folded", "/folded/copy", f"/act/{key(copied)}", "/nowhere"):
        page = reader.open(path)
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        page.emulate_media(reduced_motion="reduce")
        seen = page.evaluate(CONTRAST)
        assert len(seen) > 5
        assert [one for one in seen if one[0] < 4.5] == []
        paper.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert paper == {"rgb(251, 250, 246)" if scheme == "light" else "rgb(20, 24, 26)"}
    reader.wrong = [one for one in reader.wrong if "404" not in one]


@pytest.mark.parametrize("width", [320, 360, 390, 768, 1024, 1280, 1920])
def test_no_width_makes_the_page_scroll_sideways(served: "Served", reading: Reading, width: int) -> None:
    """From a small phone to a wide screen, the page fits; the reading column is never wider than can be read."""
    served.do(lambda: served.evening.ask("Q1: What is the first thing you say at a traffic stop, and why?"))
    chat(served, 8)
    served.do(lambda: [served.evening.post("Number 2 says 14 things about 26 streets") for _ in range(40)])
    page = reading(viewport={"width": width, "height": 800}).open()
    expect(page.locator("#m9")).to_be_in_viewport()
    assert wide(page) <= 0
    assert page.locator("#floor").evaluate("one => one.clientWidth") <= 40 * 16
    beside = page.locator("#flood").bounding_box()
    floor = page.locator("#floor").bounding_box()
    assert beside
    assert floor
    if width >= 1024:
        assert beside["x"] > floor["x"] + floor["width"], "the flood is beside the floor"
    else:
        assert beside["y"] >= floor["y"] + floor["height"], "the flood is under the floor"
    expect(page.locator(".asked")).to_be_in_viewport()


def test_the_page_has_landmarks_and_headings(served: "Served", reading: Reading) -> None:
    """A screen reader finds its way: banner, navigation, the question, the floor, what is beside it, and headings."""
    served.do(lambda: served.evening.ask("Q1: Who is here?"))
    chat(served, 2)
    page = reading(**DESK).open()
    expect(page.get_by_role("banner")).to_have_count(1)
    expect(page.get_by_role("navigation", name="Pages")).to_have_count(1)
    expect(page.get_by_role("main")).to_have_count(1)
    expect(page.get_by_role("complementary", name="Beside the floor")).to_have_count(1)
    expect(page.get_by_role("contentinfo")).to_have_count(1)
    expect(page.get_by_role("region", name="The question being asked")).to_have_count(1)
    expect(page.get_by_role("region", name="The floor", exact=True)).to_have_count(1)
    expect(page.get_by_role("article")).to_have_count(3)
    expect(page.get_by_role("heading", level=1)).to_have_text("#copchat — the fair floor")
    levels = page.locator("h1, h2, h3").evaluate_all("all => all.map(one => +one.localName[1])")
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert page.locator("html").get_attribute("lang") == "en"


def test_a_screen_reader_is_told_now_and_then(served: "Served", reading: Reading) -> None:
    """What is new is summed up every fifteen seconds and no oftener; quiet stretches are quiet."""
    reader = reading(**DESK)
    reader.page.clock.install()
    page = reader.open()
    said = page.get_by_role("status").and_(page.locator("#announce"))
    chat(served, 3)
    expect(page.locator("#floor > .message")).to_have_count(3)
    expect(said).to_have_text("")
    page.clock.run_for(15_000)
    expect(said).to_have_text("3 new on the floor.")
    page.clock.run_for(15_000)
    expect(said).to_have_text("")


def test_motion_is_left_out_for_who_asked_for_less(served: "Served", reading: Reading) -> None:
    """New messages fade in; for whoever asked for less motion they are simply there."""
    reader = reading(reduced_motion="reduce", **DESK)
    page = reader.open()
    chat(served, 1)
    expect(page.locator("#m1")).to_be_visible()
    assert page.locator("#m1").evaluate("one => getComputedStyle(one).animationName") == "none"
    moving = reading(**DESK).open()
    chat(served, 1, start=1)
    expect(moving.locator("#m2")).to_be_visible()
    assert moving.locator("#m2").evaluate("one => getComputedStyle(one).animationName") == "come"


@pytest.mark.parametrize("media", [{"media": "print"}, {"forced_colors": "active"}])
def test_print_and_forced_colours_show_the_floor(served: "Served", reading: Reading, media: Any) -> None:
    """On paper and in a reader's own colours the conversation is still there to be read."""
    chat(served, 3)
    page = reading(**DESK).open()
    page.emulate_media(**media)
    for number in (1, 2, 3):
        expect(page.locator(f"#m{number} .words")).to_be_visible()
    assert wide(page) <= 0


def test_a_long_evening_does_not_fill_the_browser(served: "Served", reading: Reading) -> None:
    """Whoever follows keeps the last messages; what is earlier is one click away."""
    page = reading(**DESK).open()
    served.do(lambda: [served.evening.ask(f"note {number}") for number in range(230)])
    expect(page.locator("#m230")).to_be_in_viewport()
    assert numbers(page) == list(range(31, 231))
    page.get_by_role("link", name="Earlier on the floor").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The whole floor")
