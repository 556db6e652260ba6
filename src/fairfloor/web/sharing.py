"""How the floor is shared, in tonight's numbers: whose messages had it of late, and since the evening began."""

from collections import Counter
from datetime import datetime

import msgspec

from fairfloor.session.decision import Class
from fairfloor.web.board import Board
from fairfloor.web.flow import Flood
from fairfloor.web.places import PLACES
from fairfloor.web.words import amount, lasting, part, shares


class Stretch(msgspec.Struct, frozen=True):
    """One class's part of a bar, in hundredths."""

    class_: Class
    start: float
    width: float


class Sharing(msgspec.Struct, frozen=True):
    """How the floor is shared, as the page about it says it."""

    flood: Flood | None
    ttl: str
    newcomers: str
    """Their share under congestion, in words; empty where nobody has standing to begin with, so there is one class."""
    ratio: str
    """How many messages of the others they get one for."""
    lately: str
    bar: tuple[Stretch, ...]
    tonight: str


def sharing(board: Board, now: datetime, ttl: float, newcomers: float | None) -> Sharing:
    """Give how the floor is shared. ttl: seconds; newcomers: their share, None where there is one class only."""
    of_late = _of_late(board, now, ttl)
    return Sharing(
        flood=board.flow.flood,
        ttl=lasting(ttl),
        newcomers="" if newcomers is None else part(newcomers),
        ratio="" if newcomers is None else f"{1 / newcomers - 1:.3g}",
        lately=lately(board, now, ttl),
        bar=_bar(of_late),
        tonight=_tonight(board.shown),
    )


def lately(board: Board, now: datetime, ttl: float) -> str:
    """Say whose messages had the floor within the last `ttl` seconds; empty where there were none."""
    found = _of_late(board, now, ttl)
    if not (many := found.total()):
        return ""
    return f"Of the {amount(many, 'message')} on the floor in the last {lasting(ttl)}: {shares(found)}."


def _of_late(board: Board, now: datetime, ttl: float) -> Counter[Class]:
    places = board.floor(PLACES)
    return Counter(one.decision.class_ for one in places if (now - one.decision.at).total_seconds() <= ttl)


def _tonight(shown: Counter[Class]) -> str:
    if not (many := shown.total()):
        return ""
    return f"Since the beginning {amount(many, 'message')} had the floor: {shares(shown)}."


def _bar(shown: Counter[Class]) -> tuple[Stretch, ...]:
    """Lay the classes side by side."""
    stretches: list[Stretch] = []
    start, unit = 0.0, 100 / max(shown.total(), 1)
    classes: tuple[Class, ...] = ("regular", "newcomer", "host")
    for class_ in classes:
        width = shown[class_] * unit
        if width:
            stretches.append(Stretch(class_, round(start, 2), round(width, 2)))
        start += width
    return tuple(stretches)
