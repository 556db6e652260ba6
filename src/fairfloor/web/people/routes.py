"""All pages of people, put into the application."""

from fastapi import FastAPI

from fairfloor.web.hosting import Hosting
from fairfloor.web.people import mine, participants, staff, team
from fairfloor.web.people.show import Show


def routes(app: FastAPI, hosting: Hosting) -> None:
    """Add the pages where people sign in, where any are kept."""
    if hosting.door.people is not None:
        show = Show(hosting, hosting.door.people)
        for part in (staff, mine, team, participants):
            part.routes(app, show)
