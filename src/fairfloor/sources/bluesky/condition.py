"""How it stands with the connection, in words for whoever watches the evening."""

import socket
import ssl
from datetime import datetime, timedelta
from math import ceil

import msgspec
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidProxy, InvalidStatus, ProxyError

from fairfloor.sources.bluesky.frames import Silence
from fairfloor.sources.bluesky.packing import WrongDictionary
from fairfloor.sources.bluesky.sequence import Ended
from fairfloor.sources.wrong import WRONG


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """Whether acts are coming in, and a sentence that says so."""

    connected: bool
    sentence: str
    since: datetime
    """Since when it is connected, or since when it is not."""
    attempts: int
    """Failures in a row; 0 where all is well or this is the first try."""


class _Error(msgspec.Struct):
    error: str


FAILURES = (OSError, TimeoutError, ConnectionClosed, InvalidHandshake, InvalidProxy, Silence, WrongDictionary, Ended)
"""What ends a connection and is no reason to give up."""

_OVERSIZED = 1009
_ERRORS = {
    "CursorTooOld": "it no longer has what came after the last event we read",
    "FutureCursor": "it has begun to count its events anew",
    "ConsumerTooSlow": "it found us too slow",
}
_WHY: tuple[tuple[type[Exception], str], ...] = (
    (TimeoutError, "no answer"),
    (socket.gaierror, "name not found"),
    (ssl.SSLError, "no secure connection"),
    (ConnectionRefusedError, "connection refused"),
    (ConnectionClosed, "the connection broke off"),
    (ProxyError, "the proxy did not let us through"),
    (InvalidProxy, "the proxy's address is not one"),
    (InvalidHandshake, "it does not answer as a stream does"),
    (Exception, "it cannot be reached"),
)
"""The first that fits counts."""


def oversized(failure: Exception) -> bool:
    """Tell whether we ended the connection because of a frame larger than we take."""
    return isinstance(failure, ConnectionClosed) and failure.sent is not None and failure.sent.code == _OVERSIZED


def named(failure: Exception) -> str | None:
    """Give the error that the server named when it refused or ended a stream; None where it named none."""
    if isinstance(failure, Ended):
        return failure.name
    body = failure.response.body if isinstance(failure, InvalidStatus) else None
    try:
        return msgspec.json.decode(body, type=_Error).error if body else None
    except WRONG:
        return None


def connecting(place: str) -> str:
    """Say that a first try is under way."""
    return f"Connecting to {place}."


def connected(place: str, missed: tuple[datetime, datetime] | None = None) -> str:
    """Say that acts come in, and what may be missing: a span of which the server had nothing."""
    if missed is None:
        return f"Connected to {place}."
    since, until = (f"{when:%Y-%m-%d %H:%M} UTC" for when in missed)
    return f"Connected to {place}. It had nothing from {since} to {until}; what was said then may be missing."


def failed(place: str, failure: Exception, wait: timedelta, then: str) -> str:
    """Say that there is no connection, why, and when and where (`then`) the next try is."""
    again = "again" if then == place else then
    return f"No connection to {place} ({why(failure)}). Trying {again} in {_seconds(wait)}."


def why(failure: Exception) -> str:
    """Say in a few words what ended a connection, or kept it from coming about; nothing the other side wrote."""
    match failure:
        case Silence(lasted=lasted):
            return f"no event for {_seconds(lasted)}"
        case WrongDictionary():
            return str(failure)
        case Ended() | InvalidStatus():
            return _answered(failure)
        case ConnectionClosed() if oversized(failure):
            return "a frame was too large"
        case _:
            return next(words for kind, words in _WHY if isinstance(failure, kind))


def _answered(failure: Ended | InvalidStatus) -> str:
    if (name := named(failure)) in _ERRORS:
        return _ERRORS[name]
    if isinstance(failure, InvalidStatus):
        return f"it answered {failure.response.status_code}"
    return "it ended the stream with an error"


def _seconds(span: timedelta) -> str:
    seconds = max(1, ceil(span.total_seconds()))
    return "1 second" if seconds == 1 else f"{seconds} seconds"
