"""What the ledger's templates are given: everything resolved, nothing left to look up or to decide."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from markupsafe import Markup

from fairfloor.acts.act import Post
from fairfloor.chat.ledger.book import Noticed
from fairfloor.chat.ledger.entries import Numbers, Objection, Outcome, Question, State
from fairfloor.session.ports import Record
from fairfloor.web.address import comment, key, safe
from fairfloor.web.board import Board
from fairfloor.web.ledger.order import Order
from fairfloor.web.markup import beginning, linked, plain, tidy
from fairfloor.web.views import Shown, author, kept
from fairfloor.web.words import amount, lasting

ASKERS = 30
"""Posts that ask a question, named on its page."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A question in a list."""

    key: str
    text: str
    """Its beginning; empty where the words are gone."""
    asked: str
    at: datetime
    told: str = ""
    """What became of it, the beginning of it."""
    by: str = ""
    disputed: bool = False
    replied: bool = False
    """Whether the host has replied on the network, and has not said that this is the answer."""
    act: str = ""
    """The key of its post, where the list is of posts."""
    mine: bool = False


class Asker(msgspec.Struct, frozen=True):
    """A post that asks a question."""

    author: str
    at: datetime
    act: str
    apart: bool
    """Whether it can be split off."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What one of the host's people said became of a question, or said to a dispute."""

    move: str
    what: str
    by: str
    at: datetime
    words: Markup
    post: Shown | None = None
    gone: bool = False
    """Whether it named a post that is not here any more."""
    link: str | None = None


class Disputed(msgspec.Struct, frozen=True, kw_only=True):
    """A dispute."""

    id: str
    anchor: str
    author: str
    at: datetime
    words: Markup
    post: Shown | None
    responses: tuple[Told, ...]


class View(msgspec.Struct, frozen=True, kw_only=True):
    """A question on its page."""

    key: str
    title: str
    state: State
    asked: str
    at: datetime
    post: Shown | None
    comment: str | None
    """Of a question that was asked in a comment whose words are gone: where the comment says why."""
    askers: tuple[Asker, ...]
    more: int
    outcome: Told | None
    earlier: tuple[Told, ...]
    disputes: tuple[Disputed, ...]
    replies: tuple[Shown, ...]


def needed(question: Question) -> list[str]:
    """Give the posts that a question's page shows."""
    named = [told.act for told in question.outcomes] + [one.act for one in question.disputes]
    return [first(question), *filter(None, named), *(reply.act for reply in question.replies)]


def first(question: Question) -> str:
    """Give the post that speaks for a question: the first that still asks it."""
    return question.asks[0].act if question.asks else question.id


def row(board: Board, order: Order, question: Question) -> Row:
    """Give a question as lists show it."""
    told = question.outcome
    return Row(
        key=key(question.id),
        text=words(board, first(question)) if question.asks else "",
        asked=asked(board, order, question),
        at=question.at,
        told=beginning(" ".join(told.text.split()), 140) if told else "",
        by=told.by if told else "",
        disputed=bool(question.disputes),
        replied=bool(question.replies) and question.state == "open",
    )


def waiting(board: Board, one: Noticed, *, mine: bool) -> Row:
    """Give a question that waits for a second voice as lists show it."""
    name = author(one.account, board.handle(one.account))
    return Row(key="", text=words(board, one.act), asked=f"asked by {name}", at=one.at, act=key(one.act), mine=mine)


def words(board: Board, act: str, limit: int = 200) -> str:
    """Give the beginning of a post's words in one line; empty where they are gone."""
    found = board.words(act)
    return beginning(" ".join(found.post.text[:2_000].split()), limit) if found else ""


def asked(board: Board, order: Order, question: Question) -> str:
    """Say by how many a question is asked."""
    if not question.asks:
        return "nobody asks this any more"
    accounts = {ask.account for ask in question.asks}
    if len(accounts) == 1:
        one = question.asks[0].account
        often = "" if question.asked == 1 else f", in {amount(question.asked, 'post')}"
        return f"asked by {author(one, board.handle(one))}{often}"
    return f"asked by {amount(order.voices(question.id), 'voice')}, in {amount(question.asked, 'post')}"


def view(board: Board, order: Order, question: Question, records: Mapping[str, Record | None]) -> View:
    """Give a question as its page shows it. records: of the posts `needed`."""
    post = shown(board, records.get(first(question)))
    outcomes = [told(board, one, records) for one in question.outcomes]
    text = records.get(first(question))
    return View(
        key=key(question.id),
        title=plain(text.act.text, 90) if post and text and isinstance(text.act, Post) else "A question",
        state=question.state,
        asked=asked(board, order, question),
        at=question.at,
        post=post,
        comment=None if post else comment(question.id),
        askers=tuple(
            Asker(author(ask.account, board.handle(ask.account)), ask.at, key(ask.act), ask.act != question.id)
            for ask in question.asks[:ASKERS]
        ),
        more=max(question.asked - ASKERS, 0),
        outcome=outcomes[-1] if outcomes else None,
        earlier=tuple(outcomes[:-1]),
        disputes=tuple(disputed(board, one, records) for one in question.disputes),
        replies=tuple(post for one in question.replies if (post := shown(board, records.get(one.act)))),
    )


def shown(board: Board, record: Record | None) -> Shown | None:
    """Give a post as pages show it; None where it is not here any more."""
    return kept(board, record) if record is not None else None


def told(board: Board, one: Outcome, records: Mapping[str, Record | None]) -> Told:
    """Give what became of a question."""
    post = shown(board, records.get(one.act)) if one.act else None
    return Told(
        move=one.move,
        what="Answered" if one.state == "answered" else "Declined",
        by=f"{one.by}, {one.role}",
        at=one.at,
        words=linked(tidy(one.text)),
        post=post,
        gone=one.act is not None and post is None,
        link=one.link if one.link and safe(one.link) else None,
    )


def disputed(board: Board, one: Objection, records: Mapping[str, Record | None]) -> Disputed:
    """Give a dispute with what was said to it."""
    return Disputed(
        id=one.id,
        anchor=f"d-{key(one.id)}",
        author=author(one.account, board.handle(one.account)),
        at=one.at,
        words=linked(tidy(one.text)),
        post=shown(board, records.get(one.act)) if one.act else None,
        responses=tuple(
            Told(
                move=said.move,
                what="Response",
                by=f"{said.by}, {said.role}",
                at=said.at,
                words=linked(tidy(said.text)),
            )
            for said in one.responses
        ),
    )


def summary(numbers: Numbers) -> str:
    """Say how many questions were asked and what became of them, in a sentence or two."""
    if not numbers.asked:
        return "Nothing was asked yet."
    parts = [(numbers.open, "open"), (numbers.answered, "answered"), (numbers.declined, "declined")]
    parts += [(numbers.withdrawn, "withdrawn")]
    listed = ", ".join(f"{number:,} {word}" for number, word in parts if number)
    told = f"{amount(numbers.asked, 'question')} so far: {listed}."
    if numbers.disputed:
        told += f" {amount(numbers.disputed, 'question is', 'questions are')} disputed."
    if numbers.waited is not None:
        told += f" Half of the answers came within {lasting(numbers.waited)}."
    return told
