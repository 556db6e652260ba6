"""Second looks: asking for one from a fold, and answering; both are there for everybody to read."""

import asyncio
import secrets
from datetime import datetime
from typing import Annotated

import msgspec
from fastapi import Depends, FastAPI, HTTPException, Request
from starlette.responses import RedirectResponse, Response

from fairfloor.acts.act import Post
from fairfloor.chat.appeals import Case
from fairfloor.chat.moves import Appeal, Review
from fairfloor.chat.roles import may
from fairfloor.floor.reasons import Waiting, Withdrawn
from fairfloor.session.ports import Record
from fairfloor.web import views
from fairfloor.web.accountability.entries import named
from fairfloor.web.address import key, name_of
from fairfloor.web.board import Board
from fairfloor.web.hosting import Hosting
from fairfloor.web.markup import plain
from fairfloor.web.people.guard import Filled, Refused, guarded
from fairfloor.web.people.visitor import visitor_of
from fairfloor.web.views import Shown
from fairfloor.web.words import why

SHOWN = 100
"""Second looks in a list; of answered ones, the last."""
Form = Annotated[Filled, Depends(guarded)]


class Look(msgspec.Struct, frozen=True):
    """A second look as it is shown."""

    id: str
    act: str
    """As an address has it."""
    author: str
    at: datetime
    text: str
    state: str
    answered: datetime | None
    by: str
    answer: str
    review: str
    """The move that answered."""
    log: str
    """Where it stands in the log."""


def routes(app: FastAPI, hosting: Hosting) -> None:
    """Add the pages."""
    _reading(app, hosting)
    _asking(app, hosting)


def _reading(app: FastAPI, hosting: Hosting) -> None:
    appeals = hosting.desk.appeals

    @app.api_route("/appeals", methods=["GET", "HEAD"])
    async def listed(request: Request) -> Response:
        answered = [case for case in appeals.all() if case.review is not None]
        return hosting.page(
            request,
            "accountability/appeals.html",
            open=[_look(hosting.board, case) for case in appeals.open(hosting.desk.say)[:SHOWN]],
            answered=[_look(hosting.board, case) for case in answered[: -SHOWN - 1 : -1]],
        )

    @app.api_route("/act/{key_}/appeal", methods=["GET", "HEAD"])
    async def look(request: Request, key_: str) -> Response:
        record = await _record(hosting, key_)
        visitor, decision, cases = visitor_of(request), record.decision, appeals.of(record.act.id)
        mine = visitor.account is not None and visitor.account == record.act.account
        return hosting.page(
            request,
            "accountability/appeal.html",
            author=plain(views.who(hosting.board, record.act)),
            post=_shown(hosting, record),
            at=record.seen,
            here=key_,
            why=why(decision) if decision else "",
            folded=_folded(record),
            looks=[_look(hosting.board, case) for case in cases],
            mine=mine,
            may_ask=mine and _folded(record) and not appeals.asked(record.act.id),
            may_answer=may(visitor.role, Review(appeal="a", act="a", granted=True, text="t")),
            once=secrets.token_urlsafe(12),
        )


def _asking(app: FastAPI, hosting: Hosting) -> None:
    @app.post("/act/{key_}/appeal")
    async def ask(request: Request, key_: str, form: Form) -> Response:
        record = await _record(hosting, key_)
        if not _folded(record):
            raise Refused(409, "That cannot be done now", "This post is not folded: there is nothing to look at again.")
        do = Appeal(act=record.act.id, text=form.text("text"))
        await hosting.maker.make(visitor_of(request), do, once=form.text("once"))
        return RedirectResponse(f"/act/{key_}/appeal", 303)

    @app.post("/act/{key_}/review")
    async def review(request: Request, key_: str, form: Form) -> Response:
        record = await _record(hosting, key_)
        text, granted = form.text("text"), form.text("granted")
        if not text or granted not in {"yes", "no"}:
            raise Refused(
                422, "Say what you found", "Choose whether the post gets the floor, and say why in a sentence."
            )
        do = Review(appeal=form.text("appeal"), act=record.act.id, granted=granted == "yes", text=text)
        await hosting.maker.make(visitor_of(request), do, once=form.text("once"))
        return RedirectResponse(f"/act/{key_}/appeal", 303)


async def _record(hosting: Hosting, key_: str) -> Record:
    """Give the post that an address names; raises 404 where there is none."""
    name = name_of(key_)
    if name is None or not name.isprintable():  # no act is called so, and a lone surrogate cannot even be asked for
        raise HTTPException(404)
    record = await asyncio.to_thread(hosting.records.record, name)
    if record is None or not isinstance(record.act, Post):
        raise HTTPException(404)
    return record


def _folded(record: Record) -> bool:
    decision = record.decision
    return (
        decision is not None and decision.placement == "fold" and not isinstance(decision.reason, Waiting | Withdrawn)
    )


def _shown(hosting: Hosting, record: Record) -> Shown | None:
    return views.kept(hosting.board, record, limit=None)


def _look(board: Board, case: Case) -> Look:
    review = case.review
    state = "granted" if case.granted else "refused" if review else "gone" if case.gone else "open"
    return Look(
        id=case.id,
        act=key(case.act),
        author=plain(views.author(case.account, board.handle(case.account))),
        at=case.at,
        text=case.text,
        state=state,
        answered=review.at if review else None,
        by=plain(review.by) if review else "",
        answer=review.do.text if review is not None and isinstance(review.do, Review) else "",
        review=review.id if review else "",
        log=named(review.id) if review else "",
    )
