"""A server to be asked: answers as Bluesky's AppView and as a Mastodon server do, true to their documents and sources.

Prints its port. What it does about an account follows from the account's name. Times are those of a virtual clock that
shows `START` at first. `/asked` tells what it was asked so far.
"""

import asyncio
import json
import socket
import sys
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

START = datetime(2026, 3, 1, 2, tzinfo=UTC)

asked: list[str] = []
times: Counter[str] = Counter()


def profile(number: int) -> dict[str, Any]:
    """Give a `app.bsky.actor.defs#profileView`."""
    return {
        "did": f"did:plc:{number:05}",
        "handle": f"person{number}.example",
        "displayName": "Someone",
        "viewer": {"muted": False, "blockedBy": False},
        "labels": [],
        "createdAt": "2024-03-01T02:00:00.000Z",
        "indexedAt": "2024-03-01T02:00:00.000Z",
    }


def refusal(error: str, message: str, status: int = 400, **headers: str) -> Response:
    """Give an error as XRPC gives it."""
    return JSONResponse({"error": error, "message": message}, status, headers)


def limits(remaining: int, after: timedelta) -> dict[str, str]:
    """Give the headers that Bluesky's rate limiter sets."""
    reset = str(int((START + after).timestamp()))
    return {
        "RateLimit-Limit": "3000",
        "RateLimit-Remaining": str(remaining),
        "RateLimit-Reset": reset,
        "RateLimit-Policy": "3000;w=300",
    }


async def resolve(request: Request) -> Response:
    """`com.atproto.identity.resolveHandle`."""
    handle = request.query_params["handle"]
    if not handle.endswith(".example") or handle == "nobody.example":
        return refusal("InvalidRequest", "Unable to resolve handle")
    return JSONResponse({"did": f"did:plc:{handle.removesuffix('.example')}"})


async def get_follows(request: Request) -> Response:
    """`app.bsky.graph.getFollows`."""
    name = request.query_params["actor"].removeprefix("did:plc:")
    asked.append(str(request.url.query))
    times[name] += 1
    return odd(name) or page(request, name)


def page(request: Request, name: str) -> Response:
    """Give a page of those whom everybody here follows."""
    limit, first = int(request.query_params.get("limit", 50)), int(request.query_params.get("cursor", 0))
    people = [profile(number) for number in range(first, min(first + limit, 230))]
    body: dict[str, Any] = {"subject": profile(99_999), "follows": people}
    if first + limit < 230:
        body["cursor"] = str(first + limit)
    if name == "circle":
        body["cursor"] = "100"
    if name == "endless":
        body |= {"follows": [profile(first + number) for number in range(limit)], "cursor": str(first + limit)}
    if name == "empty":
        body |= {"follows": [], "cursor": str(first + limit)}
    if name == "hostile":
        body |= {"follows": HOSTILE, "cursor": None}
    return JSONResponse(body, headers=limits(0 if name == "last" and not first else 2_990, timedelta(seconds=20)))


HOSTILE = [
    {"did": "did:plc:a\ndid:plc:crowd", "handle": "a.example"},
    {"did": "did:plc:b#c", "handle": "b.example"},
    {"did": "did:plc:good", "handle": "x\r\ndid:plc:crowd\u2028did:plc:crowd"},
    {"did": "did:plc:lost", "handle": "handle.invalid"},
]


def odd(name: str) -> Response | None:  # noqa: C901, PLR0911 - a table of oddities
    """Answer otherwise than with a page."""
    first = times[name] == 1
    match name:
        case "gone":
            return refusal("InvalidRequest", "Actor not found: did:plc:gone")
        case "busy" if first:
            return refusal("RateLimitExceeded", "Rate Limit Exceeded", 429, **limits(0, timedelta(seconds=30)))
        case "far":
            return refusal("RateLimitExceeded", "Rate Limit Exceeded", 429, **limits(0, timedelta(hours=1)))
        case "shaky" if times[name] <= 2:
            return HTMLResponse("<h1>502 Bad Gateway</h1>", 502)
        case "resting" if first:
            return Response("", 503, {"Retry-After": "Sun, 01 Mar 2026 02:01:00 GMT"})
        case "down":
            return HTMLResponse("<h1>500</h1>", 500)
        case "diary":
            return HTMLResponse("<h1>Dear diary</h1>")
        case "shapeless":
            return JSONResponse({"follows": "nobody"})
        case "deep":
            return Response("[" * 100_000, media_type="application/json")
        case "moved":
            return RedirectResponse("https://elsewhere.example/xrpc/app.bsky.graph.getFollows")
        case "flood":
            return StreamingResponse(without_end(), media_type="application/json")
        case _:
            return None


