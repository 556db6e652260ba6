"""A file as a stream of bytes: unpacked where its content says that it is packed, and watched for a progress bar."""

import gzip
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedReader, FileIO, RawIOBase
from pathlib import Path
from typing import TYPE_CHECKING, Any

import zstandard
from typing_extensions import override

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

Watch = Callable[[int], None]
"""Told how many bytes of the file, as it lies on the disk, have been read so far."""

BUFFER = 1 << 20
_MAX_WINDOW = 1 << 27
"""Bytes that a zstd file may ask for while it is unpacked; the format's own tools go as far without being asked."""

CUT_OFF = (EOFError, gzip.BadGzipFile, zlib.error, zstandard.ZstdError)
"""What reading raises where a packed file is damaged or ends too soon."""


@contextmanager
def opened(path: Path, watch: Watch | None = None) -> Iterator[BufferedReader]:
    """Open a file for reading, packed with gzip or zstd or not. Raises OSError."""
    with FileIO(path) as file:
        magic = file.read(4)
        file.seek(0)
        yield BufferedReader(_unpacked(magic, _Watched(file, watch)), BUFFER)


class _Watched(RawIOBase):
    """A file that tells how far it has been read."""

    def __init__(self, file: FileIO, watch: Watch | None) -> None:
        self._file = file
        self._watch = watch

    @override
    def readable(self) -> bool:
        return True

    @override
    def readinto(self, buffer: "WriteableBuffer") -> int | None:
        count = self._file.readinto(buffer)
        if self._watch:
            self._watch(self._file.tell())
        return count


def _unpacked(magic: bytes, raw: Any) -> Any:
    if magic.startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=BufferedReader(raw, BUFFER))
    if magic == b"\x28\xb5\x2f\xfd":
        unpacker = zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW)
        return unpacker.stream_reader(BufferedReader(raw, BUFFER), read_across_frames=True)
    return raw
