"""Real votes of two Polis conversations (CC BY 4.0, data by the Polis community), and blocs laid over them."""

import csv
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import NamedTuple

import numpy as np

from fairfloor.chat.proposals.camps import camps

CONVERSATIONS = ("brexit-consensus", "london.youth.policing")
_ACTIVE = 7
"""Votes of a participant whom a bloc's account copies."""


class Table(NamedTuple):
    """Votes: accounts by statements; not a number where an account did not vote."""

    accounts: tuple[str, ...]
    statements: tuple[str, ...]
    votes: np.ndarray
    weights: np.ndarray
    """Each account's say."""
    groups: tuple[str, ...]
    """Polis' own group of each account; empty where it gave none."""

    def says(self) -> Callable[[str], float]:
        """Give each account's say."""
        return dict(zip(self.accounts, map(float, self.weights), strict=True)).__getitem__


def read(data: Path, name: str) -> Table:
    """Read a conversation."""
    with (data / "polis" / f"{name}.votes.csv").open(newline="", encoding="utf-8") as file:
        head, *lines = csv.reader(file)
    votes = np.array([[float(vote) if vote else np.nan for vote in line[2:]] for line in lines])
    accounts = tuple(f"p{int(line[0]):05}" for line in lines)
    return Table(accounts, tuple(head[2:]), votes, np.ones(len(lines)), tuple(line[1] for line in lines))


def rows(table: Table) -> dict[str, dict[str, int]]:
    """Give the votes as the chat holds them."""
    return {
        account: {name: int(vote) for name, vote in zip(table.statements, row, strict=True) if vote == vote}  # noqa: PLR0124 - not a number is not itself
        for account, row in zip(table.accounts, table.votes, strict=True)
    }


def laid(table: Table, share: float, target: int, dice: Random, *, aimed: bool, folded: bool) -> Table:
    """Lay a bloc over a conversation: so large a share of its voters, who all want one statement.

    Elsewhere each votes as a participant does: `aimed`, as one of the camp that wants the statement least.
    folded: they have been found to act in step, and share one say.
    """
    many = max(1, round(share * len(table.votes)))
    active = [one for one, row in enumerate(table.votes) if np.isfinite(row).sum() >= _ACTIVE]
    if aimed:
        active = _coolest(table, target, active)
    bloc = table.votes[[dice.choice(active) for _ in range(many)]].copy()
    bloc[:, target] = 1
    return Table(
        (*table.accounts, *(f"x{number:05}" for number in range(many))),
        table.statements,
        np.vstack([table.votes, bloc]),
        np.concatenate([table.weights, np.full(many, 1 / many if folded else 1.0)]),
        (*table.groups, *[""] * many),
    )


def _coolest(table: Table, target: int, active: list[int]) -> list[int]:
    """Give those of the camp that wants a statement least."""
    of = camps(rows(table), table.says()).of
    by_camp: dict[int, list[int]] = {}
    for one in active:
        by_camp.setdefault(of[table.accounts[one]], []).append(one)
    return min(by_camp.values(), key=lambda camp: _share(table.votes[camp, target]))


def _share(votes: np.ndarray) -> float:
    return float(((votes == 1).sum() + 1) / (np.isfinite(votes).sum() + 2))


def without(table: Table, share: float, dice: Random) -> Table:
    """Give a conversation of which only a share of the voters is there."""
    some = sorted(dice.sample(range(len(table.votes)), round(share * len(table.votes))))
    return Table(
        tuple(table.accounts[one] for one in some),
        table.statements,
        table.votes[some],
        table.weights[some],
        tuple(table.groups[one] for one in some),
    )


def dealt(table: Table, dice: Random) -> Table:
    """Deal the votes anew among those who voted on each statement: nobody goes with anybody any more."""
    votes = table.votes.copy()
    for column in votes.T:
        who = np.flatnonzero(np.isfinite(column))
        column[who] = column[dice.sample(list(who), len(who))]
    return table._replace(votes=votes)
