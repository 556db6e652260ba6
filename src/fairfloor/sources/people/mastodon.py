"""Whom an account follows on Mastodon, as its server tells anybody: `accounts/lookup`, then `accounts/:id/following`.

An account's stable name is `user@domain`, made as the reader of archives makes it, so that the two meet. Where follows
are hidden a server answers with an empty list; the number on the profile, or its `hide_collections`, gives it away.
"""

import msgspec

from fairfloor.sources.files.mastodon import address
from fairfloor.sources.people.asking import Asking, Refused, Unanswered, decoded
from fairfloor.sources.people.following import MOST, PAGES, Following
from fairfloor.sources.people.roll import Person

_LIMIT = 80
"""Accounts a page, the most that Mastodon gives."""
_NOT_FOUND = {404, 410}
_LOCKED = {401, 403, 422}
_HERE = {"localhost", "127.0.0.1", "[::1]"}
"""This machine, where nobody listens between us; anywhere else it is https."""


class _Account(msgspec.Struct, frozen=True):
    acct: str
    url: str | None = None
    uri: str | None = None

    @property
    def person(self) -> Person:
        return Person(self.acct if "@" in self.acct else address(self.acct, self.url or self.uri or ""))


class _Asked(msgspec.Struct, frozen=True):
    id: str
    following_count: int = 0
    hide_collections: bool | None = None


_ASKED = msgspec.json.Decoder(_Asked)
_PAGE = msgspec.json.Decoder(list[_Account])


def is_one(name: str) -> bool:
    """Tell whether a name is one of Mastodon's, `@user@server`."""
    return "@" in name.strip().removeprefix("@")


async def follows(asking: Asking, name: str) -> Following:
    """Give whom `@user@server` follows, the latest first; at most `MOST`. Raises Unanswered."""
    user, _, server = name.strip().removeprefix("@").partition("@")
    server = server.lower()
    if not user or not server or not server.isprintable() or set(server) & set("/?#@\\ "):
        raise Unanswered(f"{name} is no account of Mastodon: those are written @name@server.")
    home = f"{'http' if server.rpartition(':')[0] in _HERE or server in _HERE else 'https'}://{server}"
    asked = await _lookup(asking, home, user, server)
    people, whole = await _followed(asking, f"{home}/api/v1/accounts/{asked.id}/following?limit={_LIMIT}", home, server)
    if not people and (asked.hide_collections or asked.following_count):
        raise Unanswered(
            f"{name} hides whom it follows. Its owner can export the list (Preferences, Import and export) and put the "
            "addresses into the file, one a line."
        )
    return Following(people, whole)


async def _lookup(asking: Asking, home: str, user: str, server: str) -> _Asked:
    try:
        answer = await asking.ask(f"{home}/api/v1/accounts/lookup", acct=user)
    except Refused as refused:
        raise _refusal(refused, user, server) from refused
    asked = decoded(answer, _ASKED, server)
    if not (asked.id.isascii() and asked.id.replace("-", "").replace("_", "").isalnum()):
        raise Unanswered(f"{server} answers with something else than an account. Check the name of the server.")
    return asked


async def _followed(asking: Asking, first: str, home: str, server: str) -> Following:
    people: dict[str, Person] = {}
    seen: set[str] = set()
    at: str | None = first
    while at is not None and at not in seen and len(people) < MOST and len(seen) < PAGES:
        if not at.startswith(f"{home}/"):
            raise Unanswered(f"{server} sends us elsewhere for the rest ({at[:100]}). Give @name@server of that one.")
        seen.add(at)
        try:
            answer = await asking.ask(at)
        except Refused as refused:
            raise _refusal(refused, "that", server) from refused
        people.update((one.person.account, one.person) for one in decoded(answer, _PAGE, server))
        at = answer.next
    return Following(tuple(people.values())[:MOST], at is None and len(people) <= MOST)


def _refusal(refused: Refused, user: str, server: str) -> Unanswered:
    if refused.status in _NOT_FOUND:
        return Unanswered(f"{server} knows no account {user}, or is no server of Mastodon's kind. Check @name@server.")
    if refused.status in _LOCKED:
        return Unanswered(
            f"{server} tells only its own members whom {user} follows. Its owner can export the list (Preferences, "
            "Import and export) and put the addresses into the file, one a line."
        )
    return Unanswered(f"{server} will not say ({refused}). Try again later.")
