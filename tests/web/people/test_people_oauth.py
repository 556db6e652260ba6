"""Signing in at servers that play their part as their documents say, and at servers that do not."""

import asyncio
import json
import socket
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from typing_extensions import override

from fairfloor.session.people import Account
from fairfloor.sources.mastodon.status import Account as OfStatus
from fairfloor.web.people.bluesky import Bluesky, client_id, metadata
from fairfloor.web.people.door import Door, Site, content
from fairfloor.web.people.dpop import Key
from fairfloor.web.people.outside import LARGEST, Outside, Unproven, is_public

SITE = "http://127.0.0.1:8123"
BROWSER = b"b" * 32
DID = "did:plc:ann"
RESOURCE, SERVER = "/.well-known/oauth-protected-resource", "/.well-known/oauth-authorization-server"
TOKEN = {"access_token": "t", "token_type": "DPoP", "sub": DID, "scope": "atproto"}
KNOWN = "only we two know"
Answers = Callable[[dict[str, str], dict[str, str]], Any]


class Elsewhere:
    """A server on this machine; `does[path]` answers with JSON, or with (status, headers, bytes)."""

    def __init__(self) -> None:
        self.does: dict[str, Any] = {}
        self.asked: list[tuple[str, dict[str, str], dict[str, str]]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.answer(urlsplit(self.path).query)

            def do_POST(self) -> None:
                self.answer(self.rfile.read(int(self.headers["Content-Length"] or 0)).decode())

            def answer(self, given: str) -> None:
                path, fields = urlsplit(self.path).path, dict(parse_qsl(given))
                headers = {name.lower(): value for name, value in self.headers.items()}
                outer.asked.append((path, fields, headers))
                said = outer.does.get(path, (404, {}, b'{"error": "not found"}'))
                said = said(fields, headers) if callable(said) else said
                status, more, body = said if isinstance(said, tuple) else (200, {}, json.dumps(said).encode())
                self.send_response(status)
                for name, value in {
                    "Content-Length": str(len(body)),
                    "Content-Type": "application/json",
                    **more,
                }.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            @override
            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    """Give a server."""
    server = Elsewhere()
    yield server
    server.close()


def bluesky(elsewhere: Elsewhere) -> None:
    """Have a server be all of Bluesky: who resolves handles, the directory, the account's server, who speaks for it."""
    url = elsewhere.url
    home = {"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": url}
    elsewhere.does |= {
        "/xrpc/com.atproto.identity.resolveHandle": {"did": DID},
        f"/{DID}": {"id": DID, "alsoKnownAs": ["at://ann.example.org"], "service": [home]},
        "/.well-known/oauth-protected-resource": {"resource": url, "authorization_servers": [url]},
        "/.well-known/oauth-authorization-server": {
            "issuer": url,
            "authorization_endpoint": f"{url}/oauth/authorize",
            "token_endpoint": f"{url}/oauth/token",
            "pushed_authorization_request_endpoint": f"{url}/oauth/par",
            "revocation_endpoint": f"{url}/oauth/revoke",
        },
        "/oauth/par": (201, {"DPoP-Nonce": "one"}, b'{"request_uri": "urn:x", "expires_in": 300}'),
        "/oauth/token": TOKEN,
        "/oauth/revoke": {},
    }


def flow(elsewhere: Elsewhere, **query: str) -> tuple[Account, str]:
    """Begin at Bluesky and finish."""
    url = elsewhere.url

    async def flowing() -> tuple[Account, str]:
        at = Bluesky(Door(None, Site(local=True, appview=url, plc=url)), Outside(local=True))
        there = await at.begin("ann.example.org", SITE, BROWSER, "/next")
        assert there.startswith(f"{url}/oauth/authorize?")
        state = next(fields["state"] for path, fields, _ in elsewhere.asked if path == "/oauth/par")
        return await at.finish(BROWSER, {"state": state, "iss": url, "code": "c"} | query)

    done: tuple[Account, str] = in_thread(flowing())
    return done


def in_thread(main: Any) -> Any:
    """Run in a thread of its own: a browser's driver may have a loop running in this one."""
    found: list[Any] = []

    def run() -> None:
        try:
            found.append(asyncio.run(main))
        except Unproven as error:
            found.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if isinstance(found[0], Unproven):
        raise found[0]
    return found[0]


def test_the_exchange(elsewhere: Elsewhere) -> None:
    """What is asked is what the profile wants: pushed, with a challenge, each request signed, and nothing too much."""
    bluesky(elsewhere)
    wants = {"/oauth/par": "one", "/oauth/token": "two"}

    def with_nonce(path: str, then: Any) -> Answers:
        def answer(_: dict[str, str], headers: dict[str, str]) -> Any:
            note = msgspec.json.decode(content(headers["dpop"].split(".")[1]))
            if note.get("nonce") != wants[path]:
                return 400, {"DPoP-Nonce": wants[path]}, b'{"error": "use_dpop_nonce"}'
            return then

        return answer

    for path in wants:
        elsewhere.does[path] = with_nonce(path, elsewhere.does[path])
    assert flow(elsewhere) == (Account(id=DID, handle="ann.example.org", network="bluesky"), "/next")
    pushed = [fields for path, fields, _ in elsewhere.asked if path == "/oauth/par"]
    bought = [fields for path, fields, _ in elsewhere.asked if path == "/oauth/token"]
    assert len(pushed) == len(bought) == 2
    assert pushed[1]["scope"] == "atproto"
    assert pushed[1]["code_challenge_method"] == "S256"
    assert pushed[1]["redirect_uri"] == bought[1]["redirect_uri"] == f"{SITE}/sign-in/bluesky/back"
    hashed = urlsafe_b64encode(sha256(bought[1]["code_verifier"].encode()).digest()).decode().rstrip("=")
    assert hashed == pushed[1]["code_challenge"]
    assert elsewhere.asked[-1][0] == "/oauth/revoke"
    assert elsewhere.asked[-1][1]["token"] == TOKEN["access_token"]


def test_a_note_is_signed_as_the_standard_says() -> None:
    """RFC 9449: the key in the head, the request in the note, a plain pair of numbers as the signature."""
    key = Key()
    note = key.proof("POST", "https://as.example/token", 1_700_000_000, "n")
    head, body, signature = (content(part) for part in note.split("."))
    said = msgspec.json.decode(head)
    assert (said["typ"], said["alg"], set(said["jwk"])) == ("dpop+jwt", "ES256", {"kty", "crv", "x", "y"})
    claims = msgspec.json.decode(body)
    assert {name: claims[name] for name in ("htm", "htu", "iat", "nonce")} == {
        "htm": "POST", "htu": "https://as.example/token", "iat": 1_700_000_000, "nonce": "n",
    }  # fmt: skip
    x, y = (int.from_bytes(content(said["jwk"][axis])) for axis in "xy")
    public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    public.verify(encode_dss_signature(r, s), note.rpartition(".")[0].encode(), ec.ECDSA(SHA256()))
    assert len({msgspec.json.decode(content(key.proof("GET", "x", 1).split(".")[1]))["jti"] for _ in range(9)}) == 9


def test_what_we_say_of_ourselves() -> None:
    """By HTTPS the address of our own metadata; on this machine what the profile allows there."""
    site = "https://chat.example.org"
    said = metadata(site, "Fairfloor")
    assert said["client_id"] == client_id(site) == f"{site}/oauth-client-metadata.json"
    assert said["redirect_uris"] == [f"{site}/sign-in/bluesky/back"]
    assert client_id(SITE).startswith("http://localhost?redirect_uri=http%3A%2F%2F127.0.0.1%3A8123%2Fsign-in")


def test_our_metadata_is_served(serve: Callable[..., Any]) -> None:
    """Where it says that it is."""
    browser = serve(origin="https://chat.example.org").browser()
    answer = browser.get("/oauth-client-metadata.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == metadata("https://chat.example.org", "chat.example.org")


@pytest.mark.parametrize(
    ("path", "said", "why"),
    [
        (f"/{DID}", {"id": "did:plc:eve"}, "does not go by that name"),
        (f"/{DID}", {"id": DID, "alsoKnownAs": ["at://eve.example.org"]}, "does not go by that name"),
        (f"/{DID}", {"id": DID, "alsoKnownAs": ["at://ann.example.org"]}, "has no server"),
        ("/xrpc/com.atproto.identity.resolveHandle", {"did": "did:web:127.0.0.1%2f@x"}, "cannot be asked"),
        ("/xrpc/com.atproto.identity.resolveHandle", {"did": "did:plc:../x"}, "cannot be asked"),
        ("/xrpc/com.atproto.identity.resolveHandle", {"did": 7}, "knows no account"),
        (RESOURCE, {"authorization_servers": []}, "does not say who speaks"),
        (RESOURCE, {"authorization_servers": ["http://10.0.0.1"]}, "no server that can"),
        (RESOURCE, {"authorization_servers": ["file:///etc/passwd"]}, "no server that can"),
        (SERVER, {"issuer": "https://other.example"}, "something else than was asked"),
        ("/oauth/par", (400, {}, b'{"error": "invalid_client"}'), "does not let this site ask"),
        ("/oauth/par", (302, {"Location": "http://127.0.0.1/"}, b""), "does not let this site ask"),
        ("/oauth/token", (400, {}, b'{"error": "invalid_grant"}'), "does not confirm it"),
        ("/oauth/token", TOKEN | {"sub": "did:plc:eve"}, "another account"),
        ("/oauth/token", TOKEN | {"token_type": "Bearer"}, "something else"),
        ("/oauth/token", TOKEN | {"scope": "x"}, "something else"),
        ("/oauth/token", (200, {}, b"[" * 100_000), "something else"),
        ("/oauth/token", (200, {}, b" " * (LARGEST + 1)), "too much"),
        ("/oauth/token", (200, {}, b"<h1>Dear diary</h1>"), "something else"),
    ],
)  # fmt: skip
def test_servers_that_do_not_play_their_part(elsewhere: Elsewhere, path: str, said: Any, why: str) -> None:
    """Nobody is signed in by them, and what is wrong is said in a sentence."""
    bluesky(elsewhere)
    elsewhere.does[path] = said
    with pytest.raises(Unproven, match=why):
        flow(elsewhere)


@pytest.mark.parametrize("answer", [(500, {}, b""), (302, {"Location": "http://10.0.0.1/"}, b"")])
def test_a_token_that_cannot_be_given_back_is_no_reason_to_refuse(elsewhere: Elsewhere, answer: Any) -> None:
    """Who it is, is known by then."""
    bluesky(elsewhere)
    elsewhere.does["/oauth/revoke"] = answer
    assert flow(elsewhere)[0].id == DID
    elsewhere.does[SERVER]["revocation_endpoint"] = "http://10.0.0.1/"
    elsewhere.asked.clear()
    assert flow(elsewhere)[0].id == DID


def test_a_server_of_another_name_does_not_speak_for_it(elsewhere: Elsewhere) -> None:
    """Its metadata says who it is; another's are not taken for it, nor an answer of another."""
    bluesky(elsewhere)
    elsewhere.does["/.well-known/oauth-authorization-server"]["issuer"] = "https://other.example"
    with pytest.raises(Unproven, match="goes by another name"):
        flow(elsewhere)
    bluesky(elsewhere)
    with pytest.raises(Unproven, match="Another server"):
        flow(elsewhere, iss="https://other.example")


@pytest.mark.parametrize("where", ["authorization_endpoint", "pushed_authorization_request_endpoint", "token_endpoint"])
@pytest.mark.parametrize("inside", ["http://169.254.169.254/x", "javascript:alert(1)", "http://10.0.0.1/", "/x", ""])
def test_no_server_leads_us_or_a_browser_inside(elsewhere: Elsewhere, where: str, inside: str) -> None:
    """Whatever addresses it says its parts are at."""
    bluesky(elsewhere)
    elsewhere.does["/.well-known/oauth-authorization-server"][where] = inside
    with pytest.raises(Unproven, match="no server that can be asked"):
        flow(elsewhere)


# Whom we ask at all


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/", "https://127.0.0.1/", "https://localhost/", "https://[::1]/", "https://10.1.2.3/",
        "https://169.254.169.254/latest", "https://192.168.0.1/", "https://[fd00::1]/", "https://0.0.0.0/",
        "https://[::ffff:127.0.0.1]/", "https://2130706433/", "https://0x7f000001/", "https://user@example.org/",
        "file:///etc/passwd", "https:///x", "ftp://example.org/", "https://[", "gopher://x", "https://100.64.0.1/",
    ],
)  # fmt: skip
def test_nobody_inside_is_asked(url: str) -> None:
    """Not this machine, not its network, not a cloud's own addresses, in whatever spelling."""
    with pytest.raises(Unproven):
        in_thread(Outside().ask("GET", url))


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "2130706433", "0x7f000001", "127.1", "[::ffff:127.0.0.1]"])
def test_nothing_on_this_machine_hears_of_it(host: str) -> None:
    """Not even that somebody wanted to connect."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        with pytest.raises(Unproven, match="does not answer"):
            in_thread(Outside().ask("GET", f"https://{host}:{listening.getsockname()[1]}/"))
        with pytest.raises(BlockingIOError):
            listening.accept()


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True), ("2606:2800:21f:cb07::1", True), ("127.0.0.1", False), ("10.0.0.1", False),
        ("172.16.0.1", False), ("192.168.1.1", False), ("169.254.169.254", False), ("100.64.0.1", False),
        ("0.0.0.1", False), ("224.0.0.1", False), ("255.255.255.255", False), ("::1", False), ("fe80::1%eth0", False),
        ("fc00::1", False), ("ff02::1", False), ("::ffff:10.0.0.1", False), ("::ffff:93.184.215.14", True),
        ("2002:7f00:1::", False), ("64:ff9b::7f00:1", False), ("64:ff9b::5db8:d70e", True), ("x", False), ("", False),
    ],
)  # fmt: skip
def test_which_addresses_are_public(address: str, public: bool) -> None:  # noqa: FBT001 - a table
    """Wrapped ones are what they wrap."""
    assert is_public(address) == public


# Mastodon


def mastodon(elsewhere: Elsewhere) -> dict[str, Any]:
    """Have a server be a Mastodon server; gives what it remembers."""
    kept: dict[str, Any] = {"apps": 0, "tokens": set()}

    def apps(fields: dict[str, str], _: dict[str, str]) -> Any:
        kept["apps"] += 1
        kept["redirect"] = fields["redirect_uris"]
        said = {"id": "1", "name": fields["client_name"], "website": fields["website"], "scopes": ["read:accounts"]}
        return said | {"client_id": f"id{kept['apps']}", "client_secret": KNOWN, "vapid_key": "x"}

    def token(fields: dict[str, str], _: dict[str, str]) -> Any:
        if fields["client_id"] != f"id{kept['apps']}" or fields["client_secret"] != KNOWN:
            return 401, {}, b'{"error": "invalid_client", "error_description": "Client authentication failed"}'
        shown = urlsafe_b64encode(sha256(fields["code_verifier"].encode()).digest()).decode().rstrip("=")
        if fields["code"] != "right" or fields["redirect_uri"] != kept["redirect"] or shown != kept["challenge"]:
            return 400, {}, b'{"error": "invalid_grant"}'
        kept["tokens"].add("token")
        return {"access_token": "token", "token_type": "Bearer", "scope": "read:accounts", "created_at": 1_700_000_000}

    def me(_: dict[str, str], headers: dict[str, str]) -> Any:
        if headers.get("authorization", "").removeprefix("Bearer ") not in kept["tokens"]:
            return 401, {}, b'{"error": "The access token is invalid"}'
        return {"id": "1", "username": "ann", "acct": kept.get("acct", "ann"), "url": "https://mastodon.example/@ann"}

    def revoke(fields: dict[str, str], _: dict[str, str]) -> Any:
        kept["tokens"].discard(fields["token"])
        return {}

    elsewhere.does |= {
        "/api/v1/apps": apps,
        "/oauth/token": token,
        "/api/v1/accounts/verify_credentials": me,
        "/oauth/revoke": revoke,
        "/api/v2/instance": {"domain": "Mastodon.example", "title": "A server"},
    }
    return kept


def go(place: Any, browser: Any, kept: dict[str, Any]) -> dict[str, str]:
    """Begin at the server, and give what it was asked for."""
    page = browser.fill("/sign-in?next=/proposals", "/sign-in/mastodon", server="127.0.0.1")
    assert page.status_code == 200, page.text
    there = page.text.partition('class="say" href="')[2].partition('"')[0].replace("&amp;", "&")
    asked = dict(parse_qsl(urlsplit(there).query))
    kept["challenge"] = asked["code_challenge"]
    assert asked["redirect_uri"] == f"{place.url}/sign-in/mastodon/back"
    return asked


def test_somebody_signs_in_at_a_mastodon_server(serve: Callable[..., Any], elsewhere: Elsewhere) -> None:
    """By its word on who they are; the token is given back; we introduce ourselves once."""
    kept = mastodon(elsewhere)
    place = serve(mastodon=(elsewhere.url,))
    for _ in range(2):
        browser = place.browser()
        asked = go(place, browser, kept)
        before = browser.cookie
        answer = browser.get("/sign-in/mastodon/back", params={"code": "right", "state": asked["state"]})
        assert (answer.status_code, answer.headers["location"]) == (303, "/proposals")
        assert browser.cookie != before
        assert "ann@mastodon.example" in browser.get("/account").text
    assert kept["tokens"] == set()
    assert kept["apps"] == 1
    assert OfStatus(acct="ann").stable("mastodon.example") == "ann@mastodon.example"  # as acts have it


def test_what_a_mastodon_server_does_not_confirm(serve: Callable[..., Any], elsewhere: Elsewhere) -> None:
    """A wrong code, another browser's state, a state used before, a no: nobody is signed in."""
    kept = mastodon(elsewhere)
    place = serve(mastodon=(elsewhere.url,))
    browser, other = place.browser(), place.browser()
    asked = go(place, browser, kept)
    other.get("/sign-in")
    back = "/sign-in/mastodon/back"
    assert other.get(back, params={"code": "right", "state": asked["state"]}).status_code == 422
    assert browser.get(back, params={"code": "wrong", "state": asked["state"]}).status_code == 422
    assert browser.get(back, params={"code": "right", "state": asked["state"]}).status_code == 422
    asked = go(place, browser, kept)
    assert browser.get(back, params={"error": "access_denied", "state": asked["state"]}).status_code == 422
    asked = go(place, browser, kept)
    place.time.passes(601)
    assert browser.get(back, params={"code": "right", "state": asked["state"]}).status_code == 422
    kept["acct"] = "eve@elsewhere.example"
    asked = go(place, browser, kept)
    assert browser.get(back, params={"code": "right", "state": asked["state"]}).status_code == 422
    assert kept["tokens"] == set()
    assert browser.get("/account").status_code == 303


def test_a_server_that_has_forgotten_us_is_told_anew(serve: Callable[..., Any], elsewhere: Elsewhere) -> None:
    """At the sign-in after the one that found out."""
    kept = mastodon(elsewhere)
    place = serve(mastodon=(elsewhere.url,))
    browser = place.browser()
    asked = go(place, browser, kept)
    kept["apps"] = 9
    assert browser.get("/sign-in/mastodon/back", params={"code": "right", "state": asked["state"]}).status_code == 422
    asked = go(place, browser, kept)
    assert kept["apps"] == 10
    assert browser.get("/sign-in/mastodon/back", params={"code": "right", "state": asked["state"]}).status_code == 303


def test_only_servers_that_the_host_named(serve: Callable[..., Any], elsewhere: Elsewhere) -> None:
    """A visitor's own server is not asked who they are."""
    place = serve(mastodon=(elsewhere.url,))
    answer = place.browser().fill("/sign-in", "/sign-in/mastodon", server="mine.example")
    assert answer.status_code == 422
    assert "has not named that server" in answer.text
    assert elsewhere.asked == []
