"""How pages of this package answer: rendered with who is asking, or sent on to a page of ours."""

import asyncio
from collections.abc import Callable
from typing import NamedTuple, ParamSpec, TypeVar

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from fairfloor.session.people import Account, Member, People, Session
from fairfloor.web.hosting import Hosting
from fairfloor.web.people.door import Door
from fairfloor.web.people.guard import Refused
from fairfloor.web.people.visitor import visit_of

P = ParamSpec("P")
T = TypeVar("T")


class Show(NamedTuple):
    """What the pages are made with."""

    hosting: Hosting
    people: People

    @property
    def door(self) -> Door:
        """What all of this package shares."""
        return self.hosting.door

    def page(self, request: Request, template: str, status: int = 200, **given: object) -> Response:
        """Answer with a page."""
        return self.hosting.page(request, f"people/{template}.html", status, **given)

    async def do(self, work: Callable[P, T], *args: P.args, **more: P.kwargs) -> T:
        """Do what may block, in another thread."""
        return await asyncio.to_thread(work, *args, **more)


def onward(path: str) -> Response:
    """Send on to a page of ours, by GET."""
    return RedirectResponse(path, 303)


def who(request: Request) -> Member | Account | None:
    """Give who is signed in."""
    match visit_of(request).session:
        case Session(who=one):
            return one
        case _:
            return None


def member(request: Request) -> Member:
    """Give which of the host's people is asking. Raises Refused where it is nobody of them."""
    match who(request):
        case Member() as found:
            return found
        case _:
            raise Refused(403, "This is for the host's people", "Sign in with the name that the host gave you.")
