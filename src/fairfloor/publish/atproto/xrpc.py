"""The serving side of XRPC: parameters as a lexicon wants them, answers and errors as JSON.

A method is an ASGI application of its own, without a layer of middleware: its answers are bytes made beforehand where
that can be, and every answer has the same headers.
"""

import re
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl

import msgspec
import structlog
from starlette.types import Receive, Scope, Send

_log = structlog.get_logger(__name__)
_whole = re.compile(r"-?[0-9]{1,16}").fullmatch
_FIELDS = 200
"""Parameters that a request may have."""
_HEADERS = (
    (b"content-type", b"application/json"),
    (b"cache-control", b"no-store"),
    (b"access-control-allow-origin", b"*"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
)


class Wrong(Exception):  # noqa: N818 - it is said to whoever asked
    """A request cannot be answered: the name of the error, a message, the status, and further headers."""

    def __init__(
        self, message: str, error: str = "InvalidRequest", status: int = 400, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.error = error
        self.status = status
        self.headers = headers or {}

    @property
    def body(self) -> bytes:
        """Give the answer."""
        return msgspec.json.encode({"error": self.error, "message": str(self)})


class Parameters:
    """What stands behind the question mark of an address. Each method raises Wrong."""

    def __init__(self, query: bytes) -> None:
        try:
            given = parse_qsl(query.decode("ascii"), keep_blank_values=True, max_num_fields=_FIELDS, errors="strict")
        except (UnicodeError, ValueError) as error:
            raise Wrong("The parameters cannot be read: too many, or not UTF-8.") from error
        self._given: dict[str, list[str]] = {}
        for name, value in given:
            self._given.setdefault(name, []).append(value)

    def texts(self, name: str) -> list[str]:
        """Give all values of a parameter."""
        return self._given.get(name, [])

    def text(self, name: str) -> str | None:
        """Give the value of a parameter that may be given once; None where it is not."""
        values = self.texts(name)
        if len(values) > 1:
            raise Wrong(f"{name} may be given once")
        return values[0] if values and values[0] else None

    def number(self, name: str, low: int, high: int) -> int | None:
        """Give the value of a parameter that is a whole number between two others."""
        value = self.text(name)
        if value is None:
            return None
        if not _whole(value) or not low <= int(value) <= high:
            raise Wrong(f"{name} must be a whole number from {low} to {high}")
        return int(value)


Answer = Callable[[bytes], Awaitable[bytes]]
"""Answers a query string with the bytes of a JSON object; raises Wrong."""


class Method:
    """A query of a lexicon, as an ASGI application."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            status, body, more = 200, await self._answer(scope["query_string"]), {}
        except Wrong as wrong:
            status, body, more = wrong.status, wrong.body, wrong.headers
        except Exception:  # noqa: BLE001 - whatever it is, whoever asked gets an answer
            _log.exception("a request could not be answered", path=scope["path"])
            status, body, more = 500, _OURS.body, {}
        await respond(send, status, body, more)


async def respond(send: Send, status: int, body: bytes, more: dict[str, str] | None = None, prefix: str = "") -> None:
    """Send an answer; `prefix` is that of the messages' types (a WebSocket that is not let in has another)."""
    headers = [*_HEADERS, (b"content-length", str(len(body)).encode())]
    headers += [(name.lower().encode(), value.encode()) for name, value in (more or {}).items()]
    kind = f"{prefix}http.response."
    await send({"type": f"{kind}start", "status": status, "headers": headers})
    await send({"type": f"{kind}body", "body": body})


_OURS = Wrong("The fault is ours. Try again later.", "InternalServerError", 500)
