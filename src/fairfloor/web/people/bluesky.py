"""Signing in at Bluesky: the AT Protocol's profile of OAuth, as a public client that wants to know who, no more.

From the handle to its DID, from there to the DID's document, to the server that has the account, to the server that
may speak for it. That one is told beforehand what will be asked (PAR), the browser goes there, and comes back with a
code, which is good with what we kept back (PKCE) and with our key (DPoP). The token that it buys is given back at
once: its `sub`, the account's DID, is all that we came for.

What makes that a proof: the document that the *DID* names has its server, that server names its authorization server,
and it is that one that says `sub`. So `sub` must be the DID we began with, and `iss` the server that we sent the
browser to. A handle counts where the document names it too.

https://atproto.com/specs/oauth, /specs/did, /specs/handle.
"""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import msgspec

from fairfloor.session.people import Account
from fairfloor.web.people.door import Door
from fairfloor.web.people.dpop import Key, challenge
from fairfloor.web.people.outside import Answer, Outside, Unproven
from fairfloor.web.people.pending import Pending

BACK = "/sign-in/bluesky/back"
METADATA = "/oauth-client-metadata.json"
_SCOPE = "atproto"
_LOCAL_HOSTS = frozenset({"127.0.0.1", "::1"})


class _Resolved(msgspec.Struct, frozen=True):
    did: str


class _Service(msgspec.Struct, frozen=True, rename="camel"):
    id: str = ""
    service_endpoint: Any = None


