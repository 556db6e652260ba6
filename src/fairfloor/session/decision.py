"""A decision: what became of one act, why, and what its account counted for at that moment."""

from datetime import datetime
from typing import Literal

import msgspec

from fairfloor.floor.reasons import Placement, Reason

Class = Literal["host", "regular", "newcomer"]


class Decision(
    msgspec.Struct, frozen=True, kw_only=True, gc=False, rename={"placement": "decision", "class_": "class"}
):
    """One line of `decisions.jsonl`; the fields stand in the order of the design."""

    act: str
    at: datetime
    placement: Placement
    reason: Reason
    message: str
    """The id of the post that said the message first; of the subject, where the act is a repost or a like."""
    account: str
    say: float
    """In (0, 1], to six decimals."""
    standing: float
    """In [0, 1], to six decimals."""
    class_: Class
