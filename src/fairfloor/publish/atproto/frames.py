"""Frames of an event stream: two objects in DRISL (deterministic DAG-CBOR), what it is and what it says."""

from collections.abc import Mapping

from fairfloor.publish.atproto.cbor import Value, encode

_MESSAGE, _ERROR = 1, -1


def message(kind: str, body: Mapping[str, Value]) -> bytes:
    """Make a message; its kind is the part of the lexicon's name after, and with, the #."""
    return encode({"op": _MESSAGE, "t": kind}) + encode(body)


def error(name: str, says: str) -> bytes:
    """Make the error that a stream ends with."""
    return encode({"op": _ERROR}) + encode({"error": name, "message": says})
