"""The queue of comments that wait: read page by page while more come, and dealt with several at a time."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Page, expect
from tests.web.discussion.conftest import ANN, HOSTS, PATH, act, asked, hidden
from tests.web.discussion.test_discussion_read import VIEWS, fits

from fairfloor.testing.axe import violations
from fairfloor.web.discussion.queue import HERE, LIMIT

if TYPE_CHECKING:
    import httpx
    from tests.web.conftest import Reader
    from tests.web.discussion.conftest import Site

WHY = "The same words under every article."


def waiting(site: "Site", many: int, who: str = "Eve") -> list[int]:
    """Keep comments that wait; gives their numbers."""
    held: dict[str, Any] = {"state": "held", "why": "The same words were said under another article."}
    return [site.said(who, f"{who or 'Nobody'} waits, {number}", minute=number, **held) for number in range(many)]


def listed(page: str) -> list[int]:
    """Give the comments on a page of the queue."""
    return [int(one) for one in re.findall(r'<li id="c(\d+)">', page)]


def do(client: "httpx.Client", path: str, which: str, what: str, why: str = WHY, **fields: Any) -> "httpx.Response":
    """Fill in the form for several at once, as the page gives it."""
    form = hidden(client.get(path).text)
    return client.post(HERE, data=form | {"which": which, "do": what, "why": why} | fields)


def states(site: "Site") -> dict[int, str]:
    """Give the state of each comment."""
    return {one.id: one.state for one in site.all()}


def test_a_page_stays_as_it_is_while_comments_come_and_go(site: "Site") -> None:
    """The next page begins after the last comment seen: none is left out and none is shown twice, whatever comes."""
    numbers = waiting(site, 2 * LIMIT + 5)
    with site.client("moderator", "Mo") as mo:
        first = mo.get(HERE).text
        assert listed(first) == numbers[:LIMIT]
        assert "85</span></h1>" in first
        late = site.said("Bob", "Comes meanwhile", minute=-60, state="held")
        for one in numbers[3:20]:
            act(mo, one, "show")
        onward = re.search(r'rel="next" href="([^"]+)"', first)
        assert onward is not None
        second = mo.get(onward[1]).text
        assert listed(second) == numbers[LIMIT : 2 * LIMIT]
        third = mo.get(f"{HERE}?after={numbers[2 * LIMIT - 1]}").text
        assert listed(third) == [*numbers[2 * LIMIT :], late]
        assert "From the beginning" in third
        assert "The next ones" not in third
        assert "No more after these" in mo.get(f"{HERE}?after={late}").text
        assert mo.get(f"{HERE}?after=x").status_code == 404
        assert mo.get(f"{HERE}?of=999999").status_code == 404


def test_what_is_chosen_is_done_about_and_each_stands_in_the_log(site: "Site") -> None:
    """Chosen ones, with one reason; others stay. What is shown and asks something enters the ledger as ever."""
    numbers = waiting(site, 4)
    question = site.said("Ann", "Who pays for the new cars of the town?", state="held", why="It has 9 links.")
    with site.client("moderator", "Mo") as mo, site.client() as reader:
        answer = do(mo, HERE, "ticked", "remove", **{f"t{one}": "yes" for one in numbers[:2]})
        assert "2 comments are removed." in answer.text
        assert [one for one, state in states(site).items() if state == "removed"] == numbers[:2]
        answer = do(mo, HERE, "ticked", "show", "", **{f"t{numbers[2]}": "yes", f"t{question}": "yes"})
        assert "2 comments are shown now." in answer.text
        assert listed(answer.text) == numbers[3:]
        log = reader.get("/discussion/log").text
        assert log.count("Removed</b> by <bdi>Mo") == log.count("Shown</b> by <bdi>Mo") == 2
        assert log.count(WHY) == 2
        assert f"Removed by one of the host&#39;s people: {WHY}" in reader.get(PATH).text
    assert asked(site) == [f"site:comment/{question}"]


def test_all_on_a_page_are_those_that_were_seen(site: "Site") -> None:
    """What comes after the page was made, and what somebody else dealt with meanwhile, is left as it is."""
    numbers = waiting(site, LIMIT + 3)
    with site.client("moderator", "Mo") as mo, site.client("host", HOSTS) as host:
        form = hidden(mo.get(HERE).text)
        act(host, numbers[0], "show")
        act(host, numbers[1], "remove", why="Nothing but links.")
        waiting(site, 1, "Bob")
        answer = mo.post(HERE, data=form | {"which": "page", "do": "remove", "why": WHY})
        assert f"{LIMIT - 2} comments are removed." in answer.text
        assert "2 others were dealt with meanwhile, or taken back." in answer.text
        again = mo.post(HERE, data=form | {"which": "page", "do": "remove", "why": WHY})
        assert f"{LIMIT} others were dealt with meanwhile" in again.text
    found = states(site)
    assert found[numbers[0]] == "shown"
    assert sum(state == "held" for state in found.values()) == 4


def test_all_of_an_account_are_those_that_were_there(site: "Site") -> None:
    """On whatever page; not what another account says, nor what came since. No page names a guest's key."""
    eves, bobs = waiting(site, LIMIT + 2, "did:plc:eve"), waiting(site, 2, "Bob")
    with site.client("moderator", "Mo") as mo:
        page = mo.get(HERE).text
        assert f"/held?of={eves[5]}" in page
        assert f"All {LIMIT + 2} of this account" in page
        assert "guest:" not in page
        of = f"{HERE}?of={eves[0]}"
        assert listed(mo.get(of).text) == eves[:LIMIT]
        assert listed(mo.get(f"{of}&after={eves[LIMIT - 1]}").text) == eves[LIMIT:]
        form = hidden(mo.get(of).text)
        late = site.said("did:plc:eve", "Still here", state="held")
        answer = mo.post(HERE, data=form | {"which": "account", "do": "remove", "why": WHY})
        assert f"{LIMIT + 2} comments are removed." in answer.text
        assert listed(answer.text) == [late]
        assert "No comment waits" not in mo.get(HERE).text
    found = states(site)
    assert {found[one] for one in eves} == {"removed"}
    assert {found[one] for one in (*bobs, late)} == {"held"}


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"which": "ticked", "do": "show"}, "Choose at least one comment"),
        ({"which": "account", "do": "show"}, "Choose at least one comment"),
        ({"which": "page", "do": ""}, "Say what is to be done"),
        ({"which": "page", "do": "destroy"}, "Say what is to be done"),
        ({"which": "page", "do": "remove", "why": " "}, "Say why they are removed"),
    ],
)
def test_what_is_missing_is_asked_for(site: "Site", fields: dict[str, str], wrong: str) -> None:
    """Nothing is done, and what was filled in is still there."""
    numbers = waiting(site, 2)
    with site.client("moderator", "Mo") as mo:
        answer = mo.post(HERE, data=hidden(mo.get(HERE).text) | {"why": "Kept"} | fields)
        assert answer.status_code == 422
        assert wrong in answer.text
        assert ("Kept</textarea>" in answer.text) is ("why" not in fields)
        answer = do(mo, HERE, "ticked", "remove", "", **{f"t{numbers[1]}": "yes"})
        assert answer.text.count(" checked") == 3
    assert set(states(site).values()) == {"held"}


