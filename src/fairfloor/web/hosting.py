"""What the pages of hosting share: the desk they read, the one way to make a move, who is asking, how to render."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from starlette.requests import Request

from fairfloor.chat.schedule.sessions import Plan
from fairfloor.chat.site.feed import Feeds
from fairfloor.session.desk import Desk
from fairfloor.session.library import Library
from fairfloor.session.ports import Records
from fairfloor.web.board import Board
from fairfloor.web.making import Maker
from fairfloor.web.page import Page
from fairfloor.web.pages import Pages
from fairfloor.web.people.door import Door
from fairfloor.web.people.visitor import visitor_of

Calendar = Callable[[Plan, str, Callable[[str], str]], bytes]
"""Writes the chat's calendar: its plan, the address of its pages, and what gives the title of an accepted proposal."""


class Hosting(NamedTuple):
    """Given to the `routes` of each area of pages."""

    desk: Desk
    maker: Maker
    pages: Pages
    board: Board
    records: Records
    door: Door
    """Its clock is the wall's, which codes and sign-ins go by."""
    now: Callable[[], datetime]
    """The evening's clock, which may be another where an archive is played."""
    calendar: Calendar | None = None
    library: Library | None = None
    """The host's site; without it there are no articles and no discussions."""
    feeds: Feeds | None = None
    """Writes feeds; without it there are none."""

    def page(self, request: Request, template: str, status: int = 200, **given: object) -> Page:
        """Answer with a template, which has `visitor` beside what is given."""
        return Page(self.pages.render(template, visitor=visitor_of(request), path=request.url.path, **given), status)
