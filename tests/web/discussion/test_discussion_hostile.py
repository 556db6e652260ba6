"""What somebody tries who means no good, or goes back in the browser."""

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import httpx
import msgspec
import pytest
from tests.web.discussion.conftest import HOSTS, PATH, START, hidden

from fairfloor.acts.shingles import shingles
from fairfloor.chat.site.article import Article, Redirect
from fairfloor.chat.site.comment import Deed
from fairfloor.session.pipeline import Over
from fairfloor.web.discussion import discussion, discussions, saying

if TYPE_CHECKING:
    from tests.web.discussion.conftest import Site


def test_other_words_in_a_form_that_was_sent_before_are_another_comment(site: "Site") -> None:
    """Who goes back, writes something else and sends it loses nothing."""
    with site.client() as ann:
        form = hidden(ann.get(f"/discussion/{site.article.id}/say").text)
        for text in ("First", "Second", "Second"):
            ann.post(f"/discussion/{site.article.id}/say", data=form | {"text": text})
    assert [one.text for one in site.all()] == ["First", "Second"]


@pytest.mark.parametrize("number", ["-1", "0", "-99999999999999999999999", "99999999999999999999999"])
def test_a_number_that_no_comment_has_is_not_here(site: "Site", number: str) -> None:
    """Also where no database could count so far."""
    with site.client() as anybody:
        for path in (f"/comments/{number}", f"/comments/{number}/reply", f"/discussion/{number}/say"):
            assert anybody.get(path).status_code == 404


def test_what_was_done_under_an_article_goes_with_it(site: "Site") -> None:
    """Where it is private by now, nothing of its discussion is told anywhere."""
    number = site.said("Eve", "hush-hush")
    one = site.library.comments.comment(number)
    assert one is not None
    removed = msgspec.structs.replace(one, state="removed", why="hush reason")
    site.library.comments.change(removed, Deed(comment=number, at=START, by=HOSTS, do="remove", why="hush reason"))
    site.library.keep(msgspec.structs.replace(site.article, state="private"))
    paths = (
        f"/comments/{number}",
        f"/comments/{number}/copies",
        f"/discussion/{site.article.id}/folded",
        "/discussion/log",
        "/feeds/comments.atom",
        "/feeds/posts.json",
        f"{PATH}/comments.atom",
        f"/embed{PATH}",
        "/search?q=night",
        "/posts",
    )
    with site.client() as anybody:
        for path in paths:
            page = anybody.get(path).text
            assert "hush" not in page, path
            assert "The first night" not in page, path


def test_old_addresses_lead_to_nothing_private_and_not_in_circles(site: "Site") -> None:
    """The address of a private article has its title in it."""
    ways = {"/old/x": PATH, "/older/x": "/old/x", "/a/x": "/b/x", "/b/x": "/a/x", "/c/y": "/D/Y", "/d/y": "/C/Y"}
    site.library.redirect(Redirect(old=old, new=new) for old, new in ways.items())
    with site.client() as anybody:
        assert anybody.get("/older/x", follow_redirects=False).headers["location"] == PATH
        assert [anybody.get(path).status_code for path in ("/a/x", "/b/x", "/c/y", "/d/y")] == [404] * 4
        site.library.keep(msgspec.structs.replace(site.article, state="private"))
        assert anybody.get("/old/x", follow_redirects=False).status_code == 404


def test_what_is_said_elsewhere_is_looked_through_once_and_keeps_nobody_waiting(
    site: "Site", monkeypatch: pytest.MonkeyPatch
) -> None:
    """Long comments take milliseconds each, so they are remembered, and read in a thread of their own."""
    other = site.library.keep(Article(path="/posts/other", state="published", updated=START, published=START, by=HOSTS))
    for number in range(20):
        site.said("Eve", " ".join(f"say{number * each}" for each in range(300)), article=other.id, minute=number)
    threads: list[int] = []

    def noted(text: str) -> object:
        threads.append(threading.get_ident())
        return shingles(text)

    monkeypatch.setattr(saying, "shingles", noted)
    with site.client() as ann:
        site.say(ann, "Enough words of my own that it is looked for what says the same under another article")
        assert len(threads) == 21
        site.say(ann, "And again quite enough words of my own, so that somebody looks for them under other articles")
        assert len(threads) == 22
    assert site.served._thread.ident not in threads  # noqa: SLF001 - the thread that answers everybody


def test_closing_a_discussion_takes_no_words_that_are_written_just_then(
    site: "Site", monkeypatch: pytest.MonkeyPatch
) -> None:
    """The article is as its other window kept it, and its discussion closed; its last day is the editor's."""
    real, written = site.library.article, ["New words."]

    def meanwhile(number: int) -> Article | None:
        found = real(number)
        if written and found is not None and threading.current_thread() is not threading.main_thread():
            site.library.keep(msgspec.structs.replace(found, text=written.pop()))
        return found

    where = f"/console/discussion/articles/{site.article.id}"
    with site.client("host", HOSTS) as host:
        form = hidden(host.get("/console/discussion").text)
        monkeypatch.setattr(site.library, "article", meanwhile)
        assert host.post(where, data=form | {"discussion": "closed", "closes": "2026-12-31"}).status_code == 200
        kept = real(site.article.id)
        assert kept is not None
        assert (kept.text, kept.discussion) == ("New words.", "closed")
        assert '<option value="closed" selected>' in host.get("/console/discussion").text
        assert 'value="2026-12-31"' in host.get("/console/discussion").text
        assert 'value="2026-12-31"' in host.get(f"/console/site/{site.article.id}").text
        assert host.post(where, data=form | {"discussion": "closed", "closes": "9999-12-31"}).status_code == 422


