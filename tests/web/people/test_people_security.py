import logging
import typing
from collections.abc import Callable
from datetime import UTC, datetime
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fairfloor.chat import moves
from fairfloor.chat.moves import Doing, Role
from fairfloor.chat.roles import may
from fairfloor.chat.settings import Settings
from fairfloor.session.people import Account
from fairfloor.testing.examples import examples
from fairfloor.web.people.guard import LARGEST
from fairfloor.web.people.inside import inside
from fairfloor.web.people.rates import WRITE_ACCOUNT, WRITE_ADDRESS, WRITE_STAFF

ANN = Account(id="did:plc:ann", handle="ann.example.org", network="bluesky")
NOW = datetime(2026, 3, 5, 2, tzinfo=UTC)
WHO: tuple[Role | None, ...] = (*typing.get_args(Role), None)
FIELDS: dict[str, Any] = {
    "act": "a", "account": "b", "until": NOW, "pace": 9, "newcomers": 0.2, "text": "x", "move": "m", "number": 1,
    "question": "q", "of": "q", "into": "r", "dispute": "d", "title": "x", "proposal": "p", "vote": 1, "on": NOW,
    "appeal": "p", "granted": True, "settings": Settings(tag="copchat"), "session": None, "questions": (),
}  # fmt: skip


def one_of(kind: type[Doing]) -> Doing:
    """Make a move of a kind, whatever fields it has."""
    return kind(**{name: FIELDS[name] for name in kind.__struct_fields__ if name in FIELDS})


@pytest.mark.parametrize("role", WHO)
def test_every_move_by_every_role_through_the_page(place: Any, role: Role | None) -> None:
    """What a session may do is what the matrix says, move by move, for each role and for nobody."""
    browser = place.browser()
    if role == "participant":
        browser = place.signed_in(ANN)
    elif role is not None:
        browser = place.signed_in(place.add("One", role))
    token, done = browser.token(browser.get("/sign-in").text), set()
    for kind in typing.get_args(Doing):
        do = one_of(kind)
        place.time.passes(10)
        answer = browser.post("/test/move", {"csrf": token, "do": msgspec.json.encode(do).decode()})
        assert answer.status_code in ({200, 409} if may(role, do) else {403}), do
        if answer.status_code == 200:
            assert answer.text == f"{role} {'did:plc:ann' if role == 'participant' else 'One'}"
            done.add(kind)
    assert done == set() if role is None else done >= {moves.Propose}


# Forms of others


def test_a_form_without_its_token_does_nothing(place: Any) -> None:
    """Nor with an empty one, one made up, or one cut short."""
    browser = place.signed_in(place.add("Hal"))
    token = browser.token(browser.get("/account").text)
    for wrong in (None, "", "A" * 59, token[:-1], token[1:], token + "A", "\N{SNOWMAN}", token.swapcase()):
        answer = browser.post("/sign-out", {} if wrong is None else {"csrf": wrong})
        assert answer.status_code == 403, wrong
        assert "load the page again" in answer.text
    assert browser.get("/account").status_code == 200
    assert browser.post("/sign-out", {"csrf": token}).status_code == 303


def test_a_token_is_good_for_its_browser_alone(place: Any) -> None:
    """Not for another session of the same person, not after signing in, not for a visitor."""
    hal = place.add("Hal")
    one, other, visitor = place.signed_in(hal), place.signed_in(hal), place.browser()
    token = one.token(one.get("/account").text)
    assert other.post("/sign-out", {"csrf": token}).status_code == 403
    assert visitor.post("/sign-out", {"csrf": token}).status_code == 403
    before = visitor.token(visitor.get("/sign-in/host").text)
    visitor.sign_in("Hal")
    assert visitor.post("/sign-out", {"csrf": before}).status_code == 403


def test_a_visitor_needs_a_token_too(place: Any) -> None:
    """Nobody is signed in as somebody else by another site's form."""
    place.add("Hal")
    browser = place.browser()
    given = {"name": "Hal", "password": "four words that nobody guesses"}
    assert browser.post("/sign-in/host", given).status_code == 403
    theirs = place.browser()
    token = theirs.token(theirs.get("/sign-in/host").text)
    assert browser.post("/sign-in/host", given | {"csrf": token}).status_code == 403


