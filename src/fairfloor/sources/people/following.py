"""Whom somebody follows, within bounds."""

from typing import NamedTuple

from fairfloor.sources.people.roll import Person

MOST = 5_000
"""Accounts taken of those that one account follows: the ones it followed last."""
PAGES = 125
"""Pages asked for at most; a page may be short, for who blocks or has left is taken out of it."""


class Following(NamedTuple):
    """Whom an account follows, and whether that is all of them."""

    people: tuple[Person, ...]
    whole: bool
