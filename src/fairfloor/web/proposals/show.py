"""What the proposals' templates are given: everything resolved, nothing left to look up or to decide."""

from datetime import datetime

import msgspec
from markupsafe import Markup

from fairfloor.chat.proposals.book import Proposal, Proposer, Settled, Stage
from fairfloor.chat.proposals.bridging import Bridge, Side, Verdict
from fairfloor.chat.proposals.topic import TITLE, Topic, topic
from fairfloor.web.address import key
from fairfloor.web.board import Board
from fairfloor.web.markup import linked, plain, tidy
from fairfloor.web.views import author
from fairfloor.web.words import amount

GONE = "A topic whose words were taken back"
_ALONE: dict[Verdict, str] = {
    "wanted": "More people want this than would rather not.",
    "unwanted": "More people would rather not have this than want it.",
    "unclear": "Too few votes to tell.",
    "divides": "",
}
_CAMPS: dict[Verdict, str] = {
    "wanted": "People who usually disagree {all} want this.",
    "unwanted": "No camp clearly wants this, and one at least would rather not.",
    "divides": "One camp wants this, another would rather not.",
    "unclear": "Too few votes to tell what {each} camp wants.",
}
_CLOSE = "The votes are close: they do not tell what {who} wants."
_MANY = 12
"""Voices in each camp from which it is not for want of votes that they tell nothing."""
_LETTERS = "ABCDE"


class Stretch(msgspec.Struct, frozen=True):
    """A part of a bar, in hundredths."""

    what: str
    start: float
    width: float


class Bar(msgspec.Struct, frozen=True):
    """What one camp says, as a bar and in words."""

    name: str
    """Empty where there are no camps."""
    stretches: tuple[Stretch, ...]
    words: str


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A proposal in a list."""

    key: str
    title: str
    gone: bool
    by: str
    at: datetime
    stage: Stage
    verdict: str
    told: str
    wanted: bool
    bars: tuple[Bar, ...]
    mine: int | None
    """What who is asking says of it."""
    on: datetime | None = None
    why: str = ""


class By(msgspec.Struct, frozen=True):
    """Who proposes it."""

    name: str
    at: datetime
    id: str
    act: str
    """The key of their post's page; empty where it was proposed here."""
    apart: bool


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What the host said."""

    move: str
    what: str
    by: str
    at: datetime
    on: datetime | None
    words: Markup


class View(msgspec.Struct, frozen=True, kw_only=True):
    """A proposal on its page."""

    row: Row
    heading: str
    text: Markup
    act: str
    proposers: tuple[By, ...]
    outcome: Outcome | None
    earlier: tuple[Outcome, ...]


def row(board: Board, proposal: Proposal, weighed: Bridge | None, mine: int | None) -> Row:
    """Give a proposal as lists show it."""
    found, last = of(board, proposal), proposal.outcome
    return Row(
        key=key(proposal.id),
        title=found.title if found else GONE,
        gone=found is None,
        by=_by(board, proposal.proposers),
        at=proposal.at,
        stage=proposal.stage,
        verdict=verdict(weighed) if weighed else "",
        told=told(weighed.whole) if weighed else "",
        wanted=weighed is not None and weighed.verdict == "wanted" and len(weighed.sides) > 1,
        bars=bars(weighed) if weighed else (),
        mine=mine,
        on=last.on if last else None,
        why=plain(last.text, 160) if last else "",
    )


def view(board: Board, proposal: Proposal, weighed: Bridge | None, mine: int | None) -> View:
    """Give a proposal as its page shows it."""
    found = of(board, proposal)
    first = proposal.proposers[0] if proposal.proposers else None
    outcomes = [_outcome(one) for one in proposal.decided]
    return View(
        row=row(board, proposal, weighed, mine),
        heading=plain(found.title, TITLE) if found else GONE,
        text=linked(tidy(found.text)) if found else Markup(),
        act=key(first.id) if first and first.post else "",
        proposers=tuple(
            By(_name(board, one), one.at, key(one.id), key(one.id) if one.post else "", one.id != proposal.id)
            for one in proposal.proposers[:50]
        ),
        outcome=outcomes[-1] if outcomes else None,
        earlier=tuple(outcomes[:-1]),
    )


def of(board: Board, proposal: Proposal) -> Topic | None:
    """Give what is proposed, in the words of the first whose words are here; None where nobody's are."""
    for one in proposal.proposers[:10]:
        if not one.post:
            return Topic(one.title, one.text)
        if (words := board.words(one.id)) is not None:
            found = topic(words.post.text)
            return found if found.title else Topic(plain(words.post.text, 80), "")
    return None


def verdict(weighed: Bridge) -> str:
    """Say in a sentence who wants it."""
    many = len(weighed.sides)
    if weighed.verdict == "unclear" and min(side.voted for side in weighed.sides) >= _MANY:
        return _CLOSE.format(who="the chat" if many == 1 else "each camp")
    if many == 1:
        return _ALONE[weighed.verdict]
    two = many == 2  # noqa: PLR2004 - "both" is of two
    return _CAMPS[weighed.verdict].format(all="both" if two else "all", each="each")


def told(side: Side) -> str:
    """Say how many want it, and what the others say."""
    wants, passes, rather_not = round(side.wants), round(side.passes), round(side.rather_not)
    if not (wants or passes or rather_not):
        return "Nobody has said anything of it yet." if not side.voted else "Wanted by less than one voice."
    parts = [
        (wants, amount(wants, "voice wants it", "voices want it")),
        (rather_not, f"{rather_not:,} would rather not"),
        (passes, f"{passes:,} {'passes' if passes == 1 else 'pass'}"),
    ]
    said = [words for number, words in parts if number]
    return ", ".join(said if wants else ["no voice wants it", *said])


def bars(weighed: Bridge) -> tuple[Bar, ...]:
    """Draw what each camp says, where the votes show camps."""
    if len(weighed.sides) == 1:
        return ()
    return tuple(_bar(f"Camp {letter}", side) for letter, side in zip(_LETTERS, weighed.sides, strict=False))


def _bar(name: str, side: Side) -> Bar:
    unit, start, stretches = 100 / max(side.size, side.voted, 1e-9), 0.0, []
    for what, says in (("wants", side.wants), ("passes", side.passes), ("rather-not", side.rather_not)):
        if says:
            stretches.append(Stretch(what, round(start, 2), round(says * unit, 2)))
        start += says * unit
    return Bar(name, tuple(stretches), told(side) if side.voted else "nobody has said anything of it yet")


def _by(board: Board, proposers: tuple[Proposer, ...]) -> str:
    if not proposers:
        return "nobody any more"
    names = [_name(board, one) for one in proposers[:2]]
    if (more := len({one.by for one in proposers}) - 1) > 1:
        return f"{names[0]} and {more:,} others"
    return " and ".join(dict.fromkeys(names))


def _name(board: Board, one: Proposer) -> str:
    return author(one.by, board.handle(one.by)) if one.role == "participant" else f"{one.by}, {one.role}"


def _outcome(one: Settled) -> Outcome:
    what = "Accepted" if one.stage == "accepted" else "Declined"
    return Outcome(
        move=one.move, what=what, by=f"{one.by}, {one.role}", at=one.at, on=one.on, words=linked(tidy(one.text))
    )
