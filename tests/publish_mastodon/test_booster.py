import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import HTMLResponse, JSONResponse, Response

from fairfloor.publish.mastodon import position
from fairfloor.publish.mastodon.booster import Booster, Options
from fairfloor.publish.mastodon.plan import Question
from fairfloor.publish.mastodon.position import Position
from fairfloor.session.decision import Decision
from fairfloor.testing.clock import VirtualClock

START = datetime(2026, 10, 22, 1, tzinfo=UTC)
Make = Callable[..., Decision]
Home = Any


class Evening:
    """A booster at work against a server, and what it said."""

    def __init__(self, tmp_path: Path) -> None:
        self.clock = VirtualClock(START)
        self.said: list[str] = []
        self.spoke = asyncio.Event()
        self.place = tmp_path / "boosts.json"

    def run(self, serving: Any, home: Home, scenario: Any, token: str = "s3cret-token", **options: Any) -> None:  # noqa: S107 - as above
        """Have a booster work while a scenario goes on, its clock jumping whenever everybody waits."""

        @asynccontextmanager
        async def working() -> AsyncIterator[Booster]:
            home.now = self.clock.now
            async with serving(home.app) as here:
                asked = Options(**{"server": here, "place": self.place, "chat": "copchat", "pace": 6} | options)
                booster = Booster(asked, token, self.clock, self.say)
                task = asyncio.create_task(booster.run())
                try:
                    yield booster
                finally:
                    task.cancel()
                    await asyncio.gather(task, return_exceptions=True)

        async def main() -> None:
            async with asyncio.timeout(20), working() as booster:
                await scenario(booster)

        self.clock.run(main(), cushion=0.08)

    def say(self, sentence: str) -> None:
        """Take what the booster says."""
        self.said.append(sentence)
        self.spoke.set()

    async def heard(self, number: int) -> None:
        """Wait until so many sentences were said."""
        while len(self.said) < number:
            self.spoke.clear()
            await self.spoke.wait()

    async def until(self, seconds: float) -> None:
        """Wait until so many seconds into the evening."""
        await self.clock.sleep_until(START + timedelta(seconds=seconds))


@pytest.fixture
def evening(tmp_path: Path) -> Evening:
    """Give an evening whose place is kept in a folder of its own."""
    return Evening(tmp_path)


def test_it_boosts_at_the_pace_and_marks_itself(serving: Any, home: Home, evening: Evening, decision: Make) -> None:
    """The account is marked first; then what has the floor is boosted by its uri, six times a minute."""

    async def scenario(booster: Booster) -> None:
        for number in range(1, 4):
            booster.decided(number, decision(f"n{number}"))
        booster.caught_up()
        await home.done(4)
        await evening.until(30)

    evening.run(serving, home, scenario)
    assert home.did == [(0, "bot"), (0, "boost n1 public"), (10, "boost n2 public"), (20, "boost n3 public")]
    assert evening.said[0] == "floor@home.example is marked as an automated account now."
    assert position.read(evening.place) == Position(3)


def test_it_asks_the_run_sheets_questions(serving: Any, home: Home, evening: Evening, decision: Make) -> None:
    """A question is posted when it is due, once, and goes before what waits."""
    questions = (Question(1, "Q1: why? #copchat", START + timedelta(seconds=5)),)

    async def scenario(booster: Booster) -> None:
        booster.decided(1, decision("n1"))
        booster.decided(2, decision("n2"))
        booster.caught_up()
        await home.done(4)
        await evening.until(40)

    evening.run(serving, home, scenario, questions=questions, visibility="unlisted")
    assert [what for _, what in home.did[1:]] == ["boost n1 unlisted", "post Q1: why? #copchat", "boost n2 unlisted"]
    assert position.read(evening.place) == Position(2, (1,))
    evening.place.unlink()
    evening.clock = VirtualClock(START)
    first = home.posted.get_nowait()
    home.posted = asyncio.Queue()

    async def again(booster: Booster) -> None:
        booster.caught_up()
        assert await home.posted.get() == first

    evening.run(serving, home, again, questions=questions)
    assert sum(what.startswith("post") for _, what in home.did) == 1


def test_started_again_it_goes_on(serving: Any, home: Home, evening: Evening, decision: Make) -> None:
    """After a restart it is told everything again and does only what is left."""
    home.bot = True
    position.write(evening.place, Position(2))

    async def scenario(booster: Booster) -> None:
        for number in range(1, 4):
            booster.decided(number, decision(f"n{number}"))
        booster.caught_up()
        await home.done(1)
        await evening.until(60)

    evening.run(serving, home, scenario)
    assert [what for _, what in home.did] == ["boost n3 public"]


