"""The run sheet: the host's questions, when each is planned, and when each was asked.

A question is asked by the host's post of it on a network, by the host's hand on the page, or by its time. The post is
recognised by its mark (Q3, Question 3), by its words (nearly those that were planned), or, where the host goes on in a
reply to the question before, by fewer of them. Posts of it on other networks are the same question: a number once
asked by a post is not asked anew by another ("Q6 has twenty answers so far"), only by hand. Once asked, a question is
being asked until another is; and one whose time has come is asked though no post was seen, for people read the page,
and the host may be late.

Nothing is edited in place. What happened is kept, in the order of the log, and the sheet is told from it; undoing a
move is telling it again without that move. Only the host's own posts and moves count here, and they are few.

Invariant: at any time at most one question is being asked.
"""

import re
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from fairfloor.acts.act import Post
from fairfloor.acts.heard import Form
from fairfloor.acts.text import words
from fairfloor.chat.moves import Ask, Move, Write
from fairfloor.chat.questions.alike_words import CLOSED
from fairfloor.chat.sheet.evenings import CHANGES, Evenings, Sessions
from fairfloor.chat.sheet.plan import Planned

KEPT = 5_000
"""The host's posts and moves that are kept; the oldest is forgotten first."""
ALIKE, ALIKE_IN_REPLY = 0.7, 0.4
"""Part of their content words (Dice) that a post and a planned question share; in a reply to the question before."""
LATE = timedelta(minutes=20)
"""How late a question may still be posted for the host."""
_MARK = re.compile(r"^\W*(?:[#@]\w\S*\s+)*\W*(?:q|question)\s{0,2}#?\d{1,2}\W*", re.IGNORECASE)

Way = Literal["post", "hand", "time"]


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A question of a run sheet, as it stands at a time."""

    evening: str
    number: int
    text: str
    planned: datetime | None = None
    at: datetime | None = None
    """When it was asked first; None: not yet."""
    way: Way | None = None
    """How it was asked first."""
    posts: tuple[str, ...] = ()
    """The host's posts that ask it, one or more on each network, in order."""


class _Told(msgspec.Struct, frozen=True, gc=False):
    """A post of the host, as far as it matters here."""

    id: str
    at: datetime
    text: str
    asks: int | None
    reply_to: str | None


class _Asking(msgspec.Struct, gc=False):
    """How a question came to be asked."""

    at: datetime
    way: Way
    posts: dict[str, str]
    """The host's posts that ask it, with their words."""


