"""Files that are whole at any time: written beside where they belong, and put there when they are done."""

import os
from collections.abc import Iterable
from pathlib import Path


def put_in_place(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file of pieces; what was there is whole until the new one is. Raises OSError."""
    unfinished = path.with_name(f"{path.name}.unfinished-{os.getpid()}")
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
