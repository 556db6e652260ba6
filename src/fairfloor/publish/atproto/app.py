"""The application of a service: which address answers for which method of which lexicon."""

from http import HTTPStatus

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from fairfloor.publish.atproto import did
from fairfloor.publish.atproto.feed import FeedGenerator
from fairfloor.publish.atproto.labeler import Labeler
from fairfloor.publish.atproto.xrpc import Method, Wrong

_HEALTH = "/xrpc/_health"


def create_app(
    hostname: str,
    feeds: FeedGenerator | None = None,
    labeler: Labeler | None = None,
    *,
    label_key: str | None = None,
    version: str = "",
) -> Starlette:
    """Build the application of a feed generator, a labeler or both, at a public hostname. Raises ValueError.

    label_key: the labeler's key (a multikey), for the DID document. version: said by `_health`.
    """
    document = did.document(hostname, feeds=feeds is not None, label_key=label_key)
    routes: list[BaseRoute] = []
    if feeds is not None:
        routes += [_query("app.bsky.feed.getFeedSkeleton", Method(feeds.skeleton))]
        routes += [_query("app.bsky.feed.describeFeedGenerator", Method(feeds.describe))]
    if labeler is not None:
        stream = "com.atproto.label.subscribeLabels"
        routes += [_query("com.atproto.label.queryLabels", Method(labeler.query))]
        routes += [WebSocketRoute(f"/xrpc/{stream}", _Subscription(labeler)), _query(stream, Method(_upgrade))]
    routes += [_get(did.PATH, _constant(document)), _get(_HEALTH, _constant({"version": version}))]
    return Starlette(routes=routes, exception_handlers={HTTPException: _not_served})


class Beside:
    """An ASGI application that serves a service's addresses with one application, and all others with another."""

    def __init__(self, service: ASGIApp, others: ASGIApp) -> None:
        self._service = service
        self._others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve."""
        path = scope.get("path", "")
        ours = scope["type"] == "websocket" or path == did.PATH or path.startswith("/xrpc/")
        await (self._service if ours else self._others)(scope, receive, send)


class _Subscription:
    """A stream as an ASGI application of a class of its own, which is how a route knows it for one."""

    def __init__(self, labeler: Labeler) -> None:
        self._labeler = labeler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._labeler.subscribe(scope, receive, send)


def _query(name: str, method: Method) -> Route:
    return _get(f"/xrpc/{name}", method)


def _get(path: str, method: Method) -> Route:
    return Route(path, method, methods=["GET"])


def _constant(told: dict[str, object]) -> Method:
    body = msgspec.json.encode(told)

    async def answer(_: bytes) -> bytes:
        return body

    return Method(answer)


async def _upgrade(_: bytes) -> bytes:
    raise Wrong("This is a stream: connect with a WebSocket.", "UpgradeRequired", 426, {"Upgrade": "websocket"})


async def _not_served(request: Request, error: Exception) -> Response:
    """Answer for what is not here as XRPC wants it."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == HTTPStatus.NOT_FOUND and request.url.path.startswith("/xrpc/"):
        wrong = Wrong("Method Not Implemented", "MethodNotImplemented", 501)
    elif status == HTTPStatus.METHOD_NOT_ALLOWED:
        wrong = Wrong("This can only be asked with GET.", "InvalidRequest", 405, {"Allow": "GET, HEAD"})
    else:
        wrong = Wrong("There is nothing here.", "NotFound", status)
    return Response(wrong.body, wrong.status, wrong.headers, "application/json")