def test_a_dry_run_changes_nothing(serving: Any, home: Home, evening: Evening, decision: Make) -> None:
    """A dry run says what would be done, at the pace at which it would, and writes nothing anywhere."""

    async def scenario(booster: Booster) -> None:
        booster.decided(1, decision("n1"))
        booster.caught_up()
        await evening.heard(4)
        await evening.until(60)

    questions = (Question(1, "Q1: why?", START),)
    evening.run(serving, home, scenario, dry_run=True, questions=questions)
    assert home.did == []
    assert evening.said == [
        "Would mark floor@home.example as an automated account.",
        "floor@home.example boosts what has the floor, at most 6 a minute.",
        "Would post: Q1: why?",
        "Would boost https://chat.example/users/al/statuses/n1",
    ]
    assert not evening.place.exists()


def test_what_cannot_be_boosted_is_passed_over(serving: Any, home: Home, evening: Evening, decision: Make) -> None:
    """A post that the server cannot find, finds another for, or will not boost, costs its turn and nothing else."""
    home.odd["/reblog"] = deque([JSONResponse({"error": "Record not found"}, 404)])

    async def scenario(booster: Booster) -> None:
        for number, name in enumerate(["unknown", "other", "refused", "good"], 1):
            booster.decided(number, decision(name))
        booster.caught_up()
        await home.done(2)

    evening.run(serving, home, scenario)
    assert home.did[1:] == [(30, "boost good public")]


def test_what_is_withdrawn_while_it_is_looked_for_is_not_boosted(
    serving: Any, home: Home, evening: Evening, decision: Make
) -> None:
    """Its author may take a post back in the very moment; then it is let be."""
    home.bot = True

    async def scenario(booster: Booster) -> None:
        looked = asyncio.Event()

        def taken_back(uri: str) -> None:
            booster.withdrawn(uri)
            looked.set()

        home.asked_for = taken_back
        booster.decided(1, decision("n1"))
        booster.caught_up()
        await looked.wait()
        await evening.until(30)

    evening.run(serving, home, scenario)
    assert home.known
    assert home.did == []


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "90"}, 90),
        ({"Date": "Thu, 22 Oct 2026 01:00:00 GMT", "X-RateLimit-Reset": "2026-10-22T01:02:00.000000Z"}, 120),
        ({}, 60),
        ({"X-RateLimit-Reset": "soon"}, 60),
    ],
)
def test_the_servers_limits_are_heeded(
    serving: Any, home: Home, evening: Evening, decision: Make, headers: dict[str, str], wait: int
) -> None:
    """Where the server takes no more, the boost waits for as long as the server says, and is then made."""
    home.bot = True
    home.odd["/reblog"] = deque([JSONResponse({"error": "Too many requests"}, 429, headers)])

    async def scenario(booster: Booster) -> None:
        booster.decided(1, decision("n1"))
        booster.caught_up()
        await home.done(1)

    evening.run(serving, home, scenario)
    assert home.did == [(wait, "boost n1 public")]
    assert "takes no more boosts for" in evening.said[-1]


@pytest.mark.parametrize(
    "odd",
    [
        HTMLResponse("<h1>502</h1>", 502),
        HTMLResponse("<h1>hello</h1>"),
        Response(b'{"statuses": [{"id"', media_type="application/json"),
        Response(b" " * (5 << 20)),
        Response(b"[" * 100_000, media_type="application/json"),
    ],
)
def test_a_server_in_trouble_is_tried_again(
    serving: Any, home: Home, evening: Evening, decision: Make, odd: Response
) -> None:
    """Whatever comes instead of an answer, the boost is tried again soon, and the host is told once."""
    home.bot = True
    home.odd["/search"] = deque([odd])

    async def scenario(booster: Booster) -> None:
        booster.decided(1, decision("n1"))
        booster.caught_up()
        await home.done(1)

    evening.run(serving, home, scenario)
    assert home.did == [(2, "boost n1 public")]
    assert evening.said[-1].endswith("Boosts go on when it is back.")


def test_a_token_that_will_not_do_is_said_so(serving: Any, home: Home, evening: Evening) -> None:
    """A token that the server does not take is said to lack something, without the token."""

    async def scenario(booster: Booster) -> None:
        booster.caught_up()
        await evening.heard(1)
        await evening.until(700)

    evening.run(serving, home, scenario, token="wr0ng")  # noqa: S106 - as above
    assert len(evening.said) == 1
    assert "It needs the scopes read:accounts, read:search, write:accounts and write:statuses." in evening.said[0]
    assert "wr0ng" not in json.dumps(evening.said)


@pytest.mark.parametrize("server", ["", "a/b", "a b", "me:pw@a.example", "a.example:port"])
def test_what_is_no_server_is_refused(tmp_path: Path, server: str) -> None:
    """A server's name that is none is refused before anything is sent."""
    options = Options(server=server, place=tmp_path / "boosts.json", chat="copchat")
    booster = Booster(options, "t", VirtualClock(START), lambda _: None)
    with pytest.raises(ValueError, match="named by its host"):
        asyncio.run(booster.run())
