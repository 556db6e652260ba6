"""Which address of the ledger gives what, and which form makes which move."""

import asyncio
import re
import secrets
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Query, Request
from starlette.responses import RedirectResponse, Response

from fairfloor.chat.ledger.entries import STATES, Question, State
from fairfloor.chat.moves import Answer, Decline, Dispute, Doing, Enter, Merge, Respond, Split, Withdraw
from fairfloor.chat.roles import may
from fairfloor.session.ports import Record
from fairfloor.web.address import key, name_of, safe
from fairfloor.web.hosting import Hosting
from fairfloor.web.ledger import show
from fairfloor.web.ledger.order import Order
from fairfloor.web.people.guard import Filled, Refused, guarded
from fairfloor.web.people.visitor import Visitor, visitor_of

LIMIT = 30
"""Questions on a page."""
CHOICES = 60
"""Questions that one can be merged into, as the form offers them."""
_LISTS = (*STATES, "disputed", "waiting")
_POST = re.compile(r"(?:https?://[^/\s]+)?/act/([A-Za-z0-9_-]+)(?:[?#]\S*)?")
_QUESTION = re.compile(r"(?:https?://[^/\s]+)?/ledger/([A-Za-z0-9_-]+)(?:[?#]\S*)?")
_BLUESKY = re.compile(r"https://bsky\.app/profile/(did:[a-z]+:[A-Za-z0-9._:%-]+)/post/([A-Za-z0-9._~-]+)")


class _Pages:
    """What the addresses share."""

    def __init__(self, hosting: Hosting) -> None:
        self.hosting = hosting
        self.ledger = hosting.desk.ledger
        self.order = Order(self.ledger, hosting.desk.say, hosting.now)

    def listed(self, which: str, after: str, visitor: Visitor) -> tuple[list[show.Row], str | None]:
        """Give a page of one list, and after which question it goes on."""
        board = self.hosting.board
        if which == "waiting":
            return [
                show.waiting(board, one, mine=one.account == visitor.account) for one in self.ledger.waiting()
            ], None
        names = self._names(which)
        at = self._after(which, names, after)
        pictures = [self.ledger.question(name) for name in names[at : at + LIMIT]]
        rows = [show.row(board, self.order, picture) for picture in pictures if picture]
        return rows, rows[-1].key if at + LIMIT < len(names) else None

    def _names(self, which: str) -> list[str]:
        if which == "open":
            return self.order.open()
        if which == "disputed":
            return self.ledger.disputed()[::-1]
        state: State = next(state for state in STATES if state == which)
        return self.ledger.among(state)[::-1]

    def _after(self, which: str, names: list[str], after: str) -> int:
        """Give the place behind a question in a list; the beginning where it is not there any more."""
        name = name_of(after) if after else None
        if name is None:
            return 0
        if which == "open":
            return self.order.place(name) + 1
        return names.index(name) + 1 if name in names else 0

    def question(self, key_: str) -> Question:
        """Give the question that an address names; raises 404 where there is none."""
        name = name_of(key_)
        found = None if name is None else self.ledger.question(name)
        if found is None:
            raise HTTPException(404)
        return found

    async def view(self, question: Question) -> show.View:
        """Give a question as its page shows it."""
        record, acts = self.hosting.records.record, set(show.needed(question))
        found = await asyncio.to_thread(lambda: {act: record(act) for act in acts})
        return show.view(self.hosting.board, self.order, question, found)

    def others(self, question: Question) -> list[tuple[str, str]]:
        """Give questions that one can be merged into: (key, how it begins)."""
        names = [*self.order.open()[:CHOICES], *self.ledger.among("answered")[-CHOICES:][::-1]]
        board = self.hosting.board
        listed = [(key(name), show.words(board, name, 90)) for name in names if name != question.id]
        return [(key_, text) for key_, text in listed if text][:CHOICES]

    async def make(self, request: Request, form: Filled, do: Doing) -> None:
        """Make the move that a form asks for."""
        reason, once = form.text("reason"), form.text("once")
        await self.hosting.maker.make(visitor_of(request), do, reason=reason, once=once)

    async def source(self, given: str) -> tuple[str | None, str | None]:
        """Read where an answer is: (a post that is here, a link); raises Refused where it is neither."""
        if not given:
            return None, None
        ours, bluesky = _POST.fullmatch(given), _BLUESKY.fullmatch(given)
        act = name_of(ours[1]) if ours else f"at://{bluesky[1]}/app.bsky.feed.post/{bluesky[2]}" if bluesky else None
        record: Record | None = await asyncio.to_thread(self.hosting.records.record, act or "")
        if record is not None:
            return record.act.id, None
        if given.startswith(("https://", "http://")) and safe(given) and len(given) <= 1024:  # noqa: PLR2004 - Name's
            return None, given
        raise Refused(422, "That is no address", "Give the address of a page on the web, beginning with https://")


