import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from fairfloor.publish.atproto import client as client_module
from fairfloor.publish.atproto.client import Client, Refused, Unreachable, _rest
from fairfloor.publish.doing import Desk, Unpublished

DID = "did:plc:hosthosthosthosthosthost"
SESSION = {"did": DID, "handle": "host.test", "accessJwt": "a.secret.token", "refreshJwt": "another"}
Answer = tuple[int, dict[str, str], bytes]


class Server(ThreadingHTTPServer):
    """A real server that gives the next answer to each request, and remembers what was asked."""

    def __init__(self, answers: list[Answer]) -> None:
        self.answers = answers
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("content-length", 0))))

    def _answer(self, body: bytes) -> None:
        self.server.asked.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        status, headers, told = self.server.answers.pop(0)
        if status == 0:  # the answer is lost
            self.close_connection = True
            return
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    @override
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def ok(told: object) -> Answer:
    """Answer well."""
    return 200, {}, msgspec.json.encode(told)


def no(status: int, error: str, message: str = "why", **headers: str) -> Answer:
    """Answer with an error."""
    return status, headers, msgspec.json.encode({"error": error, "message": message})


class Asking:
    """A client, the server it asks, and what it said and waited."""

    def __init__(self, server: Server, http: httpx.Client) -> None:
        self.server = server
        self.said: list[str] = []
        self.waited: list[float] = []
        address = f"http://127.0.0.1:{server.server_address[1]}"
        self.client = Client(http, address, address, say=self.said.append, sleep=self.waited.append)


@contextmanager
def asking(*answers: Answer) -> Iterator[Asking]:
    """Ask a server that answers so."""
    server = Server(list(answers))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        with httpx.Client(trust_env=False, timeout=10) as http:
            yield Asking(server, http)
        assert not server.answers
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_session_sends_its_token_and_nothing_shows_it() -> None:
    """After login requests carry the token; the password was in one body; neither is in an address or is printed."""
    with asking(ok(SESSION), ok({"uri": "at://x", "cid": "bafy", "value": {"a": 1}})) as one:
        account = one.client.login("host.test", "a-pass-word")
        assert (account.did, account.handle) == (DID, "host.test")
        assert one.client.record(DID, "app.bsky.feed.generator", "copchat") is not None
        (_, first, _, body), (_, second, headers, _) = one.server.asked
        assert msgspec.json.decode(body) == {"identifier": "host.test", "password": "a-pass-word"}
        assert headers["authorization"] == "Bearer a.secret.token"
        assert "secret" not in first + second + repr(one.client) + repr(account)
        assert "a-pass-word" not in first + second + repr(vars(one.client))


def test_a_login_code_is_sent_where_it_is_asked_for() -> None:
    """An account that wants a mailed code at login says so; the next run sends it."""
    with asking(no(401, "AuthFactorTokenRequired"), ok(SESSION)) as one:
        desk = Desk(one.client, one.said.append)
        with pytest.raises(Unpublished, match="login code"):
            desk.login("@host.test", "a-pass-word")
        desk.login("@host.test", "a-pass-word", "12345")
        assert msgspec.json.decode(one.server.asked[1][3])["authFactorToken"] == "12345"


def test_a_session_goes_on_at_the_accounts_own_server() -> None:
    """Where the DID document names another server, the account's things are there; not where that is no address."""
    with asking(ok({"uri": "at://x", "cid": "bafy", "value": {}})) as home:
        there = f"http://127.0.0.1:{home.server.server_address[1]}"
        service = {"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": there}
        with asking(ok({**SESSION, "didDoc": {"service": [{"id": 7}, "x", service]}})) as entry:
            entry.client.login("host.test", "x")
            entry.client.record(DID, "app.bsky.feed.generator", "copchat")
    assert client_module._home({"service": [service]}, "https://bsky.social") == "https://bsky.social"  # noqa: SLF001
    assert client_module._home({"service": "x"}, "https://bsky.social") == "https://bsky.social"  # noqa: SLF001


def test_a_server_that_asks_for_a_rest_gets_it() -> None:
    """Told to come later, it waits as long as it is told, says so, and asks again; too long a rest is said instead."""
    later = no(429, "RateLimitExceeded", **{"Retry-After": "17"})
    by_clock = no(
        429, "RateLimitExceeded", **{"RateLimit-Reset": "1793844030", "Date": "Thu, 05 Nov 2026 02:00:00 GMT"}
    )
    with asking(later, ok(SESSION)) as one:
        one.client.login("host.test", "x")
        assert (one.waited, one.said) == ([17.0], ["127.0.0.1 asks for a rest of 17 s."])
    with asking(by_clock, ok(SESSION)) as one:
        one.client.login("host.test", "x")
        assert one.waited == [30.0]
    with (
        asking(no(429, "RateLimitExceeded", **{"Retry-After": "86400"})) as one,
        pytest.raises(Refused, match="quarter"),
    ):
        one.client.login("host.test", "x")
    with asking(*[later] * 4) as one, pytest.raises(Refused):
        one.client.login("host.test", "x")


