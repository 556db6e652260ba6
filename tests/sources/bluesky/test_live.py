import asyncio
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from websockets.asyncio.server import ServerConnection

from fairfloor.sources.bluesky.live import Live, Options
from fairfloor.sources.bluesky.news import micros
from fairfloor.sources.membership import Membership
from fairfloor.testing.clock import VirtualClock

Make = Callable[..., bytes]
Listening = Callable[..., Any]
Script = Callable[[ServerConnection], Any]
Sends = Callable[..., Script]
SECOND = 1_000_000
START = datetime(2026, 10, 22, 1, tzinfo=UTC)


def _drops(*frames: bytes, half: bytes) -> Script:
    """Send frames, then half of one more, and cut the line."""

    async def script(connection: ServerConnection) -> None:
        for frame in frames:
            await connection.send(frame, text=True)
        await (await connection.ping())
        connection.transport.write(b"\x81\x7e" + len(half).to_bytes(2, "big") + half[: len(half) // 2])
        connection.transport.close()

    return script


def _cursor(asked: dict[str, list[str]]) -> int:
    return int(asked["cursor"][0])


def test_a_whole_evening_arrives(listening: Listening, sends: Sends, evening: list[bytes]) -> None:
    """Recorded lines played over a real WebSocket come out as the chat's notices, faults and counts."""

    async def scenario() -> None:
        async with listening(sends(*evening)) as listener:
            assert await listener.ids(11) == [
                "post 3m3qab2c2k2q",
                "post 3m3qab7d2k2r",
                "like 3m3qab9e2k2s",
                "repost 3m3qabae2k2t",
                "post 3m3qabbf2k2u",
                "edit 3m3qab7d2k2r",
                "deletion 3m3qab9e2k2s",
                "rename did:plc:ann5d3kq7xw2v4tnb6ycmrsg",
                "departure did:web:example.org",
                "post 3m3qabfk2k2y",
                "deletion 3m3qab2c2k2q",
            ]
            assert "cursor" not in listener.stage.asked[0]
            assert listener.stage.headers[0]["User-Agent"].startswith("Fairfloor/")

    asyncio.run(scenario())


def test_an_act_alone_goes_out_at_once(listening: Listening, post: Make) -> None:
    """In a slow trickle each act is told before the next is sent; nobody waits for company."""

    async def scenario() -> None:
        turn: asyncio.Queue[bytes] = asyncio.Queue()

        async def trickle(connection: ServerConnection) -> None:
            for _ in range(5):
                await connection.send(await turn.get(), text=True)

        async with listening(trickle) as listener:
            for number in range(5):
                turn.put_nowait(post(number, f"p{number}"))
                batch = await listener.batches.get()
                assert [notice.id[-2:] for notice in batch.notices] == [f"p{number}"]
                assert batch.cursor == str(micros(listener.clock.now()) + number * SECOND)

    asyncio.run(scenario())


@pytest.mark.parametrize("first", range(5))
def test_a_cut_line_loses_nothing(listening: Listening, sends: Sends, post: Make, first: int) -> None:
    """Cut in the middle of a frame, it goes on a little before where it was; some comes again, nothing is missing."""
    lines = [post(2 * n, f"p{n}") for n in range(6)]

    async def scenario() -> None:
        async def replay(connection: ServerConnection) -> None:
            start = _cursor(listener.stage.asked[-1])
            since = [line for n, line in enumerate(lines) if micros(START) + 2 * n * SECOND >= start]
            await sends(*since)(connection)

        async with listening(_drops(*lines[:first], half=lines[first]), replay) as listener:
            before = await listener.ids(first)
            failure = await listener.again()
            assert failure.sentence.endswith("(the connection broke off). Trying again in 1 second.")
            repeated = min(first, 3)
            after = await listener.ids(repeated + 6 - first)
            assert before == [f"post p{n}" for n in range(first)]
            assert after == [f"post p{n}" for n in range(first - repeated, 6)]
            assert (await listener.condition(connected=True)).attempts == 0

    asyncio.run(scenario())


def test_it_begins_with_the_stored_cursor(listening: Listening, sends: Sends, post: Make) -> None:
    """After a restart it asks for what came after the stored cursor, with a few seconds' overlap."""

    async def scenario() -> None:
        async with listening(sends(post(0, "a")), cursor="1792630800000137") as listener:
            await listener.ids(1)
            assert _cursor(listener.stage.asked[0]) == 1_792_630_795_000_137

    asyncio.run(scenario())


def test_a_refusal_is_waited_out(listening: Listening, sends: Sends, post: Make) -> None:
    """A server that answers 503 is tried again, more patiently each time, and the sentence says so."""

    async def scenario() -> None:
        async with listening(503, 503, sends(post(0, "a"))) as listener:
            begun = await listener.condition(connected=False)
            first, second = await listener.again(), await listener.again()
            assert begun.sentence.startswith("Connecting to 127.0.0.1:")
            assert first.sentence.endswith("(it answered 503). Trying again in 1 second.")
            assert second.sentence.endswith("(it answered 503). Trying again in 2 seconds.")
            assert (first.attempts, second.attempts) == (1, 2)
            assert begun.since == second.since
            there = await listener.condition(connected=True)
            assert there.since == begun.since + timedelta(seconds=3)
            assert await listener.ids(1) == ["post a"]
            assert _cursor(listener.stage.asked[2]) == micros(begun.since)

    asyncio.run(scenario())


def test_nobody_there_is_said_plainly(listening: Listening) -> None:
    """Where nothing listens at the address, it says so and keeps trying, and tells no secret of the address."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    async def scenario() -> None:
        async with listening(url=f"ws://me:s3cret@127.0.0.1:{port}/?key=s3cret") as listener:
            told = [await listener.again() for _ in range(5)]
            assert all(f"No connection to 127.0.0.1:{port} (connection refused)" in each.sentence for each in told)
            assert [each.attempts for each in told] == [1, 2, 3, 4, 5]
            assert "s3cret" not in str(told)

    with structlog.testing.capture_logs() as logged:
        asyncio.run(scenario())
    assert [entry["attempts"] for entry in logged[:6]] == [0, 1, 2, 3, 4, 5]
    assert "s3cret" not in str(logged)


@pytest.mark.parametrize(
    ("answer", "words"), [(b"220 mail\r\n\r\n", "does not answer as a stream"), (b"", "no answer")]
)
def test_something_else_there_is_said_plainly(listening: Listening, answer: bytes, words: str) -> None:
    """A server of another sort, and one that never answers, are told apart in words."""

    async def other(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await reader.read()
        writer.close()

    async def scenario() -> None:
        async with await asyncio.start_server(other, "127.0.0.1", 0) as server:
            url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            async with listening(url=url, opening=timedelta(milliseconds=100)) as listener:
                assert words in (await listener.failure()).sentence

    asyncio.run(scenario())


def test_silence_is_taken_for_death(listening: Listening, sends: Sends, post: Make) -> None:
    """After thirty seconds without an event it hangs up, says so, and goes on where it was."""

    async def scenario() -> None:
        async with listening(sends(post(60, "a")), sends(post(61, "b"))) as listener:
            assert await listener.ids(1) == ["post a"]
            await listener.clock.advance(timedelta(seconds=29))
            assert listener.conditions.qsize() == 2
            await listener.clock.advance(timedelta(seconds=1))
            failure = await listener.again()
            assert "(no event for 30 seconds)" in failure.sentence
            assert await listener.ids(1) == ["post b"]
            assert _cursor(listener.stage.asked[1]) == 1_792_630_855_000_000

    asyncio.run(scenario())


def test_what_the_server_no_longer_has_is_said(listening: Listening, sends: Sends, post: Make) -> None:
    """Where the server has nothing from the cursor on for hours, the condition names the span."""

    async def scenario() -> None:
        async with listening(sends(post(0, "a")), cursor="1792544400000000") as listener:
            await listener.condition(connected=True)
            assert "It had nothing from 2026-10-21 01:00 UTC" in (await listener.condition(connected=True)).sentence

    asyncio.run(scenario())


def test_it_leaves_nothing_behind(listening: Listening, sends: Sends, post: Make) -> None:
    """When nobody wants more, the connection is closed in good order and no task of its own goes on."""

    async def scenario() -> None:
        closed = asyncio.Event()

        async def script(connection: ServerConnection) -> None:
            await sends(post(0, "a"))(connection)
            await connection.wait_closed()
            codes.append(connection.close_code)
            closed.set()

        async with listening(script) as listener:
            await listener.ids(1)
        await closed.wait()
        assert asyncio.all_tasks() == {asyncio.current_task()}

    codes: list[int | None] = []
    asyncio.run(scenario())
    assert codes == [1000]


def test_a_bad_option_is_refused_at_once(tmp_path: Path) -> None:
    """An address that is none, and a dictionary that is none or not there, are refused before the evening begins."""
    clock = VirtualClock(START)
    with pytest.raises(ValueError, match="address"):
        Live(Membership("x"), clock, Options(url="https://example.org"))
    with pytest.raises(FileNotFoundError):
        Live(Membership("x"), clock, Options(dictionary=tmp_path / "none"))
    (tmp_path / "text").write_text("hello")
    with pytest.raises(ValueError, match="dictionary"):
        Live(Membership("x"), clock, Options(dictionary=tmp_path / "text"))


def test_its_name_is_stable() -> None:
    """Cursors are kept under one name, whatever the address, since they are times."""
    clock = VirtualClock(START)
    other = Live(Membership("x"), clock, Options(url="wss://example.org"))
    assert Live(Membership("x"), clock).name == other.name == "jetstream"