def routes(app: FastAPI, hosting: Hosting) -> None:
    """Add the ledger's pages."""
    pages = _Pages(hosting)
    _reading(app, pages)
    _hosting(app, pages)
    _asking(app, pages)


def _reading(app: FastAPI, pages: _Pages) -> None:
    @app.api_route("/ledger", methods=["GET", "HEAD"])
    async def ledger(
        request: Request, state: str = "open", after: Annotated[str, Query(max_length=4_096)] = ""
    ) -> Response:
        if state not in _LISTS:
            raise HTTPException(404)
        visitor = visitor_of(request)
        rows, onward = pages.listed(state, after, visitor)
        return pages.hosting.page(
            request,
            "ledger/list.html",
            which=state,
            rows=rows,
            onward=onward,
            paged=bool(after),
            numbers=pages.order.numbers(),
            waiting=len(pages.ledger.waiting()),
            summary=show.summary(pages.order.numbers()),
            enters=may(visitor.role, Split(act="-")),
            once=secrets.token_hex(8),
        )

    @app.api_route("/ledger/{key_}", methods=["GET", "HEAD"])
    async def question(request: Request, key_: str) -> Response:
        found = pages.question(key_)
        if key(found.id) != key_:
            return _to(found.id)
        visitor = visitor_of(request)
        answers = may(visitor.role, Answer(question="-"))
        places = may(visitor.role, Split(act="-"))
        return pages.hosting.page(
            request,
            "ledger/question.html",
            question=await pages.view(found),
            asker=visitor.role == "participant" and pages.ledger.asks(found.id, visitor.by),
            answers=answers,
            places=places,
            others=pages.others(found) if places else [],
            once=secrets.token_hex(8),
        )


def _hosting(app: FastAPI, pages: _Pages) -> None:
    """Add what the host's people do."""

    @app.post("/ledger/{key_}/answer")
    async def answer(request: Request, key_: str, form: Annotated[Filled, Depends(guarded)]) -> Response:
        question = pages.question(key_)
        act, link = await pages.source(form.text("where"))
        await pages.make(
            request, form, Answer(question=show.first(question), text=form.text("text"), act=act, link=link)
        )
        return _to(question.id)

    @app.post("/ledger/{key_}/decline")
    async def decline(request: Request, key_: str, form: Annotated[Filled, Depends(guarded)]) -> Response:
        question = pages.question(key_)
        await pages.make(request, form, Decline(of=show.first(question)))
        return _to(question.id)

    @app.post("/ledger/{key_}/merge")
    async def merge(request: Request, key_: str, form: Annotated[Filled, Depends(guarded)]) -> Response:
        question, into = pages.question(key_), pages.question(_key(form.text("into")))
        await pages.make(request, form, Merge(of=question.id, into=into.id))
        return _to(into.id)

    @app.post("/ledger/{key_}/split")
    async def split(request: Request, key_: str, form: Annotated[Filled, Depends(guarded)]) -> Response:
        pages.question(key_)
        act = _act(form.text("act"))
        await pages.make(request, form, Split(act=act))
        return _to(act)

    @app.post("/ledger/{key_}/respond")
    async def respond(request: Request, key_: str, form: Annotated[Filled, Depends(guarded)]) -> Response:
        question, dispute = pages.question(key_), _act(form.text("dispute"))
        await pages.make(request, form, Respond(dispute=dispute, text=_said(form)))
        return _to(question.id, f"#d-{key(dispute)}")


def _asking(app: FastAPI, pages: _Pages) -> None:
    """Add what whoever asked does."""

    @app.post("/ledger/enter")
    async def enter(request: Request, form: Annotated[Filled, Depends(guarded)]) -> Response:
        act = _act(form.text("act"))
        await pages.make(request, form, Enter(act=act))
        return _to(act)

    @app.post("/ledger/{key_}/withdraw")
    async def withdraw(request: Request, key_: str, form: Annotated[Filled, Depends(guarded)]) -> Response:
        question = pages.question(key_)
        await pages.make(request, form, Withdraw(of=question.id))
        return _to(question.id)

    @app.post("/ledger/{key_}/dispute")
    async def dispute(request: Request, key_: str, form: Annotated[Filled, Depends(guarded)]) -> Response:
        question = pages.question(key_)
        await pages.make(request, form, Dispute(question=question.id, text=_said(form)))
        return _to(question.id, "#disputes")


def _said(form: Filled) -> str:
    """Give what a form says; raises Refused where that is nothing."""
    text = form.text("text")
    if not text:
        raise Refused(422, "Nothing was said", "Go back and write a sentence.")
    return text


def _key(given: str) -> str:
    """Read the key of a question from a key or from the address of its page."""
    found = _QUESTION.fullmatch(given)
    return found[1] if found else given


def _act(given: str) -> str:
    """Read what a key names; raises 404 where that is nothing."""
    name = name_of(given)
    if not name:
        raise HTTPException(404)
    return name


def _to(name: str, anchor: str = "") -> Response:
    return RedirectResponse(f"/ledger/{key(name)}{anchor}", 303)
