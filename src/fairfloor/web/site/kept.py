"""A page that a reader's browser may keep, and ask about whether it is still that.

The page's own words are its validator: whatever changes on it, a comment, a title, our templates, changes that, and
nothing must be remembered to change with it. It costs the making of the page, milliseconds, and saves its way.
Whoever is signed in, was given a form or has said something has a cookie of ours, and gets a page of their own each
time.

Rejected: dates as validators (`If-Modified-Since`): a comment may be hidden again within the second that it came in.
"""

from hashlib import blake2b
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from fairfloor.web.page import Page
from fairfloor.web.people.visitor import cookies, visit_of

_SHARED = {"Cache-Control": "no-cache, no-transform", "Vary": "Cookie, Accept-Encoding"}


def kept(request: Request, page: Page) -> Response:
    """Answer with a page, or say that it is as the asker has it."""
    visit = visit_of(request)
    known = visit.token or cookies(request, "guest", visit.door.site.secure)
    if known or page.status_code != HTTPStatus.OK:
        return page
    tag = f'W/"{blake2b(page.body, digest_size=12).hexdigest()}"'  # weak: it may be compressed on its way
    page.headers.update(_SHARED | {"ETag": tag})
    return Response(status_code=304, headers=_SHARED | {"ETag": tag}) if _known(request, tag) else page


def _known(request: Request, tag: str) -> bool:
    tags = [one.strip() for one in request.headers.get("if-none-match", "").split(",")]
    return "*" in tags or tag in tags or tag.removeprefix("W/") in tags
