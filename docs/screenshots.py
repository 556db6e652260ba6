"""Makes the README's pictures: runs the demo, six times as fast as `make demo` does, and looks at it as a reader does.

    .venv/bin/python docs/screenshots.py

Takes about a minute and a half. Pictures come out nearly the same each time: the evening is simulated from a fixed
seed, and each is taken at a fixed minute of it.
"""
# ruff: noqa: INP001 - a script, not a package

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

from fairfloor.testing.browser import chromium

IMAGES = Path(__file__).parent / "images"
SPEED = 60
MOMENTS = {"before": 28, "during": 45, "after": 59}
"""Minutes of the evening; the hijack lasts from minute 30 to minute 50."""
DESK, PHONE = {"width": 1200, "height": 820}, {"width": 390, "height": 844}
VIEWS = {"desktop": (DESK, "light"), "phone": (PHONE, "light"), "dark": (DESK, "dark")}
MOST = 200_000
"""Bytes of a picture."""


@contextmanager
def demo() -> Iterator[str]:
    """Run the demo; give its address."""
    command: list[str | Path] = [
        Path(sys.executable).with_name("fairfloor"),
        "demo",
        "--port",
        "0",
        "--speed",
        str(SPEED),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:  # noqa: S603 - our own
        try:
            assert running.stdout  # noqa: S101 - it was asked for
            said: Iterator[str] = iter(running.stdout)
            yield next(found[0] for line in said if (found := re.search(r"http://\S+", line)))
        finally:
            running.terminate()


def reader(browser: Browser, address: str, view: str) -> Page:
    """Open the page as somebody on the American east coast sees it, without motion."""
    viewport, scheme = VIEWS[view]
    page = browser.new_page(
        viewport=viewport,  # type: ignore[arg-type]
        color_scheme=scheme,  # type: ignore[arg-type]
        reduced_motion="reduce",
        locale="en-US",
        timezone_id="America/New_York",
    )
    page.goto(address)
    return page


def minute(address: str, start: datetime | None) -> tuple[float, datetime | None]:
    """Give the minute of the evening, and when it began."""
    with urlopen(f"{address}/health") as answer:  # noqa: S310 - our own address
        now = json.load(answer)["now"]
    if now is None:
        return 0, None
    at = datetime.fromisoformat(now)
    start = start or at.replace(minute=0, second=0, microsecond=0)
    return (at - start).total_seconds() / 60, start


def take(page: Page, name: str) -> None:
    """Take a picture."""
    picture = IMAGES / f"{name}.png"
    page.screenshot(path=picture)
    size = picture.stat().st_size
    assert size < MOST, f"{picture.name} has {size:,} bytes; at most {MOST:,} are wanted"  # noqa: S101
    print(f"{picture.name}: {size:,} bytes")  # noqa: T201 - says how it goes


def take_voices(browser: Browser, address: str, view: str) -> None:
    """Take a picture of who acts in step, with the first account's receipts."""
    page = reader(browser, f"{address}/voices", view)
    page.locator(".accounts summary").first.click()
    take(page, f"voices-{view}")
    page.close()


def main() -> None:
    """Make all pictures."""
    IMAGES.mkdir(exist_ok=True)
    with demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**chromium())
        pages = {view: reader(browser, address, view) for view in VIEWS}
        start: datetime | None = None
        for moment, when in MOMENTS.items():
            now = -1.0
            while now < when:
                pages["desktop"].wait_for_timeout(200)
                now, start = minute(address, start)
            for view, page in pages.items():
                take(page, f"{moment}-{view}")
            if moment == "during":
                take_voices(browser, address, "desktop")
                take_voices(browser, address, "phone")
        browser.close()


if __name__ == "__main__":
    main()
