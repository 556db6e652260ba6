"""The console's lists: what waits, has the floor, asks for an answer, or was done; and the moves about each."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import quote

import msgspec

from fairfloor.acts.act import Post
from fairfloor.chat.appeals import Case
from fairfloor.chat.ledger.entries import Question
from fairfloor.chat.moves import Move
from fairfloor.chat.proposals.book import Proposal
from fairfloor.chat.questions.forms import form
from fairfloor.session.decision import Class
from fairfloor.web.address import key
from fairfloor.web.console.kinds import KINDS, Kind
from fairfloor.web.console.told import did, who
from fairfloor.web.hosting import Hosting
from fairfloor.web.ledger.order import Order
from fairfloor.web.markup import beginning
from fairfloor.web.places import Place
from fairfloor.web.views import author
from fairfloor.web.words import amount, said

LOOKED = 150
"""Posts that wait which are looked at, the longest waiting first, to show the most telling of them."""
WAITING, FLOOR, QUESTIONS, APPEALS, PROPOSALS, MOVES = 12, 10, 8, 5, 5, 8
"""Items of each list; each list leads to the whole of it."""
LENGTH = 240
"""Characters of a post that an item shows."""
_WHOSE: dict[Class, str] = {"host": "The host.", "regular": "The room talks with it.", "newcomer": "A newcomer."}


class Action(msgspec.Struct, frozen=True):
    """A move that can be made about an item."""

    kind: Kind
    href: str


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One thing of a list, as a line to go through by key."""

    id: str
    href: str
    who: str = ""
    at: datetime
    words: str
    note: str = ""
    actions: tuple[Action, ...] = ()


class Items(msgspec.Struct, frozen=True, kw_only=True):
    """A list: the first of it, and how many there are in all."""

    items: tuple[Item, ...]
    many: int