def test_who_may_and_who_may_not(site: "Site") -> None:
    """The host's people, by a form of ours; what is shown already is not removed by this form, whoever fills it in."""
    numbers = waiting(site, 2)
    shown = site.said("Ann", "Nothing wrong with it")
    with site.client("host", HOSTS) as host:
        form = hidden(host.get(HERE).text) | {"which": "page", "do": "remove", "why": WHY}
        assert host.post(HERE, data=form | {"csrf": "x"}).status_code == 403
        forged = form | {"here": f"{shown} 999 -1 x {'9' * 30}"}
        assert "1 other was dealt with meanwhile" in host.post(HERE, data=forged).text
    for role in ("participant", None):
        with site.client(role, ANN) as client:
            token = hidden(client.get(f"/discussion/{site.article.id}/say").text)
            assert client.post(HERE, data=form | token).status_code == 403
            assert client.get(HERE).status_code == 403
    assert [states(site)[one] for one in (*numbers, shown)] == ["held", "held", "shown"]
    for role in ("co-host", "moderator"):
        with site.client(role, role) as client:
            do(client, HERE, "ticked", "show", "", **{f"t{numbers.pop()}": "yes"})
    assert set(states(site).values()) == {"shown"}


def test_no_more_than_it_says_is_done_at_once(site: "Site", monkeypatch: pytest.MonkeyPatch) -> None:
    """Of an account that fills the queue the first ones go, and it says how many that is."""
    monkeypatch.setattr("fairfloor.web.discussion.queue.AT_ONCE", 5)
    eves = waiting(site, 8)
    with site.client("moderator", "Mo") as mo:
        of = f"{HERE}?of={eves[0]}"
        assert "5 at a time" in mo.get(of).text
        answer = do(mo, of, "account", "remove")
        assert "5 comments are removed." in answer.text
        assert listed(answer.text) == eves[5:]


