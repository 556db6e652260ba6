"""Reads one line of Jetstream v1: the JSON of one event in, what it tells us out. Pure and total: it never raises.

A firehose passes through here, so a line is first decoded as far as it takes to know that it cannot concern the chat
(`glance`), and only the others are read.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import msgspec

from fairfloor.acts.fault import Cause, Fault
from fairfloor.sources.bluesky.glance import Glance, Glimpse
from fairfloor.sources.bluesky.news import COLLECTIONS, MAX_RECORD, Told, moment, of_account, of_name, of_record
from fairfloor.sources.bluesky.records import Account, Commit, Did, Identity, Micros
from fairfloor.sources.membership import Membership
from fairfloor.sources.wrong import WRONG, fault


class Event(msgspec.Struct, frozen=True, gc=False):
    """One line of Jetstream v1."""

    did: Did
    time_us: Micros
    """When Jetstream saw it, in microseconds since 1970; also the cursor."""
    kind: str
    commit: Commit | None = None
    identity: Identity | None = None
    account: Account | None = None


class _Glimpsed(msgspec.Struct, frozen=True, gc=False):
    did: str
    time_us: Micros
    kind: str
    commit: Glimpse | None = None


_OF_ACCOUNTS = ("identity", "account")
_EVENT = msgspec.json.Decoder(Event)
_GLIMPSED = msgspec.json.Decoder(_Glimpsed)


class Read(NamedTuple):
    """A line read."""

    time_us: int | None
    """When Jetstream saw the event, in microseconds since 1970; None where the line does not say."""
    told: Told


class Sifted(NamedTuple):
    """What sifting some lines told of those that were not taken; times in microseconds since 1970."""

    passed: int
    """How many were acts of others."""
    early: int
    """How many were from the future."""
    first: int | None
    """The time of the first line that has one; None where none has."""
    last: int
    """The latest time; 0 where no line has one."""


class Sieve:
    """Finds the lines that may concern a chat."""

    def __init__(self, membership: Membership) -> None:
        """Take what belongs to the chat; it is looked at, not changed."""
        self._glance = Glance(membership)

    def sift(self, lines: Iterable[bytes], limit: int, take: Callable[[bytes], object]) -> Sifted:
        """Have each line taken that may concern the chat, before the next is looked at: it may be an answer to it.

        Lines that do not decode are taken too, to be counted; those dated after `limit` are not.
        The whole firehose comes by here, so it is one loop, and calls little.
        """
        decode, concerns, accounts = _GLIMPSED.decode, self._glance.concerns, self._glance.accounts
        passed, early, first, last = 0, 0, 0, 0
        for line in lines:
            try:
                event = decode(line)
            except WRONG:
                take(line)
                continue
            if (time_us := event.time_us) > limit:
                early += 1
                continue
            first = first or time_us
            if time_us > last:  # noqa: PLR1730 - max() would cost a tenth of the loop
                last = time_us
            commit = event.commit
            if commit is not None and event.kind == "commit" and len(line) <= MAX_RECORD:
                if concerns(event.did, commit):
                    take(line)
                else:
                    passed += commit.operation == "create" and commit.collection in COLLECTIONS
            elif event.did in accounts or event.kind not in _OF_ACCOUNTS:
                take(line)
        return Sifted(passed, early, first or None, last)


def read_line(line: bytes) -> Told:
    """Read one line of Jetstream v1 and give what it tells."""
    return read(line).told


def read(line: bytes) -> Read:
    """Read one line of Jetstream v1, its time included."""
    if len(line) > MAX_RECORD:
        return Read(None, Fault(Cause.OVERSIZED, detail=f"{len(line)} bytes in a line"))
    try:
        event = _EVENT.decode(line)
    except WRONG as wrong:
        return Read(None, fault(wrong))
    try:
        return Read(event.time_us, _told(event))
    except WRONG as wrong:
        return Read(event.time_us, fault(wrong))


def _told(event: Event) -> Told:
    at = moment(event.time_us)
    match event.kind:
        case "commit" if event.commit is not None:
            return of_record(event.did, event.commit, at)
        case "identity" if event.identity is not None:
            return of_name(event.did, event.identity, at)
        case "account" if event.account is not None:
            return of_account(event.did, event.account, at)
        case "commit" | "identity" | "account":
            return Fault(Cause.MISSING_FIELD, detail=f"an event of kind {event.kind} without its {event.kind}")
        case _:
            return Fault(Cause.UNKNOWN, detail=f"an event of kind {event.kind[:40]}")
