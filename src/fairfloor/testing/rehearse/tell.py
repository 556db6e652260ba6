"""What a rehearsal came to, in lines of text for a terminal: a table, and a few sentences."""

from collections.abc import Iterable, Iterator, Sequence

from fairfloor.testing.rehearse.measure import Group, Measured, Reach, Shares, Showing
from fairfloor.web.words import amount

WAYS = ("Fairfloor", "newest first", "most reposted")
"""The ways of showing a chat, as the table's columns are called."""
ROWS = (Group.QUESTIONS, Group.REGULARS, Group.CRITICS, Group.NEWCOMERS, Group.GENUINE)
"""The groups of posts, in the order of the table."""
_FIRST, _OTHERS = 36, 15


def told(measured: Measured) -> Iterator[str]:
    """Tell what a rehearsal came to, line by line."""
    yield from _table("Posts that reached people", [showing.whole for showing in showings(measured)])
    during = [showing.hijack for showing in showings(measured) if showing.hijack]
    if during:
        yield ""
        yield from _table("Said while the hijack went on", during)
    yield ""
    yield from sentences(measured)


def showings(measured: Measured) -> tuple[Showing, ...]:
    """Give the ways of showing, in the order of their names."""
    return measured.floor, measured.newest, measured.reposted


def sentences(measured: Measured) -> Iterator[str]:
    """Say what accounts counted for, and what was merged wrongly."""
    says = measured.says
    if says.flood_accounts:
        yield (
            f"The flood's {amount(says.flood_accounts, 'account')} came to a say of {says.flood:.1f} together; "
            f"the {says.posting_accounts:,} that posted, to {says.posting:.1f}."
        )
    yield (
        f"The {amount(says.genuine_accounts, 'genuine account')} had a say of {_say(says.genuine)} on average, "
        f"none ever less than {_say(says.lowest)}."
    )
    yield f"Wrongly merged were {measured.wrong or 'none'} of {amount(measured.posts, 'post')}."


def percent(reach: Reach) -> str:
    """Give a share in percent that says 0% and 100% only where it is none and all; a dash of nothing."""
    return _percent(reach.reached, reach.of) if reach.of else "-"


def flooded(shares: Shares) -> str:
    """Give the flood's share of what was shown, in percent."""
    return _percent(shares.flood, shares.shown) if shares.shown else "-"


def lines_of(ways: Sequence[Shares]) -> Iterator[tuple[str, ...]]:
    """Give the lines of a table: each group of posts, with how many there were, and what reached people each way.

    Who is a critic is known of simulated evenings only; otherwise that line is left out.
    """
    for group in ROWS:
        of = ways[0].reach[group].of
        if of or group is not Group.CRITICS:
            yield f"{group} ({of:,})", *(percent(way.reach[group]) for way in ways)
    yield "The flood's share of what was shown", *map(flooded, ways)


def _percent(part: int, of: int) -> str:
    if part in {0, of}:
        return f"{100 * part // of}%"
    return f"{min(99, max(1, round(100 * part / of)))}%"


def _say(say: float) -> str:
    """Give a say so that only a whole one reads as 1."""
    return "1" if say == 1.0 else f"{min(say, 0.999):.3f}"


def _table(head: str, ways: Sequence[Shares]) -> Iterator[str]:
    yield _row(head, WAYS)
    for first, *others in lines_of(ways):
        yield _row(first, others)


def _row(first: str, others: Iterable[str]) -> str:
    return f"{first:<{_FIRST}}" + "".join(f"{other:>{_OTHERS}}" for other in others)
