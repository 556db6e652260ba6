"""Whom accounts follow, each on the network that its name is of."""

from collections.abc import Callable, Sequence

from fairfloor.session.ports import Clock
from fairfloor.sources.people import bluesky, mastodon
from fairfloor.sources.people.asking import asking
from fairfloor.sources.people.following import MOST
from fairfloor.sources.people.roll import Part


async def followed(
    names: Sequence[str], clock: Clock, say: Callable[[str], object], appview: str | None = None
) -> list[Part]:
    """Ask whom accounts follow; `say` is told when a server lets us wait. Raises `asking.Unanswered`."""
    parts = []
    async with asking(clock, say=say) as polite:
        for name in names:
            if mastodon.is_one(name):
                found, network = await mastodon.follows(polite, name), "Mastodon"
            else:
                found, network = await bluesky.follows(polite, name, appview or bluesky.APPVIEW), "Bluesky"
            bound = "" if found.whole else f" (only the latest, {MOST:,} at most: there are more)"
            parts.append(Part(f"whom {name} follows on {network}{bound}", found.people))
    return parts
