"""The networks that a chat is followed on, joined to one source; and how it stands with each, in sentences."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from fairfloor.acts.hashtags import tag_key
from fairfloor.chat.moves import Move
from fairfloor.session.ports import Audience, Source, Step
from fairfloor.sources import secret
from fairfloor.sources.bluesky.condition import Condition
from fairfloor.sources.bluesky.live import Live
from fairfloor.sources.bluesky.live import Options as BlueskyOptions
from fairfloor.sources.bluesky.names import Named
from fairfloor.sources.clocks import WallClock
from fairfloor.sources.mastodon.live import Mastodon
from fairfloor.sources.mastodon.live import Options as MastodonOptions
from fairfloor.sources.mastodon.server import home as mastodon_home
from fairfloor.sources.mastodon.server import place as mastodon_place
from fairfloor.sources.membership import Membership
from fairfloor.sources.merged import Merged
from fairfloor.sources.secret import Secret
from fairfloor.sources.telling import Tell
from fairfloor.sources.x.live import Options as XOptions
from fairfloor.sources.x.live import X
from fairfloor.wiring.asked import Say, Sorry
from fairfloor.wiring.chats import heard
from fairfloor.wiring.following import Following
from fairfloor.wiring.kept import Kept

X_TOKEN = "FAIRFLOOR_X_TOKEN"  # noqa: S105 - the name of a variable
"""The variable of the environment that may hold the bearer token of the user's own app."""


class Server(msgspec.Struct, frozen=True):
    """A server of Mastodon's kind, and a token of an account there, where there is one."""

    host: str
    token: Secret | None = None


class Networks(msgspec.Struct, frozen=True, kw_only=True):
    """Where to follow a chat."""

    bluesky: bool = True
    url: str | None = None
    """Another of Bluesky's streams than its own."""
    appview: str | None = None
    mastodon: tuple[Server, ...] = ()
    x: XOptions | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Name them, as pages do."""
        servers = (f"mastodon {server.host}" for server in self.mastodon)
        return (*(("bluesky",) if self.bluesky else ()), *servers, *(("x",) if self.x else ()))


def servers(hosts: list[str], tokens: list[str]) -> tuple[Server, ...]:
    """Read `--mastodon SERVER` and `--mastodon-token SERVER=FILE`. Raises OSError, and Sorry."""
    places = [_place(host) for host in hosts]
    pairs = [pair.partition("=") for pair in tokens]
    files = {_place(host): Path(file) for host, _, file in pairs if file}
    if strange := [pair[0] for pair in pairs if not pair[2] or _place(pair[0]) not in places]:
        raise Sorry(f"--mastodon-token takes SERVER=FILE, for a server given with --mastodon; not {strange[0]!r}.")
    return tuple(Server(host, _token(files[host]) if host in files else None) for host in places)


def _place(server: str) -> str:
    try:
        return mastodon_place(mastodon_home(server))
    except ValueError as error:
        raise Sorry(f"{error} {server!r} is none.") from error


def x(budget: int | None, token: Path | None, *, handles: bool = False, url: str | None = None) -> XOptions | None:
    """Give how to follow X, where there is a budget for it. Raises OSError, and Sorry."""
    if budget is None and (token or handles):
        raise Sorry("--x-token and --x-names need --x-budget POSTS.")
    if budget is None:
        return None
    bearer = _token(token) if token else _token_set()
    if bearer is None:
        raise Sorry(f"X wants the bearer token of an app of your own: --x-token FILE, or in the variable {X_TOKEN}.")
    options = XOptions(token=bearer, budget=budget, handles=handles)
    return options if url is None else msgspec.structs.replace(options, url=url)


def _token(path: Path) -> Secret:
    try:
        return secret.from_file(path)
    except ValueError as error:
        raise Sorry(str(error)) from error


def _token_set() -> Secret | None:
    try:
        return secret.from_environment(X_TOKEN)
    except ValueError as error:
        raise Sorry(str(error)) from error


def following(tag: str, networks: Networks, kept: Kept, say: Say = lambda _: None) -> Following:
    """Follow a tag live; `say` is told how it stands with each network, in sentences, when that changes.

    Raises ValueError where an address is none, or there is no network.
    """
    if not networks.names:
        raise ValueError("Say where the chat is: on Bluesky, with --mastodon SERVER, or with --x-budget POSTS.")
    spellings = spelt(kept.store.moves())
    clock, membership, lines = WallClock(), Membership(tag, spellings=spellings), _Lines(say)
    audiences: list[Audience] = [_Reminder(membership)]
    sources: list[Source] = []
    if networks.bluesky:
        live = Live(membership, clock, BlueskyOptions(url=networks.url), tell=lines.of("bluesky"))
        named = Named(live, clock, networks.appview)
        sources.append(named)
        audiences.append(named)
    for server in networks.mastodon:
        options = MastodonOptions(token=server.token)
        for spelling in (tag, *spellings):
            place = server.host if spelling == tag else f"{server.host} #{spelling}"
            sources.append(Mastodon(server.host, membership, spelling, clock, options, tell=lines.of(place)))
    if networks.x is not None:
        sources.append(X(membership, tag, clock, networks.x, tell=lines.of("x")))
    merged = Merged(sources, clock, earlier=kept.store.cursor, tell=lines.of(""))
    return Following(
        source=merged, clock=clock, audiences=tuple(audiences), condition=lines.lacking, networks=networks.names
    )


def spelt(moves: Sequence[Move]) -> tuple[str, ...]:
    """Give the other spellings of the tag that the host has settled on last."""
    if (last := heard(moves).settings) is None:
        return ()
    keys = {tag_key(last.tag): last.tag} | {tag_key(one): one for one in last.spellings}
    return tuple(one for key, one in keys.items() if key != tag_key(last.tag))


class _Reminder:
    """An audience that lets the sources know, after a restart, what belongs to the chat."""

    def __init__(self, membership: Membership) -> None:
        self._membership = membership

    def hear(self, step: Step) -> None:
        """Remember the acts of a step."""
        for act in step.acts:
            self._membership.remember(act)


class _Lines:
    """How it stands with each network, for the pages and for whoever started us."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._now: dict[str, Condition] = {}

    def of(self, network: str) -> Tell:
        """Give whom to tell how it stands with one network."""

        def tell(condition: Condition) -> None:
            before, self._now[network] = self._now.get(network), condition
            if before is None or _news(before, condition):
                self._say(condition.sentence)

        return tell

    def lacking(self) -> str:
        """Give the sentences of those with which there is no connection."""
        return " ".join(condition.sentence for condition in self._now.values() if not condition.connected)


def _news(before: Condition, now: Condition) -> bool:
    """Tell whether somebody should hear of a condition: not of each try of many."""
    if now.connected:
        return before.sentence != now.sentence
    return before.connected or (before.attempts > 0) != (now.attempts > 0)
