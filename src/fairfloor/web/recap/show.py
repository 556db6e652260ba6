"""What a recap's template is given: the recap with the words, and the ledger, as they stand now.

A post that its author took back says so in its place. So does one that the host folded since.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal

import msgspec

from fairfloor.acts.act import Post
from fairfloor.chat.ledger.entries import STATES, Question, State
from fairfloor.session.ports import Record
from fairfloor.session.recap import Recap
from fairfloor.web import views
from fairfloor.web.address import key
from fairfloor.web.hosting import Hosting
from fairfloor.web.ledger.order import Order
from fairfloor.web.ledger.show import asked as asked_by
from fairfloor.web.ledger.show import first as first_of
from fairfloor.web.markup import beginning
from fairfloor.web.recap import telling
from fairfloor.web.recap.plot import Plot, plots
from fairfloor.web.recent import Recent
from fairfloor.web.views import Shown
from fairfloor.web.words import LABELS, said

SOME = 4
"""Answers to a question that are in sight at once."""
MANY = 16
"""Answers to a question on the page."""
OPEN = 2
"""Conversations that are in sight at once."""
LISTED = 5
"""Questions of the ledger in each state that are in sight at once."""
LISTED_MORE = 25
_DEEPEST = 4
"""How far replies are set in."""
Records = Mapping[str, Record]


class Quote(msgspec.Struct, frozen=True):
    """A post that is quoted, or what is to be said in its place."""

    act: str
    """The key of its own page."""
    state: Literal["said", "gone", "folded"]
    post: Shown | None = None
    depth: int = 0


class AskedView(msgspec.Struct, frozen=True, kw_only=True):
    """A question of the run sheet."""

    number: int
    text: str
    at: datetime | None
    post: str | None
    """The key of the host's post."""
    told: str
    some: tuple[Quote, ...]
    more: tuple[Quote, ...]
    beyond: int
    meanwhile: int


