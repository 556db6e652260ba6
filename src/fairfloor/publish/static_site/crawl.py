"""Asks for all pages that can be come to, keeps each in its file, and then leads their links to the files."""

from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from html import escape
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from fairfloor.publish.static_site.names import address_of, file_of, link_to, told_apart
from fairfloor.publish.static_site.pages import NOWHERE, links, made_over

MOST = 250_000
"""Addresses that are asked for; a chat of ten years has a tenth."""


class Got(NamedTuple):
    """An answer."""

    status: int
    type: str
    body: bytes
    location: str = ""


class Asking(NamedTuple):
    """How pages are asked for."""

    get: Callable[[str], Awaitable[Got]]
    wanted: Callable[[str], bool]
    """Tells of an address whether it is to be kept."""
    home: str
    """Where the pages are alive, without a slash at its end; empty where nowhere is known."""
    watch: Callable[[int, int], object] = lambda _, __: None
    """Told how many addresses are kept, and how many are known."""


class Site:
    """What was gathered: which address is in which file, and which leads to another."""

    def __init__(self) -> None:
        self.files: dict[str, PurePosixPath] = {}
        self.pages: set[str] = set()
        self.leads: dict[str, str] = {}
        self.refused: dict[str, int] = {}
        """Addresses that did not answer with something to keep, with the status."""
        self._taken: set[str] = set()

    def keep(self, address: str, *, page: bool) -> PurePosixPath | None:
        """Give an address its file; None where it can have none."""
        file = file_of(address, page=page)
        if file is None:
            return None
        if str(file).casefold() in self._taken:
            file = told_apart(file, address)
        self._taken.add(str(file).casefold())
        self.files[address] = file
        if page:
            self.pages.add(address)
        return file

    def found(self, address: str, fragment: str) -> tuple[PurePosixPath, str] | None:
        """Give the file that an address comes to, following where it leads; None where it comes to none."""
        for _ in range(5):
            if (file := self.files.get(address)) is not None:
                return file, fragment
            there = address_of(self.leads.get(address, ""), address) if address in self.leads else None
            if there is None:
                return None
            address, fragment = there[0], there[1] or fragment
        return None


async def gathered(asking: Asking, start: Iterable[str], folder: Path) -> Site:
    """Ask for all that can be come to from some addresses, and keep it in a folder as it is."""
    site, waiting = Site(), deque(dict.fromkeys(start))
    known = set(waiting)
    while waiting:
        address = waiting.popleft()
        got = await asking.get(address)
        for link in _kept(site, address, got, folder, asking.home):
            if link not in known and len(known) < MOST and asking.wanted(link):
                known.add(link)
                waiting.append(link)
        asking.watch(len(known) - len(waiting), len(known))
    return site


def _kept(site: Site, address: str, got: Got, folder: Path, home: str) -> Iterable[str]:
    """Keep an answer; gives the addresses that it leads to."""
    if got.location:
        site.leads[address] = _inside(got.location, home)
        there = address_of(site.leads[address], address)
        return () if there is None else (there[0],)
    page = got.type.startswith("text/html")
    if got.status != 200 or (file := site.keep(address, page=page)) is None:  # noqa: PLR2004 - OK
        site.refused[address] = got.status
        return ()
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(got.body)
    if not page:
        return ()
    found = (
        address_of(_inside(link.to, home), address) for link in links(got.body.decode("utf-8", "replace")) if link.ours
    )
    return [there[0] for there in found if there is not None]


def joined(site: Site, folder: Path, home: str, instead: str) -> None:
    """Lead the links of all pages to files. home: where the pages are alive. instead: what stands for a form."""
    for address in sorted(site.pages):
        here = site.files[address]
        path = folder / here

        def lead(link: str, address: str = address, here: PurePosixPath = here) -> str | None:
            there = address_of(_inside(link, home), address)
            if there is None:
                return None if link.startswith(NOWHERE) else link
            if not link.split("#", maxsplit=1)[0] and "#" in link:
                return link
            found = site.found(*there)
            if found is None:
                return f"{home}{there[0]}{'#' + there[1] if there[1] else ''}" if home else None
            return link_to(found[0], here, found[1])

        path.write_text(made_over(path.read_text("utf-8", "replace"), lead, instead), "utf-8")


def led_on(site: Site, folder: Path, old: Iterable[tuple[str, str]]) -> tuple[int, int]:
    """Keep a page at each old address that leads to the new; gives how many, and how many no file can answer."""
    made = not_made = 0
    for address, new in old:
        there = address_of(new, "/")
        found = None if there is None else site.found(*there)
        asked = address_of(address, "/")
        file = None if asked is None or "?" in address else file_of(asked[0], page=True)
        if found is None or file is None or (folder / file).exists() or not _free(folder, file):
            not_made += 1
            continue
        link = escape(link_to(found[0], file, found[1]))
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(_LEADING.format(link=link), "utf-8")
        made += 1
    return made, not_made


def _free(folder: Path, file: PurePosixPath) -> bool:
    """Tell whether no part of a file's path is a file."""
    return not any((folder / parent).is_file() for parent in file.parents)


def _inside(link: str, home: str) -> str:
    """Give a link to our own pages as a path."""
    for own in filter(None, (home, NOWHERE)):
        if link == own or link.startswith((f"{own}/", f"{own}?", f"{own}#")):
            return link.removeprefix(own) or "/"
    return link


_LEADING = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>This page is elsewhere now</title>
<meta http-equiv="refresh" content="0; url={link}">
<meta name="robots" content="noindex">
<link rel="canonical" href="{link}">
</head>
<body><p>This page is elsewhere now: <a href="{link}">go there</a>.</p></body>
</html>
"""
