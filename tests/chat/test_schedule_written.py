"""Schedules as hosts write them: what is understood, what is not and what is said then, and writing them back."""

from contextlib import suppress
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.chat.test_schedule import SCHEDULES, TIMES

from fairfloor.chat.schedule.recurrence import Monthly, Once, Recurrence, Weekly
from fairfloor.chat.schedule.slots import Schedule, Skipped, Special
from fairfloor.chat.schedule.written import EXAMPLES, schedule, written
from fairfloor.chat.schedule.written_dates import skipped, special, written_skipped, written_special
from fairfloor.chat.schedule.zones import Unclear, named, zone

TODAY = date(2026, 11, 23)
TORONTO = "America/Toronto"


@pytest.mark.parametrize(
    ("typed", "recurs", "at", "place"),
    [
        ("Wednesdays 21:00 America/Toronto", Weekly(days=(2,)), time(21), TORONTO),
        ("wed 9pm toronto", Weekly(days=(2,)), time(21), TORONTO),
        ("every Wednesday at 9:00 p.m., America/Toronto", Weekly(days=(2,)), time(21), TORONTO),
        ("America/Toronto 21.00 on Wednesdays", Weekly(days=(2,)), time(21), TORONTO),
        ("Tue, Thu 20:00 New York", Weekly(days=(1, 3)), time(20), "America/New_York"),
        ("daily 8:30 Asia/Tokyo", Weekly(days=tuple(range(7))), time(8, 30), "Asia/Tokyo"),
        ("every weekday 12 am utc", Weekly(days=(0, 1, 2, 3, 4)), time(0), "UTC"),
        (
            "every 2 weeks on Tuesday 19:30 Europe/Berlin",
            Weekly(days=(1,), every=2, since=date(2026, 11, 24)),
            time(19, 30),
            "Europe/Berlin",
        ),
        (
            "every other Thursday 20:00 UTC from 2026-12-10",
            Weekly(days=(3,), every=2, since=date(2026, 12, 10)),
            time(20),
            "UTC",
        ),
        ("first Monday of the month 12:00 pm Europe/London", Monthly(which=(1,), day=0), time(12), "Europe/London"),
        (
            "monthly on the 1st and last Friday, 18h00 Europe/Paris time",
            Monthly(which=(1, -1), day=4),
            time(18),
            "Europe/Paris",
        ),
        ("once 2026-12-02 21:00 America/Toronto", Once(on=date(2026, 12, 2)), time(21), TORONTO),
        ("Wednesday 2026-12-02 21:00 toronto", Once(on=date(2026, 12, 2)), time(21), TORONTO),
    ],
)
def test_a_host_writes_it_as_hosts_do(typed: str, recurs: Recurrence, at: time, place: str) -> None:
    """In whatever order and case, with the day short or long, the hour of twelve or of twenty-four, the city alone."""
    found = schedule(typed, TODAY)
    assert (found.recurs, found.at, found.zone) == (recurs, at, place)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Say when the chat is on, for example"),
        ("x" * 300, "Say when the chat is on"),
        ("Wednesdays America/Toronto", "Say at what time, as in 21:00 or 9 pm"),
        ("Wednesdays 25:00 UTC", "There is no time '25:00'"),
        ("Wednesdays 13 pm UTC", "There is no time '13 pm'"),
        ("Wednesdays 20:00 and 22:00 UTC", "one hour, and here are two: 20:00 and 22:00"),
        ("Wednesdays 21:00", "Say in which time zone, by the name of a city"),
        ("Wednesdays 21:00 EST", "does not say whose clocks it follows in summer. .* America/New_York"),
        ("Wednesdays 9 PM Pacific Time", "America/Los_Angeles"),
        ("Wednesdays 21:00 Amerika/Toronto", "for example America/Toronto"),
        ("Wednesdays 21:00 Torronto", "for example America/Toronto"),
        ("Wednesdays 21:00 ../../etc/passwd", "There is no time zone"),
        ("Wednesdays 21:00 Europe/Berlin Europe/Paris", "one time zone; these are several"),
        ("Wensdays 21:00 UTC", "'Wensdays' is not clear here"),
        ("21:00 UTC", "Say on which day"),
        ("every second Tuesday 20:00 UTC", "every 2 weeks on Monday"),
        ("every 99 weeks on Monday 9 am UTC", "it goes from 1 to 52"),
        ("every 0 weeks on Monday 9 am UTC", "it goes from 1 to 52"),
        ("every 13 months on the first Monday 9 am UTC", "it goes from 1 to 12"),
        ("every 2 days 21:00 UTC", "on days of the week"),
        ("once 2026-02-30 21:00 UTC", "There is no date 2026-02-30"),
        ("Friday 2026-12-02 21:00 UTC", "2026-12-02 is a Wednesday, and not a Friday"),
        ("weekly 2026-12-02 21:00 UTC", "can have 'from 2026-12-02'"),
    ],
)
def test_what_is_not_clear_is_told_with_what_to_write(typed: str, told: str) -> None:
    """No guess is made; the sentence names what is wrong, and what to write instead."""
    with pytest.raises(Unclear, match=told):
        schedule(typed, TODAY)


