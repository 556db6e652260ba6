"""What became of an archive, in numbers: each act is on the floor, merged or folded, each bad record is counted."""

from collections import Counter
from collections.abc import Iterable, Iterator

from fairfloor.acts.act import Like, Post, Repost
from fairfloor.acts.fault import Fault, Tally
from fairfloor.acts.notice import Edit
from fairfloor.floor.reasons import Placement
from fairfloor.session.decision import Decision
from fairfloor.session.replay import Item

State = tuple[Placement, str]
"""Where an act is, and the code of the reason."""


class Summary:
    """Counts what goes into a replay and what comes out of it; each counts by itself, so that a loss would show."""

    def __init__(self) -> None:
        self.read = 0
        """Acts read, repeated ones too."""
        self.skipped = 0
        """Records that are well-formed and not of this chat."""
        self.faults = Tally()
        self.lines = 0
        """Decisions made."""
        self.accounts: set[str] = set()
        self._states: dict[str, State | None] = {}

    def listen(self, items: Iterable[Item]) -> Iterator[Item]:
        """Count items on their way."""
        for item in items:
            match item.told:
                case None:
                    self.skipped += 1
                case Post() | Repost() | Like() as act:
                    self.read += 1
                    self.accounts.add(act.account)
                    self._states.setdefault(act.id, None)
                case Edit(post=post):
                    self._states.setdefault(post.id, None)
                case _:
                    pass
            yield item

    def count(self, outcome: Decision | Fault) -> None:
        """Count what came out."""
        if isinstance(outcome, Fault):
            self.faults.add(outcome)
        else:
            self.lines += 1
            self._states[outcome.act] = (outcome.placement, str(outcome.reason.__struct_config__.tag))

    @property
    def accepted(self) -> int:
        """Acts of the archive, each once."""
        return len(self._states)

    @property
    def undecided(self) -> int:
        """Accepted acts without a decision; there must be none."""
        return sum(state is None for state in self._states.values())

    @property
    def states(self) -> Counter[State]:
        """The last decision of each act, counted."""
        return Counter(state for state in self._states.values() if state is not None)