def test_a_question_is_repeated_and_a_write_is_not() -> None:
    """Whether a write whose answer is lost was done, nobody knows; so the next run looks, and this one says so."""
    with asking((0, {}, b""), ok({"uri": "at://x", "cid": "bafy", "value": {}})) as one:
        assert one.client.record(DID, "app.bsky.feed.generator", "copchat") is not None
    with asking((0, {}, b"")) as one, pytest.raises(Unreachable, match="not be done twice"):
        one.client.procedure("com.atproto.repo.putRecord", {})


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[1]", b'{"did": 1}', b"\xff\xfe", b"<html>", b"[" * 100_000, b'{"did": "x", "handle": "y"}'],
)
def test_odd_answers_are_said(body: bytes) -> None:
    """A server that answers with something else is said to, in a sentence."""
    with asking((200, {}, body)) as one, pytest.raises(Unreachable, match="something else"):
        one.client.login("host.test", "x")


@pytest.mark.parametrize("body", [b"", b"<html>no</html>", b'{"error": 7}', b"\xff", b"[" * 100_000])
def test_odd_refusals_are_refusals(body: bytes) -> None:
    """An error that is none of XRPC's is told by its status."""
    with asking((403, {}, body)) as one, pytest.raises(Refused, match="403"):
        one.client.login("host.test", "x")


def test_what_a_server_says_cannot_rewrite_a_terminal() -> None:
    """A message from outside is shown without controls, and not endlessly."""
    with asking(no(400, "Odd", "\x1b[2Jbell\x07" + "x" * 5_000)) as one, pytest.raises(Refused) as told:
        one.client.login("host.test", "x")
    assert str(told.value).isprintable()
    assert len(str(told.value)) < 400


def test_an_endless_answer_is_cut() -> None:
    """No more is read than an answer may have."""
    with asking((200, {}, b" " * (2 << 20))) as one, pytest.raises(Unreachable, match="without end"):
        one.client.login("host.test", "x")


def test_redirects_are_not_followed() -> None:
    """A password is sent to the server that was named, and to no other."""
    with asking((307, {"Location": "http://127.0.0.1:1/"}, b"")) as one, pytest.raises(Refused, match="307"):
        one.client.login("host.test", "x")


def test_nobody_there_is_said() -> None:
    """A server that cannot be reached is said to be, with what to check."""
    with httpx.Client(trust_env=False) as http:
        client = Client(http, "http://127.0.0.1:1", sleep=lambda _: None)
        with pytest.raises(Unreachable, match="cannot be reached"):
            client.login("host.test", "x")


def test_a_signed_operation_that_says_something_else_is_not_sent() -> None:
    """What a server signs is compared with what it was asked to; nothing else goes to the directory."""
    entries = {"verificationMethods": {"atproto": "did:key:a"}, "services": {}}
    other = {"verificationMethods": {"atproto": "did:key:b"}, "services": {}, "sig": "x"}
    with asking(ok(SESSION), ok(entries), ok({"operation": other})) as one:
        desk = Desk(one.client, one.said.append)
        desk.login("host.test", "x")
        with pytest.raises(Unpublished, match="something else"):
            desk.name_labeler("did:key:label", "fair.example.org", "CODE")


def test_an_account_of_another_kind_is_told_what_to_do() -> None:
    """The PLC directory keeps did:plc alone."""
    with asking(ok({**SESSION, "did": "did:web:host.example.org"})) as one:
        desk = Desk(one.client, one.said.append)
        with pytest.raises(Unpublished, match="Log in first"):
            desk.publish_feed("copchat", "fair.example.org", None)  # type: ignore[arg-type]  # it comes not so far
        desk.login("host.test", "x")
        with pytest.raises(Unpublished, match=r"did\.json"):
            desk.name_labeler("did:key:label", "fair.example.org", None)
        with pytest.raises(Unpublished, match="not a hostname"):
            desk.name_labeler("did:key:label", "https://fair.example.org", None)


@given(st.dictionaries(st.sampled_from(["retry-after", "ratelimit-reset", "date"]), st.text() | st.integers().map(str)))
def test_any_wait_is_a_number(headers: dict[str, str]) -> None:
    """Whatever a server says of when to come again, there is a number of seconds, not less than one."""
    assert _rest(headers) >= 1.0
