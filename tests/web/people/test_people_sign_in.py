from collections.abc import Callable
from datetime import timedelta
from typing import Any, Literal

import pytest
from argon2 import PasswordHasher
from typing_extensions import override

from fairfloor.session.people import STAFF_AT_MOST, STAFF_IDLE, Account
from fairfloor.web.people import passwords
from fairfloor.web.people.door import Door, Site
from fairfloor.web.people.rates import SIGN_IN_DEVICE, SIGN_IN_NAME

PASSWORD = "four words that nobody guesses"  # noqa: S105 - only for tests
ANN = Account(id="did:plc:ann", handle="ann.example.org", network="bluesky")


def test_the_host_signs_in_and_out(place: Any) -> None:
    """With name and password the host is who they are; signed out they are nobody."""
    place.add("Hal")
    browser = place.browser()
    answer = browser.sign_in("hal")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console")
    assert "Max-Age" not in answer.headers.get_list("set-cookie")[0]  # it goes when the browser is closed
    assert "You are the host" in browser.get("/account").text
    assert browser.fill("/account", "/sign-out").status_code == 303
    assert browser.get("/account").headers["location"] == "/sign-in?next=/account"


@pytest.mark.parametrize(
    ("name", "password"), [("Hal", "not the password"), ("Nobody", PASSWORD), ("", ""), ("Hal", "")]
)
def test_what_is_wrong_is_not_said(place: Any, name: str, password: str) -> None:
    """A name that is not known and a password that is not right get one answer, to the letter but for its token."""
    place.add("Hal")
    browser = place.browser()
    answer = browser.sign_in(name, password)
    assert answer.status_code == 403
    unknown = browser.sign_in("Somebody else", "something else")
    assert _without_token(answer.text) == _without_token(unknown.text)
    assert browser.get("/account").status_code == 303


def _without_token(text: str) -> list[str]:
    return [line for line in text.splitlines() if 'name="csrf"' not in line]


def test_an_unknown_name_takes_the_work_of_a_wrong_password() -> None:
    """Either way one hash is verified, of the same parameters: the time taken tells nothing."""
    work: list[str] = []

    class Counted(PasswordHasher):
        @override
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
            work.append(str(hash).rpartition("$")[0].rpartition("$")[0])
            return super().verify(hash, password)

    counted = Counted()
    kept = passwords.hashed(PASSWORD)
    assert not passwords.fits(None, PASSWORD, counted)
    assert not passwords.fits(kept, "wrong", counted)
    assert passwords.fits(kept, PASSWORD, counted)
    assert len(work) == 3
    assert len(set(work)) == 1
    assert not passwords.outdated(passwords.NOBODYS)


def test_a_password_hashed_with_less_work_is_hashed_anew(place: Any) -> None:
    """At the next sign-in; and it fits still."""
    weaker = PasswordHasher(time_cost=1, memory_cost=16, parallelism=1).hash(PASSWORD)
    member = place.people.add("Hal", "host", weaker, place.time.now())
    assert place.browser().sign_in("Hal").status_code == 303
    kept = place.people.credentials("Hal")
    assert kept.member == member
    assert kept.password != weaker
    assert not passwords.outdated(kept.password, place.door.hasher)
    assert place.browser().sign_in("Hal").status_code == 303


def test_a_password_is_the_same_from_any_keyboard() -> None:
    """Letters composed and decomposed are one."""
    assert passwords.fits(
        passwords.hashed("\u00e9t\u00e9 apr\u00e8s \u00e9t\u00e9"), "e\u0301te\u0301 apre\u0300s e\u0301te\u0301"
    )


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaaa", "x" * 201, "Hal of the North1", "ababababababab"])
def test_weak_passwords_are_not_taken(password: str) -> None:
    """Too short, too long, of few signs, or the name itself."""
    assert passwords.weak(password, "Hal of the North")
    assert passwords.weak(PASSWORD, "Hal of the North") is None


def test_a_browser_gets_a_new_token_when_it_signs_in_and_out(place: Any) -> None:
    """A token that was planted in a browser is worth nothing once it is signed in (session fixation)."""
    place.add("Hal")
    browser, attacker = place.browser(), place.browser()
    browser.get("/sign-in/host")
    planted = browser.cookie
    assert planted
    attacker.http.cookies.set("fairfloor-visit", planted, domain="127.0.0.1")
    browser.sign_in("Hal")
    inside = browser.cookie
    assert inside != planted
    assert attacker.get("/account").status_code == 303
    browser.fill("/account", "/sign-out")
    assert browser.cookie not in {planted, inside}
    attacker.http.cookies.set("fairfloor-visit", inside, domain="127.0.0.1")
    assert attacker.get("/account").status_code == 303


