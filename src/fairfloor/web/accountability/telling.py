"""A report in plain sentences, and what its two plots need: whose the floor was, and what became of posts over time."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from fairfloor.session.decision import Class
from fairfloor.session.report import CLASSES, Asked, Report
from fairfloor.web.markup import plain
from fairfloor.web.words import LABELS, amount, lasting

WHOSE: dict[Class, str] = {"host": "the host", "regular": "people the room talks with", "newcomer": "newcomers"}
_ORDER: tuple[Class, ...] = ("regular", "newcomer", "host")
_DID = {
    "fold": "folded a post",
    "hold": "held a post back",
    "release": "gave a post the floor",
    "pause": "paused an account",
    "vouch": "vouched for an account",
    "pace": "set the pace",
    "share": "set the newcomers' share",
    "begin": "began a session",
    "end": "ended a session",
    "pin": "pinned a notice",
    "unpin": "took a notice down",
    "settle": "changed what the chat is",
    "write": "wrote the run sheet",
    "ask": "asked a question of the run sheet",
    "stitch": "put an answer under another question",
    "enter": "entered a post into the ledger",
    "answer": "answered a question",
    "decline": "declined a question or a proposal",
    "withdraw": "withdrew a question or a proposal",
    "merge": "took two for one",
    "split": "took a post out of a question",
    "respond": "answered a dispute",
    "propose": "proposed a topic",
    "accept": "accepted a proposal",
    "review": "answered an appeal",
}
_ASIDE = frozenset({"copy", "expired", "share", "echo", "host-fold", "host-hold", "host-pause", "withdrawn", "waiting"})
TALL = 100
"""Height of the plot over time."""


class Piece(msgspec.Struct, frozen=True):
    """A part of a bar, or of a column, in hundredths."""

    kind: str
    x: float
    y: float
    width: float
    height: float


class Share(msgspec.Struct, frozen=True):
    """What one class said, and what it had of the floor, in numbers and hundredths."""

    kind: Class
    whose: str
    said: int
    said_part: str
    floor: int
    floor_part: str


class Reason(msgspec.Struct, frozen=True):
    """How many posts are where they are for one reason."""

    code: str
    label: str
    count: int


class Moment(msgspec.Struct, frozen=True):
    """One slice of time, as a table has it."""

    since: datetime
    floor: int
    merge: int
    fold: int


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What the page of a report is given."""

    since: datetime
    until: datetime
    lede: str
    floor: str
    waits: str
    shares: tuple[Share, ...]
    said_bar: tuple[Piece, ...]
    floor_bar: tuple[Piece, ...]
    bars: str
    columns: tuple[Piece, ...]
    over_time: str
    moments: tuple[Moment, ...]
    aside: tuple[Reason, ...]
    in_step: str
    camps: tuple[str, ...]
    done: tuple[str, ...]
    by: str
    asked: tuple[str, ...]


def told(report: Report) -> Told:
    """Say a report."""
    return Told(
        since=report.since,
        until=report.until,
        lede=_lede(report),
        floor=_floor(report),
        waits=_waits(report),
        shares=tuple(_shares(report)),
        said_bar=tuple(_bar(report.said)),
        floor_bar=tuple(_bar(report.floor)),
        bars=f"Of what was said: {_parts(report.said)}. Of the floor: {_parts(report.floor)}.",
        columns=tuple(_columns(report)),
        over_time=_over_time(report),
        moments=tuple(Moment(one.since, one.floor, one.merge, one.fold) for one in report.slices),
        aside=tuple(
            Reason(code, LABELS.get(code, code), count) for code, count in report.reasons.items() if code in _ASIDE
        ),
        in_step=_in_step(report.in_step),
        camps=tuple(_camps(report)),
        done=tuple(_done(report)),
        by=_by(report),
        asked=tuple(_asked(report.asked)),
    )


def _lede(report: Report) -> str:
    if not report.posts:
        return "Nothing was said."
    more = f" Beside them came {amount(report.reposts, 'repost')} and {amount(report.likes, 'like')}."
    told_ = f"{amount(report.posts, 'post')} by {amount(report.accounts, 'account')}."
    return told_ + (more if report.reposts or report.likes else "")


def _floor(report: Report) -> str:
    many = report.on_floor
    if not many:
        return "No message had the floor." if report.posts else ""
    return f"{amount(many, 'message')} had the floor: {_parts(report.floor)}."


