"""A discussion of thirty-one comments, six deep, is read and answered in a real browser, on a desk and on a phone."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Page, expect
from tests.web.discussion.conftest import ANN, HOSTS, PATH

from fairfloor.session.discussion_thread import DEEPEST
from fairfloor.testing.axe import violations

if TYPE_CHECKING:
    from tests.web.conftest import Reader
    from tests.web.discussion.conftest import Site

pytestmark = pytest.mark.browser
VIEWS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "desktop, dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light", "is_mobile": True},
    "phone, dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark", "is_mobile": True},
}


_LISTS = "at => { let many = 0; while (at = at.parentElement.closest('ol')) many++; return many }"


@pytest.mark.parametrize("view", VIEWS)
def test_thirty_one_comments_are_read_and_answered(
    site: "Site", thread: Callable[[], list[int]], reading: Callable[..., "Reader"], view: str
) -> None:
    """By somebody anonymous, somebody with a name, somebody signed in and the host; nothing is wrong for axe-core."""
    numbers = thread()
    reader = reading(**VIEWS[view])
    page = reader.open(PATH)
    assert page.locator(".comment").count() == 31
    assert page.locator("ol.thread > li").count() == 7
    assert nested(page, numbers[5]) == 6
    assert page.locator(f"#comment-{numbers[5]} .mark").inner_text() == "host"
    assert "31 comments" in page.locator("#comments-h").inner_text()
    assert fits(page)
    assert violations(page) == []
    answer(page, numbers[5], "I will hold you to it.", "")
    page.locator(".by", has_text="Anonymous").last.wait_for()
    named = reading(**VIEWS[view])
    answer(named.open(PATH), numbers[17], "Then let us ask it together.", "Walter's neighbour")
    signed = reading(**VIEWS[view])
    site.served.sign_in(signed.context, "participant", ANN)
    answer_at_once(signed.open(PATH), numbers[26], "So shall I.")
    host = reading(**VIEWS[view])
    site.served.sign_in(host.context, "host", HOSTS)
    answer_at_once(host.open(PATH), numbers[30], "Good night, and thank you.")
    page = reading(**VIEWS[view]).open(PATH)
    said = {one.text: one for one in site.all()[31:]}
    assert [one.parent for one in said.values()] == [numbers[5], numbers[17], numbers[26], numbers[30]]
    assert [one.author.kind for one in said.values()] == ["anonymous", "named", "account", "host"]
    for one in said.values():
        comment = page.locator(f"#comment-{one.id} > article")
        assert one.text in comment.inner_text()
    assert violations(page) == []
    assert fits(page)


def nested(page: Page, comment: int) -> int:
    """Count the lists that a comment stands within."""
    return int(page.locator(f"#comment-{comment}").evaluate(_LISTS))


def fits(page: Page) -> bool:
    """Tell whether nothing of a page is wider than its window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def answer(page: Page, comment: int, text: str, name: str) -> None:
    """Reply as a guest does: in place, looking at it once before it is said."""
    page.locator(f"#comment-{comment} > article a.reply").click()
    form = page.locator(f"#comment-{comment} > article .opened")
    form.get_by_label("Your reply").fill(text)
    form.get_by_label("Your name").fill(name)
    form.get_by_role("button", name="Reply").click()
    expect(page.locator(".comment:target")).to_contain_text(text)


def answer_at_once(page: Page, comment: int, text: str) -> None:
    """Reply as who is signed in."""
    page.locator(f"#comment-{comment} > article a.reply").click()
    form = page.locator(f"#comment-{comment} > article .opened")
    form.get_by_label("Your reply").fill(text)
    form.get_by_role("button", name="Reply").click()
    expect(page.locator(".comment:target")).to_contain_text(text)


def test_it_is_read_and_answered_by_keyboard_alone(
    site: "Site", thread: Callable[[], list[int]], reading: Callable[..., "Reader"]
) -> None:
    """From a link to a comment to the words said under it, without a pointer; Escape closes an empty form."""
    numbers = thread()
    page = reading().open(PATH)
    page.locator(f"#comment-{numbers[9]} > article a.reply").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your reply")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(f"#comment-{numbers[9]} > article a.reply")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your reply")).to_be_focused()
    page.keyboard.type("By keys alone.")
    page.keyboard.press("Tab")
    page.keyboard.type("Kit")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".comment:target")).to_contain_text("By keys alone.")
    assert (site.all()[-1].author.name, site.all()[-1].parent) == ("Kit", numbers[9])


