"""What the pages need kept of people, as a Protocol: who the host's people are, who is signed in, what was used up.

Secrets come here as digests, but for the one that a second factor is counted from: that cannot be checked otherwise.
"""

import re
import unicodedata
from datetime import datetime, timedelta
from typing import Literal, Protocol

import msgspec

StaffRole = Literal["host", "co-host", "moderator"]

STAFF_IDLE, STAFF_AT_MOST = timedelta(hours=12), timedelta(days=7)
"""How long one of the host's people may be away, and how long they stay signed in at most: an evening, a week."""
IDLE, AT_MOST = timedelta(days=14), timedelta(days=60)
"""The same of participants, who can do less, and prove their account anew with more trouble."""

_SHORTEST, _LONGEST = 2, 40
_LIKE_AN_ACCOUNT = re.compile(r"[@:/#<>]|^\d+$")


def name_key(name: str) -> str:
    """Give what two spellings of one name have in common."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def unfit(name: str) -> str | None:
    """Say in a sentence why nobody can go by a public name; None where one can.

    It stands in the log beside accounts' ids, so it must not be taken for one: those have a colon or an @, or are
    all digits.
    """
    if not _SHORTEST <= len(name) <= _LONGEST:
        return f"A name has {_SHORTEST} to {_LONGEST} characters."
    if not name.isprintable() or name != " ".join(name.split()):
        return "A name has letters, digits and single spaces; something in this one cannot be seen."
    if _LIKE_AN_ACCOUNT.search(unicodedata.normalize("NFKC", name)):
        return "A name must not look like an account or an address: leave out @ : / # < >, and have a letter in it."
    return None


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One of the host's people."""

    number: int
    name: str
    """The public name: it stands in the log with each move. Never that of a network's account."""
    role: StaffRole
    added: datetime
    two_factor: bool = False


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A network's account that somebody has shown to be theirs."""

    id: str
    """As acts have it: a DID, or user@server."""
    handle: str
    network: str


class Credentials(msgspec.Struct, frozen=True, kw_only=True):
    """What a member signs in with. Never logged, never shown."""

    member: Member
    password: str
    """Argon2's own form: parameters, salt and hash."""
    secret: bytes | None = None
    """What codes of the second factor are counted from; None where there is none."""


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A browser that is signed in."""

    who: Member | Account
    begun: datetime


class Invitation(msgspec.Struct, frozen=True, kw_only=True):
    """A place that waits for somebody."""

    number: int
    role: StaffRole
    until: datetime


class Client(msgspec.Struct, frozen=True, kw_only=True):
    """What a Mastodon server knows this site by. Never logged, never shown."""

    id: str
    secret: str


class People(Protocol):
    """Keeps people. Every method may block for milliseconds, from any thread, and is durable when it returns."""

    def key(self) -> bytes:
        """Give this site's own key, made when it was first asked for: 32 bytes."""

    # Sessions, named by the digest of the cookie

    def session(self, digest: bytes, now: datetime) -> Session | None:
        """Give who is signed in, and take note that they were here; None where nobody is, or not any more."""

    def begin(self, digest: bytes, who: Member | Account, now: datetime) -> None:
        """Sign somebody in."""

    def end(self, digest: bytes) -> None:
        """Sign a browser out."""

    def end_all(self, who: Member | Account) -> None:
        """Sign somebody out everywhere."""

    # The host's people

    def members(self) -> list[Member]:
        """Give all of them, hosts first, then by name."""

    def credentials(self, name: str) -> Credentials | None:
        """Give what a member signs in with, by the public name in any case; None where there is none."""

    def add(self, name: str, role: StaffRole, password: str, now: datetime) -> Member | None:
        """Add a member; None where the name is taken."""

    def set_password(self, member: Member, password: str) -> None:
        """Set the hash of a password."""

    def remove(self, member: Member) -> None:
        """Remove a member, who is signed out everywhere by that."""

    # The second factor

    def set_two_factor(self, member: Member, secret: bytes | None, recovery_codes: list[bytes]) -> None:
        """Set the secret that codes are counted from (None: no second factor), and digests of recovery codes."""

    def use_step(self, member: Member, step: int) -> bool:
        """Use up a code, named by its step of time, and all before it; tell whether it was still there to be used."""

    def use_recovery(self, member: Member, digest: bytes) -> bool:
        """Use up a recovery code; tell whether it was there."""

    # Invitations, named by the digest of their code

    def invite(self, digest: bytes, role: StaffRole, until: datetime) -> None:
        """Keep a place for whoever has the code."""

    def invitations(self, now: datetime) -> list[Invitation]:
        """Give those that wait."""

    def invited(self, digest: bytes, now: datetime) -> Invitation | None:
        """Give the invitation with this code; None where there is none, or not any more."""

    def accept(self, digest: bytes, name: str, password: str, now: datetime) -> Member | None:
        """Make the invited a member and use the invitation up; None where it is gone, or the name is taken."""

    def uninvite(self, number: int) -> None:
        """Take an invitation back."""

    # Where participants sign in

    def client(self, server: str) -> Client | None:
        """Give what a server knows this site by."""

    def keep_client(self, server: str, client: Client) -> None:
        """Keep what a server knows this site by."""

    def forget_client(self, server: str) -> None:
        """Forget what a server knew this site by."""
