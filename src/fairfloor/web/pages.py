"""Renders pages and parts of pages. The live page and its updates come from the same templates."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined

from fairfloor.acts.act import Like, Post, Repost
from fairfloor.floor.reasons import HostFloor, HostReason, Placement, Waiting, Withdrawn
from fairfloor.session.decision import Decision
from fairfloor.session.desk import Desk
from fairfloor.session.ports import Record
from fairfloor.web import instep, views
from fairfloor.web.address import key
from fairfloor.web.assets import Assets
from fairfloor.web.board import Board
from fairfloor.web.markup import plain
from fairfloor.web.people.visitor import Visitor
from fairfloor.web.places import Place, Words
from fairfloor.web.sharing import Sharing, lately, sharing
from fairfloor.web.views import ASIDE, ChatView, Copies, Shown
from fairfloor.web.voices import Voice
from fairfloor.web.words import ABOUT, LABELS, NETWORKS, amount, explain, said, standing, weight, why

MESSAGES = 60
"""Messages of the floor on the full page; updates and earlier pages give the rest."""
EMBEDDED = 20
"""The same on other sites' pages."""
_TAKEN_BACK = "Its author took this back, or the account is gone. The words are not kept."
_ASK: dict[Placement, str] = {
    "floor": "Why is this here?",
    "merge": "Why is this merged?",
    "fold": "Why is this folded?",
}
_NOT_YET = "It waits for its turn; it will get it, or be folded and say why."


class Entry(msgspec.Struct, frozen=True):
    """One act in a list."""

    author: str
    act: str
    at: datetime
    post: Shown | None
    instead: str
    """What to say where there are no words to show."""
    why: str


class Shared(msgspec.Struct, frozen=True):
    """Who acts in step, and whose the floor was of late, in a sentence each; empty where there is nothing to say."""

    in_step: str
    lately: str