def test_a_name_that_is_nobodys_is_refused_with_a_sentence(site: "Site", reading: Callable[..., "Reader"]) -> None:
    """Nothing is said under it; the page says why it does not do, and what does."""
    for name, why in (("Adm\u0456n", "what only the host's people are"), ("A n o n y m o u s", "leave the name empty")):
        reader = reading()
        page = reader.open(f"/discussion/{site.article.id}/say")
        page.get_by_label("Your comment").fill("Closed from tomorrow.")
        page.get_by_label("Your name").fill(name)
        page.get_by_role("button", name="Preview").click()
        expect(page.get_by_role("heading", name="That name does not do")).to_be_visible()
        expect(page.get_by_role("main")).to_contain_text(why)
        assert violations(page) == []
        reader.wrong.clear()  # the browser says of each refusal that it was one
    assert site.all() == []


def test_without_scripts_everything_works(
    site: "Site", thread: Callable[[], list[int]], reading: Callable[..., "Reader"]
) -> None:
    """A reply has a page of its own, with what it answers; a comment is seen once before it is said."""
    numbers = thread()
    page = reading(java_script_enabled=False).open(PATH)
    page.locator(f"#comment-{numbers[4]} > article a.reply").click()
    expect(page.locator("blockquote.quoted")).to_contain_text("complaints about officers")
    page.get_by_label("Your reply").fill("A *good* question.")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".preview em")).to_have_text("good")
    page.get_by_role("button", name="Reply").click()
    expect(page.locator(".comment:target")).to_contain_text("A good question.")
    page.get_by_label("Your comment").fill("And one for all.")
    page.get_by_role("button", name="Say it").click()
    expect(page.locator(".comment:target")).to_contain_text("And one for all.")
    assert [one.parent for one in site.all()[31:]] == [numbers[4], None]


def test_depth_without_end_fits_a_phone(site: "Site", reading: Callable[..., "Reader"]) -> None:
    """Sixty replies deep, each says whom it answers, and the words have room; so do words without spaces."""
    parent: int | None = None
    for depth in range(60):
        parent = site.said("Ann" if depth % 2 else "Bob", f"Reply {depth}: {'wideword' * 20}", parent, depth)
    page = reading(**VIEWS["phone"]).open(PATH)
    assert page.locator(".comment").count() == 60
    assert fits(page)
    assert parent is not None
    assert nested(page, parent) == DEEPEST + 1
    last = page.locator(f"#comment-{parent} > article")
    assert last.locator(".to a").get_attribute("href") == f"#comment-{parent - 1}"
    box = last.locator(".words").bounding_box()
    assert box is not None
    assert box["width"] >= 300
    assert violations(page) == []


def test_each_comment_has_a_page_that_lasts(
    site: "Site", thread: Callable[[], list[int]], reading: Callable[..., "Reader"]
) -> None:
    """What it answers, itself, and all that is under it; and links to it are followed from the discussion."""
    numbers = thread()
    page = reading(**VIEWS["phone"]).open(PATH)
    page.locator(f"#comment-{numbers[13]} > article a.when").click()
    assert page.url.endswith(f"/comments/{numbers[13]}")
    assert page.locator("h1").inner_text() == "Hal on The first night"
    expect(page.locator("blockquote.quoted").first).to_contain_text("you had it coming")
    expect(page.locator("article.alone")).to_contain_text("I do not mind being told")
    assert page.locator(".thread .comment").count() == 4
    assert violations(page) == []
    page.get_by_role("link", name="The first night").click()
    assert page.url.endswith(f"{PATH}#comment-{numbers[13]}")
    with site.client() as nobody:
        assert [nobody.get(f"/comments/{wrong}").status_code for wrong in (10**9, 10**40, "one", -1)] == [404] * 4


