"""What a move is about, as its form shows it before it is made; and why it cannot be made, where it cannot."""

import asyncio
from datetime import datetime, timedelta

import msgspec

from fairfloor.acts.act import Post
from fairfloor.chat.ledger.entries import Question
from fairfloor.session.ports import Record
from fairfloor.web.address import key, name_of
from fairfloor.web.console.kinds import Kind
from fairfloor.web.console.told import did, who
from fairfloor.web.hosting import Hosting
from fairfloor.web.markup import beginning
from fairfloor.web.people.guard import Refused
from fairfloor.web.views import author
from fairfloor.web.words import explain

SIX_HOURS = timedelta(hours=6)
"""How long a pause for tonight lasts where no session is on."""
OTHERS = 50
"""Questions that another can be merged into, those first that most voices ask."""
_LENGTH = 400


class Choice(msgspec.Struct, frozen=True):
    """One of several: what the form sends, and what it says."""

    value: str
    label: str


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What a move is about."""

    name: str = ""
    """The id of the act, account, question, proposal or move; the number of a question of the run sheet."""
    who: str = ""
    words: str = ""
    note: str = ""
    """Where it is now, and why."""
    choices: tuple[Choice, ...] = ()
    value: str = ""
    """What a field has at first."""


_GONE = "Perhaps it was taken back, or has been dealt with since."


async def subject(hosting: Hosting, kind: Kind, of: str) -> Subject:
    """Give what a move is about, by what its address says. Raises Refused where that is not here any more."""
    match kind.of:
        case "act" | "account":
            return await _post(hosting, kind, _named(of))
        case "question" | "ask" | "entry":
            return _entry(hosting, kind, _named(of))
        case "appeal":
            return _appeal(hosting, _named(of))
        case "move":
            return _move(hosting, _named(of))
        case "number":
            return _number(hosting, of)
        case "nothing":
            return _nothing(hosting, kind)


def _named(of: str) -> str:
    name = name_of(of)
    if name is None or not name:
        raise Refused(410, "That is not here", _GONE)
    return name


async def _post(hosting: Hosting, kind: Kind, act: str) -> Subject:
    record = await asyncio.to_thread(hosting.records.record, act)
    if record is None or record.withdrawn or not isinstance(record.act, Post):
        raise Refused(410, "That post is not here", _GONE)
    if (why := _cannot(kind, record)) is not None:
        raise Refused(409, "That cannot be done now", why)
    return Subject(
        name=record.act.account if kind.of == "account" else act,
        who=author(record.act.account, hosting.board.handle(record.act.account) or record.act.handle),
        words=_short(record.act.text),
        note=explain(record.decision.reason) if record.decision else "It waits for its turn.",
        choices=_until(hosting) if kind.name == "pause" else (),
    )


def _cannot(kind: Kind, record: Record) -> str | None:
    decision = record.decision
    if decision is None:
        return None
    if decision.class_ == "host" and kind.name != "vouch":
        return "The host's posts always have the floor."
    if kind.name == "release" and decision.placement == "floor":
        return "It has the floor already."
    return None


def until(hosting: Hosting, chosen: str) -> datetime:
    """Give when a pause for tonight ends: with the session that is on, or in six hours."""
    now = hosting.now()
    session = hosting.desk.sessions.on(now)
    return session.ends if session is not None and chosen != "hours" else now + SIX_HOURS


def _until(hosting: Hosting) -> tuple[Choice, ...]:
    hours = Choice("hours", "for six hours")
    session = hosting.desk.sessions.on(hosting.now())
    return (hours,) if session is None else (Choice("session", "until the session ends"), hours)


def _entry(hosting: Hosting, kind: Kind, name: str) -> Subject:
    found = hosting.desk.ledger.question(name)
    if found is None:
        return _proposal(hosting, kind, name)
    return Subject(
        name=found.id,
        who=_by(hosting, found.asks[0].account) if found.asks else "",
        words=_words(hosting, found.id),
        choices=_choices(hosting, kind, found),
    )


def _choices(hosting: Hosting, kind: Kind, question: Question) -> tuple[Choice, ...]:
    desk = hosting.desk
    if kind.name == "merge":
        others = [name for name in desk.ledger.ranked(desk.say) if name != question.id][:OTHERS]
        if not others:
            raise Refused(409, "That cannot be done now", "No other question is open.")
        return tuple(Choice(key(name), beginning(_words(hosting, name), 100)) for name in others)
    if kind.name == "split":
        if not question.asks[1:]:
            raise Refused(409, "That cannot be done now", "Only one post asks this.")
        asks = [one for one in question.asks if one.act != question.id][:OTHERS]
        return tuple(
            Choice(key(one.act), beginning(f"{_by(hosting, one.account)}: {_words(hosting, one.act)}", 100))
            for one in asks
        )
    return ()


def _proposal(hosting: Hosting, kind: Kind, name: str) -> Subject:
    found = hosting.desk.proposals.proposal(name) if kind.of == "entry" else None
    if found is None or not found.proposers:
        raise Refused(410, "That question is not here", _GONE)
    first = found.proposers[0]
    words = _words(hosting, first.id) if first.post else f"{first.title} {first.text}"
    by = _by(hosting, first.by) if first.role == "participant" else first.by
    return Subject(name=found.id, who=by, words=_short(words))


def _appeal(hosting: Hosting, name: str) -> Subject:
    case = hosting.desk.appeals.case(name)
    if case is None or not case.open:
        raise Refused(410, "That appeal is not open", "It was answered already, or its author took the post back.")
    note = f"They say: {_short(case.text)}" if case.text else ""
    return Subject(
        name=name, who=_by(hosting, case.account), words=_words(hosting, case.act), note=note, value=case.act
    )


def _move(hosting: Hosting, name: str) -> Subject:
    move = hosting.desk.standing.get(name)
    if move is None:
        raise Refused(410, "That cannot be undone", "It was undone already, or is too long ago.")
    return Subject(name=name, who=who(move, hosting.board), words=did(hosting.board, move.do), note=move.reason)


def _number(hosting: Hosting, of: str) -> Subject:
    sheet, now = hosting.desk.sheet, hosting.now()
    questions = sheet.questions(sheet.evenings.of(now), now)
    found = next((one for one in questions if str(one.number) == of), None)
    if found is None:
        raise Refused(410, "That question is not on the run sheet", "Write it there first.")
    return Subject(name=of, who=f"Q{found.number}", words=found.text)


def _nothing(hosting: Hosting, kind: Kind) -> Subject:
    desk = hosting.desk
    values = {"pace": f"{desk.dials.pace:g}", "share": f"{100 * desk.dials.newcomers:g}", "unpin": ""}
    return Subject(value=values.get(kind.name, ""), words=(desk.pinned.text or "") if kind.name == "unpin" else "")


def _by(hosting: Hosting, account: str) -> str:
    return author(account, hosting.board.handle(account))


def _words(hosting: Hosting, post: str) -> str:
    words = hosting.board.words(post)
    return _short(words.post.text) if words else "The words were taken back."


def _short(text: str) -> str:
    return beginning(" ".join(text[: 4 * _LENGTH].split()), _LENGTH)
