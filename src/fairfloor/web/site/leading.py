"""Leads from addresses that the site had before, wherever it was, to where the same thing is now."""

import asyncio
import re
from itertools import product
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from fairfloor.session.library import Library

_LONGEST = 2_000
_STEPS = 6
"""Old addresses in a row, each leading to the next; imports make none, hands may."""
_PARTS = 8
"""Parts of a query that are asked for one by one."""
_INSIDE = re.compile(r"/(?![/\\])[^\\\s\x00-\x1f]*")


async def led(request: Request) -> Response | None:
    """Lead on from an address that was had before; None where it is unknown, or where nobody keeps any."""
    hosting = getattr(request.app.state, "hosting", None)
    if hosting is None or hosting.library is None or request.method not in {"GET", "HEAD"}:
        return None
    there = await asyncio.to_thread(_there, hosting.library, request.scope["path"], request.url.query)
    return None if there is None else RedirectResponse(there, 301)


def _there(library: Library, path: str, query: str) -> str | None:
    """Follow where an address leads, to its end: one that comes back to where it was leads nowhere.

    What only the host's people may read is not led to: its address has its title in it.
    """
    there: str | None = None
    for _ in range(_STEPS):
        new = _led(library, path, query)
        if new is None:
            return there
        path, _, query = new.partition("?")
        there = new
        if (found := library.at(path)) is not None:
            return there if found.state == "published" else None
    return None


def _led(library: Library, path: str, query: str) -> str | None:
    for old in spellings(path, query):
        new = library.led(old)
        if new is not None and new != path and _INSIDE.fullmatch(new):
            return new
    return None


def spellings(path: str, query: str) -> list[str]:
    """Give the ways in which an address may have been written down, the most telling first.

    With its query and without, with a slash at its end and without, in percent signs and in letters.
    """
    if len(path) + len(query) > _LONGEST:
        return []
    bare = unquote(path, errors="replace").rstrip("/")
    coded = quote(bare.encode("utf-8", "replace"))
    paths = [f"{one}{end}" for one, end in product((bare, coded, coded.lower()), ("", "/"))]
    parts = [query, *(query.split("&")[:_PARTS] if "&" in query else [])] if query else []
    asked = [f"{one or '/'}?{part}" for part in parts for one in paths]
    plain = [one for one in paths if one not in {"", "/"}]
    return list(dict.fromkeys([*asked, *plain]))
