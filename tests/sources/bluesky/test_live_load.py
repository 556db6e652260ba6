import asyncio
from collections.abc import Callable
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from typing import Any

import zstandard
from websockets.asyncio.server import ServerConnection

from fairfloor.acts.fault import Cause
from fairfloor.sources.bluesky.condition import Condition
from fairfloor.sources.bluesky.live import Live, Options
from fairfloor.sources.bluesky.news import MAX_RECORD, micros
from fairfloor.sources.membership import Membership
from fairfloor.testing.clock import VirtualClock

Make = Callable[..., bytes]
Listening = Callable[..., Any]
Script = Callable[[ServerConnection], Any]
Sends = Callable[..., Script]
PACKED_RUBBISH = zstandard.FRAME_HEADER + b"rubbish"
START = datetime(2026, 10, 22, 1, tzinfo=UTC)


def test_much_at_once_comes_whole_and_in_order(listening: Listening, sends: Sends, post: Make) -> None:
    """Twenty thousand acts as fast as they can be sent come whole, in order, in batches of at most 256."""
    lines = [post(number / 1_000, f"p{number}") for number in range(20_000)]

    async def scenario() -> None:
        async with listening(sends(*lines)) as listener:
            found: list[str] = []
            while len(found) < len(lines):
                batch = await listener.batches.get()
                assert len(batch.notices) <= 256
                found += [notice.id.rpartition("/")[2] for notice in batch.notices]
            assert found == [f"p{number}" for number in range(20_000)]

    asyncio.run(scenario())


def test_our_own_slowness_is_not_silence(staged: Listening, post: Make) -> None:
    """While events wait for us to take them, no time makes the connection count as silent."""

    async def scenario() -> None:
        turn: asyncio.Queue[bytes] = asyncio.Queue()
        sent: asyncio.Queue[None] = asyncio.Queue()

        async def script(connection: ServerConnection) -> None:
            for _ in range(3):
                await connection.send(await turn.get(), text=True)
                await (await connection.ping())
                sent.put_nowait(None)

        async with staged(script) as (_, url):
            clock, heard = VirtualClock(START), list[Condition]()
            source = Live(Membership("copchat"), clock, Options(url=url), tell=heard.append)
            async with aclosing(source.batches(None)) as batches:
                turn.put_nowait(post(0, "a"))
                assert len((await anext(batches)).notices) == 1
                await sent.get()
                turn.put_nowait(post(1, "b"))
                await sent.get()
                await clock.advance(timedelta(minutes=5))
                assert len((await anext(batches)).notices) == 1
                turn.put_nowait(post(2, "c"))
                assert len((await anext(batches)).notices) == 1
            assert [told.connected for told in heard] == [False, True]

    asyncio.run(scenario())


def test_others_get_their_turn(staged: Listening, sends: Sends, post: Make) -> None:
    """While thousands of other people's acts that have piled up are read, other tasks go on."""
    pile = [post(1, f"p{number}", tag="other") for number in range(5_000)]

    async def scenario() -> None:
        sent = asyncio.Event()
        turns = 0

        async def script(connection: ServerConnection) -> None:
            await sends(post(0, "a"), *pile, post(2, "z"))(connection)
            await (await connection.ping())
            sent.set()

        async def other() -> None:
            nonlocal turns
            while True:
                await asyncio.sleep(0)
                turns += 1

        async with staged(script) as (_, url):
            source = Live(Membership("copchat"), VirtualClock(START), Options(url=url))
            async with aclosing(source.batches(None)) as batches:
                first = (await anext(batches)).skipped
                await sent.wait()
                busy = asyncio.create_task(other())
                rest = (await anext(batches)).skipped
                busy.cancel()
        assert first + rest == len(pile)
        assert turns >= rest // 256 > 10

    asyncio.run(scenario())


def test_a_sender_is_made_to_wait(staged: Listening, post: Make) -> None:
    """While nobody takes what has come, reading stops after a while and the sender waits; later all of it comes."""
    lines = [post(number, f"p{number}", padding="x" * 900_000) for number in range(60)]

    async def scenario() -> None:
        sent: list[int] = []

        async def script(connection: ServerConnection) -> None:
            for line in lines:
                await connection.send(line, text=True)
                sent.append(len(line))

        async with staged(script, compression=None) as (_, url):
            source = Live(Membership("copchat"), VirtualClock(START), Options(url=url))
            async with aclosing(source.batches(None)) as batches:
                found = list((await anext(batches)).notices)
                still = 0
                while still < 500:
                    before = len(sent)
                    await asyncio.sleep(0)
                    still = still + 1 if len(sent) == before else 0
                assert len(sent) < 50
                while len(found) < len(lines):
                    found += (await anext(batches)).notices
        assert len(found) == len(lines)

    asyncio.run(scenario())


def test_garbage_costs_only_itself(listening: Listening, sends: Sends, post: Make) -> None:
    """Lines that are no JSON, binary or too long are counted by cause, and the same connection goes on."""
    bad = [b"not json", b"\x00\xff\xfe", b"", b"[" * 5_000, b"{" + b" " * MAX_RECORD + b"}", PACKED_RUBBISH]

    async def scenario() -> None:
        async with listening(sends(*bad, post(0, "a"), text=False)) as listener:
            causes: list[Cause] = []
            notices = 0
            while not notices:
                batch = await listener.batches.get()
                causes += [fault.cause for fault in batch.faults]
                notices += len(batch.notices)
            assert sorted(causes) == [Cause.BAD_FIELD, *[Cause.NOT_JSON] * 4, Cause.OVERSIZED]
            assert len(listener.stage.asked) == 1

    asyncio.run(scenario())


def test_a_frame_too_large_is_counted_and_stepped_over(listening: Listening, sends: Sends, post: Make) -> None:
    """A frame past every limit ends the connection, is counted, and the next connection begins after it."""

    async def scenario() -> None:
        async with listening(sends(post(0, "a"), b"x" * (5 << 20)), sends(post(1, "b"))) as listener:
            assert await listener.ids(1) == ["post a"]
            assert "(a frame was too large)" in (await listener.again()).sentence
            assert [fault.cause for fault in (await listener.batches.get()).faults] == [Cause.OVERSIZED]
            assert await listener.ids(1) == ["post b"]
            assert listener.stage.asked[1]["cursor"] == [str(micros(START) + 2_000)]

    asyncio.run(scenario())
