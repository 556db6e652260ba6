import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.acts.act import Post
from fairfloor.session.people import Account
from fairfloor.session.ports import Step
from fairfloor.web.people import proof
from fairfloor.web.people.door import Door
from fairfloor.web.people.proof import GOOD_FOR, Proofs, link, whom

NOW = datetime(2026, 3, 5, 2, tzinfo=UTC)
BROWSER, OTHER = b"b" * 32, b"o" * 32
ANN = "did:plc:ann"


class Hearing:
    """A door, links it waits for, and what is posted."""

    def __init__(self) -> None:
        self.now = NOW
        self.door = Door(now=lambda: self.now)
        self.proofs = Proofs(self.door)
        self._count = 0

    def link(self, name: str = "ann.example.org", browser: bytes = BROWSER) -> str:
        """Make a link."""
        return "https://chat.example.org" + link(self.door, browser, name)

    def post(self, text: str = "", account: str = ANN, handle: str | None = "ann.example.org", **more: Any) -> None:
        """Let somebody post."""
        self._count += 1
        given: dict[str, Any] = {"id": f"post-{self._count}", "at": NOW, "text": text, "network": "bluesky"}
        post = Post(account=account, handle=handle, **(given | more))
        self.proofs.hear(Step(now=NOW, acts=(post,)))

    def named(self, account: str, handle: str) -> None:
        """Let a network tell a handle."""
        self.proofs.hear(Step(now=NOW, names=((account, handle),)))


@pytest.fixture
def hearing() -> Hearing:
    """Begin."""
    return Hearing()


def test_who_posts_the_link_is_who_the_browser_is(hearing: Hearing) -> None:
    """Once, and for the browser that it was made for."""
    hearing.post(f"Q: why? #copchat {hearing.link()}")
    assert hearing.proofs.waits(BROWSER)
    assert hearing.proofs.redeem(OTHER) is None
    assert hearing.proofs.redeem(BROWSER) == Account(id=ANN, handle="ann.example.org", network="bluesky")
    assert hearing.proofs.redeem(BROWSER) is None


def test_it_may_stand_among_the_links(hearing: Hearing) -> None:
    """Networks cut long links short in the text; the whole of it is beside."""
    hearing.post("look: chat.example.org/i/AAA...", links=(hearing.link(),))
    assert hearing.proofs.waits(BROWSER)


@pytest.mark.parametrize("name", ["@Ann.Example.org", "did:plc:ann", " ann.example.org "])
def test_an_account_may_be_named_by_handle_or_id(hearing: Hearing, name: str) -> None:
    """As people write it."""
    hearing.post(hearing.link(name))
    assert hearing.proofs.waits(BROWSER)


def test_a_copy_fits_nobody(hearing: Hearing) -> None:
    """Whoever copies the link, and posts it first, proves nothing; the right account does, after."""
    made = hearing.link()
    hearing.post(f"{made}", account="did:plc:eve", handle="eve.example.org")
    assert not hearing.proofs.waits(BROWSER)
    hearing.post(f"{made}")
    account = hearing.proofs.redeem(BROWSER)
    assert account
    assert account.id == ANN


def test_an_account_that_says_it_goes_by_another_handle_is_itself_still(hearing: Hearing) -> None:
    """Who signs in is the account that posted, by its id, whatever handle it claims."""
    hearing.post(hearing.link(), account="did:plc:eve", handle="ann.example.org")
    account = hearing.proofs.redeem(BROWSER)
    assert account
    assert account.id == "did:plc:eve"


def test_a_link_ends(hearing: Hearing) -> None:
    """After half an hour it is good no more."""
    made = hearing.link()
    hearing.now += GOOD_FOR + timedelta(seconds=1)
    hearing.post(made)
    assert not hearing.proofs.waits(BROWSER)


@pytest.mark.parametrize("place", [0, 5, 6, 26, 27, 47])
def test_a_link_that_was_changed_is_none(hearing: Hearing, place: int) -> None:
    """In its time, its browser or its signature."""
    head, made = hearing.link()[:-48], hearing.link()[-48:]
    changed = made[:place] + ("A" if made[place] != "A" else "B") + made[place + 1 :]
    hearing.post(head + changed)
    assert not hearing.proofs._proven  # noqa: SLF001 - for no browser at all


