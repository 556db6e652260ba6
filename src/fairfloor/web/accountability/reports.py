"""The report of an evening, counted from the store in another thread, and kept for a little while."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from fairfloor.chat.appeals import Case
from fairfloor.chat.moves import Move
from fairfloor.chat.proposals.camps import camps
from fairfloor.chat.proposals.votes import by_account
from fairfloor.session.report import Report, Reporter
from fairfloor.web.hosting import Hosting

KEPT, MANY = timedelta(seconds=20), 2_000
"""How long a report of so many posts is shown before it is counted again; one of fewer is counted at once."""
DAY = timedelta(days=1)
"""How far a report goes back where no session is on."""
MOVES = 20_000
"""Moves that a report looks through, the latest."""
_PAGE = 500
_SOME = 16
"""Reports that are kept."""


class Stretch(NamedTuple):
    """What a report is of."""

    name: str
    """The session's name; empty where none is on."""
    since: datetime
    until: datetime


class Reports:
    """Makes reports, one at a time."""

    def __init__(self, hosting: Hosting) -> None:
        self._hosting = hosting
        self._made: dict[str, tuple[datetime, Report]] = {}
        self._lock = asyncio.Lock()

    def now(self) -> Stretch:
        """Give the stretch of the evening now: the session that is on, or the last day."""
        now = self._hosting.now()
        on = self._hosting.desk.sessions.on(now)
        return Stretch("", now - DAY, now) if on is None else Stretch(on.name, on.begins, now)

    def named(self, name: str) -> Stretch | None:
        """Give the stretch of a session; None where there is none, or it is to come."""
        found, now = self._hosting.desk.sessions.named(name), self._hosting.now()
        if found is None or found.begins >= now:
            return None
        return Stretch(name, found.begins, min(found.ends, now))

    async def report(self, of: Stretch) -> Report:
        """Give a report."""
        async with self._lock:
            now = self._hosting.now()
            kept = self._made.get(of.name)
            if kept is not None and kept[1].posts >= MANY and kept[0] <= now < kept[0] + KEPT:
                return kept[1]
            desk = self._hosting.desk
            votes = desk.proposals.votes()
            says = {account: desk.say(account) for of_one in votes.values() for account in of_one}
            report = await asyncio.to_thread(self._count, of, desk.appeals.all(), votes, says)
            self._made[of.name] = now, report
            if len(self._made) > _SOME:
                del self._made[next(iter(self._made))]
            return report

    def _count(
        self, of: Stretch, appeals: Sequence[Case], votes: Mapping[str, Mapping[str, int]], says: Mapping[str, float]
    ) -> Report:
        records = self._hosting.records
        reporter = Reporter(of.since, of.until)
        after, end = records.number_at(of.since) - 1, records.number_at(of.until) - 1
        while some := records.decided(after, end):
            for decision in some:
                reporter.decided(decision)
            after += len(some)
        moves = self._moves(of)
        found = camps(by_account(votes), says.__getitem__) if votes else None
        known = found.of if found is not None and len(found) > 1 else None
        return reporter.report(moves, records.undoings([move.id for move in moves]), appeals, known)

    def _moves(self, of: Stretch) -> list[Move]:
        found: list[Move] = []
        before: int | None = None
        for _ in range(MOVES // _PAGE):
            page = self._hosting.records.moves(before, _PAGE)
            found += [move for _, move in page if of.since <= move.at < of.until]
            if len(page) < _PAGE or page[-1][1].at < of.since:
                break
            before = page[-1][0]
        return found[::-1]