def test_what_was_taken_back_while_no_evening_ran_leaves_the_log_with_the_next(
    site: "Site", monkeypatch: pytest.MonkeyPatch
) -> None:
    """So does what was changed; and nothing is told twice."""

    async def over(_: object) -> None:
        raise Over

    records = site.served.evening.records
    with site.client() as ann:
        site.say(ann, "Who pays for the new cars of the town, everybody?")
        site.say(ann, "Who checks what the unmistakable officers report?")
        gone, changed = (one.id for one in site.all())
        with monkeypatch.context() as patch:
            patch.setattr(site.served, "_submit", over)
            site.served.stop()
            site.served.start()
            ann.post(f"/comments/{gone}/withdraw", data=hidden(ann.get(f"/comments/{gone}").text))
            form = hidden(ann.get(f"/comments/{changed}/edit").text)
            ann.post(f"/comments/{changed}/edit", data=form | {"text": "Who checks what officers report?"})
            assert [one.state for one in site.all()] == ["withdrawn", "shown"]
        site.served.stop()
        site.served.start()
        told: list[object] = []
        submit = site.served._submit  # noqa: SLF001 - what comes to the log

        async def counted(entry: Any) -> None:
            told.append(entry)
            await submit(entry)

        saying_: saying.Saying = site.served.server.config.app.state.saying  # type: ignore[union-attr]
        monkeypatch.setattr(saying_._hosting.maker, "_submit", counted)  # noqa: SLF001 - as above
        for _ in range(2):
            asyncio.run_coroutine_threadsafe(saying_.catch_up(), site.served.loop).result(20)
        assert len(told) == 2
        record = records.record(f"site:comment/{gone}")
        assert record is not None
        assert record.withdrawn
        assert "unmistakable" not in ann.get("/ledger").text
        assert "the new cars" not in ann.get("/ledger").text


def test_what_is_not_there_to_be_read_is_nobodys(site: "Site") -> None:
    """A name is words too: of a comment that was removed, or waits, nobody reads it but the host's people."""
    removed = site.said("Buy-cheap", "Well", state="removed", why="It sells something.")
    waits = site.said("Buy-cheap", "Well, well", state="held", why="It has links.")
    reply = site.said("Ann", "No", parent=removed)
    paths = [f"/comments/{one}{then}" for one in (removed, waits) for then in ("", "/copies", "/folded")]
    with site.client() as anybody, site.client("host", HOSTS) as host:
        for path in (site.article.path, f"/comments/{reply}", f"{site.article.path}/comments.atom", *paths):
            assert "Buy-cheap" not in anybody.get(path).text, path
        assert "Buy-cheap" in host.get(f"/comments/{removed}").text


def test_what_is_said_elsewhere_lets_a_discussion_stand(site: "Site", monkeypatch: pytest.MonkeyPatch) -> None:
    """A flood under one article makes nobody wait who reads another; what changes here is seen at once."""
    other = site.library.keep(
        Article(path="/posts/2026/03/x", state="published", updated=START, published=START, by="Hal")
    )
    first = site.said("Ann", "Said here")
    read: list[int] = []

    def noted(library: Any, article: int, *more: Any) -> discussion.Discussion:
        read.append(article)
        return discussion.read(library, article, *more)

    monkeypatch.setattr(discussions, "read", noted)
    with site.client() as anybody:
        anybody.get(PATH)
        for number in range(3):
            site.said("Eve", f"Said elsewhere, {number}", article=other.id)
            anybody.get(PATH)
        assert read == [site.article.id]
        site.said("Bob", "And here")
        assert "And here" in anybody.get(PATH).text
        one = site.library.comments.comment(first)
        assert one is not None
        gone = msgspec.structs.replace(one, state="withdrawn")
        site.library.comments.change(gone, Deed(comment=first, at=START, by="", do="withdraw"))
        assert "Said here" not in anybody.get(PATH).text


def test_a_page_with_ones_own_words_that_wait_is_kept_nowhere(site: "Site") -> None:
    """Also where the browser has nothing any more but the cookie of who said them; and it cannot be led elsewhere."""
    with site.client() as ann, site.client() as anybody:
        links = " ".join(f"https://{name}.example" for name in "abcd")
        site.say(ann, f"Hush, this waits: {links}")
        ann.cookies = httpx.Cookies({"fairfloor-guest": ann.cookies["fairfloor-guest"]})
        page = ann.get(PATH)
        assert "Hush" in page.text
        assert "no-store" in page.headers["cache-control"]
        assert "etag" not in page.headers
        assert "Hush" not in anybody.get(PATH).text
