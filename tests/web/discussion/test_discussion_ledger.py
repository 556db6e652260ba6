"""What an honest question in a comment becomes: heard by the evening, kept by the ledger."""

import asyncio
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from tests.web.discussion.conftest import ANN, HOSTS, act, asked, hidden, last
from tests.web.discussion.test_discussion_read import VIEWS, fits

from fairfloor.session.pipeline import Over
from fairfloor.testing.axe import violations
from fairfloor.web.address import key

if TYPE_CHECKING:
    from tests.web.conftest import Reader
    from tests.web.discussion.conftest import Site


def test_an_honest_question_enters_the_ledger(site: "Site") -> None:
    """Put to everybody, or to one of the host's people, it is heard by the evening; what is no question is not."""
    host = site.said(HOSTS, "Ask me anything.")
    with site.client() as ann, site.client("participant", ANN) as signed, site.client("host", HOSTS) as hal:
        site.say(ann, "A fine evening.")
        site.say(ann, "Who pays for the new cars of the town?", name="host.example.org")
        first = last(site)
        site.say(signed, "Why are there no minutes of the meeting?", parent=host)
        site.say(signed, "When was that?", parent=first.id)
        site.say(hal, "Should we meet earlier next week?")
    numbers = {one.text: one.id for one in site.all()}
    wanted = ["Who pays for the new cars of the town?", "Why are there no minutes of the meeting?"]
    assert asked(site) == [f"site:comment/{numbers[text]}" for text in wanted]
    record = site.served.evening.records.record(f"site:comment/{numbers[wanted[0]]}")
    assert record is not None
    assert record.act.network == "site"
    assert record.act.account.startswith("site:guest/")
    assert first.author.key.removeprefix("guest:") not in record.act.account
    assert record.act.handle is None, "a guest's name is nobody's handle"
    signed_record = site.served.evening.records.record(f"site:comment/{numbers[wanted[1]]}")
    assert signed_record is not None
    assert signed_record.act.account == ANN
    waits = site.served.evening.records.record(f"site:comment/{numbers['When was that?']}")
    assert waits is not None
    assert site.served.evening.records.record(f"site:comment/{numbers['A fine evening.']}") is None


def test_a_question_that_waits_or_is_a_copy_does_not_enter(site: "Site") -> None:
    """Until it is shown; then it does."""
    links = " ".join(f"https://a.example/{number}" for number in range(4))
    with site.client() as eve, site.client() as bob, site.client("moderator", "Mo") as mo:
        site.say(eve, f"Who pays for the new cars of the town? {links}")
        held = last(site).id
        assert asked(site) == []
        act(mo, held, "show")
        assert asked(site) == [f"site:comment/{held}"]
        site.say(bob, "Who pays for the new cars of the town?")
        site.say(eve, "Who pays for the new cars of the town?")
        assert len(site.all()) == 3
        assert [one.id for one in site.all() if site.served.evening.records.record(f"site:comment/{one.id}")] == [held]


def test_what_becomes_of_a_comment_becomes_of_its_question(site: "Site") -> None:
    """Changed, its words are; taken back, it is withdrawn, and its words are nowhere any more."""
    with site.client() as ann:
        site.say(ann, "Who pays for the new cars of the town?")
        one = last(site)
        act(ann, one.id, "edit", text="Who pays for the new buses of the town?")
        record = site.served.evening.records.record(f"site:comment/{one.id}")
        assert record is not None
        assert record.edited
        assert getattr(record.act, "text", "") == "Who pays for the new buses of the town?"
        act(ann, one.id, "withdraw")
        record = site.served.evening.records.record(f"site:comment/{one.id}")
        assert record is not None
        assert record.withdrawn
        assert asked(site) == []


def test_a_removed_question_loses_its_words_and_comes_back_as_asked_anew(site: "Site") -> None:
    """As often as it is removed and let stand again; the ledger says where to read why, and nowhere are the words."""
    with site.client() as ann, site.client("host", HOSTS) as host:
        site.say(ann, "Who pays for the new cars of the town?")
        one = last(site).id
        acts = [f"site:comment/{one}", f"site:comment/{one}.2", f"site:comment/{one}.3"]
        for act_, again in pairwise(acts):
            assert asked(site) == [act_]
            assert "It asks something" in host.get(f"/comments/{one}/remove").text
            act(host, one, "remove", why="It names somebody.")
            assert asked(site) == []
            record = site.served.evening.records.record(act_)
            assert record is not None
            assert record.withdrawn
            gone = ann.get(f"/ledger/{key(act_)}").text
            assert "the new cars" not in gone
            assert f'href="/comments/{one}"' in gone
            assert "the new cars" not in ann.get("/ledger?state=withdrawn").text
            assert "It names somebody." in ann.get(f"/comments/{one}").text
            assert "It asks something" not in host.get(f"/comments/{one}").text
            act(host, one, "show", why="It names an office.")
            assert asked(site) == [again]
            assert "the new cars" in ann.get(f"/ledger/{key(again)}").text
            assert f'href="/comments/{one}"' in ann.get(f"/ledger/{key(again)}").text
        act(ann, one, "edit", text="Who pays for the new buses of the town?")
        assert "the new buses" in ann.get(f"/ledger/{key(acts[2])}").text
        act(ann, one, "withdraw")
        assert asked(site) == []
        assert "of the town" not in ann.get("/ledger?state=withdrawn").text


