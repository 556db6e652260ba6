"""Categories and tags are called otherwise, and merged; readers find what stood under them at the old address."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import expect
from tests.web.discussion.conftest import hidden
from tests.web.discussion.test_discussion_read import VIEWS, fits
from tests.web.editor.test_editor_story import fill, save

from fairfloor.chat.site.article import Article, Term
from fairfloor.session.library import Shelf
from fairfloor.store.site.library import SqlLibrary, library_opened
from fairfloor.testing.axe import violations
from fairfloor.web.editor.renaming import Occupied, address_of, became, found, merge, rename
from fairfloor.web.site.leading import _there

if TYPE_CHECKING:
    from tests.web.conftest import Reader, Served

NOW = datetime(2026, 3, 5, 2, tzinfo=UTC)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[SqlLibrary]:
    """Open a new site."""
    with library_opened(tmp_path / "copchat.db.site") as opened:
        yield opened


def term(library: SqlLibrary, slug: str, kind: Any = "tag", **given: Any) -> Term:
    """Keep a term."""
    made = Term(**({"kind": kind, "slug": slug, "name": slug.capitalize()} | given))
    library.keep_term(made)
    return made


def article(library: SqlLibrary, number: int, **given: Any) -> int:
    """Keep an article."""
    made: dict[str, Any] = {"path": f"/posts/2026/03/{number}", "title": f"{number}", "text": "Words", "by": "Sam"}
    return library.keep(Article(**(made | {"state": "published", "published": NOW, "updated": NOW} | given))).id


def test_a_name_changes_and_the_address_stays(library: SqlLibrary) -> None:
    """Unless it is made from the new name; then the old one leads there, whatever stands under it, and drafts too."""
    old = term(library, "cops", about="Of them")
    ids = [article(library, n, tags=("other", "cops", "more"), state=state) for n, state in enumerate(STATES)]
    named = rename(library, old, "Police", moves=False)
    assert named == Term(kind="tag", slug="cops", name="Police", about="Of them")
    moved = rename(library, named, "The Police", moves=True)
    assert moved.slug == "the-police"
    assert library.term("tag", "cops") is None
    assert {library.article(one).tags for one in ids} == {("other", "the-police", "more")}  # type: ignore[union-attr]
    assert _there(library, "/tags/cops", "") == "/tags/the-police"
    assert all(len(library.revisions(one)) == 1 for one in ids)


STATES = ("published", "draft", "private")


def test_a_name_that_another_has_is_not_given_twice(library: SqlLibrary) -> None:
    """Nor an address; the same name in other letters is the term's own."""
    one, _ = term(library, "cops"), term(library, "police", name="Police")
    for name, moves in (("police", False), ("POLICE", True), ("Police!", True)):
        with pytest.raises(Occupied):
            rename(library, one, name, moves=moves)
    term(library, "police", "category")
    assert rename(library, one, "COPS", moves=True).name == "COPS"
    assert found(library, "tag", "police") == Term(kind="tag", slug="police", name="Police")
    assert library.redirects() == []


def test_two_are_one_and_nothing_stands_twice(library: SqlLibrary) -> None:
    """What stood under both stands under it once, at the first one's place; parts of a category go with it."""
    old, new = term(library, "cops", "category"), term(library, "police", "category")
    term(library, "k9", "category", parent="cops")
    both = article(library, 1, categories=("police", "x", "cops"))
    first = article(library, 2, categories=("cops", "x"))
    merge(library, old, new)
    assert [library.article(one).categories for one in (both, first)] == [("police", "x"), ("police", "x")]  # type: ignore[union-attr]
    assert library.term("category", "k9") == Term(kind="category", slug="k9", name="K9", parent="police")
    assert [one.slug for one, _ in library.terms()] == ["k9", "police"]
    assert became(library, old) == new


def test_a_category_becomes_a_part_of_its_own(library: SqlLibrary) -> None:
    """At any depth: no circle is made, and what was beside it stays in the tree."""
    top = term(library, "top", "category", parent="above")
    term(library, "above", "category")
    term(library, "middle", "category", parent="top")
    low = term(library, "low", "category", parent="middle")
    merge(library, top, low)
    parents = {one.slug: one.parent for one, _ in library.terms()}
    assert parents == {"above": None, "low": "above", "middle": "low"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None)
@given(steps=st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd"), st.booleans()), max_size=8))
def test_whatever_was_done_every_old_address_leads_to_where_its_articles_are(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, bool]]
) -> None:
    """Back and forth, merged and renamed: in one step, and an address that is had again leads nowhere."""
    with library_opened(tmp_path_factory.mktemp("site") / "copchat.db.site") as library:
        here = {slug: slug for slug in "ab"}
        for number, slug in enumerate("ab"):
            term(library, slug)
            article(library, number, tags=(slug,))
        for one, other, merges in steps:
            old, new = library.term("tag", one), library.term("tag", other)
            if old is None or one == other or (new is None) is merges:
                continue
            if new is None:
                rename(library, old, other, moves=True)
            else:
                merge(library, old, new)
            here |= {begun: other for begun, now in here.items() if now == one} | {one: other, other: other}
        for begun, now in here.items():
            led = library.led(address_of("tag", begun))
            assert led == (None if begun == now else address_of("tag", now))
            assert library.term("tag", now) is not None


