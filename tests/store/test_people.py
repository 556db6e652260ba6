import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fairfloor.session.people import AT_MOST, IDLE, STAFF_AT_MOST, STAFF_IDLE, Account, Client, Member
from fairfloor.store.location import Location, people_beside
from fairfloor.store.migrating import Unusable
from fairfloor.store.opening import opened, reading
from fairfloor.store.people.people import MOST, people_opened
from fairfloor.store.people.people import SqlPeople as People

NOW = datetime(2026, 3, 5, 2, tzinfo=UTC)
ANN = Account(id="did:plc:ann", handle="ann.example.org", network="bluesky")


@pytest.fixture
def people(place: Location) -> Iterator[People]:
    """Open a new place of people."""
    with people_opened(people_beside(place)) as opened_:
        yield opened_


def add(people: People, name: str = "Hal") -> Member:
    """Add a host."""
    added = people.add(name, "host", "hash", NOW)
    assert added is not None
    return added


def test_only_its_owner_reads_it(path: Path) -> None:
    """Hashes of passwords are nobody else's on this machine, nor is what is about to be written of them."""
    with people_opened(people_beside(path)) as people:
        add(people)
        for file in path.parent.glob("*.people*"):
            assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_people_can_be_changed_by_another_process_as_the_evening_runs(people: People, place: Location) -> None:
    """A password set by command line counts at once, though the evening's own store is in use."""
    member = add(people)
    script = "import sys; from fairfloor.store.location import *; from fairfloor.store.people.people import *\n"
    script += f"with people_opened(people_beside(location({str(place)!r}))) as p: p.set_password(p.members()[0], 'new')"
    with opened(place):
        subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
    found = people.credentials("hal")
    assert found
    assert (found.member, found.password) == (member, "new")


def test_what_is_no_file_of_people_is_refused(tmp_path: Path) -> None:
    """Another file is left as it is, and what to do is said."""
    other = tmp_path / "diary"
    other.write_bytes(b"Dear diary")
    with pytest.raises(Unusable, match="Name another file"), people_opened(other):
        pass
    assert other.read_bytes() == b"Dear diary"
    with pytest.raises(Unusable, match="in a folder you may write to"), people_opened(tmp_path / "none" / "x"):
        pass


def test_the_key_stays(path: Path) -> None:
    """Links given out before a crash hold after it; another site has another key."""
    with people_opened(path) as people:
        key = people.key()
    with people_opened(path) as people:
        assert people.key() == key
        assert len(key) == 32
    with people_opened(path.with_name("other")) as people:
        assert people.key() != key


@pytest.mark.parametrize(("idle", "most"), [(STAFF_IDLE, STAFF_AT_MOST), (IDLE, AT_MOST)])
def test_a_session_ends_when_nobody_comes_and_at_last_in_any_case(
    people: People, idle: timedelta, most: timedelta
) -> None:
    """It is there as long as somebody comes within the idle time, and not a moment longer than the longest."""
    who = add(people) if idle == STAFF_IDLE else ANN
    people.begin(b"one", who, NOW)
    people.begin(b"two", who, NOW)
    assert people.session(b"one", NOW + idle) is not None
    assert people.session(b"two", NOW + idle + timedelta(seconds=1)) is None
    at = NOW
    while at + idle / 2 <= NOW + most:
        at += idle / 2
        found = people.session(b"one", at)
        assert found is not None
        assert found.who == who
    assert people.session(b"one", NOW + most + timedelta(seconds=1)) is None
    assert people.session(b"one", NOW) is None


def test_one_person_has_so_many_sessions_and_not_more(people: People) -> None:
    """The browser that signed in longest ago goes; somebody else's stay."""
    people.begin(b"bob", Account(id="bob@m.example", handle="bob@m.example", network="mastodon"), NOW)
    for number in range(MOST + 5):
        people.begin(bytes([number]), ANN, NOW + timedelta(seconds=number))
    later = NOW + timedelta(minutes=1)
    assert [number for number in range(MOST + 5) if people.session(bytes([number]), later)] == list(range(5, MOST + 5))
    assert people.session(b"bob", later)
    people.end_all(ANN)
    assert not any(people.session(bytes([number]), later) for number in range(MOST + 5))
    assert people.session(b"bob", later)


