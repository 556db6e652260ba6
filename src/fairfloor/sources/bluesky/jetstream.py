"""Reads one line of Jetstream v1: the JSON of one event in, what it tells us out. Pure and total: it never raises.

A firehose passes through here, so a line is decoded in two steps: the envelope, and the record only where its
collection matters. What we do with what is not as it should be:

- A `createdAt` that is missing or nonsense costs nothing: the act is dated when Jetstream saw it, as Bluesky's own app
  view dates it. The author sets `createdAt`, so decisions follow `seen` in any case.
- A record that breaks its lexicon where we read it (no text, a subject that points nowhere) is refused and
  counted. Bluesky shows such a record to nobody.
- Names that are empty or too long for an act (a link of more than 1,024 characters) are left out, the post stays;
  its text has the words.
- Any account that is not `active` has departed, whatever the status says: the protocol wants the flag to rule what
  is shown. Deactivation may be taken back; the protocol then tells `active`, which we know and pass over, so the
  words stay away. To keep them against that day would be to keep what somebody asked us to drop.

Lines of Jetstream v2 (`network.bsky.jetstream.subscribeEvents`) have another envelope around the same records; a
reader for them belongs beside this one and shares `records`.

Invariant: every string in what is given fits the limits of `acts.act`, so it can be stored and read back.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec

from fairfloor.acts.act import Like, Post, Repost
from fairfloor.acts.fault import Cause, Fault
from fairfloor.acts.hashtags import distinct
from fairfloor.acts.notice import Deletion, Departure, Edit, Notice, Rename
from fairfloor.sources.bluesky.records import Commit, Embed, Event, PostRecord, Quoted, Ref, SubjectRecord
from fairfloor.sources.wrong import WRONG, fault

NETWORK = "bluesky"
POST = "app.bsky.feed.post"
REPOST = "app.bsky.feed.repost"
LIKE = "app.bsky.feed.like"
COLLECTIONS = (POST, REPOST, LIKE)

MAX_LINE = 1 << 20
"""Bytes of a line; the protocol allows a record about as much, and a post needs a hundredth."""
_MOST_NAMES = 256
_LONGEST_NAME = 1024

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EVENT = msgspec.json.Decoder(Event)
_POST = msgspec.json.Decoder(PostRecord)
_SUBJECT = msgspec.json.Decoder(SubjectRecord)
_EMBED = msgspec.json.Decoder(Embed)
_QUOTED = msgspec.json.Decoder(Quoted)
_REF = msgspec.json.Decoder(Ref)


Told = Notice | Fault | None
"""What an event tells; None where it is known and does not matter here."""


class Read(NamedTuple):
    """A line read."""

    time_us: int | None
    """When Jetstream saw the event, in microseconds since 1970; None where the line does not say."""
    told: Told


def read_line(line: bytes) -> Told:
    """Read one line of Jetstream v1 and give what it tells."""
    return read(line).told


def read(line: bytes) -> Read:
    """Read one line of Jetstream v1, its time included."""
    if len(line) > MAX_LINE:
        return Read(None, Fault(Cause.OVERSIZED, detail=f"{len(line)} bytes in a line"))
    try:
        event = _EVENT.decode(line)
    except WRONG as wrong:
        return Read(None, fault(wrong))
    try:
        return Read(event.time_us, _told(event))
    except WRONG as wrong:
        return Read(event.time_us, fault(wrong))


def moment(micros: int) -> datetime:
    """Give the time of a `time_us`, which must lie before the year 10000."""
    return _EPOCH + timedelta(microseconds=micros)


def micros(moment: datetime) -> int:
    """Give a time as Jetstream counts it, in microseconds since 1970."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _told(event: Event) -> Told:
    match event.kind:
        case "commit" if event.commit is not None:
            return _commit(event, event.commit)
        case "identity" if event.identity is not None:
            handle = event.identity.handle
            return Rename(account=event.did, handle=handle, at=moment(event.time_us)) if handle else None
        case "account" if event.account is not None:
            return None if event.account.active else Departure(account=event.did, at=moment(event.time_us))
        case "commit" | "identity" | "account":
            return Fault(Cause.MISSING_FIELD, detail=f"an event of kind {event.kind} without its {event.kind}")
        case _:
            return Fault(Cause.UNKNOWN, detail=f"an event of kind {event.kind[:40]}")


