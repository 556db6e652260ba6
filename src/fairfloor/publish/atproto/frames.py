"""Frames of an event stream: two objects in DRISL (deterministic DAG-CBOR), what it is and what it says."""

from typing import Any

import libipld

_MESSAGE, _ERROR = 1, -1


def message(kind: str, body: dict[str, Any]) -> bytes:
    """Make a message; its kind is the part of the lexicon's name after, and with, the #."""
    return _frame({"op": _MESSAGE, "t": kind}, body)


def error(name: str, says: str) -> bytes:
    """Make the error that a stream ends with."""
    return _frame({"op": _ERROR}, {"error": name, "message": says})


def _frame(header: dict[str, Any], body: dict[str, Any]) -> bytes:
    encoded: tuple[bytes, bytes] = (libipld.encode_dag_cbor(header), libipld.encode_dag_cbor(body))
    return b"".join(encoded)
