"""Saying something: who may, how often, as whom."""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from typing import TYPE_CHECKING, Any, Literal

import httpx
import msgspec
import pytest
from tests.web.discussion.conftest import ANN, HOSTS, PATH, START, act, hidden, last, later
from typing_extensions import override

from fairfloor.chat.site.article import Article
from fairfloor.web.discussion.saying import ADDRESS, GUEST
from fairfloor.web.people import guard

if TYPE_CHECKING:
    from tests.web.discussion.conftest import Site


def test_a_form_without_a_token_says_nothing(site: "Site") -> None:
    """It comes back with what was written, and a token; so does one with somebody else's token."""
    with site.client() as ann, site.client() as eve:
        other = hidden(eve.get(f"/discussion/{site.article.id}/say").text)
        for fields in ({}, other, {"csrf": "x"}):
            answer = ann.post(f"/discussion/{site.article.id}/say", data=fields | {"text": "Well *said*"})
            assert answer.status_code == 200
            assert "<em>said</em>" in answer.text
            assert "Well *said*" in answer.text
            assert hidden(answer.text)["csrf"] not in fields.values()
    assert site.all() == []


def test_a_form_from_elsewhere_is_refused(site: "Site") -> None:
    """Whatever token it has."""
    with site.client() as ann:
        form = hidden(ann.get(f"/discussion/{site.article.id}/say").text) | {"text": "Well said"}
        headers = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
        assert ann.post(f"/discussion/{site.article.id}/say", data=form, headers=headers).status_code == 403
    assert site.all() == []


def test_a_form_sent_twice_is_one_comment(site: "Site") -> None:
    """At the first comment of a browser too, before it has the cookie by which it is known."""
    with site.client() as ann, site.client() as again:
        form = hidden(ann.get(f"/discussion/{site.article.id}/say").text) | {"text": "Well said"}
        again.cookies = httpx.Cookies(ann.cookies)
        for client in (ann, again):
            assert client.post(f"/discussion/{site.article.id}/say", data=form).status_code == 200
        assert ann.cookies["fairfloor-guest"] == again.cookies["fairfloor-guest"]
    assert [one.text for one in site.all()] == ["Well said"]


def test_what_does_not_do_is_refused_in_a_sentence(site: "Site") -> None:
    """Nothing, too much, a host's name, a name like an account, a reply to what is not there, a closed discussion."""
    site.served.visit("host", HOSTS)
    held = site.said("Eve", "Waits", state="held")
    other = site.library.keep(Article(path="/posts/other", state="published", updated=START, published=START, by="Hal"))
    elsewhere = site.said("Eve", "Elsewhere", article=other.id)
    with site.client() as ann:
        form = hidden(ann.get(f"/discussion/{site.article.id}/say").text)
        wrong: list[tuple[dict[str, Any], int, str]] = [
            ({"text": " \n "}, 422, "Nothing was said"),
            ({"text": "x" * 20_001}, 422, "That is too long"),
            ({"text": "Hm", "name": "hal"}, 422, "One of the host&#39;s people goes by it"),
            ({"text": "Hm", "name": "Host"}, 422, "what only the host&#39;s people are here"),
            ({"text": "Hm", "name": "An\u043enymous"}, 422, "leave the name empty to be anonymous"),
            ({"text": "Hm", "name": "ann@example.org"}, 422, "must not look like an account"),
            ({"text": "Hm", "name": "x" * 61}, 422, "That is too long"),
            ({"text": "Hm", "parent": held}, 409, "That cannot be answered"),
            ({"text": "Hm", "parent": elsewhere}, 409, "That is said elsewhere"),
            ({"text": "Hm", "parent": 99_999}, 404, "This page is not here"),
        ]
        for fields, status, sentence in wrong:
            answer = ann.post(f"/discussion/{site.article.id}/say", data=form | fields)
            assert (answer.status_code, sentence in answer.text) == (status, True), fields
        long = "語" * 20_000
        assert ann.post(f"/discussion/{site.article.id}/say", data=form | {"text": long}).status_code == 200
        assert last(site).text == long
        for changed in ({"discussion": "closed"}, {"closes": START - timedelta(hours=1)}, {"state": "private"}):
            site.library.keep(msgspec.structs.replace(site.article, **changed))
            assert site.say(ann, "Hm").status_code in {404, 409}
    assert len(site.all()) == 2


