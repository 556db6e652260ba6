"""The discussion under an article, as the article's page has it."""

import asyncio
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from markupsafe import Markup
from starlette.requests import Request

from fairfloor.chat.roles import STAFF
from fairfloor.chat.site.article import Article
from fairfloor.chat.site.comment import Comment
from fairfloor.chat.site.deeds import EDITING
from fairfloor.chat.site.house import quiet_until
from fairfloor.chat.site.plain import plain, shortened
from fairfloor.web.discussion.discussion import Discussion, keep
from fairfloor.web.discussion.discussions import Discussions
from fairfloor.web.discussion.saying import Saying
from fairfloor.web.discussion.thread import Thread, linked_here
from fairfloor.web.discussion.words import held, summary
from fairfloor.web.hosting import Hosting
from fairfloor.web.people.visitor import visit_of

MINE = 20
"""One's own comments that are told of, the last."""
_REMINDED = timedelta(days=7)
"""How long one is told that a comment of one's own was removed."""


class Mine(NamedTuple):
    """A comment of the visitor's own that they may want to look at again."""

    id: int
    words: str
    told: str
    changes: bool


class Form(NamedTuple):
    """A form to say something with."""

    article: Article
    parent: Comment | None
    once: str
    signed: bool
    """Whether it has a token and may be sent at once; else it is shown again, with what was written, and one."""
    quiet: datetime | None
    """When the quiet hours end that it is now."""
    text: str = ""
    name: str = ""


async def part(hosting: Hosting, request: Request, article: Article) -> Markup:
    """Give the discussion of an article as markup; nothing where there is none."""
    discussions: Discussions | None = getattr(request.app.state, "discussions", None)
    if discussions is None or not article.id:
        return Markup()
    saying: Saying = request.app.state.saying
    discussion = await discussions.of(article.id)
    visitor, now = visit_of(request).visitor, hosting.door.now()
    is_open = article.open_at(now)
    if not is_open and not discussion.comments and not discussion.links:
        return Markup()
    thread = await asyncio.to_thread(_whole, discussions, discussion, is_open, visitor.role in STAFF)
    rendered = hosting.pages.render(
        "discussion/part.html",
        visitor=visitor,
        article=article,
        thread=Markup(thread),  # noqa: S704 - made of escaped pieces
        count=discussion.many,
        summary=summary(discussion.arrangement, discussion.many),
        linked=linked_here(discussion.links),
        mine=own(discussion, saying.key(request, article.id), now),
        form=form(discussions, request, article) if is_open else None,
    )
    return Markup(rendered)  # noqa: S704 - a template escapes


def _whole(discussions: Discussions, discussion: Discussion, replies: bool, staff: bool) -> str:  # noqa: FBT001
    """Make all of a discussion, and keep what was costly to make."""
    if (made := discussion.rendered.get((replies, staff))) is not None:
        return made
    made = Thread(discussion, replies=replies, staff=staff).whole()
    keep(discussions.library, discussion, discussions.hosting.door.now())
    return made


def form(
    discussions: Discussions, request: Request, article: Article, parent: Comment | None = None, text: str = ""
) -> Form:
    """Give a form for who asks."""
    now = discussions.hosting.door.now()
    signed = bool(visit_of(request).token)
    quiet = None if visit_of(request).visitor.role in STAFF else quiet_until(discussions.house, now)
    return Form(article, parent, secrets.token_urlsafe(12) if signed else "", signed, quiet, text)


def own(discussion: Discussion, key: str, now: datetime) -> Sequence[Mine]:
    """Give the visitor's own comments that wait, were removed of late, or can still be changed."""
    if not key:
        return []
    mine = [one for one in discussion.comments.values() if one.author.key == key and one.origin is None]
    told = [(one, _told(one, now)) for one in mine[-MINE:]]
    return [
        Mine(one.id, shortened(plain(one.text[:2_000], one.form), 80), words, now - one.at < EDITING)
        for one, words in told
        if words
    ]


def _told(one: Comment, now: datetime) -> str:
    match one.state:
        case "held":
            return held(one)
        case "removed" if now - one.at < _REMINDED:
            return f"Removed by one of the host's people: {one.why}"
        case "shown" if now - one.at < EDITING:
            return "It is here for everybody to read."
        case _:
            return ""
