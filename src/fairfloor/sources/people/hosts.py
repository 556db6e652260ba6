"""Which accounts the hosts' handles mean, asked when an evening is followed live: its stream tells who speaks by id.

An evening goes on as it was begun. So a handle that could not be asked about then is left as it is now, and where the
network cannot be asked today, the hosts who were known then stay.
"""

from collections.abc import Callable
from datetime import timedelta

from fairfloor.session.ports import Clock
from fairfloor.sources.people import bluesky
from fairfloor.sources.people.asking import Asking, Manners, Unanswered, asking

_MANNERS = Manners(tries=2, longest=timedelta(seconds=10))
"""An evening is about to begin, and goes on without an answer too."""

Say = Callable[[str], object]


async def introduced(
    names: frozenset[str],
    begun: frozenset[str] | None,
    clock: Clock,
    say: Say,
    appview: str | None = None,
) -> frozenset[str] | None:
    """Give the accounts of hosts by their names; None: as the evening was begun. Raises nothing for want of an answer.

    begun: the hosts with whom it was begun, None where it was not. `say` is told of each name that means nobody.
    """
    kept = frozenset(name for name in names if name.startswith("did:") or name in (begun or ()))
    found = set(kept)
    async with asking(clock, _MANNERS, say=say) as polite:
        for name in sorted(names - kept):
            did = await _resolved(polite, name, say, appview or bluesky.APPVIEW)
            if did is None and begun is not None:
                say("The evening goes on with the hosts it was begun with.")
                return None
            found.add(did or name)
    for name in sorted(name for name in found if not name.startswith("did:")):
        say(f"Bluesky tells who speaks by did, so {name} cannot be known as the host. Give --host did:plc:... instead.")
    return frozenset(found)


async def _resolved(polite: Asking, name: str, say: Say, appview: str) -> str | None:
    try:
        return await bluesky.resolve(polite, name, appview)
    except Unanswered as why:
        say(str(why))
        return None
