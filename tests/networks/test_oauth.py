"""Signing in at a real Bluesky server, through its own pages, in a real browser."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec
import pytest
from playwright.async_api import Page, Route, async_playwright
from typing_extensions import override

from fairfloor.session.decide import Rules
from fairfloor.session.desk import Desk
from fairfloor.session.people import Account
from fairfloor.session.ports import Entry
from fairfloor.store.evening.records import SqlRecords
from fairfloor.store.file import opened
from fairfloor.store.people.people import people_opened
from fairfloor.testing import browser
from fairfloor.testing.pds.account import PASSWORD, Bench
from fairfloor.web.app import Host, create_app
from fairfloor.web.board import Board
from fairfloor.web.people.bluesky import Bluesky
from fairfloor.web.people.door import Door, Site
from fairfloor.web.people.outside import Answer, Outside, Unproven
from fairfloor.web.server import Server, listening
from fairfloor.web.views import ChatView

SITE = "http://127.0.0.1:8123"
BROWSER = b"b" * 32
NOW = datetime(2026, 3, 5, 2, tzinfo=UTC)
"""The evening's; whoever signs in does so by the real clock, as the server does."""


class Noting(Outside):
    """Asks, and takes note of what was answered."""

    def __init__(self) -> None:
        super().__init__(local=True)
        self.answers: list[tuple[str, int]] = []

    @override
    async def ask(self, method: str, url: str, **more: Any) -> Answer:
        answer = await super().ask(method, url, **more)
        self.answers.append((urlsplit(url).path, answer.status))
        return answer


def at(pds: Bench) -> Site:
    """Say where to ask."""
    return Site(local=True, appview=pds.running.pds, plc=pds.running.plc)


@contextmanager
def site(pds: Bench, folder: Path) -> Iterator[str]:
    """Serve our pages; give their address."""
    with ExitStack() as stack:
        _, reader = stack.enter_context(opened(folder / "evening.db"))
        people = stack.enter_context(people_opened(folder / "people.db"))
        records = SqlRecords(reader)

        async def submit(_: Entry) -> None:
            raise AssertionError

        host = Host(Desk(Rules(tag="copchat")), submit, Door(people, at(pds)), lambda: NOW)
        server = Server(create_app(Board(records, 12.0), records, ChatView(tag="copchat"), host=host))
        sock = listening("127.0.0.1", 0)
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[sock])))
        thread.start()
        try:
            yield f"http://127.0.0.1:{sock.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@asynccontextmanager
async def chromium() -> AsyncIterator[Page]:
    """Start a browser."""
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(**browser.chromium())
        yield await started.new_page()
        await started.close()


async def say_yes(page: Page, answer: str = "Authorize") -> None:
    """Sign in at the server, and say yes there, or no."""
    await page.locator("input[type=password]").fill(PASSWORD)
    await page.locator("button[type=submit]").click()
    await page.get_by_role("button", name=answer).click()


async def away_and_back(there: str, answer: str = "Authorize") -> dict[str, str]:
    """Go where the server asks, and give what the browser brings back."""
    async with chromium() as page:
        back = asyncio.get_running_loop().create_future()

        async def caught(route: Route) -> None:
            back.set_result(dict(parse_qsl(urlsplit(route.request.url).query)))
            await route.fulfill(status=200, body="back")

        await page.route(f"{SITE}/**", caught)
        await page.goto(there)
        await say_yes(page, answer)
        query: dict[str, str] = await back
        return query


def run(main: Any) -> Any:
    """Run in a thread of its own: another test's browser may have a loop running in this one."""
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.append(asyncio.run(main)))
    thread.start()
    thread.join()
    assert found, "it failed; its thread says why"
    return found[0]


