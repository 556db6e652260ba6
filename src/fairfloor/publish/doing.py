"""Publishing and un-publishing a chat's feed and the labeler, for `fairfloor publish`: found, planned, shown or done.

Each function looks at what is there, writes what is missing, and says what it does in sentences; called again, it finds
that there is nothing to do. With `dry_run` it says exactly what would be written, and writes nothing.

Two kinds of password. An app password does for records. What the labeler's DID says can only be changed with the
account's own password and a code that its server mails to the account, so that nobody who steals an app password can
take an identity over; so that is a step of its own (`name_labeler`), and goes through the account's server.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from fairfloor.publish.atproto.client import Account, Client, Refused, Unreachable, written
from fairfloor.publish.atproto.did import endpoint
from fairfloor.publish.atproto.labels import written as date_of
from fairfloor.publish.atproto.names import at_uri
from fairfloor.publish.atproto.plans import Delete, Entries, Put, delete, put, with_labeler, without_labeler
from fairfloor.publish.profile import FEED, LABELER, SELF, feed_key, feed_record, labeler_record

T = TypeVar("T")

Say = Callable[[str], object]
"""Tells a sentence, or what would be written, to whoever started us."""


class Unpublished(Exception):  # noqa: N818 - it is said to a person
    """Something could not be published, or taken back; the message says why, and what to do."""


class Desk:
    """Where one account's things are published. Each method raises Unpublished."""

    def __init__(self, client: Client, say: Say, *, dry_run: bool = False) -> None:
        """Take a client and whom to tell."""
        self._client = client
        self._say = say
        self._dry_run = dry_run

    def login(self, identifier: str, password: str, code: str | None = None) -> Account:
        """Log in to the account that publishes; a dry run too, to see what is there.

        code: the one mailed to accounts that ask for it at each login.
        """
        return _told(lambda: self._client.login(identifier.removeprefix("@"), password, code))

    def publish_feed(self, tag: str, hostname: str, now: datetime) -> str:
        """Write the record of a chat's feed, served at a hostname; gives its at-URI."""
        try:
            wanted = feed_record(tag, hostname)
        except ValueError as error:
            raise Unpublished(str(error)) from error
        return self._put(FEED, feed_key(tag), wanted, now)

    def unpublish_feed(self, tag: str) -> None:
        """Delete the record of a chat's feed."""
        self._delete(FEED, feed_key(tag))

    def publish_labeler(self, now: datetime) -> str:
        """Write the labeler's record, with what its labels mean; gives its at-URI."""
        return self._put(LABELER, SELF, labeler_record(), now)

    def unpublish_labeler(self) -> None:
        """Delete the labeler's record: the account is a common one again."""
        self._delete(LABELER, SELF)

    def name_labeler(self, key: str, hostname: str, code: str | None) -> bool:
        """Have the account's DID name the labeler's key (a did:key) and address; tells whether it does now.

        Without the mailed code that the account's server wants for that, it is asked to mail one.
        """
        address = _endpoint(hostname)
        return self._identity(lambda entries: with_labeler(entries, key, address), code)

    def labeler_is_named(self, key: str, hostname: str) -> bool:
        """Tell whether the account's DID names this labeler already."""
        return with_labeler(self._entries(), key, _endpoint(hostname)) is None

    def forget_labeler(self, code: str | None) -> bool:
        """Have the account's DID name no labeler; as `name_labeler`."""
        return self._identity(without_labeler, code)

    def no_labeler_is_named(self) -> bool:
        """Tell whether the account's DID names no labeler."""
        return without_labeler(self._entries()) is None

    @property
    def _account(self) -> Account:
        if self._client.account is None:
            raise Unpublished("Log in first.")
        return self._client.account

    def _put(self, collection: str, rkey: str, wanted: Mapping[str, Any], now: datetime) -> str:
        did = self._account.did
        uri = at_uri(did, collection, rkey)
        found = _told(lambda: self._client.record(did, collection, rkey))
        self._write(uri, put(collection, rkey, wanted, found, date_of(now)), "There already, as it should be")
        return uri

    def _delete(self, collection: str, rkey: str) -> None:
        did = self._account.did
        found = _told(lambda: self._client.record(did, collection, rkey))
        self._write(at_uri(did, collection, rkey), delete(collection, rkey, found), "Not there, so nothing to delete")

    def _write(self, uri: str, change: Put | Delete | None, nothing: str) -> None:
        if change is None:
            self._say(f"{nothing}: {uri}")
        elif self._dry_run:
            self._preview(*written(self._account.did, change))
        else:
            _told(lambda: self._client.write(self._account.did, change))
            self._say(f"{'Written' if isinstance(change, Put) else 'Deleted'}: {uri}")

    def _identity(self, plan: Callable[[Entries], Entries | None], code: str | None) -> bool:
        did, wanted = self._account.did, plan(self._entries())
        if wanted is None:
            self._say(f"The entries of {did} are there already, as they should be.")
            return True
        if self._dry_run:
            self._preview("com.atproto.identity.signPlcOperation", msgspec.to_builtins(wanted))
            return False
        if not code:
            _told(lambda: self._client.procedure("com.atproto.identity.requestPlcOperationSignature"))
            self._say(f"A code was mailed to the address of {self._account.handle}. Run this again with that code.")
            return False
        self._submit(wanted, code)
        self._say(f"The entries of {did} are changed. Bluesky's servers see it within some minutes.")
        return True

    def _entries(self) -> Entries:
        did = self._account.did
        if not did.startswith("did:plc:"):
            raise Unpublished(f"{did} is not kept by the PLC directory. Put the labeler into its did.json yourself.")
        return _told(lambda: self._client.entries(did))

    def _submit(self, wanted: Entries, code: str) -> None:
        """Have the account's server sign an operation, see that it is the one, and have it sent to the directory."""
        asked = {"token": code, **msgspec.to_builtins(wanted)}
        told = _told(lambda: self._client.procedure("com.atproto.identity.signPlcOperation", asked))
        operation = told.get("operation")
        if not isinstance(operation, dict) or not msgspec.to_builtins(wanted).items() <= operation.items():
            raise Unpublished("The account's server signed something else than was asked. Nothing was changed.")
        _told(lambda: self._client.procedure("com.atproto.identity.submitPlcOperation", {"operation": operation}))

    def _preview(self, name: str, body: Mapping[str, Any]) -> None:
        text = msgspec.json.format(msgspec.json.encode(body), indent=2).decode()
        self._say(f"Would send {name}:\n{text}")


