"""The public log as pages: moves, newest first, each at a lasting address; and the file itself."""

import asyncio
from typing import Annotated

from fastapi import FastAPI, HTTPException, Query, Request
from starlette.responses import RedirectResponse, Response

from fairfloor.chat.moves import Vote
from fairfloor.web.accountability.download import Download
from fairfloor.web.accountability.entries import entry
from fairfloor.web.address import key, name_of
from fairfloor.web.hosting import Hosting

LIMIT = 50
"""Moves on a page."""
_LARGEST = 2**62
Place = Annotated[int | None, Query(ge=0, le=_LARGEST)]


def routes(app: FastAPI, hosting: Hosting) -> None:
    """Add the pages."""
    download, log = Download(hosting.records), hosting.records

    @app.api_route("/log", methods=["GET", "HEAD"])
    async def moves(request: Request, before: Place = None) -> Response:
        found = await asyncio.to_thread(log.moves, before, LIMIT)
        undoings = await asyncio.to_thread(log.undoings, [move.id for _, move in found])
        return hosting.page(
            request,
            "accountability/log.html",
            entries=[entry(hosting.board, move, undoings) for _, move in found],
            onward=found[-1][0] if len(found) == LIMIT else None,
            paged=before is not None,
            head=await asyncio.to_thread(log.head),
        )

    @app.api_route("/log.jsonl", methods=["GET", "HEAD"])
    async def file(request: Request, after: Place = None) -> Response:
        return await download.answer(request, after or 0)

    @app.api_route("/log/{name}", methods=["GET", "HEAD"])
    async def one(request: Request, name: str) -> Response:
        move = await asyncio.to_thread(log.move, name)
        if move is None or isinstance(move.do, Vote):
            raise HTTPException(404)
        undoings = await asyncio.to_thread(log.undoings, [move.id])
        return hosting.page(request, "accountability/move.html", entry=entry(hosting.board, move, undoings))

    @app.api_route("/find/{key_}", methods=["GET", "HEAD"])
    async def find(key_: str) -> Response:
        """Send on to the page of a question or a proposal: a move that declines says only its name."""
        name, desk = name_of(key_), hosting.desk
        if name is not None and desk.ledger.question(name) is not None:
            return RedirectResponse(f"/ledger/{key(name)}", 303)
        if name is not None and desk.proposals.proposal(name) is not None:
            return RedirectResponse(f"/proposals/{key(name)}", 303)
        raise HTTPException(404)