@pytest.mark.parametrize(
    "said",
    [
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "", "Origin": "https://elsewhere.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec_Fetch_Site": "cross-site", "Origin": "null"},
    ],
)
def test_a_form_that_was_sent_from_elsewhere_does_nothing(place: Any, said: dict[str, str]) -> None:
    """Even where it has the token."""
    browser = place.signed_in(place.add("Hal"))
    token = browser.token(browser.get("/account").text)
    answer = browser.post("/sign-out", {"csrf": token}, **said)
    assert answer.status_code == 403
    assert "came from elsewhere" in answer.text
    assert browser.get("/account").status_code == 200


@pytest.mark.parametrize("said", [{"Origin": "null"}, {"Sec_Fetch_Site": ""}, {"Origin": "", "Sec_Fetch_Site": ""}])
def test_a_browser_that_says_less_is_served(place: Any, said: dict[str, str]) -> None:
    """By the token alone: old browsers say nothing, and pages without referrers say null."""
    browser = place.signed_in(place.add("Hal"))
    token = browser.token(browser.get("/account").text)
    assert browser.post("/sign-out", {"csrf": token}, **said).status_code == 303


def test_a_token_looks_otherwise_each_time(place: Any) -> None:
    """So that a compressed page does not tell it letter by letter; all of them are good."""
    browser = place.signed_in(place.add("Hal"))
    tokens = {browser.token(browser.get("/account").text) for _ in range(5)}
    assert len(tokens) == 5
    for token in tokens:
        assert browser.post("/people/uninvite", {"csrf": token}).status_code == 303


def test_writing_is_by_form_alone(place: Any) -> None:
    """No GET writes; what is no form, or too large, is refused before it is read."""
    browser = place.signed_in(place.add("Hal"))
    token = browser.token(browser.get("/account").text)
    assert browser.get("/sign-out", params={"csrf": token}).status_code == 405
    assert browser.http.post("/sign-out", json={"csrf": token}).status_code == 415
    assert browser.http.post("/sign-out", files={"csrf": token.encode()}).status_code == 415
    assert browser.post("/sign-out", {"csrf": token, "more": "x" * LARGEST}).status_code == 413
    assert browser.post("/sign-out", {"csrf": token} | {f"f{n}": "" for n in range(200)}).status_code == 400
    assert browser.get("/account").status_code == 200


