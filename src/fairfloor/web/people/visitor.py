"""Who is asking: a visitor, as pages and moves know them, read from one cookie.

The cookie holds a token of 256 random bits and nothing else. Whoever is signed in is found by its digest; to anybody
else it only ties forms to the browser that they were given to. It is set when the first form is shown, so that who just
reads has none. At signing in and out the browser gets a new one: a token planted before is worth nothing after
(session fixation).

A form's token is a signature of the cookie, salted anew each time it is shown: compressed pages would else let a
listener guess it letter by letter (BREACH).
"""

import asyncio
import hmac
import re
import secrets
from collections.abc import Callable

import msgspec
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fairfloor.chat.moves import Role
from fairfloor.session.people import AT_MOST, Account, Member, Session
from fairfloor.web.headers import EMBEDDED
from fairfloor.web.people.door import Door, content, digest, new_token, text

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_SALT = 12
_UNASKED = ("/static/", EMBEDDED)


class Visitor(msgspec.Struct, frozen=True, kw_only=True):
    """Who is asking. Templates have it as `visitor`; a form that writes has `visitor.csrf` in a hidden field `csrf`."""

    role: Role | None = None
    """None for whoever is not signed in; a participant has shown that an account is theirs."""
    name: str = ""
    """The public name of one of the host's people, or the account's handle; to be shown in a `bdi`."""
    account: str | None = None
    """The id of a participant's account, as acts have it."""
    network: str | None = None
    token: Callable[[], str] = str
    """Makes the token of a form."""

    @property
    def by(self) -> str:
        """Who a move is by: the public name of one of the host's people, the account's id of a participant."""
        return self.account or self.name

    @property
    def signed_in(self) -> bool:
        """Whether we know who this is."""
        return self.role is not None

    @property
    def csrf(self) -> str:
        """What a form that writes must have in its field `csrf`."""
        return self.token()


class Visit:
    """One request of a browser, its cookie, and what its cookies will be after."""

    def __init__(self, door: Door, token: str, session: Session | None = None) -> None:
        self.door = door
        self.token = token
        self.session = session
        self._cookies: dict[str, tuple[str, int | None]] = {}

    @property
    def visitor(self) -> Visitor:
        """Who is asking."""
        match self.session:
            case Session(who=Member() as member):
                return Visitor(role=member.role, name=member.name, token=self.csrf)
            case Session(who=Account() as one):
                return Visitor(
                    role="participant", name=one.handle, account=one.id, network=one.network, token=self.csrf
                )
            case _:
                return Visitor(token=self.csrf)

    @property
    def digest(self) -> bytes:
        """What is kept of the browser's token; it has one from now on."""
        if not self.token:
            self.hand(new_token())
        return digest(self.token)

    def csrf(self) -> str:
        """Make the token of a form for this browser."""
        browser, salt = self.digest, secrets.token_bytes(_SALT)
        return text(salt + self.door.sign("form", salt + browser))

    def fits(self, given: str) -> bool:
        """Tell whether a form's token was made for this browser."""
        salt, signed = (found := content(given))[:_SALT], found[_SALT:]
        return bool(self.token) and hmac.compare_digest(signed, self.door.sign("form", salt + digest(self.token)))

    def hand(self, token: str, days: int | None = None) -> None:
        """Give the browser another token; without days it goes when the browser is closed."""
        self.token = token
        self.set("visit", token, days)

    async def begin(self, who: Member | Account) -> None:
        """Sign somebody in, with a new token."""
        if (people := self.door.people) is None:
            raise RuntimeError("nobody is kept, so nobody can sign in")
        old, token, now = self.token, new_token(), self.door.now()
        if old:
            await asyncio.to_thread(people.end, digest(old))
        await asyncio.to_thread(people.begin, digest(token), who, now)
        self.session = Session(who=who, begun=now)
        self.hand(token, AT_MOST.days if isinstance(who, Account) else None)

    async def end(self) -> None:
        """Sign the browser out, with a new token."""
        if self.door.people is not None and self.token:
            await asyncio.to_thread(self.door.people.end, digest(self.token))
        self.session = None
        self.hand(new_token())

    # Cookies

    def set(self, name: str, value: str, days: int | None = None) -> None:
        """Set one of our cookies; without days it goes with the browser's session."""
        self._cookies[name] = value, None if days is None else days * 24 * 3600

    def headers(self) -> list[tuple[bytes, bytes]]:
        """Give the headers that set the cookies."""
        secure = self.door.site.secure
        flags = "; Path=/; HttpOnly; SameSite=Lax" + ("; Secure" if secure else "")
        return [
            (b"set-cookie", f"{cookie(name, secure)}={value}{flags}{f'; Max-Age={age}' if age else ''}".encode())
            for name, (value, age) in self._cookies.items()
        ]


def cookie(name: str, secure: bool) -> str:  # noqa: FBT001 - it is what it says
    """Give the name of a cookie; by HTTPS it is one that no other host, and no page by HTTP, can set."""
    return f"__Host-{name}" if secure else f"fairfloor-{name}"


def cookies(request: Request, name: str, secure: bool) -> str:  # noqa: FBT001 - it is what it says
    """Read one of our cookies; empty where there is none. The first counts where there are several of a name."""
    wanted = cookie(name, secure)
    for header in request.headers.getlist("cookie"):
        for part in header.split(";"):
            key, _, value = part.strip().partition("=")
            if key == wanted:
                return value
    return ""


def visit_of(request: Request) -> Visit:
    """Give the visit that a request is."""
    visit: Visit = request.state.visit
    return visit


def visitor_of(request: Request) -> Visitor:
    """Give who is asking."""
    return visit_of(request).visitor


def visiting(request: Request) -> Visitor | None:
    """Give who is asking; None where the evening is not hosted, so that nobody is asked."""
    visit: Visit | None = getattr(request.state, "visit", None)
    return None if visit is None else visit.visitor


class Visits:
    """An ASGI application around another: finds out who is asking, and sets cookies.

    Static files ask nobody; pages in other sites' frames must not.
    """

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app = app
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the inner application does, which finds a `Visit` in the request's state."""
        if scope["type"] != "http" or scope["path"].startswith(_UNASKED):
            await self._app(scope, receive, send)
            return
        visit = await self._visit(Request(scope))
        scope.setdefault("state", {})["visit"] = visit

        async def send_with(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *visit.headers()]
            await send(message)

        await self._app(scope, receive, send_with)

    async def _visit(self, request: Request) -> Visit:
        door = self._door
        token = cookies(request, "visit", door.site.secure)
        if not _TOKEN.fullmatch(token):
            return Visit(door, "")
        if door.people is None:
            return Visit(door, token)
        return Visit(door, token, await asyncio.to_thread(door.people.session, digest(token), door.now()))
