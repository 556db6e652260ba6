"""The floor as the page holds it: a row of places, numbered from 1 in the order in which messages got it.

A place keeps its number for good, whoever's post stands in it: where the post is taken back, the next copy takes its
place, and where nobody else said it, the place stays empty. So a browser needs nothing but numbers to put a
message where it belongs, late or twice, and "what has changed since" is asked of the places themselves: each knows the
position at which it changed last. No history of changes is kept, and none can be lost.

Invariant: numbers rise along the row, and no number is given twice.
Invariant: whoever applies `since(p)` to the row as it was at position p has the row as it is now.
"""

from collections import deque
from collections.abc import Iterator

import msgspec

from fairfloor.acts.act import Post
from fairfloor.session.decision import Decision

PLACES = 600
"""Messages of the floor that are held."""


class Words(msgspec.Struct, frozen=True):
    """A post as it reads now."""

    post: Post
    edited: bool = False


class Place(msgspec.Struct, eq=False, kw_only=True):
    """A place on the floor; empty while `words` is None."""

    number: int
    decision: Decision
    words: Words | None
    replied: Words | None = None
    """What it replies to, where that is here."""
    quoted: Words | None = None
    changed: int
    """The position at which anything in it changed last, but for the number of copies."""
    copied: int = 0
    """The position at which the number of copies changed last."""


class Change(msgspec.Struct, frozen=True):
    """What a browser that knows the row at an earlier position needs: places, places but for copies, emptied places."""

    position: int
    places: tuple[Place, ...]
    copied: tuple[Place, ...]
    emptied: tuple[int, ...]


class Places:
    """The last `PLACES` places of the floor."""

    def __init__(self) -> None:
        self._row: deque[Place] = deque()
        self._by_message: dict[str, Place] = {}
        self._given = 0
        self._forgotten = 0
        """The position before which changes are not known any more."""

    def __iter__(self) -> Iterator[Place]:
        """Go through the places in which something stands, in order."""
        return (place for place in self._row if place.words)

    def give(self, decision: Decision, at: int) -> Place:
        """Give a message the next place, empty at first."""
        self._given += 1
        place = Place(number=self._given, decision=decision, words=None, changed=at)
        self._row.append(place)
        self._by_message[decision.message] = place
        if len(self._row) > PLACES:
            self._forget(self._row.popleft())
        return place

    def of(self, message: str) -> Place | None:
        """Give the place of a message, where it is among the last."""
        return self._by_message.get(message)

    def reword(self, post: str, words: Words | None, at: int) -> None:
        """Let a post read otherwise wherever it stands or is quoted; None takes its words away."""
        for place in self._row:
            if place.words is None:
                continue
            if place.words.post.reply_to == post:
                place.replied, place.changed = words, at
            if place.words.post.quote_of == post:
                place.quoted, place.changed = words, at
            if place.words.post.id == post:
                place.words, place.changed = words, at

    def empty(self, message: str, post: str, at: int) -> None:
        """Let nothing stand in a message's place where this post stood; what it says is not taken away elsewhere."""
        place = self._by_message.get(message)
        if place is not None and place.words is not None and place.words.post.id == post:
            place.words, place.changed = None, at

    def rename(self, account: str, at: int) -> None:
        """Note that an account goes by another handle."""
        for place in self:
            if place.decision.account == account:
                place.changed = at

    def copied(self, message: str, at: int) -> None:
        """Note that a message was said once more, or once less."""
        if (place := self.of(message)) is not None:
            place.copied = at

    def since(self, position: int, now: int) -> Change | None:
        """Give what changed after a position; None where that is no longer known."""
        if position < self._forgotten:
            return None
        return Change(
            position=now,
            places=tuple(place for place in self if place.changed > position),
            copied=tuple(place for place in self if place.changed <= position < place.copied),
            emptied=tuple(place.number for place in self._row if not place.words and place.changed > position),
        )

    def _forget(self, place: Place) -> None:
        if self._by_message.get(place.decision.message) is place:
            del self._by_message[place.decision.message]
        self._forgotten = max(self._forgotten, place.changed, place.copied)