def test_what_is_not_there_says_so_in_its_place(site: "Site", reading: Callable[..., "Reader"]) -> None:
    """Removed, with why; waiting; taken back; a copy; each with the replies that it has. Links elsewhere are apart."""
    one = site.said("Ann", "What everybody came here to say at length", minute=1)
    site.said("Bob", "What everybody came here to say at length", minute=2)
    removed = site.said(
        "Eve", "Her street is this one", minute=3, state="removed", why="It names where somebody lives."
    )
    site.said("", "See https://a.example", minute=4, state="held", why="It has 9 links.")
    gone = site.said("Cat", "", minute=5, state="withdrawn")
    site.said("Dan", "That was out of line.", removed, 6)
    site.said("Dan", "Why did you take it back?", gone, 7)
    blog = site.said("A blog", "", minute=8, said="pingback")
    page = reading(**VIEWS["desktop"]).open(PATH)
    expect(page.locator(f"#comment-{removed}")).to_contain_text("It names where somebody lives.")
    expect(page.locator(f"#comment-{removed}")).not_to_contain_text("Her street")
    expect(page.locator(f"#comment-{removed} li")).to_contain_text("out of line")
    expect(page.locator(f"#comment-{gone}")).to_contain_text("Its author took this back")
    expect(page.locator(f"#comment-{gone}")).not_to_contain_text("Cat")
    assert "a.example" not in page.content()
    expect(page.locator(f"#comment-{one} .also summary")).to_have_text("Said once more")
    expect(page.locator("details.aside summary")).to_have_text("A copy")
    expect(page.locator("#linked-h")).to_have_text("Mentioned by")
    assert page.locator(f"#comment-{blog}").count() == 0
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    assert violations(page) == []
    page.get_by_role("link", name="All of them").click()
    expect(page.get_by_role("heading", name="Said again")).to_be_visible()
    assert violations(page) == []


def test_a_flood_is_folded_where_it_was_said(site: "Site", reading: Callable[..., "Reader"]) -> None:
    """A discussion that is full says how it is shared; what has no place is one line away, each with its reason."""
    site.library.comments.keep_house(type(site.library.comments.house())(places=20))
    first = site.said("Ann", "A long evening, and I learnt something about the people on my street.")
    site.said(HOSTS, "So did I.", first, 1)
    for number in range(60):
        words = " ".join(f"{sound}{number * place}" for place, sound in enumerate("ka lo mi ru se ta ne vi".split(), 1))  # noqa: SIM905
        site.said("Eve", words, None if number % 2 else first, 2 + number)
    site.said("Fay", "Not one of them, and new here.", minute=70)
    page = reading(**VIEWS["phone"]).open(PATH)
    expect(page.locator(".discussion .lede")).to_contain_text("have a place, shared fairly")
    shown = page.locator(".comment").all_inner_texts()
    assert any("A long evening" in one for one in shown)
    assert any("new here" in one for one in shown)
    assert sum("ka" in one for one in shown) <= 22
    lines = page.locator("li.folded").all_inner_texts()
    assert len(lines) == 2
    assert "replies are folded" in lines[0]
    assert violations(page) == []
    page.locator("li.folded a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("not shown in their place")
    expect(page.locator(".listed .reason").first).to_contain_text("its account had its fair share of the places")
    assert violations(page) == []


def test_who_reads_has_no_cookie_and_asks_nobody_else(
    site: "Site", thread: Callable[[], list[int]], reading: Callable[..., "Reader"]
) -> None:
    """Not on the article, a comment's page, a list, the log; and a preview does not make anybody known."""
    numbers = thread()
    reader = reading()
    for path in (PATH, f"/comments/{numbers[3]}", f"/discussion/{site.article.id}/folded", "/discussion/log"):
        reader.open(path)
        assert reader.context.cookies() == [], path
    page = reader.open(PATH)
    page.get_by_label("Your comment").fill("Not yet.")
    page.get_by_role("button", name="Preview").click()
    assert [cookie["name"] for cookie in reader.context.cookies()] == ["fairfloor-visit"]
    page.get_by_role("button", name="Say it").click()
    assert {cookie["name"] for cookie in reader.context.cookies()} == {"fairfloor-visit", "fairfloor-guest"}
    assert all(cookie["httpOnly"] for cookie in reader.context.cookies())
