import struct
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.acts.fault import Cause, Fault
from fairfloor.sources.bluesky.news import MAX_RECORD
from fairfloor.sources.bluesky.packing import Unpacker, WrongDictionary


def _trained(lines: list[bytes], dict_id: int = 1612) -> bytes:
    return zstandard.train_dictionary(2_048, [*lines * 20], dict_id=dict_id).as_bytes()


def _packed(line: bytes, dictionary: bytes | None = None, *, sized: bool = True) -> bytes:
    known = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
    return zstandard.ZstdCompressor(dict_data=known, write_content_size=sized).compress(line)


def _cause(unpacker: Unpacker, frame: bytes) -> Cause:
    fault = unpacker.line(frame)
    assert isinstance(fault, Fault), fault
    return fault.cause


def test_plain_lines_stay_as_they_are(evening: list[bytes]) -> None:
    """A frame that is not packed is its own line, with a dictionary or without."""
    for unpacker in (Unpacker(), Unpacker(_trained(evening))):
        assert [unpacker.line(line) for line in evening] == evening


def test_packed_lines_come_back(evening: list[bytes]) -> None:
    """Frames packed with the dictionary are unpacked, and so are frames packed with none."""
    dictionary = _trained(evening)
    unpacker = Unpacker(dictionary)
    for line in evening:
        assert unpacker.line(_packed(line, dictionary)) == line
        assert unpacker.line(_packed(line, dictionary, sized=False)) == line
        assert unpacker.line(_packed(line)) == Unpacker().line(_packed(line)) == line


def test_packing_is_asked_for_only_with_a_dictionary(evening: list[bytes], tmp_path: Path) -> None:
    """Without a dictionary packed frames are not asked for; with one, given as a file, they are."""
    path = tmp_path / "dictionary"
    path.write_bytes(_trained(evening))
    assert not Unpacker.from_file(None).asks
    assert Unpacker.from_file(path).asks


def test_another_dictionary_is_named(evening: list[bytes]) -> None:
    """A frame that needs another dictionary than ours says which; where none was asked for, it is one bad frame."""
    frame = _packed(evening[0], _trained(evening, 77))
    with pytest.raises(WrongDictionary, match="it packs with dictionary 77, not 1612"):
        Unpacker(_trained(evening)).line(frame)
    assert _cause(Unpacker(), frame) is Cause.NOT_JSON


@pytest.mark.parametrize("content", [b"", b"{}" * 100, struct.pack("<II", 0xEC30A437, 5) + bytes(200)])
def test_what_is_no_dictionary_is_refused_with_advice(content: bytes) -> None:
    """A file that is not a dictionary is refused before the evening begins, saying where Jetstream's is."""
    with pytest.raises(ValueError, match="in its public repository"):
        Unpacker(content)


@pytest.mark.parametrize("told", [True, False])
def test_a_bomb_is_a_fault(told: bool) -> None:  # noqa: FBT001 - a parameter of a test
    """A small frame that unpacks to a huge one is counted as oversized, whether or not it says its size."""
    assert _cause(Unpacker(), _packed(bytes(50 * MAX_RECORD), sized=told)) is Cause.OVERSIZED


def test_a_frame_may_claim_any_size() -> None:
    """A frame that claims to unpack to four exabytes takes no memory for it."""
    frame = zstandard.FRAME_HEADER + b"\xe0" + struct.pack("<Q", 1 << 62) + b"\x01\x00\x00"
    assert zstandard.get_frame_parameters(frame).content_size == 1 << 62
    assert _cause(Unpacker(), frame) in {Cause.NOT_JSON, Cause.OVERSIZED}


@given(st.binary(max_size=100))
def test_unpacking_never_raises_on_garbage(rest: bytes) -> None:
    """Whatever follows the magic number, there is a line or a fault."""
    assert isinstance(Unpacker().line(zstandard.FRAME_HEADER + rest), bytes | Fault)
