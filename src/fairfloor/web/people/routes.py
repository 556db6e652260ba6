"""All pages of people, put into the application."""

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from fairfloor.web.people import mine, participants, staff, team
from fairfloor.web.people.door import Door
from fairfloor.web.people.guard import Refused
from fairfloor.web.people.participants import Ways
from fairfloor.web.people.show import Render, Show
from fairfloor.web.people.visitor import Visits, visitor_of


def routes(app: FastAPI, door: Door, render: Render, ways: Ways | None = None) -> None:
    """Have every request's visitor known, and, where people are kept, add the pages where they sign in.

    render: of templates by name. ways: in which participants show who they are; None where they cannot.
    """
    app.add_middleware(Visits, door=door)

    @app.exception_handler(Refused)
    async def refused(request: Request, error: Refused) -> Response:
        given = {"heading": error.heading, "sentence": error.sentence, "visitor": visitor_of(request)}
        text = render("people/refused.html", **given).encode("utf-8", "replace")
        return HTMLResponse(text, error.status_code, error.headers)

    if door.people is not None:
        show = Show(door, render, door.people)
        for part in (staff, mine, team):
            part.routes(app, show)
        if ways is not None:
            participants.routes(app, show, ways)
