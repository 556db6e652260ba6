"""The streams that Bluesky's network speaks, each with how it is asked and read."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from fairfloor.acts.fault import Fault
from fairfloor.session.ports import Batch
from fairfloor.sources.bluesky import endpoints, jetstream_v2, repos
from fairfloor.sources.bluesky.intake import Intake, Missed
from fairfloor.sources.bluesky.sequence import Sequence
from fairfloor.sources.membership import Membership

_SILENCE = timedelta(seconds=30)


class Reading(Protocol):
    """What has been read of a stream and not been told yet, and where to go on from."""

    def start(self) -> int | None:
        """Give the cursor for the next try to connect; None is the live end."""

    def take(self, lines: list[bytes], now: datetime, /) -> Missed | None:
        """Read; give the span of which the server had nothing, where there is one. Raises `sequence.Ended`."""

    def fault(self, fault: Fault) -> None:
        """Note a frame that gave no line."""

    def batch(self, now: datetime) -> Batch | None:
        """Give what is worth telling now."""

    def rest(self, now: datetime) -> Batch | None:
        """Give all there is, as before a wait."""

    def oversized(self) -> None:
        """Note that a frame was too large to take."""

    def refused(self, error: str) -> None:
        """Note an error that the server named."""


class Wire(NamedTuple):
    """One stream."""

    name: Callable[[str], str]
    """The name that cursors are kept under, given the address."""
    asking: Callable[[str, int | None, int], str]
    """The address to open, given the address, where to start and the dictionary to pack with."""
    reading: Callable[[Membership, str, str | None, datetime], Reading]
    """What reads it, given the chat, the address, the stored cursor, and the time now."""
    silence: timedelta | None = _SILENCE
    """With no event for so long a connection is taken for dead: the network has many a second. None: never, a single
    server may have none for hours; whether it is alive the WebSocket's own pings tell."""
    subprotocol: str | None = None
    deflates: bool = True
    """Whether the server may be offered the WebSocket's own compression."""


def wire(address: str) -> Wire:
    """Give the stream at an address; raises ValueError, saying which there are, where it is none we read."""
    try:
        return _WIRES[endpoints.method(address)]
    except KeyError:
        known = ", ".join(f"/xrpc/{name}" for name in _WIRES if name is not None)
        raise ValueError(f"At this address is no stream we can read. There are /subscribe, {known}.") from None


def _v2(membership: Membership, address: str, cursor: str | None, now: datetime) -> Reading:
    read = jetstream_v2.Reader(membership).read
    return Sequence(membership, read, endpoints.place(address), cursor, now, timed=True)


def _repos(membership: Membership, address: str, cursor: str | None, now: datetime) -> Reading:
    read = repos.Reader(membership).read
    return Sequence(membership, read, endpoints.place(address), cursor, now, timed=False)


_WIRES: dict[str | None, Wire] = {
    None: Wire(lambda _: "jetstream", endpoints.asking_v1, lambda chat, _, cursor, now: Intake(chat, cursor, now)),
    jetstream_v2.METHOD: Wire(
        lambda _: "jetstream", endpoints.asking_v2, _v2, subprotocol="xrpc.v1.json", deflates=False
    ),
    repos.METHOD: Wire(lambda at: f"repos {endpoints.place(at)}", endpoints.asking_repos, _repos, silence=None),
}
