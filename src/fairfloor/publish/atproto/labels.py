"""A label of the AT Protocol, version 1, and how it is signed.

What is signed is the label in DRISL (deterministic DAG-CBOR) with the fields of the specification and no other: nothing
in a signature says what it is for, so a field that does not belong could make it say something else.
`neg` and the other optional fields are left out where they say nothing.
"""

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from fairfloor.publish.atproto.cbor import encode
from fairfloor.publish.atproto.keys import SigningKey

VERSION = 1
_MILLISECOND = timedelta(milliseconds=1)


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """What one account says of one thing, in one word."""

    src: str
    """The DID of who says it."""
    uri: str
    """The at-URI of a record, or the DID of an account."""
    val: str
    cts: datetime
    """When it was said; a label replaces one of the same source, thing and word that was said before it."""
    neg: bool = False
    """It takes the word back."""
    cid: str | None = None
    """The one version of the record that it is about; any where None."""
    exp: datetime | None = None
    """When it ends by itself."""


class Signed(msgspec.Struct, frozen=True):
    """A label with its signature."""

    label: Label
    sig: bytes

    def as_cbor(self) -> dict[str, Any]:
        """Give what is encoded in a frame of the stream."""
        return fields(self.label) | {"sig": self.sig}

    def as_json(self) -> dict[str, Any]:
        """Give what is encoded in a JSON answer."""
        return fields(self.label) | {"sig": {"$bytes": b64encode(self.sig).decode().rstrip("=")}}


def fields(label: Label) -> dict[str, Any]:
    """Give the fields of a label that are signed."""
    given = {
        "ver": VERSION,
        "src": label.src,
        "uri": label.uri,
        "cid": label.cid,
        "val": label.val,
        "neg": label.neg or None,
        "cts": written(label.cts),
        "exp": None if label.exp is None else written(label.exp),
    }
    return {name: value for name, value in given.items() if value is not None}


def signed(label: Label, key: SigningKey) -> Signed:
    """Sign a label."""
    return Signed(label, key.sign(encode(fields(label))))


def written(when: datetime) -> str:
    """Write a time as the protocol prefers it: UTC, to the millisecond (what is beyond that is cut off)."""
    return when.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def instant(when: datetime, after: datetime | None = None) -> datetime:
    """Give a time to the millisecond, and later than another one where there is one."""
    whole = when.astimezone(UTC)
    whole -= timedelta(microseconds=whole.microsecond % 1000)
    return whole if after is None else max(whole, after + _MILLISECOND)
