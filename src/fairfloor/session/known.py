"""Acts that are remembered, for what comes after them: reposts, likes, deletions, and the host's moves."""

from collections import Counter, deque

import msgspec

from fairfloor.voices.message import Message

REMEMBERED = 200_000
"""Acts whose message is remembered; the oldest is forgotten first."""


class Known(msgspec.Struct, frozen=True, gc=False):
    """An act that is remembered."""

    account: str
    message: Message | None
    """What the post says; None for a repost or a like, and for a post that was folded unheard."""
    subject: str
    """The id of the message that the act counts with."""


class Memory(dict[str, Known]):
    """The last `REMEMBERED` acts by their ids. An ordered dictionary would take twice the room."""

    def __init__(self) -> None:
        super().__init__()
        self._order: deque[str] = deque()
        self._gone: Counter[str] = Counter()
        """How often each stands in that order though it is remembered no more."""

    def remember(self, act: str, known: Known) -> None:
        """Remember one more act."""
        if act not in self:
            self._order.append(act)
        self[act] = known
        if len(self) > REMEMBERED:
            del self[self._oldest()]
        elif len(self._order) > 2 * REMEMBERED:
            self._order, self._gone = deque(self), Counter()

    def take_back(self, act: str) -> Known | None:
        """Remember an act no more, and give it, where it was remembered."""
        known = self.pop(act, None)
        if known is not None:
            self._gone[act] += 1
        return known

    def _oldest(self) -> str:
        while (act := self._order.popleft()) in self._gone:
            self._gone[act] -= 1
            if not self._gone[act]:
                del self._gone[act]
        return act