@pytest.mark.browser
@pytest.mark.parametrize("view", ["desktop", "phone, dark"])
def test_the_way_from_a_question_without_words_to_why(
    site: "Site", reading: Callable[..., "Reader"], view: str
) -> None:
    """Whoever removes is told what becomes of the question; whoever finds it in the ledger comes to who and why."""
    with site.client() as ann:
        site.say(ann, "Who pays for the new cars of the town?")
    host = reading(**VIEWS[view])
    site.served.sign_in(host.context, "host", HOSTS)
    page = host.open(f"/comments/{last(site).id}/remove")
    expect(page.get_by_text("It asks something")).to_be_visible()
    assert violations(page) == []
    page.get_by_label("Why").fill("It names somebody.")
    page.get_by_role("button", name="Remove it").click()
    page = reading(**VIEWS[view]).open("/ledger?state=withdrawn")
    page.get_by_role("link", name="A question whose words are gone").click()
    assert violations(page) == []
    assert fits(page)
    page.get_by_role("link", name="the comment's page").click()
    expect(page.locator(".deeds")).to_contain_text("It names somebody.")


def test_who_else_asks_a_removed_question_still_does(site: "Site") -> None:
    """One question of two askers loses one of them; what is let stand again joins it, and is no second question."""
    words = "Who pays for the new cars of the town?"
    elsewhere = site.served.do(lambda: site.served.evening.post(words))
    with site.client() as ann, site.client("host", HOSTS) as host:
        site.say(ann, words)
        one = last(site).id
        assert asked(site) == [elsewhere]
        act(host, one, "remove", why="It names somebody.")
        assert askers(site, elsewhere) == [elsewhere]
        act(host, one, "show")
        assert askers(site, elsewhere) == [elsewhere, f"site:comment/{one}.2"]


def askers(site: "Site", question: str) -> list[str]:
    """Give the posts that ask a question."""
    found = site.served.do(lambda: site.served.evening.desk.ledger.question(question))
    return [] if found is None else [one.act for one in found.asks]


def test_what_is_removed_while_no_evening_runs_leaves_the_log_later(
    site: "Site", monkeypatch: pytest.MonkeyPatch
) -> None:
    """As soon as one does; and what was let stand again by then is asked anew."""
    with site.client() as ann, site.client("host", HOSTS) as host:
        site.say(ann, "Who pays for the new cars of the town?")
        one = last(site).id
        with monkeypatch.context() as patched:
            patched.setattr(site.served, "_submit", over)
            site.served.stop()
            site.served.start()
            act(host, one, "remove", why="It names somebody.")
            assert asked(site) == [f"site:comment/{one}"]
        catch_up(site)
        assert asked(site) == []
        with monkeypatch.context() as patched:
            patched.setattr(site.served, "_submit", over)
            site.served.stop()
            site.served.start()
            act(host, one, "show")
            assert asked(site) == []
        catch_up(site)
        catch_up(site)
        assert asked(site) == [f"site:comment/{one}.2"]


async def over(_: Any) -> None:
    """Take nothing: the evening is over."""
    raise Over


def catch_up(site: "Site") -> None:
    """Let an evening begin again."""
    site.served.stop()
    site.served.start()
    saying = site.served.server.config.app.state.saying  # type: ignore[union-attr]
    asyncio.run_coroutine_threadsafe(saying.catch_up(), site.served.loop).result(20)


def test_a_comment_is_kept_where_the_evening_does_not_run(
    site: "Site", monkeypatch: pytest.MonkeyPatch, thread: Callable[[], list[int]]
) -> None:
    """The evening may be over; the discussion goes on."""
    thread()
    monkeypatch.setattr(site.served, "_submit", over)
    site.served.stop()
    site.served.start()
    with site.client() as ann:
        assert site.say(ann, "Who pays for the new cars of the town?").status_code == 200
    assert last(site).text.startswith("Who pays")


def test_a_question_goes_with_the_article_it_stood_under(site: "Site") -> None:
    """Nobody could take it back any more when its comment is deleted with the article; so it leaves the log's words."""
    with site.client() as ann, site.client("host", HOSTS) as hal:
        site.say(ann, "Who pays for the new cars of the town?")
        one = last(site).id
        where = f"/console/site/{site.article.id}/delete"
        page = hal.get(where).text
        assert "leave the ledger" in page
        assert hal.post(where, data=hidden(page)).status_code == 200
        record = site.served.evening.records.record(f"site:comment/{one}")
        assert record is not None
        assert record.withdrawn
        assert site.library.article(site.article.id) is None
        assert "the new cars" not in ann.get("/ledger").text
