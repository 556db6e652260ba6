"""Recent search: what was said since a post, for when the stream was away, or where an app has none.

X lists the newest first and gives no fewer than ten a page, so what is left of a budget below ten cannot be searched
with. Its index lags half a minute behind. A search goes back a week; a cursor older than that is brought forward.
"""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta

from fairfloor.session.ports import Clock
from fairfloor.sources.wrong import WRONG
from fairfloor.sources.x.asking import Asking
from fairfloor.sources.x.budget import Budget
from fairfloor.sources.x.intake import Message
from fairfloor.sources.x.problems import Kind, Trouble

PATH = "/2/tweets/search/recent"
FEWEST, MOST = 10, 100
"""Posts a page, as X allows it."""
PAGES = 10
"""Pages in one search; what is older stays unread, and is said to be."""
LAG = timedelta(seconds=35)
"""How long after a time a search is sure to find what was said before it."""
_WEEK = timedelta(days=6, hours=23)
_EPOCH = 1_288_834_974_657


def at(moment: datetime) -> str:
    """Give the id that a post of that time would have."""
    return str(max(0, int(moment.timestamp() * 1000) - _EPOCH) << 22)


def within(since: str, now: datetime) -> str:
    """Give a post's id, or the first of the week where it is older."""
    return max(since, at(now - _WEEK), key=int)


def moment(id_: str) -> datetime:
    """Give the time in a post's id."""
    return datetime.fromtimestamp(((int(id_) >> 22) + _EPOCH) / 1000, UTC)


async def pages(asking: Asking, budget: Budget, clock: Clock, **parameters: str) -> AsyncGenerator[Message]:
    """Give the pages of a search, the newest first, for as long as there are more and the budget lasts.

    What each costs is taken off the budget as it comes. Raises Trouble.
    """
    token: dict[str, str] = {}
    for _ in range(PAGES):
        if budget.left < FEWEST:
            return
        body = await asking.get(PATH, max_results=min(MOST, budget.left), **parameters, **token)
        try:
            message = Message(body)
        except WRONG as wrong:
            raise Trouble(Kind.NOT_X) from wrong
        budget.spend(message.resources, clock.now().date())
        yield message
        if message.next is None:
            return
        token = {"next_token": message.next}
