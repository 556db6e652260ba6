import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import libipld
import msgspec
import pytest
from websockets.asyncio.server import ServerConnection

from fairfloor.acts.fault import Cause
from fairfloor.sources.bluesky.live import Live, Options
from fairfloor.sources.membership import Membership
from fairfloor.testing.clock import VirtualClock

Listening = Callable[..., Any]
Sends = Callable[..., Callable[[ServerConnection], Any]]
START = datetime(2026, 10, 22, 1, tzinfo=UTC)
METHOD = "network.bsky.jetstream.subscribeEvents"
V2 = f"/xrpc/{METHOD}"
REPOS = "/xrpc/com.atproto.sync.subscribeRepos"


def _post(number: int) -> bytes:
    """Make a frame of Jetstream v2: a post, so many seconds into the evening."""
    payload = {
        "$type": f"{METHOD}#commit",
        "seq": number,
        "did": "did:plc:a",
        "time": (START + timedelta(seconds=number)).isoformat(),
        "operation": "create",
        "collection": "app.bsky.feed.post",
        "rkey": f"p{number}",
        "record": {"text": "", "tags": ["copchat"]},
    }
    return msgspec.json.encode({"$type": "message", "payload": payload})


def _error(name: str) -> bytes:
    return msgspec.json.encode({"$type": "error", "error": name})


def _ends(*frames: bytes) -> Callable[[ServerConnection], Any]:
    """Send frames and hang up."""

    async def script(connection: ServerConnection) -> None:
        for frame in frames:
            await connection.send(frame, text=not frame.startswith(b"\xa1"))
        await connection.close()

    return script


def _cursors(listener: Any) -> list[list[str]]:
    return [asked.get("cursor", []) for asked in listener.stage.asked]


def test_the_second_version_is_read_from_its_address(listening: Listening, sends: Sends) -> None:
    """At the address of Jetstream v2 its frames are read, and after a break it goes on by number, repeating nothing."""

    async def scenario() -> None:
        async with listening(_ends(_post(1), _post(2)), sends(_post(2), _post(3)), path=V2) as listener:
            assert await listener.ids(2) == ["post p1", "post p2"]
            await listener.again()
            assert await listener.ids(1) == ["post p3"]
            assert _cursors(listener) == [[], ["2"]]
            assert listener.stage.headers[0]["Sec-WebSocket-Protocol"] == "xrpc.v1.json"
            assert "Sec-WebSocket-Extensions" not in listener.stage.headers[0]

    asyncio.run(scenario())


def test_a_cursor_too_old_is_said_and_counted(listening: Listening, sends: Sends) -> None:
    """Refused for its age, it says so, asks by the time, tells the gap, and the evening goes on."""

    async def scenario() -> None:
        async with listening("CursorTooOld", sends(_post(900)), path=V2, cursor="7@1792630800000000@HERE") as listener:
            failure = await listener.again()
            assert "(it no longer has what came after the last event we read)" in failure.sentence
            await listener.condition(connected=True)
            assert "It had nothing from 2026-10-22 01:00 UTC" in (await listener.condition(connected=True)).sentence
            batch = await listener.batches.get()
            assert [fault.cause for fault in batch.faults] == [Cause.GAP]
            assert len(batch.notices) == 1
            assert _cursors(listener) == [["7"], ["1792630795000000"]]

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("name", "words"),
    [("ConsumerTooSlow", "it found us too slow"), ("<b>Odd</b>", "it ended the stream with an error")],
)
def test_an_error_ends_the_connection_only(listening: Listening, sends: Sends, name: str, words: str) -> None:
    """A server that hangs up with an error is come back to; what it wrote is not repeated to people."""

    async def scenario() -> None:
        async with listening(sends(_post(1), _error(name)), sends(_post(2)), path=V2) as listener:
            failure = await listener.again()
            assert words in failure.sentence
            assert "<b>" not in failure.sentence
            assert await listener.ids(2) == ["post p1", "post p2"]

    asyncio.run(scenario())


def test_a_relay_is_never_too_quiet(listening: Listening, sends: Sends) -> None:
    """A server of few people may say nothing for hours, and is not taken for dead."""

    async def scenario() -> None:
        async with listening(sends(), path=REPOS) as listener:
            await listener.condition(connected=True)
            await listener.clock.advance(timedelta(hours=3))
            assert listener.conditions.empty()

    asyncio.run(scenario())


def test_a_relays_future_cursor_is_said_and_counted(listening: Listening, sends: Sends) -> None:
    """A relay that has begun to count anew is asked for what comes from now on."""
    header = libipld.encode_dag_cbor({"op": -1})
    error = header + libipld.encode_dag_cbor({"error": "FutureCursor", "message": "x"})
    news = {"seq": 3, "did": "did:plc:a", "time": "2026-10-22T01:05:00Z"}
    frame = libipld.encode_dag_cbor({"op": 1, "t": "#identity"}) + libipld.encode_dag_cbor(news)

    async def scenario() -> None:
        script = sends(frame, text=False)
        async with listening(_ends(error), script, path=REPOS, cursor="7@1792630800000000@HERE") as listener:
            assert "(it has begun to count its events anew)" in (await listener.again()).sentence
            batch = await listener.batches.get()
            assert [fault.cause for fault in batch.faults] == [Cause.GAP]
            assert _cursors(listener) == [["7"], []]

    asyncio.run(scenario())


def test_names_are_by_stream() -> None:
    """All Jetstreams share a name, since a time holds at each; a relay's numbers are its own."""

    def name(url: str | None) -> str:
        return Live(Membership("x"), VirtualClock(START), Options(url=url)).name

    assert name(None) == name(f"wss://example.org{V2}") == "jetstream"
    assert name(f"wss://me:s3cret@relay.example.org{REPOS}?key=s3cret") == "repos relay.example.org"


def test_an_address_of_no_stream_is_refused() -> None:
    """A method that is no stream we read is refused before the evening begins, saying which there are."""
    with pytest.raises(ValueError, match="subscribeRepos"):
        Live(Membership("x"), VirtualClock(START), Options(url="wss://example.org/xrpc/com.example.other"))
