"""The system's Chromium, found and told to keep to itself, for tests, pictures and measurements of the page."""

import os
import shutil
from typing import TypedDict

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_QUIET = ("gpu", "background-networking", "component-update", "sync", "dev-shm-usage")


class NoBrowser(Exception):  # noqa: N818 - it names what is the matter
    """There is no Chromium here; the message says what to install."""

    def __init__(self) -> None:
        super().__init__(
            "No Chromium found. Install it (Debian, Ubuntu: sudo apt install chromium; macOS: brew install chromium), "
            "or say where it is: FAIRFLOOR_CHROMIUM=/path/to/chromium"
        )


class Launch(TypedDict):
    """What Playwright's `chromium.launch` is to be called with."""

    executable_path: str
    args: list[str]


def chromium() -> Launch:
    """Find the browser and say how to start it. Raises NoBrowser."""
    path = os.environ.get("FAIRFLOOR_CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        raise NoBrowser
    args = ["--no-first-run", *(f"--disable-{what}" for what in _QUIET)]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        args.append("--no-sandbox")  # Chromium has none for root
    return Launch(executable_path=path, args=args)
