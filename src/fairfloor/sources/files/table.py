"""Tables with a header: one act a row, its fields found by the names of the columns.

Times without a zone are taken as UTC: most exports leave it out, and a whole table shifted by hours changes no
decision. An id that a spreadsheet has rounded (`1.12598E+18`) is refused, since it is no longer one.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from io import BufferedReader
from typing import Any

from fairfloor.acts.act import Act
from fairfloor.acts.fault import Cause, Fault
from fairfloor.acts.hashtags import Network, distinct, hashtags
from fairfloor.sources.files.columns import find
from fairfloor.sources.files.rows import rows
from fairfloor.sources.reading.made import like, names, post, repost
from fairfloor.sources.reading.moments import moment
from fairfloor.sources.reading.refusal import Refused, Told
from fairfloor.sources.wrong import WRONG, fault

_NOTHING = {"", "nan", "none", "null", "na", "n/a"}
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?[eE]\+\d+", re.ASCII)
_BETWEEN = re.compile(r"[\s,;|\[\]'\"]+")
_LIKES = {"like", "favorite", "favourite"}
_REPOSTS = {"repost", "retweet", "boost"}
_NETWORKS: dict[str, Network] = {"x": "x", "twitter": "x", "bluesky": "bluesky", "mastodon": "mastodon"}


def read(stream: BufferedReader, given: Mapping[str, str]) -> Iterator[tuple[int, Told]]:
    """Read the rows after the header; `given` names columns by field. Raises `Refused` where one is not there."""
    table = rows(stream)
    _, header = next(table, (1, []))
    if isinstance(header, Fault):
        raise Refused(header.cause, header.detail)
    columns = find(header, given)
    for number, row in table:
        yield number, row if isinstance(row, Fault) else _told(_cells(row, columns))


def _cells(row: list[str], columns: Mapping[str, int]) -> dict[str, str]:
    """Give the cells that hold something, by field."""
    cells = {field: row[place].strip() for field, place in columns.items() if place < len(row)}
    return {field: cell for field, cell in cells.items() if cell.lower() not in _NOTHING}


def _told(cells: Mapping[str, str]) -> Told:
    try:
        return _act(cells)
    except Refused as refused:
        return refused.fault
    except WRONG as wrong:
        return fault(wrong)


def _act(cells: Mapping[str, str]) -> Act:
    network = cells.get("network", "").lower() or None
    who: dict[str, Any] = {
        "id": _id(cells),
        "at": moment(_needed(cells, "at"), naive_is_utc=True),
        "account": _needed(cells, "account").removeprefix("@"),
        "handle": cells.get("handle", "").removeprefix("@"),
        "network": network,
    }
    kind = cells.get("kind", "").lower()
    if kind in _LIKES | _REPOSTS or (kind != "post" and "subject" in cells):
        about = {"subject": _needed(cells, "subject"), "subject_account": cells.get("subject_account")}
        return like(**who, **about) if kind in _LIKES else repost(**who, **about)
    text = cells.get("text", "")
    return post(
        **who,
        text=text,
        reply_to=cells.get("reply_to"),
        quote_of=cells.get("quote_of"),
        root=cells.get("root") if cells.get("root") != cells["id"] else None,
        tags=_tags(cells, text, _NETWORKS.get(network or "", "x")),
        links=names(_several(cells.get("links", ""))),
        mentions=names(name.removeprefix("@") for name in _several(cells.get("mentions", ""))),
        lang=names(_several(cells.get("lang", ""))),
    )


def _tags(cells: Mapping[str, str], text: str, network: Network) -> tuple[str, ...]:
    return distinct(tag.lstrip("#") for tag in _several(cells["tags"])) if "tags" in cells else hashtags(text, network)


def _needed(cells: Mapping[str, str], field: str) -> str:
    if field not in cells:
        raise Refused(Cause.MISSING_FIELD, f"a row without {field}")
    return cells[field]


def _id(cells: Mapping[str, str]) -> str:
    found = _needed(cells, "id")
    if _ROUNDED.fullmatch(found):
        raise Refused(Cause.BAD_FIELD, f"an id that a spreadsheet has rounded: {found}; export the column as text")
    return found


def _several(cell: str) -> Iterable[str]:
    """Give the names in a cell that holds several, however they are set apart."""
    return filter(None, _BETWEEN.split(cell))