class _Document(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    also_known_as: list[str] = []
    service: list[_Service] = []


class _Resource(msgspec.Struct, frozen=True):
    authorization_servers: list[str]


class _Server(msgspec.Struct, frozen=True):
    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    pushed_authorization_request_endpoint: str
    revocation_endpoint: str | None = None


class _Pushed(msgspec.Struct, frozen=True):
    request_uri: str


class _Token(msgspec.Struct, frozen=True):
    sub: str
    access_token: str
    token_type: str
    scope: str = ""


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """A sign-in under way."""

    account: Account
    server: _Server
    client: str
    back: str
    verifier: str
    key: Key
    onward: str


class Bluesky:
    """Finds out which DID somebody has. Raises Unproven wherever that fails."""

    def __init__(self, door: Door, outside: Outside) -> None:
        self._door = door
        self._outside = outside
        self._appview = door.site.appview.rstrip("/")
        self._plc = door.site.plc.rstrip("/")
        self._pending: Pending[Begun] = Pending(door)
        self._nonces: dict[str, str] = {}

    async def begin(self, handle: str, site: str, browser: bytes, onward: str) -> str:
        """Begin: give the address to send the browser to. site: where we are, as the browser sees it."""
        account, home = await self._account(handle)
        server = await self._server(home)
        client, back = client_id(site), site + BACK
        begun = Begun(
            account=account,
            server=server,
            client=client,
            back=back,
            verifier=secrets.token_urlsafe(48),
            key=Key(),
            onward=onward,
        )
        state = self._pending.keep(browser, begun)
        asked = {
            "client_id": client,
            "response_type": "code",
            "code_challenge": challenge(begun.verifier),
            "code_challenge_method": "S256",
            "state": state,
            "redirect_uri": back,
            "scope": _SCOPE,
            "login_hint": handle,
        }
        answer = await self._signed(server.pushed_authorization_request_endpoint, asked, begun.key)
        if not answer.fine:
            raise Unproven(f"{answer.place} does not let this site ask who you are. Use a link instead.")
        uri = answer.read(_Pushed).request_uri
        self._outside.place(server.authorization_endpoint)
        return f"{server.authorization_endpoint}?{urlencode({'client_id': client, 'request_uri': uri})}"

    async def finish(self, browser: bytes, query: Mapping[str, str]) -> tuple[Account, str]:
        """Finish, with what the browser brought back: give whose account it is, and where to go on."""
        begun = self._pending.take(query.get("state", ""), browser)
        if begun is None:
            raise Unproven("That sign-in was not begun in this browser, or more than ten minutes ago. Begin again.")
        if query.get("iss") != begun.server.issuer:
            raise Unproven("Another server answered than was asked. Begin again.")
        if "code" not in query:
            raise Unproven("Your server did not say yes. You can begin again, or use a link instead.")
        token = await self._token(begun, query["code"])
        if token.sub != begun.account.id:
            raise Unproven(
                f"You signed in with another account than {begun.account.handle}. Begin again with that one."
            )
        return begun.account, begun.onward

    async def _token(self, begun: Begun, code: str) -> _Token:
        """Get a token for what it says of whose it is, and give it back."""
        asked = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": begun.back,
            "client_id": begun.client,
            "code_verifier": begun.verifier,
        }
        answer = await self._signed(begun.server.token_endpoint, asked, begun.key)
        if not answer.fine:
            raise Unproven(f"{answer.place} does not confirm it. Begin again.")
        token = answer.read(_Token)
        if begun.server.revocation_endpoint:
            returned = {"client_id": begun.client, "token": token.access_token}
            with suppress(Unproven):  # it ends by itself, within the hour
                await self._signed(begun.server.revocation_endpoint, returned, begun.key)
        if token.token_type.lower() != "dpop" or _SCOPE not in token.scope.split():
            raise Unproven(f"{answer.place} answers with something else than was asked. Try again later.")
        return token

    async def _signed(self, url: str, asked: dict[str, str], key: Key) -> Answer:
        """Post a form with a signed note; once more where the server wants a nonce of its own signed too."""
        place = self._outside.place(url)
        answer = await self._noted(place, url, asked, key)
        return answer if answer.error != "use_dpop_nonce" else await self._noted(place, url, asked, key)

    async def _noted(self, place: str, url: str, asked: dict[str, str], key: Key) -> Answer:
        note = key.proof("POST", url, int(self._door.now().timestamp()), self._nonces.get(place, ""))
        answer = await self._outside.ask("POST", url, data=asked, headers={"DPoP": note})
        if given := answer.headers.get("dpop-nonce", ""):
            _few(self._nonces)[place] = given[:500]
        return answer

    async def _account(self, handle: str) -> tuple[Account, str]:
        """Give the account that goes by a handle (or has a DID), and the address of its server."""
        did = handle if handle.startswith("did:") else await self._resolved(handle)
        document = await self._document(did)
        if document.id != did or not (handle == did or f"at://{handle}" in document.also_known_as):
            raise Unproven(f"The account that {handle} leads to does not go by that name. Check the spelling.")
        homes = [one.service_endpoint for one in document.service if one.id in {"#atproto_pds", f"{did}#atproto_pds"}]
        if not homes or not isinstance(homes[0], str):
            raise Unproven(f"{handle} has no server that could say who you are.")
        return Account(id=did, handle=handle, network="bluesky"), _origin(homes[0])

    async def _resolved(self, handle: str) -> str:
        try:
            asked = f"{self._appview}/xrpc/com.atproto.identity.resolveHandle"
            return (await self._outside.get(asked, _Resolved, handle=handle)).did
        except Unproven:
            raise Unproven(
                f"Bluesky knows no account {handle}. A handle is written in full, as on the profile."
            ) from None

    async def _document(self, did: str) -> _Document:
        method, _, name = did.removeprefix("did:").partition(":")
        if method == "plc" and name.isascii() and name.isalnum():
            return await self._outside.get(f"{self._plc}/{did}", _Document)
        if method == "web" and name and set(name.lower()) <= _OF_HOSTS:
            return await self._outside.get(f"https://{name}/.well-known/did.json", _Document)
        raise Unproven("That account's name is of a kind that cannot be asked about.")

    async def _server(self, home: str) -> _Server:
        """Give the server that may speak for accounts of another."""
        resource = await self._outside.get(f"{home}/.well-known/oauth-protected-resource", _Resource)
        if len(resource.authorization_servers) != 1:
            raise Unproven(f"{self._outside.place(home)} does not say who speaks for it.")
        issuer = _origin(resource.authorization_servers[0])
        server = await self._outside.get(f"{issuer}/.well-known/oauth-authorization-server", _Server)
        if server.issuer != issuer:
            raise Unproven(f"{self._outside.place(issuer)} goes by another name. Try again later.")
        return server


_OF_HOSTS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-")


def client_id(site: str) -> str:
    """Give what we go by: the address of our metadata; on this machine, where no server could read it, a fixed one."""
    parts = urlsplit(site)
    if parts.scheme == "http" and parts.hostname in _LOCAL_HOSTS:
        return f"http://localhost?redirect_uri={quote(site + BACK, safe='')}&scope={_SCOPE}"
    return site + METADATA


def metadata(site: str, name: str) -> dict[str, Any]:
    """Give what we say of ourselves."""
    return {
        "client_id": site + METADATA,
        "client_name": name,
        "client_uri": site,
        "application_type": "web",
        "redirect_uris": [site + BACK],
        "response_types": ["code"],
        "grant_types": ["authorization_code"],
        "scope": _SCOPE,
        "token_endpoint_auth_method": "none",
        "dpop_bound_access_tokens": True,
    }


def _origin(url: str) -> str:
    return url.rstrip("/")


def _few(nonces: dict[str, str]) -> dict[str, str]:
    if len(nonces) > 1_000:  # noqa: PLR2004 - each is asked for anew where it is not there
        nonces.clear()
    return nonces
