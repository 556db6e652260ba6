"""What one frame of a numbered stream (Jetstream v2, `subscribeRepos`) tells."""

from collections.abc import Callable, Iterable
from datetime import datetime
from enum import Enum
from typing import Annotated, Final

import msgspec

from fairfloor.sources.bluesky.news import Told

Seq = Annotated[int, msgspec.Meta(ge=0, lt=10**18)]


class Passed(Enum):
    """An act that cannot concern the chat, passed over unread."""

    ACT = 1


class Item(msgspec.Struct, frozen=True, gc=False):
    """What one frame tells."""

    seq: int | None = None
    """Its number; None where it has none."""
    at: datetime | None = None
    """When the server sent it first."""
    told: Iterable[Told | Passed] = ()
    """To be gone through once, each taken before the next is asked for: that may be an answer to it."""
    info: str | None = None
    """The name of what the server says about the stream."""
    error: str | None = None
    """The name of why it hangs up."""


Read = Callable[[bytes], Item]

ONE_PASSED: Final = (Passed.ACT,)
