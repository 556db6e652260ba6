"""Serves the API beside the pages, under `/api/v1`."""

import re
from collections.abc import Callable, Coroutine
from typing import Any

import msgspec
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from fairfloor.web.api.endpoints import ENDPOINTS, Ask, Endpoint
from fairfloor.web.api.openapi import document
from fairfloor.web.api.shapes import Wrong
from fairfloor.web.hosting import Hosting
from fairfloor.web.people.guard import Refused, guarded_body
from fairfloor.web.people.visitor import visit_of

TOKEN = "x-fairfloor-token"  # noqa: S105 - the name of a header
_WHOLE = re.compile(r"-?\d{1,20}")
_SENTENCES = {404: "It is not here.", 405: "That cannot be done here."}


class Json(Response):
    """An answer in JSON."""

    media_type = "application/json"

    def __init__(self, content: object, status: int = 200, headers: dict[str, str] | None = None) -> None:
        super().__init__(msgspec.json.encode(content), status, headers)


def routes(app: FastAPI, hosting: Hosting) -> None:
    """Put the API into the application."""
    described = document(ENDPOINTS)

    async def openapi(_: Request) -> Response:
        return Json(described)

    paths = dict.fromkeys(one.path for one in ENDPOINTS)
    found = [Route(path, _endpoint(hosting, path), methods=_methods(path)) for path in paths]
    handlers = {HTTPException: _wrong, Exception: _failed}
    app.mount("/api/v1", Starlette(routes=[Route("/openapi.json", openapi), *found], exception_handlers=handlers))


def _methods(path: str) -> list[str]:
    return [one.method for one in ENDPOINTS if one.path == path]


def _endpoint(hosting: Hosting, path: str) -> Callable[[Request], Coroutine[Any, Any, Response]]:
    by_method = {one.method: one for one in ENDPOINTS if one.path == path}

    async def answer(request: Request) -> Response:
        one = by_method["GET" if request.method == "HEAD" else request.method]
        asked: dict[str, object] = {ask.name: value for ask in one.asks if (value := _read(ask, request)) is not None}
        if one.takes is not None:
            asked["body"] = await _body(request, one)
        return Json(await one.handle(hosting, request, asked))

    return answer


def _read(ask: Ask, request: Request) -> int | str | None:
    """Give what an address says of one thing. Raises Refused."""
    given = (request.path_params if ask.inside else request.query_params).get(ask.name)
    if given is None:
        if ask.required:
            raise Refused(422, "Something is missing", f"Say {ask.name}.")
        return None
    if ask.words:
        if given not in ask.words:
            raise HTTPException(404)
    elif ask.most is not None:
        return _number(ask, given)
    elif not given:
        raise Refused(422, "Something is missing", f"Say {ask.name}.")
    return str(given)


def _number(ask: Ask, given: str) -> int:
    least, most = ask.least or 0, ask.most or 0
    if not _WHOLE.fullmatch(given) or not given.isascii() or not least <= int(given) <= most:
        raise Refused(422, "That is out of bounds", f"{ask.name} is a whole number from {least} to {most}.")
    return int(given)


async def _body(request: Request, one: Endpoint) -> object:
    body = await guarded_body(request, "application/json")
    if not visit_of(request).fits(request.headers.get(TOKEN, "")):
        raise Refused(403, "That token is not of your page", f"Send one in the header {TOKEN}.")
    try:
        return msgspec.json.decode(body, type=one.takes)
    except msgspec.ValidationError as error:
        raise Refused(422, "That is not as described", str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Refused(400, "That is not JSON", "Send one JSON object.") from None


async def _wrong(_: Request, error: Exception) -> Response:
    if isinstance(error, Refused):
        told = Wrong(heading=error.heading, sentence=str(error.detail))
        return Json(told, error.status_code, error.headers)  # type: ignore[arg-type]
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = error.headers if isinstance(error, HTTPException) else None
    return Json(Wrong(heading="Not here", sentence=_SENTENCES.get(status, "")), status, headers)  # type: ignore[arg-type]


async def _failed(_: Request, __: Exception) -> Response:
    return Json(Wrong(heading="Something went wrong here", sentence="The fault is ours."), 500)
