"""Where to go on from, as it is stored: a time that holds anywhere, or a server's own number beside it.

Jetstream v1 counts in times, so its cursors hold at every instance. Jetstream v2 and `subscribeRepos` number events,
each server for itself; the number is exact, and worth nothing elsewhere. So it is kept with the server and the time:
`1792630800000137`, or `90210@1792630800000137@relay.example.org`.
"""

import re
from typing import NamedTuple, Self

from typing_extensions import override

_FORM = re.compile(r"(?:(?P<seq>[0-9]{1,18})@)?(?P<micros>[0-9]{1,17})(?:@(?P<place>[^@\s]{1,300}))?")


class Cursor(NamedTuple):
    """A place in a stream."""

    micros: int
    """The time of the event, in microseconds since 1970."""
    seq: int | None = None
    """Its number at `place`."""
    place: str | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a stored cursor; raises ValueError where it is none of ours."""
        if (found := _FORM.fullmatch(text)) is None or (found["seq"] is None) != (found["place"] is None):
            raise ValueError(f"The stored cursor {text[:40]!r} is not one of Bluesky's streams.")
        seq = found["seq"]
        return cls(int(found["micros"]), None if seq is None else int(seq), found["place"])

    @override
    def __str__(self) -> str:
        return str(self.micros) if self.seq is None else f"{self.seq}@{self.micros}@{self.place}"