def _commit(event: Event, commit: Commit) -> Told:
    if commit.collection not in COLLECTIONS:
        return None
    if commit.operation == "delete":
        return Deletion(id=_id(event, commit), at=moment(event.time_us))
    if commit.operation in {"create", "update"}:
        return _made(event, commit)
    return Fault(Cause.UNKNOWN, detail=f"{commit.operation[:40]} of {commit.collection}")


def _made(event: Event, commit: Commit) -> Told:
    if not commit.record:
        return Fault(Cause.MISSING_FIELD, detail=f"a {commit.operation} without its record")
    act = _post(event, commit) if commit.collection == POST else _passed_or_liked(event, commit)
    if commit.operation == "create":
        return act
    return Edit(post=act) if isinstance(act, Post) else Fault(Cause.UNKNOWN, detail=f"update of {commit.collection}")


def _passed_or_liked(event: Event, commit: Commit) -> Repost | Like:
    record = _SUBJECT.decode(commit.record)
    seen = moment(event.time_us)
    return (Repost if commit.collection == REPOST else Like)(
        id=_id(event, commit),
        at=_when(record.created_at, seen),
        account=event.did,
        network=NETWORK,
        seen=seen,
        subject=record.subject.uri,
        subject_account=_account(record.subject.uri),
    )


def _post(event: Event, commit: Commit) -> Post:
    record = _POST.decode(commit.record)
    seen = moment(event.time_us)
    features = [feature for facet in record.facets or () for feature in facet.features]
    quote_of, cards = _embedded(record.embed) if record.embed else (None, ())
    return Post(
        id=_id(event, commit),
        at=_when(record.created_at, seen),
        account=event.did,
        network=NETWORK,
        seen=seen,
        text=record.text,
        reply_to=record.reply.parent.uri if record.reply and record.reply.parent else None,
        root=record.reply.root.uri if record.reply and record.reply.root else None,
        quote_of=quote_of,
        tags=_tags([*(f.tag for f in features if f.type_ == "app.bsky.richtext.facet#tag"), *(record.tags or ())]),
        links=_names([*(f.uri for f in features if f.type_ == "app.bsky.richtext.facet#link"), *cards]),
        mentions=_names(f.did for f in features if f.type_ == "app.bsky.richtext.facet#mention"),
        lang=_names(record.langs or ()),
    )


def _embedded(embed: Embed) -> tuple[str | None, tuple[str, ...]]:
    """Give the post that an embed quotes and the links of its cards."""
    match embed.type_:
        case "app.bsky.embed.record":
            return _quote(_REF.decode(embed.record)), ()
        case "app.bsky.embed.recordWithMedia":
            media = _EMBED.decode(embed.media) if embed.media else Embed()
            return _quote(_QUOTED.decode(embed.record).record), _embedded(media)[1]
        case "app.bsky.embed.external":
            return None, (_REF.decode(embed.external).uri,)
        case _:
            return None, ()


def _quote(ref: Ref) -> str | None:
    """Give what is quoted where it is a post; lists and feeds are embedded in the same way."""
    return ref.uri if f"/{POST}/" in ref.uri else None


def _id(event: Event, commit: Commit) -> str:
    return f"at://{event.did}/{commit.collection}/{commit.rkey}"


def _account(uri: str) -> str | None:
    return uri[5:].partition("/")[0] if uri.startswith("at://did:") else None


def _tags(values: Iterable[object]) -> tuple[str, ...]:
    """Give each tag once, as first written, without the sign in front that some clients leave there."""
    return distinct(value.lstrip("#\uff03") for value in values if isinstance(value, str))


def _names(values: Iterable[object]) -> tuple[str, ...]:
    fit = (value for value in values if isinstance(value, str) and 0 < len(value) <= _LONGEST_NAME)
    return tuple(dict.fromkeys(fit))[:_MOST_NAMES]


def _when(claimed: object, seen: datetime) -> datetime:
    """Give the author's own time where it is one; otherwise when the act was seen."""
    if not isinstance(claimed, str):
        return seen
    try:
        at = datetime.fromisoformat(claimed)
        return at.astimezone(UTC) if at.tzinfo else seen
    except (ValueError, OverflowError):
        return seen