@given(SCHEDULES)
def test_what_is_written_back_is_read_as_the_same(one: Schedule) -> None:
    """A schedule in a form's field comes back as it was, whenever it is sent."""
    found = schedule(written(one), TODAY, one.lasting)
    assert (found.recurs, found.at, found.zone, found.lasting) == (one.recurs, one.at, one.zone, one.lasting)


@given(st.text(max_size=300) | st.lists(st.sampled_from(" ".join(EXAMPLES).split())).map(" ".join))
def test_any_text_is_a_schedule_or_unclear(typed: str) -> None:
    """Whatever is typed gives a schedule that can be written back, or a sentence; never anything else."""
    with suppress(Unclear):
        found = schedule(typed, TODAY)
        assert schedule(written(found), TODAY).recurs == found.recurs


TITLES = st.text(st.characters(categories=["L"]), max_size=20)
DATES = st.dates(date(1970, 1, 1), date(9998, 1, 1))


@given(
    st.lists(st.builds(Skipped, on=DATES, why=TITLES), max_size=5).map(tuple),
    st.lists(st.builds(Special, on=DATES, at=st.none() | TIMES, title=TITLES), max_size=5).map(tuple),
)
def test_dates_and_specials_are_written_a_line_each(out: tuple[Skipped, ...], more: tuple[Special, ...]) -> None:
    """Dates left out and special sessions come back from a form as they were."""
    assert skipped(written_skipped(out)) == out
    assert special(written_special(more)) == more


def test_lines_are_read_as_people_write_them() -> None:
    """With a colon or a dash, with empty lines, with the time of day in either form, or none."""
    assert skipped("2026-12-23: Christmas\n\n 2026-12-30 \u2013 New Year \n") == (
        Skipped(on=date(2026, 12, 23), why="Christmas"),
        Skipped(on=date(2026, 12, 30), why="New Year"),
    )
    assert special("2026-12-09 8 pm Ask the chief\n2026-12-10 Ten 4 rules") == (
        Special(on=date(2026, 12, 9), at=time(20), title="Ask the chief"),
        Special(on=date(2026, 12, 10), title="Ten 4 rules"),
    )
    with pytest.raises(Unclear, match="begins with no date"):
        skipped("Christmas")
    with pytest.raises(Unclear, match="more than 100"):
        skipped("2026-12-23\n" * 101)
    with pytest.raises(Unclear, match="goes on too long"):
        special(f"2026-12-23 {'x' * 300}")


def test_zones_are_those_of_places() -> None:
    """A city is enough where only one has the name; what is no zone is refused, and a near one named."""
    assert named("los angeles") == "America/Los_Angeles"
    assert named("america/los_angeles") == "America/Los_Angeles"
    assert zone(TORONTO).key == TORONTO
    for wrong in ("localtime", "posixrules", "America", "x" * 5000, "\0", "Europe/../Europe/Paris"):
        with pytest.raises(Unclear, match="There is no time zone"):
            zone(wrong)
    assert schedule(EXAMPLES[0], TODAY, timedelta(minutes=90)).lasting == timedelta(minutes=90)
