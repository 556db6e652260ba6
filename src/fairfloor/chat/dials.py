"""What the host has set the floor to: pace, and newcomers' share, as they are now."""

from datetime import datetime

from fairfloor.acts.act import Post
from fairfloor.acts.heard import Form
from fairfloor.chat.moves import Move, SetPace, SetShare


class Dials:
    """A part of the desk. Bounded by what the host's people do."""

    def __init__(self, pace: float, newcomers: float) -> None:
        """Take what the evening was begun with."""
        self._paces = {"": pace}
        self._shares = {"": newcomers}

    @property
    def pace(self) -> float:
        """Give the messages a minute that the floor shows."""
        return next(reversed(self._paces.values()))

    @property
    def newcomers(self) -> float:
        """Give newcomers' share of what is on the floor under congestion."""
        return next(reversed(self._shares.values()))

    def post(self, post: Post, form: Form) -> None:
        """See `session.desk.Part`."""

    def gone(self, act: str, at: datetime) -> None:
        """See `session.desk.Part`."""

    def move(self, move: Move) -> None:
        """See `session.desk.Part`."""
        match move.do:
            case SetPace(pace=pace):
                self._paces[move.id] = pace
            case SetShare(newcomers=newcomers):
                self._shares[move.id] = newcomers
            case _:
                pass

    def undo(self, move: Move) -> None:
        """See `session.desk.Part`."""
        self._paces.pop(move.id, None)
        self._shares.pop(move.id, None)

    def refuses(self, move: Move) -> str | None:
        """See `session.desk.Part`."""
        match move.do:
            case SetPace(pace=pace) if pace == self.pace:
                return "That is its pace already."
            case SetShare(newcomers=newcomers) if newcomers == self.newcomers:
                return "That is their share already."
            case _:
                return None
