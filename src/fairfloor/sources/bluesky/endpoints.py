"""Where Bluesky's streams are served, and the address that asks one for what a chat is made of.

Which stream it is the path says: `/subscribe` is Jetstream v1, `/xrpc/` and the name of a method is that method.
"""

from collections.abc import Sequence
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from fairfloor.sources.bluesky.news import COLLECTIONS, MAX_RECORD

INSTANCES = tuple(
    f"wss://{host}.bsky.network/subscribe"
    for host in (
        "jetstream2.us-east",
        "jetstream1.us-east",
        "jetstream2.us-west",
        "jetstream1.us-west",
        "jetstream.us-east",
        "jetstream.us-west",
    )
)
"""Bluesky's own instances. The first four were announced for v1; the last two came with v2, whose server keeps v1's
address too. Cursors are times, so what was read from one can be gone on with at another."""

_NO_ADDRESS = (
    "An address of Bluesky's streams is a host or begins with wss://, as in wss://jetstream.example.org/subscribe."
)
_XRPC = "/xrpc/"


def endpoint(given: str) -> str:
    """Make a whole address of what a user gave: a host, or a ws:// or wss:// address, its query kept.

    Raises ValueError, saying what to give, where it cannot be one.
    """
    try:
        parts = urlsplit(given if "://" in given else f"wss://{given}")
        host, _ = (parts.hostname or "").encode("idna"), parts.port
    except ValueError:  # a port that is no number, a name no resolver takes
        raise ValueError(_NO_ADDRESS) from None
    if parts.scheme not in {"ws", "wss"} or not host:
        raise ValueError(_NO_ADDRESS)
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") or "/subscribe", fragment=""))


def method(address: str) -> str | None:
    """Give the method that an address asks for; None is Jetstream v1, which is older than methods."""
    path = urlsplit(address).path
    return path.removeprefix(_XRPC) if path.startswith(_XRPC) else None


def asking_v1(address: str, start: int | None, dictionary: int) -> str:
    """Ask Jetstream v1 for a chat's collections from `start` (microseconds since 1970; None is from now on).

    dictionary: the number of the dictionary to have frames packed with; 0 is none.
    """
    wanted = [("wantedCollections", collection) for collection in COLLECTIONS]
    return _with(address, [*wanted, *_from(start), *([("compress", "true")] if dictionary else [])])


def asking_v2(address: str, start: int | None, dictionary: int) -> str:
    """Ask Jetstream v2 for a chat's collections from `start` (an event's number, or microseconds since 1970)."""
    wanted = [("collections", collection) for collection in COLLECTIONS]
    bounds = [("maxMessageSizeBytes", str(MAX_RECORD))]
    packing = [("zstdDictionary", str(dictionary))] if dictionary else []
    return _with(address, [*wanted, *bounds, *_from(start), *packing])


def asking_repos(address: str, start: int | None, _: int) -> str:
    """Ask a PDS or a relay for all there is after the event with the number `start`."""
    return _with(address, _from(start))


def _from(start: int | None) -> list[tuple[str, str]]:
    return [] if start is None else [("cursor", str(start))]


def _with(address: str, asked: Sequence[tuple[str, str]]) -> str:
    """Put what we ask into an address, in place of what it asks of the same name."""
    parts = urlsplit(address)
    ours = {key for key, _ in asked} | {"cursor", "compress", "zstdDictionary"}
    kept = [(key, value) for key, value in parse_qsl(parts.query) if key not in ours]
    return urlunsplit(parts._replace(query=urlencode([*kept, *asked])))


def place(address: str) -> str:
    """Give what may be said of an address in a sentence or a log: the host, without user, password or query."""
    parts = urlsplit(address)
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
