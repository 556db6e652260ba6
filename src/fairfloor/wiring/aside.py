"""What moved in and has no place here: on one page for each site it came from, which the host's people alone can see.

The page lists it for people; beside its text it has all of it for the way out.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from fairfloor.chat.site.article import MAX_TITLE, Article
from fairfloor.chat.site.moved import Aside, Kept, Line
from fairfloor.chat.site.slugs import slug
from fairfloor.session.library import Library
from fairfloor.wiring.moving_report import Report

_LISTED = 2_000
"""Items of a page that are listed."""
_LINE = 300


def keep_aside(
    library: Library, system: str, site: str, asides: Sequence[Aside], now: datetime, report: Report
) -> None:
    """Put items on the page of the site they came from, but for those that are there."""
    origin = f"{system}:https://{site}/#aside"
    number = library.came(origin)
    page = None if number is None else library.article(number)
    known = {} if page is None else msgspec.json.decode(page.rest, type=Kept).aside
    new: dict[str, Line] = {}
    for one in asides:
        there = one.key in known or one.key in new
        if not there:
            new[one.key] = Line(one.what, one.name, one.part, one.link)
        if one.why:  # else it stands here too, and is told of there
            report.add(one.what, one.name, "there already" if there else "kept aside", one.why)
    if not new:
        return
    lines = known | new
    rest = msgspec.Raw(msgspec.json.encode(Kept(system=system, site=site, aside=lines)))
    text = _listed(lines, site)
    if page is None:
        path = _free(library, f"/pages/kept-from-{slug(site) or system}")
        title = f"Kept from {site or system}"[:MAX_TITLE]
        page = Article(
            kind="page", path=path, title=title, state="private", published=now, updated=now, by="Fairfloor",
            discussion="closed", origin=origin,
        )  # fmt: skip
    library.keep(msgspec.structs.replace(page, text=text, updated=now, rest=rest))


def _free(library: Library, path: str) -> str:
    number = 1
    while library.at(path if number == 1 else f"{path}-{number}") is not None:
        number += 1
    return path if number == 1 else f"{path}-{number}"


def _listed(lines: dict[str, Line], site: str) -> str:
    """List items for people, in Markdown."""
    told = [f"This moved in from {_plain(site)} and has no place here. It is given back when the site moves out."]
    shown = [line for line in lines.values() if line.what != "site"][:_LISTED]
    for what in dict.fromkeys(line.what for line in shown):
        told += ["", f"## {_plain(what)}", ""]
        told += [
            f"- {_plain(line.name)}" + (f": <{line.link}>" if _fine(line.link) else "")
            for line in shown
            if line.what == what
        ]
    if len(lines) > _LISTED:
        told += ["", f"And {len(lines) - _LISTED:,} more."]
    return "\n".join(told)


def _plain(text: str) -> str:
    """Write words so that Markdown leaves them as they are."""
    words = " ".join(text.split())[:_LINE]
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>()#+-.!|&~" else sign for sign in words)


def _fine(link: str) -> bool:
    return link.startswith(("https://", "http://")) and link.isprintable() and not set(link) & set("<> ")
