"""What the run sheet's templates are given."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import msgspec

from fairfloor.chat.schedule.course import Session
from fairfloor.chat.sheet.run_sheet import Question
from fairfloor.chat.sheet.stitching import By, Stitched
from fairfloor.session.desk import Desk
from fairfloor.session.ports import Record
from fairfloor.web import views
from fairfloor.web.address import key
from fairfloor.web.hosting import Hosting
from fairfloor.web.views import FLOOR, Shown

SOME = 3
"""Answers beside a question of the overview."""
MOST = 200
"""Posts on the page of one question; of more, the first."""
EVENINGS = 12
"""Past evenings that the overview leads to."""
_HOW: dict[By, str] = {
    "host": "put here by the host",
    "mark": "marked as an answer",
    "thread": "in its thread",
    "time": "said meanwhile",
}


class Answer(msgspec.Struct, frozen=True):
    """A post under a question."""

    post: Shown
    act: str
    how: str


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A question of an evening, with some or all of its answers."""

    number: int
    text: str
    at: datetime | None
    being: bool
    """Whether it is being asked now."""
    unseen: bool
    """Whether it was asked on its time, and no post of it was seen."""
    post: str | None
    """The key of the host's post."""
    answers: tuple[Answer, ...] = ()
    more: bool = False
    meanwhile: tuple[Answer, ...] = ()


class Evening(msgspec.Struct, frozen=True):
    """An evening that has a run sheet."""

    name: str
    """Its session's name; empty where the chat has no sessions."""
    begins: datetime | None
    title: str = ""


def evening_named(desk: Desk, name: str, now: datetime) -> Evening | None:
    """Give an evening by its name; by "" the one that is on, was last, or is about to begin. None: no such evening."""
    found = desk.sessions.named(name or desk.sheet.evenings.of(now))
    if found is None:
        return None if name else Evening("", None)
    return _evening(found)


def evenings(desk: Desk, now: datetime) -> list[Evening]:
    """Give the evenings before, the newest first."""
    return [_evening(session) for session in desk.sessions.past(now, EVENINGS)]


def _evening(session: Session) -> Evening:
    return Evening(session.name, session.begins, session.title)


def asked(desk: Desk, evening: str, now: datetime) -> list[Question]:
    """Give the questions of an evening that have been asked; what is planned is the host's until then."""
    return [one for one in desk.sheet.questions(evening, now) if one.at is not None and one.at <= now]


async def overview(hosting: Hosting, evening: str, now: datetime) -> list[Asked]:
    """Give what was asked, each with its first answers that had the floor."""
    desk = hosting.desk
    questions = asked(desk, evening, now)
    answers = [
        [pair for pair in desk.stitching.under(evening, one.number) if pair[1].by != "time"] for one in questions
    ]
    few = [_hopeful(hosting, pairs)[: 2 * SOME] for pairs in answers]
    records = await _records(hosting, [act for pairs in few for act, _ in pairs])
    found = [_answers(hosting, pairs, records) for pairs in few]
    return [
        _asked(hosting, one, now, its[:SOME], more=len(its) > SOME) for one, its in zip(questions, found, strict=True)
    ]


async def one_question(hosting: Hosting, evening: str, number: int, now: datetime) -> Asked | None:
    """Give a question with all that had the floor under it; None where it was not asked."""
    question = next((one for one in asked(hosting.desk, evening, now) if one.number == number), None)
    if question is None:
        return None
    pairs = _hopeful(hosting, hosting.desk.stitching.under(evening, number))
    records = await _records(hosting, [act for act, _ in pairs[:MOST]])
    answers = _answers(hosting, [pair for pair in pairs[:MOST] if pair[1].by != "time"], records)
    meanwhile = _answers(hosting, [pair for pair in pairs[:MOST] if pair[1].by == "time"], records)
    return _asked(hosting, question, now, answers, more=len(pairs) > MOST, meanwhile=meanwhile)


def _hopeful(hosting: Hosting, pairs: Sequence[tuple[str, Stitched]]) -> list[tuple[str, Stitched]]:
    """Leave out what is known not to be on the floor."""
    return [pair for pair in pairs if (code := hosting.board.state(pair[0])) is None or code in FLOOR]


async def _records(hosting: Hosting, acts: list[str]) -> dict[str, Record]:
    found = await asyncio.to_thread(lambda: [hosting.records.record(act) for act in acts])
    return {record.act.id: record for record in found if record is not None}


def _answers(hosting: Hosting, pairs: Sequence[tuple[str, Stitched]], records: dict[str, Record]) -> tuple[Answer, ...]:
    shown = []
    for act, stitched in pairs:
        record = records.get(act)
        if record is None or record.decision is None or record.decision.placement != "floor":
            continue
        if (post := views.kept(hosting.board, record)) is not None:
            shown.append(Answer(post, key(act), _HOW[stitched.by]))
    return tuple(shown)


def _asked(
    hosting: Hosting,
    question: Question,
    now: datetime,
    answers: tuple[Answer, ...],
    *,
    more: bool,
    meanwhile: tuple[Answer, ...] = (),
) -> Asked:
    asking = hosting.desk.sheet.asking(now)
    here = hosting.desk.sheet.evenings.of(now) == question.evening
    return Asked(
        number=question.number,
        text=question.text or f"Question {question.number}",
        at=question.at,
        being=here and asking is not None and asking[0] == question.number,
        unseen=not question.posts and question.way == "time",
        post=key(question.posts[0]) if question.posts else None,
        answers=answers,
        more=more,
        meanwhile=meanwhile,
    )
