"""The host writes, previews, publishes, edits and restores; readers find it, and old addresses lead there."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from fairfloor.chat.moves import Begin, End
from fairfloor.chat.site.article import Article, Redirect, Term
from fairfloor.web.people.door import new_token
from fairfloor.web.people.visitor import Visit

if TYPE_CHECKING:
    from tests.web.conftest import Reader, Served

pytestmark = pytest.mark.browser
Reading = Callable[..., "Reader"]
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}
TEXT = """Body cameras were asked about *all night*.

## What was said

- Who sees the film, and for how long?
- [The rules](https://example.org/rules) say thirty days.

![The room](https://example.org/room.jpg)
"""


def fill(page: Page, **fields: str) -> None:
    """Fill the editor's fields in; those that are folded away are opened."""
    page.evaluate("for (const one of document.querySelectorAll('.writing details')) one.open = true")
    for name, value in fields.items():
        page.locator(f"#{name}").fill(value)


def save(page: Page) -> None:
    """Save."""
    page.get_by_role("button", name="Save").first.click()


def refused(page: Page, status: int) -> None:
    """Say that the browser was refused something, as was meant."""
    reader: Reader = page.reader  # type: ignore[attr-defined]
    told = [one for one in reader.wrong if f"status of {status}" in one]
    assert told
    reader.wrong = [one for one in reader.wrong if one not in told]


def writer(hosted: "Served", reading: Reading, **options: Any) -> Page:
    """Give the host's browser, at the place where the host writes."""
    reader = reading(**(options or DESK))
    hosted.sign_in(reader.context, "host", "Sam")
    page = reader.open("/console/site")
    page.reader = reader  # type: ignore[attr-defined]
    return page


def test_the_host_writes_and_publishes(hosted: "Served", reading: Reading) -> None:
    """A preview saves nothing; a draft is nobody else's; what is published has an address from its title, for good."""
    page = writer(hosted, reading, java_script_enabled=False)
    page.get_by_role("link", name="Write a post").click()
    page.locator("#title").fill("Who sees the film?")
    page.locator("#text").fill(TEXT)
    page.get_by_role("button", name="Preview").first.click()
    preview = page.get_by_role("region", name="Who sees the film?")
    expect(preview.get_by_role("heading", name="What was said")).to_be_visible()
    expect(preview.get_by_role("link", name="Picture: The room")).to_be_visible()
    assert hosted.library is not None
    assert hosted.library.search("cameras") == []
    save(page)
    expect(page.get_by_role("status")).to_have_text("Saved. It is a draft.")
    with httpx.Client(base_url=hosted.url) as http:
        assert "Who sees" not in http.get("/posts").text
        page.locator("#state-published").check()
        save(page)
        path = "/posts/2026/03/who-sees-the-film"
        expect(page.get_by_role("status").get_by_role("link", name="its page")).to_have_attribute("href", path)
        assert http.get(path).status_code == 200
        page.locator("#title").fill("Another title")
        save(page)
        assert "Another title" in http.get(path).text
        page.locator("#state-draft").check()
        save(page)
        assert http.get(path).status_code == 404
        assert "Another title" not in http.get("/posts").text


def test_what_another_window_saved_is_not_lost(hosted: "Served", reading: Reading) -> None:
    """Saved over what changed meanwhile, it says so and shows what would change; all that was typed is kept."""
    page = writer(hosted, reading)
    page.get_by_role("link", name="Write a post").click()
    fill(page, title="One", text="These are the first words of all.")
    save(page)
    other = page.context.new_page()
    other.goto(page.url)
    fill(other, text="These are the other words of all.")
    save(other)
    expect(other.get_by_role("status")).to_contain_text("Saved")
    fill(page, text="These are my own words of all.")
    save(page)
    expect(page.get_by_role("alert")).to_contain_text("changed in another window")
    refused(page, 409)
    theirs = page.get_by_role("region", name="What saving yours would change")
    expect(theirs.locator("del")).to_contain_text("the other")
    expect(theirs.locator("ins")).to_contain_text("my own")
    expect(page.locator("#text")).to_have_value("These are my own words of all.")
    save(page)
    expect(page.get_by_role("status")).to_contain_text("Saved")
    page.get_by_role("link", name="Revisions").click()
    expect(page.get_by_role("list").locator(".written > li, li").filter(has_text="Revision")).to_have_count(3)


def test_revisions_come_back(hosted: "Served", reading: Reading) -> None:
    """Each shows what changed in it and what bringing it back would change; brought back, it is the newest."""
    page = writer(hosted, reading)
    page.get_by_role("link", name="Write a post").click()
    fill(page, title="First", text="One two three.")
    save(page)
    fill(page, title="Second", text="One 2 three four.")
    save(page)
    page.get_by_role("link", name="Revisions").click()
    page.get_by_role("link", name="Revision 2").click()
    expect(page.get_by_text("These are its words as they are now.")).to_be_visible()
    then = page.get_by_role("region", name="What changed in it")
    expect(then).to_contain_text("Its title became Second")
    expect(then.locator("ins")).to_have_count(2)
    page.get_by_role("link", name="All revisions").click()
    page.get_by_role("link", name="Revision 1").click()
    page.get_by_role("button", name="Bring this revision back").click()
    expect(page.locator("#text")).to_have_value("One two three.")
    expect(page.locator("#title")).to_have_value("First")
    page.get_by_role("link", name="Revisions").click()
    expect(page.get_by_role("link", name="Revision 3")).to_be_visible()


def test_deleting_takes_a_second_step(hosted: "Served", reading: Reading) -> None:
    """The first asks, and says what goes with it; the second does it."""
    page = writer(hosted, reading)
    page.get_by_role("link", name="Write a post").click()
    fill(page, title="To go", text="Words")
    page.locator("#state-published").check()
    save(page)
    page.get_by_role("link", name="Delete…").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Delete To go?")
    page.get_by_role("link", name="Keep it").click()
    expect(page.locator("#title")).to_have_value("To go")
    page.get_by_role("link", name="Delete…").click()
    page.get_by_role("button", name="Delete it for good").click()
    expect(page.get_by_text("Nothing is published yet.")).to_be_visible()
    assert httpx.get(f"{hosted.url}/posts/2026/03/to-go").status_code == 404


def test_what_is_wrong_is_said_at_its_field(hosted: "Served", reading: Reading) -> None:
    """Published without a title, with a tag of no letters: nothing is saved, and nothing typed is lost."""
    page = writer(hosted, reading, **PHONE)
    page.get_by_role("link", name="Write a post").click()
    fill(page, text="Words", tags="!!!\nfine")
    page.locator("#state-published").check()
    save(page)
    expect(page.get_by_role("alert").get_by_role("listitem")).to_have_text(["Title", "Tags"])
    refused(page, 422)
    expect(page.locator("#text")).to_have_value("Words")
    expect(page.locator("#tags")).to_have_value("!!!\nfine")
    expect(page.locator("#state-published")).to_be_checked()


def test_readers_find_what_was_written(hosted: "Served", reading: Reading) -> None:
    """By month, category, tag, search and likeness; from an address of old; about the host; with scripts or without."""
    page = writer(hosted, reading)
    page.get_by_role("link", name="Write a post").click()
    fill(page, title="Who sees the film?", text=TEXT, categories="Cameras", tags="film & privacy", summary="Who does?")
    page.locator("#state-published").check()
    save(page)
    assert hosted.library is not None
    for number, title in enumerate(["Cameras and film again", "Traffic stops in winter"]):
        at = datetime(2026, 1, 2 + number, tzinfo=UTC)
        text = f"{title}. {'Film of cameras, who sees it, for thirty days.' if number == 0 else 'Snow and ice.'}"
        path = f"/posts/2026/01/n{number}"
        hosted.library.keep(
            Article(path=path, title=title, text=text, state="published", published=at, updated=at, by="Sam")
        )
    hosted.library.redirect([Redirect(old="/?p=12", new="/posts/2026/01/n1"), Redirect(old="/old/x/", new="/about")])
    page = reading(java_script_enabled=False, **PHONE).open("/posts")
    expect(page.get_by_role("article").get_by_role("heading")).to_have_text(
        ["Who sees the film?", "Traffic stops in winter", "Cameras and film again"]
    )
    expect(page.get_by_text("Who does?")).to_be_visible()
    page.get_by_role("link", name="By month").click()
    page.get_by_role("link", name="March 2026").click()
    page.get_by_role("link", name="Who sees the film?").click()
    expect(page.get_by_role("link", name="Cameras and film again")).to_have_count(1)
    expect(page.locator(".alike")).not_to_contain_text("Traffic")
    page.get_by_role("link", name="Cameras", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cameras")
    page.get_by_role("link", name="Who sees the film?").click()
    page.get_by_role("link", name="film & privacy").click()
    expect(page).to_have_url(f"{hosted.url}/tags/film-privacy")
    page.get_by_label("Search the posts").fill("thirty DAYS")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("article")).to_have_count(2)
    expect(page.locator("mark").first).to_have_text("thirty")
    page.get_by_label("Search the posts").fill("zebra")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("status")).to_contain_text("No post has all the words of zebra")
    page.goto(f"{hosted.url}/?p=12")
    expect(page).to_have_url(f"{hosted.url}/posts/2026/01/n1")
    page.get_by_role("link", name="Cameras and film again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cameras and film again")
    page.goto(f"{hosted.url}/old/x")
    expect(page.get_by_text("The host has not written here yet.")).to_be_visible()


def test_the_host_writes_about_the_host(hosted: "Served", reading: Reading) -> None:
    """Until then there is a sentence, and a link for the host; then the host's words are at the same address."""
    page = writer(hosted, reading)
    page.goto(f"{hosted.url}/contact")
    expect(page.get_by_text("The host has not said here how to be reached.")).to_be_visible()
    page.get_by_role("link", name="Write it").click()
    fill(page, text="Write to sam@example.org.")
    page.locator("#state-published").check()
    save(page)
    page.get_by_role("link", name="its page").click()
    expect(page).to_have_url(f"{hosted.url}/contact")
    expect(page.get_by_text("Write to sam@example.org.")).to_be_visible()
    page.goto(f"{hosted.url}/console/site/new?page=contact")
    expect(page.get_by_role("heading", level=1)).to_have_text("Edit: Contact")


def token(text: str) -> str:
    """Read the token of a form from a page."""
    found = re.search(r'name="csrf" value="([^"]+)"', text)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("who", ["moderator", "participant", None])
def test_others_may_not_write(hosted: "Served", who: Any) -> None:
    """Moderators, participants and visitors neither see what is no one's yet, nor change anything."""
    assert hosted.library is not None
    at = datetime(2026, 1, 2, tzinfo=UTC)
    draft = hosted.library.keep(Article(path="/drafts/x", title="Secret plans", text="w", updated=at, by="Sam"))
    private = Article(path="/posts/2026/01/p", title="Secret too", text="w", state="private", updated=at, by="Sam")
    hosted.library.keep(private)
    cookie = hosted.visit(who, "did:plc:x" if who == "participant" else "") if who else new_token()
    with httpx.Client(base_url=hosted.url, cookies={"fairfloor-visit": cookie}) as http:
        form = {"csrf": Visit(hosted.door, cookie).csrf(), "title": "Mine", "text": "x", "state": "published"}
        here = f"/console/site/{draft.id}"
        places = [
            "/console/site",
            "/console/site/new",
            here,
            f"{here}/revisions",
            f"{here}/revisions/1",
            f"{here}/delete",
        ]
        for place in places:
            answer = http.get(place)
            assert answer.status_code in {403, 303}
            assert "Secret" not in answer.text
        for place in (
            "/console/site/new",
            here,
            f"{here}/revisions/1",
            f"{here}/delete",
            "/console/site/recap/2026-03-04",
        ):
            assert http.post(place, data=form).status_code == 403
        assert http.get("/posts/2026/01/p").status_code == 404
        assert http.get("/drafts/x").status_code == 404
        assert "Secret" not in http.get("/search?q=secret").text
    assert hosted.library.article(draft.id) == draft
    assert len(hosted.library.search("Mine")) == 0


def test_a_form_needs_its_token_and_one_sent_twice_is_one(hosted: "Served") -> None:
    """Without its token nothing is saved, and all that was written is shown again; sent twice, one article is made."""
    assert hosted.library is not None
    with httpx.Client(base_url=hosted.url, cookies={"fairfloor-visit": hosted.visit("host")}) as http:
        form = {"title": "Mine", "text": "<my words>", "state": "draft", "once": "a"}
        answer = http.post("/console/site/new", data=form)
        assert answer.status_code == 403
        assert "&lt;my words&gt;" in answer.text
        form["csrf"] = token(answer.text)
        places = [http.post("/console/site/new", data=form).headers["location"] for _ in range(2)]
        assert places[0] == places[1]
        long = form | {"text": "word " * 190_000, "once": "b"}
        assert http.post("/console/site/new", data=long).status_code == 303
        assert http.post("/console/site/new", data=form | {"text": "x" * 1_000_001}).status_code == 422
        assert http.post("/console/site/new", data=form | {"text": "x" * 5_000_000}).status_code == 413
        assert http.get("/console/site/new?page=nothing").status_code == 404


def test_two_of_one_title_have_two_addresses(hosted: "Served") -> None:
    """And an address that leads elsewhere is not taken either."""
    library = hosted.library
    assert library is not None
    library.redirect([Redirect(old="/posts/2026/03/a-title-2", new="/about")])
    library.keep_term(Term(kind="category", slug="kept-slug", name="A name"))
    with httpx.Client(base_url=hosted.url, cookies={"fairfloor-visit": hosted.visit("host")}) as http:
        csrf = token(http.get("/console/site/new").text)
        form = {"title": "A title", "text": "x", "state": "published", "csrf": csrf, "categories": "New one\nnew One"}
        for once in "ab":
            assert http.post("/console/site/new", data=form | {"once": once}).status_code == 303
    paths = [one.article.path for one in library.search("title")]
    assert sorted(paths) == ["/posts/2026/03/a-title", "/posts/2026/03/a-title-3"]
    assert [(term.name, number) for term, number in library.terms()] == [("A name", 0), ("New one", 2)]


def test_the_host_writes_a_recap(hosted: "Served", reading: Reading) -> None:
    """Of a session that is over, and of no other; it stands on the session's own page once it is published."""
    evening = hosted.evening

    def happen() -> str:
        evening.move(Begin(title="Body cameras"))
        evening.post("Who sees the film of a camera?")
        (on,) = filter(None, [evening.desk.sessions.on(evening.now)])
        return on.name

    name = hosted.do(happen)
    page = writer(hosted, reading)
    page.goto(f"{hosted.url}/console/site/recap/{name}")
    expect(page.get_by_role("heading", level=1)).to_have_text("It is not over yet")
    refused(page, 409)
    hosted.do(lambda: evening.move(End()))
    page.goto(f"{hosted.url}/console/site/recap/{name}")
    expect(page.locator("#title")).to_have_value("Body cameras")
    fill(page, text="We heard *a lot* on film.")
    save(page)
    expect(page.get_by_role("status")).to_have_text("Saved. It is a draft.")
    here = page.url.partition("?")[0]
    page.goto(f"{hosted.url}/sessions/{name}")
    expect(page.get_by_text("We heard a lot on film.")).to_have_count(0)
    page.goto(f"{hosted.url}/console/site/recap/{name}")
    expect(page).to_have_url(here)
    page.locator("#state-published").check()
    save(page)
    page.get_by_role("link", name="its page").click()
    expect(page).to_have_url(f"{hosted.url}/sessions/{name}")
    expect(page.get_by_text("We heard a lot on film.")).to_be_visible()
    page.goto(f"{hosted.url}/posts")
    expect(page.get_by_role("article")).to_contain_text("Recap")
    assert httpx.get(f"{hosted.url}/console/site/recap/2020-01-01", follow_redirects=False).status_code == 303


def test_a_window_with_unsaved_words_asks_before_it_goes(hosted: "Served", reading: Reading) -> None:
    """Leaving it by a link asks first, and stays if told so; saving does not."""
    page = writer(hosted, reading)
    page.get_by_role("link", name="Write a post").click()
    page.locator("#text").type("Words")
    page.get_by_role("link", name="What you write").first.click()
    reader: Reader = page.reader  # type: ignore[attr-defined]
    expect(page.locator("#text")).to_have_value("Words")
    assert [one.partition(":")[0] for one in reader.wrong] == ["dialog"]
    reader.wrong.clear()
    save(page)
    expect(page.get_by_role("status")).to_contain_text("Saved")
