"""What all feeds share: ids that are the same for good, whole addresses, and words that can stand by themselves.

An id must not change when the site gets another address, or a reader's program shows everything anew; so it cannot be
made of one. It is made of the site's own key and of what is told, which go where the site goes. What moved in keeps the
id that its old site gave it, where that was a URI as it should be: programs that knew it there see nothing twice.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import quote
from uuid import UUID

import nh3
from starlette.requests import Request

from fairfloor.chat.site.article import Article
from fairfloor.chat.site.comment import Comment
from fairfloor.chat.site.feed import Entry, Format
from fairfloor.web.hosting import Hosting

LIMIT = 50
"""Entries of a page of a feed."""
LARGEST = 4_000_000
"""Characters of a page of a feed; one entry is always told."""
NEVER = datetime(2000, 1, 1, tzinfo=UTC)
"""When a feed changed that never had anything in it."""
_URI = re.compile(r"(?:https?://[^/\s]|tag:|urn:)[!-;=?-\[\]_a-z~]{1,480}")
_SAFE = "/%:@!$&'()*+,;="
_TEXT = frozenset(
    "a abbr b blockquote br caption cite code dd del dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i ins "  # noqa: SIM905 - reads best
    "kbd li mark ol p pre q s samp small strong sub sup table tbody td tfoot th thead time tr u ul var".split()
)


class Site:
    """The site as one request sees it."""

    def __init__(self, hosting: Hosting, request: Request) -> None:
        self._sign = hosting.door.sign
        self.at = hosting.door.site.at(request.scope)
        settings, plan = hosting.desk.sessions.settings, hosting.desk.sessions.plan
        self.name = (settings.name if settings else "") or f"#{hosting.desk.rules.tag}"
        self.about = settings.about if settings else ""
        self.since = plan.since if plan else NEVER

    def id(self, what: str, origin: str | None = None) -> str:
        """Give the id of something for good; origin: what named it where it came from."""
        came = (origin or "").partition(":")[2]
        if _URI.fullmatch(came):
            return came
        return UUID(bytes=self._sign("feed", what.encode("utf-8", "replace"))[:16], version=5).urn

    def address(self, path: str) -> str:
        """Give the whole address of a page."""
        return f"{self.at}{quote(path.encode('utf-8', 'replace'), safe=_SAFE)}"

    def id_of(self, one: Article | Comment) -> str:
        """Give the id of an article or a comment."""
        return self.id(f"{'article' if isinstance(one, Article) else 'comment'} {one.id}", one.origin)

    def feed(self, path: str, written: Format, after: int = 0) -> str:
        """Give the address of a feed, or of what is older in it."""
        return f"{self.address(path)}.{written}{f'?after={after}' if after else ''}"


def whole(markup: str, page: str) -> str:
    """Give cleaned markup so that it can stand anywhere: its addresses whole, nothing in it that is for our pages."""
    return nh3.clean(
        markup,
        tags=set(_TEXT),
        attributes={
            "a": {"href", "rel"},
            "ol": {"start", "reversed"},
            "td": {"colspan", "rowspan"},
            "*": {"lang", "dir"},
        },
        url_schemes={"http", "https", "mailto"},
        url_relative=("rewrite_with_base", page),
        link_rel=None,
    )


def fitting(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Give the first of some entries, as many as a page of a feed may have."""
    some: list[Entry] = []
    room = LARGEST
    for entry in entries:
        room -= len(entry.html)
        if some and (room < 0 or len(some) == LIMIT):
            break
        some.append(entry)
    return tuple(some)
