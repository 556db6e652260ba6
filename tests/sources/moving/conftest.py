"""What becomes of exports beside a chat's file."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fairfloor.store.site.library import SqlLibrary
from fairfloor.wiring.moving import moved_in, site_of
from fairfloor.wiring.moving_report import Report

from .exports import NOW


@pytest.fixture
def chat(tmp_path: Path) -> Path:
    """Give the file of a chat that has no site yet."""
    store = tmp_path / "chat.db"
    store.touch()
    return store


@pytest.fixture
def move(chat: Path, tmp_path: Path) -> Callable[..., Report]:
    """Give what moves content in beside the chat."""

    def moving(content: bytes, system: str = "wordpress", **options: Any) -> Report:
        file = tmp_path / f"export.{system}"
        file.write_bytes(content)
        return moved_in(chat, file, system, NOW, **options)

    return moving


@pytest.fixture
def library(chat: Path) -> Iterator[SqlLibrary]:
    """Open the site beside the chat."""
    with site_of(chat) as opened:
        yield opened
