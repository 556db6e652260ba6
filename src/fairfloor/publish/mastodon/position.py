"""How far the account has come, in a small file, so that it goes on there after a restart.

Written after each step and before the next one. Who dies between doing and writing does that one step again: a second
boost of a post is none, and a second question is known by its key for an hour.
"""

import os
from pathlib import Path

import msgspec


class Position(msgspec.Struct, frozen=True):
    """The number of the last decision that was done, and the questions that were asked."""

    number: int = 0
    asked: tuple[int, ...] = ()


def read(path: Path) -> Position:
    """Give the position kept, or the beginning. Raises OSError, and ValueError, saying what to do, where it is none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Position)
    except FileNotFoundError:
        return Position()
    except msgspec.DecodeError:
        raise ValueError(f"{path} does not say how far the boosts have come. Delete it to begin again.") from None


def write(path: Path, position: Position) -> None:
    """Keep a position; the file is whole at any time. Raises OSError."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    with unfinished.open("wb") as file:
        file.write(msgspec.json.encode(position))
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