@pytest.mark.browser
@pytest.mark.parametrize("view", ["desktop", "phone, dark"])
def test_the_host_renames_and_merges(hosted: "Served", reading: Callable[..., "Reader"], view: str) -> None:
    """From what they write, without scripts on a phone; readers of the old address find the posts at the new one."""
    library = hosted.library
    assert library is not None
    term(library, "cops", "category", name="Cops")
    term(library, "police", "category", name="Police")
    for number, slug in enumerate(("cops", "cops", "police")):
        article(library, number, categories=(slug,))
    scripts = {} if view == "desktop" else {"java_script_enabled": False}
    reader = reading(**VIEWS[view], **scripts)
    hosted.sign_in(reader.context, "host", "Sam")
    page = reader.open("/console/site")
    page.get_by_role("link", name="Categories and tags").click()
    looked(page, view)
    page.get_by_role("link", name="Cops").click()
    expect(page.get_by_text("2 articles stand under it")).to_be_visible()
    looked(page, view)
    page.get_by_label("Name", exact=True).fill("Officers")
    page.get_by_label("Is made from the new name").check()
    page.get_by_role("button", name="Rename").click()
    expect(page.get_by_role("status")).to_have_text("It is called that now.")
    with httpx.Client(base_url=hosted.url, follow_redirects=True) as http:
        answer = http.get("/categories/cops/")
        assert str(answer.url) == f"{hosted.url}/categories/officers"
        assert answer.text.count('href="/posts/2026/03/') == 2
        page.get_by_label("The other category").fill("police")
        page.get_by_role("button", name="Merge").click()
        expect(page.get_by_role("heading", name="Category: Police")).to_be_visible()
        expect(page.get_by_text("3 articles stand under it")).to_be_visible()
        looked(page, view)
        for old in ("/categories/cops", "/categories/officers"):
            answer = http.get(old, follow_redirects=False)
            assert (answer.status_code, answer.headers["location"]) == (301, "/categories/police")
        assert "Officers" not in http.get("/categories").text


def looked(page: Any, view: str) -> None:
    """Look at a page: nothing is wider than the window, and axe-core, which is a script, finds nothing."""
    if view == "desktop":
        assert violations(page) == []
        assert fits(page)


@pytest.mark.browser
def test_what_is_written_under_an_old_name_stands_under_what_it_became(
    hosted: "Served", reading: Callable[..., "Reader"]
) -> None:
    """By its new name, whatever its address is; or by one that was merged: no second one is made."""
    library = hosted.library
    assert library is not None
    rename(library, term(library, "cops", name="Cops"), "Police", moves=False)
    merge(library, term(library, "bobbies", name="Bobbies"), term(library, "patrol", name="Patrol"))
    reader = reading()
    hosted.sign_in(reader.context, "host", "Sam")
    page = reader.open("/console/site/new")
    fill(page, title="One", text="Words", tags="Police\nBobbies\nPatrol")
    save(page)
    expect(page.get_by_role("status")).to_contain_text("Saved")
    found_ = library.articles(Shelf(public=False))[0]
    assert found_.tags == ("cops", "patrol")
    assert [one.slug for one, _ in library.terms()] == ["patrol", "cops"]


def test_who_may_and_what_makes_no_sense(hosted: "Served") -> None:
    """Those who write, by a form of ours; the rest is refused in a sentence, and nothing changes."""
    library = hosted.library
    assert library is not None
    before = [term(library, "cops", name="Cops"), term(library, "police", name="Police")]
    here = "/console/site/terms/tags/cops"
    cookies = {"fairfloor-visit": hosted.visit("co-host", "Kim")}
    with httpx.Client(base_url=hosted.url, cookies=cookies) as kim:
        token = {"csrf": hidden(kim.get(here).text)["csrf"]}
        wrong: list[tuple[str, dict[str, str], int, str]] = [
            ("rename", {"name": " "}, 422, "no name"),
            ("rename", {"name": "?!", "moves": "yes"}, 422, "no name"),
            ("rename", {"name": "x" * 301}, 422, "too long"),
            ("rename", {"name": "police"}, 409, "merge the two"),
            ("merge", {"into": ""}, 422, "no tag called that"),
            ("merge", {"into": "Nobody"}, 422, "no tag called that"),
            ("merge", {"into": "cops"}, 422, "the same one"),
        ]
        for do, fields, status, sentence in wrong:
            answer = kim.post(f"{here}/{do}", data=token | fields)
            assert (answer.status_code, sentence in answer.text) == (status, True), fields
        assert kim.post(f"{here}/rename", data={"name": "X", "csrf": "x"}).status_code == 403
        for path in ("/console/site/terms/tags/none", "/console/site/terms/words/cops"):
            assert kim.get(path).status_code == 404
        assert kim.get("/console/site/terms?page=9").status_code == 200
    for role in ("moderator", "participant"):
        cookies = {"fairfloor-visit": hosted.visit(role, "did:plc:ann" if role == "participant" else "Mo")}
        with httpx.Client(base_url=hosted.url, cookies=cookies) as other:
            assert other.get(here).status_code in {303, 403}
            assert other.post(f"{here}/rename", data={"name": "X"}).status_code == 403
    assert [one for one, _ in library.terms()] == before
