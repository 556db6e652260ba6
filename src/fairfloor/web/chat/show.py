"""What the chat's pages are given: everything resolved, nothing left to look up or to decide."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import msgspec
from markupsafe import Markup

from fairfloor.acts.act import Post
from fairfloor.chat.schedule.course import Session
from fairfloor.chat.schedule.slots import HOUR, Schedule
from fairfloor.chat.settings import Person, Settings
from fairfloor.chat.sheet.run_sheet import Question
from fairfloor.session.ports import Record
from fairfloor.web import views
from fairfloor.web.address import key
from fairfloor.web.chat.markdown import marked_up
from fairfloor.web.chat.words import Shown, away, day, hours, shown
from fairfloor.web.hosting import Hosting
from fairfloor.web.markup import plain

COMING, PAST = 3, 8
"""Sessions shown on the chat's page, of those to come and of those that were."""
LIMIT = 50
"""Messages on a page of what had the floor."""


class Chat(msgspec.Struct, frozen=True, kw_only=True):
    """The chat's page."""

    name: str
    about: str
    hours: str
    """When it is on, in words; empty where its host begins it by hand."""
    lasting: str
    spellings: tuple[str, ...]
    hosts: tuple[str, ...]
    cohosts: tuple[str, ...]
    rules: Markup
    on: Shown | None
    coming: list[Shown]
    until: str
    """How long until the next session begins."""
    skipped: list[tuple[str, str]]
    """Dates left out in the next months, and why."""
    past: list[Shown]
    now: datetime
    calendar: str
    """The calendar's address without its scheme; empty where there is nothing to tell."""


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A message that had the floor."""

    author: str
    act: str
    """The key of its own page."""
    at: datetime
    post: views.Shown | None


class Evening(msgspec.Struct, frozen=True, kw_only=True):
    """The page of one session."""

    session: Shown
    heading: str
    state: str
    """"coming", "on" or "over"."""
    until: str
    questions: tuple[Question, ...]
    floor: int
    """Messages that had the floor."""
    said: list[Said]
    earlier: int | None
    """The number before which earlier messages are found; None where these are the first."""
    now: datetime


class Show:
    """Makes what is shown, of one evening's hosting."""

    def __init__(self, hosting: Hosting) -> None:
        self._hosting = hosting
        self._desk = hosting.desk

    @property
    def settings(self) -> Settings:
        """Give the chat's settings; before anything was settled, what the evening's rules say."""
        rules = self._desk.rules
        hosts = tuple(Person(account) for account in sorted(rules.hosts))
        return self._desk.sessions.settings or Settings(tag=rules.tag, hosts=hosts)

    @property
    def zone(self) -> str:
        """Give the chat's time zone."""
        schedule = self.settings.schedule
        return "UTC" if schedule is None else schedule.zone

    async def chat(self, calendar: str) -> Chat:
        """Make the chat's page."""
        now, settings, sessions = self._hosting.now(), self.settings, self._desk.sessions
        schedule, on, coming = settings.schedule, sessions.on(now), sessions.coming(now, COMING)
        return Chat(
            name=settings.name or f"#{settings.tag}",
            about=settings.about,
            hours=hours(schedule) if schedule else "",
            lasting=away(schedule.lasting) if schedule else "",
            spellings=settings.spellings,
            hosts=self._called(settings.hosts),
            cohosts=self._called(settings.cohosts),
            rules=marked_up(settings.rules),
            on=None if on is None else await self.session(on, now),
            coming=[await self.session(one, now) for one in coming],
            until=away(coming[0].begins - now) if coming else "",
            skipped=_skipped(schedule, now),
            past=await self.past(now, PAST),
            now=now,
            calendar=calendar if sessions.plan is not None else "",
        )

    async def past(self, now: datetime, most: int) -> list[Shown]:
        """Make the list of past sessions, the newest first."""
        return [await self.session(one, now) for one in self._desk.sessions.past(now, most)]

    async def session(self, one: Session, now: datetime) -> Shown:
        """Make a session as it is shown."""
        return shown(one, self.zone, now, await self.topic(one.proposal))

    async def topic(self, proposal: str | None) -> str:
        """Give the title of the proposal that a session takes on; empty where it has none."""
        found = self._desk.proposals.proposal(proposal) if proposal else None
        if found is None or not found.proposers:
            return ""
        first = found.proposers[0]
        if first.title or not first.post:
            return plain(first.title)
        record = await asyncio.to_thread(self._hosting.records.record, first.id)
        return plain(record.act.text) if record is not None and isinstance(record.act, Post) else ""

    async def evening(self, one: Session, before: int | None) -> Evening:
        """Make the page of a session that is not over, or of what had the floor in one.

        before: the messages are those that had it by decisions numbered less.
        """
        now, records = self._hosting.now(), self._hosting.records
        session = await self.session(one, now)
        first, end = [await asyncio.to_thread(records.number_at, at) for at in (one.begins, one.ends)]
        upto = end if before is None else min(before, end)
        found = await asyncio.to_thread(records.floor, upto, LIMIT)
        found = [record for record in found if record.number >= first]
        return Evening(
            session=session,
            heading=session.title or session.day,
            state="over" if session.over else "on" if one.holds(now) else "coming",
            until=away(one.begins - now),
            questions=self._desk.sheet.questions(one.name, now),
            floor=await asyncio.to_thread(records.shown, first, end),
            said=[self._said(record) for record in reversed(found) if not record.withdrawn],
            earlier=found[-1].number if found and found[-1].number > first and len(found) == LIMIT else None,
            now=now,
        )

    def _said(self, record: Record) -> Said:
        at = record.decision.at if record.decision else record.seen
        board = self._hosting.board
        return Said(author=views.who(board, record.act), act=key(record.act.id), at=at, post=views.kept(board, record))

    def _called(self, people: Sequence[Person]) -> tuple[str, ...]:
        known = [(one.account, one.handle or self._hosting.board.handle(one.account)) for one in people]
        return tuple(plain(f"@{handle.removeprefix('@')}" if handle else account) for account, handle in known)


def _skipped(schedule: Schedule | None, now: datetime) -> list[tuple[str, str]]:
    if schedule is None:
        return []
    today, soon = now.date(), (now + 24 * 90 * HOUR).date()
    return [(day(one.on), one.why) for one in schedule.skipped if today <= one.on <= soon]
