"""Files are unpacked by what is in them, and watched."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from fairfloor.acts.fault import Cause, Fault
from fairfloor.sources.files import read
from fairfloor.sources.files.opened import opened

LINE = b'{"id": "%d", "kind": "post", "at": "2024-03-01T02:00:00Z", "account": "al", "text": "hello"}\n'
WHOLE = b"".join(LINE % n for n in range(50_000))


@pytest.mark.parametrize(
    "packed",
    [
        WHOLE,
        gzip.compress(WHOLE),
        gzip.compress(WHOLE[:1000]) + gzip.compress(WHOLE[1000:]),
        zstandard.compress(WHOLE),
        zstandard.compress(WHOLE[:1000]) + zstandard.compress(WHOLE[1000:]),
    ],
    ids=["plain", "gzip", "two gzips", "zstd", "two zstds"],
)
def test_a_packed_file_is_read_as_what_is_in_it(tmp_path: Path, packed: bytes) -> None:
    """Plain, gzip or zstd, in one piece or several, whatever its name: the same bytes come out."""
    path = tmp_path / "file.dat"
    path.write_bytes(packed)
    seen: list[int] = []
    with opened(path, seen.append) as stream:
        assert stream.read() == WHOLE
    assert seen == sorted(seen)
    assert seen[-1] == len(packed)


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
@pytest.mark.parametrize("damage", ["cut off", "changed"])
def test_a_damaged_file_gives_what_can_be_unpacked(tmp_path: Path, pack: Callable[[bytes], bytes], damage: str) -> None:
    """Of a packed file that broke off or was changed, the acts before that are read, and the rest is one fault."""
    rows = b"".join(LINE.replace(b"hello", f"{n * n}".encode()) % n for n in range(50_000))
    packed = bytearray(pack(rows))
    half = len(packed) // 2
    packed[half:] = b"" if damage == "cut off" else bytes(byte ^ 0x55 for byte in packed[half:])
    path = tmp_path / "acts"
    path.write_bytes(packed)
    *acts, last = read(path, tag="copchat")
    assert len(acts) > 10_000
    assert isinstance(last.told, Fault)
    assert last.told.cause is Cause.NOT_JSON
