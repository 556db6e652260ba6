"""What templates are given: everything resolved, nothing left to look up or to decide."""

import re
from collections import Counter
from datetime import datetime, timedelta

import msgspec
from markupsafe import Markup

from fairfloor.acts.act import Act, Post
from fairfloor.chat.questions.forms import form
from fairfloor.chat.sheet.run_sheet import RunSheet
from fairfloor.floor.floor import NEWCOMERS
from fairfloor.session.decision import Decision
from fairfloor.session.ports import Record
from fairfloor.web.address import composer, key, original
from fairfloor.web.board import WAITS, Board
from fairfloor.web.flow import HOUR, MINUTE, Bar, Flood
from fairfloor.web.markup import SHOWN, beginning, linked, tidy
from fairfloor.web.places import Place, Words
from fairfloor.web.words import NETWORKS, amount, said, why

FLOOR = ("host", "room", "turn", "heir", "host-floor")
"""The codes of the reasons that put an act on the floor."""
ASIDE = ("copy", "repost", "like", "expired", "share", "echo", "host-fold", "host-hold", "host-pause", "withdrawn")
"""The codes of the others, in the order in which they are listed."""
_ASIDE = {
    "Merged": {"copy": ("copy", "copies"), "repost": ("repost", "reposts"), "like": ("like", "likes")},
    "Folded": {
        "expired": ("whose turn did not come", "whose turn did not come"),
        "share": ("whose account had its share", "whose accounts had their share"),
        "echo": ("whose account is acting in step", "whose accounts are acting in step"),
        "host-fold": ("folded by the host", "folded by the host"),
        "host-hold": ("held back by the host", "held back by the host"),
        "host-pause": ("whose account is paused", "whose accounts are paused"),
        "withdrawn": ("taken back by its author", "taken back by their authors"),
    },
}
"""How the band names what is off the floor: one, and many."""
_PLOT = 40
"""Height of the plot, in its own units."""


class ChatView(msgspec.Struct, frozen=True, kw_only=True):
    """What the pages say of the chat itself."""

    tag: str
    """Without the #."""
    pace: float = 12.0
    """Messages a minute."""
    ttl: timedelta = timedelta(minutes=8)
    networks: tuple[str, ...] = ("bluesky",)
    """The networks that the chat is followed on; "Say something" leads to their composers."""
    simulated: bool = False
    newcomers: float | None = NEWCOMERS
    """Share of the floor that is theirs under congestion; None where nobody has standing to begin with."""


def composers(chat: ChatView) -> list[tuple[str, str]]:
    """Give where something can be said: (network, the address of its composer)."""
    found = ((network, composer(chat.tag, network)) for network in chat.networks)
    return [(NETWORKS.get(network) or network.partition(" ")[2], address) for network, address in found if address]


class Quote(msgspec.Struct, frozen=True):
    """Another post, as the one that replies to it or quotes it shows it: author and beginning, where it is here."""

    author: str | None = None
    text: str = ""


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A post, as pages show it."""

    author: str
    at: datetime
    words: Markup
    length: int | None = None
    """Characters of the whole, where `words` is only its beginning."""
    edited: bool = False
    host: bool = False
    asks: int | None = None
    replied: Quote | None = None
    quoted: Quote | None = None
    original: str | None = None
    network: str | None = None
    """The network that it was said on, by its name."""
    why: str = ""
    act: str = ""
    """The key of the post's own page."""
    message: str = ""
    """The key of its message's page."""


class Copies(msgspec.Struct, frozen=True):
    """How often a message was said, and who said it last."""

    number: int
    summary: str
    """Empty where it was said once."""
    authors: tuple[str, ...] = ()
    more: int = 0
    """Accounts beside the first and these."""
    message: str = ""


def author(account: str, handle: str | None) -> str:
    """Name an account: by its handle, or by the beginning of its id."""
    return f"@{handle.removeprefix('@')}" if handle else beginning(account, 20)


def _quote(board: Board, words: Words | None) -> Quote:
    if words is None:
        return Quote()
    name = author(words.post.account, board.handle(words.post.account) or words.post.handle)
    return Quote(name, beginning(" ".join(words.post.text[:400].split()), 120))


def on_floor(board: Board, place: Place, words: Words) -> Shown:
    """Give a message of the floor."""
    post = words.post
    shown = _post(board, words, place.decision)
    return msgspec.structs.replace(
        shown,
        replied=_quote(board, place.replied) if post.reply_to else None,
        quoted=_quote(board, place.quoted) if post.quote_of else None,
    )


def _post(board: Board, words: Words, decision: Decision | None, limit: int | None = SHOWN) -> Shown:
    post = words.post
    whole = tidy(post.text)
    text = whole if limit is None else beginning(whole, limit)
    host = decision is not None and decision.class_ == "host"
    return Shown(
        author=author(post.account, board.handle(post.account) or post.handle),
        at=decision.at if decision else post.seen or post.at,
        words=linked(text),
        length=len(whole) if text != whole else None,
        edited=words.edited,
        host=host,
        asks=form(post.text).asks if host else None,
        original=original(post),
        network=NETWORKS.get(post.network or ""),
        why=why(decision) if decision else "",
        act=key(post.id),
        message=key(decision.message) if decision else "",
    )


def copies(board: Board, place: Place) -> Copies:
    """Give how often a message of the floor was said."""
    found = board.said(place.decision.message)
    if found.times == 1:
        return Copies(place.number, "")
    accounts = list(dict.fromkeys(a for a in reversed(found.copies.values()) if a != place.decision.account))
    names = tuple(author(account, board.handle(account)) for account in accounts)
    more = max(found.accounts - 1 - len(names), 0)
    return Copies(place.number, said(found.times, found.accounts), names, more, key(place.decision.message))


