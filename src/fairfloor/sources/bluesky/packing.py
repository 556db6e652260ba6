"""Frames that come packed: Zstandard, with the dictionary that Jetstream was made with.

What there is. Jetstream v1 packs with `compress=true`: each event is one Zstandard frame in a binary message, made with
a dictionary of 110 KB (id 1612007021) that lies in the project's public repository and that no v1 server hands out; so
it is not part of Fairfloor and cannot be had from the connection, and packing is asked for only where the user gives
the dictionary as a file. Without one, the WebSocket's own compression (permessage-deflate, RFC 7692) is offered, and
servers since 2026 take it; older ones send plain text. The two exclude each other, and servers refuse both at once.
Jetstream v2 has another dictionary, which its server hands out (`network.bsky.jetstream.getZstdDictionary`); as a
file it serves there, and a v2 server is offered nothing else.

What arrives tells by itself what it is: a Zstandard frame has a magic number no JSON can begin with.
"""

from collections.abc import Callable
from operator import methodcaller
from pathlib import Path

import zstandard

from fairfloor.acts.fault import Cause, Fault
from fairfloor.sources.bluesky.news import MAX_RECORD

_WIDEST_WINDOW = 1 << 23
"""Bytes that a frame may make us keep while unpacking; the format's recommended least limit."""
_packed = methodcaller("startswith", zstandard.FRAME_HEADER)
_NOT_ONE = (
    "This is not a Zstandard dictionary. Jetstream's lies in its public repository, as pkg/models/zstd_dictionary "
    "or internal/subscribe/dictionaries/legacy_subscribe.zdict."
)


class WrongDictionary(Exception):  # noqa: N818 - it is what happened, not an error of ours
    """The server packs with another dictionary than the one given; there is no going on but unpacked."""


class Unpacker:
    """Turns frames into lines, with or without a dictionary."""

    def __init__(self, dictionary: bytes | None = None) -> None:
        """Take a dictionary in Zstandard's format; raises ValueError where it is not one."""
        self.dictionary = 0
        """The number of the dictionary that frames may be packed with; 0 is none."""
        self._unpack = zstandard.ZstdDecompressor(max_window_size=_WIDEST_WINDOW)
        if dictionary is not None:
            known = _known(dictionary)
            self.dictionary = known.dict_id()
            self._unpack = zstandard.ZstdDecompressor(dict_data=known, max_window_size=_WIDEST_WINDOW)

    @classmethod
    def from_file(cls, path: Path | None) -> "Unpacker":
        """Read the dictionary from a file; None is none. Raises OSError or ValueError where it cannot be read."""
        return cls(path.read_bytes() if path is not None else None)

    @property
    def asks(self) -> bool:
        """Whether to ask the server for packed frames."""
        return self.dictionary != 0

    def lines(self, frames: list[bytes], wrong: Callable[[Fault], object]) -> list[bytes]:
        """Give the lines in frames; `wrong` is told of what is none. Raises as `line` does."""
        if not any(map(_packed, frames)):
            return frames
        lines = [self.line(frame) for frame in frames]
        for line in lines:
            if isinstance(line, Fault):
                wrong(line)
        return [line for line in lines if not isinstance(line, Fault)]

    def line(self, frame: bytes) -> bytes | Fault:
        """Give the line in a frame, or what is wrong with the frame.

        Raises WrongDictionary where we asked for packing; where we did not, such a frame is a fault like any other.
        """
        if not _packed(frame):
            return frame
        try:
            return self._unpacked(frame)
        except zstandard.ZstdError as wrong:
            return Fault(Cause.NOT_JSON, detail=f"a packed frame that does not unpack: {wrong}"[:200])

    def _unpacked(self, frame: bytes) -> bytes | Fault:
        header = zstandard.get_frame_parameters(frame)
        if header.dict_id not in {0, self.dictionary}:
            if self.asks:
                raise WrongDictionary(f"it packs with dictionary {header.dict_id}, not {self.dictionary}")
            return Fault(Cause.NOT_JSON, detail=f"a packed frame that needs dictionary {header.dict_id}")
        if header.content_size <= MAX_RECORD:
            return self._unpack.decompress(frame)
        if header.content_size == zstandard.CONTENTSIZE_UNKNOWN:
            with self._unpack.stream_reader(frame) as reader:
                line = reader.read(MAX_RECORD + 1)
            if len(line) <= MAX_RECORD:
                return line
        return Fault(Cause.OVERSIZED, detail="a packed frame that unpacks too large")


def _known(dictionary: bytes) -> zstandard.ZstdCompressionDict:
    try:
        known = zstandard.ZstdCompressionDict(dictionary, dict_type=zstandard.DICT_TYPE_FULLDICT)
        zstandard.ZstdCompressor(dict_data=known).compress(b"{}")  # the file is only looked into on use
    except zstandard.ZstdError as wrong:
        raise ValueError(_NOT_ONE) from wrong
    if known.dict_id() == 0:
        raise ValueError(_NOT_ONE)
    return known
