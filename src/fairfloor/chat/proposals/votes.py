"""Votes: what accounts said of proposals; of each account and proposal the last counts, and can be undone."""

from collections.abc import Iterable, Mapping
from typing import Literal

Said = Literal[1, 0, -1]
"""1 seconds a proposal, -1 would rather not have it, 0 passes."""
Row = Mapping[str, int]
"""What one account said, by proposal."""

VOTES = 300_000
"""Pairs of an account and a proposal that are held (about 100 MB)."""
CHANGES = 20
"""Times that an account may change its mind on one proposal."""


class Votes:
    """All votes, by what the proposal was called when they were cast. Bounded: `VOTES` times `CHANGES`."""

    def __init__(self) -> None:
        self._cast: dict[str, dict[str, list[tuple[int, str, Said]]]] = {}
        self._pairs = 0
        self._number = 0

    def full(self, proposal: str, account: str) -> bool:
        """Tell whether no more votes of this account on this proposal can be held."""
        before = self._cast.get(proposal, {}).get(account)
        return self._pairs >= VOTES if before is None else len(before) >= CHANGES

    def cast(self, proposal: str, account: str, move: str, said: Said) -> None:
        """Take a vote, unless it is full."""
        if self.full(proposal, account):
            return
        of = self._cast.setdefault(proposal, {})
        self._pairs += account not in of
        self._number += 1
        of.setdefault(account, []).append((self._number, move, said))

    def undo(self, proposal: str, account: str, move: str) -> None:
        """Let a vote not have been cast; the one before it counts again."""
        of = self._cast.get(proposal, {})
        if (cast := of.get(account)) is None:
            return
        cast[:] = [one for one in cast if one[1] != move]
        if not cast:
            del of[account]
            self._pairs -= 1

    def on(self, names: Iterable[str]) -> dict[str, int]:
        """Give what each account said last of a proposal that had these names."""
        last: dict[str, tuple[int, str, Said]] = {}
        for name in names:
            for account, cast in self._cast.get(name, {}).items():
                last[account] = max(last.get(account, cast[-1]), cast[-1])
        return {account: said for account, (_, _, said) in last.items()}


def by_account(on: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """Turn votes by proposal and account into votes by account and proposal."""
    rows: dict[str, dict[str, int]] = {}
    for proposal, said in on.items():
        for account, vote in said.items():
            rows.setdefault(account, {})[proposal] = vote
    return rows
