import re
from base64 import b32decode
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.web.people import codes

PASSWORD = "four words that nobody guesses"  # noqa: S105 - only for tests
NOW = datetime(2026, 3, 5, 2, tzinfo=UTC)


def code_at(secret: bytes, when: datetime) -> str:
    """Count a code as a phone does."""
    return TOTP(secret, 6, SHA1(), 30).generate(int(when.timestamp())).decode()  # noqa: S303 - the standard's


def set_up(place: Any, browser: Any) -> tuple[bytes, list[str]]:
    """Set two-factor sign-in up on a page; give the secret that a phone would have, and codes for recovery."""
    page = browser.get("/account/two-factor").text
    typed = re.search(r'class="typed">([^<]*)<', page)
    carried = re.search(r'name="secret" value="([^"]*)"', page)
    assert typed
    assert carried
    secret = b32decode(typed[1].replace(" ", ""))
    fields = {"csrf": browser.token(page), "secret": unescape(carried[1]), "password": PASSWORD}
    done = browser.post("/account/two-factor", fields | {"code": code_at(secret, place.time.now())})
    assert done.status_code == 200, done.text
    return secret, re.findall(r"<li><code>([^<]*)</code>", done.text)


def test_with_it_a_password_alone_does_not_do(place: Any) -> None:
    """The code is needed, the password too; what was wrong is not said."""
    browser = place.signed_in(place.add("Hal"))
    secret, _ = set_up(place, browser)
    place.time.passes(60)
    code = code_at(secret, place.time.now())
    answers = [place.browser().sign_in("Hal", *given) for given in ((PASSWORD,), (PASSWORD, "000000"), ("no", code))]
    assert [answer.status_code for answer in answers] == [403] * 3
    assert len({re.sub(r'value="[^"]*"', "", answer.text) for answer in answers}) == 1
    assert place.browser().sign_in("Hal", PASSWORD, code).status_code == 303


def test_a_code_is_good_once(place: Any) -> None:
    """Nor is one before it good after it; and the one that set it up is used up by that."""
    secret, _ = set_up(place, place.signed_in(place.add("Hal")))
    at = place.time.now()
    assert place.browser().sign_in("Hal", PASSWORD, code_at(secret, at)).status_code == 403
    place.time.passes(60)
    at = place.time.now()
    assert place.browser().sign_in("Hal", PASSWORD, code_at(secret, at)).status_code == 303
    assert place.browser().sign_in("Hal", PASSWORD, code_at(secret, at)).status_code == 403
    assert place.browser().sign_in("Hal", PASSWORD, code_at(secret, at - timedelta(seconds=30))).status_code == 403
    assert place.browser().sign_in("Hal", PASSWORD, code_at(secret, at + timedelta(seconds=30))).status_code == 303


def test_a_code_for_recovery_is_good_once(place: Any) -> None:
    """However it is typed; there are eight, and none of them is like another."""
    _, recovery = set_up(place, place.signed_in(place.add("Hal")))
    assert len(set(recovery)) == 8
    assert place.browser().sign_in("Hal", PASSWORD, recovery[0].upper().replace("-", " ")).status_code == 303
    assert place.browser().sign_in("Hal", PASSWORD, recovery[0]).status_code == 403
    assert place.browser().sign_in("Hal", PASSWORD, recovery[1]).status_code == 303
    assert place.browser().sign_in("Hal", "wrong" * 3, recovery[2]).status_code == 403
    assert place.browser().sign_in("Hal", PASSWORD, recovery[2]).status_code == 303


def test_setting_it_up_signs_out_elsewhere(place: Any) -> None:
    """Who was in by the password alone has to show the code too."""
    hal = place.add("Hal")
    here, there = place.signed_in(hal), place.signed_in(hal)
    set_up(place, here)
    assert [one.get("/account").status_code for one in (here, there)] == [200, 303]


def test_setting_it_up_wants_the_password_and_a_code(place: Any) -> None:
    """A machine left open is not enough, nor a phone whose clock is wrong."""
    browser = place.signed_in(place.add("Hal"))
    page = browser.get("/account/two-factor").text
    secret = unescape(re.findall(r'name="secret" value="([^"]*)"', page)[0])
    fields = {"csrf": browser.token(page), "secret": secret}
    assert "not your password" in browser.post("/account/two-factor", fields | {"password": "no", "code": "1"}).text
    again = browser.post("/account/two-factor", fields | {"password": PASSWORD, "code": "123"})
    assert again.status_code == 422
    assert f'value="{secret}"' in again.text  # the picture on the phone stays good
    assert not place.people.credentials("Hal").member.two_factor


def test_nobody_is_given_a_secret_of_somebody_else_s(place: Any) -> None:
    """A form made up by another, with a secret that they know, sets nothing up; nor one from another browser."""
    hal = place.add("Hal")
    browser, other = place.signed_in(hal), place.signed_in(hal)
    theirs = re.findall(r'name="secret" value="([^"]*)"', other.get("/account/two-factor").text)[0]
    for secret in (theirs, "A" * 70, "", "x"):
        fields = {"secret": secret, "password": PASSWORD, "code": "123456"}
        answer = browser.fill("/account", "/account/two-factor", **fields)
        assert answer.headers["location"] == "/account/two-factor"
    assert place.people.credentials("Hal").secret is None


def test_turning_it_off_wants_both(place: Any) -> None:
    """And signing in needs the password alone again."""
    browser = place.signed_in(place.add("Hal"))
    secret, recovery = set_up(place, browser)
    place.time.passes(60)
    code = code_at(secret, place.time.now())
    assert browser.fill("/account", "/account/two-factor/end", password="no" * 6, code=code).status_code == 422
    assert browser.fill("/account", "/account/two-factor/end", password=PASSWORD, code="").status_code == 422
    done = browser.fill("/account", "/account/two-factor/end", password=PASSWORD, code=code)
    assert done.status_code == 303
    assert place.browser().sign_in("Hal").status_code == 303
    assert place.people.credentials("Hal").secret is None
    assert recovery


def test_the_picture_is_what_a_phone_reads(place: Any) -> None:
    """It says whose account and where; and needs no style that the page's policy forbids."""
    drawn = codes.picture(b"\0" * 20, "Hal & co", "chat.example.org")
    assert drawn.startswith("<svg")
    assert "style" not in drawn
    assert "script" not in drawn
    page = place.signed_in(place.add("Hal")).get("/account/two-factor").text
    assert "<svg" in page


@pytest.mark.parametrize("seconds", range(-75, 76, 5))
def test_a_clock_may_be_half_a_minute_wrong(seconds: int) -> None:
    """A code of the step before or after is taken, and no other."""
    secret = b"12345678901234567890"
    at = NOW + timedelta(seconds=seconds)
    away = int(at.timestamp()) // 30 - int(NOW.timestamp()) // 30
    found = codes.step_of(secret, code_at(secret, at), NOW)
    assert found == (int(at.timestamp()) // 30 if abs(away) <= 1 else None)


def test_codes_are_those_of_the_standard() -> None:
    """RFC 6238's own examples, the last six digits of them."""
    secret = b"12345678901234567890"
    for seconds, code in ((59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")):
        assert codes.step_of(secret, code, datetime.fromtimestamp(seconds, UTC)) == seconds // 30


@given(st.text(max_size=12))
def test_what_is_no_code_is_none(code: str) -> None:
    """Whatever is typed is a code or is not, and never an error."""
    found = codes.step_of(b"12345678901234567890", code, NOW)
    digits = "".join(code.split())
    assert found is None or (len(digits) == 6 and digits.isascii() and digits.isdigit())
