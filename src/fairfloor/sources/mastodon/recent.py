"""What is remembered of a server's latest statuses: their names, and what to look at again. Pure.

A server tells edits, deletions and boosts only to those who stream, and boosts and replies without the tag not even to
them. So the latest statuses are looked at again, a page at a time, in turn: the page shows which words were edited,
which statuses are gone, and by their counts where there are boosts and replies to ask for. Memory is bounded, and so
is the trouble that we are to a server: what has left the memory is not looked at again.
"""

from collections import OrderedDict
from collections.abc import Iterator
from itertools import islice

import msgspec

from fairfloor.sources.mastodon.status import Status

ROOM = 400
"""Statuses remembered of one server: the last ten minutes of a flood, or a quiet evening."""


class Known(msgspec.Struct):
    """A status as it was last seen, and how far its boosts and replies were told."""

    id: str
    uri: str
    edited_at: str | None = None
    boosts: int = 0
    replies: int = 0
    boosts_told: int = 0
    replies_told: int = 0


class Recent:
    """The latest statuses of a server, by its ids; the first added goes first."""

    def __init__(self, room: int = ROOM) -> None:
        """Take how many statuses to remember."""
        self._room = room
        self._known: OrderedDict[str, Known] = OrderedDict()
        self._turn: OrderedDict[str, None] = OrderedDict()

    def __contains__(self, id_: object) -> bool:
        """Tell whether a status is remembered."""
        return id_ in self._known

    def get(self, id_: str) -> Known | None:
        """Give a status by the server's id."""
        return self._known.get(id_)

    def naming(self, id_: str, uri: str | None) -> str | None:
        """Name a status by its uri (a `status.Naming`): as told, or as remembered."""
        if uri is not None:
            return uri
        known = self._known.get(id_)
        return known.uri if known else None

    def add(self, status: Status, uri: str) -> Known:
        """Remember a status."""
        known = Known(id=status.id, uri=uri, edited_at=status.edited_at)
        self._known[status.id] = known
        self._turn[status.id] = None
        if len(self._known) > self._room:
            self.forget(next(iter(self._known)))
        return known

    def forget(self, id_: str) -> Known | None:
        """Forget a status, and give it where it was remembered."""
        self._turn.pop(id_, None)
        return self._known.pop(id_, None)

    def again(self, number: int) -> list[str]:
        """Give the ids of statuses to look at again: those that were looked at longest ago."""
        ids = list(islice(self._turn, number))
        for id_ in ids:
            self._turn.move_to_end(id_)
        return ids

    def newest(self, number: int) -> str | None:
        """Give the id of the status that so many remembered ones follow; None where there are not so many."""
        return next(islice(reversed(self._known), number, None), None)

    def boosted(self) -> Iterator[Known]:
        """Give statuses with boosts that were not asked for yet, the most first."""
        due = [known for known in self._known.values() if known.boosts > known.boosts_told]
        yield from sorted(due, key=lambda known: known.boosts_told - known.boosts)

    def answered(self) -> Iterator[Known]:
        """Give statuses with replies that were not asked for yet, the most first."""
        due = [known for known in self._known.values() if known.replies > known.replies_told]
        yield from sorted(due, key=lambda known: known.replies_told - known.replies)
