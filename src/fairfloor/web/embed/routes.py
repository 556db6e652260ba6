"""Which address gives what another site may frame. Nothing here knows who is asking, and nothing has a form."""

from typing import Annotated

from fastapi import FastAPI, Header
from starlette.responses import Response

from fairfloor.web.page import Page
from fairfloor.web.pages import Pages
from fairfloor.web.stream import Stream, streamed


def routes(app: FastAPI, pages: Pages, stream: Stream) -> None:
    """Add the floor; its updates are the live page's, at an address that no cookie goes to."""

    @app.api_route("/embed/floor", methods=["GET", "HEAD"])
    async def floor() -> Response:
        return Page(pages.embedded(stream.position))

    @app.get("/embed/events")
    async def events(after: str = "", last_event_id: Annotated[str, Header()] = "") -> Response:
        return streamed(stream, last_event_id or after)
