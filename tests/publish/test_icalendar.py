"""The calendar file, read back by another library: the same moments as ours, over both changes of the clocks."""

import re
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject  # type: ignore[import-untyped]  # it has no types
from dateutil.rrule import rrulestr  # type: ignore[import-untyped]  # neither
from dateutil.tz import tzical  # type: ignore[import-untyped]
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fairfloor.chat.moves import Accept, Decline, Doing, Move, Settle
from fairfloor.chat.schedule.recurrence import Monthly, Once, Recurrence, Weekly
from fairfloor.chat.schedule.sessions import Plan, Sessions
from fairfloor.chat.schedule.slots import Schedule, Skipped, Special, between
from fairfloor.chat.settings import Settings, refusal
from fairfloor.publish.icalendar import calendar
from fairfloor.publish.timezones import timezone

PAGE = "https://chat.example.org"
SET_UP = datetime(2026, 1, 15, 12, tzinfo=UTC)
END = datetime(2027, 6, 1, tzinfo=UTC)
TORONTO = "America/Toronto"


def made(number: int, do: Doing) -> Move:
    """Make a move, a minute after the one before."""
    return Move(id=f"m{number}", at=SET_UP + timedelta(minutes=number), by="sam", role="host", do=do)


def plan(*more: Doing, about: str = "Police and public, talking.", **scheduled: Any) -> Plan:
    """Give the plan of a chat on Wednesdays 21:00 in Toronto, unless told otherwise."""
    given_: dict[str, Any] = {"recurs": Weekly(days=(2,)), "at": time(21), "zone": TORONTO}
    schedule = Schedule(**(given_ | scheduled))
    sessions = Sessions()
    for number, do in enumerate([Settle(settings=Settings(tag="copchat", about=about, schedule=schedule)), *more]):
        sessions.move(made(number, do))
    found = sessions.plan
    assert found
    return found


def ours(of: Plan, end: datetime = END) -> list[tuple[datetime, datetime]]:
    """Give when sessions begin and end, as our own pages have them."""
    schedule = of.settings.schedule
    assert schedule
    return [(one.begins, one.ends) for one in between(schedule, of.since, end, of.accepted)]


def theirs(written: bytes, end: datetime = END) -> list[tuple[datetime, datetime]]:
    """Give when events begin and end, as vobject and dateutil read the file, VTIMEZONE included."""
    read = vobject.readOne(written.decode())
    found: dict[tuple[str, datetime], tuple[datetime, datetime]] = {}
    for event in getattr(read, "vevent_list", []):
        begins = event.dtstart.value
        lasting = event.duration.value
        if hasattr(event, "rrule"):
            for at in _recurring(event, end):
                found[event.uid.value, at.astimezone(UTC)] = at.astimezone(UTC), at.astimezone(UTC) + lasting
        else:
            instead = event.recurrence_id.value if hasattr(event, "recurrence_id") else begins
            span = begins.astimezone(UTC), begins.astimezone(UTC) + lasting
            found[event.uid.value, instead.astimezone(UTC)] = span
    return sorted(span for span in found.values() if span[0] < end)


def events(written: bytes) -> list[Any]:
    """Read a file with the library that wrote it."""
    return icalendar.Calendar.from_ical(written).walk("VEVENT")


def _recurring(event: Any, end: datetime) -> list[datetime]:
    begins = event.dtstart.value
    out = {at.astimezone(UTC) for one in getattr(event, "exdate_list", []) for at in one.value}
    rule = rrulestr(event.rrule.value, dtstart=begins)
    return [at for at in rule.between(begins, end.astimezone(begins.tzinfo), inc=True) if at.astimezone(UTC) not in out]


def test_the_hour_stays_over_both_changes_of_the_clocks() -> None:
    """Another library, by the file's own time zone, finds our moments: one in summer, two in winter, in UTC."""
    found = theirs(calendar(plan(), PAGE))
    assert found == ours(plan())
    assert {begins.hour for begins, _ in found} == {1, 2}
    around = [f"{begins:%m-%dT%H}" for begins, _ in found if begins.month in {3, 11}]
    assert around[:3] == ["03-05T02", "03-12T01", "03-19T01"]
    assert around[4:6] == ["11-05T02", "11-12T02"]


