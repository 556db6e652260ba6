"""Numbers for fingerprints, in order of first appearance, kept in the store: what the public log shows instead of them.

A chat's fingerprints grow with its years, and its process must not: they are on disk, and those met last are at hand.
"""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from fairfloor.acts.heard import Heard, HeardPost
from fairfloor.store.evening.schema import prints
from fairfloor.store.sql import poured

AT_HAND = 500_000
"""Fingerprints held in memory (about 60 MB); when they are more, all are let go of, and met anew on disk."""
_CHUNK = 500
"""Values in one question to the database, which allows about a thousand."""
_HALF = 1 << 63
_LAST = sa.select(sa.func.coalesce(sa.func.max(prints.c.number), 0))
_KNOWN = sa.select(prints.c.print, prints.c.number).where(prints.c.print.in_(sa.bindparam("some", expanding=True)))


class StoredNumbers:
    """`Numbering` (session.public), in one transaction after another; one that fails takes what it gave with it."""

    def __init__(self, db: sa.Connection) -> None:
        self._db = db
        self._at_hand: dict[int, int] = {}
        self._last: int = db.execute(_LAST).scalar_one()

    def within(self, db: sa.Connection) -> None:
        """Go on in another transaction."""
        self._db = db
        if len(self._at_hand) > AT_HAND:
            self._at_hand.clear()

    def meet(self, heard: Iterable[Heard | None]) -> None:
        """Have the numbers of all that was heard at hand, asked for together."""
        self._learn([one for post in heard if isinstance(post, HeardPost) for one in _of(post)])

    def of(self, some: Sequence[int]) -> tuple[int, ...]:
        """Give the numbers of fingerprints; new ones get the next."""
        if not self._at_hand.keys() >= set(some):
            self._learn(some)
        return tuple([self._at_hand[one] for one in some])

    def _learn(self, some: Sequence[int]) -> None:
        missing = [one for one in dict.fromkeys(some) if one not in self._at_hand]
        for at in range(0, len(missing), _CHUNK):
            asked = [one - _HALF for one in missing[at : at + _CHUNK]]
            self._at_hand |= {row.print + _HALF: row.number for row in self._db.execute(_KNOWN, {"some": asked})}
        new = [one for one in missing if one not in self._at_hand]
        given = dict(zip(new, range(self._last + 1, self._last + 1 + len(new)), strict=True))
        if given:
            poured(self._db, prints, ("print", "number"), [(one - _HALF, number) for one, number in given.items()])
            self._at_hand |= given
            self._last += len(new)


def _of(post: HeardPost) -> Iterable[int]:
    return (*post.shingles, *post.links, *post.tags)
