"""The asking side of XRPC, for an account's own records and DID: one request at a time, politely.

The password goes into one request, and the tokens that come back stay in memory; neither is in an address, a log or an
error. Writes keep a second between them, and a server that says when it takes the next is taken at its word. A write
whose answer is lost is not repeated here: nobody knows whether it was done; the next run finds out.
"""

import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import httpx
import msgspec

from fairfloor.publish.atproto.names import is_did
from fairfloor.publish.atproto.plans import Delete, Entries, Found, Put

BSKY = "https://bsky.social"
PLC = "https://plc.directory"
GAP = 1.0
"""Seconds between writes."""
LONGEST = 300.0
"""Seconds that a server may let us wait."""
_TRIES = 4
_LARGEST = 1 << 20
"""Bytes of an answer."""
_TOO_MANY = 429
_CENTURY = 1e9
"""A number of seconds as large as this is a time since 1970, and no wait."""
_JSON = {"Content-Type": "application/json"}

T = TypeVar("T")


class Unreachable(Exception):  # noqa: N818 - it is said to a person
    """A server does not answer, or not as such a server does."""


class Refused(Exception):  # noqa: N818 - it names what happened
    """A server understood and says no: the status, the error's name, what it says."""

    def __init__(self, status: int, error: str = "", message: str = "") -> None:
        super().__init__(f"{error or f'HTTP {status}'}: {message}" if message else error or f"HTTP {status}")
        self.status = status
        self.error = error
        self.message = message


class Account(msgspec.Struct, frozen=True):
    """Whose session it is."""

    did: str
    handle: str


class _Session(msgspec.Struct, frozen=True, rename="camel"):
    did: str
    handle: str
    access_jwt: str
    did_doc: dict[str, Any] = {}


class _Error(msgspec.Struct, frozen=True):
    error: str = ""
    message: str = ""


class _Record(msgspec.Struct, frozen=True):
    value: dict[str, Any]
    cid: str = ""