async def without_end() -> AsyncIterator[bytes]:
    """Give a body that goes on for as long as anybody reads it."""
    while True:
        yield b" " * 65_536
        await asyncio.sleep(0)  # lets the server notice that nobody reads any more


def account(number: int) -> dict[str, Any]:
    """Give an `Account` of Mastodon: every other one is of the server itself."""
    acct = f"person{number}" if number % 2 else f"person{number}@other.example"
    url = f"https://{'mastodon' if number % 2 else 'other'}.example/@person{number}"
    return {"id": str(number), "username": f"person{number}", "acct": acct, "url": url, "note": "", "bot": False}


KNOWN = {"thehost": 1, "hidden": 2, "alone": 3, "locked": 4, "limited": 5, "astray": 6, "endless": 7, "concealed": 8}


async def lookup(request: Request) -> Response:
    """`GET /api/v1/accounts/lookup`."""
    name = request.query_params["acct"]
    if name == "private":
        return JSONResponse({"error": "This method requires an authenticated user"}, 422)
    if name == "climber":
        return JSONResponse({"id": "../../oauth"})
    if name not in KNOWN:
        return JSONResponse({"error": "Record not found"}, 404)
    count = 0 if name in {"alone", "concealed"} else 170
    hides = True if name == "concealed" else None
    return JSONResponse(
        {"id": str(KNOWN[name]), "acct": name, "username": name, "following_count": count, "hide_collections": hides}
    )


async def following(request: Request) -> Response:
    """`GET /api/v1/accounts/:id/following`."""
    asked.append(request.url.path + "?" + request.url.query)
    name = next(name for name, number in KNOWN.items() if str(number) == request.path_params["id"])
    times[name] += 1
    if name in {"hidden", "alone", "concealed"}:
        return JSONResponse([])
    if name == "locked":
        return JSONResponse({"error": "This method requires an authenticated user"}, 401)
    if name == "limited" and times[name] == 1:
        reset = (START + timedelta(seconds=45)).isoformat(timespec="microseconds").replace("+00:00", "Z")
        limited = {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}
        return JSONResponse({"error": "Too many requests"}, 429, limited)
    limit, top = int(request.query_params["limit"]), int(request.query_params.get("max_id", 170))
    return following_page(request, name, limit, top)


def following_page(request: Request, name: str, limit: int, top: int) -> Response:
    """Give a page, from the latest back, and where the ones around it are."""
    low = top - limit if name == "endless" else max(top - limit, 0)
    here = f"http://{'elsewhere.example' if name == 'astray' else request.url.netloc}{request.url.path}?limit={limit}"
    links = [f'<{here}&since_id={top}>; rel="prev"']
    if low > 0 or name == "endless":
        links.insert(0, f'<{here}&max_id={low}>; rel="next"')
    people = [account(abs(number)) for number in range(top, low, -1)]
    return JSONResponse(people, headers={"Link": ", ".join(links)})


async def tell(_: Request) -> Response:
    """Tell what was asked."""
    return JSONResponse(asked)


def main() -> None:
    """Serve on a port that is free."""
    routes = [
        Route("/xrpc/com.atproto.identity.resolveHandle", resolve),
        Route("/xrpc/app.bsky.graph.getFollows", get_follows),
        Route("/api/v1/accounts/lookup", lookup),
        Route("/api/v1/accounts/{id}/following", following),
        Route("/asked", tell),
    ]
    with socket.create_server(("127.0.0.1", 0)) as at:
        at.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # or else each answer after the first waits 40 ms
        sys.stdout.write(json.dumps(at.getsockname()[1]) + "\n")
        sys.stdout.flush()
        uvicorn.Server(uvicorn.Config(Starlette(routes=routes), log_level="error", lifespan="off")).run(sockets=[at])


if __name__ == "__main__":
    main()
