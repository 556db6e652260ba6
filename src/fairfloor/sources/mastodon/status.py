"""Mastodon's statuses, from the live interface and from archives alike: the fields we read, and the act they make.

An account's stable name is `user@domain`. A server leaves the domain out for its own accounts; then it is the domain
that the server says it is, or that of the account's address. What was not said in public (to followers, in a direct
message) is passed over, even where the owner's own token could read it.

A status has two names: `id`, which only the server that was asked knows, and `uri`, which is the same on all servers.
Which of the two an act goes by is the caller's to say (`Naming`): an archive of one account has ids, several servers
followed at once meet at the uri.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec

from fairfloor.acts.act import Post, Repost
from fairfloor.acts.hashtags import Network, distinct
from fairfloor.sources.reading.made import names, post, repost
from fairfloor.sources.reading.markup import plain_text
from fairfloor.sources.reading.moments import moment

NETWORK: Network = "mastodon"
PUBLIC = frozenset({"public", "unlisted"})

Naming = Callable[[str, str | None], str | None]
"""Gives the name of a status by its id and its uri, where this is there; None where it has none that we know."""


class Account(msgspec.Struct, frozen=True):
    """An account, or a mention of one."""

    acct: str
    url: str | None = None
    uri: str | None = None

    def stable(self, domain: str | None = None) -> str:
        """Give `user@domain`; domain: of the server that was asked, where it said so."""
        if "@" in self.acct:
            return self.acct
        return f"{self.acct}@{domain}" if domain else address(self.acct, self.url or self.uri or "")


class Shown(msgspec.Struct, frozen=True):
    """A status shown inside another: boosted, or quoted."""

    id: str
    uri: str | None = None
    account: Account | None = None


class Quote(msgspec.Struct, frozen=True):
    """A quote: with the status quoted inside, with its id only, or with neither where it was taken back."""

    quoted_status: Shown | None = None
    quoted_status_id: str | None = None


class Tag(msgspec.Struct, frozen=True):
    """A hashtag that the server found."""

    name: str


class Status(msgspec.Struct, frozen=True):
    """A status."""

    id: str
    created_at: str
    account: Account
    content: str
    uri: str | None = None
    visibility: str = "public"
    spoiler_text: str = ""
    reblog: Shown | None = None
    quote: Quote | None = None
    in_reply_to_id: str | None = None
    language: str | None = None
    tags: tuple[Tag, ...] = ()
    mentions: tuple[Account, ...] = ()
    edited_at: str | None = None
    reblogs_count: int = 0
    replies_count: int = 0


def by_id(id_: str, _: str | None) -> str | None:
    """Name statuses by the ids of the server that an archive is from."""
    return id_


def act_of(
    status: Status, naming: Naming = by_id, domain: str | None = None, seen: datetime | None = None
) -> Post | Repost | None:
    """Give what a status is; None where it was not public, or has no name.

    Raises `Refused` and msgspec.ValidationError where it does not fit an act.
    """
    name = naming(status.id, status.uri)
    if status.visibility not in PUBLIC or name is None:
        return None
    account = status.account.stable(domain)
    who: dict[str, Any] = {"id": name, "at": moment(status.created_at), "account": account, "handle": account}
    who |= {"network": NETWORK, "seen": seen}
    if (boosted := status.reblog) is not None:
        return _repost(who, boosted, naming, domain)
    said = plain_text(status.content)
    return post(
        **who,
        text="\n\n".join(filter(None, [status.spoiler_text, said.text])),
        reply_to=naming(status.in_reply_to_id, None) if status.in_reply_to_id else None,
        quote_of=_quoted(status.quote, naming),
        tags=distinct(tag.name for tag in status.tags),
        links=names(said.links),
        mentions=names(mention.stable(domain) for mention in status.mentions),
        lang=names([status.language]),
    )


def address(user: str, url: str) -> str:
    """Give `user@domain` for an account and any address of it; the bare user where the address has no domain."""
    try:
        domain = urlsplit(url).hostname
    except ValueError:
        domain = None
    return f"{user}@{domain}" if domain else user


def _repost(who: dict[str, Any], boosted: Shown, naming: Naming, domain: str | None) -> Repost | None:
    subject = naming(boosted.id, boosted.uri)
    author = boosted.account.stable(domain) if boosted.account else None
    return repost(**who, subject=subject, subject_account=author) if subject else None


def _quoted(quote: Quote | None, naming: Naming) -> str | None:
    if quote is None:
        return None
    if quote.quoted_status:
        return naming(quote.quoted_status.id, quote.quoted_status.uri)
    return naming(quote.quoted_status_id, None) if quote.quoted_status_id else None
