"""Where participants show which account is theirs: at Bluesky, at a Mastodon server, or by posting a link.

A form that was sent here answers with a page that has a link to the other server, not with a redirect to it: so forms
of this site lead nowhere else (`form-action 'self'` needs no exception), and people see where they are about to go.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated, NamedTuple
from urllib.parse import urlsplit

from fastapi import Depends, FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from fairfloor.session.people import Account
from fairfloor.web.people.bluesky import BACK as FROM_BLUESKY
from fairfloor.web.people.bluesky import METADATA, Bluesky, metadata
from fairfloor.web.people.guard import Filled, guarded, too_often
from fairfloor.web.people.inside import inside
from fairfloor.web.people.mastodon import BACK as FROM_MASTODON
from fairfloor.web.people.mastodon import Mastodon
from fairfloor.web.people.outside import Outside, Unproven
from fairfloor.web.people.proof import GOOD_FOR, PATH, Proofs, link, whom
from fairfloor.web.people.rates import PROVE_ADDRESS, PROVE_ALL
from fairfloor.web.people.show import Show, onward
from fairfloor.web.people.visitor import Visit, visit_of

_MINUTES = int(GOOD_FOR.total_seconds() // 60)
_NOBODY = "Write your account as it is on its profile: ann.bsky.social, or @ann@mastodon.example."
_NOT_YET = "No post with your link has come from that account yet. It can take a minute; see that it has the hashtag."


class Ways(NamedTuple):
    """The ways in which participants can show who they are; None where one is not offered."""

    proofs: Proofs
    bluesky: Bluesky | None
    mastodon: Mastodon | None


def routes(app: FastAPI, show: Show) -> None:
    """Add them; links are waited for in all that the desk hears."""
    door = show.door
    outside, proofs = Outside(local=door.site.local), Proofs(door)
    ways = Ways(
        proofs,
        Bluesky(door, outside) if door.site.bluesky else None,
        Mastodon(door, show.people, "Fairfloor") if door.site.mastodon else None,
    )
    show.hosting.desk.on_step(proofs.hear)
    _ways(app, show, ways)


def _ways(app: FastAPI, show: Show, ways: Ways) -> None:

    @app.api_route("/sign-in", methods=["GET", "HEAD"])
    async def ask(request: Request, next: str = "/") -> Response:  # noqa: A002 - what it is called everywhere
        return _asked(show, ways, request, inside(next))

    if ways.bluesky is not None:
        _at_bluesky(app, show, ways, ways.bluesky)
    if ways.mastodon is not None:
        _at_mastodon(app, show, ways, ways.mastodon)
    _by_link(app, show, ways)


def _at_bluesky(app: FastAPI, show: Show, ways: Ways, bluesky: Bluesky) -> None:
    @app.post("/sign-in/bluesky")
    async def begin(request: Request, form: Annotated[Filled, Depends(guarded)]) -> Response:
        handle = whom(form.text("handle", 300))
        if not handle:
            return _asked(show, ways, request, inside(form.text("next")), _NOBODY)
        return await _away(show, ways, request, form, partial(bluesky.begin, handle))

    @app.get(FROM_BLUESKY)
    async def back(request: Request) -> Response:
        return await _back(show, ways, request, bluesky.finish(visit_of(request).digest, request.query_params))

    @app.get(METADATA)
    async def ourselves(request: Request) -> Response:
        site = show.door.site.at(request.scope)
        return JSONResponse(metadata(site, urlsplit(site).netloc))


def _at_mastodon(app: FastAPI, show: Show, ways: Ways, mastodon: Mastodon) -> None:
    @app.post("/sign-in/mastodon")
    async def begin(request: Request, form: Annotated[Filled, Depends(guarded)]) -> Response:
        server = form.text("server", 300)
        return await _away(show, ways, request, form, partial(mastodon.begin, server))

    @app.get(FROM_MASTODON)
    async def back(request: Request) -> Response:
        return await _back(show, ways, request, mastodon.finish(visit_of(request).digest, request.query_params))


def _by_link(app: FastAPI, show: Show, ways: Ways) -> None:
    @app.post("/sign-in/link")
    async def begin(request: Request, form: Annotated[Filled, Depends(guarded)]) -> Response:
        name = whom(form.text("handle", 300))
        _not_too_often(show, request)
        if not name:
            return _asked(show, ways, request, inside(form.text("next")), _NOBODY)
        return _phrase(show, request, name, inside(form.text("next")))

    @app.post("/sign-in/link/done")
    async def done(request: Request, form: Annotated[Filled, Depends(guarded)]) -> Response:
        visit, path = visit_of(request), inside(form.text("next"))
        account = ways.proofs.redeem(visit.digest)
        if account is None:
            return _phrase(show, request, whom(form.text("handle", 300)), path, _NOT_YET)
        return await _in(visit, account, path)

    @app.get("/sign-in/link/state")
    async def state(request: Request) -> Response:
        visit = visit_of(request)
        return JSONResponse({"proven": bool(visit.token) and ways.proofs.waits(visit.digest)})

    @app.api_route(PATH + "{payload}", methods=["GET", "HEAD"])
    async def explained(request: Request) -> Response:
        return show.page(request, "link")


async def _in(visit: Visit, account: Account, path: str) -> Response:
    await visit.begin(account)
    return onward(path)


async def _away(
    show: Show,
    ways: Ways,
    request: Request,
    form: Filled,
    begin: Callable[[str, bytes, str], Awaitable[str]],
) -> Response:
    """Find out where somebody's server asks them who they are, and show them the way."""
    _not_too_often(show, request)
    path = inside(form.text("next"))
    try:
        there = await begin(show.door.site.at(request.scope), visit_of(request).digest, path)
    except Unproven as error:
        return _asked(show, ways, request, path, str(error))
    return show.page(request, "go", there=there, place=urlsplit(there).hostname)


async def _back(show: Show, ways: Ways, request: Request, finish: Awaitable[tuple[Account, str]]) -> Response:
    """Sign in whoever comes back from their server."""
    try:
        account, path = await finish
    except Unproven as error:
        return _asked(show, ways, request, "/", str(error))
    return await _in(visit_of(request), account, path)


def _not_too_often(show: Show, request: Request) -> None:
    rates = show.door.rates
    wait = rates.spend(PROVE_ADDRESS, show.door.address(request.scope)) or rates.spend(PROVE_ALL)
    if wait:
        too_often(wait)


def _asked(show: Show, ways: Ways, request: Request, path: str, wrong: str = "") -> Response:
    servers = sorted(ways.mastodon.servers) if ways.mastodon else []
    given = {"bluesky": ways.bluesky is not None, "servers": servers, "onward": path, "wrong": wrong}
    return show.page(request, "sign_in", 422 if wrong else 200, **given)


def _phrase(show: Show, request: Request, name: str, path: str, wrong: str = "") -> Response:
    """Show a link to post. Shown again it is another one; the one before is good still."""
    address = show.door.site.at(request.scope) + link(show.door, visit_of(request).digest, name)
    given = {"whose": name, "link": address, "onward": path, "wrong": wrong, "minutes": _MINUTES}
    return show.page(request, "phrase", 422 if wrong else 200, **given)
