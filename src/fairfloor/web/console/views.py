"""What the console's templates are given: everything resolved, nothing left to look up or to decide."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import quote

import msgspec

from fairfloor.acts.act import Post
from fairfloor.chat.course import Session
from fairfloor.chat.moves import Move
from fairfloor.chat.questions import form
from fairfloor.chat.sheet import Question
from fairfloor.session.decision import Class
from fairfloor.web import instep
from fairfloor.web.address import composer, key
from fairfloor.web.console.card import Card, Scene, card
from fairfloor.web.console.kinds import KINDS, Kind
from fairfloor.web.console.told import did, who
from fairfloor.web.hosting import Hosting
from fairfloor.web.ledger.order import Order
from fairfloor.web.markup import beginning
from fairfloor.web.places import Place
from fairfloor.web.views import Band, author, band
from fairfloor.web.words import NETWORKS, amount, part, said

LOOKED = 150
"""Posts that wait which are looked at, the longest waiting first, to show the most telling of them."""
WAITING, FLOOR, QUESTIONS, APPEALS, PROPOSALS, MOVES, VOICES, NEXT = 12, 10, 8, 5, 5, 8, 3, 2
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


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """What is being asked, and what comes next."""

    session: Session | None
    coming: Session | None
    now: Question | None
    next: tuple[Question, ...]
    """The next ones; the first is asked next."""
    left: int
    """How many there are beyond these."""
    notice: str
    actions: dict[str, Action]
    """Begin or end, ask next, pin or unpin."""


class Floor(msgspec.Struct, frozen=True, kw_only=True):
    """The state of the floor, in calm sentences."""

    band: Band
    pace: str
    share: str
    in_step: str
    voices: tuple[tuple[str, str], ...]
    """The largest voices: what they do, and the key of the page of the receipts."""
    actions: dict[str, Action]


class Say(msgspec.Struct, frozen=True):
    """The card, with the composers of the networks in which it can be posted."""

    card: Card
    composers: list[tuple[str, str]]


class Console(msgspec.Struct, frozen=True, kw_only=True):
    """All of the console."""

    say: Say
    asking: Asking
    waiting: Items
    floor: Items
    state: Floor
    questions: Items
    appeals: Items
    proposals: Items
    moves: Items


class Views:
    """Gives what the console shows to those who may make some moves."""

    def __init__(self, hosting: Hosting) -> None:
        self._hosting = hosting
        self._board, self._desk = hosting.board, hosting.desk
        self._order = Order(self._desk.ledger, self._desk.say, hosting.now)
        self._counted = -1
        self._support: dict[str, float] = {}

    def console(self, may: frozenset[str]) -> Console:
        """Give all of it."""
        now = self._hosting.now()
        asking = self._asking(now, may)
        return Console(
            say=self._say(now, asking),
            asking=asking,
            waiting=self._waiting(may),
            floor=self._floor(may),
            state=self._state(now, may),
            questions=self._questions(may),
            appeals=self._appeals(may),
            proposals=self._proposals(may),
            moves=self._moves(may),
        )

    # What is being asked, and what to say

    def _asking(self, now: datetime, may: frozenset[str]) -> Asking:
        desk = self._desk
        questions = desk.sheet.questions(desk.sheet.evenings.of(now), now)
        asking = desk.sheet.asking(now)
        coming = [one for one in questions if one.at is None]
        session, notice = desk.sessions.on(now), desk.pinned.text
        names = ["end" if session and session.in_hand else "begin", "pin", *(["unpin"] if notice else [])]
        actions = _actions(may, names)
        if coming:
            actions |= _actions(may, ["ask"], str(coming[0].number))
        return Asking(
            session=session,
            coming=desk.sessions.next(now) if session is None else None,
            now=next((one for one in questions if asking and one.number == asking[0]), None),
            next=tuple(coming[:NEXT]),
            left=len(coming[NEXT:]),
            notice=notice or "",
            actions=actions,
        )

    def _say(self, now: datetime, asking: Asking) -> Say:
        board, desk, session = self._board, self._desk, asking.session
        names = self._order.open()
        newest = board.newest()
        last = newest[0][0].post if newest else None
        scene = Scene(
            now=now,
            begun=session.begins if session else None,
            due=session.due if session else None,
            coming=asking.coming.begins if asking.coming else None,
            asking=asking.now.number if asking.now else None,
            came=board.flow.last_minute(now).came,
            pace=desk.dials.pace,
            flood=board.flow.flood,
            merged=board.counts["copy"],
            voices=len(board.voices.all()),
            in_step=len(board.voices),
            spoke=(last.seen or last.at) if last else None,
            open=len(names),
            most=max((self._order.voices(name) for name in names[:1]), default=0),
            lost=self._hosting.pages.condition,
        )
        return Say(shown := card(scene), self._composers(shown.post))

    def _composers(self, said: str) -> list[tuple[str, str]]:
        chat = self._hosting.pages.chat
        found = ((network, composer(chat.tag, network, said)) for network in chat.networks)
        return [(NETWORKS.get(network) or network.partition(" ")[2], address) for network, address in found if address]

    # What waits, and the floor

    def _waiting(self, may: frozenset[str]) -> Items:
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
        minutes = amount(round(left / timedelta(minutes=1)), "minute")
        return f"{'A question. ' if question else ''}Turn within {minutes}."

    def _floor(self, may: frozenset[str]) -> Items:
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

    def _state(self, now: datetime, may: frozenset[str]) -> Floor:
        board, dials = self._board, self._desk.dials
        several = [voice for voice in board.voices.all() if len(voice.accounts) > 1][:VOICES]
        found = [instep.company(board, voice, 0, 0) for voice in several]
        return Floor(
            band=band(board, now),
            pace=f"{dials.pace:g}",
            share=part(dials.newcomers),
            in_step=instep.summary(board),
            voices=tuple((one.title, one.key) for one in found),
            actions=_actions(may, ["pace", "share"]),
        )

    # What asks for an answer

    def _questions(self, may: frozenset[str]) -> Items:
        ledger, names = self._desk.ledger, self._order.open()
        pictures = (ledger.question(name) for name in names[: 3 * QUESTIONS])
        found = [one for one in pictures if one is not None and one.state == "open"][:QUESTIONS]
        names_of = (("answer", "decline", "merge"), ("answer", "decline", "merge", "split"))
        items = []
        for one in found:
            words = self._board.words(one.id)
            voices = self._order.voices(one.id)
            items.append(
                Item(
                    id=f"q-{key(one.id)}",
                    href=f"/ledger/{key(one.id)}",
                    who=self._who(one.asks[0].account) if one.asks else "",
                    at=one.at,
                    words=_short(words.post.text) if words else "The words were taken back.",
                    note=f"Asked by {amount(voices, 'voice')}." + (" The host has replied." if one.replies else ""),
                    actions=tuple(_actions(may, names_of[one.asked > 1], key(one.id)).values()),
                )
            )
        return Items(items=tuple(items), many=len(names))

    def _appeals(self, may: frozenset[str]) -> Items:
        cases = self._desk.appeals.open(self._desk.say)
        items = []
        for case in cases[:APPEALS]:
            words = self._board.words(case.act)
            items.append(
                Item(
                    id=f"x-{key(case.id)}",
                    href=f"/act/{key(case.act)}/appeal",
                    who=self._who(case.account),
                    at=case.at,
                    words=_short(words.post.text) if words else "The words were taken back.",
                    note=_short(case.text),
                    actions=tuple(_actions(may, ("review",), key(case.id)).values()),
                )
            )
        return Items(items=tuple(items), many=len(cases))

    def _proposals(self, may: frozenset[str]) -> Items:
        desk, wanted = self._desk, self._wanted()
        items = []
        for name in list(wanted)[:PROPOSALS]:
            found = desk.proposals.proposal(name)
            if found is None or not found.proposers:
                continue
            first = found.proposers[0]
            words = self._board.words(first.id) if first.post else None
            items.append(
                Item(
                    id=f"t-{key(name)}",
                    href=f"/proposals/{key(name)}",
                    who=self._who(first.by) if first.role == "participant" else first.by,
                    at=found.at,
                    words=_short(words.post.text if words else first.title or "The words were taken back."),
                    note=f"Wanted by {amount(max(1, round(wanted[name])), 'voice')}. Open it to accept it for a date.",
                    actions=tuple(_actions(may, ("decline",), key(name)).values()),
                )
            )
        return Items(items=tuple(items), many=len(wanted))

    def _wanted(self) -> dict[str, float]:
        """Give the open proposals and how much each is wanted, the most wanted first; counted anew on a change."""
        proposals, say = self._desk.proposals, self._desk.say
        if self._counted != proposals.version:
            self._counted = proposals.version
            support = {name: proposals.support(name, say) for name in proposals.among("open")}
            self._support = dict(sorted(support.items(), key=lambda one: -one[1]))
        return self._support

    def _who(self, account: str) -> str:
        return author(account, self._board.handle(account))

    # What was done

    def _moves(self, may: frozenset[str]) -> Items:
        last = list(self._desk.lately)[-MOVES:] if len(self._desk.lately) < MOVES else self._last()
        return Items(items=tuple(self._move(move, may) for move in reversed(last)), many=len(self._desk.lately))

    def _last(self) -> list[Move]:
        return [self._desk.lately[place] for place in range(-MOVES, 0)]

    def _move(self, move: Move, may: frozenset[str]) -> Item:
        undone = self._desk.undone.get(move.id)
        told = did(self._board, move.do)
        note = f"Undone by {who(undone, self._board)}." if undone else move.reason
        can = move.id in self._desk.standing and move.role != "participant"
        undo = _actions(may & {"undo"} if can and _kind_of(move) in may else frozenset(), ["undo"], key(move.id))
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
    return tuple(_actions(may, ("release", "fold", "hold", "pause", "vouch"), name).values())


def _actions(may: frozenset[str], names: Iterable[str], of: str = "") -> dict[str, Action]:
    found = (KINDS[name] for name in names if name in may)
    return {kind.name: Action(kind, f"/console/do?what={kind.name}" + (f"&of={of}" if of else "")) for kind in found}


def _short(text: str) -> str:
    return beginning(" ".join(text[: 4 * LENGTH].split()), LENGTH)