class Client:
    """Asks a server of the AT Protocol, and the PLC directory. Raises Unreachable and Refused wherever it asks."""

    def __init__(
        self,
        http: httpx.Client,
        service: str = BSKY,
        directory: str = PLC,
        *,
        say: Callable[[str], object] = lambda _: None,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """Take the addresses of the account's server and of the directory; `say` is told when it waits."""
        self._http = http
        self._service = service.rstrip("/")
        self._directory = directory.rstrip("/")
        self._say = say
        self._sleep = sleep
        self._headers: dict[str, str] = {}
        self._wrote = False
        self.account: Account | None = None
        """Whose session it is, after `login`."""

    def login(self, identifier: str, password: str, code: str | None = None) -> Account:
        """Begin a session. code: the one that is mailed to accounts that ask for it at each login."""
        given = {"identifier": identifier, "password": password} | ({"authFactorToken": code} if code else {})
        session = self._call("com.atproto.server.createSession", _Session, body=given)
        self._headers = {"Authorization": f"Bearer {session.access_jwt}"}
        self._service = _home(session.did_doc, self._service)
        self.account = Account(session.did, session.handle)
        return self.account

    def record(self, repo: str, collection: str, rkey: str) -> Found | None:
        """Give a record, None where there is none."""
        try:
            given = {"repo": repo, "collection": collection, "rkey": rkey}
            record = self._call("com.atproto.repo.getRecord", _Record, params=given)
        except Refused as refused:
            if refused.error == "RecordNotFound" or refused.message.startswith("Could not locate record"):
                return None
            raise
        return Found(record.cid, record.value)

    def write(self, repo: str, change: Put | Delete) -> None:
        """Put or delete a record, where it is still as it was found."""
        self.procedure(*written(repo, change))

    def procedure(self, name: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Have something done; gives what the server answers."""
        if self._wrote:
            self._sleep(GAP)
        self._wrote = True
        return self._call(name, dict[str, Any], body=body or {}, empty=body is None)

    def entries(self, did: str) -> Entries:
        """Give what the PLC directory says of a did:plc."""
        if not is_did(did):
            raise Refused(400, "InvalidDid")
        return _decoded(self._send("GET", f"{self._directory}/{did}/data"), Entries, self._directory)

    def _call(
        self,
        name: str,
        answer: type[T],
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        empty: bool = False,
    ) -> T:
        url = f"{self._service}/xrpc/{name}"
        if body is None:
            return _decoded(self._send("GET", url, params=params, headers=self._headers), answer, self._service)
        content = None if empty else msgspec.json.encode(body)
        headers = self._headers if empty else self._headers | _JSON
        told = self._send("POST", url, content=content, headers=headers)
        return _decoded(told or b"{}", answer, self._service)

    def _send(self, method: str, url: str, **request: Any) -> bytes:
        """Ask, and again where that is safe and may help."""
        place = httpx.URL(url).host
        for left in reversed(range(_TRIES)):
            try:
                return self._once(method, url, request)
            except _Wait as wait:
                if not left or wait.seconds > LONGEST:
                    raise Refused(_TOO_MANY, "RateLimitExceeded", "Try again in a quarter of an hour.") from wait
                self._say(f"{place} asks for a rest of {round(wait.seconds)} s.")
                self._sleep(wait.seconds)
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                if not left or method != "GET":
                    raise Unreachable(_trouble(place, error)) from error
                self._sleep(2.0 ** (_TRIES - left))
        raise AssertionError

    def _once(self, method: str, url: str, request: Mapping[str, Any]) -> bytes:
        with self._http.stream(method, url, follow_redirects=False, **request) as response:
            body = bytearray()
            for some in response.iter_bytes():
                body += some
                if len(body) > _LARGEST:
                    raise Unreachable(f"{response.url.host} answers without end. Check its name.")
        if response.status_code == _TOO_MANY:
            raise _Wait(_rest(response.headers))
        if not response.is_success:
            raise _refused(response.status_code, bytes(body))
        return bytes(body)


class _Wait(Exception):  # noqa: N818 - it names what happened
    """A server takes no more for so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def written(repo: str, change: Put | Delete) -> tuple[str, dict[str, Any]]:
    """Give the procedure that makes a change, and what it is sent."""
    given: dict[str, Any] = {"repo": repo, "collection": change.collection, "rkey": change.rkey}
    if isinstance(change, Delete):
        return "com.atproto.repo.deleteRecord", given | {"swapRecord": change.swap}
    return "com.atproto.repo.putRecord", given | {"record": change.record, "swapRecord": change.swap}


def _home(document: Mapping[str, Any], service: str) -> str:
    """Give the address of the account's own server, where its DID document says it and we may go there."""
    services = document.get("service")
    for one in services if isinstance(services, list) else []:
        if isinstance(one, dict) and str(one.get("id", "")).endswith("#atproto_pds"):
            there = str(one.get("serviceEndpoint", ""))
            if there.startswith("https://") or (service.startswith("http://") and there.startswith("http://")):
                return there.rstrip("/")
    return service


def _decoded(body: bytes, answer: type[T], place: str) -> T:
    try:
        return msgspec.json.decode(body, type=answer)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise Unreachable(f"{place} answers with something else than was asked. Check its name.") from error


def _refused(status: int, body: bytes) -> Refused:
    try:
        told = msgspec.json.decode(body, type=_Error)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        told = _Error()
    return Refused(status, _plain(told.error), _plain(told.message))


def _plain(text: str) -> str:
    return "".join(sign for sign in text[:300] if sign.isprintable())


def _rest(headers: Mapping[str, str]) -> float:
    """Give how many seconds a server wants to be left alone, by its own clock."""
    said = headers.get("retry-after") or headers.get("ratelimit-reset") or ""
    if not (said.isascii() and said.isdigit()):
        return 30.0
    seconds = float(said[:15])
    if seconds < _CENTURY:
        return max(seconds, 1.0)
    try:
        return max(seconds - parsedate_to_datetime(headers["date"]).timestamp(), 1.0)
    except (KeyError, ValueError):
        return 60.0


def _trouble(place: str, error: Exception) -> str:
    if isinstance(error, httpx.TimeoutException):
        return f"{place} does not answer. Try again later."
    if isinstance(error, httpx.ConnectError):
        return f"{place} cannot be reached. Check the name and the network, then try again."
    return f"{place} broke off ({type(error).__name__}). Try again; what is done will not be done twice."
