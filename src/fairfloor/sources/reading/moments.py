"""Times as archives write them, brought to UTC."""

import re
from datetime import UTC, datetime, timedelta

from fairfloor.acts.fault import Cause
from fairfloor.sources.reading.refusal import Refused

_MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"
_X = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d\d?) (\d\d):(\d\d):(\d\d) ([+-]\d\d)(\d\d) (\d{4})", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DIGITS = re.compile(r"\d{9,17}(?:\.\d{1,9})?", re.ASCII)


def moment(written: str, *, naive_is_utc: bool = False) -> datetime:
    """Read a time: ISO 8601, X's old `Wed Oct 10 20:19:24 +0000 2018`, or seconds, ms or µs since 1970.

    Gives UTC. A time without a zone is refused, or taken as UTC where the caller says so. Raises `Refused`.
    """
    try:
        return _read(written.strip(), naive_is_utc=naive_is_utc)
    except (ValueError, OverflowError) as error:
        raise Refused(Cause.BAD_TIME, f"not a time: {written[:40]!r}") from error


def _read(written: str, *, naive_is_utc: bool) -> datetime:
    if match := _X.fullmatch(written):
        return _x(match)
    if _DIGITS.fullmatch(written):
        return since_1970(float(written))
    time = datetime.fromisoformat(written)
    if time.tzinfo is None:
        if not naive_is_utc:
            raise ValueError(written)
        time = time.replace(tzinfo=UTC)
    return time.astimezone(UTC)


def since_1970(count: float) -> datetime:
    """Read a count since 1970: of seconds, or of milli- or microseconds where it is too large for these."""
    for limit, unit in ((1e11, 1.0), (1e14, 1e3), (1e18, 1e6)):
        if abs(count) < limit:
            return _EPOCH + timedelta(microseconds=round(count / unit * 1e6))
    raise OverflowError(count)


def _x(match: re.Match[str]) -> datetime:
    month, day, hour, minute, second, ahead, past, year = match.groups()
    offset = timedelta(hours=int(ahead), minutes=int(ahead[0] + past))
    number = _MONTHS.index(month) // 3 + 1
    local = datetime(int(year), number, int(day), int(hour), int(minute), int(second), tzinfo=UTC)
    return local - offset