def test_exceptions_special_sessions_and_proposals() -> None:
    """Christmas is left out, a special Wednesday is that Wednesday, a Friday is one more, a decline is none."""
    of = plan(
        Accept(proposal="at://friday", on=datetime(2026, 12, 5, 2, tzinfo=UTC)),
        Accept(proposal="at://dropped", on=datetime(2026, 12, 6, 2, tzinfo=UTC)),
        Decline(of="at://dropped"),
        skipped=(Skipped(on=date(2026, 12, 23)), Skipped(on=date(2026, 12, 24))),
        special=(Special(on=date(2026, 12, 9), at=time(20, 30), title="Ask; the chief, \\ once\nmore"),),
    )
    written = calendar(of, PAGE, {"at://friday": "Body cameras"}.get)  # type: ignore[arg-type]
    assert theirs(written) == ours(of)
    december = [begins for begins, _ in theirs(written) if begins.month == 12]
    assert [f"{one:%dT%H%M}" for one in december] == ["03T0200", "05T0200", "10T0130", "17T0200", "31T0200"]
    titles = {event.summary.value for event in vobject.readOne(written.decode()).vevent_list}
    assert titles == {"#copchat", "#copchat: Body cameras", "#copchat: Ask; the chief, \\ once\nmore"}


RECURRENCES: st.SearchStrategy[Recurrence] = st.one_of(
    st.builds(
        Weekly,
        days=st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
        every=st.integers(1, 4),
        since=st.dates(date(2025, 6, 1), date(2026, 6, 1)),
    ),
    st.builds(
        Monthly,
        which=st.sets(st.sampled_from([1, 2, 3, 4, 5, -1]), min_size=1).map(tuple),
        day=st.integers(0, 6),
        every=st.integers(1, 4),
        since=st.dates(date(2025, 6, 1), date(2026, 6, 1)),
    ),
    st.builds(Once, on=st.dates(date(2026, 2, 1), date(2027, 5, 1))),
)
DATES = st.dates(date(2026, 2, 1), date(2027, 5, 1))
ZONES = st.sampled_from([TORONTO, "Europe/Berlin", "Australia/Lord_Howe", "America/Santiago", "Asia/Kathmandu", "UTC"])
HOURS = st.sampled_from([time(21), time(9, 30), time(18, 45)])  # at night other libraries have other opinions


@settings(deadline=None, max_examples=80)
@given(
    recurs=RECURRENCES,
    at=HOURS,
    zone=ZONES,
    lasting=st.sampled_from([timedelta(hours=1), timedelta(hours=12)]),
    skipped=st.lists(st.builds(Skipped, on=DATES), max_size=4).map(tuple),
    special=st.lists(
        st.builds(Special, on=DATES, at=st.none() | st.just(time(20)) | st.just(time(1)), title=st.text(max_size=40)),
        max_size=4,
        unique_by=lambda x: x.on,
    ).map(tuple),
)
def test_every_schedule_is_read_back_as_the_same_moments(**scheduled: Any) -> None:
    """Weekly, monthly, once; in zones north and south, with half hours, with none; with exceptions of both kinds."""
    assume(refusal(Settings(tag="copchat", schedule=Schedule(**scheduled))) is None)
    of = plan(**scheduled)
    assert theirs(calendar(of, PAGE)) == ours(of)


@pytest.mark.parametrize(
    "name", [TORONTO, "Europe/Berlin", "Europe/Dublin", "Australia/Lord_Howe", "America/Santiago", "Africa/Casablanca"]
)
def test_zones_are_told_as_they_are(name: str) -> None:
    """Read by another library, a zone has our offset, hour by hour around its changes, but where clocks repeat one."""
    zone = ZoneInfo(name)
    theirs_ = tzical(StringIO(written_zone(name))).get(name)
    hours = [datetime(2025, 6, 1) + timedelta(hours=hour) for hour in range(2 * 365 * 24)]  # noqa: DTZ001 - on clocks
    looked = 0
    for one in hours:
        local, before, after = (
            (one + timedelta(hours=more)).replace(tzinfo=zone, fold=fold) for more, fold in ((0, 0), (-9, 0), (9, 1))
        )
        if before.utcoffset() == after.utcoffset() and one.hour != 12:
            continue
        exists = local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == one
        if exists and local.utcoffset() == local.replace(fold=1).utcoffset():
            assert one.replace(tzinfo=theirs_).utcoffset() == local.utcoffset(), one
            looked += 1
    assert looked > 700