class Question(msgspec.Struct, frozen=True):
    """A question the host has asked."""

    number: int
    text: str
    link: str


def on_sheet(sheet: RunSheet, now: datetime) -> list[Question]:
    """Give the questions of tonight's run sheet that were asked, in order; the last is the one being asked."""
    asked = {one.number: one for one in sheet.questions(sheet.evenings.of(now), now) if one.at and one.at <= now}
    asking = sheet.asking(now)
    first = sorted(asked.values(), key=lambda one: (asking is not None and one.number == asking[0], one.number))
    return [Question(one.number, beginning(" ".join(one.text.split()), 280), f"/sheet/{one.number}") for one in first]


def questions(board: Board, tag: str) -> list[Question]:
    """Give the questions asked so far, in order; the last is the one being asked.

    A post that names a number asked before ("Q6 has twenty answers") asks nothing anew.
    """
    asked: dict[int, Question] = {}
    for words in board.questions():
        number = form(words.post.text).asks
        if number and number not in asked:
            asked[number] = Question(number, _bare(words.post.text, tag), f"/act/{key(words.post.id)}")
    return list(asked.values())


_LEAD = re.compile(r"^\W*(?:[#@]\w+\s+)*\W*(?:q|question)\s{0,2}#?\d{1,2}\W*", re.IGNORECASE)


def _bare(text: str, tag: str) -> str:
    """Give a question without its mark and the chat's tag, which stand beside it anyway."""
    asked = re.sub(rf"#{re.escape(tag)}\b", "", _LEAD.sub("", text), flags=re.IGNORECASE)
    return beginning(" ".join(asked.split()), 280)


class Row(msgspec.Struct, frozen=True):
    """How many acts are where they are for one reason."""

    code: str
    label: str
    count: int


class Stroke(msgspec.Struct, frozen=True):
    """One minute in the plot: heights of what came and of what had the floor, in plot units."""

    x: int
    came: float
    floor: float


class Band(msgspec.Struct, frozen=True):
    """What is beside the floor: how much is said, since when it is more than can be read, and what was put aside."""

    flood: Flood | None
    waiting: int
    minute: Bar
    aside: list[tuple[str, list[Row]]]
    """What is merged, and what is folded, by reason."""
    posts: int
    """Posts merged or folded."""
    plot: list[Stroke]
    peak: int
    """Posts in the fullest minute of the plot."""


def band(board: Board, now: datetime) -> Band:
    """Give what is beside the floor."""
    bars = _every_minute(board.flow.last_hour(now), now)
    peak = max((max(bar.came, bar.floor) for bar in bars), default=0)
    return Band(
        flood=board.flow.flood,
        waiting=board.step.waiting if board.step else 0,
        minute=board.flow.last_minute(now),
        aside=[(word, rows) for word, codes in _ASIDE.items() if (rows := _rows(board, codes))],
        posts=sum(board.counts[code] for code in ("copy", "expired", "share", "echo")),
        plot=[Stroke(x, _height(bar.came, peak), _height(bar.floor, peak)) for x, bar in enumerate(bars)],
        peak=peak,
    )


def _rows(board: Board, codes: dict[str, tuple[str, str]]) -> list[Row]:
    counts = ((code, words, board.counts[code]) for code, words in codes.items())
    return [Row(code, words[count != 1], count) for code, words, count in counts if count]


def _every_minute(bars: list[Bar], now: datetime) -> list[Bar]:
    """Give one bar for each minute of the last hour, silent ones too."""
    by_start = {bar.start: bar for bar in bars}
    last = now.replace(second=0, microsecond=0)
    starts = [last - back * MINUTE for back in reversed(range(HOUR))]
    return [by_start.get(start) or Bar(start) for start in starts]


def _height(number: int, peak: int) -> float:
    return max(round(_PLOT * number / peak, 1), 1.0) if number else 0


class Newest(msgspec.Struct, frozen=True):
    """What a newest-first timeline shows now."""

    posts: list[tuple[Shown, str]]
    """Each with a word on where it is here."""
    summary: str


def newest(board: Board, many: int = 12) -> Newest:
    """Give what a newest-first timeline shows now."""
    found = board.newest()
    places = Counter(where(state) for _, state in found)
    parts = [
        f"{places[word]:,} {amount_word}"
        for word, amount_word in (
            ("on the floor", "on the floor here"),
            ("a copy", "copies" if places["a copy"] != 1 else "a copy"),
            ("waits", "waiting for a turn"),
            ("folded", "folded"),
        )
        if places[word]
    ]
    summary = f"Of the newest {amount(len(found), 'post')}: {', '.join(parts)}." if found else "Nothing was said yet."
    return Newest([(_post(board, words, None, 240), where(state)) for words, state in found[:many]], summary)


def where(state: str) -> str:
    """Say in a word or two where a post is."""
    if state in FLOOR:
        return "on the floor"
    return {"copy": "a copy", WAITS: "waits"}.get(state, "folded")


def kept(board: Board, record: Record, limit: int | None = SHOWN) -> Shown | None:
    """Give a post as it is kept; None where its words are gone or it never had any."""
    if record.withdrawn or not isinstance(record.act, Post):
        return None
    return _post(board, Words(record.act, edited=record.edited), record.decision, limit)


def who(board: Board, act: Act) -> str:
    """Name an act's account."""
    return author(act.account, board.handle(act.account) or act.handle)
