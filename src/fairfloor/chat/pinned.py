"""What the host has pinned to the page: one notice at a time."""

from datetime import datetime

from fairfloor.acts.act import Post
from fairfloor.acts.heard import Form
from fairfloor.chat.moves import Move, Pin, Unpin


class Pinned:
    """A part of the desk. Bounded by what the host's people do."""

    def __init__(self) -> None:
        self._moves: dict[str, Move] = {}

    @property
    def notice(self) -> Move | None:
        """Give the move whose words are pinned now."""
        last = next(reversed(self._moves.values()), None)
        return last if last is not None and isinstance(last.do, Pin) else None

    @property
    def text(self) -> str | None:
        """Give the words that are pinned now."""
        pinned = self.notice
        return pinned.do.text if pinned is not None and isinstance(pinned.do, Pin) else None

    def post(self, post: Post, form: Form) -> None:
        """See `session.desk.Part`."""

    def gone(self, act: str, at: datetime) -> None:
        """See `session.desk.Part`."""

    def move(self, move: Move) -> None:
        """See `session.desk.Part`."""
        if isinstance(move.do, Pin | Unpin):
            self._moves[move.id] = move

    def undo(self, move: Move) -> None:
        """See `session.desk.Part`."""
        self._moves.pop(move.id, None)

    def refuses(self, move: Move) -> str | None:
        """See `session.desk.Part`."""
        return "Nothing is pinned." if isinstance(move.do, Unpin) and self.notice is None else None
