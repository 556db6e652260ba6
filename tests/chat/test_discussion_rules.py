"""What may be done about a comment, by whom and when; what is held; when it is quiet."""

from datetime import UTC, datetime, time, timedelta
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.chat.moves import Role
from fairfloor.chat.site.comment import Author, Comment, Deed, Do, State
from fairfloor.chat.site.deeds import EDITING, LINKS, Case, refuses, suspicion
from fairfloor.chat.site.house import House, Quiet, quiet_until

AT = datetime(2026, 3, 5, 2, tzinfo=UTC)
ANN = Author(kind="named", name="Ann", key="guest:ann")
DOS: tuple[Do, ...] = get_args(Do)
STATES: tuple[State, ...] = get_args(State)


def case(state: State = "shown", *last: Do, **given: Any) -> Case:
    """Make a case, a minute after the comment; last: what was done, the newest first."""
    comment = Comment(id=1, article=1, at=AT, author=ANN, text="Well said", state=state)
    deeds = tuple(Deed(comment=1, at=AT, by="", do=do) for do in last)
    made: dict[str, Any] = {"comment": comment, "now": AT + timedelta(minutes=1), "last": deeds}
    return Case(**(made | given))


def allowed(one: Case) -> set[Do]:
    """Give what may be done."""
    return {do for do in DOS if refuses(one, do, "Why") is None}


@pytest.mark.parametrize("role", [*get_args(Role), None])
def test_a_stranger_does_nothing_and_the_hosts_people_keep_order(role: Role | None) -> None:
    """Nobody changes somebody else's words, takes them back, or appeals for them."""
    staff = role in {"host", "co-host", "moderator"}
    wanted: dict[State, set[Do]] = {
        "shown": {"remove"},
        "held": {"show", "remove"},
        "removed": {"show"},
        "withdrawn": set(),
    }
    for state in STATES:
        assert allowed(case(state, role=role)) == (wanted[state] if staff else set())


def test_an_author_changes_takes_back_and_appeals() -> None:
    """Each where there is something to change, to take back, to appeal."""
    assert allowed(case("shown", own=True)) == {"edit", "withdraw"}
    assert allowed(case("held", own=True)) == {"edit", "withdraw"}
    assert allowed(case("removed", "remove", own=True)) == {"withdraw", "appeal"}
    assert allowed(case("withdrawn", own=True)) == set()


def test_words_can_be_changed_until_they_are_answered_or_half_an_hour_old() -> None:
    """Taken back they can be whenever one likes."""
    assert allowed(case(own=True, answered=True)) == {"withdraw"}
    assert allowed(case(own=True, now=AT + EDITING)) == {"withdraw"}
    assert "edit" in allowed(case(own=True, now=AT + EDITING - timedelta(microseconds=1)))


def test_a_removal_is_appealed_once() -> None:
    """Then it is answered once; another removal can be appealed anew."""
    assert "refuse" not in allowed(case("removed", "remove", role="host"))
    assert "refuse" in allowed(case("removed", "appeal", "remove", role="host"))
    assert "appeal" not in allowed(case("removed", "appeal", "remove", own=True))
    assert "appeal" not in allowed(case("removed", "refuse", "appeal", "remove", own=True))
    assert "appeal" in allowed(case("removed", "remove", "show", "appeal", "remove", own=True))


def test_what_is_removed_says_why() -> None:
    """So does the answer to an appeal, and an appeal itself; whoever is refused is told why in a sentence."""
    assert refuses(case(role="host"), "remove", "") is not None
    assert refuses(case("removed", "appeal", role="host"), "refuse", "") is not None
    assert refuses(case("removed", "remove", own=True), "appeal", "") is not None
    assert refuses(case("held", role="host"), "show", "") is None
    for do in DOS:
        for state in STATES:
            sentence = refuses(case(state), do, "Why")
            assert sentence is not None
            assert sentence.endswith(".")


def test_what_is_held_is_told_by_what_it_is() -> None:
    """Nothing is held for its words."""
    assert suspicion(links=LINKS, unseen=False, elsewhere=False) is None
    for given_ in ({"links": LINKS + 1}, {"unseen": True}, {"elsewhere": True}):
        assert suspicion(**({"links": 0, "unseen": False, "elsewhere": False} | given_)) is not None  # type: ignore[arg-type]


TIMES = st.times().map(lambda one: one.replace(second=0, microsecond=0))


@given(TIMES, TIMES, st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)))  # noqa: DTZ001 - zoned below
def test_quiet_hours_end(begin: time, end: time, at: datetime) -> None:
    """A moment in them is told when that is: later, within a day, at that time of day; another is in none."""
    house = House(quiet=Quiet(begin, end, "America/Toronto"))
    now = at.replace(tzinfo=UTC)
    until = quiet_until(house, now)
    local = now.astimezone(ZoneInfo("America/Toronto"))
    if until is None:
        inside = begin <= local.time() < end if begin < end else local.time() >= begin or local.time() < end
        assert begin == end or not inside or _changing(local)
        return
    assert timedelta(0) < until - now <= timedelta(hours=25)
    assert until.astimezone(ZoneInfo("America/Toronto")).time() == end or _changing(local)
    assert quiet_until(house, until) is None or _changing(local)


def _changing(local: datetime) -> bool:
    """Tell whether the clocks change within a day."""
    day = timedelta(days=1)
    return (local - day).utcoffset() != (local + day).utcoffset()


def test_without_quiet_hours_it_is_never_quiet() -> None:
    """Nor where they begin when they end."""
    assert quiet_until(House(), AT) is None
    assert quiet_until(House(quiet=Quiet(time(2), time(2))), AT) is None
