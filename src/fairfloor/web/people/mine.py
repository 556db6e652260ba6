"""One's own account: password, second factor, where one is signed in.

What changes how one signs in wants the password again, or a code: a machine left open is not enough.
"""

import secrets
from typing import Annotated

from fastapi import Depends, FastAPI
from starlette.requests import Request
from starlette.responses import Response

from fairfloor.session.people import Member
from fairfloor.web.people import codes, passwords
from fairfloor.web.people.door import Door, content, text
from fairfloor.web.people.entry import checked, spend, verified
from fairfloor.web.people.guard import Filled, guarded
from fairfloor.web.people.show import Show, member, onward, who
from fairfloor.web.people.visitor import Visit, visit_of

_NOT_YOURS = "That is not your password."
_NO_CODE = "That code is not right now. See that the clock of your phone is right, and take the next one."
_NOT_BOTH = "These do not go together. A code is good once: take the next one, or one for recovery."


def routes(app: FastAPI, show: Show) -> None:
    """Add them."""

    @app.api_route("/account", methods=["GET", "HEAD"])
    async def account(request: Request, done: str = "") -> Response:
        one = who(request)
        if one is None:
            return onward("/sign-in?next=/account")
        return show.page(
            request, "account", who=one, member=isinstance(one, Member), done=_DONE.get(done, ""), wrong=""
        )

    @app.post("/account/password")
    async def password(request: Request, form: Annotated[Filled, Depends(guarded)]) -> Response:
        one, new = member(request), form.secret("new")
        spend(request, show.door, one.name)
        kept = await show.do(show.people.credentials, one.name)
        wrong = passwords.weak(new, one.name) or (
            "" if await verified(show.door, kept, form.secret("password")) else _NOT_YOURS
        )
        if wrong:
            return show.page(request, "account", 422, who=one, member=True, done="", wrong=wrong)
        async with show.door.hashing:
            await show.do(lambda: show.people.set_password(one, passwords.hashed(new, show.door.hasher)))
        await _alone(show, visit_of(request), one)
        return onward("/account?done=password")

    _two_factor(app, show)


def _two_factor(app: FastAPI, show: Show) -> None:
    @app.api_route("/account/two-factor", methods=["GET", "HEAD"])
    async def propose(request: Request) -> Response:
        one = member(request)
        if one.two_factor:
            return onward("/account")
        return _proposal(show, request, one, codes.new_secret())

    @app.post("/account/two-factor")
    async def begin(request: Request, form: Annotated[Filled, Depends(guarded)]) -> Response:
        one, visit = member(request), visit_of(request)
        spend(request, show.door, one.name)
        secret = _proposed(visit, form.text("secret", 200))
        if secret is None or one.two_factor:
            return onward("/account/two-factor")
        kept = await show.do(show.people.credentials, one.name)
        if not await verified(show.door, kept, form.secret("password")):
            return _proposal(show, request, one, secret, _NOT_YOURS)
        step = codes.step_of(secret, form.text("code", 100), show.door.now())
        if step is None:
            return _proposal(show, request, one, secret, _NO_CODE)
        recovery = codes.new_recovery()
        await show.do(show.people.set_two_factor, one, secret, [codes.recovery_digest(code) for code in recovery])
        await show.do(show.people.use_step, one, step)
        await _alone(show, visit, one)
        return show.page(request, "recovery", codes=recovery)

    @app.post("/account/two-factor/end")
    async def end(request: Request, form: Annotated[Filled, Depends(guarded)]) -> Response:
        one = member(request)
        spend(request, show.door, one.name)
        given = form.secret("password"), form.text("code", 100)
        if await checked(show.door, show.people, one.name, *given) is None:
            return show.page(request, "account", 422, who=one, member=True, done="", wrong=_NOT_BOTH)
        await show.do(show.people.set_two_factor, one, None, [])
        return onward("/account?done=two-factor")


_DONE = {
    "password": "Your password is changed, and you are signed out everywhere else.",
    "two-factor": "Two-factor sign-in is off.",
}


async def _alone(show: Show, visit: Visit, one: Member) -> None:
    """Sign somebody out everywhere but here."""
    await show.do(show.people.end_all, one)
    await visit.begin(one)


def _proposal(show: Show, request: Request, one: Member, secret: bytes, wrong: str = "") -> Response:
    """Show a secret to be shared. The form carries it, signed for this browser; it is kept when it is confirmed."""
    visit = visit_of(request)
    carried = text(secret + _signed(visit.door, visit.digest, secret))
    site = request.url.hostname or "fairfloor"
    return show.page(
        request,
        "two_factor",
        422 if wrong else 200,
        picture=codes.picture(secret, one.name, site),
        typed=codes.typed(secret),
        secret=carried,
        wrong=wrong,
    )


def _proposed(visit: Visit, carried: str) -> bytes | None:
    secret, signed = (found := content(carried))[: codes.SECRET], found[codes.SECRET :]
    return secret if secrets.compare_digest(signed, _signed(visit.door, visit.digest, secret)) else None


def _signed(door: Door, browser: bytes, secret: bytes) -> bytes:
    return door.sign("two-factor", browser + secret)
