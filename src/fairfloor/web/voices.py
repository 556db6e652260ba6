"""Who acts in step, as pages hold it: the newest portrait of each such account, grouped by voice.

A portrait names whom its account repeats most, its leader, and some more whom it repeats. Accounts in step that repeat
one another are one voice, and so are those with one leader; the head of the voice is the leader of most of them who
does not act in step. A common source who leads neither does not join two voices, or two crowds that quote the same
person would look like one. Where nobody outside leads, the accounts repeat one another, and nobody of them was first.

Invariant: at most `PORTRAITS` are held, one of an account; the one longest unchanged is forgotten first.
Invariant: every account held is in exactly one voice, and whoever has its say back is in none.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

import msgspec

from fairfloor.voices.echo import Portrait

PORTRAITS = 5_000
"""Accounts in step that are held (about 15 MB)."""


class Voice(msgspec.Struct, frozen=True):
    """Accounts that repeat what somebody said before, or one another."""

    head: str
    """Whom they repeat; of accounts that only repeat one another, the one whose id sorts first, to have a name."""
    ring: bool
    """Whether they repeat one another, the head too."""
    accounts: tuple[Portrait, ...]
    """The one that repeated most first."""


class Voices:
    """The accounts that act in step now."""

    def __init__(self) -> None:
        self._portraits: dict[str, Portrait] = {}
        self._voices: tuple[Voice, ...] | None = None

    def take(self, portraits: Iterable[Portrait]) -> None:
        """Take portraits in place of earlier ones of the same accounts; a say of 1 is no longer in step."""
        for portrait in portraits:
            self._voices = None
            self._portraits.pop(portrait.account, None)
            if portrait.say < 1.0:
                self._portraits[portrait.account] = portrait
        while len(self._portraits) > PORTRAITS:
            del self._portraits[next(iter(self._portraits))]

    def __len__(self) -> int:
        """Count the accounts held."""
        return len(self._portraits)

    def all(self) -> tuple[Voice, ...]:
        """Give the voices, the largest first."""
        if self._voices is None:
            self._voices = _grouped(self._portraits)
        return self._voices

    def of(self, account: str) -> Voice | None:
        """Give the voice that an account is the head or a part of, where there is one."""
        held = self._portraits.get(account)
        among = (voice for voice in self.all() if voice.head == account or held in voice.accounts)
        return next(among, None)


def _grouped(portraits: Mapping[str, Portrait]) -> tuple[Voice, ...]:
    groups: dict[str, list[Portrait]] = {}
    joined = _joined(portraits)
    for account, portrait in portraits.items():
        groups.setdefault(joined[account], []).append(portrait)
    voices = (_voice(group, portraits) for group in groups.values())
    return tuple(sorted(voices, key=lambda voice: (-len(voice.accounts), voice.head)))


def _voice(group: list[Portrait], portraits: Mapping[str, Portrait]) -> Voice:
    leaders = Counter(sorted(one.leader for one in group if one.leader not in portraits))
    head = leaders.most_common(1)[0][0] if leaders else min(one.account for one in group)
    return Voice(head, not leaders, tuple(sorted(group, key=lambda one: (-one.repeats, one.account))))


def _joined(portraits: Mapping[str, Portrait]) -> dict[str, str]:
    """Give each account the name of its set: joined are who repeat one another, and who have one leader."""
    sets: dict[str, str] = {}

    def find(account: str) -> str:
        while (above := sets.setdefault(account, account)) != account:
            sets[account] = account = sets[above]
        return account

    for account, portrait in portraits.items():
        repeated = (repetition.before for repetition in portrait.repetitions)
        for other in (portrait.leader, *(one for one in repeated if one in portraits)):
            one, another = find(account), find(other)
            sets[max(one, another)] = min(one, another)
    return {account: find(account) for account in portraits}
