"""Whom an account follows on Bluesky, and which account goes by a handle, as the public AppView tells anybody.

Lexicons: `com.atproto.identity.resolveHandle`, `app.bsky.graph.getFollows`.
"""

import msgspec

from fairfloor.sources.people.asking import Asking, Refused, Unanswered, decoded
from fairfloor.sources.people.following import MOST, PAGES, Following
from fairfloor.sources.people.roll import Person

APPVIEW = "https://public.api.bsky.app"
_LIMIT = 100
"""Accounts a page, the lexicon's most."""
_BAD_REQUEST = 400
_NO_HANDLE = "handle.invalid"
"""What the AppView says of an account whose handle does not hold."""


class _Resolved(msgspec.Struct, frozen=True):
    did: str


class _Profile(msgspec.Struct, frozen=True):
    did: str
    handle: str = _NO_HANDLE


class _Page(msgspec.Struct, frozen=True):
    follows: list[_Profile]
    cursor: str | None = None


_RESOLVED = msgspec.json.Decoder(_Resolved)
_PAGE = msgspec.json.Decoder(_Page)


async def resolve(asking: Asking, name: str, appview: str = APPVIEW) -> str:
    """Give the id (DID) of the account that goes by a handle; an id stands for itself. Raises Unanswered."""
    name = name.strip().removeprefix("@")
    if name.startswith("did:"):
        return name
    if "." not in name:
        raise Unanswered(f"{name} is no handle of Bluesky: those are written in full, for example {name}.bsky.social.")
    try:
        answer = await asking.ask(_method(appview, "com.atproto.identity.resolveHandle"), handle=name.casefold())
    except Refused as refused:
        raise _refusal(refused, name, appview) from refused
    did = decoded(answer, _RESOLVED, appview).did
    if not did.startswith("did:") or not did.isprintable():
        raise Unanswered(f"{appview} answers with something else than an account. Check its address.")
    return did


async def follows(asking: Asking, name: str, appview: str = APPVIEW) -> Following:
    """Give whom an account follows, the latest first; at most `MOST`. Raises Unanswered."""
    actor = await resolve(asking, name, appview)
    people: dict[str, Person] = {}
    cursors: set[str | None] = {None}
    cursor = None
    for _ in range(PAGES):
        page = await _page(asking, actor, name, cursor, appview)
        people.update((one.did, Person(one.did, _handle(one))) for one in page.follows)
        cursor = page.cursor or None
        if cursor in cursors or len(people) >= MOST:
            break
        cursors.add(cursor)
    return Following(tuple(people.values())[:MOST], cursor is None and len(people) <= MOST)


async def _page(asking: Asking, actor: str, name: str, cursor: str | None, appview: str) -> _Page:
    where = {} if cursor is None else {"cursor": cursor}
    try:
        answer = await asking.ask(_method(appview, "app.bsky.graph.getFollows"), actor=actor, limit=_LIMIT, **where)
    except Refused as refused:
        raise _refusal(refused, name, appview) from refused
    return decoded(answer, _PAGE, appview)


def _handle(profile: _Profile) -> str | None:
    return None if profile.handle == _NO_HANDLE else profile.handle


def _method(appview: str, name: str) -> str:
    return f"{appview.rstrip('/')}/xrpc/{name}"


def _refusal(refused: Refused, name: str, appview: str) -> Unanswered:
    if refused.status == _BAD_REQUEST:
        return Unanswered(
            f"Bluesky knows no account {name}. Check the spelling: a handle is written in full, as on the profile."
        )
    return Unanswered(f"{appview} will not say ({refused}). Check its address, or try again later.")
