"""Headers that every answer carries: a browser runs and loads nothing here but what we serve ourselves."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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
_ALWAYS = {
    "Content-Security-Policy": "; ".join(f"{what} {whence}" for what, whence in _POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_SECURE = {"Strict-Transport-Security": "max-age=31536000"}


class Headers:
    """An ASGI application around another that adds them. Static files may be kept for good, all else is not kept."""

    def __init__(self, app: ASGIApp, *, secure: bool = False) -> None:
        """Take the application; secure: browsers are to come by HTTPS alone from then on."""
        self._app = app
        self._always = _ALWAYS | (_SECURE if secure else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the inner application does, with the headers."""

        async def send_with(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self._always)
                kept = scope["path"].startswith("/static/") and message["status"] in {200, 304}
                headers["Cache-Control"] = "public, max-age=31536000, immutable" if kept else "no-store, no-transform"
            await send(message)

        await self._app(scope, receive, send_with if scope["type"] == "http" else send)
