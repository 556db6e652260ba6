"""The part of a recap that is worked out, as markup: alone on a session's page, or under the host's words.

What it says follows from the recap and from the log, so it is rendered once for each place that the log comes to;
between sessions that is once. Whoever takes a post back moves the log on.
"""

from fastapi import Request
from markupsafe import Markup

from fairfloor.chat.schedule.course import Session
from fairfloor.chat.site.article import Article
from fairfloor.web.chat.words import shown
from fairfloor.web.hosting import Hosting
from fairfloor.web.recap.keeping import HELD, Recaps
from fairfloor.web.recap.show import Show
from fairfloor.web.recent import Recent


class Recapping:
    """What the pages of recaps share: the recaps, and how they are shown. One for an application."""

    def __init__(self, hosting: Hosting) -> None:
        self._hosting = hosting
        self.recaps = Recaps(hosting)
        self._show = Show(hosting)
        self._rendered: Recent[str, tuple[object, Markup]] = Recent(2 * HELD)
        """The parts as they were at a place of the log."""

    async def rendered(self, session: Session, *, dated: bool, headed: bool) -> Markup | None:
        """Render the recap of a session; None where it is not over.

        dated: whether it says which day it was. headed: whether it has a heading of its own, under other words.
        """
        recap, step = await self.recaps.of(session.name), self._hosting.board.step
        if recap is None:
            return None
        name = f"{session.name} {dated} {headed}"
        place = (recap.made, step.seq, step.decided) if step is not None else None
        last = self._rendered.get(name)
        if last is not None and last[0] == place is not None:
            return last[1]
        view, when = await self._show.view(recap), self._when(session, dated=dated)
        rendered = self._hosting.pages.render("recap/part.html", recap=view, when=when, headed=headed)
        part = Markup(rendered)  # noqa: S704 - a template's
        self._rendered.put(name, (place, part))
        return part

    def _when(self, session: Session, *, dated: bool) -> str:
        """Say when it was, on the chat's own clocks."""
        settings = self._hosting.desk.sessions.settings
        zone = settings.schedule.zone if settings is not None and settings.schedule is not None else "UTC"
        one = shown(session, zone, self._hosting.now())
        return f"{f'{one.day}, ' if dated else ''}{one.begun} to {one.until}, {one.clocks}."


def recapping(request: Request) -> Recapping:
    """Give what the pages of recaps share."""
    found = request.app.state.recapping
    assert isinstance(found, Recapping)  # noqa: S101 - `routes` has put it there
    return found


async def part(hosting: Hosting, request: Request, article: Article) -> Markup:
    """Give what was worked out of the session that an article is the recap of; empty where it is of none that is over.

    The page it stands on has to have recap.css.
    """
    session = hosting.desk.sessions.named(article.session or "")
    found = None if session is None else await recapping(request).rendered(session, dated=True, headed=True)
    return found or Markup()


async def part_of(request: Request, session: Session, *, dated: bool) -> Markup | None:
    """Give what was worked out of a session, for its own page; None where it is not over.

    dated: whether it says which day it was.
    """
    return await recapping(request).rendered(session, dated=dated, headed=False)
