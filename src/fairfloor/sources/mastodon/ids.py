"""The ids that a server gives its statuses: in order of time, and on Mastodon itself the time is in them."""

from datetime import UTC, datetime, timedelta

_2016 = 1_451_606_400_000
_LONGEST = 20
"""Digits of 64 bits."""


def order(id_: str) -> tuple[int, str]:
    """Order ids as servers do: numbers by size, others, which have one length, by their letters."""
    return len(id_), id_


def moment(id_: str) -> datetime | None:
    """Give the time in an id of Mastodon's; None where it is an id of another kind."""
    if not (id_.isascii() and id_.isdigit() and len(id_) <= _LONGEST):
        return None
    millis = int(id_) >> 16
    return datetime.fromtimestamp(millis / 1000, UTC) if _2016 < millis < 2 * _2016 else None


def before(id_: str, span: timedelta) -> str:
    """Give the id of a time so long before that of an id of Mastodon's; another kind of id itself."""
    return id_ if moment(id_) is None else str(int(id_) - (int(span.total_seconds() * 1000) << 16))
