"""The feed of the ledger: each question asked is an entry for good, and told anew when something becomes of it."""

import asyncio
from datetime import datetime

from fairfloor.chat.ledger.entries import STATES, Question
from fairfloor.chat.site.feed import Entry, Feed, Format
from fairfloor.session.ports import Record
from fairfloor.web.feeds.site import LIMIT, Site, whole
from fairfloor.web.hosting import Hosting
from fairfloor.web.ledger import show
from fairfloor.web.ledger.order import Order

PATH = "/feeds/ledger"
_BECAME = {"open": "Asked", "answered": "Answered", "declined": "Declined", "withdrawn": "Withdrawn"}


class LedgerFeed:
    """Makes the feed, of one evening's hosting."""

    def __init__(self, hosting: Hosting) -> None:
        self._hosting = hosting
        self._ledger = hosting.desk.ledger
        self._order = Order(self._ledger, hosting.desk.say, hosting.now)

    async def feed(self, site: Site, written: Format) -> Feed:
        """Give the feed."""
        questions = self._latest()
        needed = {act for question in questions for act in show.needed(question)}
        records = await asyncio.to_thread(lambda: {act: self._hosting.records.record(act) for act in needed})
        entries = tuple(self._entry(site, question, records) for question in questions)
        return Feed(
            id=site.id("ledger"),
            title=f"Questions at {site.name}",
            about="What was asked, and what became of each question.",
            author=site.name,
            page=site.address("/ledger"),
            own=site.feed(PATH, written),
            updated=max([entry.updated for entry in entries], default=site.since),
            entries=entries,
        )

    def _latest(self) -> list[Question]:
        """Give the questions that something happened to last: of each list the end, and of these the latest."""
        lists = [*map(self._ledger.among, STATES), self._ledger.disputed()]
        names = dict.fromkeys(name for some in lists for name in some[-LIMIT:])
        found = [one for one in map(self._ledger.question, names) if one is not None]
        return sorted(found, key=lambda one: (_changed(one), one.id), reverse=True)[:LIMIT]

    def _entry(self, site: Site, question: Question, records: dict[str, Record | None]) -> Entry:
        view = show.view(self._hosting.board, self._order, question, records)
        page = site.address(f"/ledger/{view.key}")
        disputed = ", and disputed" if view.disputes else ""
        html = self._hosting.pages.render("feeds/question.html", question=view)
        return Entry(
            id=site.id(f"question {question.id}"),
            page=page,
            title=f"{_BECAME[question.state]}{disputed}: {view.title if view.post else 'words that were taken back'}",
            html=whole(html, page),
            published=question.at,
            updated=_changed(question),
            author=view.post.author if view.post else "",
        )


def _changed(question: Question) -> datetime:
    told = [one.at for one in question.outcomes]
    disputed = [one.at for one in question.disputes]
    responded = [one.at for dispute in question.disputes for one in dispute.responses]
    return max([question.at, *told, *disputed, *responded])