def _endpoint(hostname: str) -> str:
    try:
        return endpoint(hostname)
    except ValueError as error:
        raise Unpublished(str(error)) from error


def _told(ask: Callable[[], T]) -> T:
    """Ask, and say in a sentence what is wrong where that fails."""
    try:
        return ask()
    except Refused as refused:
        raise Unpublished(_sentence(refused)) from refused
    except Unreachable as error:
        raise Unpublished(str(error)) from error


def _sentence(refused: Refused) -> str:
    name = "InsufficientScope" if "token scope" in refused.message else refused.error
    return _SENTENCES.get(name) or f"The server refuses ({refused})."


_SENTENCES = {
    "AuthenticationRequired": "The server does not know this account with this password. Check both.",
    "AuthFactorTokenRequired": "The server mailed a login code to the account's address. Run this again with it.",
    "AccountTakedown": "The server has taken this account down; it cannot publish.",
    "InsufficientScope": "An app password may not change an identity: this step needs the account's own password.",
    "InvalidSwap": "Somebody else changed this meanwhile. Run this again.",
    "ExpiredToken": "The mailed code is too old. Run this again without it to get a new one.",
    "InvalidToken": "The mailed code is not right, or was used before. Run this again without it to get a new one.",
    "RateLimitExceeded": "The server takes no more from here for now. Run this again in a quarter of an hour.",
}
