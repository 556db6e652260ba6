"""ActivityPub: the `outbox.json` of a Mastodon account's archive. `Create` becomes a post, `Announce` a repost."""

from collections.abc import Iterable
from typing import Any

import msgspec

from fairfloor.acts.act import Act
from fairfloor.acts.hashtags import distinct, hashtags
from fairfloor.sources.files.mastodon import NETWORK, address
from fairfloor.sources.reading.made import names, post, repost
from fairfloor.sources.reading.markup import plain_text
from fairfloor.sources.reading.moments import moment
from fairfloor.sources.reading.refusal import Told, each

_PUBLIC = {"https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"}


class _Tag(msgspec.Struct, frozen=True):
    type: str = ""
    name: str = ""
    href: str | None = None


class _Note(msgspec.Struct, frozen=True):
    id: str
    content: str = ""
    summary: str | None = None
    inReplyTo: str | None = None  # noqa: N815 - the vocabulary's name
    quote: str | None = None
    contentMap: dict[str, Any] | None = None  # noqa: N815 - the vocabulary's name
    tag: tuple[_Tag, ...] = ()


class _Activity(msgspec.Struct, frozen=True):
    id: str
    type: str
    actor: str
    published: str
    object: msgspec.Raw
    to: str | tuple[str, ...] = ()
    cc: str | tuple[str, ...] = ()


class _Outbox(msgspec.Struct, frozen=True):
    orderedItems: tuple[msgspec.Raw, ...] | None = None  # noqa: N815 - the vocabulary's name


_OUTBOX = msgspec.json.Decoder(_Outbox)
_ACTIVITY = msgspec.json.Decoder(_Activity)
_NOTE = msgspec.json.Decoder(_Note)
_ADDRESS = msgspec.json.Decoder(str)


def read(record: bytes) -> Iterable[Told]:
    """Read an outbox, or one activity."""
    items = _OUTBOX.decode(record).orderedItems
    return (_act(record),) if items is None else each(_act, items)


def _act(record: bytes) -> Act | None:
    activity = _ACTIVITY.decode(record)
    if activity.type not in {"Create", "Announce"} or not _PUBLIC & {*_all(activity.to), *_all(activity.cc)}:
        return None
    account = account_of(activity.actor)
    who = {"at": moment(activity.published), "account": account, "handle": account, "network": NETWORK}
    if activity.type == "Announce":
        return repost(**who, id=activity.id, subject=_ADDRESS.decode(activity.object))
    note = _NOTE.decode(activity.object)
    said = plain_text(note.content)
    tags = [tag.name.lstrip("#") for tag in note.tag if tag.type == "Hashtag"]
    return post(
        **who,
        id=note.id,
        text="\n\n".join(filter(None, [note.summary, said.text])),
        reply_to=note.inReplyTo,
        quote_of=note.quote,
        tags=distinct(tags) if note.tag else hashtags(said.text, NETWORK),
        links=names(said.links),
        mentions=names(account_of(tag.href) for tag in note.tag if tag.type == "Mention" and tag.href),
        lang=names(note.contentMap or ()),
    )


def account_of(actor: str) -> str:
    """Give `user@domain` for an actor's address, such as `https://domain/users/user`."""
    return address(actor.rstrip("/").rpartition("/")[2].removeprefix("@"), actor)


def _all(addressed: str | tuple[str, ...]) -> tuple[str, ...]:
    return (addressed,) if isinstance(addressed, str) else addressed
