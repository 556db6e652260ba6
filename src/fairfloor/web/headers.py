"""Headers that every answer carries: a browser runs and loads nothing here but what we serve ourselves.

Pages beneath /embed/ are made to be framed by any site (decision 0033): they have no form, and neither set nor read a
cookie, so that a click stolen there does nothing. No other page can be framed at all.
"""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

EMBEDDED = "/embed/"
"""Where the addresses of pages begin that other sites may frame."""
_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


def _written(policy: dict[str, str]) -> str:
    return "; ".join(f"{what} {whence}" for what, whence in policy.items())


ALWAYS = {
    "Content-Security-Policy": _written(_POLICY),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_FRAMED = {
    "Content-Security-Policy": _written(_POLICY | {"form-action": "'none'", "frame-ancestors": "*"}),
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",  # what a page that asks it of itself asks of what it frames
}
_SECURE = {"Strict-Transport-Security": "max-age=31536000"}


class Headers:
    """An ASGI application around another that adds them.

    Static files may be kept for good, all else is not kept unless it says so.
    """

    def __init__(self, app: ASGIApp, *, secure: bool = False) -> None:
        """Take the application; secure: browsers are to come by HTTPS alone from then on."""
        self._app = app
        self._always = ALWAYS | (_SECURE if secure else {})
        self._framed = {name: value for name, value in self._always.items() if name != "X-Frame-Options"} | _FRAMED

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the inner application does, with the headers."""

        async def send_with(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self._framed if scope["path"].startswith(EMBEDDED) else self._always)
                if scope["path"].startswith("/static/") and message["status"] in {200, 304}:
                    headers["Cache-Control"] = "public, max-age=31536000, immutable"
                else:
                    headers.setdefault("Cache-Control", "no-store, no-transform")
            await send(message)

        await self._app(scope, receive, send_with if scope["type"] == "http" else send)
