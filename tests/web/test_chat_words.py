"""The chat's words: hours in plain words, Markdown that runs nothing, a form that gives settings back."""

import re
from datetime import date, time, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.chat.test_schedule import SCHEDULES

from fairfloor.chat.schedule.slots import Schedule
from fairfloor.chat.schedule.written import schedule
from fairfloor.chat.settings import Person, Settings, refusal
from fairfloor.web.chat.markdown import marked_up
from fairfloor.web.chat.settings_form import Read, typed
from fairfloor.web.chat.words import away, hours
from fairfloor.web.people.guard import Filled, Refused

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Wednesdays 21:00 America/Toronto", "Wednesdays at 21:00, Toronto time"),
        ("Tue Thu Sat 20:00 New York", "Tuesdays, Thursdays and Saturdays at 20:00, New York time"),
        ("every 2 weeks on Tuesday 19:30 Europe/Berlin", "Every 2 weeks on Tuesday at 19:30, Berlin time"),
        ("first and last Monday of the month 20:00 UTC", "The first and last Monday of the month at 20:00, UTC"),
        ("every 3 months on the last Friday 8 am UTC", "The last Friday of every 3 months at 08:00, UTC"),
        ("once 2026-12-02 21:00 UTC", "Wednesday 2 December 2026 at 21:00, UTC"),
        ("daily 9 am UTC", "Every day at 09:00, UTC"),
        ("weekdays 9 am UTC", "Weekdays at 09:00, UTC"),
    ],
)
def test_hours_are_said_in_plain_words(written: str, said: str) -> None:
    """As somebody would tell a friend, with whose clocks are meant."""
    assert hours(schedule(written, TODAY)) == said


@pytest.mark.parametrize(
    ("time_", "said"),
    [
        (timedelta(seconds=-5), "less than a minute"),
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=2, minutes=1, seconds=59), "2 hours and 1 minute"),
        (timedelta(days=1, minutes=7), "1 day"),
        (timedelta(days=8, hours=3, minutes=7), "8 days and 3 hours"),
    ],
)
def test_how_long_it_is(time_: timedelta, said: str) -> None:
    """In its two largest units, never more than it is."""
    assert away(time_) == said


def test_markdown_is_what_house_rules_need() -> None:
    """Headings go on from the page's without leaving one out; lists, quotes, links; no image, no markup of its own."""
    made = marked_up(
        "# One\n### Three\n# Again\n* a\n\n> b\n\n[c](https://example.org 't') ![d](https://x.example/d.png)"
    )
    assert re.findall(r"<h(\d)>", made) == ["3", "4", "3"]
    assert "<ul>\n<li>a</li>\n</ul>" in made
    assert '<a href="https://example.org" rel="nofollow noopener ugc">c</a>' in made
    assert "<img" not in made
    assert "title=" not in made


HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](https://example.org/x.png)",
    "<https://example.org/\"onclick='alert(1)'>",
    "[x]: javascript:alert(1)\n\n[x]",
    '<a href="https://example.org" style="position:fixed">x</a>',
    "`<b>`",
    "&lt;script&gt;",
    "<svg/onload=alert(1)>",
)


@given(st.lists(st.sampled_from(HOSTILE) | st.text(max_size=20), max_size=8).map("".join))
def test_no_markdown_runs_or_loads_anything(text: str) -> None:
    """Whatever is written, there are only the tags we know, and links of the web and of mail."""
    made = marked_up(text)
    assert not re.findall(r"<(?!/?(?:a|blockquote|br|code|em|h[3-6]|hr|li|ol|p|pre|strong|ul)\b)[a-z/!]", made)
    for tag in re.findall(r"<[a-z][^>]*>", made):
        attributes = re.findall(r"\s([a-z-]+)=", re.sub(r'"[^"]*"', '""', tag))
        assert set(attributes) <= {"href", "rel"}
    assert all(link.startswith(("http:", "https:", "mailto:")) for link in re.findall(r'href="([^"]*)"', made))


LINES = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20)
PEOPLE = st.lists(st.builds(Person, LINES, LINES | st.just("")), max_size=3).map(tuple)
SETTINGS = st.builds(
    Settings,
    tag=st.just("copchat"),
    name=LINES,
    about=LINES,
    rules=LINES,
    spellings=st.lists(LINES, max_size=3, unique=True).map(tuple),
    hosts=PEOPLE,
    cohosts=PEOPLE,
    schedule=st.none() | SCHEDULES.map(lambda one: msgspec.structs.replace(one, lasting=timedelta(minutes=90))),
)


@given(SETTINGS)
def test_a_form_gives_back_the_settings_that_it_was_filled_with(settings: Settings) -> None:
    """Who sends the form as it came changes nothing."""
    read = Read(Filled(typed(settings)), Settings(tag="copchat"), TODAY)
    if refusal(settings) is None:
        assert (read.wrong, read.settings) == ({}, settings)
    else:
        assert read.settings is None


@given(st.dictionaries(st.sampled_from(sorted(typed(Settings(tag="x")))), st.text(max_size=300)))
def test_any_form_is_read_or_refused_in_sentences(fields: dict[str, str]) -> None:
    """Whatever is sent gives settings that the log can hold, or a sentence at a field that there is."""
    try:
        read = Read(Filled(fields), Settings(tag="copchat"), TODAY)
    except Refused:
        return
    if read.settings is None:
        assert set(read.wrong) <= set(fields) | {"when", "minutes"}
        assert all(read.wrong.values())
    else:
        again = msgspec.json.decode(msgspec.json.encode(read.settings), type=Settings)
        assert again == read.settings


def test_dates_without_hours_are_asked_about() -> None:
    """A date left out says nothing where nothing is planned."""
    read = Read(Filled({"skipped": "2026-12-23"}), Settings(tag="copchat"), TODAY)
    assert read.wrong == {"when": "Say when the chat is on, if some dates are other than that."}
    beyond = {"when": "Wednesdays 21:00 UTC", "minutes": "60", "special": "9999-12-30 Late"}
    assert Read(Filled(beyond), Settings(tag="copchat"), TODAY).wrong["special"].startswith("A special session is on")
    unzoned = Schedule(recurs=schedule("daily 9 am UTC", TODAY).recurs, at=time(9), zone="Mars/Base")
    assert refusal(Settings(tag="copchat", schedule=unzoned)) is not None
