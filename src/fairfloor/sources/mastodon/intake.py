"""What one server tells, as notices: statuses, edits, deletions and boosts, each once. Pure.

Names are those that all servers share: a post is its ActivityPub `uri`, an account is `user@domain`. So a post seen
through two servers is one act, and is told once: what the chat knows is not told again. A boost has a uri too, but no
list of boosters tells it; it is named after its subject and its account, since an account boosts a post once.

`seen` is when a server came to know of a status, as its `created_at` says, but never before what was told last nor
ahead of our clock: a server that was out of reach for an hour tells an hour's posts in the order they came, and an
author's server that backdates gains nothing.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

import msgspec

from fairfloor.acts.act import Act, Post
from fairfloor.acts.fault import Cause, Fault
from fairfloor.acts.notice import Deletion, Edit, Notice
from fairfloor.session.ports import Batch
from fairfloor.sources.mastodon.recent import Known, Recent
from fairfloor.sources.mastodon.status import NETWORK, Account, Status, act_of
from fairfloor.sources.membership import Membership
from fairfloor.sources.reading.made import repost
from fairfloor.sources.reading.moments import moment
from fairfloor.sources.reading.refusal import Refused
from fairfloor.sources.wrong import WRONG, fault

_STATUS = msgspec.json.Decoder(Status)
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LONGEST_URI = 700
"""Characters of a uri; with an account's name behind it, it must still be the name of an act."""


class Intake:
    """Gathers what a server tells about one chat."""

    def __init__(self, membership: Membership, place: str, began: datetime) -> None:
        """Take what belongs to the chat, the server's host, and the time before which nothing counts as seen."""
        self.domain: str | None = None
        """The domain of the server's own accounts, once it is known."""
        self.recent = Recent()
        self._membership = membership
        self._place = place
        self._seen = began
        self._notices: list[Notice] = []
        self._faults: list[Fault] = []
        self._skipped = 0

    def statuses(self, records: Iterable[msgspec.Raw], now: datetime, *, known_only: bool = False) -> list[Status]:
        """Take statuses in order, each by itself; gives those that could be read.

        known_only: remember those that the chat knows, and tell none that is new.
        """
        read: list[Status] = []
        for record in records:
            try:
                status = _STATUS.decode(record)
                read.append(status)
                self._take(status, now, known_only=known_only)
            except Refused as refused:
                self._wrong(refused.fault)
            except WRONG as wrong:
                self._wrong(fault(wrong))
        return read

    def gone(self, id_: str, now: datetime) -> None:
        """Take that a status was deleted; one that is not remembered is somebody else's."""
        known = self.recent.forget(id_)
        if known is not None:
            self._tell(Deletion(id=known.uri, at=now))

    def boosted(self, known: Known, accounts: Iterable[Account], now: datetime) -> bool:
        """Take who boosted a status; tells whether the chat knew all of them."""
        fresh = False
        for account in accounts:
            name = account.stable(self.domain)
            id_ = f"{known.uri}#boosted-by-{name}"
            if not self._membership.knows(id_):
                fresh = True
                self._make(id_, known.uri, name, now)
        return not fresh

    def batch(self, *, cursor: str | None = None, upto: datetime | None = None) -> Batch:
        """Give all that has been gathered."""
        told = Batch(
            notices=tuple(self._notices),
            faults=tuple(self._faults),
            skipped=self._skipped,
            cursor=cursor,
            upto=upto,
        )
        self._notices, self._faults, self._skipped = [], [], 0
        return told

    @property
    def empty(self) -> bool:
        """Whether nothing has been gathered."""
        return not (self._notices or self._faults or self._skipped)

    @property
    def seen(self) -> datetime:
        """When the last of what was told was seen."""
        return self._seen

    def _take(self, status: Status, now: datetime, *, known_only: bool) -> None:
        uri = _uri(status)
        seen = min(max(moment(status.created_at), self._seen), now)
        act = act_of(status, self.recent.naming, self.domain, seen)
        if act is None:
            return
        known = self.recent.get(status.id)
        if known is None:
            known = self._first(status, uri, act, known_only=known_only)
        elif known.edited_at != status.edited_at:
            known.edited_at = status.edited_at
            self._edited(act, now)
        if known is not None:
            known.boosts, known.replies = status.reblogs_count, status.replies_count

    def _first(self, status: Status, uri: str, act: Act, *, known_only: bool) -> Known | None:
        """Take a status that is not remembered; gives it where it belongs to the chat."""
        if self._membership.knows(act.id):
            if status.edited_at and act.seen:
                self._edited(act, act.seen)
        elif known_only or not self._tell(act):
            self._skipped += not known_only
            return None
        elif act.seen:
            self._seen = act.seen
        return self.recent.add(status, uri)

    def _edited(self, act: Act, now: datetime) -> None:
        if isinstance(act, Post):
            self._tell(Edit(post=msgspec.structs.replace(act, seen=now)))

    def _make(self, id_: str, subject: str, account: str, now: datetime) -> None:
        who = {"account": account, "handle": account, "network": NETWORK, "at": now, "seen": now}
        try:
            self._tell(repost(id=id_, subject=subject, **who))
        except msgspec.ValidationError as wrong:
            self._wrong(fault(wrong))

    def _tell(self, notice: Notice) -> bool:
        belongs = self._membership.takes(notice)
        if belongs:
            self._notices.append(notice)
        return belongs

    def _wrong(self, found: Fault) -> None:
        self._faults.append(Fault(found.cause, detail=f"{self._place}: {found.detail}"))


def _uri(status: Status) -> str:
    """Give the name that all servers know a status by. Raises Refused."""
    uri = status.uri or ""
    try:
        fit = urlsplit(uri).scheme in {"http", "https"} and uri.isprintable() and len(uri) <= _LONGEST_URI
    except ValueError:
        fit = False
    if not fit or not _ID.fullmatch(status.id):
        raise Refused(Cause.BAD_FIELD, f"a status without a name of its own: {status.id[:40]!r}, {uri[:80]!r}")
    return uri
