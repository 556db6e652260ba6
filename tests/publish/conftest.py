"""An evening on a new store, and a key."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fairfloor.publish.atproto.keys import SigningKey
from fairfloor.wiring.kept import kept

from .stage import Evening


@pytest.fixture
def evening(tmp_path: Path) -> Iterator[Evening]:
    """Begin an evening on a new store."""
    with kept(tmp_path / "evening.db") as begun:
        yield Evening(begun)


@pytest.fixture(scope="session")
def key() -> SigningKey:
    """Make a key."""
    return SigningKey.new()