def test_a_body_without_end_is_not_read_to_its_end(place: Any) -> None:
    """Nor is its length believed."""
    browser = place.browser()
    browser.get("/sign-in")

    def endless() -> Any:
        for _ in range(100):
            yield b"a" * 65_536

    answer = browser.http.post(
        "/sign-out", content=endless(), headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 413


# How often


@pytest.mark.parametrize(("who", "rate"), [("participant", WRITE_ACCOUNT), ("host", WRITE_STAFF)])
def test_writes_of_an_account_are_bounded(place: Any, who: str, rate: Any) -> None:
    """From however many addresses and browsers; after a rest they go on."""
    one = ANN if who == "participant" else place.add("Hal")
    browsers = [place.signed_in(one) for _ in range(2)]
    tokens = [browser.token(browser.get("/sign-in").text) for browser in browsers]

    def write(number: int) -> int:
        return int(
            browsers[number % 2]
            .post("/people/uninvite", {"csrf": tokens[number % 2]}, X_Forwarded_For=f"198.51.100.{number}")
            .status_code
        )

    found = [write(number) for number in range(rate.burst + 2)]
    assert found[-3] != 429
    assert found[-2:] == [429, 429]
    place.time.passes(rate.every)
    assert write(1) != 429


def test_writes_from_an_address_are_bounded(place: Any) -> None:
    """Whoever is there, forms without a token included."""
    browser = place.browser()
    found = {browser.post("/sign-out").status_code for _ in range(WRITE_ADDRESS.burst)}
    assert found == {403}
    assert browser.post("/sign-out").status_code == 429
    assert browser.post("/sign-out", X_Forwarded_For="198.51.100.1").status_code == 403


# Cookies


def test_who_reads_has_no_cookie(place: Any) -> None:
    """Until a form is shown, which needs one."""
    browser = place.browser()
    for path in ("/", "/floor", "/folded", "/health", "/sign-in/link/state", "/i/" + "A" * 48):
        assert "set-cookie" not in browser.get(path).headers, path
    assert "set-cookie" in browser.get("/sign-in").headers
    assert "set-cookie" not in browser.get("/sign-in").headers


def test_the_cookie_is_out_of_reach(serve: Callable[..., Any]) -> None:
    """Of scripts and of other sites; by HTTPS, of anything by HTTP, and of other hosts of the domain."""
    said = serve().browser().get("/sign-in").headers["set-cookie"]
    assert said.startswith("fairfloor-visit=")
    assert said.endswith("; Path=/; HttpOnly; SameSite=Lax")
    said = serve(origin="https://chat.example.org").browser().get("/sign-in").headers["set-cookie"]
    assert said.startswith("__Host-visit=")
    assert said.endswith("; Path=/; HttpOnly; SameSite=Lax; Secure")


def test_by_https_the_origin_is_the_site_s_own(serve: Callable[..., Any]) -> None:
    """Whatever host a request names: a page of another name does not pass for ours."""
    place = serve(origin="https://chat.example.org")
    browser = place.browser()
    token = browser.token(browser.get("/sign-in").text)
    cookie = {"Cookie": f"__Host-visit={browser.http.cookies.get('__Host-visit')}"}
    assert browser.post("/sign-out", {"csrf": token}, **cookie).status_code == 403
    assert browser.post("/sign-out", {"csrf": token}, Origin="https://chat.example.org", **cookie).status_code == 303


@pytest.mark.parametrize("cookie", ["", "x", "A" * 43, "A" * 10_000, "' OR 1=1 --", '"', "a=b; fairfloor-visit=c"])
def test_a_cookie_that_we_did_not_give_is_nobody_s(place: Any, cookie: str) -> None:
    """Nothing fails, and nobody is signed in."""
    place.add("Hal")
    browser = place.browser()
    answer = browser.get("/account", headers={"Cookie": f"fairfloor-visit={cookie}"})
    assert answer.status_code == 303
    assert browser.get("/sign-in", headers={"Cookie": f"fairfloor-visit={cookie}"}).status_code == 200


# Where to go on


@pytest.mark.parametrize(
    "path",
    [
        "https://else.example/", "//else.example", "/\\else.example", "\\\\else.example", "javascript:x", "",
        "/a\r\nSet-Cookie: a=b", "/a\nb", "/\t/else.example", " //else.example", "///else.example", "a",
        "/" + "a" * 1000, "/%0d%0aSet-Cookie:a=b\r\n", "/\N{SNOWMAN}", "http:/x", "/\x00",
    ],
)  # fmt: skip
def test_nobody_is_led_away_after_signing_in(place: Any, path: str) -> None:
    """No address of another site, and no line of a header, comes through what to go on to."""
    place.add("Hal")
    browser = place.browser()
    shown = browser.get(f"/sign-in/host?{urlencode({'next': path})}").text
    assert any(f'name="next" value="{own}"' in shown for own in ("/console", "/%0d%0aSet-Cookie:a=b"))
    answer = browser.fill("/sign-in/host", "/sign-in/host", name="Hal", password=_PASSWORD, next=path)
    assert answer.headers["location"].startswith("/")
    assert not answer.headers["location"].startswith(("//", "/\\"))
    assert "a" not in answer.cookies


_PASSWORD = "four words that nobody guesses"  # noqa: S105 - only for tests


@given(st.text(st.characters(max_codepoint=0x2FFF), max_size=60) | st.from_regex(r"[/\\]{0,3}[a-z:@.]*[/\\?#]?\w*"))
def test_inside_is_inside(path: str) -> None:
    """Whatever is asked for, what comes out is a path of ours that a browser reads as one."""
    found = inside(path, "/otherwise")
    assert found in {path, "/otherwise"}
    assert found.startswith("/")
    assert not found.startswith(("//", "/\\"))
    assert found.isascii()
    assert found.isprintable()
    assert " " not in found


def test_where_one_was_is_where_one_goes_on(place: Any) -> None:
    """A path of ours, with what it asks for."""
    place.add("Hal")
    browser = place.browser()
    path = "/proposals?before=3&sort=new#last"
    answer = browser.fill(f"/sign-in/host?{urlencode({'next': path})}", "/sign-in/host", name="Hal", password=_PASSWORD)
    assert answer.headers["location"] == path


# What is written into pages, the database and logs


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "' OR '1'='1", "Hal'; DROP TABLE members; --", "{{7*7}}"]
)
def test_what_is_typed_is_text(place: Any, name: str) -> None:
    """In the page it is escaped, in the database it is a value."""
    place.add("Hal")
    browser = place.browser()
    assert browser.sign_in(name).status_code == 403
    page = browser.fill("/join", "/join", code=name, name=name, password=_PASSWORD)
    assert "<script>alert" not in page.text
    assert [one.name for one in place.people.members()] == ["Hal"]


