"""What is to be published later is nowhere before its time, and everywhere from then on, by itself."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page, expect
from tests.web.discussion.conftest import hidden
from tests.web.discussion.test_discussion_read import VIEWS, fits
from tests.web.editor.test_editor_story import fill, refused, save

from fairfloor.chat.moves import Settle
from fairfloor.chat.schedule.recurrence import Weekly
from fairfloor.chat.schedule.slots import Schedule
from fairfloor.chat.settings import Settings
from fairfloor.chat.site.article import Article, Redirect
from fairfloor.chat.site.comment import Author, Comment
from fairfloor.session.library import Shelf
from fairfloor.session.scheduled import published_by
from fairfloor.store.site.library import SqlLibrary, library_opened
from fairfloor.testing.axe import violations
from fairfloor.web.site.scheduled import Scheduled

if TYPE_CHECKING:
    from tests.web.conftest import Reader, Served

START = datetime(2026, 3, 5, 2, tzinfo=UTC)
"""When a rehearsed evening begins."""
AT = START + timedelta(hours=16)
PATH = "/posts/2026/03/the-gazebo-opens"
EVERYWHERE = (
    "/posts",
    "/posts/2026/3",
    "/categories",
    "/categories/parks",
    "/tags/gazebos",
    "/search?q=gazebo",
    "/feeds/posts.atom",
    "/feeds/posts.rss",
    "/feeds/posts.json",
    f"{PATH}/comments.atom",
    "/oembed?url={home}" + PATH,
    "/?p=12",
    "/posts/2026/03/another",
    PATH,
)
"""Where something published is found."""


@pytest.fixture
def library(tmp_path: Path) -> Iterator[SqlLibrary]:
    """Open a new site."""
    with library_opened(tmp_path / "copchat.db.site") as opened:
        yield opened


def found(hosted: "Served") -> list[str]:
    """Give where a reader finds the post by its words."""
    with httpx.Client(base_url=hosted.url, follow_redirects=True) as http:
        pages = {one: http.get(one.format(home=hosted.url)).text for one in EVERYWHERE}
    return [one for one, page in pages.items() if "gazebo opens" in page or "Gazebos" in page]


def wait(hosted: "Served", until: datetime) -> None:
    """Let time pass."""
    hosted.do(lambda: hosted.evening.wait((until - hosted.evening.now).total_seconds()))


def written(hosted: "Served", reading: Callable[..., "Reader"], **options: Any) -> Page:
    """Give the host's browser with a post written that is to be published later."""
    reader = reading(**options)
    hosted.sign_in(reader.context, "host", "Sam")
    page = reader.open("/console/site/new")
    page.reader = reader  # type: ignore[attr-defined]
    fill(page, title="The gazebo opens", text="Come and see the gazebo.", categories="Parks", tags="Gazebos")
    page.get_by_label("Everybody, from a time on").check()
    return page


