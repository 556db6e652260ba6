"""Which posts are labelled, with which words: what the evening's decisions say of a post's behaviour, and nothing else.

Two words. `acting-in-step` stands on a post that was folded because its account acts in step with others; `copy` on one
that was merged because it says again what was said before. Folds for want of room (`expired`, `share`) say nothing of
the post, only of the evening, and get no label. Accounts never get one: who answers for a post should not be followed
by it everywhere, and an account that acted in step tonight converses tomorrow.

Labels follow from the numbered decisions alone: their numbers are the decisions' (2n takes a label back, 2n + 1 gives
one), their dates the decisions' times. So they are kept nowhere, and after a crash the log of decisions makes the same
labels anew, under the same numbers.

Invariant: a post has at most one label, and it is the one that its last decision calls for.
"""

from fairfloor.floor.reasons import Copy, InStep, Reason
from fairfloor.publish.atproto.log import LabelLog
from fairfloor.publish.posts import is_post
from fairfloor.session.decision import Decision

ACTING_IN_STEP = "acting-in-step"
COPY = "copy"


def word(reason: Reason) -> str | None:
    """Give the word that a decision's reason calls for."""
    if isinstance(reason, InStep):
        return ACTING_IN_STEP
    return COPY if isinstance(reason, Copy) else None


class Marks:
    """Labels posts as decisions come; a `Hearer` (publish.following)."""

    def __init__(self, log: LabelLog) -> None:
        self._log = log

    def decided(self, number: int, decision: Decision) -> None:
        """Take the label back that the decision no longer calls for, and give the one that it does."""
        uri = decision.act
        if not is_post(uri):
            return
        wanted, standing = word(decision.reason), self._log.standing(uri)
        for val in standing:
            if val != wanted:
                self._log.say(2 * number, uri, val, decision.at, neg=True)
        if wanted is not None and wanted not in standing:
            self._log.say(2 * number + 1, uri, wanted, decision.at)

    def withdrawn(self, act: str) -> None:
        """Do nothing yet: a withdrawal is decided too, and that has a number."""

    def caught_up(self) -> None:
        """Open the log to its readers."""
        self._log.ready = True
