"""Which address gives what of a recap; the recap itself is on the session's page (web.chat)."""

import asyncio
from typing import Annotated

from fastapi import FastAPI, HTTPException, Query
from starlette.responses import Response

from fairfloor.web.hosting import Hosting
from fairfloor.web.page import Page
from fairfloor.web.recap.aside import aside
from fairfloor.web.recap.part import Recapping
from fairfloor.web.views import ASIDE

_LARGEST = 2**62
Place = Annotated[int | None, Query(ge=0, le=_LARGEST)]


def routes(app: FastAPI, hosting: Hosting) -> None:
    """Add the pages, and have recaps worked out when sessions close."""
    shared = app.state.recapping = Recapping(hosting)

    @app.api_route("/sessions/{name}/folded/{code}", methods=["GET", "HEAD"])
    async def folded(name: str, code: str, before: Place = None) -> Response:
        recap = await shared.recaps.of(name)
        if recap is None or code not in ASIDE:
            raise HTTPException(404)
        found, then = await asyncio.to_thread(aside, hosting.records, recap, code, before)
        onward = None if then is None else f"/sessions/{name}/folded/{code}?before={then}"
        return Page(hosting.pages.folded(code, found, onward, paged=before is not None, session=name))
