"""Who repeats whom, of the accounts that act in step: named where they are few, put together where they are many.

Accounts that repeat the same account stand together: the account that is repeated most of all makes a group of those
who repeat it, the one that the remaining repeat most makes the next, and so on. So a crowd that pastes from a few, and
a ring whose squads each pass on their own, look as different as they are.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from fairfloor.testing.rehearse.play import Played, Repeat
from fairfloor.testing.rehearse.scene import Scene

ROWS, COLUMNS = 24, 12
"""Accounts in step that are shown one by one, and accounts that they repeat; where there are more, groups are shown."""
_LONGEST = 16
"""Characters of a name."""

_Group = tuple[str, ...]
"""Accounts in step, in the order of how often they repeat what makes them a group."""


class Dot(NamedTuple):
    """How often one account in step repeated another, on average where several are put together."""

    account: str
    before: str
    kind: str
    times: float


class Repeats(msgspec.Struct, frozen=True, kw_only=True):
    """Who repeats whom."""

    in_step: int
    genuine: int
    """How many of them are genuine."""
    times: int
    before: int
    """How many accounts they repeat."""
    before_genuine: int
    """How many of those are genuine."""
    most: tuple[str, int] | None
    """Whom they repeat most, and how many of them do."""
    rows: tuple[str, ...]
    """Accounts in step, or groups of them by their first; who repeats the same stands together."""
    columns: tuple[str, ...]
    """Whom they repeat."""
    dots: tuple[Dot, ...]


def repeats(scene: Scene, played: Played) -> Repeats:
    """Gather who repeats whom."""
    in_step = [account for account, say in played.says.items() if say < 1.0]
    found = Counter({repeat: times for repeat, times in played.repeats.items() if played.says[repeat.account] < 1.0})
    whom: dict[str, Counter[str]] = {}
    for repeat, times in found.items():
        whom.setdefault(repeat.account, Counter())[repeat.before] += times
    before = sum(whom.values(), Counter())
    groups, columns = _groups(whom, before)
    called = names(scene, [*whom, *before])
    rows = _rows(groups, called, one_by_one=len(whom) <= ROWS)
    heads = _heads(columns, before, called)
    return Repeats(
        in_step=len(in_step),
        genuine=_genuine(scene, in_step),
        times=found.total(),
        before=len(before),
        before_genuine=_genuine(scene, before),
        most=(called[columns[0]], sum(columns[0] in its for its in whom.values())) if columns else None,
        rows=tuple(dict.fromkeys(rows.values())),
        columns=tuple(dict.fromkeys(heads.values())),
        dots=tuple(_dots(found, rows, heads)),
    )


def names(scene: Scene, accounts: Iterable[str]) -> dict[str, str]:
    """Name accounts, each differently: by handle where they have one, shortened, without what does not print."""
    handles = {act.account: act.handle for act in scene.acts if act.handle}
    called: dict[str, str] = {}
    taken: Counter[str] = Counter()
    for account in dict.fromkeys(accounts):
        whole = handles.get(account) or account.removeprefix("burst:")
        name = "".join(char for char in whole if char.isprintable())
        name = name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}\N{HORIZONTAL ELLIPSIS}"
        taken[name] += 1
        called[account] = name if taken[name] == 1 else f"{name} ({taken[name]})"
    return called


def _groups(whom: Mapping[str, Counter[str]], before: Counter[str]) -> tuple[list[_Group], list[str]]:
    """Give groups of accounts that repeat the same account, and these accounts, filled up with the most repeated."""
    groups: list[_Group] = []
    columns: list[str] = []
    left = dict(whom)
    while left and len(columns) < COLUMNS:
        ((most, _),) = sum(left.values(), Counter()).most_common(1)
        group = tuple(sorted((account for account in left if most in left[account]), key=lambda one: -left[one][most]))
        left = {account: its for account, its in left.items() if account not in group}
        groups.append(group)
        columns.append(most)
    columns += [account for account, _ in before.most_common() if account not in columns][: COLUMNS - len(columns)]
    return [*groups, *([tuple(left)] if left else [])], columns


def _rows(groups: Sequence[_Group], called: Mapping[str, str], *, one_by_one: bool) -> dict[str, str]:
    """Name the row of each account in step: its own name, or that of the first of its group and how many more."""
    if one_by_one:
        return {account: called[account] for group in groups for account in group}
    rows: dict[str, str] = {}
    for group in groups:
        more = f" +{len(group) - 1:,}" if len(group) > 1 else ""
        rows.update(dict.fromkeys(group, called[group[0]] + more))
    return rows


def _heads(columns: Sequence[str], before: Iterable[str], called: Mapping[str, str]) -> dict[str, str]:
    """Name the column of each account that is repeated; those without one of their own share the last."""
    rest = [account for account in before if account not in columns]
    return {account: called[account] for account in columns} | dict.fromkeys(rest, f"{len(rest):,} others")


def _dots(found: Mapping[Repeat, int], rows: Mapping[str, str], heads: Mapping[str, str]) -> list[Dot]:
    size = Counter(rows.values())
    counted: Counter[tuple[str, str, str]] = Counter()
    for repeat, times in found.items():
        counted[rows[repeat.account], heads[repeat.before], repeat.kind] += times
    return [Dot(*place, times / size[place[0]]) for place, times in counted.items()]


def _genuine(scene: Scene, accounts: Iterable[str]) -> int:
    return sum(account in scene.roles and scene.roles[account].genuine for account in accounts)