def _environment() -> Environment:
    env = Environment(
        loader=PackageLoader("fairfloor.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters |= {
        "amount": amount,
        "iso": lambda at: at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "clock": lambda at: f"{at.astimezone(UTC):%H:%M}",
        "day": lambda at: f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
        "date": lambda at: f"{at.astimezone(UTC).day} {at.astimezone(UTC):%B %Y}",
    }
    return env


class Pages:
    """All that is rendered. `now` gives the time; `condition` says in a sentence what the source lacks, if anything."""

    def __init__(
        self,
        board: Board,
        chat: ChatView,
        assets: Assets,
        now: Callable[[], datetime] | None = None,
        condition: Callable[[], str] = str,
    ) -> None:
        self.board = board
        self._now = now or self._last_step
        self._condition = condition
        self._env = _environment()
        self._env.globals |= {
            "chat": chat,
            "visitor": None,
            "hosted": False,
            "library": False,
            "path": "",
            "pace": f"{chat.pace:g}",
            "composers": views.composers(chat),
            "several": len(chat.networks) > 1,
            "home": NETWORKS.get(chat.networks[0]) if len(chat.networks) == 1 else None,
            "static": assets.base,
        }
        self._chat = chat
        self._desk: Desk | None = None
        self._parts = self._env.get_template("parts.html").module

    def dial(self, pace: float, newcomers: float) -> None:
        """Show another pace and share from now on."""
        chat = self._chat
        share = None if chat.newcomers is None else newcomers
        if (chat.pace, chat.newcomers) != (pace, share):
            self._chat = msgspec.structs.replace(chat, pace=pace, newcomers=share)
            self._env.globals |= {"chat": self._chat, "pace": f"{pace:g}"}
            self._parts = self._env.get_template("parts.html").make_module()
            self.board.flow.set_pace(pace)

    @property
    def chat(self) -> ChatView:
        """Give what the pages say of the chat itself."""
        return self._chat

    @property
    def condition(self) -> str:
        """Say in a sentence what the source lacks; empty where all is well."""
        return self._condition()

    def part(self, template: str, name: str, *given: object) -> str:
        """Render a part of another area of pages: a macro of a template."""
        module = self._env.get_template(template).make_module({})
        return str(getattr(module, name)(*given)).encode("utf-8", "replace").decode()

    def _last_step(self) -> datetime:
        return self.board.step.now if self.board.step else datetime.fromtimestamp(0, UTC)

    # Parts: the stream renders them one by one, the live page all together

    def place(self, place: Place, words: Words) -> str:
        """Render a message of the floor."""
        return self._part("message", place.number, *self._message(place, words))

    def copies(self, place: Place) -> str:
        """Render how often a message of the floor was said."""
        return self._part("said", views.copies(self.board, place))

    def question(self) -> str:
        """Render the question being asked, and those so far."""
        return self._part("question", self._asked)

    def notice(self) -> str:
        """Render what the host has pinned."""
        return self._part("notice", self._pinned)

    @property
    def _asked(self) -> list[views.Question]:
        asked = views.on_sheet(self._desk.sheet, self._now()) if self._desk else []
        return asked or views.questions(self.board, self._chat.tag)

    @property
    def _pinned(self) -> str | None:
        return self._desk.pinned.text if self._desk else None

    def band(self) -> str:
        """Render what is beside the floor."""
        return self._part("band", views.band(self.board, self._now()), self._shared())

    def glimpse(self) -> str:
        """Render what a phone shows of what is beside the floor."""
        return self._part("glimpse", views.band(self.board, self._now()))

    def newest(self) -> str:
        """Render what a newest-first timeline shows now."""
        return self._part("newest", views.newest(self.board))

    def status(self) -> str:
        """Render the source's condition."""
        return self._part("status", self._condition())

    def _part(self, name: str, *given: object) -> str:
        """Render a part; a lone surrogate in what somebody wrote is no reason not to."""
        return str(getattr(self._parts, name)(*given)).encode("utf-8", "replace").decode()

    def _shared(self) -> Shared:
        ttl = self._chat.ttl.total_seconds()
        return Shared(instep.summary(self.board), lately(self.board, self._now(), ttl))

    def _message(self, place: Place, words: Words) -> tuple[Shown, Copies]:
        return views.on_floor(self.board, place, words), views.copies(self.board, place)

    # Pages

    def host(self, desk: Desk) -> None:
        """Lead to the pages of hosting from now on, and show what the host pins."""
        self._env.globals["hosted"] = True
        self._desk = desk

    def keep_site(self) -> None:
        """Lead to the pages of the host's site from now on."""
        self._env.globals["library"] = True

    def live(self, position: str, visitor: Visitor | None = None, origin: str = "") -> str:
        """Render the live page as it is at a position of the stream. origin: where the site is, where it is hosted."""
        places = self.board.floor(MESSAGES)
        return self._page(
            "live.html",
            visitor=visitor,
            path="/",
            origin=origin,
            position=position,
            notice=self._pinned,
            messages=[(place.number, *self._message(place, place.words)) for place in places if place.words],
            earlier=bool(places) and places[0].number > 1,
            asked=self._asked,
            band=views.band(self.board, self._now()),
            shared=self._shared(),
            newest=views.newest(self.board),
            condition=self._condition(),
        )

    def embedded(self, position: str) -> str:
        """Render the floor for another site's frame, as it is at a position of the stream."""
        places = self.board.floor(EMBEDDED)
        return self._page(
            "embed/floor.html",
            position=position,
            notice=self._pinned,
            messages=[(place.number, *self._message(place, place.words)) for place in places if place.words],
            earlier=bool(places) and places[0].number > 1,
            asked=self._asked,
            condition=self._condition(),
        )

    def aside(self) -> str:
        """Render the reasons why acts are not on the floor, with counts."""
        counts = self.board.counts
        rows = [{"code": c, "label": LABELS[c], "about": ABOUT[c], "count": counts[c]} for c in ASIDE if counts[c]]
        return self._page("folded.html", rows=rows)

    def voices(self) -> str:
        """Render who acts in step."""
        return self._page("voices.html", found=instep.overview(self.board))

    def voice(self, voice: Voice, first: int) -> str:
        """Render one voice with its accounts, from the `first` on."""
        return self._page("voice.html", voice=instep.company(self.board, voice, first), paged=first > 0)

    def fairness(self) -> str:
        """Render how the floor is shared."""
        chat = self._chat
        shared: Sharing = sharing(self.board, self._now(), chat.ttl.total_seconds(), chat.newcomers)
        return self._page("fairness.html", shared=shared, in_step=instep.summary(self.board))

    def folded(
        self, code: str, records: Sequence[Record], onward: str | None, *, paged: bool, session: str = ""
    ) -> str:
        """Render a page of the acts that are where they are for one reason; session: those of one session."""
        return self._list(
            heading=LABELS[code],
            about=ABOUT[code],
            records=records,
            onward=onward,
            paged=paged,
            first=f"/sessions/{session}/folded/{code}" if session else f"/folded/{code}",
            in_step=code == "echo",
            session=session,
        )

    def floor(self, records: Sequence[Record], onward: str | None, *, paged: bool) -> str:
        """Render a page of the whole floor; `records` have the latest first, the page reads downwards."""
        return self._list(
            heading="The whole floor",
            about="Every message that had the floor, in order. It reads downwards.",
            records=[record for record in reversed(records) if not record.withdrawn],
            onward=onward,
            paged=paged,
            first="/floor",
            downwards=True,
        )

    def message(self, name: str, records: Sequence[Record], onward: str | None, *, paged: bool) -> str:
        """Render a page of who said a message."""
        found = self.board.said(name)
        about = f"This was {said(found.times, found.accounts)}. " if found.times > 1 else ""
        return self._list(
            heading="Who said this",
            about=f"{about}Posts that say nearly the same, word for word, are one message with copies.",
            records=records,
            onward=onward,
            paged=paged,
            first=f"/message/{key(name)}",
        )

    def act(self, record: Record, decisions: Sequence[Decision], visitor: Visitor | None = None) -> str:
        """Render one act, with all that was decided about it."""
        last = decisions[-1] if decisions else None
        name = views.who(self.board, record.act)
        kind = {Post: "A post", Repost: "A repost", Like: "A like"}[type(record.act)]
        post = views.kept(self.board, record, limit=None)
        return self._page(
            "act.html",
            visitor=visitor,
            here=key(record.act.id),
            cases=self._desk.appeals.of(record.act.id) if self._desk else [],
            folded=last is not None and last.placement == "fold" and not isinstance(last.reason, Waiting | Withdrawn),
            move=last.reason.move if last and isinstance(last.reason, HostFloor | HostReason) else None,
            heading=plain(f"{kind} by {name}"),
            kind=kind,
            author=name,
            at=record.seen,
            post=post,
            instead=_instead(record),
            ask=_ASK[last.placement] if last else "Why does this wait?",
            why=why(last) if last else _NOT_YET,
            standing=standing(last) if last else "",
            weight=weight(last.say) if last else "",
            in_step=last is not None and last.say < 1.0,
            decisions=[{"at": decision.at, "why": explain(decision.reason)} for decision in decisions],
            message=key(last.message) if last else None,
        )

    def sorry(self, heading: str, sentence: str) -> str:
        """Render a page that says what is not to be had."""
        return self._page("sorry.html", heading=heading, sentence=sentence)

    def _list(
        self, *, records: Sequence[Record], downwards: bool = False, in_step: bool = False, **given: object
    ) -> str:
        entries = [self._entry(record) for record in records]
        given = {"session": "", **given}
        return self._page("list.html", entries=entries, downwards=downwards, in_step=in_step, **given)

    def _entry(self, record: Record) -> Entry:
        return Entry(
            author=views.who(self.board, record.act),
            act=key(record.act.id),
            at=record.decision.at if record.decision else record.seen,
            post=views.kept(self.board, record),
            instead=_instead(record),
            why=explain(record.decision.reason) if record.decision else _NOT_YET,
        )

    def render(self, name: str, **given: object) -> str:
        """Render a template of another area of pages."""
        return self._page(name, **given)

    def _page(self, name: str, **given: object) -> str:
        return self._env.get_template(name).render(**given)


def _instead(record: Record) -> str:
    if record.withdrawn:
        return _TAKEN_BACK
    return "Passed on a post." if isinstance(record.act, Repost) else "Liked a post."
