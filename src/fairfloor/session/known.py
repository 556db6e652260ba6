"""Acts that are remembered, for what comes after them: reposts, likes, deletions, and the host's moves."""

from collections import OrderedDict

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


class Memory(OrderedDict[str, Known]):
    """The last `REMEMBERED` acts by their ids."""

    def remember(self, act: str, known: Known) -> None:
        """Remember one more act."""
        self[act] = known
        if len(self) > REMEMBERED:
            self.popitem(last=False)
