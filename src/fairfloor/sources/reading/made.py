"""Acts made from other people's fields: every one fits the limits of `acts.act`, or is refused for a cause."""

from collections.abc import Iterable
from html import unescape
from typing import Any

import msgspec

from fairfloor.acts.act import Like, Post, Repost

_MOST_NAMES = 256
_LONGEST_NAME = 1024


def post(**fields: Any) -> Post:
    """Make a post of its fields; what is None or empty is as good as not there. Raises msgspec.ValidationError."""
    return msgspec.convert(_present(fields), Post)


def repost(**fields: Any) -> Repost:
    """Make a repost of its fields, in the same way."""
    return msgspec.convert(_present(fields), Repost)


def like(**fields: Any) -> Like:
    """Make a like of its fields, in the same way."""
    return msgspec.convert(_present(fields), Like)


def names(found: Iterable[str | None]) -> tuple[str, ...]:
    """Give names each once, in order, without the empty and the over-long, as many as an act may have."""
    fit = dict.fromkeys(name for name in found if name and len(name) <= _LONGEST_NAME)
    return tuple(fit)[:_MOST_NAMES]


def plain(text: str) -> str:
    """Undo the escapes (`&amp;`) in which some networks send plain text."""
    return unescape(text) if "&" in text else text


def _present(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}
