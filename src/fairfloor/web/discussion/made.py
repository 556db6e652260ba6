"""What was made of single comments, remembered while their discussion is held: their words as markup, and their lines.

A comment stays, and with it what it looks like. So of a page that is made anew, because somebody said something,
nearly all is there already. Nothing here has to be told of a change: whatever a piece was made of is remembered with
it, and it counts for as long as that is the same.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from markupsafe import Markup

from fairfloor.chat.site.comment import Comment
from fairfloor.session.discussion import Prints, Spoken, spoken
from fairfloor.session.library import Recaps
from fairfloor.web.discussion import kept
from fairfloor.web.discussion.kept import Piece
from fairfloor.web.site.words import cleaned, said

_LOOKED = 64
"""One in so many comments must be new for all of them to be looked through for what is to be kept."""
_Which = tuple[int, bool, bool]
"""A comment, whether it can be replied to, and whether one of the host's people reads it."""


class Made:
    """Pieces of markup. Bounded by the comments of a discussion, each with so many kinds of lines."""

    def __init__(self, pieces: Mapping[int, Piece] | None = None) -> None:
        """Take what was kept."""
        self._kept = pieces or {}
        self._words: dict[int, tuple[Comment, Markup]] = {}
        self._lines: dict[_Which, tuple[tuple[object, ...], str]] = {}
        self._new = 0
        """What was made since anything was kept."""

    def spoken(self, one: Comment) -> Spoken:
        """Give a comment as decisions see it."""
        piece = self._piece(one)
        self._new += piece is None
        return spoken(one, None if piece is None else piece.prints)

    def words(self, one: Comment) -> Markup:
        """Give the words of a comment as markup."""
        found = self._words.get(one.id)
        if found is None or found[0] is not one:
            found = self._words[one.id] = one, self._made(one)
        return found[1]

    def _made(self, one: Comment) -> Markup:
        piece = self._piece(one)
        if piece is not None and piece.words:
            return cleaned(kept.opened(piece, one))
        self._new += 1
        return said(one.text, one.form)

    def _piece(self, one: Comment) -> Piece | None:
        piece = self._kept.get(one.id)
        return piece if piece is not None and piece.check == kept.check(one) else None

    def keep(self, recaps: Recaps, article: int, now: datetime, comments: Collection[tuple[Comment, Spoken]]) -> None:
        """Keep what was made of comments, where it is enough by now."""
        if self._new < max(kept.LEAST, len(comments) // _LOOKED):
            return
        pieces = {one.id: self._as_piece(one, heard) for one, heard in comments if heard.decided is None}
        self._kept, self._new = kept.write(recaps, article, now, pieces, self._kept), 0

    def _as_piece(self, one: Comment, heard: Spoken) -> Piece:
        piece, post = self._piece(one), heard.post
        found = self._words.get(one.id)
        if piece is not None and (piece.words or found is None):
            return piece
        words = kept.sealed(found[1], one) if found is not None and found[0] is one else b""
        return Piece(kept.check(one), Prints(post.shingles, post.links, post.form), words)

    def line(self, which: _Which, of: tuple[object, ...]) -> str:
        """Give a line of a comment as it was made before, where it was made of the same; empty where it was not."""
        found = self._lines.get(which)
        return found[1] if found is not None and found[0] == of else ""

    def keep_line(self, which: _Which, of: tuple[object, ...], line: str) -> str:
        """Remember a line, and give it. of: all that it is made of."""
        self._lines[which] = of, line
        return line
