"""Where the host's people sign in, and anybody out."""

from typing import Annotated

from fastapi import Depends, FastAPI
from starlette.requests import Request
from starlette.responses import Response

from fairfloor.web.people.entry import enter
from fairfloor.web.people.guard import Filled, guarded
from fairfloor.web.people.inside import inside
from fairfloor.web.people.passwords import LONGEST
from fairfloor.web.people.show import Show, onward, who
from fairfloor.web.people.visitor import visit_of

_HOME = "/console"
_WRONG = "These do not go together. A code is needed only where you set up two-factor sign-in; each is good once."


def routes(app: FastAPI, show: Show) -> None:
    """Add them."""

    @app.api_route("/sign-in/host", methods=["GET", "HEAD"])
    async def ask(request: Request, next: str = "") -> Response:  # noqa: A002 - what it is called everywhere
        return show.page(request, "staff", onward=inside(next, _HOME), wrong="")

    @app.post("/sign-in/host")
    async def sign_in(request: Request, form: Annotated[Filled, Depends(guarded)]) -> Response:
        name, password = form.text("name", 200), form.secret("password")[: LONGEST + 1]
        path = inside(form.text("next"), _HOME)
        if await enter(request, visit_of(request), name, password, form.text("code", 100)) is None:
            return show.page(request, "staff", 403, onward=path, wrong=_WRONG)
        return onward(path)

    @app.post("/sign-out", dependencies=[Depends(guarded)])
    async def sign_out(request: Request) -> Response:
        await visit_of(request).end()
        return onward("/")

    @app.post("/sign-out/everywhere", dependencies=[Depends(guarded)])
    async def sign_out_everywhere(request: Request) -> Response:
        if (one := who(request)) is not None:
            await show.do(show.people.end_all, one)
        await visit_of(request).end()
        return onward("/")
