import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard
from websockets.asyncio.server import ServerConnection

Listening = Callable[..., Any]
Script = Callable[[ServerConnection], Any]
Sends = Callable[..., Script]


def _trained(lines: list[bytes], dict_id: int) -> bytes:
    return zstandard.train_dictionary(2_048, [*lines * 20], dict_id=dict_id).as_bytes()


def _packer(path: Path | None) -> Callable[[bytes], bytes]:
    known = zstandard.ZstdCompressionDict(path.read_bytes()) if path else None
    return zstandard.ZstdCompressor(dict_data=known).compress


@pytest.fixture
def dictionary(tmp_path: Path, evening: list[bytes]) -> Path:
    """Give a dictionary of the right sort, trained here."""
    path = tmp_path / "zstd_dictionary"
    path.write_bytes(_trained(evening, 1_612))
    return path


def test_deflate_is_offered_without_a_dictionary(listening: Listening, sends: Sends, evening: list[bytes]) -> None:
    """Without a dictionary the WebSocket's own compression is offered, and used where the server takes it."""
    taken: list[str] = []

    async def script(connection: ServerConnection) -> None:
        taken.extend(extension.name for extension in connection.protocol.extensions)
        await sends(*evening)(connection)

    async def scenario() -> None:
        async with listening(script) as listener:
            assert len(await listener.ids(11)) == 11
            assert taken == ["permessage-deflate"]
            assert "compress" not in listener.stage.asked[0]

    asyncio.run(scenario())


def test_a_dictionary_is_used_where_given(
    listening: Listening, sends: Sends, evening: list[bytes], dictionary: Path
) -> None:
    """With a dictionary packed frames are asked for, no other compression is offered, and the frames are unpacked."""
    frames = map(_packer(dictionary), evening)

    async def scenario() -> None:
        async with listening(sends(*frames, text=False), dictionary=dictionary) as listener:
            assert len(await listener.ids(11)) == 11
            assert listener.stage.asked[0]["compress"] == ["true"]
            assert "Sec-WebSocket-Extensions" not in listener.stage.headers[0]

    asyncio.run(scenario())


def test_frames_packed_without_a_dictionary_are_read(listening: Listening, sends: Sends, evening: list[bytes]) -> None:
    """Frames that are packed with no dictionary need none to be read."""

    async def scenario() -> None:
        async with listening(sends(*map(_packer(None), evening), text=False)) as listener:
            assert len(await listener.ids(11)) == 11

    asyncio.run(scenario())


def test_another_dictionary_is_done_without(
    listening: Listening, sends: Sends, evening: list[bytes], dictionary: Path, tmp_path: Path
) -> None:
    """Where the server packs with another dictionary it says so, and goes on unpacked without losing anything."""
    other = tmp_path / "other"
    other.write_bytes(_trained(evening, 77))

    async def scenario() -> None:
        scripts = sends(_packer(other)(evening[0]), text=False), sends(*evening)
        async with listening(*scripts, dictionary=dictionary) as listener:
            assert "(it packs with dictionary 77, not 1612)" in (await listener.again()).sentence
            assert len(await listener.ids(11)) == 11
            assert "compress" not in listener.stage.asked[1]

    asyncio.run(scenario())


def test_a_server_that_does_not_pack_is_asked_plainly(
    listening: Listening, sends: Sends, evening: list[bytes], dictionary: Path
) -> None:
    """Where the server refuses the question for packed frames, the next try does not ask it."""

    async def scenario() -> None:
        async with listening(400, sends(*evening), dictionary=dictionary) as listener:
            await listener.again()
            assert len(await listener.ids(11)) == 11
            assert ["compress" in asked for asked in listener.stage.asked] == [True, False]

    asyncio.run(scenario())
