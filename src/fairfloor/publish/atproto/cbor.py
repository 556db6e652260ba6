"""Encodes in DRISL, the deterministic DAG-CBOR that is signed and streamed: what a label and a frame are made of.

libipld, which reads it elsewhere, does not do for writing: it takes bytes that could be a CID for one, and about one
signature in a thousand could. Then the frame says a link where the lexicon wants bytes, and a follower stops at it.

Invariant: the shortest head for each number, no endless items, keys of a map by their length and then their bytes.
"""

from collections.abc import Mapping, Sequence

Value = None | bool | int | str | bytes | Sequence["Value"] | Mapping[str, "Value"]
"""What can be encoded: no floats, which DRISL has and labels have not, and no links."""

_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _LIST, _MAP = range(6)
_SIMPLE = {False: b"\xf4", True: b"\xf5", None: b"\xf6"}
_SMALL = 24
"""Numbers below are in the first byte itself."""


def encode(value: Value) -> bytes:
    """Encode a value. Raises OverflowError for a number of more than 64 bits, UnicodeEncodeError for a broken text."""
    match value:
        case None | bool():
            return _SIMPLE[value]
        case int():
            return _head(_UNSIGNED, value) if value >= 0 else _head(_NEGATIVE, -1 - value)
        case bytes():
            return _head(_BYTES, len(value)) + value
        case str():
            return _text(value)
        case Mapping():
            return _map(value)
        case _:
            return _head(_LIST, len(value)) + b"".join(map(encode, value))


def _map(value: Mapping[str, Value]) -> bytes:
    items = sorted(
        ((_text(name), encode(one)) for name, one in value.items()), key=lambda item: (len(item[0]), item[0])
    )
    return _head(_MAP, len(items)) + b"".join(part for item in items for part in item)


def _text(text: str) -> bytes:
    encoded = text.encode()
    return _head(_TEXT, len(encoded)) + encoded


def _head(kind: int, number: int) -> bytes:
    if number < _SMALL:
        return bytes([kind << 5 | number])
    power = next((power for power in range(4) if number < 1 << (8 << power)), 3)
    return bytes([kind << 5 | _SMALL + power]) + number.to_bytes(1 << power, "big")
