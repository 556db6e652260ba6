"""Reads one frame of Jetstream v2, `network.bsky.jetstream.subscribeEvents`. Pure and total: it never raises.

A frame is one JSON object (subprotocol `xrpc.v1.json`): a message, whose payload is an event, or an error, after which
the server hangs up. Events have the server's own number, `seq`; what the relay said about names and accounts is in them
as it came. The records are those of v1. A `#sync` is passed over (see `repos`).

Lexicon: `network.bsky.jetstream.subscribeEvents`.
"""

from datetime import datetime
from typing import Annotated

import msgspec

from fairfloor.acts.fault import Cause, Fault
from fairfloor.sources.bluesky.glance import Glance, Glimpsed
from fairfloor.sources.bluesky.item import ONE_PASSED, Item, Seq
from fairfloor.sources.bluesky.news import COLLECTIONS, MAX_RECORD, Told, of_account, of_name, of_record
from fairfloor.sources.bluesky.records import Account, Commit, Did, Identity, Rkey
from fairfloor.sources.membership import Membership
from fairfloor.sources.wrong import WRONG, fault

METHOD = "network.bsky.jetstream.subscribeEvents"
_COMMIT, _IDENTITY, _ACCOUNT, _SYNC, _INFO = (
    f"{METHOD}#{kind}" for kind in ("commit", "identity", "account", "sync", "info")
)
_OF_ACCOUNTS = frozenset({_IDENTITY, _ACCOUNT, _SYNC})
_When = Annotated[datetime, msgspec.Meta(tz=True)]


class _Part(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    type_: str = msgspec.field(default="", name="$type")


class _Seen(_Part, frozen=True, gc=False, kw_only=True):
    """An event at a glance."""

    seq: Seq
    time: _When
    did: str = ""
    operation: str = ""
    collection: str = ""
    rkey: str = ""
    record: Glimpsed | None = None


class _Payload(_Part, frozen=True, gc=False, kw_only=True):
    """An event whole, or what the server says of the stream."""

    seq: Seq | None = None
    time: _When | None = None
    did: Did = ""
    operation: str = ""
    collection: str = ""
    rkey: Rkey = ""
    record: msgspec.Raw = msgspec.Raw()
    identity: Identity | None = None
    account: Account | None = None
    name: str = ""


class _SeenFrame(_Part, frozen=True, gc=False, kw_only=True):
    payload: _Seen | None = None


class _Frame(_Part, frozen=True, gc=False, kw_only=True):
    payload: _Payload | None = None
    error: str = ""


_SEEN = msgspec.json.Decoder(_SeenFrame)
_FRAME = msgspec.json.Decoder(_Frame)


class Reader:
    """Reads frames, those that concern a chat whole."""

    def __init__(self, membership: Membership) -> None:
        """Take what belongs to the chat; it is looked at, not changed."""
        glance = Glance(membership)
        self._concerns, self._accounts = glance.concerns, glance.accounts

    def read(self, frame: bytes) -> Item:
        """Read one frame."""
        if len(frame) > MAX_RECORD:
            return Item(told=(Fault(Cause.OVERSIZED, detail=f"{len(frame)} bytes in a frame"),))
        try:
            event = _SEEN.decode(frame).payload
        except WRONG:
            return self._whole(frame)
        if event is None:
            return self._whole(frame)
        if event.type_ == _COMMIT:
            if not self._concerns(event.did, event):
                act = event.operation == "create" and event.collection in COLLECTIONS
                return Item(event.seq, event.time, ONE_PASSED if act else ())
        elif event.type_ in _OF_ACCOUNTS and event.did not in self._accounts:
            return Item(event.seq, event.time)
        return self._whole(frame)

    def _whole(self, frame: bytes) -> Item:
        try:
            found = _FRAME.decode(frame)
        except WRONG as wrong:
            return Item(told=(fault(wrong),))
        if found.type_ == "error":
            return Item(error=found.error or "Unnamed")
        event = found.payload
        if found.type_ != "message" or event is None:
            return Item(told=(Fault(Cause.UNKNOWN, detail=f"a frame of type {found.type_[:40]}"),))
        if event.type_ == _INFO:
            return Item(info=event.name)
        if event.seq is None or event.time is None:
            return Item(event.seq, None, (Fault(Cause.MISSING_FIELD, detail="an event without its seq or time"),))
        return Item(event.seq, event.time, (_told(event, event.time),))


def _told(event: _Payload, at: datetime) -> Told:
    try:
        match event.type_:
            case kind if kind == _COMMIT:
                return of_record(event.did, Commit(event.operation, event.collection, event.rkey, event.record), at)
            case kind if kind == _IDENTITY and event.identity is not None:
                return of_name(event.did, event.identity, at)
            case kind if kind == _ACCOUNT and event.account is not None:
                return of_account(event.did, event.account, at)
            case kind if kind == _SYNC:
                return None
            case kind:
                return Fault(Cause.UNKNOWN, detail=f"an event of type {kind[:80]}")
    except WRONG as wrong:
        return fault(wrong)
