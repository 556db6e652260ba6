"""A link checker: every link in a folder of pages leads to a file in it, and every fragment to an element there."""

from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from typing_extensions import override

_LINKS = {"href", "src", "action", "poster", "data", "srcset"}


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.tags: set[str] = set()

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name in _LINKS and value:
                self.links.append(value)
            if name in {"id", "name"} and value:
                self.anchors.add(value)


def _read(path: Path) -> _Page:
    page = _Page()
    page.feed(path.read_text("utf-8"))
    page.close()
    return page


def check(folder: Path) -> list[str]:
    """Give what is wrong with the links of a folder of pages."""
    pages = {path.resolve(): _read(path) for path in folder.rglob("*.html")}
    wrong: list[str] = []
    for path, page in pages.items():
        here = path.relative_to(folder.resolve()).as_posix()
        if page.tags & {"script", "form", "base"}:
            wrong.append(f"{here}: {page.tags & {'script', 'form', 'base'}}")
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if parts.path.startswith("/") or parts.query or not target.is_relative_to(folder.resolve()):
                wrong.append(f"{here}: {link} leads out of the folder")
            elif not target.is_file():
                wrong.append(f"{here}: {link} is not there")
            elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].anchors:
                wrong.append(f"{here}: {link} has no such place")
    return wrong


@pytest.fixture
def links_wrong() -> Callable[[Path], list[str]]:
    """Give the link checker."""
    return check