def test_signing_in_anew_ends_the_session_before(place: Any) -> None:
    """One browser is one person at a time."""
    place.add("Hal")
    browser = place.signed_in(ANN)
    before = browser.cookie
    browser.sign_in("Hal")
    old = place.browser()
    old.http.cookies.set("fairfloor-visit", before, domain="127.0.0.1")
    assert old.get("/account").status_code == 303


def test_signing_out_everywhere(place: Any) -> None:
    """All browsers of a person are signed out, and nobody else's."""
    hal, mo = place.add("Hal"), place.add("Mo", "moderator")
    here, there, other = place.signed_in(hal), place.signed_in(hal), place.signed_in(mo)
    assert here.fill("/account", "/sign-out/everywhere").status_code == 303
    assert [one.get("/account").status_code for one in (here, there, other)] == [303, 303, 200]


@pytest.mark.parametrize("away", [STAFF_IDLE, STAFF_AT_MOST])
def test_who_stays_away_is_signed_out(place: Any, away: timedelta) -> None:
    """A machine left open does not stay open."""
    browser = place.signed_in(place.add("Hal"))
    assert browser.get("/account").status_code == 200
    place.time.passes(away + timedelta(seconds=1))
    assert browser.get("/account").status_code == 303


def test_who_is_removed_can_do_nothing_more(place: Any) -> None:
    """At once, in all browsers, by the host's page; and nobody removes themselves."""
    host, mo = place.add("Hal"), place.add("Mo", "moderator")
    browser, theirs = place.signed_in(host), place.signed_in(mo)
    for member in (host, mo):
        assert browser.fill("/people", "/people/remove", number=str(member.number)).status_code == 303
    assert theirs.get("/account").status_code == 303
    assert [one.name for one in place.people.members()] == ["Hal"]


def test_tries_by_name_are_counted_from_wherever_they_come(serve: Callable[..., Any]) -> None:
    """Guessing at one name from many addresses ends after a few tries, with when to go on."""
    place = serve()
    place.add("Hal")
    browser = place.browser()
    text = browser.get("/sign-in/host").text
    form = {"csrf": browser.token(text), "name": "Hal", "password": "a guess"}
    found = [
        browser.post("/sign-in/host", form, X_Forwarded_For=f"198.51.100.{number}").status_code
        for number in range(SIGN_IN_NAME.burst + 2)
    ]
    assert found == [403] * SIGN_IN_NAME.burst + [429] * 2
    refused = browser.post("/sign-in/host", form, X_Forwarded_For="203.0.113.1")
    assert "Try again in 60 seconds" in refused.text
    assert refused.headers["retry-after"] == "61"
    other = browser.post("/sign-in/host", form | {"name": "Mo"}, X_Forwarded_For="203.0.113.1")
    assert other.status_code == 403


def test_tries_from_an_address_are_counted_whatever_the_name(place: Any) -> None:
    """Trying one password with many names ends as well; of IPv6 a whole network is one address."""
    browser = place.browser()
    form = {"csrf": browser.token(browser.get("/sign-in/host").text), "password": "a guess"}
    found = [
        browser.post("/sign-in/host", form | {"name": f"n{n}"}, X_Forwarded_For=f"2001:db8::{n:x}").status_code
        for n in range(12)
    ]
    assert found == [403] * 10 + [429] * 2


@pytest.mark.parametrize(
    ("peer", "origin", "believed"),
    [
        ("127.0.0.1", None, True), ("::1", None, True), ("", None, True), ("10.0.0.2", None, False),
        ("10.0.0.2", "https://chat.example.org", True), ("93.184.215.14", "https://chat.example.org", False),
    ],
)  # fmt: skip
def test_who_is_believed_about_an_address(peer: str, origin: str | None, believed: bool) -> None:  # noqa: FBT001 - a table
    """A proxy near us, about the last before it; nobody else, who would have a new address for each try."""
    door = Door(site=Site(origin=origin))

    def at(*forwarded: str) -> bytes:
        headers = [(b"x-forwarded-for", one.encode()) for one in forwarded]
        return door.address({"type": "http", "client": (peer, 1), "headers": headers})

    assert (at("198.51.100.1") != at("198.51.100.2")) == believed
    assert at("made up, 198.51.100.1") == at("made up", "198.51.100.1") == at("198.51.100.1")
    assert (at("2001:db8::1") == at("2001:db8::2") != at("2001:db8:0:1::1")) == believed
    assert at("") == at("nonsense") or not believed
    assert b"198" not in at("198.51.100.1")


