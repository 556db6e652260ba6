"""How the host keeps the discussions: how many places one has, and when it is quiet.

Quiet hours are a time of day in a zone, every day: what is said then is taken, waits, and is shown when they end. So
nobody is turned away, and nobody has to watch at three in the morning. They may pass midnight; where the clocks change
they end as the clocks say.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

import msgspec

from fairfloor.chat.schedule.zones import UTC as UTC_NAME
from fairfloor.chat.schedule.zones import zone

PLACES = 200
"""Places of a discussion unless the host says otherwise: about a quarter of an hour at twelve messages a minute."""
FEWEST, MOST = 20, 2_000


class Quiet(msgspec.Struct, frozen=True):
    """Quiet hours, in the zone's own time; they begin and end at different times."""

    begin: time
    end: time
    zone: str = UTC_NAME


class House(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the host has settled about all discussions."""

    places: Annotated[int, msgspec.Meta(ge=FEWEST, le=MOST)] = PLACES
    quiet: Quiet | None = None


def closing(day: date) -> datetime:
    """Give when a discussion closes whose last day is told: at the end of that day, in UTC."""
    return datetime.combine(day, time(), UTC) + timedelta(days=1)


def last_day(closes: datetime) -> date:
    """Give the last day of a discussion that closes at a time."""
    return (closes.astimezone(UTC) - timedelta(microseconds=1)).date()


def quiet_until(house: House, at: datetime) -> datetime | None:
    """Give when the quiet hours end that a moment is in; None where it is in none."""
    quiet = house.quiet
    if quiet is None or quiet.begin == quiet.end:
        return None
    local = at.astimezone(zone(quiet.zone))
    now, passes = local.time(), quiet.begin > quiet.end
    within = now >= quiet.begin or now < quiet.end if passes else quiet.begin <= now < quiet.end
    if not within:
        return None
    day = local.date() + timedelta(days=1 if passes and now >= quiet.begin else 0)
    ends = datetime.combine(day, quiet.end, local.tzinfo).astimezone(UTC)
    return ends if ends > at else None
