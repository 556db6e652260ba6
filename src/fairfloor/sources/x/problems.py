"""What can go wrong with X's interface, in sentences for the host, and how long to wait before trying again.

X answers with a status and, mostly, a `type` that says more; what it writes in words is not passed on. The waits are
those that X asks of its guests: at once, then a quarter of a second more each time where the network fails; from 5
seconds, doubled up to 320, where X fails; from a minute, doubled, or until the reset that it names, where it is too
much.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import msgspec

from fairfloor.sources.telling import span
from fairfloor.sources.wrong import WRONG

_QUARTER = timedelta(milliseconds=250)
_LONGEST = {"network": timedelta(seconds=16), "server": timedelta(seconds=320), "limit": timedelta(minutes=15)}
_HOPELESS = timedelta(minutes=15)
"""How long to wait where somebody has to change something first."""


class Kind(StrEnum):
    """What is the matter."""

    TOKEN = "token"  # noqa: S105 - it is the name of a trouble
    ACCESS = "access"
    CREDITS = "credits"
    CAPPED = "capped"
    CONNECTIONS = "connections"
    LIMIT = "limit"
    RULE = "rule"
    RULES = "rules"
    NO_RULES = "no-rules"
    REQUEST = "request"
    SERVER = "server"
    DISCONNECTED = "disconnected"
    NOT_X = "not-x"
    NETWORK = "network"
    SILENCE = "silence"
    OVERSIZED = "oversized"


_SAID = {
    Kind.TOKEN: "X does not accept the bearer token. Copy it anew from the Developer Console (Keys and tokens) into "
    "the file of --x-token-file.",
    Kind.ACCESS: "X does not let this app read that. In the Developer Console it must be in a project, with access to "
    "the filtered stream or to recent search.",
    Kind.CREDITS: "The credits for X are used up. Buy more in the Developer Console.",
    Kind.CAPPED: "X's cap on what this app may read is reached. It ends with the billing period, or by a higher cap in "
    "the Developer Console.",
    Kind.CONNECTIONS: "X says that something else is connected with this token, or that the last connection is not "
    "closed yet. Stop the other one.",
    Kind.LIMIT: "X gets too many requests with this token.",
    Kind.RULE: "X does not take this hashtag as a rule. Check the tag.",
    Kind.RULES: "This app has as many stream rules as X allows it. Delete some that nobody needs.",
    Kind.NO_RULES: "X has no rule for this app; it is set again.",
    Kind.REQUEST: "X does not understand what is asked of it: a newer Fairfloor may know better.",
    Kind.SERVER: "X is in trouble.",
    Kind.DISCONNECTED: "X closed the connection for reasons of its own.",
    Kind.NOT_X: "What answers there is not X's interface.",
    Kind.NETWORK: "X cannot be reached, or the connection broke off.",
    Kind.SILENCE: "X said nothing for too long.",
    Kind.OVERSIZED: "X sent more in one go than can be taken.",
}
_BY_TYPE = {
    "usage-capped": Kind.CAPPED,
    "streaming-connection": Kind.CONNECTIONS,
    "client-forbidden": Kind.ACCESS,
    "client-not-enrolled": Kind.ACCESS,
    "rule-cap": Kind.RULES,
    "invalid-rules": Kind.RULE,
    "operational-disconnect": Kind.DISCONNECTED,
    "credits-depleted": Kind.CREDITS,
}
_BY_STATUS = {
    400: Kind.REQUEST,
    401: Kind.TOKEN,
    402: Kind.CREDITS,
    403: Kind.ACCESS,
    409: Kind.NO_RULES,
    429: Kind.LIMIT,
}
_PATIENT = {Kind.TOKEN, Kind.ACCESS, Kind.CREDITS, Kind.CAPPED, Kind.RULE, Kind.RULES, Kind.REQUEST}
"""What does not mend itself."""


class Trouble(Exception):  # noqa: N818 - it is said to a person
    """Something went wrong with X; `kind` says what."""

    def __init__(self, kind: Kind, reset: datetime | None = None) -> None:
        """Take what is the matter, and when X will listen again, where it says so."""
        super().__init__(_SAID[kind])
        self.kind = kind
        self.reset = reset

    def wait(self, failures: int, now: datetime) -> timedelta:
        """Give how long to wait after so many failures in a row."""
        if self.kind in _PATIENT:
            return _HOPELESS
        if self.reset is not None and self.reset > now:
            return min(self.reset - now, _LONGEST["limit"])
        doubled: int = 2 ** min(failures - 1, 10)
        if self.kind in {Kind.LIMIT, Kind.CONNECTIONS}:
            return min(timedelta(minutes=1) * doubled, _LONGEST["limit"])
        if self.kind in {Kind.SERVER, Kind.NOT_X, Kind.OVERSIZED}:
            return min(timedelta(seconds=5) * doubled, _LONGEST["server"])
        return min(_QUARTER * (failures - 1), _LONGEST["network"])

    def sentence(self, wait: timedelta) -> str:
        """Say what is the matter, and when the next try is."""
        return f"{self} Trying again in {span(wait)}." if wait else f"{self} Trying again."


class Problem(msgspec.Struct, frozen=True):
    """One problem as X describes it: the whole body of a refusal, or one of `errors`."""

    type: str = ""
    title: str = ""
    connection_issue: str = ""
    resource_type: str = ""
    resource_id: str = ""
    id: str | None = None
    value: str = ""

    @property
    def named(self) -> str:
        """The last part of the type: what X calls it."""
        return self.type.rpartition("/")[2]

    @property
    def kind(self) -> Kind | None:
        """What is the matter, where this is a matter for the whole connection."""
        return Kind.CREDITS if self.title == "CreditsDepleted" else _BY_TYPE.get(self.named)

    @property
    def gone(self) -> str | None:
        """The id of a post that nobody may see any more, where the problem is that."""
        seen_by_nobody = self.named in {"resource-not-found", "not-authorized-for-resource"}
        return self.resource_id if seen_by_nobody and self.resource_type in {"tweet", "post"} else None


class Refusal(msgspec.Struct, frozen=True):
    """The body of a refusal."""

    type: str = ""
    title: str = ""
    errors: tuple[msgspec.Raw, ...] = ()


_REFUSAL = msgspec.json.Decoder(Refusal)
_PROBLEM = msgspec.json.Decoder(Problem)


def problems(errors: tuple[msgspec.Raw, ...]) -> list[Problem]:
    """Read `errors`, each by itself; one of another shape says nothing."""
    found = []
    for error in errors:
        try:
            found.append(_PROBLEM.decode(error))
        except WRONG:
            continue
    return found


def trouble(status: int, headers: Mapping[str, str], body: bytes) -> Trouble:
    """Tell from an answer that refuses what is the matter."""
    try:
        refusal = _REFUSAL.decode(body)
        told = [Problem(type=refusal.type, title=refusal.title), *problems(refusal.errors)]
    except WRONG:
        told = []
    server = 500  # from which on the fault is the server's
    kind = next((problem.kind for problem in told if problem.kind), None) or _BY_STATUS.get(
        status, Kind.SERVER if status >= server else Kind.NOT_X
    )
    return Trouble(kind, _reset(headers) if kind is Kind.LIMIT else None)


def _reset(headers: Mapping[str, str]) -> datetime | None:
    said = headers.get("x-rate-limit-reset", "")
    try:
        return datetime.fromtimestamp(int(said[:12]), UTC) if said.isascii() and said.isdigit() else None
    except (ValueError, OverflowError, OSError):
        return None
