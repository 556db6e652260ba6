"""Who else has a role: the host invites co-hosts and moderators, and takes them out again.

An invitation is a code in the part of an address that browsers keep to themselves (after #), so no server, and no proxy
before ours, writes it into a log. It is good once, for a week.
"""

from datetime import timedelta
from typing import Annotated, get_args

from fastapi import Depends, FastAPI
from starlette.requests import Request
from starlette.responses import Response

from fairfloor.chat.roles import manages
from fairfloor.session.people import Member, StaffRole, unfit
from fairfloor.web.people import passwords
from fairfloor.web.people.door import digest, new_token
from fairfloor.web.people.entry import spend, welcome
from fairfloor.web.people.guard import Filled, Refused, guarded
from fairfloor.web.people.show import Show, member, onward
from fairfloor.web.people.visitor import visit_of

OPEN_FOR = timedelta(days=7)
_MOST = 50
"""Invitations that wait at a time, and members."""
_NOT_INVITED = "This invitation is not there any more. Ask the host for another one."
_TAKEN = "Somebody here goes by that name already. Take another one."


def routes(app: FastAPI, show: Show) -> None:
    """Add them."""

    @app.api_route("/people", methods=["GET", "HEAD"])
    async def people(request: Request) -> Response:
        _host(request)
        return await _list(show, request)

    @app.post("/people/invite")
    async def invite(request: Request, form: Annotated[Filled, Depends(guarded)]) -> Response:
        _host(request)
        role = next((role for role in get_args(StaffRole) if role == form.text("role")), None)
        waiting = await show.do(show.people.invitations, show.door.now())
        if role is None or len(waiting) >= _MOST:
            raise Refused(422, "Nobody was invited", "Say as what, and take back invitations that nobody waits for.")
        code = new_token()
        await show.do(show.people.invite, digest(code), role, show.door.now() + OPEN_FOR)
        return await _list(show, request, f"{show.door.site.at(request.scope)}/join#{code}", code, role)

    @app.post("/people/uninvite")
    async def uninvite(request: Request, form: Annotated[Filled, Depends(guarded)]) -> Response:
        _host(request)
        await show.do(show.people.uninvite, form.number("number") or 0)
        return onward("/people")

    @app.post("/people/remove")
    async def remove(request: Request, form: Annotated[Filled, Depends(guarded)]) -> Response:
        host, number = _host(request), form.number("number")
        for one in await show.do(show.people.members):
            if one.number == number and one.number != host.number:
                await show.do(show.people.remove, one)
        return onward("/people")

    _joining(app, show)


def _joining(app: FastAPI, show: Show) -> None:
    @app.api_route("/join", methods=["GET", "HEAD"])
    async def join(request: Request) -> Response:
        return show.page(request, "join", wrong="", code="", whose="")

    @app.post("/join")
    async def joined(request: Request, form: Annotated[Filled, Depends(guarded)]) -> Response:
        code, name, password = form.text("code", 200), form.text("name", 200), form.secret("password")
        spend(request, show.door, code)
        now = show.door.now()
        invited = await show.do(show.people.invited, digest(code), now)
        wrong = _NOT_INVITED if invited is None else unfit(name) or passwords.weak(password, name)
        if not wrong:
            async with show.door.hashing:
                kept = await show.do(passwords.hashed, password, show.door.hasher)
                added = await show.do(show.people.accept, digest(code), name, kept, now)
            if added is not None:
                await welcome(visit_of(request), added)
                return onward("/account")
            wrong = _TAKEN
        return show.page(request, "join", 422, wrong=wrong, code=code, whose=name)


def _host(request: Request) -> Member:
    """Give the host who is asking. Raises Refused where it is somebody else."""
    one = member(request)
    if not manages(one.role):
        raise Refused(403, "This is the host's", "The host says who else has a role here. Ask them.")
    return one


async def _list(show: Show, request: Request, link: str = "", code: str = "", role: str = "") -> Response:
    return show.page(
        request,
        "people",
        members=await show.do(show.people.members),
        invitations=await show.do(show.people.invitations, show.door.now()),
        me=member(request).number,
        roles=get_args(StaffRole),
        link=link,
        code=code,
        role=role,
    )
