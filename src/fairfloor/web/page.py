"""A page as an answer."""

from typing import Any

from starlette.responses import HTMLResponse
from typing_extensions import override


class Page(HTMLResponse):
    """A page; a lone surrogate in what somebody wrote is no reason not to answer."""

    @override
    def render(self, content: Any) -> bytes:
        """Encode the page."""
        return str(content).encode("utf-8", "replace")