@pytest.mark.browser
def test_somebody_signs_in_at_their_server(pds: Bench, tmp_path: Path) -> None:
    """From our page to theirs and back: then this browser speaks for the account, and the server gave nothing else."""
    ann = pds.account("ann-oauth")

    async def visit(url: str) -> tuple[str, str]:
        async with chromium() as page:
            await page.goto(f"{url}/sign-in?next=/account")
            await page.get_by_label("Your handle").fill(f"@{ann.handle}")
            await page.locator("form[action='/sign-in/bluesky'] button").click()
            await page.get_by_role("link", name="Go on at localhost").click()
            await say_yes(page)
            await page.wait_for_url(f"{url}/account")
            return await page.inner_text("main"), page.url

    with site(pds, tmp_path) as url:
        text, where = run(visit(url))
    assert "ann-oauth.test" in text
    assert "speaks for this account of Bluesky" in text
    assert where == f"{url}/account"


@pytest.mark.browser
def test_the_account_is_proven_and_the_token_given_back(pds: Bench) -> None:
    """By the DID that the server says it is; what was begun is finished once, by the browser that began it."""
    ann, lee = pds.account(), pds.account()

    async def flow() -> None:
        outside = Noting()
        bluesky = Bluesky(Door(None, at(pds)), outside)
        query = await away_and_back(await bluesky.begin(ann.handle, SITE, BROWSER, "/next"))
        with pytest.raises(Unproven, match="not begun in this browser"):
            await bluesky.finish(b"another browser", query)
        proven = await bluesky.finish(BROWSER, query)
        assert proven == (Account(id=ann.did, handle=ann.handle, network="bluesky"), "/next")
        assert ("/oauth/revoke", 200) in outside.answers
        with pytest.raises(Unproven, match="not begun in this browser"):
            await bluesky.finish(BROWSER, query)
        kept = bluesky._pending._kept  # noqa: SLF001 - as though somebody else's account had been named
        query = await away_and_back(await bluesky.begin(ann.handle, SITE, BROWSER, "/"))
        state, under_way = kept.popitem()
        named = Account(id=lee.did, handle=lee.handle, network="bluesky")
        kept[state] = under_way._replace(what=msgspec.structs.replace(under_way.what, account=named))
        with pytest.raises(Unproven, match="another account"):
            await bluesky.finish(BROWSER, query)

    run(_done(flow()))


@pytest.mark.browser
def test_who_says_no_is_nobody(pds: Bench) -> None:
    """And a code is worth nothing with another issuer, nor without what we kept back."""
    ann = pds.account()

    async def flow() -> None:
        bluesky = Bluesky(Door(None, at(pds)), Noting())
        query = await away_and_back(await bluesky.begin(ann.handle, SITE, BROWSER, "/"), "Deny access")
        assert query["error"] == "access_denied"
        with pytest.raises(Unproven, match="did not say yes"):
            await bluesky.finish(BROWSER, query)
        query = await away_and_back(await bluesky.begin(ann.handle, SITE, BROWSER, "/"))
        with pytest.raises(Unproven, match="Another server"):
            await bluesky.finish(BROWSER, query | {"iss": "https://elsewhere.example"})
        await bluesky.begin(ann.handle, SITE, BROWSER, "/")
        other = next(iter(bluesky._pending._kept))  # noqa: SLF001 - a code of one sign-in, the state of another
        with pytest.raises(Unproven, match="does not confirm it"):
            await bluesky.finish(BROWSER, query | {"state": other})

    run(_done(flow()))


def test_a_handle_must_lead_somewhere_and_back(pds: Bench) -> None:
    """Nobody by that name, a name that the account does not go by any more, and what is no name, are said."""
    gone = pds.account("before-oauth")

    async def flow() -> None:
        bluesky = Bluesky(Door(None, at(pds)), Noting())
        with pytest.raises(Unproven, match="knows no account"):
            await bluesky.begin("nobody-here.test", SITE, BROWSER, "/")
        with pytest.raises(Unproven, match="of a kind that cannot be asked"):
            await bluesky.begin("did:key:zz", SITE, BROWSER, "/")
        await bluesky.begin(gone.did, SITE, BROWSER, "/")

    run(_done(flow()))


async def _done(main: Any) -> bool:
    await main
    return True
