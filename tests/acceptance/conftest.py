"""What the tests of the whole share: a `fairfloor watch` that is ended with its test."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fairfloor.testing.watching import Watching


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Callable[..., Watching]]:
    """Start watching; what still runs at the end of the test is ended."""
    started: list[Watching] = []

    def start(*arguments: object) -> Watching:
        started.append(Watching(arguments, tmp_path))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.end(signal.SIGKILL)
