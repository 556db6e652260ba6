"""Signing in at a Mastodon server that the host has named: OAuth with a code and PKCE, to be told who, no more.

The server knows this site by a name and a secret that it gives at the first sign-in. The token is given back at once.
Only named servers: a server that a visitor names could say anything of anybody's account on it, and mean to.
"""

import asyncio
import secrets
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import urlencode

import msgspec

from fairfloor.session.people import Account, Client, People
from fairfloor.web.people.door import Door
from fairfloor.web.people.dpop import challenge
from fairfloor.web.people.outside import Answer, Outside, Unproven
from fairfloor.web.people.pending import Pending

BACK = "/sign-in/mastodon/back"
_SCOPE = "read:accounts"


class _App(msgspec.Struct, frozen=True):
    client_id: str
    client_secret: str


class _Token(msgspec.Struct, frozen=True):
    access_token: str


class _Me(msgspec.Struct, frozen=True):
    acct: str


class _Instance(msgspec.Struct, frozen=True):
    domain: str


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """A sign-in under way."""

    home: str
    client: Client
    back: str
    verifier: str
    onward: str


class Mastodon:
    """Finds out which account somebody has on one of the named servers. Raises Unproven wherever that fails."""

    def __init__(self, door: Door, people: People, name: str) -> None:
        """Take what the site is called on the servers. They are the host's word, so one may be on this machine."""
        self._outside = Outside(local=True)
        self.servers = {self._outside.place(home): home.rstrip("/") for home in door.site.mastodon}
        self._people = people
        self._name = name
        self._pending: Pending[Begun] = Pending(door)

    async def begin(self, server: str, site: str, browser: bytes, onward: str) -> str:
        """Begin: give the address to send the browser to."""
        home = self.servers.get(server)
        if home is None:
            raise Unproven("The host has not named that server here. Use a link instead.")
        client, back = await self._client(home, site), site + BACK
        begun = Begun(home=home, client=client, back=back, verifier=secrets.token_urlsafe(48), onward=onward)
        asked = {
            "response_type": "code",
            "client_id": client.id,
            "redirect_uri": back,
            "scope": _SCOPE,
            "state": self._pending.keep(browser, begun),
            "code_challenge": challenge(begun.verifier),
            "code_challenge_method": "S256",
        }
        return f"{home}/oauth/authorize?{urlencode(asked)}"

    async def finish(self, browser: bytes, query: Mapping[str, str]) -> tuple[Account, str]:
        """Finish, with what the browser brought back: give whose account it is, and where to go on."""
        begun = self._pending.take(query.get("state", ""), browser)
        if begun is None:
            raise Unproven("That sign-in was not begun in this browser, or more than ten minutes ago. Begin again.")
        if "code" not in query:
            raise Unproven("Your server did not say yes. You can begin again, or use a link instead.")
        token = await self._token(begun, query["code"])
        try:
            return await self._whose(begun.home, token), begun.onward
        finally:
            with suppress(Unproven):  # who it is, is known; a token that cannot be given back ends by itself
                await self._post(begun.home, "/oauth/revoke", {**_named(begun.client), "token": token})

    async def _whose(self, home: str, token: str) -> Account:
        asked = f"{home}/api/v1/accounts/verify_credentials"
        me = await self._outside.get(asked, _Me, headers={"Authorization": f"Bearer {token}"})
        instance = await self._outside.get(f"{home}/api/v2/instance", _Instance)
        if not me.acct or "@" in me.acct or not instance.domain:
            raise Unproven(f"{self._outside.place(home)} answers with something else than was asked. Try again later.")
        name = f"{me.acct}@{instance.domain.lower()}"
        return Account(id=name, handle=name, network="mastodon")

    async def _client(self, home: str, site: str) -> Client:
        """Give what a server knows us by; we introduce ourselves where it does not yet, or knew us elsewhere."""
        key = f"{home} {site}"
        if (kept := await asyncio.to_thread(self._people.client, key)) is not None:
            return kept
        asked = {"client_name": self._name, "redirect_uris": site + BACK, "scopes": _SCOPE, "website": site}
        answer = await self._post(home, "/api/v1/apps", asked)
        if not answer.fine:
            raise Unproven(f"{answer.place} does not let this site ask who you are. Use a link instead.")
        app = answer.read(_App)
        client = Client(id=app.client_id, secret=app.client_secret)
        await asyncio.to_thread(self._people.keep_client, key, client)
        return client

    async def _token(self, begun: Begun, code: str) -> str:
        asked = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": begun.back,
            "code_verifier": begun.verifier,
            "scope": _SCOPE,
            **_named(begun.client),
        }
        answer = await self._post(begun.home, "/oauth/token", asked)
        if not answer.fine:
            if answer.error == "invalid_client":  # it has forgotten us: the next sign-in introduces us anew
                await asyncio.to_thread(self._people.forget_client, f"{begun.home} {begun.back.removesuffix(BACK)}")
            raise Unproven(f"{answer.place} does not confirm it. Begin again.")
        return answer.read(_Token).access_token

    async def _post(self, home: str, path: str, form: dict[str, str]) -> Answer:
        return await self._outside.ask("POST", home + path, data=form)


def _named(client: Client) -> dict[str, str]:
    return {"client_id": client.id, "client_secret": client.secret}
