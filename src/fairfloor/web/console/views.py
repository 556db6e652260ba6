"""What the console's templates are given: everything resolved, nothing left to look up or to decide."""

from datetime import datetime

import msgspec

from fairfloor.chat.schedule.course import Session
from fairfloor.chat.sheet.run_sheet import Question
from fairfloor.web import instep
from fairfloor.web.address import composer
from fairfloor.web.console.card import Card, Scene, card
from fairfloor.web.console.lists import Action, Items, Lists, actions
from fairfloor.web.hosting import Hosting
from fairfloor.web.ledger.order import Order
from fairfloor.web.views import Band, band
from fairfloor.web.words import NETWORKS, part

VOICES, NEXT = 3, 2
"""Voices, and questions of the run sheet, that are named."""


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
        self._lists = Lists(hosting, self._order)

    def console(self, may: frozenset[str]) -> Console:
        """Give all of it."""
        now = self._hosting.now()
        asking, lists = self._asking(now, may), self._lists
        return Console(
            say=self._say(now, asking),
            asking=asking,
            waiting=lists.waiting(may),
            floor=lists.floor(may),
            state=self._state(now, may),
            questions=lists.questions(may),
            appeals=lists.appeals(may),
            proposals=lists.proposals(may),
            moves=lists.moves(may),
        )

    def _asking(self, now: datetime, may: frozenset[str]) -> Asking:
        desk = self._desk
        questions = desk.sheet.questions(desk.sheet.evenings.of(now), now)
        asking = desk.sheet.asking(now)
        coming = [one for one in questions if one.at is None]
        session, notice = desk.sessions.on(now), desk.pinned.text
        begins = session is None or not session.in_hand  # beginning one that is on by plan takes it in hand
        wanted = {"begin": begins, "end": session is not None, "pin": True, "unpin": notice is not None}
        names = [name for name, one in wanted.items() if one]
        can = actions(may, names)
        if coming:
            can |= actions(may, ["ask"], str(coming[0].number))
        return Asking(
            session=session,
            coming=desk.sessions.next(now) if session is None else None,
            now=next((one for one in questions if asking and one.number == asking[0]), None),
            next=tuple(coming[:NEXT]),
            left=len(coming[NEXT:]),
            notice=notice or "",
            actions=can,
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
            actions=actions(may, ["pace", "share"]),
        )
