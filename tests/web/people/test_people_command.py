from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from fairfloor.cli.people import people
from fairfloor.store.location import people_beside
from fairfloor.store.people.people import people_opened
from fairfloor.web.people import passwords

PASSWORD = "four words that nobody guesses"  # noqa: S105 - only for tests
NEW = "five other words for the night"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Give a place for an evening."""
    return tmp_path / "copchat.db"


def run(*arguments: str | Path, given: str = "") -> Result:
    """Run the command."""
    return CliRunner().invoke(people, [str(one) for one in arguments], input=given)


def test_the_first_host_is_added_by_command(store: Path) -> None:
    """It asks for a password until it is good, and shows it nowhere."""
    done = run("add", store, "Hal", given=f"short\nshort\n{PASSWORD}\n{PASSWORD}\n")
    assert done.exit_code == 0, done.output
    assert "at least 12 characters" in done.output
    assert "Hal is a host" in done.output
    assert PASSWORD not in done.output
    with people_opened(people_beside(store)) as kept:
        found = kept.credentials("hal")
        assert found
        assert passwords.fits(found.password, PASSWORD)
    assert run("list", store).output == "Hal\thost\tpassword alone\n"


@pytest.mark.parametrize("name", ["did:plc:ann", "@ann", "H", "x" * 41, "a\u202eb", "12345", "two  spaces", "a/b"])
def test_a_name_that_could_be_an_account_s_is_not_taken(store: Path, name: str) -> None:
    """Nor one that cannot be read; and what to do is said."""
    done = run("add", store, name)
    assert done.exit_code == 2
    assert "A name" in done.output


def test_who_lost_a_password_gets_a_new_one_as_the_evening_runs(place: Any) -> None:
    """And is signed out wherever the one before had let somebody in."""
    browser = place.signed_in(place.add("Hal"))
    assert run("password", place.store, "Hal", given=f"{NEW}\n{NEW}\n").exit_code == 0
    assert browser.get("/account").status_code == 303
    assert browser.sign_in("Hal", PASSWORD).status_code == 403
    assert browser.sign_in("Hal", NEW).status_code == 303


def test_the_rest(store: Path) -> None:
    """Another password, no second factor, no role: each by name, in any case; nobody by that name is said."""
    run("add", store, "Hal", given=f"{PASSWORD}\n{PASSWORD}\n")
    assert "already" in run("add", store, "HAL").output
    with people_opened(people_beside(store)) as kept:
        found = kept.credentials("Hal")
        assert found
        kept.set_two_factor(found.member, b"x" * 20, [b"y"])
        kept.begin(b"z", found.member, found.member.added)
        assert run("list", store).output == "Hal\thost\ttwo-factor\n"
        assert run("reset-two-factor", store, "hal").exit_code == 0
        assert kept.session(b"z", found.member.added) is None
        kept.begin(b"z", found.member, found.member.added)
        assert run("password", store, "hal", given=f"{NEW}\n{NEW}\n").exit_code == 0
        assert kept.session(b"z", found.member.added) is None
        after = kept.credentials("Hal")
        assert after
        assert after.secret is None
        assert passwords.fits(after.password, NEW)
        assert run("remove", store, "hal").exit_code == 0
        assert kept.members() == []
    for command in ("password", "remove", "reset-two-factor"):
        done = run(command, store, "Hal")
        assert done.exit_code == 2
        assert "Nobody goes by Hal" in done.output


def test_what_cannot_be_is_said(tmp_path: Path) -> None:
    """A folder that is not there, and the file of people itself."""
    assert "folder you may write to" in run("list", tmp_path / "none" / "x.db").output
    assert "Name the evening's file" in run("list", tmp_path / "x.db.people").output