class RunSheet:
    """The run sheets of a chat's evenings. Bounded: `KEPT` posts and moves."""

    def __init__(self, hosts: frozenset[str] = frozenset(), sessions: Sessions | None = None) -> None:
        """Take the names by which the host and co-hosts are known (accounts, handles), and who knows the sessions."""
        self._hosts = hosts
        self.evenings = Evenings(sessions)
        self._log: OrderedDict[str, _Told | Move] = OrderedDict()
        self.told = 0
        """Rises whenever the sheet is told anew, so that what was asked before may have changed."""
        self._begin()

    def _begin(self) -> None:
        self._plans: dict[str, tuple[Planned, ...]] = {}
        self._asked: dict[str, dict[int, _Asking]] = {}
        self._events: list[tuple[datetime, str, int]] = []
        """What was asked when, by a post or by hand, in order of time."""
        self._by_post: dict[str, tuple[str, int]] = {}

    # What happens

    def is_host(self, post: Post) -> bool:
        """Tell whether a post is the host's, or a co-host's."""
        return post.account in self._hosts or (post.handle is not None and post.handle in self._hosts)

    def post(self, post: Post, form: Form) -> None:
        """Take note of a post of the host that asks a question of the sheet."""
        if self.is_host(post) and (form.asks is not None or post.reply_to is None or post.reply_to in self._by_post):
            at = post.seen or post.at
            self._keep(post.id, _Told(post.id, at, post.text, form.asks, post.reply_to))

    def gone(self, act: str, at: datetime) -> None:
        """Take note that the host took a post back: it asks nothing any more."""
        del at
        if self._log.pop(act, None) is not None:
            self._tell_again()

    def move(self, move: Move) -> None:
        """Take note of a sheet written, a question asked by hand, or a session moved."""
        if isinstance(move.do, CHANGES):
            self._tell_again()
        elif isinstance(move.do, Write | Ask):
            self._keep(move.id, move)

    def undo(self, move: Move) -> None:
        """Be as though a move had never been made."""
        if self._log.pop(move.id, None) is not None or isinstance(move.do, CHANGES):
            self._tell_again()

    def refuses(self, move: Move) -> str | None:
        """Say why a sheet cannot be written, or a question not be asked, now."""
        match move.do:
            case Write(session=str() as session) if not self.evenings.named(session):
                return "There is no session of that name. Choose one that is planned."
            case Ask(number=number) if number > len(self._plans.get(self.evenings.of(move.at), ())):
                return f"Tonight's run sheet has no question {number}. Write it first."
            case _:
                return None

    def _keep(self, name: str, told: _Told | Move) -> None:
        if name in self._log:
            return
        self._log[name] = told
        if len(self._log) > KEPT:
            self._log.popitem(last=False)
        self._tell(told)

    def _tell_again(self) -> None:
        self.evenings.forget()
        self._begin()
        for told in self._log.values():
            self._tell(told)
        self.told += 1

    def _tell(self, told: _Told | Move) -> None:
        evening = self.evenings.of(told.at)
        match told:
            case _Told():
                self._recognise(evening, told)
            case Move(do=Write(session=session, questions=questions)):
                self._plans[evening if session is None else session] = questions
                self.told += 1
            case Move(do=Ask(number=number)) if number <= len(self._plans.get(evening, ())):
                self._ask(evening, number, told.at, "hand")
            case _:
                pass

    def _ask(self, evening: str, number: int, at: datetime, way: Way) -> _Asking:
        asked = self._asked.setdefault(evening, {})
        asking = asked.get(number)
        if asking is None or way == "hand":
            self._events.append((at, evening, number))
        return asked.setdefault(number, asking or _Asking(at, way, {}))

    def _recognise(self, evening: str, told: _Told) -> None:
        number = told.asks or self._planned_as(evening, told)
        if number is None:
            return
        self._ask(evening, number, told.at, "post").posts[told.id] = told.text
        self._by_post[told.id] = evening, number

    def _planned_as(self, evening: str, told: _Told) -> int | None:
        """Give the number of the planned question whose words a post of the host nearly has."""
        plan = self._plans.get(evening, ())
        said = _content(told.text) if plan else frozenset()
        least = ALIKE if told.reply_to is None else ALIKE_IN_REPLY
        like = [(_likeness(said, _content(planned.text)), -number) for number, planned in enumerate(plan, 1)]
        likeness, number = max(like, default=(0.0, 0))
        return -number if likeness >= least else None

    # Asked

    def number_of(self, post: str) -> tuple[str, int] | None:
        """Give the evening and the number of the question that a post of the host asks."""
        return self._by_post.get(post)

    def asking(self, now: datetime) -> tuple[int, datetime] | None:
        """Give the number of the question being asked at a time, and since when; None where none is."""
        evening, asked = self.evenings.of(now), None
        for at, of, number in reversed(self._events):
            if at <= now and of == evening:
                asked = at, number
                break
        timely = [(at, number) for at, number in self._by_time(evening) if at <= now]
        last = max([*timely, *([asked] if asked else [])], default=None)
        return None if last is None else (last[1], last[0])

    def _by_time(self, evening: str) -> list[tuple[datetime, int]]:
        """Give when the questions of an evening are asked by their time: those that were not asked before it."""
        asked = self._asked.get(evening, {})
        return [
            (planned.at, number)
            for number, planned in enumerate(self._plans.get(evening, ()), 1)
            if planned.at is not None and not (number in asked and asked[number].at < planned.at)
        ]

    def plan(self, evening: str) -> tuple[Planned, ...]:
        """Give the questions as they were written ahead for an evening."""
        return self._plans.get(evening, ())

    def has(self, evening: str, number: int, by: datetime) -> bool:
        """Tell whether an evening has a question of a number, planned or asked by then."""
        asking = self._asked.get(evening, {}).get(number)
        return 0 < number <= len(self._plans.get(evening, ())) or (asking is not None and asking.at <= by)

    def questions(self, evening: str, now: datetime) -> tuple[Question, ...]:
        """Give the questions of an evening by number, as they stand at a time: planned ahead, or only asked."""
        plan, asked = self._plans.get(evening, ()), self._asked.get(evening, {})
        numbers = sorted({*range(1, len(plan) + 1), *asked})
        timely = {number: at for at, number in self._by_time(evening) if at <= now}
        return tuple(self._question(evening, number, timely.get(number)) for number in numbers)

    def _question(self, evening: str, number: int, timely: datetime | None) -> Question:
        plan = self._plans.get(evening, ())
        planned = plan[number - 1] if number <= len(plan) else None
        asking = self._asked.get(evening, {}).get(number)
        posts = asking.posts if asking else {}
        said = next((bare for text in posts.values() if (bare := _bare(text))), "")
        first: tuple[datetime | None, Way | None] = (asking.at, asking.way) if asking else (None, None)
        if timely is not None and (first[0] is None or timely < first[0]):
            first = timely, "time"
        return Question(
            evening=evening,
            number=number,
            text=said or (planned.text if planned else ""),
            planned=planned.at if planned else None,
            at=first[0],
            way=first[1],
            posts=tuple(posts),
        )

    def due(self, now: datetime) -> tuple[Question, ...]:
        """Give the questions to post for the host now: asked of late by hand or by time, with no post of them seen."""
        found = self.questions(self.evenings.of(now), now)
        return tuple(one for one in found if one.at is not None and not one.posts and now - one.at <= LATE)


def _content(text: str) -> frozenset[str]:
    return frozenset(words(text)) - CLOSED


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    shared = len(one & other)
    return 2 * shared / (len(one) + len(other)) if shared > 1 else 0.0


def _bare(text: str) -> str:
    """Give a question as it was posted, without its mark and the tags around it."""
    said = _MARK.sub("", text).split()
    while said and said[-1].startswith("#"):
        said.pop()
    return " ".join(said)
