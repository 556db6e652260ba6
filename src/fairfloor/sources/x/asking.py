"""Asks X's interface, with the user's own bearer token: requests that are answered at once, and the stream."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

import httpx

from fairfloor.sources.secret import Secret
from fairfloor.sources.x.problems import Kind, Trouble, trouble

HOME = "https://api.x.com"
_LARGEST = 8 << 20
"""Bytes of an answer; a page of a hundred long posts has a tenth."""
_TIMES = httpx.Timeout(15.0)


class Asking:
    """One app's requests. Everything raises Trouble."""

    def __init__(self, http: httpx.AsyncClient, home: str) -> None:
        """Take the client, which has the token, and where X is."""
        self._http = http
        self._home = home

    async def get(self, path: str, **parameters: str | int) -> bytes:
        """Get an answer's body."""
        return await self._body("GET", path, params=parameters)

    async def post(self, path: str, body: Any) -> bytes:
        """Post JSON, and give the answer's body."""
        return await self._body("POST", path, json=body)

    @asynccontextmanager
    async def stream(self, path: str, **parameters: str) -> AsyncIterator[httpx.Response]:
        """Open an answer that goes on."""
        request = self._http.build_request(
            "GET", f"{self._home}{path}", params=parameters, timeout=httpx.Timeout(15.0, read=None)
        )
        try:
            response = await self._http.send(request, stream=True)
        except (httpx.HTTPError, OSError) as error:
            raise Trouble(Kind.NETWORK) from error
        try:
            if not response.is_success:
                raise trouble(response.status_code, response.headers, await _read(response))
            yield response
        finally:
            await response.aclose()

    async def _body(self, method: str, path: str, **more: Any) -> bytes:
        try:
            async with self._http.stream(method, f"{self._home}{path}", **more) as response:
                body = await _read(response)
        except (httpx.HTTPError, OSError) as error:
            raise Trouble(Kind.NETWORK) from error
        if not response.is_success:
            raise trouble(response.status_code, response.headers, body)
        return body


@asynccontextmanager
async def asking(token: Secret, home: str = HOME) -> AsyncIterator[Asking]:
    """Begin to ask; the token goes in a header, and redirects are not followed."""
    headers = {"User-Agent": f"Fairfloor/{version('fairfloor')}", "Accept-Encoding": "identity"}
    async with httpx.AsyncClient(headers=headers | token.bearer, timeout=_TIMES) as http:
        yield Asking(http, home)


async def _read(response: httpx.Response) -> bytes:
    """Read an answer to its end, where it has one. Raises Trouble."""
    body = bytearray()
    try:
        async for some in response.aiter_raw():
            body += some
            if len(body) > _LARGEST:
                raise Trouble(Kind.OVERSIZED)
    except (httpx.HTTPError, OSError) as error:
        raise Trouble(Kind.NETWORK) from error
    return bytes(body)