class Talk(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation."""

    title: str
    told: str
    number: int | None
    """The question of the run sheet that it began in reply to."""
    to: str | None
    """The key of another post that it began in reply to, where that is here."""
    to_aside: bool
    """Whether that one is not on the floor."""
    turns: tuple[Quote, ...]
    beyond: int
    open: bool
    last: str
    """The key of the last post shown, where it goes on."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A question of the ledger."""

    key: str
    text: str
    asked: str
    told: str
    by: str
    disputed: bool


class Listed(msgspec.Struct, frozen=True):
    """The ledger's questions in one state."""

    state: State
    count: int
    some: tuple[Entry, ...]
    more: tuple[Entry, ...]
    beyond: int


class Row(msgspec.Struct, frozen=True):
    """How many acts are where they are for one reason."""

    code: str
    label: str
    count: int


class Again(msgspec.Struct, frozen=True):
    """A message that was said several times."""

    message: str
    text: str
    """Empty where the words are gone."""
    told: str
    at: datetime


class View(msgspec.Struct, frozen=True, kw_only=True):
    """A recap as its page shows it."""

    name: str
    begins: datetime
    ends: datetime
    lede: str
    voices: str
    waiting: str
    questions: tuple[AskedView, ...]
    talks: tuple[Talk, ...]
    ledger: tuple[Listed, ...]
    asked: int
    """Questions of the ledger that were asked in this session."""
    disputed: int
    aside: tuple[Row, ...]
    again: tuple[Again, ...]
    plots: tuple[Plot, ...]


class Show:
    """Makes views of recaps."""

    def __init__(self, hosting: Hosting) -> None:
        self._hosting = hosting
        self._order = Order(hosting.desk.ledger, hosting.desk.say, hosting.now)
        self._stood: Recent[str, tuple[int, datetime, dict[State, list[Question]]]] = Recent(8)
        """Where questions stood when the ledger changed last."""

    async def view(self, recap: Recap) -> View:
        """Make a view of a recap."""
        questions = self._ledger(recap)
        listed = [one for state in STATES for one in questions[state][:LISTED_MORE]]
        names = _needed(recap) + [first_of(one) for one in listed]
        tops = [one.turns[0].act for one in recap.conversations]
        records = await asyncio.to_thread(self._records, names, tops)
        found = [one for ones in questions.values() for one in ones]
        return View(
            name=recap.session,
            begins=recap.begins,
            ends=recap.ends,
            lede=telling.lede(recap),
            voices=telling.voices(recap),
            waiting=telling.waiting(recap),
            questions=tuple(self._asked(recap, records)),
            talks=tuple(self._talks(recap, records)),
            ledger=tuple(self._listed(questions, records)),
            asked=len(found) + recap.unlisted,
            disputed=sum(bool(one.disputes) for one in found),
            aside=tuple(_aside(recap)),
            again=tuple(self._again(recap, records)),
            plots=tuple(plots(recap)),
        )

    def _records(self, names: Iterable[str], tops: Iterable[str]) -> Records:
        """Look posts up, and what the first posts of conversations reply to. Blocks."""
        record = self._hosting.records.record
        found = {name: one for name in dict.fromkeys(names) if (one := record(name)) is not None}
        above = {to for name in tops if name in found and (to := _to(found[name])) and to not in found}
        return found | {name: one for name in above if (one := record(name)) is not None}

    # Quotes

    def _quotes(self, names: Iterable[str], records: Records) -> list[Quote]:
        return [quote for name in names if (quote := self._quote(name, 0, records)) is not None]

    def _quote(self, name: str, depth: int, records: Records) -> Quote | None:
        """Quote a post; None where it is not known."""
        if (record := records.get(name)) is None:
            return None
        depth = min(depth, _DEEPEST)
        if record.withdrawn:
            return Quote(key(name), "gone", depth=depth)
        if not _on_floor(record):
            return Quote(key(name), "folded", depth=depth)
        return Quote(key(name), "said", views.kept(self._hosting.board, record), depth)

    # Questions and answers

    def _asked(self, recap: Recap, records: Records) -> Iterable[AskedView]:
        sheet = self._hosting.desk.sheet.questions(recap.session, recap.ends)
        texts = {one.number: one.text for one in sheet}
        for one in recap.questions:
            quotes = self._quotes(one.answers[:MANY], records)
            post = next((name for name in one.posts if name in records and not records[name].withdrawn), None)
            yield AskedView(
                number=one.number,
                text=beginning(texts.get(one.number) or one.planned or f"Question {one.number}", 400),
                at=one.at,
                post=key(post) if post else None,
                told=telling.answered(one),
                some=tuple(quotes[:SOME]),
                more=tuple(quotes[SOME:]),
                beyond=max(one.answered - MANY, 0),
                meanwhile=one.meanwhile,
            )

    # Conversations

    def _talks(self, recap: Recap, records: Records) -> Iterable[Talk]:
        asked = {post: one.number for one in recap.questions for post in one.posts}
        for place, one in enumerate(recap.conversations):
            quotes = [(turn.act, self._quote(turn.act, turn.depth, records)) for turn in one.turns]
            first = records.get(one.turns[0].act)
            to = "" if first is None else _to(first)
            yield Talk(
                title=_title([name for name, quote in quotes if quote is not None and quote.post], records),
                told=telling.conversation(one),
                number=asked.get(to),
                to=key(to) if to in records and to not in asked else None,
                to_aside=to in records and not _on_floor(records[to]),
                turns=tuple(quote for _, quote in quotes if quote is not None),
                beyond=one.said - len(one.turns),
                open=place < OPEN,
                last=key(one.turns[-1].act),
            )

    # The ledger

    def _ledger(self, recap: Recap) -> dict[State, list[Question]]:
        """Give the ledger's questions of a session by what became of them, those merged since once."""
        ledger, found = self._hosting.desk.ledger, dict[str, Question]()
        stood = self._stood.get(recap.session)
        if stood is not None and stood[:2] == (ledger.version, recap.made):
            return stood[2]
        for act in recap.asked:
            if (question := ledger.question(act)) is not None:
                found.setdefault(question.id, question)
        by_state: dict[State, list[Question]] = {state: [] for state in STATES}
        for question in found.values():
            by_state[question.state].append(question)
        by_state["open"].sort(key=lambda one: self._order.place(one.id))
        self._stood.put(recap.session, (ledger.version, recap.made, by_state))
        return by_state

    def _listed(self, questions: Mapping[State, Sequence[Question]], records: Records) -> Iterable[Listed]:
        states: tuple[State, ...] = ("answered", "declined", "open", "withdrawn")
        for state in states:
            if ones := questions[state]:
                entries = [self._entry(one, records) for one in ones[:LISTED_MORE]]
                beyond = len(ones) - len(entries)
                yield Listed(state, len(ones), tuple(entries[:LISTED]), tuple(entries[LISTED:]), beyond)

    def _entry(self, question: Question, records: Records) -> Entry:
        told = question.outcome
        return Entry(
            key=key(question.id),
            text=_words(records.get(first_of(question))),
            asked=asked_by(self._hosting.board, self._order, question),
            told=beginning(" ".join(told.text.split()), 280) if told else "",
            by=f"{told.by}, {told.role}" if told else "",
            disputed=bool(question.disputes),
        )

    # What was said several times

    def _again(self, recap: Recap, records: Records) -> Iterable[Again]:
        for one in recap.repeated:
            text = _words(records.get(one.message), 120)
            yield Again(key(one.message), text, said(one.times, one.accounts), one.at)


def _needed(recap: Recap) -> list[str]:
    """Give the posts whose words a recap shows."""
    answers = [name for one in recap.questions for name in (*one.posts, *one.answers[:MANY])]
    turns = [turn.act for one in recap.conversations for turn in one.turns]
    return answers + turns + [one.message for one in recap.repeated]


def _words(record: Record | None, limit: int = 200) -> str:
    """Give the beginning of a post's words in one line; empty where they are gone."""
    if record is None or record.withdrawn or not isinstance(record.act, Post):
        return ""
    return beginning(" ".join(record.act.text[:2_000].split()), limit)


def _on_floor(record: Record) -> bool:
    return record.decision is not None and record.decision.placement == "floor"


def _to(record: Record) -> str:
    """Give what a post replies to; empty where that is nothing."""
    return (record.act.reply_to or "") if isinstance(record.act, Post) else ""


def _title(shown: Iterable[str], records: Records) -> str:
    """Give how a conversation begins; where its first post is gone or folded since, the next that is not."""
    return next((text for name in shown if (text := _words(records.get(name), 110))), "A conversation")


def _aside(recap: Recap) -> Iterable[Row]:
    """Give the reasons why acts are not on the floor, in the order in which the pages list them."""
    for code in views.ASIDE:
        if count := recap.reasons.get(code, 0):
            yield Row(code, LABELS[code], count)
