"""The live updates, read as a browser reads them, from the real server."""

import asyncio
import json
from collections.abc import AsyncGenerator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import httpx
import msgspec
import pytest

from fairfloor.web import stream as streams
from fairfloor.web.assets import Assets
from fairfloor.web.pages import Pages
from fairfloor.web.places import Place, Words
from fairfloor.web.stream import Stream
from fairfloor.web.views import ChatView

if TYPE_CHECKING:
    from tests.web.conftest import Rehearsal, Served


class Event(msgspec.Struct):
    """One server-sent event."""

    kind: str
    id: str
    data: dict[str, Any]


def events(answer: httpx.Response) -> Iterator[Event]:
    """Read events from an answer."""
    fields: dict[str, str] = {}
    for line in answer.iter_lines():
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif "data" in fields:
            yield Event(fields.get("event", ""), fields.get("id", ""), json.loads(fields["data"]))
            fields = {}


@pytest.fixture
def http(served: "Served") -> Iterator[httpx.Client]:
    """Open a client of the served evening."""
    with httpx.Client(base_url=served.url, timeout=30) as client:
        yield client


def position(http: httpx.Client) -> str:
    """Load the page and give the position it is at."""
    return http.get("/").text.split('data-position="')[1].split('"')[0]


def test_a_change_is_told_at_once_with_the_page_s_own_markup(served: "Served", http: httpx.Client) -> None:
    """A message arrives as the full page would have it, so the two cannot differ."""
    with http.stream("GET", "/events", params={"after": position(http)}) as answer:
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert answer.headers["cache-control"] == "no-store, no-transform"
        assert answer.headers["x-accel-buffering"] == "no"
        told = events(answer)
        first = next(told)
        assert set(first.data["parts"]) == {"notice", "question", "band", "glimpse", "newest", "status"}
        served.do(lambda: served.evening.ask("Q1: what would you change?"))
        pulse = next(told)
    assert pulse.kind == "pulse"
    ((number, html),) = pulse.data["places"]
    assert number == 1
    page = http.get("/").text
    assert html in page
    assert pulse.data["parts"]["question"] in page
    assert position(http) == pulse.id


def test_who_comes_back_gets_what_was_missed_and_nothing_twice(served: "Served", http: httpx.Client) -> None:
    """After a lost connection the browser names the last event it had; what came since comes in one pulse."""
    evening = served.evening
    with http.stream("GET", "/events", params={"after": position(http)}) as answer:
        told = events(answer)
        served.do(lambda: evening.ask("one"))
        pulses = [next(told)]
        while not pulses[-1].data["places"]:
            pulses.append(next(told))
    last = pulses[-1].id
    served.do(lambda: [evening.ask(word) for word in ("two", "three", "four")])
    with http.stream("GET", "/events", headers={"Last-Event-ID": last}, params={"after": "nonsense"}) as answer:
        pulse = next(events(answer))
    assert [number for number, _ in pulse.data["places"]] == [2, 3, 4]


def test_changes_are_gathered_into_few_pulses(served: "Served", http: httpx.Client) -> None:
    """However fast the evening goes, a reader gets a few pulses a second."""
    evening = served.evening
    with http.stream("GET", "/events", params={"after": position(http)}) as answer:
        told = events(answer)
        next(told)
        began = served.loop.time()
        for number in range(200):
            served.do(partial(evening.ask, f"note {number}"))
        sizes: list[int] = []
        while sum(sizes) < 200:
            sizes.append(len(next(told).data["places"]))
    assert len(sizes) <= (served.loop.time() - began) * 5 + 2, "five a second, but for the first and the last"


@pytest.mark.parametrize("after", ["", "nonsense", "another.3", "another.-1"])
def test_who_is_at_no_known_position_is_told_to_load_the_page(http: httpx.Client, after: str) -> None:
    """A position of another process, or of nobody, leads to a reload and not to a hole."""
    with http.stream("GET", "/events", params={"after": after}) as answer:
        (event,) = events(answer)
    assert event.kind == "reload"


