"""The file that says who has standing from the start: one account a line, behind # who goes by it. Pure.

Names come from strangers. One that could write a line of its own, or end in a comment, would give standing to whom it
likes; such an account is left out and counted, and such a handle is written without what does it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec


class Person(msgspec.Struct, frozen=True):
    """An account, by its stable id, and the handle it goes by where we know."""

    account: str
    handle: str | None = None


class Part(NamedTuple):
    """People from one place, and a sentence that says which."""

    origin: str
    people: Sequence[Person]


class Roll(NamedTuple):
    """The file's text, the accounts in it, and those that could not be written."""

    text: str
    accounts: int
    left_out: int


def roll(parts: Iterable[Part], now: datetime) -> Roll:
    """Merge people into one list, sorted, each once."""
    parts = list(parts)
    handles: dict[str, str | None] = {}
    for person in (person for part in parts for person in part.people):
        handles[person.account] = handles.get(person.account) or person.handle
    fit = sorted(account for account in handles if _fits(account))
    head = [
        f"Regulars, gathered {now:%Y-%m-%d %H:%M} UTC. One account a line; what stands behind # is for people to read.",
        *(f"{len(part.people):>7,} {part.origin}" for part in parts),
        f"{len(fit):>7,} together, each once",
    ]
    lines = [*(f"# {_plain(line)}" for line in head), *(_line(account, handles[account]) for account in fit)]
    return Roll("".join(f"{line}\n" for line in lines), len(fit), len(handles) - len(fit))


def _fits(account: str) -> bool:
    """Tell whether an account is read back from its line as what it is."""
    return (
        account != ""
        and account.isprintable()
        and "#" not in account
        and account == account.strip()
        and not account.startswith("@")
    )


def _line(account: str, handle: str | None) -> str:
    return f"{account}  # {_plain(handle)}" if handle and handle != account else account


def _plain(text: str) -> str:
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
