"""From a move to what it means for the floor: an order. As with acts, here the words end; an order has none."""

from datetime import datetime

import msgspec

from fairfloor.chat.moves import Ask, Fold, Hold, Move, Pause, Release, Review, SetPace, SetShare, Settle, Undo, Vouch


class Seats(msgspec.Struct, frozen=True, tag="seats"):
    """Who hosts, beside those that the evening was begun with."""

    hosts: frozenset[str]


FloorDoing = Fold | Hold | Release | Pause | Vouch | SetPace | SetShare | Seats | Ask
"""What a move can do to the floor itself."""


class Order(msgspec.Struct, frozen=True, kw_only=True, tag="order"):
    """A move as the floor hears it; an `Undo` may be of a move that the floor never heard of."""

    id: str
    seen: datetime
    do: FloorDoing | Undo


def order(move: Move, seen: datetime) -> Order | None:
    """Give what a move means for the floor; None where that is nothing. Pure and total."""
    match move.do:
        case Fold() | Hold() | Release() | Pause() | Vouch() | SetPace() | SetShare() | Ask() | Undo():
            return Order(id=move.id, seen=seen, do=move.do)
        case Review(granted=True, act=act):
            return Order(id=move.id, seen=seen, do=Release(act=act))
        case Settle(settings=settings):
            hosts = frozenset(person.account for person in (*settings.hosts, *settings.cohosts))
            return Order(id=move.id, seen=seen, do=Seats(hosts))
        case _:
            return None
