"""A server's stream of a hashtag (server-sent events): what its lines say. Pure.

An event is a name, then its payload, then a blank line; a line that begins with a colon keeps the connection warm.
"""

import msgspec

LONGEST = 1 << 20
"""Bytes of an event; what goes on for longer is dropped."""


class Event(msgspec.Struct, frozen=True):
    """One event of a stream."""

    name: str
    data: bytes


class Events:
    """Puts lines together to events."""

    def __init__(self) -> None:
        self._name = ""
        self._data: list[bytes] = []
        self._size = 0

    def take(self, line: bytes) -> Event | None:
        """Take a line without its end; gives the event that it ends, where it ends one."""
        if not line:
            return self._ended()
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"event":
            self._name = value[:100].decode("ascii", "replace")
        elif field == b"data" and self._size <= LONGEST:
            self._data.append(value)
            self._size += len(value)
        return None

    def _ended(self) -> Event | None:
        name, data, size = self._name, b"\n".join(self._data), self._size
        self._name, self._data, self._size = "", [], 0
        return Event(name, data) if name and data and size <= LONGEST else None
