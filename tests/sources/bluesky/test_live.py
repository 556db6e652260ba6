import asyncio
import socket
from collections.abc import Callable
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
import zstandard
from websockets.asyncio.server import ServerConnection

from fairfloor.acts.fault import Cause
from fairfloor.sources.bluesky.condition import Condition
from fairfloor.sources.bluesky.jetstream import MAX_LINE, micros
from fairfloor.sources.bluesky.live import Jetstream, Options
from fairfloor.sources.membership import Membership
from fairfloor.testing.clock import VirtualClock

Make = Callable[..., bytes]
Listening = Callable[..., Any]
Script = Callable[[ServerConnection], Any]
SECOND = 1_000_000
PACKED_RUBBISH = zstandard.FRAME_HEADER + b"rubbish"
START = datetime(2026, 10, 22, 1, tzinfo=UTC)


def _sends(*frames: bytes, text: bool = True) -> Script:
    """Send frames and stay."""

    async def script(connection: ServerConnection) -> None:
        for frame in frames:
            await connection.send(frame, text=text)

    return script


def _drops(*frames: bytes, half: bytes = b"") -> Script:
    """Send frames, then half of one more, and cut the line."""

    async def script(connection: ServerConnection) -> None:
        await _sends(*frames)(connection)
        await (await connection.ping())
        if half:
            connection.transport.write(b"\x81\x7e" + len(half).to_bytes(2, "big") + half[: len(half) // 2])
        connection.transport.close()

    return script


def _cursor(asked: dict[str, list[str]]) -> int:
    return int(asked["cursor"][0])


def test_a_whole_evening_arrives(listening: Listening, evening: list[bytes]) -> None:
    """Recorded lines played over a real WebSocket come out as the chat's notices, faults and counts."""

    async def scenario() -> None:
        async with listening(_sends(*evening)) as listener:
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
def test_a_cut_line_loses_nothing(listening: Listening, post: Make, first: int) -> None:
    """Cut in the middle of a frame, it goes on a little before where it was; some comes again, nothing is missing."""
    lines = [post(2 * n, f"p{n}") for n in range(6)]

    async def scenario() -> None:
        async def replay(connection: ServerConnection) -> None:
            start = _cursor(listener.stage.asked[-1])
            since = [line for n, line in enumerate(lines) if micros(START) + 2 * n * SECOND >= start]
            await _sends(*since)(connection)

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


def test_it_begins_with_the_stored_cursor(listening: Listening, post: Make) -> None:
    """After a restart it asks for what came after the stored cursor, with a few seconds' overlap."""

    async def scenario() -> None:
        async with listening(_sends(post(0, "a")), cursor="1792630800000137") as listener:
            await listener.ids(1)
            assert _cursor(listener.stage.asked[0]) == 1_792_630_795_000_137

    asyncio.run(scenario())


def test_a_refusal_is_waited_out(listening: Listening, post: Make) -> None:
    """A server that answers 503 is tried again, more patiently each time, and the sentence says so."""

    async def scenario() -> None:
        async with listening(503, 503, _sends(post(0, "a"))) as listener:
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
    ("answer", "words"), [(b"220 mail\r\n\r\n", "does not answer as Jetstream"), (b"", "no answer")]
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


def test_silence_is_taken_for_death(listening: Listening, post: Make) -> None:
    """After thirty seconds without an event it hangs up, says so, and goes on where it was."""

    async def scenario() -> None:
        async with listening(_sends(post(60, "a")), _sends(post(61, "b"))) as listener:
            assert await listener.ids(1) == ["post a"]
            await listener.clock.advance(timedelta(seconds=29))
            assert listener.conditions.qsize() == 2
            await listener.clock.advance(timedelta(seconds=1))
            failure = await listener.again()
            assert "(no event for 30 seconds)" in failure.sentence
            assert await listener.ids(1) == ["post b"]
            assert _cursor(listener.stage.asked[1]) == 1_792_630_855_000_000

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
            source = Jetstream(Membership("copchat"), clock, Options(url=url), tell=heard.append)
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


def test_others_get_their_turn(staged: Listening, post: Make) -> None:
    """While thousands of other people's acts that have piled up are read, other tasks go on."""
    pile = [post(1, f"p{number}", tag="other") for number in range(5_000)]

    async def scenario() -> None:
        sent = asyncio.Event()
        turns = 0

        async def script(connection: ServerConnection) -> None:
            await _sends(post(0, "a"), *pile, post(2, "z"))(connection)
            await (await connection.ping())
            sent.set()

        async def other() -> None:
            nonlocal turns
            while True:
                await asyncio.sleep(0)
                turns += 1

        async with staged(script) as (_, url):
            source = Jetstream(Membership("copchat"), VirtualClock(START), Options(url=url))
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
            source = Jetstream(Membership("copchat"), VirtualClock(START), Options(url=url))
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


def test_deflate_is_offered_without_a_dictionary(listening: Listening, evening: list[bytes]) -> None:
    """Without a dictionary the WebSocket's own compression is offered, and used where the server takes it."""
    taken: list[str] = []

    async def script(connection: ServerConnection) -> None:
        taken.extend(extension.name for extension in connection.protocol.extensions)
        await _sends(*evening)(connection)

    async def scenario() -> None:
        async with listening(script) as listener:
            assert len(await listener.ids(11)) == 11
            assert taken == ["permessage-deflate"]
            assert "compress" not in listener.stage.asked[0]

    asyncio.run(scenario())


@pytest.fixture
def dictionary(tmp_path: Path, evening: list[bytes]) -> Path:
    """Give a dictionary of the right sort, trained here."""
    path = tmp_path / "zstd_dictionary"
    path.write_bytes(_trained(evening, 1_612))
    return path


def _trained(lines: list[bytes], dict_id: int) -> bytes:
    return zstandard.train_dictionary(2_048, [*lines * 20], dict_id=dict_id).as_bytes()


def _packer(path: Path | None) -> Callable[[bytes], bytes]:
    known = zstandard.ZstdCompressionDict(path.read_bytes()) if path else None
    return zstandard.ZstdCompressor(dict_data=known).compress


def test_a_dictionary_is_used_where_given(listening: Listening, evening: list[bytes], dictionary: Path) -> None:
    """With a dictionary packed frames are asked for, no other compression is offered, and the frames are unpacked."""
    frames = map(_packer(dictionary), evening)

    async def scenario() -> None:
        async with listening(_sends(*frames, text=False), dictionary=dictionary) as listener:
            assert len(await listener.ids(11)) == 11
            assert listener.stage.asked[0]["compress"] == ["true"]
            assert "Sec-WebSocket-Extensions" not in listener.stage.headers[0]

    asyncio.run(scenario())


def test_frames_packed_without_a_dictionary_are_read(listening: Listening, evening: list[bytes]) -> None:
    """Frames that are packed with no dictionary need none to be read."""

    async def scenario() -> None:
        async with listening(_sends(*map(_packer(None), evening), text=False)) as listener:
            assert len(await listener.ids(11)) == 11

    asyncio.run(scenario())


def test_another_dictionary_is_done_without(
    listening: Listening, evening: list[bytes], dictionary: Path, tmp_path: Path
) -> None:
    """Where the server packs with another dictionary it says so, and goes on unpacked without losing anything."""
    other = tmp_path / "other"
    other.write_bytes(_trained(evening, 77))

    async def scenario() -> None:
        scripts = _sends(_packer(other)(evening[0]), text=False), _sends(*evening)
        async with listening(*scripts, dictionary=dictionary) as listener:
            assert "(it packs with dictionary 77, not 1612)" in (await listener.again()).sentence
            assert len(await listener.ids(11)) == 11
            assert "compress" not in listener.stage.asked[1]

    asyncio.run(scenario())


def test_a_server_that_does_not_pack_is_asked_plainly(
    listening: Listening, evening: list[bytes], dictionary: Path
) -> None:
    """Where the server refuses the question for packed frames, the next try does not ask it."""

    async def scenario() -> None:
        async with listening(400, _sends(*evening), dictionary=dictionary) as listener:
            await listener.again()
            assert len(await listener.ids(11)) == 11
            assert ["compress" in asked for asked in listener.stage.asked] == [True, False]

    asyncio.run(scenario())


def test_garbage_costs_only_itself(listening: Listening, post: Make) -> None:
    """Lines that are no JSON, binary or too long are counted by cause, and the same connection goes on."""
    bad = [b"not json", b"\x00\xff\xfe", b"", b"[" * 5_000, b"{" + b" " * MAX_LINE + b"}", PACKED_RUBBISH]

    async def scenario() -> None:
        async with listening(_sends(*bad, post(0, "a"), text=False)) as listener:
            causes: list[Cause] = []
            notices = 0
            while not notices:
                batch = await listener.batches.get()
                causes += [fault.cause for fault in batch.faults]
                notices += len(batch.notices)
            assert causes == [*[Cause.NOT_JSON] * 3, Cause.BAD_FIELD, Cause.OVERSIZED, Cause.NOT_JSON]
            assert len(listener.stage.asked) == 1

    asyncio.run(scenario())


def test_a_frame_too_large_is_counted_and_stepped_over(listening: Listening, post: Make) -> None:
    """A frame past every limit ends the connection, is counted, and the next connection begins after it."""

    async def scenario() -> None:
        async with listening(_sends(post(0, "a"), b"x" * (5 << 20)), _sends(post(1, "b"))) as listener:
            assert await listener.ids(1) == ["post a"]
            assert "(a frame was too large)" in (await listener.again()).sentence
            assert [fault.cause for fault in (await listener.batches.get()).faults] == [Cause.OVERSIZED]
            assert await listener.ids(1) == ["post b"]
            assert _cursor(listener.stage.asked[1]) == micros(START) + 2_000

    asyncio.run(scenario())


def test_what_the_server_no_longer_has_is_said(listening: Listening, post: Make) -> None:
    """Where the server has nothing from the cursor on for hours, the condition names the span."""

    async def scenario() -> None:
        async with listening(_sends(post(0, "a")), cursor="1792544400000000") as listener:
            await listener.condition(connected=True)
            assert "It had nothing from 2026-10-21 01:00 UTC" in (await listener.condition(connected=True)).sentence

    asyncio.run(scenario())


def test_much_at_once_comes_whole_and_in_order(listening: Listening, post: Make) -> None:
    """Twenty thousand acts as fast as they can be sent come whole, in order, in batches of at most 256."""
    lines = [post(number / 1_000, f"p{number}") for number in range(20_000)]

    async def scenario() -> None:
        async with listening(_sends(*lines)) as listener:
            found: list[str] = []
            while len(found) < len(lines):
                batch = await listener.batches.get()
                assert len(batch.notices) <= 256
                found += [notice.id.rpartition("/")[2] for notice in batch.notices]
            assert found == [f"p{number}" for number in range(20_000)]

    asyncio.run(scenario())


def test_it_leaves_nothing_behind(listening: Listening, post: Make) -> None:
    """When nobody wants more, the connection is closed in good order and no task of its own goes on."""

    async def scenario() -> None:
        closed = asyncio.Event()

        async def script(connection: ServerConnection) -> None:
            await _sends(post(0, "a"))(connection)
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
        Jetstream(Membership("x"), clock, Options(url="https://example.org"))
    with pytest.raises(FileNotFoundError):
        Jetstream(Membership("x"), clock, Options(dictionary=tmp_path / "none"))
    (tmp_path / "text").write_text("hello")
    with pytest.raises(ValueError, match="dictionary"):
        Jetstream(Membership("x"), clock, Options(dictionary=tmp_path / "text"))


def test_its_name_is_stable() -> None:
    """Cursors are kept under one name, whatever the address, since they are times."""
    clock = VirtualClock(START)
    other = Jetstream(Membership("x"), clock, Options(url="wss://example.org"))
    assert Jetstream(Membership("x"), clock).name == other.name == "jetstream"
