"""What an event tells: a record made, changed or deleted; a handle changed; an account gone. Pure and total.

The streams wrap the same records in different envelopes; here they are out of them, as JSON. What we do with what is
not as it should be:

- A `createdAt` that is missing or nonsense costs nothing: the act is dated when it was seen, as Bluesky's own app
  view dates it. The author sets `createdAt`, so decisions follow `seen` in any case.
- A record that breaks its lexicon where we read it (no text, a subject that points nowhere) is refused and
  counted. Bluesky shows such a record to nobody.
- Names that are empty or too long for an act (a link of more than 1,024 characters) are left out, the post stays;
  its text has the words.
- An account that is not `active` has departed: the protocol wants the flag to rule what is shown. Deactivation may be
  taken back; the protocol then tells `active`, which we know and pass over, so the words stay away and what is said
  anew is taken. To keep them against that day would be to keep what somebody asked us to drop. But a host that
  is out of step or being slowed down (`desynchronized`, `throttled`) says nothing about what its people want.

Invariant: every string in what is given fits the limits of `acts.act`, so it can be stored and read back.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import msgspec

from fairfloor.acts.act import Like, Post, Repost
from fairfloor.acts.fault import Cause, Fault
from fairfloor.acts.hashtags import distinct
from fairfloor.acts.notice import Deletion, Departure, Edit, Notice, Rename
from fairfloor.sources.bluesky.records import Account, Commit, Embed, Identity, PostRecord, Quoted, Ref, SubjectRecord

NETWORK = "bluesky"
POST = "app.bsky.feed.post"
REPOST = "app.bsky.feed.repost"
LIKE = "app.bsky.feed.like"
COLLECTIONS = (POST, REPOST, LIKE)

MAX_RECORD = 1 << 20
"""Bytes of a record or of the line it comes in; the protocol allows about as much, and a post needs a hundredth."""
_MOST_NAMES = 256
_LONGEST_NAME = 1024
_HOSTS_TROUBLE = frozenset({"desynchronized", "throttled"})
NO_HANDLE = "handle.invalid"
"""What is said instead of a handle that does not hold."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_POST = msgspec.json.Decoder(PostRecord)
_SUBJECT = msgspec.json.Decoder(SubjectRecord)
_EMBED = msgspec.json.Decoder(Embed)
_QUOTED = msgspec.json.Decoder(Quoted)
_REF = msgspec.json.Decoder(Ref)

Told = Notice | Fault | None
"""What an event tells; None where it is known and does not matter here."""


def moment(micros: int) -> datetime:
    """Give the time of a number of microseconds since 1970, which must lie before the year 10000."""
    return _EPOCH + timedelta(microseconds=micros)


def micros(moment: datetime) -> int:
    """Give a time as the streams count it, in microseconds since 1970."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def of_name(account: str, identity: Identity, at: datetime) -> Told:
    """Tell a new handle, where the event says which and it holds."""
    handle = identity.handle
    return Rename(account=account, handle=handle, at=at) if handle and handle != NO_HANDLE else None


def of_account(account: str, state: Account, at: datetime) -> Told:
    """Tell that an account is gone."""
    return None if state.active or state.status in _HOSTS_TROUBLE else Departure(account=account, at=at)


def of_record(account: str, commit: Commit, at: datetime) -> Told:
    """Tell what was done to a record. Raises one of `wrong.WRONG` where the record is not what it should be."""
    if commit.collection not in COLLECTIONS:
        return None
    if commit.operation == "delete":
        return Deletion(id=_id(account, commit), at=at)
    if commit.operation in {"create", "update"}:
        return _made(account, commit, at)
    return Fault(Cause.UNKNOWN, detail=f"{commit.operation[:40]} of {commit.collection}")


def _made(account: str, commit: Commit, seen: datetime) -> Told:
    if not commit.record:
        return Fault(Cause.MISSING_FIELD, detail=f"a {commit.operation} without its record")
    act = (_post if commit.collection == POST else _passed_or_liked)(account, commit, seen)
    if commit.operation == "create":
        return act
    return Edit(post=act) if isinstance(act, Post) else Fault(Cause.UNKNOWN, detail=f"update of {commit.collection}")


def _passed_or_liked(account: str, commit: Commit, seen: datetime) -> Repost | Like:
    record = _SUBJECT.decode(commit.record)
    return (Repost if commit.collection == REPOST else Like)(
        id=_id(account, commit),
        at=_when(record.created_at, seen),
        account=account,
        network=NETWORK,
        seen=seen,
        subject=record.subject.uri,
        subject_account=_account(record.subject.uri),
    )


def _post(account: str, commit: Commit, seen: datetime) -> Post:
    record = _POST.decode(commit.record)
    features = [feature for facet in record.facets or () for feature in facet.features]
    quote_of, cards = _embedded(record.embed) if record.embed else (None, ())
    return Post(
        id=_id(account, commit),
        at=_when(record.created_at, seen),
        account=account,
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


def _id(account: str, commit: Commit) -> str:
    return f"at://{account}/{commit.collection}/{commit.rkey}"


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
