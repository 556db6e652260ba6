"""Mastodon's API: statuses as any client or archive tool keeps them. A boost becomes a repost of what it boosts.

An account's stable name is `user@domain`. A server leaves the domain out for its own accounts; then it is taken from
the account's address. What was not said in public (to followers, in a direct message) is passed over, even where the
owner's own token could read it.
"""

from collections.abc import Iterable
from urllib.parse import urlsplit

import msgspec

from fairfloor.acts.hashtags import Network, distinct
from fairfloor.sources.files.made import names, post, repost
from fairfloor.sources.files.markup import plain_text
from fairfloor.sources.files.moments import moment
from fairfloor.sources.files.refusal import Told

NETWORK: Network = "mastodon"
_PUBLIC = {"public", "unlisted"}


class _Account(msgspec.Struct, frozen=True):
    acct: str
    url: str | None = None
    uri: str | None = None

    @property
    def stable(self) -> str:
        return self.acct if "@" in self.acct else address(self.acct, self.url or self.uri or "")


class _Boosted(msgspec.Struct, frozen=True):
    id: str
    account: _Account | None = None


class _Quote(msgspec.Struct, frozen=True):
    quoted_status: _Boosted | None = None
    quoted_status_id: str | None = None


class _Tag(msgspec.Struct, frozen=True):
    name: str


class _Status(msgspec.Struct, frozen=True):
    id: str
    created_at: str
    account: _Account
    content: str
    visibility: str = "public"
    spoiler_text: str = ""
    reblog: _Boosted | None = None
    quote: _Quote | None = None
    in_reply_to_id: str | None = None
    language: str | None = None
    tags: tuple[_Tag, ...] = ()
    mentions: tuple[_Account, ...] = ()


_STATUS = msgspec.json.Decoder(_Status)


def read(record: bytes) -> Iterable[Told]:
    """Read one status."""
    status = _STATUS.decode(record)
    if status.visibility not in _PUBLIC:
        return (None,)
    who = {
        "id": status.id,
        "at": moment(status.created_at),
        "account": status.account.stable,
        "handle": status.account.stable,
        "network": NETWORK,
    }
    if (boosted := status.reblog) is not None:
        author = boosted.account.stable if boosted.account else None
        return (repost(**who, subject=boosted.id, subject_account=author),)
    said = plain_text(status.content)
    return (
        post(
            **who,
            text="\n\n".join(filter(None, [status.spoiler_text, said.text])),
            reply_to=status.in_reply_to_id,
            quote_of=_quoted(status.quote),
            tags=distinct(tag.name for tag in status.tags),
            links=names(said.links),
            mentions=names(mention.stable for mention in status.mentions),
            lang=names([status.language]),
        ),
    )


def address(user: str, url: str) -> str:
    """Give `user@domain` for an account and any address of it; the bare user where the address has no domain."""
    try:
        domain = urlsplit(url).hostname
    except ValueError:
        domain = None
    return f"{user}@{domain}" if domain else user


def _quoted(quote: _Quote | None) -> str | None:
    if quote is None:
        return None
    return quote.quoted_status.id if quote.quoted_status else quote.quoted_status_id
