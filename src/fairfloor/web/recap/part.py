"""The part of a recap that is worked out, as markup: alone on a session's page, or under the host's words."""

from fastapi import Request
from markupsafe import Markup

from fairfloor.chat.schedule.course import Session
from fairfloor.chat.site.article import Article
from fairfloor.web.hosting import Hosting
from fairfloor.web.recap.keeping import Recaps
from fairfloor.web.recap.show import Show


class Recapping:
    """What the pages of recaps share: the recaps, and how they are shown. One for an application."""

    def __init__(self, hosting: Hosting) -> None:
        self.recaps = Recaps(hosting)
        self.show = Show(hosting)


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
    return (None if session is None else await part_of(hosting, request, session)) or Markup()


async def part_of(hosting: Hosting, request: Request, session: Session) -> Markup | None:
    """Give what was worked out of a session; None where it is not over."""
    recap = await recapping(request).recaps.of(session.name)
    if recap is None:
        return None
    view = await recapping(request).show.view(recap)
    return Markup(hosting.pages.render("recap/part.html", recap=view))  # noqa: S704 - a template's
