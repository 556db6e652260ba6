"""When a chat is on: recurrences, dates left out, special sessions, and the two nights a year when clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.chat.schedule.recurrence import Monthly, Once, Recurrence, Weekly
from fairfloor.chat.schedule.slots import LONGEST, Schedule, Skipped, Slot, Special, between, instant, slot, slots

TORONTO = "America/Toronto"
ZONES = (TORONTO, "Europe/Berlin", "Australia/Lord_Howe", "America/Santiago", "Asia/Kathmandu", "Pacific/Apia", "UTC")
DATES = st.dates(date(2010, 1, 1), date(2035, 12, 31))
WEEKLIES = st.builds(
    Weekly,
    days=st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
    every=st.integers(1, 5),
    since=DATES,
)
MONTHLIES = st.builds(
    Monthly,
    which=st.sets(st.sampled_from([1, 2, 3, 4, 5, -1]), min_size=1).map(tuple),
    day=st.integers(0, 6),
    every=st.integers(1, 5),
    since=DATES,
)
RECURRENCES: st.SearchStrategy[Recurrence] = WEEKLIES | MONTHLIES | st.builds(Once, on=DATES)
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))
SPECIALS = st.lists(st.builds(Special, on=DATES, at=st.none() | TIMES), max_size=5).map(tuple)
SCHEDULES = st.builds(
    Schedule,
    recurs=RECURRENCES,
    at=TIMES,
    zone=st.sampled_from(ZONES),
    lasting=st.timedeltas(timedelta(minutes=5), LONGEST),
    skipped=st.lists(st.builds(Skipped, on=DATES), max_size=5).map(tuple),
    special=SPECIALS,
)


def weekly(**more: Any) -> Schedule:
    """Make a schedule: Wednesdays 21:00 in Toronto, unless told otherwise."""
    given_: dict[str, Any] = {"recurs": Weekly(days=(2,)), "at": time(21), "zone": TORONTO}
    return Schedule(**(given_ | more))


def at(text: str) -> datetime:
    """Read a moment."""
    return datetime.fromisoformat(text).astimezone(UTC)


def begins(found: list[Slot]) -> list[str]:
    """Give when they begin, in UTC."""
    return [one.begins.isoformat(timespec="minutes").removesuffix("+00:00") for one in found]


def by_the_calendar(recurs: Recurrence, day: date) -> bool:
    """Tell whether a chat recurs on a day, by looking at that day alone."""
    if isinstance(recurs, Once):
        return day == recurs.on
    assert recurs.since
    if day < recurs.since:
        return False
    if isinstance(recurs, Weekly):
        monday, start = (one - timedelta(days=one.weekday()) for one in (day, recurs.since))
        return day.weekday() in recurs.days and (monday - start).days // 7 % recurs.every == 0
    months = (day.year - recurs.since.year) * 12 + day.month - recurs.since.month
    places = {(day.day - 1) // 7 + 1} | ({-1} if (day + timedelta(days=7)).month != day.month else set())
    return day.weekday() == recurs.day and bool(places & set(recurs.which)) and months % recurs.every == 0


@given(RECURRENCES, DATES)
def test_dates_are_those_that_the_calendar_says(recurs: Recurrence, first: date) -> None:
    """Every such day from the first on is given, in order, and no other."""
    days = [first + timedelta(days=number) for number in range(200)]
    found = [one for one in islice(recurs.dates(first), 300) if one <= days[-1]]
    assert found == [day for day in days if by_the_calendar(recurs, day)]


def test_a_chat_keeps_its_hour_on_its_host_s_clock() -> None:
    """Wednesdays at nine in Toronto are at one in UTC in summer and at two in winter, on both sides of each change."""
    autumn = between(weekly(), at("2026-10-25T00:00Z"), at("2026-11-15T00:00Z"))
    assert begins(autumn) == ["2026-10-29T01:00", "2026-11-05T02:00", "2026-11-12T02:00"]
    spring = between(weekly(), at("2026-03-01T00:00Z"), at("2026-03-20T00:00Z"))
    assert begins(spring) == ["2026-03-05T02:00", "2026-03-12T01:00", "2026-03-19T01:00"]
    assert [one.on for one in spring] == [date(2026, 3, day) for day in (4, 11, 18)]


@pytest.mark.parametrize(
    ("on", "zone", "meant"),
    [
        (date(2026, 3, 8), TORONTO, "2026-03-08T07:30Z"),  # 02:30 is skipped: 03:30 summer time
        (date(2026, 11, 1), TORONTO, "2026-11-01T07:30Z"),  # 02:30 comes once, after the hour that comes twice
        (date(2026, 3, 29), "Europe/Berlin", "2026-03-29T01:30Z"),
        (date(2026, 10, 25), "Europe/Berlin", "2026-10-25T00:30Z"),  # 02:30 comes twice: the first is meant
    ],
)
def test_times_that_clocks_skip_or_repeat(on: date, zone: str, meant: str) -> None:
    """A time that is skipped is taken by the offset before; of a time that comes twice the first is meant."""
    assert instant(on, time(2, 30), zone) == at(meant)
    schedule = weekly(recurs=Once(on=on), at=time(2, 30), zone=zone)
    (found,) = slots(schedule, at("2026-01-01T00:00Z"))
    assert found.begins == at(meant)
    assert found.ends - found.begins == timedelta(hours=1), "an hour is an hour"


@given(SCHEDULES, DATES)
def test_slots_come_in_order_and_a_special_one_instead_of_a_regular_one(schedule: Schedule, first: date) -> None:
    """In order, none before it was asked for, none on a date left out, none beside a special one that it overlaps."""
    after = datetime.combine(first, time(), UTC)
    found = list(islice(slots(schedule, after), 60))
    assert all(one.begins <= two.begins for one, two in pairwise(found))
    assert all(one.begins >= after and one.ends - one.begins == schedule.lasting for one in found)
    regular, special = ([one for one in found if one.special is kind] for kind in (False, True))
    assert not any(one.overlaps(other) or one.on == other.on for one in regular for other in special)
    assert not {one.on for one in regular} & {one.on for one in schedule.skipped}
    horizon = found[-1].begins if len(found) == 60 else datetime(2036, 1, 2, tzinfo=UTC)
    wanted = [instant(one.on, one.at or schedule.at, schedule.zone) for one in schedule.special]
    assert [one.begins for one in special if one.begins < horizon] == sorted(
        when for when in wanted if after <= when < horizon
    )


@given(SCHEDULES, DATES, st.integers(0, 40))
def test_where_one_begins_to_look_changes_nothing(schedule: Schedule, first: date, days: int) -> None:
    """What is found from a later day on is what is found from an earlier day on, less what was before."""
    early, late = (datetime.combine(first + timedelta(days=n), time(), UTC) for n in (0, days))
    end = late + timedelta(days=60)
    assert between(schedule, late, end) == [one for one in between(schedule, early, end) if one.begins >= late]


def test_special_sessions_and_dates_left_out() -> None:
    """Christmas is left out, one evening has a title, and a Sunday is extra."""
    schedule = weekly(
        skipped=(Skipped(on=date(2026, 12, 23), why="Christmas"),),
        special=(
            Special(on=date(2026, 12, 30), at=time(20), title="The year"),
            Special(on=date(2026, 12, 27), title="Between the years"),
        ),
    )
    found = between(schedule, at("2026-12-10T12:00Z"), at("2027-01-10T00:00Z"))
    assert [(f"{one.on}", one.title) for one in found] == [
        ("2026-12-16", ""),
        ("2026-12-27", "Between the years"),
        ("2026-12-30", "The year"),
        ("2027-01-06", ""),
    ]
    assert found[2].begins == at("2026-12-31T01:00Z"), "an hour early this once, and not held twice"


def test_an_accepted_topic_is_the_session_that_it_falls_on() -> None:
    """A topic accepted for a Wednesday is that Wednesday's session; one for a Friday is a session more."""
    schedule = weekly()
    more = [
        slot(schedule, at("2026-12-10T02:00Z"), proposal="at://topic"),
        slot(schedule, at("2026-12-12T02:00Z"), proposal="at://another"),
    ]
    found = between(schedule, at("2026-12-01T00:00Z"), at("2026-12-20T00:00Z"), more)
    assert [(f"{one.on}", one.proposal) for one in found] == [
        ("2026-12-02", None),
        ("2026-12-09", "at://topic"),
        ("2026-12-11", "at://another"),
        ("2026-12-16", None),
    ]


