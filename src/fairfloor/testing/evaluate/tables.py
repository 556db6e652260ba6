"""Tables in Markdown: of evenings, a column for each figure; the mean, and in brackets the worst evening."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from fairfloor.testing.evaluate.results import (
    HERE,
    NEWEST,
    REPOSTED,
    Figure,
    Part,
    Spread,
    flooded,
    reach,
    spread,
    then,
)
from fairfloor.testing.rehearse.measure import Group, Measured

Better = Literal["more", "less"] | None
"""Which is better, so that the worst evening can be told; None where neither is."""

_LEAST = 0.001


class Column(NamedTuple):
    """A column of a table of evenings."""

    head: str
    figure: Figure
    better: Better = "more"


def _total(measured: Measured) -> float:
    return measured.says.flood


_GROUPS = {
    "regulars' and questions": Group.SEEDED,
    "questions": Group.QUESTIONS,
    "critics'": Group.CRITICS,
    "newcomers'": Group.NEWCOMERS,
}
_REAL_GROUPS = {"regulars'": Group.REGULARS, "questions": Group.QUESTIONS, "newcomers'": Group.NEWCOMERS}
_FLOOD = (Column("flood's share", flooded(HERE), "less"), Column("flood's, then", flooded(then), "less"))
_SAY = (
    Column("say of the flood", _total, "less"),
    Column("of accounts", lambda measured: float(measured.says.flood_accounts), None),
)
_MERGED = (
    Column("lowest genuine say", lambda measured: measured.says.lowest),
    Column("wrongly merged", lambda measured: float(measured.wrong), "less"),
)
SIMULATED = (
    *(Column(name, reach(group, HERE)) for name, group in _GROUPS.items()),
    Column("regulars' and questions, then", reach(Group.SEEDED, then)),
    Column("critics', then", reach(Group.CRITICS, then)),
    *_FLOOD,
    *_SAY,
    *_MERGED,
)
"""Of simulated evenings with a crowd."""
PEACE = (
    Column("genuine posts", reach(Group.GENUINE, HERE)),
    Column("folded", lambda measured: float(measured.folded), "less"),
    *_MERGED,
)
"""Of simulated evenings without one."""
REAL = (
    *(Column(name, reach(group, HERE)) for name, group in _REAL_GROUPS.items()),
    *_FLOOD,
    *_SAY,
    Column("of those who post", lambda measured: measured.says.posting, "less"),
    Column("mean genuine say", lambda measured: measured.says.genuine),
    *_MERGED,
)
"""Of real sessions with a burst over them."""


def _beside(groups: Mapping[str, Group], way: str, of: Part) -> Iterator[Column]:
    for name, group in groups.items():
        yield Column(f"{way}: {name}", reach(group, of))
    yield Column("flood's share", flooded(of), "less")


SIMULATED_BESIDE = (*_beside(_GROUPS, "newest", NEWEST), *_beside(_GROUPS, "reposted", REPOSTED))
"""Of the two timelines, on simulated evenings."""
REAL_BESIDE = (*_beside(_REAL_GROUPS, "newest", NEWEST), *_beside(_REAL_GROUPS, "reposted", REPOSTED))
"""Of the two timelines, on real sessions."""


def evenings(kinds: Mapping[str, Sequence[Measured]], columns: Sequence[Column]) -> Iterator[str]:
    """Write a table of kinds of evenings."""
    yield from table(
        ("", *(column.head for column in columns)),
        [
            (kind, *(_cell(spread(its, column.figure), column.better) for column in columns))
            for kind, its in kinds.items()
        ],
    )


def table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> Iterator[str]:
    """Write a table."""
    for cells in (head, ["---"] * len(head), *lines):
        yield "| " + " | ".join(cells) + " |"


def number(value: float) -> str:
    """Give a figure to three places, never rounded to a whole number that it is not; from 1 on to one place."""
    if value == round(value):
        return f"{value:,.0f}"
    if value < _LEAST:
        return f"under {_LEAST:g}"
    return f"{min(0.999, value):.3f}" if value < 1.0 else f"{value:,.1f}"


def _cell(found: Spread | None, better: Better) -> str:
    if found is None:
        return "-"
    mean, worst = number(found.mean), number(found.least if better == "more" else found.most)
    return mean if better is None or mean == worst else f"{mean} ({worst})"
