"""Fairfloor's own `acts.jsonl`: one act a line, in the neutral form, and what became of earlier ones."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from fairfloor.acts.fault import Cause
from fairfloor.acts.notice import Edit, Notice
from fairfloor.sources.reading.refusal import Refused, Told

_NOTICE = msgspec.json.Decoder(Notice)
_Dated = TypeVar("_Dated", bound=Notice)


def read(record: bytes) -> Iterable[Told]:
    """Read one line."""
    notice = _NOTICE.decode(record)
    return (Edit(post=_in_utc(notice.post)) if isinstance(notice, Edit) else _in_utc(notice),)


def _in_utc(notice: _Dated) -> _Dated:
    """Give the same notice with its times in UTC, as they are compared and written."""
    times = {name: time for name in ("at", "seen") if (time := getattr(notice, name, None)) and time.tzinfo is not UTC}
    return msgspec.structs.replace(notice, **{name: _utc(time) for name, time in times.items()}) if times else notice


def _utc(time: datetime) -> datetime:
    try:
        return time.astimezone(UTC)
    except OverflowError as error:
        raise Refused(Cause.BAD_TIME, f"not a time in UTC: {time}") from error
