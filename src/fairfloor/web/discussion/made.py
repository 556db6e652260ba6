"""What was made of single comments, remembered while their discussion is held: their words as markup, and their lines.

A comment stays, and with it what it looks like. So of a page that is made anew, because somebody said something,
nearly all is there already. Nothing here has to be told of a change: whatever a piece was made of is remembered with
it, and it counts for as long as that is the same.
"""

from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from fairfloor.chat.site.comment import Comment
from fairfloor.web.site.words import said


class Made:
    """Pieces of markup. Bounded by the comments of a discussion, each with so many kinds of lines."""

    def __init__(self) -> None:
        self._words: dict[int, tuple[Comment, Markup]] = {}
        self._lines: dict[tuple[object, int], tuple[tuple[Any, ...], str]] = {}

    def words(self, one: Comment) -> Markup:
        """Give the words of a comment as markup."""
        kept = self._words.get(one.id)
        if kept is None or kept[0] is not one:
            kept = self._words[one.id] = one, said(one.text, one.form)
        return kept[1]

    def line(self, kind: object, number: int, of: tuple[Any, ...], make: Callable[[], str]) -> str:
        """Give a comment's line of a kind. of: all that it is made of."""
        kept = self._lines.get((kind, number))
        if kept is None or kept[0] != of:
            kept = self._lines[kind, number] = of, make()
        return kept[1]