def test_nobody_says_too_much(site: "Site") -> None:
    """A guest and an address have their rates, an account its own; the host's people have none."""
    with site.client() as ann, site.client() as bob, site.client("host", HOSTS) as host:
        answers = [site.say(ann, f"Saying number {number}").status_code for number in range(GUEST.burst + 1)]
        assert answers == [200] * GUEST.burst + [429]
        answers = [site.say(bob, f"More, number {number}").status_code for number in range(GUEST.burst)]
        assert answers == [200] * (ADDRESS.burst - GUEST.burst) + [429] * (2 * GUEST.burst - ADDRESS.burst)
        assert {site.say(host, f"And I, number {number}").status_code for number in range(20)} == {200}
        later(site, minutes=5)
        assert site.say(ann, "Later").status_code == 200


def test_who_says_it_is_known_by_what_they_are(site: "Site") -> None:
    """The host's people by their name, an account by its handle, a guest by a key that tells nothing of a browser."""
    other = site.library.keep(Article(path="/posts/other", state="published", updated=START, published=START, by="Hal"))
    with site.client("moderator", "Mo") as mo, site.client("participant", ANN) as ann, site.client() as guest:
        site.say(mo, "One", name="Not Mo")
        site.say(ann, "Two", name="Not Ann")
        site.say(guest, "Three", name="Bea")
        site.say(guest, "Four")
        form = hidden(guest.get(f"/discussion/{other.id}/say").text)
        guest.post(f"/discussion/{other.id}/say", data=form | {"text": "Five"})
        token = guest.cookies["fairfloor-guest"]
    authors = [one.author for one in site.all()] + [one.author for one in site.library.comments.under(other.id)]
    assert [(one.kind, one.name) for one in authors] == [
        ("host", "Mo"),
        ("account", "ann.example.org"),
        ("named", "Bea"),
        ("anonymous", ""),
        ("anonymous", ""),
    ]
    assert (authors[1].key, authors[1].network) == (ANN, "bluesky")
    assert authors[2].key == authors[3].key
    assert authors[3].key != authors[4].key, "under another article somebody else"
    assert token not in authors[2].key
    assert authors[2].key.removeprefix("guest:") not in httpx.get(f"{site.served.url}{PATH}").text


def test_a_form_that_does_not_come_is_not_waited_for(site: "Site", monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever begins to send one and stops is told so, and holds nothing up."""
    monkeypatch.setattr(guard, "PATIENCE", 0.05)
    head = f"POST /discussion/{site.article.id}/say HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n"
    with socket.create_connection(("127.0.0.1", site.served.port), 10) as slow:
        slow.sendall(f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\ntext=W".encode())
        assert slow.recv(20).startswith(b"HTTP/1.1 408")


class _Watched(asyncio.Lock):
    """A lock that tells when somebody comes to it."""

    def __init__(self) -> None:
        super().__init__()
        self.came = Event()

    @override
    async def acquire(self) -> Literal[True]:
        if self.locked():
            self.came.set()
        return await super().acquire()


def test_who_was_answered_at_the_same_moment_changes_nothing(site: "Site") -> None:
    """A reply that is kept while a change waits for its turn is seen by it: what was answered stays as it was."""
    discussions = site.served.server.config.app.state.discussions  # type: ignore[union-attr]
    lock = discussions.lock = _Watched()

    async def held() -> None:
        await lock.acquire()

    async def free() -> None:
        lock.release()

    with site.client() as ann, ThreadPoolExecutor(1) as browser:
        site.say(ann, "I say so")
        one = last(site)
        asyncio.run_coroutine_threadsafe(held(), site.served.loop).result(10)
        answer = browser.submit(act, ann, one.id, "edit", text="I never said so")
        assert lock.came.wait(10)
        site.said("Bob", "Do you?", one.id, 1)
        asyncio.run_coroutine_threadsafe(free(), site.served.loop).result(10)
        assert answer.result(10).status_code == 409
    assert site.library.comments.comment(one.id) == one
