"""Where Jetstream is served, and the address that asks it for what a chat is made of."""

from collections.abc import Sequence
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from fairfloor.sources.bluesky.jetstream import COLLECTIONS

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

_NO_ADDRESS = "A Jetstream address is a host or begins with wss://, as in wss://jetstream.example.org/subscribe."
_OURS = frozenset({"cursor", "wantedCollections", "compress"})


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


def asking(address: str, *, start: int | None, packed: bool) -> str:
    """Give the address that asks for a chat's collections from `start` (microseconds since 1970; None is from now on).

    packed: whether to ask for frames packed with the server's dictionary.
    """
    parts = urlsplit(address)
    query: Sequence[tuple[str, str]] = [
        *((key, value) for key, value in parse_qsl(parts.query) if key not in _OURS),
        *(("wantedCollections", collection) for collection in COLLECTIONS),
        *([("cursor", str(start))] if start is not None else []),
        *([("compress", "true")] if packed else []),
    ]
    return urlunsplit(parts._replace(query=urlencode(query)))


def place(address: str) -> str:
    """Give what may be said of an address in a sentence or a log: the host, without user, password or query."""
    parts = urlsplit(address)
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)
