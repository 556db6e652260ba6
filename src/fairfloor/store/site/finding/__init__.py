"""Finds articles by their words, in the index of whichever database keeps them.

`words` says what a word is; `sqlite` and `postgres` keep the index, in the transaction that keeps the article. Both
rank by BM25, and show a `piece` of what was found.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

import sqlalchemy as sa

from fairfloor.store.site.finding.postgres import PostgresFinding
from fairfloor.store.site.finding.sqlite import SqliteFinding


class Finding(Protocol):
    """The index, on a connection that somebody else begins and commits."""

    def keep(self, article: int, title: str, words: str) -> None:
        """Keep an article's title and plain words to be found by, in place of those it had."""

    def forget(self, article: int) -> None:
        """Let an article be found no more."""

    def search(self, words: str, offset: int, limit: int) -> list[tuple[bytes, str]]:
        """Give bodies of public articles that have all the words, and a piece of each (session.library.Hit).

        The best first: the title counts four times, then the lowest id. Any text may be asked, and is only ever words.
        """

    def count(self) -> int:
        """Count all articles."""

    def spread(self, words: Sequence[str]) -> dict[str, int]:
        """Tell in how many articles words (words.bare) stand, of those that stand in any."""

    def about(self, article: int, words: Mapping[str, float]) -> list[tuple[bytes, Collection[str]]]:
        """Give bodies of other public posts and recaps that have any of some words, the best of them first.

        words: what each weighs; one at least. With each body, words that this article has, all of the asked among them.
        """


def finding(db: sa.Connection) -> Finding:
    """Give the index."""
    return PostgresFinding(db) if db.dialect.name == "postgresql" else SqliteFinding(db)
