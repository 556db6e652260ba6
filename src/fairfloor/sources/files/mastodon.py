"""Mastodon's API: statuses as any client or archive tool keeps them. A boost becomes a repost of what it boosts."""

from collections.abc import Iterable

import msgspec

from fairfloor.sources.mastodon.status import NETWORK, Status, act_of, address
from fairfloor.sources.reading.refusal import Told

__all__ = ["NETWORK", "address", "read"]

_STATUS = msgspec.json.Decoder(Status)


def read(record: bytes) -> Iterable[Told]:
    """Read one status."""
    return (act_of(_STATUS.decode(record)),)
