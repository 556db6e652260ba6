"""What has to be written so that an account's records and DID entries are as they should be; nothing where they are.

Pure: what is wanted and what was found go in, what to do comes out. So a preview shows exactly what is done without
it, and a second run, after one that broke off or one that did it all, does what is left.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

LABEL_KEY = "atproto_label"
LABELER = "atproto_labeler"
_LABELER_TYPE = "AtprotoLabeler"
_DATE = "createdAt"


class Found(msgspec.Struct, frozen=True):
    """A record as it is now."""

    cid: str
    value: Mapping[str, Any]


class Put(msgspec.Struct, frozen=True, kw_only=True):
    """A record to write."""

    collection: str
    rkey: str
    record: Mapping[str, Any]
    swap: str | None
    """The CID of the version that it replaces; None where there must be none."""


class Delete(msgspec.Struct, frozen=True, kw_only=True):
    """A record to delete, in the version that was found."""

    collection: str
    rkey: str
    swap: str


class Service(msgspec.Struct, frozen=True):
    """An entry among the services of a DID."""

    type: str
    endpoint: str


class Entries(msgspec.Struct, frozen=True, rename="camel"):
    """What a did:plc says of keys and services, as far as it changes here; the rest stays as it is."""

    verification_methods: dict[str, str]
    """did:keys by name."""
    services: dict[str, Service]


def put(collection: str, rkey: str, wanted: Mapping[str, Any], found: Found | None, date: str) -> Put | None:
    """Plan a record; it keeps the date it has, and whatever was added to it elsewhere, such as an avatar."""
    if found is None:
        return Put(collection=collection, rkey=rkey, record={**wanted, _DATE: date}, swap=None)
    record = {**found.value, **wanted}
    return None if record == found.value else Put(collection=collection, rkey=rkey, record=record, swap=found.cid)


def delete(collection: str, rkey: str, found: Found | None) -> Delete | None:
    """Plan that a record is gone."""
    return None if found is None else Delete(collection=collection, rkey=rkey, swap=found.cid)


def with_labeler(entries: Entries, key: str, endpoint: str) -> Entries | None:
    """Plan that a DID names a labeler: its key (a did:key) and its address. None where it does."""
    return _unless_same(
        entries,
        Entries(
            entries.verification_methods | {LABEL_KEY: key},
            entries.services | {LABELER: Service(_LABELER_TYPE, endpoint)},
        ),
    )


def without_labeler(entries: Entries) -> Entries | None:
    """Plan that a DID names no labeler. None where it does not."""
    return _unless_same(
        entries,
        Entries(
            {name: key for name, key in entries.verification_methods.items() if name != LABEL_KEY},
            {name: service for name, service in entries.services.items() if name != LABELER},
        ),
    )


def _unless_same(before: Entries, after: Entries) -> Entries | None:
    return None if after == before else after
