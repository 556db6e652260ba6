"""What can be asked of the API, in one table: routes and the OpenAPI document both come from it."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import islice
from typing import Any, get_args

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request

from fairfloor.chat.ledger.entries import State
from fairfloor.session.ports import Record
from fairfloor.web.api.shapes import Asked, Chat, Done, Ledger, Made, Making, Moves, Records, Told
from fairfloor.web.hosting import Hosting
from fairfloor.web.people.visitor import visitor_of
from fairfloor.web.words import LABELS

_MOST = 2**62
MANY = 50


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that an address can say: a whole number within bounds, or one of some words, or any text."""

    name: str
    about: str
    least: int | None = None
    most: int | None = None
    words: tuple[str, ...] = ()
    inside: bool = False
    """Whether it is a part of the path, and so must be there."""
    required: bool = False


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """One address, and what it does."""

    method: str
    path: str
    about: str
    gives: type
    handle: Callable[[Hosting, Request, dict[str, Any]], Awaitable[object]]
    asks: tuple[Ask, ...] = ()
    takes: type | None = None


_BEFORE = Ask(name="before", about="Go on from here: `next` of the answer before.", least=0, most=_MOST)
_LIMIT = Ask(name="limit", about=f"How many at most; {MANY} unless said.", least=1, most=200)
_CODE = Ask(name="code", about="The code of a reason.", words=tuple(LABELS), inside=True)
_STATE = Ask(name="state", about="What became of the questions.", words=get_args(State), inside=True)
_FROM = Ask(name="from", about="Go on from here: `next` of the answer before.", least=0, most=_MOST)
_ID = Ask(name="id", about="The id of an act, as its network gives it.", required=True)


async def _chat(hosting: Hosting, _: Request, __: dict[str, Any]) -> Chat:
    desk, board = hosting.desk, hosting.board
    return Chat(
        tag=desk.rules.tag,
        hosts=sorted(desk.rules.hosts),
        pace=desk.dials.pace,
        newcomers=desk.dials.newcomers,
        ttl=desk.rules.ttl.total_seconds(),
        now=hosting.now(),
        notice=desk.pinned.text,
        acts={code: number for code, number in sorted(board.counts.items()) if number},
    )


async def _floor(hosting: Hosting, _: Request, asked: dict[str, Any]) -> Records:
    limit = asked.get("limit", MANY)
    found = await asyncio.to_thread(hosting.records.floor, asked.get("before"), limit)
    return Records(items=found, next=found[-1].number if len(found) == limit else None)


async def _folded(hosting: Hosting, _: Request, asked: dict[str, Any]) -> Records:
    limit = asked.get("limit", MANY)
    found = await asyncio.to_thread(hosting.records.folded, asked["code"], asked.get("before"), limit)
    return Records(items=found, next=found[-1].seq if len(found) == limit else None)


async def _act(hosting: Hosting, _: Request, asked: dict[str, Any]) -> Told:
    record: Record | None = await asyncio.to_thread(hosting.records.record, asked["id"])
    if record is None:
        raise HTTPException(404)
    decisions = await asyncio.to_thread(hosting.records.decisions_of, asked["id"])
    return Told(record=record, decisions=[msgspec.Raw(msgspec.json.encode(one)) for _, one in decisions])


async def _moves(hosting: Hosting, _: Request, asked: dict[str, Any]) -> Moves:
    undone, lately = hosting.desk.undone, reversed(hosting.desk.lately)
    some = islice(lately, asked.get("limit", MANY))
    return Moves(items=[Done(move=move, undone_by=undone[move.id].id if move.id in undone else None) for move in some])


async def _questions(hosting: Hosting, _: Request, asked: dict[str, Any]) -> Ledger:
    ledger, say = hosting.desk.ledger, hosting.desk.say
    first, limit = asked.get("from", 0), asked.get("limit", MANY)
    names = ledger.among(asked["state"])[first : first + limit]
    found = [(name, question) for name in names if (question := ledger.question(name)) is not None]
    return Ledger(
        numbers=ledger.numbers(),
        items=[Asked(question=question, voices=ledger.voices(name, say)) for name, question in found],
        next=first + limit if len(names) == limit else None,
    )


async def _make(hosting: Hosting, request: Request, asked: dict[str, Any]) -> Made:
    making: Making = asked["body"]
    return Made(move=await hosting.maker.make(visitor_of(request), making.do, making.reason))


ENDPOINTS = (
    Endpoint(method="GET", path="/chat", about="The chat, and how its floor is set now.", gives=Chat, handle=_chat),
    Endpoint(
        method="GET",
        path="/floor",
        about="What got the floor, the latest first.",
        gives=Records,
        handle=_floor,
        asks=(_BEFORE, _LIMIT),
    ),
    Endpoint(
        method="GET",
        path="/acts/by-reason/{code}",
        about="Acts that are folded or merged now for one reason, the newest first.",
        gives=Records,
        handle=_folded,
        asks=(_CODE, _BEFORE, _LIMIT),
    ),
    Endpoint(
        method="GET",
        path="/act",
        about="One act, and all that was decided on it.",
        gives=Told,
        handle=_act,
        asks=(_ID,),
    ),
    Endpoint(
        method="GET",
        path="/moves",
        about="What people did on the chat's own pages, the newest first.",
        gives=Moves,
        handle=_moves,
        asks=(_LIMIT,),
    ),
    Endpoint(
        method="POST",
        path="/moves",
        about="Make a move: with the cookie of a browser that is signed in, and the token of one of its pages.",
        gives=Made,
        handle=_make,
        takes=Making,
    ),
    Endpoint(
        method="GET",
        path="/questions/{state}",
        about="Questions of the ledger in one state, in the order in which they came into it.",
        gives=Ledger,
        handle=_questions,
        asks=(_STATE, _FROM, _LIMIT),
    ),
)
