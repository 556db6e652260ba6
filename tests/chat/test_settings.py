"""What a chat can be, and what it cannot."""

from datetime import date, time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.chat.test_schedule import SCHEDULES

from fairfloor.chat.moves import Settle
from fairfloor.chat.schedule.recurrence import Weekly
from fairfloor.chat.schedule.slots import Schedule, Special
from fairfloor.chat.settings import MAX_RULES, PEOPLE, SPELLINGS, Person, Settings, refusal

WEDNESDAYS = Schedule(recurs=Weekly(days=(2,)), at=time(21), zone="America/Toronto")


def test_a_chat_keeps_its_tag() -> None:
    """In whatever case it is written, it is the same tag; another tag is another chat."""
    before = Settings(tag="CopChat")
    assert refusal(Settings(tag="copchat"), before) is None
    assert refusal(Settings(tag="other"), before) == (
        "This chat is #CopChat. For another tag, set up another chat: fairfloor chat new"
    )
    assert refusal(Settings(tag="_"), None) == "A hashtag has a letter or a digit."
    assert refusal(Settings(tag="a", spellings=("b", "-"))) == "A hashtag has a letter or a digit."


def test_special_sessions_are_one_after_another() -> None:
    """Two on one date are fine, at once they are not."""
    day = date(2026, 12, 9)
    at = [Special(on=day, at=time(hour)) for hour in (12, 20)]
    assert refusal(Settings(tag="a", schedule=msgspec.structs.replace(WEDNESDAYS, special=tuple(at)))) is None
    at.append(Special(on=day, at=time(20, 30)))
    refused = refusal(Settings(tag="a", schedule=msgspec.structs.replace(WEDNESDAYS, special=tuple(at))))
    assert refused == "Two special sessions are on at once on 2026-12-09. Give one of them another time."


PEOPLE_ = st.lists(st.builds(Person, st.text(min_size=1, max_size=50), st.text(max_size=50)), max_size=3).map(tuple)


@given(
    st.builds(
        Settings,
        tag=st.text(min_size=1, max_size=20),
        name=st.text(max_size=100),
        spellings=st.lists(st.text(max_size=20), max_size=3).map(tuple),
        hosts=PEOPLE_,
        cohosts=PEOPLE_,
        about=st.text(max_size=200),
        rules=st.text(max_size=500),
        schedule=st.none() | SCHEDULES,
    )
)
def test_settings_are_read_back_from_the_log_as_they_were(settings: Settings) -> None:
    """Whatever is settled is the same after a restart."""
    assert msgspec.json.decode(msgspec.json.encode(Settle(settings=settings)), type=Settle).settings == settings


@pytest.mark.parametrize(
    "wrong",
    [
        {"tag": ""},
        {"tag": "x" * 101},
        {"rules": "x" * (MAX_RULES + 1)},
        {"hosts": [["did:plc:a"]] * (PEOPLE + 1)},
        {"spellings": ["x"] * (SPELLINGS + 1)},
        {"schedule": {"recurs": {"recurs": "weekly", "days": []}, "at": "21:00", "zone": "UTC"}},
        {"schedule": {"recurs": {"recurs": "weekly", "days": [7]}, "at": "21:00", "zone": "UTC"}},
        {"schedule": {"recurs": {"recurs": "weekly", "days": [1], "every": 2}, "at": "21:00", "zone": "UTC"}},
        {"schedule": {"recurs": {"recurs": "weekly", "days": [1]}, "at": "21:00", "zone": "UTC", "lasting": "P9D"}},
        {"schedule": {"recurs": {"recurs": "hourly"}, "at": "21:00", "zone": "UTC"}},
    ],
)
def test_what_is_beyond_all_bounds_is_not_read(wrong: dict[str, object]) -> None:
    """A log holds no settings that a page could not show or a schedule not follow."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"tag": "copchat", **wrong}, Settings)