def test_a_crowd_that_guesses_at_the_hosts_name_does_not_lock_the_host_out(place: Any) -> None:
    """A browser that signed in by that name before has tries of its own; a cookie that somebody made up has not."""
    place.add("Hal")
    known, crowd = place.browser(), place.browser()
    known.sign_in("Hal")
    known.fill("/account", "/sign-out")
    guesses = [crowd.sign_in("Hal", "a guess").status_code for _ in range(SIGN_IN_NAME.burst + 1)]
    assert guesses[-1] == 429
    crowd.http.cookies.set("fairfloor-device", "A" * 64, domain="127.0.0.1")
    assert crowd.sign_in("Hal").status_code == 429
    assert known.sign_in("Hal").status_code == 303
    known.fill("/account", "/sign-out")
    tries = [known.sign_in("Hal", "a guess").status_code for _ in range(SIGN_IN_DEVICE.burst + 1)]
    assert tries[-1] == 429
    assert known.sign_in("Mo", "a guess").status_code == 429  # and of no other name it is known


def test_changing_the_password(place: Any) -> None:
    """It wants the one before; and signs out everywhere but here."""
    hal = place.add("Hal")
    browser, there = place.signed_in(hal), place.signed_in(hal)
    new = "five other words for the night"
    assert browser.fill("/account", "/account/password", password="wrong" * 3, new=new).status_code == 422
    assert browser.fill("/account", "/account/password", password=PASSWORD, new="short").status_code == 422
    done = browser.fill("/account", "/account/password", password=PASSWORD, new=new)
    assert done.headers["location"] == "/account?done=password"
    assert [one.get("/account").status_code for one in (browser, there)] == [200, 303]
    assert place.browser().sign_in("Hal", PASSWORD).status_code == 403
    assert place.browser().sign_in("Hal", new).status_code == 303


def test_the_host_invites_and_who_is_invited_joins(place: Any) -> None:
    """The code is shown once, in the part of a link that no server sees; it lets one in, as what the host said."""
    browser = place.signed_in(place.add("Hal"))
    page = browser.fill("/people", "/people/invite", role="moderator").text
    code = page.partition("/join#")[2].partition("<")[0]
    assert code
    assert code not in browser.get("/people").text
    guest = place.browser()
    assert guest.fill("/join", "/join", code="A" * 43, name="Mo", password=PASSWORD).status_code == 422
    assert guest.fill("/join", "/join", code=code, name="hal", password=PASSWORD).status_code == 422
    assert guest.fill("/join", "/join", code=code, name="did:plc:ann", password=PASSWORD).status_code == 422
    assert guest.fill("/join", "/join", code=code, name="Mo", password=PASSWORD).status_code == 303
    assert "You are a moderator" in guest.get("/account").text
    assert guest.http.cookies.get("fairfloor-device")
    assert place.browser().fill("/join", "/join", code=code, name="Di", password=PASSWORD).status_code == 422
    assert guest.get("/people").status_code == 403


def test_an_invitation_can_be_taken_back(place: Any) -> None:
    """Then nobody joins by it."""
    browser = place.signed_in(place.add("Hal"))
    page = browser.fill("/people", "/people/invite", role="host").text
    code = page.partition("/join#")[2].partition("<")[0]
    (waiting,) = place.people.invitations(place.time.now())
    browser.fill("/people", "/people/uninvite", number=str(waiting.number))
    assert place.browser().fill("/join", "/join", code=code, name="Mo", password=PASSWORD).status_code == 422
    assert browser.fill("/people", "/people/invite", role="emperor").status_code == 422


@pytest.mark.parametrize("role", ["co-host", "moderator"])
@pytest.mark.parametrize("path", ["/people/invite", "/people/uninvite", "/people/remove"])
def test_only_the_host_says_who_has_a_role(place: Any, role: Any, path: str) -> None:
    """Whatever form they make up; and nothing is different after."""
    place.add("Hal")
    browser = place.signed_in(place.add("Cy", role))
    assert browser.fill("/account", path, role="host", number="1").status_code == 403
    assert place.signed_in(ANN).fill("/account", path, role="host", number="1").status_code == 403
    assert place.browser().fill("/sign-in", path, role="host", number="1").status_code == 403
    assert len(place.people.members()) == 2
    assert place.people.invitations(place.time.now()) == []