@pytest.mark.browser
@pytest.mark.parametrize("view", ["desktop", "phone, dark"])
def test_it_appears_by_itself_at_its_instant(hosted: "Served", reading: Callable[..., "Reader"], view: str) -> None:
    """And not a second before, on no page, in no feed, not by its words nor by an old address."""
    assert hosted.library is not None
    another = Article(path="/posts/2026/03/another", state="published", text="Gate", updated=START, by="Sam")
    hosted.library.keep(msgspec.structs.replace(another, published=START, title="The gate"))
    hosted.library.redirect([Redirect(old="/?p=12", new=PATH)])
    page = written(hosted, reading, **VIEWS[view])
    save(page)
    expect(page.get_by_role("alert")).to_contain_text("Publish at")
    expect(page.locator("#at-wrong")).to_contain_text("Write a day and a time")
    refused(page, 422)
    assert violations(page) == []
    page.locator("#at").fill("2026-03-05T02:00")
    save(page)
    expect(page.locator("#at-wrong")).to_contain_text("That time is over")
    refused(page, 422)
    page.locator("#at").fill("2026-03-05T18:00")
    save(page)
    expect(page.get_by_role("status")).to_contain_text("Everybody can read it from")
    assert violations(page) == []
    assert fits(page)
    expect(page.locator("#at")).to_have_value("2026-03-05T18:00")
    page.get_by_role("link", name="What you write").first.click()
    page.get_by_role("link", name="To come 1").click()
    expect(page.get_by_text("To be published")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("link", name="Its page").click()
    expect(page.get_by_text("This is to come")).to_be_visible()
    assert violations(page) == []
    assert found(hosted) == []
    wait(hosted, AT - timedelta(seconds=1))
    assert found(hosted) == []
    wait(hosted, AT)
    assert found(hosted) == [*EVERYWHERE]
    article = hosted.library.at(PATH)
    assert article is not None
    assert (article.state, article.published, article.updated) == ("published", AT, AT)
    page.reload()
    expect(page.get_by_text("This is to come")).to_have_count(0)
    expect(page.get_by_label("Your comment")).to_be_visible()


@pytest.mark.browser
def test_the_hosts_mind_changes(hosted: "Served", reading: Callable[..., "Reader"]) -> None:
    """Later, now after all, not at all: its address stays, and its date is when it was published."""
    assert hosted.library is not None
    page = written(hosted, reading, java_script_enabled=False)
    page.locator("#at").fill("2026-03-05T02:20")
    save(page)
    page.locator("#at").fill("2026-03-05T02:40")
    save(page)
    wait(hosted, START + timedelta(minutes=30))
    assert found(hosted) == []
    page.get_by_label("Nobody yet").check()
    save(page)
    wait(hosted, START + timedelta(minutes=50))
    assert found(hosted) == []
    kept = hosted.library.at(PATH)
    assert kept is not None
    assert (kept.state, kept.published) == ("draft", None)
    page.locator("#state-published").check()
    save(page)
    assert PATH in found(hosted)
    kept = hosted.library.at(PATH)
    assert kept is not None
    assert kept.published == kept.updated == hosted.evening.now
    page.get_by_label("Everybody, from a time on").check()
    page.locator("#at").fill("2026-06-01T09:30")
    save(page)
    assert found(hosted) == []


def test_its_time_is_by_the_clocks_of_the_chat(hosted: "Served") -> None:
    """Which the form names; where the chat has none, they are UTC's."""
    assert hosted.library is not None
    schedule = Schedule(recurs=Weekly(days=(3,)), at=time(21), zone="America/Toronto")
    hosted.do(lambda: hosted.evening.move(Settle(settings=Settings(tag="copchat", schedule=schedule))))
    with httpx.Client(base_url=hosted.url, cookies={"fairfloor-visit": hosted.visit("host", "Sam")}) as sam:
        form = hidden((page := sam.get("/console/site/new")).text)
        assert "by Toronto\u2019s clocks" in page.text
        fields = {"title": "T", "text": "T", "state": "scheduled", "at": "2026-07-01T18:00", "do": "save"}
        sam.post("/console/site/new", data=form | fields)
    article = hosted.library.articles(Shelf(public=False))[0]
    assert article.published == datetime(2026, 7, 1, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    "at", ["", "soon", "2026-02-30T10:00", "2026-03-06T10:00+02:00", "9999-12-31T23:59", "T", "x" * 40]
)
def test_a_time_that_is_none_is_asked_for_again(hosted: "Served", at: str) -> None:
    """Nothing is kept, and what was typed is there."""
    assert hosted.library is not None
    with httpx.Client(base_url=hosted.url, cookies={"fairfloor-visit": hosted.visit("host", "Sam")}) as sam:
        form = hidden(sam.get("/console/site/new").text)
        answer = sam.post("/console/site/new", data=form | {"title": "T", "text": "T", "state": "scheduled", "at": at})
        assert answer.status_code == 422
        assert "Write a day and a time" in answer.text
    assert hosted.library.count(Shelf(public=False)) == 0


def test_what_others_wrote_under_it_waits_with_it(hosted: "Served") -> None:
    """An article that was public and is to come again takes its discussion with it, and its deeds."""
    assert hosted.library is not None
    given: dict[str, Any] = {"path": PATH, "title": "The gazebo opens", "updated": START, "by": "Sam"}
    article = hosted.library.keep(Article(state="scheduled", published=AT, **given))
    author = Author(kind="named", name="Ann", key="guest:ann")
    one = hosted.library.comments.say(Comment(article=article.id, at=START, author=author, text="The gazebo is green"))
    with httpx.Client(base_url=hosted.url) as http:
        assert http.get(f"/comments/{one.id}").status_code == 404
        assert http.get(f"/discussion/{article.id}/say").status_code == 404
        assert "gazebo" not in http.get("/feeds/comments.atom").text
        wait(hosted, AT)
        assert "is green" in http.get(f"/comments/{one.id}").text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None)
@given(times=st.lists(st.integers(0, 9), max_size=70), looks=st.lists(st.integers(0, 10), min_size=1, max_size=4))
def test_whenever_one_looks_what_is_due_is_there(
    tmp_path_factory: pytest.TempPathFactory, times: list[int], looks: list[int]
) -> None:
    """All of it and nothing else, once each, with its own time; and when the next is due is told."""
    with library_opened(tmp_path_factory.mktemp("site") / "copchat.db.site") as library:
        for number, minute in enumerate(times):
            at = START + timedelta(minutes=minute)
            made = Article(path=f"/posts/{number}", state="scheduled", published=at, updated=START, by="Sam", title="T")
            library.keep(made)
        for look in sorted(looks):
            now = START + timedelta(minutes=look)
            following = published_by(library, now)
            left = [minute for minute in times if minute > look]
            assert following == (START + timedelta(minutes=min(left)) if left else None)
            public = library.articles(Shelf(), limit=100)
            assert sorted(one.published for one in public if one.published) == sorted(
                START + timedelta(minutes=minute) for minute in times if minute <= look
            )
            assert all(len(library.revisions(one.id)) == 1 for one in public)


def test_one_without_a_time_is_never_due(library: SqlLibrary) -> None:
    """It may come in a file; nothing is published that nobody said when."""
    library.keep(Article(path="/posts/1", state="scheduled", updated=START, by="Sam"))
    assert published_by(library, START + timedelta(days=9_999)) is None
    assert library.count(Shelf()) == 0


def test_what_is_written_while_one_looks_is_looked_for_again(library: SqlLibrary) -> None:
    """Nothing that is due is forgotten for a minute because it came a moment too late."""
    now = START

    async def evening() -> list[str]:
        scheduled = Scheduled(library, lambda: now)
        looking = asyncio.create_task(scheduled.settled())
        await asyncio.sleep(0)
        scheduled.changed()
        await looking
        library.keep(Article(path="/posts/1", state="scheduled", published=START, updated=START, by="Sam"))
        await asyncio.gather(*(scheduled.settled() for _ in range(5)))
        return [one.path for one in library.articles(Shelf())]

    with ThreadPoolExecutor(1) as beside:  # the browser's driver has a loop running in ours
        assert beside.submit(asyncio.run, evening()).result() == ["/posts/1"]
