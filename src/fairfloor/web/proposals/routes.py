"""Which address of the proposals gives what, and which form makes which move."""

import secrets
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Annotated, Literal

from fastapi import Depends, FastAPI, HTTPException, Request
from starlette.responses import RedirectResponse, Response

from fairfloor.chat.moves import Accept, Decline, Doing, Merge, Move, Propose, Split, Vote, Withdraw
from fairfloor.chat.proposals.book import STAGES, Proposal, Stage
from fairfloor.chat.proposals.topic import TITLE
from fairfloor.chat.roles import may
from fairfloor.chat.schedule.zones import zone
from fairfloor.web.address import key, name_of
from fairfloor.web.hosting import Hosting
from fairfloor.web.people.guard import Filled, Refused, guarded
from fairfloor.web.people.visitor import Visitor, visitor_of
from fairfloor.web.proposals import show
from fairfloor.web.proposals.standing import Standing

LIMIT = 30
"""Proposals on a page."""
CHOICES = 60
COMING = 8
"""Sessions to come, as the form to accept offers them."""
_VOTES: dict[str, Literal[1, 0, -1]] = {"1": 1, "0": 0, "-1": -1}


class _Pages:
    """What the addresses share."""

    def __init__(self, hosting: Hosting) -> None:
        self.hosting = hosting
        self.proposals = hosting.desk.proposals
        self.standing = Standing(self.proposals, hosting.desk.say, hosting.now)

    async def listed(self, stage: Stage, after: str, visitor: Visitor) -> tuple[list[show.Row], str | None]:
        """Give a page of one list, and after which proposal it goes on."""
        weighed = await self.standing.weighed()
        names = self.proposals.among(stage)[::-1]
        if stage == "open":
            here = set(names)
            known = [name for name in weighed.order if name in here]
            names = [*known, *(name for name in names if name not in weighed.bridges)]
        last = name_of(after) if after else None
        at = names.index(last) + 1 if last in names else 0
        pictures = [self.proposals.proposal(name) for name in names[at : at + LIMIT]]
        rows = [
            show.row(self.hosting.board, picture, weighed.bridges.get(picture.id), self.mine(picture, visitor))
            for picture in pictures
            if picture
        ]
        return rows, rows[-1].key if at + LIMIT < len(names) else None

    def mine(self, proposal: Proposal, visitor: Visitor) -> int | None:
        """Give what who is asking says of a proposal."""
        return self.proposals.vote_of(proposal.id, visitor.account) if visitor.account else None

    def proposal(self, key_: str) -> Proposal:
        """Give the proposal that an address names; raises 404 where there is none."""
        name = name_of(key_)
        found = None if name is None else self.proposals.proposal(name)
        if found is None:
            raise HTTPException(404)
        return found

    def others(self, proposal: Proposal) -> list[tuple[str, str]]:
        """Give open proposals that one can be merged into: (key, title)."""
        pictures = map(self.proposals.proposal, self.proposals.among("open")[-CHOICES:][::-1])
        titled = [(one, show.of(self.hosting.board, one)) for one in pictures if one and one.id != proposal.id]
        return [(key(one.id), topic.title) for one, topic in titled if topic]

    async def make(self, request: Request, form: Filled, do: Doing) -> Move:
        """Make the move that a form asks for."""
        reason, once = form.text("reason"), form.text("once")
        return await self.hosting.maker.make(visitor_of(request), do, reason=reason, once=once)

    @property
    def zone(self) -> tzinfo:
        """Give the chat's time zone."""
        settings = self.hosting.desk.sessions.settings
        return zone(settings.schedule.zone) if settings and settings.schedule else UTC

    def sessions(self) -> list[tuple[str, str]]:
        """Give the sessions to come that take on no topic yet: (when, for the form; when, in the chat's zone)."""
        coming = self.hosting.desk.sessions.coming(self.hosting.now(), COMING)
        free = [(one.begins, one.title) for one in coming if one.proposal is None]
        return [
            (at.isoformat(), f"{at.astimezone(self.zone):%A %Y-%m-%d, %H:%M}{f': {title}' if title else ''}")
            for at, title in free
        ]

    def when(self, form: Filled) -> datetime:
        """Read for when a proposal is accepted: a session to come, or a date and time in the chat's zone."""
        given = form.text("date", 40) or form.text("session", 40)
        try:
            at = datetime.fromisoformat(given)
            return (at if at.tzinfo else at.replace(tzinfo=self.zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            raise Refused(422, "That is no date", "Go back and choose a session, or a date and a time.") from None

    def session_of(self, proposal: Proposal) -> str:
        """Give the name of the session that takes a proposal on, which its page is found by; empty where none does."""
        if proposal.outcome is None or proposal.outcome.on is None:
            return ""
        sessions = self.hosting.desk.sessions
        near = [sessions.at(proposal.outcome.on + timedelta(minutes=1)), *sessions.coming(self.hosting.now(), COMING)]
        names = {proposal.id, *proposal.merged}
        return next((one.name for one in near if one is not None and one.proposal in names), "")


def routes(app: FastAPI, hosting: Hosting) -> None:
    """Add the proposals' pages."""
    pages = _Pages(hosting)
    _reading(app, pages)
    _taking_part(app, pages)
    _hosting(app, pages)


def _reading(app: FastAPI, pages: _Pages) -> None:
    @app.api_route("/proposals", methods=["GET", "HEAD"])
    async def proposals(request: Request, stage: str = "open", after: str = "") -> Response:
        found = next((one for one in STAGES if one == stage), None)
        if found is None:
            raise HTTPException(404)
        rows, onward = await pages.listed(found, after, visitor_of(request))
        return pages.hosting.page(
            request,
            "proposals/list.html",
            which=found,
            rows=rows,
            onward=onward,
            paged=bool(after),
            counts=[(one, len(pages.proposals.among(one))) for one in STAGES],
            camps=(await pages.standing.weighed()).camps,
            longest=TITLE,
            once=secrets.token_hex(8),
        )

    @app.api_route("/proposals/{key_}", methods=["GET", "HEAD"])
    async def proposal(request: Request, key_: str) -> Response:
        found = pages.proposal(key_)
        if key(found.id) != key_:
            return _to(found.id)
        visitor, weighed = visitor_of(request), await pages.standing.weighed()
        places, accepts = may(visitor.role, Split(act="-")), may(visitor.role, Decline(of="-"))
        mine = any(one.by == visitor.by for one in found.proposers) and visitor.signed_in
        return pages.hosting.page(
            request,
            "proposals/proposal.html",
            proposal=show.view(pages.hosting.board, found, weighed.bridges.get(found.id), pages.mine(found, visitor)),
            proposer=mine and found.stage == "open",
            accepts=accepts,
            places=places,
            others=pages.others(found) if places else [],
            sessions=pages.sessions() if accepts else [],
            session=pages.session_of(found),
            zone=str(pages.zone),
            once=secrets.token_hex(8),
        )


def _taking_part(app: FastAPI, pages: _Pages) -> None:
    @app.post("/proposals")
    async def propose(request: Request, form: Annotated[Filled, Depends(guarded)]) -> Response:
        title = " ".join(form.text("title", TITLE).split())
        if not title:
            raise Refused(422, "A topic needs a title", "Go back and say in a few words what it is about.")
        move = await pages.make(request, form, Propose(title=title, text=form.text("text")))
        return _to(move.id)

    @app.post("/proposals/{key_}/vote")
    async def vote(request: Request, key_: str, form: Annotated[Filled, Depends(guarded)]) -> Response:
        proposal, said = pages.proposal(key_), _VOTES.get(form.text("vote"))
        if said is None:
            raise Refused(422, "That is no vote", "Go back and choose one of the three.")
        await pages.make(request, form, Vote(proposal=proposal.id, vote=said))
        listed = form.text("from") == "list"
        return RedirectResponse(f"/proposals#p-{key_}", 303) if listed else _to(proposal.id)

    @app.post("/proposals/{key_}/withdraw")
    async def withdraw(request: Request, key_: str, form: Annotated[Filled, Depends(guarded)]) -> Response:
        proposal = pages.proposal(key_)
        await pages.make(request, form, Withdraw(of=proposal.id))
        return _to(proposal.id)


def _hosting(app: FastAPI, pages: _Pages) -> None:
    """Add what the host's people do."""

    @app.post("/proposals/{key_}/accept")
    async def accept(request: Request, key_: str, form: Annotated[Filled, Depends(guarded)]) -> Response:
        proposal = pages.proposal(key_)
        await pages.make(request, form, Accept(proposal=proposal.id, on=pages.when(form)))
        return _to(proposal.id)

    @app.post("/proposals/{key_}/decline")
    async def decline(request: Request, key_: str, form: Annotated[Filled, Depends(guarded)]) -> Response:
        proposal = pages.proposal(key_)
        await pages.make(request, form, Decline(of=proposal.id))
        return _to(proposal.id)

    @app.post("/proposals/{key_}/merge")
    async def merge(request: Request, key_: str, form: Annotated[Filled, Depends(guarded)]) -> Response:
        proposal, into = pages.proposal(key_), pages.proposal(form.text("into"))
        await pages.make(request, form, Merge(of=proposal.id, into=into.id))
        return _to(into.id)

    @app.post("/proposals/{key_}/split")
    async def split(request: Request, key_: str, form: Annotated[Filled, Depends(guarded)]) -> Response:
        pages.proposal(key_)
        act = name_of(form.text("act"))
        if not act:
            raise HTTPException(404)
        await pages.make(request, form, Split(act=act))
        return _to(act)


def _to(name: str) -> Response:
    return RedirectResponse(f"/proposals/{key(name)}", 303)
