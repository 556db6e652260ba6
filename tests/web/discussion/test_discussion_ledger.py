"""What an honest question in a comment becomes: heard by the evening, kept by the ledger."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from tests.web.discussion.conftest import ANN, HOSTS, act, asked, hidden, last

if TYPE_CHECKING:
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


def test_what_is_removed_leaves_its_question_to_the_ledger(site: "Site") -> None:
    """No removal makes a question disappear: the host's people are told where it is declined."""
    with site.client() as ann, site.client("host", HOSTS) as host:
        site.say(ann, "Who pays for the new cars of the town?")
        act(host, last(site).id, "remove", why="It names somebody.")
        assert asked(site) == [f"site:comment/{last(site).id}"]
        assert "stands in" in host.get(f"/comments/{last(site).id}").text


def test_a_comment_is_kept_where_the_evening_does_not_run(
    site: "Site", monkeypatch: pytest.MonkeyPatch, thread: Callable[[], list[int]]
) -> None:
    """The evening may be over; the discussion goes on."""
    from fairfloor.session.pipeline import Over  # noqa: PLC0415 - here alone

    async def over(_: Any) -> None:
        raise Over

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
