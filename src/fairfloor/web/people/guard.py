"""What stands before every write: where it comes from, how often, how large, and whether we gave out its form.

    @app.post("/ledger/{key}/dispute")
    async def dispute(request: Request, form: Annotated[Filled, Depends(guarded)]) -> Response: ...

The form's token is what protects; the browser's own word on where a request comes from (Sec-Fetch-Site, Origin) is
asked first because it is cheap, and the cookie's SameSite keeps most of it away. An Origin of "null" is what browsers
send for a page without referrers; then it is the token alone that speaks. Roles are checked where the move is made
(`chat.roles`).
"""

import asyncio
from typing import NoReturn
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

from fairfloor.chat.moves import MAX_WORDS
from fairfloor.web.people.rates import WRITE_ACCOUNT, WRITE_ADDRESS, WRITE_STAFF
from fairfloor.web.people.visitor import Visit, visit_of

LARGEST = 64 * 1024
"""Bytes of a form."""
PATIENCE = 30.0
"""Seconds in which a form is to be here, once it began to come."""
_FIELDS = 100
_FORM = "application/x-www-form-urlencoded"


class Refused(HTTPException):
    """A request that is not done; the page says why in a heading and a sentence."""

    def __init__(self, status: int, heading: str, sentence: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(status, sentence, headers)
        self.heading = heading
        self.sentence = sentence


class Filled:
    """A form as somebody filled it in. Of several fields of one name the first counts."""

    def __init__(self, fields: dict[str, str]) -> None:
        self._fields = fields

    def text(self, name: str, most: int = MAX_WORDS) -> str:
        """Give what is in a field, without controls; empty where it is not there. Refuses what is too long."""
        value = _plain(self._fields.get(name, "").replace("\r\n", "\n")).strip()
        if len(value) > most:
            raise Refused(422, "That is too long", f"At most {most:,} characters fit there. Go back and shorten it.")
        return value

    def secret(self, name: str) -> str:
        """Give what is in a field as it was typed."""
        return self._fields.get(name, "")

    def number(self, name: str) -> int | None:
        """Give a whole number of at most nine digits; None where there is none."""
        value = self.text(name)
        return int(value) if value.isascii() and value.isdigit() and len(value) <= 9 else None  # noqa: PLR2004 - as said

    def __contains__(self, name: str) -> bool:
        return name in self._fields


async def guarded(request: Request) -> Filled:
    """Give the form of a request that may write. Raises Refused."""
    form, fits = await brought(request)
    if not fits:
        too_old()
    return form


async def brought(request: Request, largest: int = LARGEST) -> tuple[Filled, bool]:
    """Give a form, and whether its token lets it write: one without may only be shown again. Raises Refused."""
    form = _read(await guarded_body(request, _FORM, largest))
    return form, visit_of(request).fits(form.secret("csrf"))


def too_old() -> NoReturn:
    """Refuse a form whose token does not let it write."""
    raise Refused(
        403,
        "This form is too old",
        "Go back, load the page again, and send it once more. Cookies of this site are needed for that.",
    )


async def guarded_body(request: Request, kind: str, largest: int = LARGEST) -> bytes:
    """Give what a request that may write brings; its token is to be checked yet. Raises Refused."""
    visit = visit_of(request)
    _from_here(request, visit)
    _not_too_often(request, visit)
    return await _body(request, kind, largest)


def _from_here(request: Request, visit: Visit) -> None:
    """Refuse what a browser says comes from another site's page."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    others = origin not in {None, "null", visit.door.site.at(request.scope)}
    if others or site not in {None, "same-origin", "none"}:
        raise Refused(403, "That came from elsewhere", "Open the page here, and send the form from it.")


def _not_too_often(request: Request, visit: Visit) -> None:
    rates, visitor = visit.door.rates, visit.visitor
    wait = rates.spend(WRITE_ADDRESS, visit.door.address(request.scope))
    if not wait and visitor.signed_in:
        wait = rates.spend(WRITE_ACCOUNT if visitor.role == "participant" else WRITE_STAFF, visitor.by)
    if wait:
        too_often(wait)


def too_often(wait: float) -> NoReturn:
    """Refuse what comes too often; wait: seconds until it would not."""
    after = f"{wait:.0f} seconds" if wait < 100 else f"{wait / 60:.0f} minutes"  # noqa: PLR2004 - reads better so
    headers = {"Retry-After": str(int(wait) + 1)}
    raise Refused(429, "That was a little fast", f"Try again in {after}. Nothing is lost.", headers)


async def _body(request: Request, kind: str, largest: int) -> bytes:
    if request.headers.get("content-type", kind).partition(";")[0].strip().lower() != kind:
        raise Refused(415, "That is not of the right kind", f"Send {kind}; a form is best sent from its page here.")
    body = bytearray()
    try:
        async with asyncio.timeout(PATIENCE):
            async for some in request.stream():
                body += some
                if len(body) > largest:
                    raise Refused(413, "That is too much", "Go back and shorten it.")
    except TimeoutError:
        raise Refused(408, "That took too long", "Send the form once more; perhaps the connection was lost.") from None
    return bytes(body)


def _read(body: bytes) -> Filled:
    try:
        pairs = parse_qsl(
            body.decode("ascii", "replace"), keep_blank_values=True, errors="replace", max_num_fields=_FIELDS
        )
    except ValueError:
        raise Refused(400, "That is no form", "Send it from the page here.") from None
    return Filled(dict(reversed(pairs)))


def _plain(text: str) -> str:
    """Leave out controls: nothing of them is to be read, and some rewrite a terminal or a page."""
    return "".join(sign for sign in text if sign.isprintable() or sign in "\n\t" or sign > "\u009f")