@pytest.mark.browser
@pytest.mark.parametrize("view", VIEWS)
def test_the_queue_is_worked_through_in_a_browser(site: "Site", reading: Callable[..., "Reader"], view: str) -> None:
    """On a desk and on a phone, with long words and without scripts; nothing is wrong for axe-core."""
    waiting(site, LIMIT + 1)
    long = site.said("W" * 60, "L" * 400 + " " + "words " * 90, state="held", why="It has 9 links.")
    reader = reading(**VIEWS[view], java_script_enabled=view != "phone")
    site.served.sign_in(reader.context, "moderator", "Mo")
    page = reader.open(HERE)
    if view != "phone":
        assert violations(page) == []
        assert fits(page)
    page.get_by_role("link", name="The next ones").click()
    expect(page.locator(".queue > li")).to_have_count(2)
    page.get_by_label(f"Choose comment {long}").check()
    page.get_by_label("Remove them").check()
    page.get_by_label("Why").fill(WHY)
    page.get_by_role("button", name="Do it").click()
    expect(page.get_by_role("status")).to_contain_text("1 comment is removed.")
    page.get_by_role("link", name="From the beginning").click()
    page.get_by_role("link", name=f"All {LIMIT + 1} of this account").first.click()
    page.get_by_label(f"All {LIMIT + 1} of this account").check()
    page.get_by_label("Let them stand").check()
    if view != "phone":
        assert violations(page) == []
    page.get_by_role("button", name="Do it").click()
    expect(page.get_by_role("status")).to_contain_text(f"{LIMIT + 1} comments are shown now.")
    expect(page.locator(".gone")).to_have_text("None of this account waits.")
    if view != "phone":
        assert violations(page) == []
        assert fits(page)


@pytest.mark.browser
def test_the_queue_is_worked_through_by_keyboard_alone(site: "Site", reading: Callable[..., "Reader"]) -> None:
    """Each comment is chosen, and what is to be done is said, without a pointer; Enter alone does nothing yet."""
    numbers = waiting(site, 3)
    reader = reading()
    site.served.sign_in(reader.context, "moderator", "Mo")
    page = reader.open(HERE)
    tabbed(page, f"t{numbers[1]}")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator(".queue > li")).to_have_count(3)
    tabbed(page, "do")
    page.keyboard.press("ArrowDown")
    tabbed(page, "why")
    page.keyboard.type(WHY)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("comment is")
    assert states(site)[numbers[1]] != "held"
    assert [states(site)[one] for one in (numbers[0], numbers[2])] == ["held", "held"]


def tabbed(page: Page, name: str) -> None:
    """Press Tab until a field has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == name:
            return
    pytest.fail(f"{name} is not reached")
