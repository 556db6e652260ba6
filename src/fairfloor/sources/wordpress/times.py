"""Times in a WordPress export: three ways of writing each, any of which may be zero.

A draft has no time in GMT (`0000-00-00 00:00:00`), an old import may have lost it; then what the feed says (`pubDate`)
is right, and the site's own clock is next best: its zone stands nowhere in the file, so it is read as UTC.
"""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)
"""Where no time is told at all."""
_FIRST = 1970
_FEED = re.compile(r"\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d")


def gmt(written: str) -> datetime | None:
    """Read `2010-10-20 14:08:20`; None for zeros, and for what is no time."""
    try:
        time = datetime.fromisoformat(written.strip())
    except ValueError:
        return None
    time = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    return time if time.year >= _FIRST else None


def feed(written: str) -> datetime | None:
    """Read `Wed, 20 Oct 2010 14:08:20 +0000`; None for what is no time."""
    if _FEED.search(written) is None:  # a reader of mail makes something of anything
        return None
    try:
        time = parsedate_to_datetime(written.strip())
        time = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return time if time.year >= _FIRST else None