def test_a_day_that_was_skipped_has_no_session_twice() -> None:
    """Samoa had no 30 December 2011: what recurs daily is held once at each moment all the same."""
    schedule = weekly(recurs=Weekly(days=tuple(range(7))), zone="Pacific/Apia")
    found = between(schedule, at("2011-12-28T00:00Z"), at("2012-01-03T00:00Z"))
    assert all(one.begins < two.begins for one, two in pairwise(found))


def test_the_ends_of_time_are_no_trouble() -> None:
    """From the first to the last date there is, a schedule gives what it has and stops."""
    schedule = weekly(zone="Pacific/Kiritimati")
    assert next(slots(schedule, datetime.min.replace(tzinfo=UTC))).begins.year == 1
    assert list(slots(schedule, datetime(9998, 12, 31, tzinfo=UTC))) == []
    assert list(slots(schedule, datetime.max.replace(tzinfo=UTC))) == []
    assert slot(schedule, datetime.max.replace(tzinfo=UTC)).ends.year == 9998
    assert slot(schedule, datetime.min.replace(tzinfo=UTC)).begins.year == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"lasting": timedelta(minutes=1)},
        {"lasting": timedelta(days=1)},
        {"at": time(21, tzinfo=UTC)},
        {"special": (Special(on=date.max),)},
        {"special": (Special(on=date.min),)},
    ],
)
def test_what_cannot_be_kept_cannot_be_made(wrong: dict[str, Any]) -> None:
    """A session of a minute, or of a day; a time with a zone of its own; a date beyond all calendars."""
    with pytest.raises(ValueError, match=r"[A-Z].*\.$"):
        weekly(**wrong)


def test_every_so_many_weeks_count_from_a_date() -> None:
    """Every two weeks, without saying which, is no schedule."""
    with pytest.raises(ValueError, match="needs a date"):
        Weekly(days=(2,), every=2)
    with pytest.raises(ValueError, match="needs a date"):
        Monthly(which=(1,), day=2, every=2)
    with pytest.raises(ValueError, match="in their order"):
        Weekly(days=(2, 1))