def test_who_is_removed_is_signed_out(people: People) -> None:
    """And a number that was somebody's is nobody else's after."""
    member = add(people)
    people.begin(b"one", member, NOW)
    people.set_two_factor(member, b"secret", [b"code"])
    people.remove(member)
    assert people.session(b"one", NOW) is None
    assert add(people).number > member.number
    assert not people.use_recovery(member, b"code")


@pytest.mark.parametrize("name", ["HAL", " hal ", "\N{FULLWIDTH LATIN CAPITAL LETTER H}al"])
def test_a_name_is_taken_in_any_spelling(people: People, name: str) -> None:
    """Nobody is added under a name that reads the same."""
    add(people, "Hal")
    assert people.add(name, "moderator", "hash", NOW) is None
    found = people.credentials(name)
    assert found
    assert found.member.name == "Hal"


def test_a_code_is_used_once_whoever_is_quicker(people: People) -> None:
    """Of many at once with the code of one step exactly one gets in, and no earlier step after it."""
    member = add(people)
    people.set_two_factor(member, b"secret", [b"a", b"b"])
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: people.use_step(member, 100), range(16))) == 1
        assert sum(pool.map(lambda _: people.use_recovery(member, b"a"), range(16))) == 1
    assert not people.use_step(member, 99)
    assert people.use_step(member, 101)
    assert people.use_recovery(member, b"b")


def test_an_invitation_is_for_one(people: People) -> None:
    """It is used once, ends in time, can be taken back, and stays where the name was taken."""
    until = NOW + timedelta(days=7)
    add(people, "Hal")
    for number, role in enumerate(("co-host", "moderator", "moderator")):
        people.invite(bytes([number]), role, until)  # type: ignore[arg-type]
    first, second, _ = people.invitations(NOW)
    assert people.accept(b"\0", "hal", "hash", NOW) is None
    joined = people.accept(b"\0", "Cy", "hash", NOW)
    assert joined
    assert joined.role == first.role == "co-host"
    assert people.accept(b"\0", "Di", "hash", NOW) is None
    people.uninvite(second.number)
    assert people.invited(b"\1", NOW) is None
    assert people.invited(b"\2", until) is None
    assert people.accept(b"\2", "Di", "hash", until) is None
    assert people.invitations(until) == []
    assert [member.name for member in people.members()] == ["Hal", "Cy"]


def test_what_a_server_knows_us_by_is_kept(people: People) -> None:
    """The last counts."""
    assert people.client("m.example") is None
    for number in range(2):
        people.keep_client("m.example", Client(id=f"id{number}", secret="s"))  # noqa: S106 - it opens nothing
    assert people.client("m.example") == Client(id="id1", secret="s")  # noqa: S106 - it opens nothing


@given(name=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_name_is_more_than_a_name(people: People, name: str) -> None:
    """Whatever it has in it of quotes and commands, a name is found again and changes nothing else."""
    if people.credentials("hal") is None:
        add(people)
    hostile = f"'; DROP TABLE members; -- {name}"
    added = people.add(hostile, "moderator", "hash", NOW)
    found = people.credentials(hostile)
    assert added
    assert found
    assert found.member == added
    people.remove(added)
    assert people.credentials("hal")


def test_no_secret_of_a_session_is_kept(people: People, place: Location) -> None:
    """Who reads the tables finds digests, with which nobody can sign in."""
    people.begin(b"digest-of-it", ANN, NOW)
    reader = reading(people_beside(place))
    with reader.connect() as db:
        assert db.exec_driver_sql("SELECT digest FROM sessions").all() == [(b"digest-of-it",)]
    reader.dispose()