class Lists:
    """Gives the lists, each with the moves that somebody may make."""

    def __init__(self, hosting: Hosting, order: Order) -> None:
        """Take the order of the open questions, which is worked out now and then."""
        self._hosting, self._order = hosting, order
        self._board, self._desk = hosting.board, hosting.desk
        self._counted = -1
        self._support: dict[str, float] = {}

    def waiting(self, may: frozenset[str]) -> Items:
        """Give what waits: who does not act in step first, of these questions, of these the longest waiting."""
        waiting = self._board.waiting(LOOKED)
        in_step = self._in_step()
        told = sorted(
            (words.post.account in in_step, not form(words.post.text).question, since, words.post.id)
            for words, since in waiting
        )
        posts = {words.post.id: words.post for words, _ in waiting}
        items = tuple(
            self._item("w", posts[act], since, self._wait(since, stepping=stepping, question=not other), may)
            for stepping, other, since, act in told[:WAITING]
        )
        return Items(items=items, many=self._board.step.waiting if self._board.step else 0)

    def _in_step(self) -> frozenset[str]:
        return frozenset(one.account for voice in self._board.voices.all() for one in voice.accounts)

    def _wait(self, since: datetime, *, stepping: bool, question: bool) -> str:
        """Say why a post has not got the floor yet."""
        if stepping:
            return "Acting in step: together they have one say."
        until = since + self._desk.rules.ttl
        left = max(until - self._hosting.now(), timedelta(0))
        minutes = amount(max(1, round(left / timedelta(minutes=1))), "minute")
        return f"{'A question. ' if question else ''}It folds in {minutes} unless its turn comes."

    def floor(self, may: frozenset[str]) -> Items:
        """Give the last messages of the floor, the latest first."""
        items = tuple(filter(None, (self._place(place, may) for place in reversed(self._board.floor(FLOOR)))))
        return Items(items=items, many=sum(self._board.shown.values()))

    def _place(self, place: Place, may: frozenset[str]) -> Item | None:
        if place.words is None:
            return None
        host = place.decision.class_ == "host"
        note = _WHOSE[place.decision.class_] + self._said(place.decision.message)
        return self._item("m", place.words.post, place.decision.at, note, frozenset() if host else may - {"release"})

    def _said(self, message: str) -> str:
        found = self._board.said(message)
        return f" {said(found.times, found.accounts).capitalize()}." if found.times > 1 else ""

    def _item(self, mark: str, post: Post, at: datetime, note: str, may: frozenset[str]) -> Item:
        name = key(post.id)
        return Item(
            id=f"{mark}-{name}",
            href=f"/act/{name}",
            who=author(post.account, self._board.handle(post.account) or post.handle),
            at=at,
            words=_short(post.text),
            note=note,
            actions=about(may, name),
        )

    def questions(self, may: frozenset[str]) -> Items:
        """Give the open questions that most voices ask."""
        ledger, names = self._desk.ledger, self._order.open()
        pictures = (ledger.question(name) for name in names[: 3 * QUESTIONS])
        found = [one for one in pictures if one is not None and one.state == "open"][:QUESTIONS]
        return Items(items=tuple(self._question(one, may) for one in found), many=len(names))

    def _question(self, one: Question, may: frozenset[str]) -> Item:
        asked = f"Asked by {amount(self._order.voices(one.id), 'voice')}."
        names = ("answer", "decline", "merge", *(("split",) if one.asked > 1 else ()))
        return Item(
            id=f"q-{key(one.id)}",
            href=f"/ledger/{key(one.id)}",
            who=self._who(one.asks[0].account) if one.asks else "",
            at=one.at,
            words=self._words(one.id),
            note=f"{asked} The host has replied." if one.replies else asked,
            actions=tuple(actions(may, names, key(one.id)).values()),
        )

    def appeals(self, may: frozenset[str]) -> Items:
        """Give what waits for a second look."""
        cases = self._desk.appeals.open(self._desk.say)
        return Items(items=tuple(self._case(case, may) for case in cases[:APPEALS]), many=len(cases))

    def _case(self, case: Case, may: frozenset[str]) -> Item:
        return Item(
            id=f"x-{key(case.id)}",
            href=f"/act/{key(case.act)}/appeal",
            who=self._who(case.account),
            at=case.at,
            words=self._words(case.act),
            note=_short(case.text),
            actions=tuple(actions(may, ("review",), key(case.id)).values()),
        )

    def proposals(self, may: frozenset[str]) -> Items:
        """Give the open proposals that are most wanted."""
        wanted = self._wanted()
        found = map(self._desk.proposals.proposal, list(wanted)[:PROPOSALS])
        items = (self._proposal(one, wanted[one.id], may) for one in found if one is not None and one.proposers)
        return Items(items=tuple(items), many=len(wanted))

    def _proposal(self, one: Proposal, wanted: float, may: frozenset[str]) -> Item:
        first, voices = one.proposers[0], amount(max(1, round(wanted)), "voice")
        return Item(
            id=f"t-{key(one.id)}",
            href=f"/proposals/{key(one.id)}",
            who=self._who(first.by) if first.role == "participant" else first.by,
            at=one.at,
            words=self._words(first.id) if first.post else first.title,
            note=f"Wanted by {voices}. Open it to accept it for a date.",
            actions=tuple(actions(may, ("decline",), key(one.id)).values()),
        )

    def _wanted(self) -> dict[str, float]:
        """Give the open proposals and how much each is wanted, the most wanted first; counted anew on a change."""
        proposals, say = self._desk.proposals, self._desk.say
        if self._counted != proposals.version:
            self._counted = proposals.version
            support = {name: proposals.support(name, say) for name in proposals.among("open")}
            self._support = dict(sorted(support.items(), key=lambda one: -one[1]))
        return self._support

    def _words(self, post: str) -> str:
        words = self._board.words(post)
        return _short(words.post.text) if words else "The words were taken back."

    def _who(self, account: str) -> str:
        return author(account, self._board.handle(account))

    # What was done

    def moves(self, may: frozenset[str]) -> Items:
        """Give the last moves, the latest first."""
        last = list(self._desk.lately)[-MOVES:] if len(self._desk.lately) < MOVES else self._last()
        return Items(items=tuple(self._move(move, may) for move in reversed(last)), many=len(self._desk.lately))

    def _last(self) -> list[Move]:
        return [self._desk.lately[place] for place in range(-MOVES, 0)]

    def _move(self, move: Move, may: frozenset[str]) -> Item:
        undone = self._desk.undone.get(move.id)
        told = did(self._board, move.do)
        note = f"Undone by {who(undone, self._board)}." if undone else move.reason
        can = move.id in self._desk.standing and move.role != "participant"
        undo = actions(may & {"undo"} if can and _kind_of(move) in may else frozenset(), ["undo"], key(move.id))
        return Item(
            id=f"o-{key(move.id)}",
            href=f"/log/{quote(move.id, safe='')}",
            who=who(move, self._board),
            at=move.at,
            words=told,
            note=note,
            actions=tuple(undo.values()),
        )


def _kind_of(move: Move) -> str:
    """Give the name of the console's kind that a move is of; of others, whoever may answer may undo them."""
    return next((name for name, kind in KINDS.items() if type(kind.do) is type(move.do)), "answer")


def about(may: frozenset[str], name: str) -> tuple[Action, ...]:
    """Give the moves that can be made about a post, by the key of its page."""
    return tuple(actions(may, ("release", "fold", "hold", "pause", "vouch"), name).values())


def actions(may: frozenset[str], names: Iterable[str], of: str = "") -> dict[str, Action]:
    """Give those of some moves that may be made, about what an address names, by their names."""
    found = (KINDS[name] for name in names if name in may)
    return {kind.name: Action(kind, f"/console/do?what={kind.name}" + (f"&of={of}" if of else "")) for kind in found}


def _short(text: str) -> str:
    return beginning(" ".join(text[: 4 * LENGTH].split()), LENGTH)