def test_a_header_cannot_be_split(place: Any) -> None:
    """A line break in a query is part of a value, or refused, and never a header."""
    connection = HTTPConnection("127.0.0.1", int(place.url.rpartition(":")[2]))
    connection.request("GET", "/sign-in?next=/%0d%0aX-Ours:%20no")
    answer = connection.getresponse()
    assert answer.getheader("X-Ours") is None
    assert answer.status == 200
    answer.read()
    connection.close()


def test_no_secret_is_logged_or_shown(place: Any, caplog: pytest.LogCaptureFixture) -> None:
    """Passwords, tokens, codes and addresses are in no log, whatever is tried."""
    caplog.set_level(logging.DEBUG)
    place.add("Hal")
    browser = place.browser()
    wrong = "a very secret thing"
    shown = browser.sign_in("Hal", wrong).text
    browser.sign_in("Hal")
    shown += browser.get("/account").text
    invited = browser.fill("/people", "/people/invite", role="moderator").text.partition("/join#")[2].partition("<")[0]
    browser.post("/sign-out", {"csrf": "wrong"}, X_Forwarded_For="198.51.100.77")
    secrets = [wrong, _PASSWORD, browser.cookie, invited, "198.51.100.77"]
    ours = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("http"))
    for secret in secrets:
        assert secret
        assert secret not in ours
        assert secret not in shown
    assert "argon2" not in shown
    with place.evening.store._reader.connect() as db:  # noqa: SLF001 - all that is public
        kept = str(db.exec_driver_sql("SELECT * FROM log").all())
    assert not any(secret in kept for secret in secrets)


def test_pages_of_people_have_all_headers(place: Any) -> None:
    """The same as every page: nothing of them is kept by a proxy, framed, or run from elsewhere; HEAD too."""
    browser = place.signed_in(place.add("Hal"))
    for path in ("/sign-in", "/sign-in/host", "/account", "/account/two-factor", "/people", "/join"):
        headers = browser.http.head(path).headers
        assert headers["cache-control"].startswith("no-store")
        assert "form-action 'self'" in headers["content-security-policy"]
        assert "'unsafe" not in headers["content-security-policy"]
        assert " style=" not in browser.get(path).text


POSTS = (
    "/sign-in/host", "/sign-in/bluesky", "/sign-in/link", "/sign-in/link/done", "/sign-out", "/sign-out/everywhere",
    "/account/password", "/account/two-factor", "/account/two-factor/end", "/people/invite", "/people/uninvite",
    "/people/remove", "/join",
)  # fmt: skip
NAMES = ("name", "password", "new", "code", "next", "handle", "secret", "role", "number", "csrf")
_FORMS = st.dictionaries(st.sampled_from(NAMES), st.text(max_size=80) | st.integers().map(str), max_size=6)


@given(path=st.sampled_from(POSTS), fields=_FORMS, who=st.sampled_from(["host", "participant", None]))
@settings(max_examples=examples(60, 150), suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_form_is_an_error(place: Any, path: str, fields: dict[str, str], who: str | None) -> None:
    """Whatever is sent by whoever is done or refused, and the site goes on."""
    place.time.passes(1_000)
    hal = place.people.credentials("Hal")
    one = (hal.member if hal else place.add("Hal")) if who == "host" else ANN
    browser = place.signed_in(one) if who else place.browser()
    token = browser.token(browser.get("/sign-in").text)
    answer = browser.post(path, {"csrf": token} | {name: _sendable(value) for name, value in fields.items()})
    assert answer.status_code < 500, (path, fields)
    assert answer.status_code == 303 or answer.headers["content-type"].startswith("text/html")
    browser.http.close()


def _sendable(value: str) -> str:
    return value.encode("utf-8", "replace").decode()
