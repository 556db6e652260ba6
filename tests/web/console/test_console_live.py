"""The console's stream: parts that changed, to few, as long as they are signed in."""

import asyncio
import json
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from playwright.sync_api import Browser

from fairfloor.web.console import live as lives
from fairfloor.web.console import routes
from fairfloor.web.console.live import Live, Parts

if TYPE_CHECKING:
    from tests.web.conftest import Served


def run(scene: Coroutine[Any, Any, None]) -> None:
    """Run something in an event loop of its own: a browser's driver may have one running here."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, scene).result()


def told(event: bytes) -> Parts:
    """Read the parts that an event tells of."""
    found: Parts = json.loads(event.decode().split("data: ")[1])
    return found


async def always() -> bool:
    """Be signed in."""
    return True


def test_a_reader_is_told_all_and_then_what_changed() -> None:
    """Whoever comes later is told all as it is then; when nobody reads, nothing is rendered."""
    state, rendered = {"a": "1", "b": "1"}, list[int]()

    def render() -> Parts:
        rendered.append(1)
        return dict(state)

    async def scene() -> None:
        live = Live(render)
        live.change()
        assert rendered == []
        one = live.read(always)
        assert (await anext(one)).startswith(b"retry")
        assert told(await anext(one)) == {"a": "1", "b": "1"}
        state["a"] = "2"
        live.change()
        assert told(await anext(one)) == {"a": "2"}
        other = live.read(always)
        await anext(other)
        assert told(await anext(other)) == {"a": "2", "b": "1"}
        assert live.readers == 2
        live.close()
        assert [event async for event in one] == []
        assert [event async for event in other] == []
        assert live.readers == 0
        many = len(rendered)
        live.change()
        await asyncio.sleep(0)
        assert len(rendered) == many

    run(scene())


def test_a_reader_who_may_not_any_more_is_told_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked again now and then; whoever has signed out is cut off."""
    monkeypatch.setattr(lives, "CHECKED", -1.0)
    answers = [True, False]

    async def still() -> bool:
        return answers.pop(0)

    async def scene() -> None:
        live = Live(lambda: {"a": str(len(answers))})
        events = [event async for event in live.read(still)]
        assert len(events) >= 2
        assert answers == []
        assert live.readers == 0

    run(scene())


def test_a_rendering_that_fails_ends_the_streams() -> None:
    """Readers do not wait for ever on a page whose part cannot be rendered; they come back and are told anew."""
    parts: list[Parts] = [{"a": "1"}]

    async def scene() -> None:
        live = Live(parts.pop)
        one = live.read(always)
        await anext(one)
        await anext(one)
        live.change()
        assert [event async for event in one] == []
        assert live.readers == 0

    run(scene())


@pytest.mark.browser
def test_the_stream_is_for_those_who_are_signed_in(
    hosted: "Served", chromium: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Signing out ends it; a stranger has none; and there are not more readers than are meant."""
    monkeypatch.setattr(lives, "CHECKED", -1.0)
    context = chromium.new_context()
    hosted.sign_in(context, "host")
    cookies = {one["name"]: one["value"] for one in context.cookies()}
    context.close()
    with httpx.Client(base_url=hosted.url, timeout=10) as client:
        assert client.get("/console/events").status_code == 403
        client.cookies.update(cookies)
        with client.stream("GET", "/console/events") as answer:
            lines = answer.iter_lines()
            assert next(line for line in lines if line.startswith("event")) == "event: parts"
            assert hosted.people is not None
            member = hosted.people.members()[0]
            hosted.people.end_all(member)
            assert all(not line.startswith("event: x") for line in lines), "it ends"
        assert client.get("/console/events").status_code == 403
    monkeypatch.setattr(routes, "READERS", 0)
    context = chromium.new_context()
    hosted.sign_in(context, "moderator")
    with httpx.Client(base_url=hosted.url, cookies={one["name"]: one["value"] for one in context.cookies()}) as client:
        assert client.get("/console/events").status_code == 503
    context.close()
