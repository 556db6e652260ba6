"""A token: read from a file or the environment, sent in a header, and shown nowhere."""

import os
from pathlib import Path

from typing_extensions import override


class Secret:
    """Holds a token so that no log, page or message shows it by accident."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        """Raise ValueError, without the value, where it cannot stand in a header."""
        value = value.strip()
        if not value or not value.isascii() or not value.isprintable() or " " in value:
            raise ValueError("A token is one word of plain letters, digits and signs. Check where it was copied from.")
        self._value = value

    @override
    def __repr__(self) -> str:
        return "Secret(...)"

    @property
    def bearer(self) -> dict[str, str]:
        """The header that shows the token to the server it is for."""
        return {"Authorization": f"Bearer {self._value}"}


def from_file(path: Path) -> Secret:
    """Read a token from a file that holds nothing else. Raises OSError, and ValueError, naming it, if it holds none."""
    try:
        return Secret(path.read_text("utf-8-sig"))
    except UnicodeError:
        raise ValueError(f"{path} is no text, so it holds no token.") from None
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def from_environment(name: str) -> Secret | None:
    """Read a token from a variable of the environment; None where it is not set. Raises ValueError, naming it."""
    value = os.environ.get(name, "")
    try:
        return Secret(value) if value.strip() else None
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
