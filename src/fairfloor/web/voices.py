"""Who acts in step, as pages hold it: the newest portrait of each such account, grouped by voice.

A portrait names the head of its account's voice as it was when the account last acted; the head may have come to act
in step since, after somebody else. So voices are found by going from head to head. Where that leads round in a circle
the accounts repeat one another, and nobody of them was first.

Invariant: at most `PORTRAITS` are held, one of an account; the one longest unchanged is forgotten first.
Invariant: every account held is in exactly one voice, and whoever has its say back is in none.
"""

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
    for account, head in _heads(portraits).items():
        groups.setdefault(head, []).append(portraits[account])
    voices = (
        Voice(head, head in portraits, tuple(sorted(group, key=lambda one: (-one.repeats, one.account))))
        for head, group in groups.items()
    )
    return tuple(sorted(voices, key=lambda voice: (-len(voice.accounts), voice.head)))


def _heads(portraits: Mapping[str, Portrait]) -> dict[str, str]:
    """Give the head of each account's voice, going along each way once."""
    heads: dict[str, str] = {}
    for start in portraits:
        way: dict[str, None] = {}
        account = start
        while account in portraits and account not in heads and account not in way:
            way[account] = None
            account = portraits[account].voice
        circle = list(way)[list(way).index(account) :] if account in way else [heads.get(account, account)]
        heads |= dict.fromkeys(way, min(circle))
    return heads