def test_who_was_away_too_long_is_told_to_load_the_page(
    served: "Served", http: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the board no longer knows what has changed since, the reader starts from the page."""
    monkeypatch.setattr("fairfloor.web.places.PLACES", 5)
    start = position(http)
    served.do(lambda: [served.evening.ask(f"note {number}") for number in range(9)])
    with http.stream("GET", "/events", params={"after": start}) as answer:
        (event,) = events(answer)
    assert event.kind == "reload"


def test_silence_is_filled_so_that_nobody_hangs_up(
    served: "Served", http: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When nothing happens, a comment goes by from time to time."""
    monkeypatch.setattr(streams, "HEARTBEAT", 0.1)
    monkeypatch.setattr(streams, "IDLE", 0.1)
    assert served.evening.board.position == 0
    with http.stream("GET", "/events", params={"after": position(http)}) as answer:
        lines = answer.iter_lines()
        assert next(line for line in lines if line.startswith(":")) == ":"


def test_readers_share_one_rendering(served: "Served", http: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A message is rendered once, however many read."""
    rendered: list[int] = []
    render = Pages.place

    def counting(pages: Pages, place: Place, words: Words) -> str:
        rendered.append(place.number)
        return render(pages, place, words)

    monkeypatch.setattr(Pages, "place", counting)
    start = position(http)
    with ExitStack() as opened:
        answers = [opened.enter_context(http.stream("GET", "/events", params={"after": start})) for _ in range(20)]
        told = [events(answer) for answer in answers]
        assert all(not next(one).data["places"] for one in told)
        served.do(lambda: served.evening.ask("to all of you"))
        got = [next(one).data["places"][0][1] for one in told]
    assert len(set(got)) == 1
    assert rendered == [1]


def test_a_full_house_says_so(served: "Served", http: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is a bound to readers; whoever comes then is told to come again, and the page itself still loads."""
    monkeypatch.setattr(streams, "READERS", 0)
    assert served.port
    answer = http.get("/events")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "60"
    assert http.get("/").status_code == 200


def test_a_server_stops_though_readers_read(served: "Served", http: httpx.Client) -> None:
    """Streams have no end of their own; stopping ends them and does not wait."""
    with http.stream("GET", "/events", params={"after": position(http)}) as answer:
        told = events(answer)
        next(told)
        served.server.config.timeout_graceful_shutdown = None
        served.stop()
        assert list(told) == []
    served.start()


def test_readers_who_leave_are_forgotten(served: "Served", http: httpx.Client) -> None:
    """Nothing is kept for anybody who is gone."""
    with http.stream("GET", "/events", params={"after": position(http)}) as answer:
        told = events(answer)
        next(told)
        assert http.get("/health").json()["readers"] == 1
    for _ in range(1_000):
        served.do(lambda: served.evening.ask("anybody?"))
        if not http.get("/health").json()["readers"]:
            break
    else:
        pytest.fail("still counted as a reader")


def test_a_reader_who_comes_back_at_once_is_not_woken_for_ever(evening: "Rehearsal") -> None:
    """The end of the pump of readers who left is no beat: who joined since waits for the next one."""

    async def scenario() -> bool:
        stream = Stream(Pages(evening.board, ChatView(tag="copchat"), Assets()))
        first, second = (cast("AsyncGenerator[bytes]", stream.read(stream.position)) for _ in range(2))
        await anext(first)
        await first.aclose()
        await anext(second)
        waiting = stream._beaten  # noqa: SLF001 - an event left set is the matter here
        for _ in range(5):
            await asyncio.sleep(0)
        woken = waiting.is_set()
        await second.aclose()
        return woken

    with ThreadPoolExecutor(1) as thread:  # the browser's loop runs in this one
        assert not thread.submit(asyncio.run, scenario()).result()
