"""Reads one frame of `com.atproto.sync.subscribeRepos`, as a PDS or a relay sends it. Pure and total: it never raises.

A frame is two objects in DAG-CBOR, a header that says what the body is, and that. A commit says what was done to which
records, and has the records as blocks of a CAR. A record that may concern the chat is written out as JSON and
read as Jetstream's are, so that there is one reading of a post.

Signatures and hashes are not checked: whom we ask we believe, here as with Jetstream, which leaves them out. A relay
has checked them; a PDS is asked directly by who runs it.

A `#sync` says that a repository is now in another state, and not what is new in it; it comes with every account that is
opened again, mostly to say that nothing is. We pass it over, as Jetstream v1 does: to know more we would have to fetch
the repository.

Lexicon: `com.atproto.sync.subscribeRepos`. Deprecated and read past: `tooBig` commits have nothing in them (the records
would have to be fetched), and are counted.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any

import libipld
import msgspec

from fairfloor.acts.fault import Cause, Fault
from fairfloor.sources.bluesky.glance import Glance, Glimpse, Glimpsed
from fairfloor.sources.bluesky.item import Item, Passed, Seq
from fairfloor.sources.bluesky.news import COLLECTIONS, MAX_RECORD, Told, of_account, of_name, of_record
from fairfloor.sources.bluesky.records import Account, Commit, Did, Identity, Rkey
from fairfloor.sources.membership import Membership
from fairfloor.sources.wrong import LONGEST_DETAIL, WRONG, fault

METHOD = "com.atproto.sync.subscribeRepos"
_MOST_OPS = 200
"""Operations in a commit; the lexicon's most."""
_UNDECODABLE = (ValueError, TypeError, OverflowError)
"""What libipld raises for content beside `WRONG`, and msgspec for content that is no JSON."""


class _Header(msgspec.Struct, frozen=True):
    op: int
    t: str = ""


class _Body(msgspec.Struct, frozen=True):
    seq: Seq
    time: Annotated[datetime, msgspec.Meta(tz=True)]
    did: Did = ""


class _Op(msgspec.Struct, frozen=True):
    action: str
    path: str
    cid: Any = None


class _Commit(msgspec.Struct, frozen=True, rename="camel"):
    repo: Did
    ops: Annotated[tuple[_Op, ...], msgspec.Meta(max_length=_MOST_OPS)] = ()
    blocks: bytes = b""
    too_big: bool = False


class _Key(msgspec.Struct, frozen=True):
    rkey: Rkey


class Reader:
    """Reads frames, of commits only what concerns a chat."""

    def __init__(self, membership: Membership) -> None:
        """Take what belongs to the chat; it is looked at, not changed."""
        self._glance = Glance(membership)

    def read(self, frame: bytes) -> Item:
        """Read one frame."""
        try:
            header, body = _parts(frame)
        except WRONG as wrong:
            return Item(told=(fault(wrong),))
        except _UNDECODABLE as wrong:
            return Item(told=(_undecodable(wrong),))
        if header.op == -1:
            return Item(error=_name(body, "error"))
        if header.op == 1 and header.t == "#info":
            return Item(info=_name(body, "name"))
        return self._message(header, body)

    def _message(self, header: _Header, body: Any) -> Item:
        try:
            about = msgspec.convert(body, _Body)
            return Item(about.seq, about.time, self._told(header, body, about))
        except WRONG as wrong:
            return Item(told=(fault(wrong),))

    def _told(self, header: _Header, body: Any, about: _Body) -> Iterator[Told | Passed]:
        try:
            match header.t if header.op == 1 else "":
                case "#commit":
                    yield from self._commit(msgspec.convert(body, _Commit), about.time)
                case "#identity":
                    yield of_name(about.did, msgspec.convert(body, Identity), about.time)
                case "#account":
                    yield of_account(about.did, msgspec.convert(body, Account), about.time)
                case "#sync":
                    yield None
                case _:
                    yield Fault(Cause.UNKNOWN, detail=f"a frame of type {header.t[:40]}")
        except WRONG as wrong:
            yield fault(wrong)
        except _UNDECODABLE as wrong:
            yield _undecodable(wrong)

    def _commit(self, commit: _Commit, at: datetime) -> Iterator[Told | Passed]:
        if commit.too_big:
            yield Fault(Cause.OVERSIZED, detail="a commit too large to be sent with its records")
        ours = [op for op in commit.ops if op.path.partition("/")[0] in COLLECTIONS]
        made = any(op.action != "delete" for op in ours)
        blocks = libipld.decode_car(commit.blocks)[1] if made and commit.blocks else {}
        for op in ours:
            yield self._operation(commit.repo, op, blocks, at)

    def _operation(self, repo: str, op: _Op, blocks: Mapping[bytes, Any], at: datetime) -> Told | Passed:
        collection, _, rkey = op.path.partition("/")
        record = blocks.get(op.cid) if isinstance(op.cid, bytes) else None
        try:
            seen = None if record is None else msgspec.convert(record, Glimpsed)
            if not self._glance.concerns(repo, Glimpse(op.action, collection, rkey, seen)):
                return Passed.ACT if op.action == "create" else None
            msgspec.convert({"rkey": rkey}, _Key)
            written = b"" if record is None else msgspec.json.encode(record)
            if len(written) > MAX_RECORD:
                return Fault(Cause.OVERSIZED, detail=f"{len(written)} bytes in a record")
            return of_record(repo, Commit(op.action, collection, rkey, msgspec.Raw(written)), at)
        except WRONG as wrong:
            return fault(wrong)
        except _UNDECODABLE as wrong:
            return _undecodable(wrong)


def _parts(frame: bytes) -> tuple[_Header, Any]:
    parts = libipld.decode_dag_cbor_multi(frame)
    if len(parts) != 2:  # noqa: PLR2004 - a header and a body
        raise msgspec.ValidationError(f"a frame of {len(parts)} parts")
    return msgspec.convert(parts[0], _Header), parts[1]


def _name(body: Any, key: str) -> str:
    name = body.get(key) if isinstance(body, dict) else None
    return name if isinstance(name, str) and name else "Unnamed"


def _undecodable(wrong: Exception) -> Fault:
    return Fault(Cause.NOT_JSON, detail=f"not DAG-CBOR: {wrong}"[:LONGEST_DETAIL])
