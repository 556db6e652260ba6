"""What a rehearsal came to, in lines of text for a terminal: a table, and a few sentences."""

from collections.abc import Iterator

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


def name(group: Group, of: int) -> str:
    """Name a group of posts, with how many there were."""
    if group is Group.CRITICS and not of:
        return "critics' (nobody knows who)"
    return f"{group} ({of:,})"


def _percent(part: int, of: int) -> str:
    if part in {0, of}:
        return f"{100 * part // of}%"
    return f"{min(99, max(1, round(100 * part / of)))}%"


def _say(say: float) -> str:
    """Give a say so that only a whole one reads as 1."""
    return "1" if say == 1.0 else f"{min(say, 0.999):.3f}"


def _table(head: str, ways: list[Shares]) -> Iterator[str]:
    yield _row(head, WAYS)
    for group in ROWS:
        yield _row(f"  {name(group, ways[0].reach[group].of)}", [percent(way.reach[group]) for way in ways])
    yield _row("The flood's share of what was shown", [flooded(way) for way in ways])


def _row(first: str, others: list[str] | tuple[str, ...]) -> str:
    return f"{first:<{_FIRST}}" + "".join(f"{other:>{_OTHERS}}" for other in others)