def test_another_site_s_link_is_none(hearing: Hearing) -> None:
    """It was signed with another key."""
    hearing.post(Hearing().link())
    assert not hearing.proofs.waits(BROWSER)


def test_a_handle_that_is_told_later_or_was_told_before_does(hearing: Hearing) -> None:
    """Bluesky tells ids at once, and handles when they were looked up."""
    hearing.post(hearing.link(), handle=None)
    assert not hearing.proofs.waits(BROWSER)
    hearing.named(ANN, "ann.example.org")
    assert hearing.proofs.redeem(BROWSER)
    hearing.post(hearing.link(), handle=None)
    assert hearing.proofs.redeem(BROWSER)


def test_a_crowd_of_links_takes_bounded_room(hearing: Hearing, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many post however many links; a real one among them is found."""
    monkeypatch.setattr(proof, "_MOST", 50)
    for number in range(500):
        hearing.post(
            f"/i/{'A' * 48} " * 20 + hearing.link(f"did:{number}", number.to_bytes(32)),
            account=f"did:{number}",
            handle=None if number % 2 else "x.example",
        )
        hearing.named(f"did:other{number}", "y.example")
    sizes = [len(table) for table in vars(hearing.proofs).values() if hasattr(table, "__len__")]
    assert sizes
    assert max(sizes) <= 50
    hearing.post(hearing.link())
    assert hearing.proofs.waits(BROWSER)


@given(st.text(max_size=300))
def test_whatever_is_posted_is_heard(text: str) -> None:
    """No text is an error, and none of itself proves anything."""
    hearing = Hearing()
    hearing.post(text)
    hearing.post("/i/" + text)
    assert not hearing.proofs._proven  # noqa: SLF001 - for no browser at all


@given(st.text(max_size=60))
def test_a_name_is_compared_in_one_form(given_: str) -> None:
    """What can be no account's name is none; what is one stays so."""
    assert whom(whom(given_)) in {whom(given_), ""}
    assert not set(whom(given_)) & set(" \n<>\"'/")


def test_by_the_pages(place: Any) -> None:
    """The page gives a link, the post arrives under the tag, the browser asks and is signed in, with a new token."""
    browser, copier = place.browser(), place.browser()
    page = browser.fill("/sign-in?next=/proposals", "/sign-in/link", handle="@did:plc:ann")
    assert page.status_code == 200
    (made,) = re.findall(r">#copchat (http[^<]*)<", page.text)
    assert made.startswith(f"{place.url}/i/")
    fields = {"csrf": browser.token(page.text), "next": "/proposals", "handle": ANN}
    assert browser.post("/sign-in/link/done", fields).status_code == 422
    copier.get("/sign-in")
    place.evening.post(f"Why? #copchat {made}", "did:plc:eve")
    assert browser.get("/sign-in/link/state").json() == {"proven": False}
    place.evening.post(f"Why? #copchat {made}", ANN)
    assert browser.get("/sign-in/link/state").json() == {"proven": True}
    assert copier.get("/sign-in/link/state").json() == {"proven": False}
    before = browser.cookie
    answer = browser.post("/sign-in/link/done", fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/proposals")
    assert browser.cookie != before
    assert "; Max-Age=5184000" in answer.headers["set-cookie"]  # who proves an account need not do so each week
    assert "ann.example.org" in browser.get("/account").text
    assert place.browser().get(made.removeprefix(place.url)).status_code == 200


@pytest.mark.parametrize("handle", ["", "two words", "<b>", "a/b", "x" * 290])
def test_what_can_be_no_account_gets_no_link(place: Any, handle: str) -> None:
    """And what to write is said."""
    answer = place.browser().fill("/sign-in", "/sign-in/link", handle=handle)
    assert answer.status_code == 422
    assert "as it is on its profile" in answer.text


def test_links_are_not_given_out_without_end(serve: Callable[..., Any]) -> None:
    """An address gets so many, and then is asked to wait."""
    browser = serve().browser()
    found = [browser.fill("/sign-in", "/sign-in/link", handle="ann.example.org").status_code for _ in range(22)]
    assert found == [200] * 20 + [429] * 2