def _waits(report: Report) -> str:
    """Say how long messages waited."""
    if not report.on_floor:
        return ""
    at_once = "All of them" if report.at_once == report.on_floor else f"{report.at_once:,} of them"
    if report.waits is None:
        return f"{at_once} had it at once."
    waits, half = (
        report.waits,
        "" if report.waits.count == 1 else f" half of those waited {lasting(report.waits.median)} or less,",
    )
    had = f"{report.at_once:,} had it at once" if report.at_once else "None had it at once"
    return f"{had}, {waits.count:,} after a wait:{half} the longest {lasting(waits.longest)}."


def _parts(counts: dict[Class, int]) -> str:
    """Say whose something was, in hundredths."""
    whole = sum(counts.values())
    return (
        ", ".join(f"{_percent(counts[one], whole)} by {WHOSE[one]}" for one in _ORDER if counts.get(one)) or "nothing"
    )


def _percent(part: int, whole: int) -> str:
    share = 100 * part / whole if whole else 0.0
    return "less than 1%" if 0 < share < 1 else f"{share:.0f}%"


def _shares(report: Report) -> Iterator[Share]:
    said, floor = sum(report.said.values()), sum(report.floor.values())
    for one in CLASSES:
        if (mine := report.said.get(one, 0)) or report.floor.get(one):
            had = report.floor.get(one, 0)
            yield Share(one, WHOSE[one], mine, _percent(mine, said), had, _percent(had, floor))


def _bar(counts: dict[Class, int]) -> Iterator[Piece]:
    start, unit = 0.0, 100 / max(1, sum(counts.values()))
    for one in _ORDER:
        if width := counts.get(one, 0) * unit:
            yield Piece(one, round(start, 2), 0, round(width, 2), 10)
            start += width


def _columns(report: Report) -> Iterator[Piece]:
    most = max((one.floor + one.merge + one.fold for one in report.slices), default=0) or 1
    for place, one in enumerate(report.slices):
        below = float(TALL)
        for kind, count in (("had", one.floor), ("merged", one.merge), ("came", one.fold)):
            if height := count * TALL / most:
                below -= height
                yield Piece(kind, place * 10 + 0.5, round(below, 2), 9, round(height, 2))


def _over_time(report: Report) -> str:
    if not report.slices:
        return ""
    busiest = max(report.slices, key=lambda one: one.floor + one.merge + one.fold)
    most = busiest.floor + busiest.merge + busiest.fold
    each = lasting(report.width).removeprefix("1 ")
    return (
        f"Posts in every {each}, by what became of them. The most came at {busiest.since:%H:%M} UTC: "
        f"{amount(most, 'post')}, of which {busiest.floor:,} are on the floor, {busiest.merge:,} merged and "
        f"{busiest.fold:,} folded."
    )


def _in_step(accounts: int) -> str:
    if not accounts:
        return "Nobody acted in step."
    return (
        f"{amount(accounts, 'account was', 'accounts were')} acting in step with others, and had less than a full say."
    )


def _camps(report: Report) -> Iterator[str]:
    if report.camps is None:
        yield "The camps are not known: too few have said what they think of proposals to tell who usually disagrees."
        return
    for number, camp in enumerate(report.camps, 1):
        yield (
            f"Camp {number}: {amount(camp.posts, 'post')}, {camp.folded:,} of them folded"
            f"{f' ({_percent(camp.folded, camp.posts)})' if camp.folded else ''}."
        )


def _done(report: Report) -> Iterator[str]:
    for one in report.done:
        back = f", undone {_times(one.undone)}" if one.undone else ""
        yield f"{_DID.get(one.kind, one.kind)} {_times(one.times)}{back}"


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number:,} times")


def _by(report: Report) -> str:
    return ", ".join(f"{plain(one.name)} ({one.role}) made {amount(one.times, 'move')}" for one in report.by)


def _asked(asked: Asked) -> Iterator[str]:
    if not asked.count:
        yield "Nobody asked for a second look."
        return
    yield f"A second look was asked for {_times(asked.count)}."
    if asked.waited is not None:
        got = [f"{amount(asked.granted, 'post')} got the floor"] if asked.granted else []
        stood = [f"{amount(asked.refused, 'fold')} stood"] if asked.refused else []
        half = "The answer" if asked.granted + asked.refused == 1 else "Half of the answers"
        yield f"{', '.join(got + stood)}. {half} came within {lasting(asked.waited)}."
    if asked.open:
        yield f"{amount(asked.open, 'appeal waits', 'appeals wait')} for an answer."
    if asked.gone:
        yield f"{amount(asked.gone, 'post was', 'posts were')} taken back by the author before there was an answer."
