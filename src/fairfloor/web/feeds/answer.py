"""A feed as an answer: told once, and after that only whether it changed (RFC 9110, section 13)."""

from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import blake2b

from starlette.requests import Request
from starlette.responses import Response

from fairfloor.chat.site.feed import Format

TYPES: dict[Format, str] = {
    "atom": "application/atom+xml; charset=utf-8",
    "rss": "application/rss+xml; charset=utf-8",
    "json": "application/feed+json",
}
OPEN = {"Access-Control-Allow-Origin": "*", "Cache-Control": "no-cache"}
"""What is public for everybody, and the same for everybody, may be read by pages anywhere."""


def answered(request: Request, content: bytes, written: Format, changed: datetime) -> Response:
    """Answer with a feed, or say that it is as the asker has it."""
    tag = f'W/"{blake2b(content, digest_size=12).hexdigest()}"'  # weak: it may be compressed on its way
    headers = OPEN | {"ETag": tag, "Last-Modified": format_datetime(changed.astimezone(UTC), usegmt=True)}
    if _is_known(request, tag, changed):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers | {"Content-Type": TYPES[written]})


def _is_known(request: Request, tag: str, changed: datetime) -> bool:
    known = request.headers.get("if-none-match")
    if known is not None:
        tags = [one.strip().removeprefix("W/") for one in known.split(",")]
        return "*" in tags or tag.removeprefix("W/") in tags
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
    except ValueError:
        return False
    return since.tzinfo is not None and changed.replace(microsecond=0) <= since
