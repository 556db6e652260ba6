"""Which accounts the hosts' names mean, asked when an evening is followed live: networks tell who speaks by id.

`@name@server` is asked of that server, a name without a dot of X where X is followed, any other of Bluesky.

An evening goes on as it was begun. So a handle that could not be asked about then is left as it is now, and where the
network cannot be asked today, the hosts who were known then stay.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from fairfloor.session.ports import Clock
from fairfloor.sources.mastodon import names as mastodon
from fairfloor.sources.people import bluesky
from fairfloor.sources.people.asking import Asking, Manners, Refused, Unanswered, asking
from fairfloor.sources.x.names import is_number
from fairfloor.sources.x.problems import Trouble

_MANNERS = Manners(tries=2, longest=timedelta(seconds=10))
"""An evening is about to begin, and goes on without an answer too."""

Say = Callable[[str], object]
OnX = Callable[[str], Awaitable[str | None]]
"""Gives the account on X of a name there, None where nobody has it. Raises Trouble."""


def is_known(name: str) -> bool:
    """Tell whether a name is an account's id already, on Bluesky or on X."""
    return name.startswith("did:") or is_number(name)


async def introduced(
    names: frozenset[str],
    begun: frozenset[str] | None,
    clock: Clock,
    say: Say,
    appview: str | None = None,
    on_x: OnX | None = None,
) -> frozenset[str] | None:
    """Give the accounts of hosts by their names; None: as the evening was begun. Raises nothing for want of an answer.

    begun: the hosts with whom it was begun, None where it was not. `say` is told of each name that means nobody.
    """
    kept = frozenset(name for name in names if is_known(name) or name in (begun or ()))
    found = set(kept)
    async with asking(clock, _MANNERS, say=say) as polite:
        for name in sorted(names - kept):
            account = await _resolved(polite, name, say, appview or bluesky.APPVIEW, on_x)
            if account is None and begun is not None:
                say("The evening goes on with the hosts it was begun with.")
                return None
            found.add(account or name)
    for name in sorted(name for name in found if not is_known(name) and not mastodon.is_one(name)):
        say(f"{name} cannot be known as the host. Give --host did:plc:..., name@server, or a number of X.")
    return frozenset(found)


async def _resolved(polite: Asking, name: str, say: Say, appview: str, on_x: OnX | None) -> str | None:
    try:
        if mastodon.is_one(name):
            return await mastodon.account(polite, name)
        if on_x is not None and "." not in name:
            return await on_x(name)
        return await bluesky.resolve(polite, name, appview)
    except (Unanswered, Refused, Trouble, ValueError) as why:
        say(str(why))
        return None
