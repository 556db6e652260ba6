"""Styles, scripts and the icon, at an address that changes with their content, so that they may be kept for good."""

from hashlib import blake2b
from pathlib import Path

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

FOLDER = Path(__file__).parent / "static"


class Assets:
    """The folder of static files, mounted under the hash of all that is in it."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        content = blake2b(digest_size=6)
        for path in sorted(folder.iterdir()):
            content.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
        self.base = f"/static/{content.hexdigest()}"

    def mount(self, app: FastAPI) -> None:
        """Serve the files from an app."""
        app.mount(self.base, StaticFiles(directory=self._folder))

    def icon(self) -> bytes:
        """Give the icon, an SVG."""
        return (self._folder / "icon.svg").read_bytes()