def written_zone(name: str) -> str:
    """Write a zone alone in a calendar."""
    written = icalendar.Calendar()
    written.add_component(timezone(ZoneInfo(name), name, 2024, 2046))
    return str(written.to_ical().decode())


def test_changes_that_follow_a_rule_are_told_by_it() -> None:
    """The second Sunday in March, the last in October, the Sunday from 2 to 8 April; the rest is listed."""
    assert {"BYDAY=2SU;BYMONTH=3", "BYDAY=1SU;BYMONTH=11"} == set(re.findall("BYDAY.*[0-9]", written_zone(TORONTO)))
    assert "BYDAY=-1SU;BYMONTH=10" in written_zone("Europe/Berlin")
    assert "BYDAY=SU;BYMONTHDAY=2,3,4,5,6,7,8;BYMONTH=4" in written_zone("America/Santiago")
    assert "RDATE" in written_zone("Africa/Casablanca")
    assert written_zone("Asia/Kathmandu").count("BEGIN:STANDARD") == 1


def test_the_same_moves_give_the_same_bytes() -> None:
    """What a calendar is served does not depend on when it asks; a change by the host raises the sequence."""
    assert calendar(plan(), PAGE) == calendar(plan(), PAGE)
    before = events(calendar(plan(), PAGE))[0]
    changed = Settle(settings=plan(skipped=(Skipped(on=date(2026, 12, 23)),)).settings)
    after = events(calendar(plan(changed), PAGE))[0]
    assert before["UID"] == after["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert before["DTSTAMP"].dt == SET_UP
    assert after["DTSTAMP"].dt == SET_UP + timedelta(minutes=1)


def test_it_is_well_formed_whatever_people_write() -> None:
    """Lines end alike and are folded at 75 bytes, other lines cannot be smuggled in, and controls are left out."""
    hostile = "\u202eEvil\r\nBEGIN:VEVENT\rSUMMARY:x\x00\x07;,\\\nEND:VEVENT \U0001f469\u200d\U0001f469" * 20
    of = plan(about=hostile, special=(Special(on=date(2026, 12, 9), title=hostile[:190]),))
    written = calendar(of, PAGE)
    lines = written.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert b"\n" not in b"".join(lines)
    assert b"\r" not in b"".join(lines)
    assert written.count(b"\r\nBEGIN:VEVENT") == 2
    assert not {char for char in written if char < 32} - set(b"\r\n\t")
    read = vobject.readOne(written.decode())
    read.validate(raiseException=True)
    assert read.vevent_list[0].description.value.startswith("\u202eEvil\nBEGIN:VEVENT\nSUMMARY:x;,\\\nEND:VEVENT")
    assert theirs(written) == ours(of)


def test_programs_are_told_what_they_ask_for() -> None:
    """Its name, its page, how often to ask again, and that nobody is busy because of it."""
    read: Any = icalendar.Calendar.from_ical(calendar(plan(), PAGE))
    assert (read["NAME"], read["X-WR-CALNAME"], read["URL"]) == ("#copchat", "#copchat", f"{PAGE}/chat")
    assert read["REFRESH-INTERVAL"].dt == timedelta(hours=6)
    assert read["REFRESH-INTERVAL"].params["VALUE"] == "DURATION"
    event = read.walk("VEVENT")[0]
    assert (event["TRANSP"], event["STATUS"]) == ("TRANSPARENT", "CONFIRMED")
    assert event["DURATION"].dt == timedelta(hours=1)
    assert not read.errors


def test_a_chat_without_a_schedule_has_what_was_accepted() -> None:
    """Where the host begins by hand, the calendar has the accepted proposals, in UTC."""
    sessions = Sessions()
    sessions.move(made(0, Settle(settings=Settings(tag="copchat"))))
    sessions.move(made(1, Accept(proposal="p", on=datetime(2026, 12, 5, 2, tzinfo=UTC))))
    assert sessions.plan
    (event,) = events(calendar(sessions.plan, PAGE))
    assert event["DTSTART"].dt == datetime(2026, 12, 5, 2, tzinfo=UTC)
