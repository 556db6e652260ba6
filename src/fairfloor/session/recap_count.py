"""Counts a past session from the lines of its public log, and from where its desk put posts on the run sheet. Pure.

The lines are what anybody can check, and they say all that is needed: who said something when, in reply to what, and
what was decided. They are read from a while before the session begins, since what is said then may be an answer
already, to a while after it ends, when what was waiting has got its turn or was folded.

What is a conversation? Posts on the floor that reply to one another, three at least, of which one replies to somebody
else, and with two voices in it: the says of all who speak in it come to 1.5 at least. So a crowd acting in step can
talk to itself for as long as it likes. They are put in order by how often somebody replied to somebody else, and not by
how many took part or liked it. What is said under a question of the run sheet begins there: a question with forty
answers is no conversation yet.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

import msgspec

from fairfloor.chat.moves import Enter
from fairfloor.chat.sheet.run_sheet import Question
from fairfloor.chat.sheet.stitching import Stitched
from fairfloor.floor.reasons import Waiting
from fairfloor.session.decision import Decision
from fairfloor.session.public import Decided, LikeHeard, Line, Made, PostHeard, RepostHeard
from fairfloor.session.recap import (
    ANSWERS,
    ASKED,
    CONVERSATIONS,
    MOMENTS,
    QUESTIONS,
    REPEATED,
    TURNS,
    Asked,
    Conversation,
    Moment,
    Places,
    Recap,
    Repeated,
    Turn,
)
from fairfloor.session.report import slice_of, slice_width

LEAST = 3
"""Posts of a conversation."""
TWO = 1.5
"""What the says in a conversation come to at least: two voices, of which one may be a part of another."""
_decision = msgspec.json.Decoder(Decision).decode
Where = Literal["floor", "merge", "fold", "waiting"]


class OnSheet(NamedTuple):
    """A question of the run sheet, as the desk has it."""

    question: Question
    planned: str
    under: Sequence[tuple[str, Stitched]]
    """The posts under it, in order."""


class _Act(msgspec.Struct, eq=False, gc=False):
    kind: str
    account: str
    seen: datetime
    reply_to: str | None = None
    question: bool = False
    where: Where = "waiting"
    code: str = ""
    message: str = ""
    had: datetime | None = None
    """When it got the floor first."""


class Count:
    """Counts one session. Holds its acts, about 400 bytes each."""

    def __init__(self, begins: datetime, ends: datetime) -> None:
        self._begins, self._ends = begins, ends
        self._acts: dict[str, _Act] = {}
        self._mine: dict[str, _Act] = {}
        """Those that came while it was on."""
        self._says: dict[str, float] = {}
        self._entered: list[str] = []

    # What is read

    def see(self, line: Line) -> None:
        """Take in the next line."""
        match line:
            case PostHeard():
                self._heard(line.id, _Act("post", line.account, line.seen, line.reply_to, line.question))
            case RepostHeard():
                self._heard(line.id, _Act("repost", line.account, line.seen))
            case LikeHeard():
                self._heard(line.id, _Act("like", line.account, line.seen))
            case Decided():
                self.decided(_decision(line.decision))
            case Made(move=move):
                self._entered += [move.do.act] if isinstance(move.do, Enter) else []
            case _:
                pass

    def _heard(self, name: str, act: _Act) -> None:
        if name in self._acts:
            return
        self._acts[name] = act
        if self._begins <= act.seen < self._ends:
            self._mine[name] = act

    def decided(self, decision: Decision) -> None:
        """Take in what was decided about an act, in the order in which it was; of other acts it is of no matter."""
        self._says[decision.account] = decision.say
        if (act := self._acts.get(decision.act)) is None:
            return
        waits = isinstance(decision.reason, Waiting)
        act.where, act.message = "waiting" if waits else decision.placement, decision.message
        act.code = "" if waits else str(decision.reason.__struct_config__.tag)
        if act.where == "floor" and act.had is None:
            act.had = decision.at

    def asking(self) -> list[str]:
        """Give posts of the session that may stand in the ledger, in order; of copies of a message only the first."""
        entered = {act for act in self._entered if act in self._mine}
        found: dict[str, str] = {}
        for name, act in self._posts():
            if act.question or name in entered:
                found.setdefault(name if name in entered else act.message or name, name)
        return list(found.values())

    def _posts(self) -> Iterator[tuple[str, _Act]]:
        return ((name, act) for name, act in self._mine.items() if act.kind == "post")

    # What comes of it

    def recap(self, session: str, made: datetime, sheet: Sequence[OnSheet], asked: Sequence[str]) -> Recap:
        """Give the recap. made: up to when lines were seen; asked: of `asking`, those that stand in the ledger."""
        posts = [act for _, act in self._posts()]
        kinds = Counter(act.kind for act in self._mine.values())
        where = Counter(act.where for act in self._mine.values())
        accounts = {act.account for act in posts}
        questions = [self._question(one) for one in sheet[:QUESTIONS]]
        answers = {act for one in sheet for act in self._answers(one)}
        width = slice_width(self._ends - self._begins, MOMENTS)
        return Recap(
            session=session,
            begins=self._begins,
            ends=self._ends,
            made=made,
            posts=kinds["post"],
            reposts=kinds["repost"],
            likes=kinds["like"],
            accounts=len(accounts),
            voices=self._voices(accounts),
            in_step=sum(self._in_step(account) for account in accounts),
            had=len(self._got()),
            places=Places(where["floor"], where["merge"], where["fold"], where["waiting"]),
            reasons=dict(Counter(act.code for act in self._mine.values() if act.code).most_common()),
            questions=tuple(questions),
            conversations=tuple(self._conversations({post for one in sheet for post in one.question.posts})),
            repeated=tuple(self._repeated(posts)),
            asked=tuple(asked[:ASKED]),
            unlisted=max(len(asked) - ASKED, 0),
            width=width,
            moments=tuple(self._moments(width, answers)),
            last=next(reversed(self._mine), None),
        )

    def _in_step(self, account: str) -> bool:
        return self._says.get(account, 1.0) < 1.0

    def _voices(self, accounts: Iterable[str]) -> int:
        """Add up says; whoever speaks is one voice at least."""
        says = [self._says.get(account, 1.0) for account in accounts]
        return max(1, round(sum(says))) if says else 0

    def _got(self) -> dict[str, datetime]:
        """Give the messages that got the floor, and when first."""
        got: dict[str, datetime] = {}
        for _, act in self._posts():
            if act.had is not None:
                got[act.message] = min(act.had, got.get(act.message, act.had))
        return got

    # Questions and answers

    def _on_floor(self, name: str) -> bool:
        return (act := self._acts.get(name)) is not None and act.kind == "post" and act.where == "floor"

    def _answers(self, one: OnSheet) -> list[str]:
        """Give the posts on the floor that answer a question, and do not only reply to what answers it."""
        return [name for name, stitched in one.under if self._on_floor(name) and self._direct(one, name, stitched)]

    def _direct(self, one: OnSheet, name: str, stitched: Stitched) -> bool:
        """Tell whether a post answers a question itself; one that quotes it replies to nothing, and does."""
        to = self._acts[name].reply_to
        return stitched.by in {"host", "mark"} or (stitched.by == "thread" and (to is None or to in one.question.posts))

    def _question(self, one: OnSheet) -> Asked:
        answers = self._answers(one)
        by = Counter(stitched.by for name, stitched in one.under if self._on_floor(name))
        meanwhile = by.pop("time", 0)
        return Asked(
            number=one.question.number,
            at=one.question.at,
            way=one.question.way,
            posts=one.question.posts[:ANSWERS],
            planned=one.planned,
            answers=tuple(answers[:ANSWERS]),
            answered=len(answers),
            replies=by.total() - len(answers),
            meanwhile=meanwhile,
        )

    # Conversations

    def _conversations(self, questions: set[str]) -> list[Conversation]:
        above = self._above(questions)
        threads: dict[str, list[str]] = {}
        top: dict[str, str] = {}
        for name in above:  # in the order of the log, so what a post replies to comes before it
            top[name] = top[above[name] or ""] if above[name] else name
            threads.setdefault(top[name], []).append(name)
        found = [self._conversation(names, above) for names in threads.values() if len(names) >= LEAST]
        talk = [one for one in found if one is not None]
        return sorted(talk, key=lambda one: (-one.exchanges, -one.voices))[:CONVERSATIONS]

    def _above(self, questions: set[str]) -> dict[str, str | None]:
        """Give the posts on the floor, but for the run sheet's, each with what it replies to, if that is one of them.

        What came before what it replies to, as it may from another network, begins a conversation of its own.
        """
        above: dict[str, str | None] = {}
        for name, act in self._posts():
            if act.where == "floor" and name not in questions:
                above[name] = act.reply_to if act.reply_to in above else None
        return above

    def _conversation(self, names: Sequence[str], above: dict[str, str | None]) -> Conversation | None:
        """Give a conversation; None where it is none."""
        accounts = dict.fromkeys(self._acts[name].account for name in names)
        says = sum(self._says.get(account, 1.0) for account in accounts)
        exchanges = sum(
            self._acts[name].account != self._acts[to].account for name in names if (to := above[name]) is not None
        )
        if says < TWO or not exchanges:
            return None
        turns = tuple(_in_order(names[:TURNS], above))
        return Conversation(turns=turns, said=len(names), voices=max(2, round(says)), exchanges=exchanges)

    # What was said several times

    def _repeated(self, posts: Iterable[_Act]) -> list[Repeated]:
        said: dict[str, list[_Act]] = {}
        for act in posts:
            if act.message and act.code != "withdrawn":
                said.setdefault(act.message, []).append(act)
        several = [
            Repeated(message, acts[0].seen, len(acts), len({act.account for act in acts}))
            for message, acts in said.items()
            if len(acts) > 1
        ]
        most = sorted(several, key=lambda one: -one.times)[:REPEATED]
        return sorted(most, key=lambda one: one.at)

    # Over time

    def _moments(self, width: timedelta, answers: set[str]) -> list[Moment]:
        starts = list(_starts(self._begins, self._ends, width))
        each: dict[datetime, list[tuple[str, _Act]]] = {start: [] for start in starts}
        for name, act in self._posts():
            each[slice_of(act.seen, width)].append((name, act))
        got = Counter(min(slice_of(at, width), starts[-1]) for at in self._got().values())
        return [self._moment(start, posts, got[start], answers) for start, posts in each.items()]

    def _moment(self, since: datetime, posts: Sequence[tuple[str, _Act]], got: int, answers: set[str]) -> Moment:
        accounts = {act.account for _, act in posts}
        return Moment(
            since=since,
            said=len(posts),
            floor=got,
            accounts=len(accounts),
            voices=self._voices(accounts),
            in_step=sum(self._in_step(act.account) for _, act in posts),
            questions=sum(act.question for _, act in posts),
            answers=sum(name in answers for name, _ in posts),
        )


def _starts(begins: datetime, ends: datetime, width: timedelta) -> Iterator[datetime]:
    at = slice_of(begins, width)
    while at < ends:
        yield at
        at += width


def _in_order(names: Sequence[str], above: dict[str, str | None]) -> Iterator[Turn]:
    """Give posts so that replies stand under what they reply to, in order; the first is the only one with none."""
    below: dict[str | None, list[str]] = {}
    for name in names:
        below.setdefault(above[name], []).append(name)
    left = [(name, 0) for name in reversed(below.get(None, []))]
    while left:
        name, depth = left.pop()
        yield Turn(name, depth)
        left += [(reply, depth + 1) for reply in reversed(below.get(name, []))]
