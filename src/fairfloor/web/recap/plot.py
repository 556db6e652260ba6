"""The plots of a recap, as numbers for an SVG: places in hundredths of its width and height, so that it fits any page.

Text in such a drawing keeps its size, on a phone as on a desk, which a scaled drawing's would not. What is behind is
drawn as a wash with an edge on top, what is in front as full columns: so the two can be told apart without colours.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

import msgspec

from fairfloor.session.recap import Moment, Recap
from fairfloor.web.words import amount, lasting

_HIGH = 84.0
"""Hundredths of the height that the highest column takes; above it is room for the questions' marks."""
_APART = 6.5
"""Hundredths of the width between marks of questions that are both named."""
_GAP = 0.16
"""Part of a column's room left free, where there are few enough to tell."""
_FEW = 70


class Column(msgspec.Struct, frozen=True):
    """What came in one slice of time, behind and in front."""

    x: float
    width: float
    back: float
    """Its height; its top is at 100 less this."""
    front: float


class Mark(msgspec.Struct, frozen=True):
    """When a question was asked."""

    x: float
    label: str
    """Empty where there is no room for it."""


class Plot(msgspec.Struct, frozen=True, kw_only=True):
    """A plot with all that says the same in words."""

    name: str
    title: str
    told: str
    """What there is to see in it, in a sentence or two."""
    back: str
    """What is behind; and below, what is in front."""
    front: str
    columns: tuple[Column, ...]
    marks: tuple[Mark, ...]
    top: int
    """What the upper line stands for, and at which height; the lower one stands for half of it."""
    height: float
    heads: tuple[str, ...]
    rows: tuple[tuple[datetime, tuple[int, ...]], ...]


def plots(recap: Recap) -> list[Plot]:
    """Give the plots of a recap; those with nothing in them are left out."""
    if not recap.posts:
        return []
    each = lasting(recap.width).removeprefix("1 ")
    found = [_said(recap, each), _voices(recap, each), _answers(recap, each)]
    return [one for one in found if one is not None]


def _said(recap: Recap, each: str) -> Plot:
    most = max(recap.moments, key=lambda one: one.said)
    told = (
        f"{amount(recap.posts, 'post')} came, and {amount(recap.had, 'message')} got the floor. "
        f"The most came {_into(recap, most)}: {amount(most.said, 'post')}, "
        f"while {amount(most.floor, 'message')} got the floor."
        if most.said > 1
        else f"{amount(recap.posts, 'post')} came."
    )
    return _plot(
        recap,
        "said",
        f"What was said and what got the floor, every {each}",
        told,
        ("said", "got the floor"),
        [(one.said, one.floor) for one in recap.moments],
    )


def _voices(recap: Recap, each: str) -> Plot:
    most = max(recap.moments, key=lambda one: one.accounts)
    in_step = sum(one.in_step for one in recap.moments)
    told = (
        f"The most accounts spoke {_into(recap, most)}: {most.accounts:,}, which count as "
        f"{amount(most.voices, 'voice')}. "
    )
    told += (
        f"{amount(in_step, 'post was', 'posts were')} said by accounts acting in step."
        if in_step
        else "Nobody acted in step, so every account is a voice of its own."
    )
    heads = ("accounts that spoke", "as voices", "posts acting in step")
    rows = [(one.accounts, one.voices, one.in_step) for one in recap.moments]
    return _plot(recap, "voices", f"Accounts that spoke, and as how many voices, every {each}", told, heads, rows)


def _answers(recap: Recap, each: str) -> Plot | None:
    asked, answers = (sum(getattr(one, what) for one in recap.moments) for what in ("questions", "answers"))
    if not asked and not answers:
        return None
    told = f"{amount(asked, 'post')} asked something. {_asked(recap)}"
    rows = [(one.questions, one.answers) for one in recap.moments]
    heads = ("posts that ask", "answers on the floor")
    return _plot(recap, "answers", f"Questions and answers, every {each}", told, heads, rows)


def _asked(recap: Recap) -> str:
    asked = [one for one in recap.questions if one.at is not None]
    if not asked:
        return ""
    answered = sum(one.answered for one in asked)
    return f"To the {amount(len(asked), 'question')} that the host asked, {amount(answered, 'answer')} had the floor."


def _into(recap: Recap, moment: Moment) -> str:
    """Say when something was, counted from the beginning, so that it is true on everybody's clock."""
    minutes = (moment.since - recap.moments[0].since) // timedelta(minutes=1)
    if not minutes:
        return "at the beginning"
    return f"{lasting(timedelta(minutes=minutes))} after it began"


def _plot(
    recap: Recap, name: str, title: str, told: str, heads: tuple[str, ...], rows: Sequence[tuple[int, ...]]
) -> Plot:
    """Make a plot; of each row, the first is behind and the second in front."""
    top = rounded(max(max(row[:2]) for row in rows))
    unit = _HIGH / top
    return Plot(
        name=name,
        title=title,
        told=told.strip(),
        back=heads[0],
        front=heads[1],
        columns=tuple(_columns([row[0] * unit for row in rows], [row[1] * unit for row in rows])),
        marks=tuple(_marks(recap)),
        top=top,
        height=_HIGH,
        heads=heads,
        rows=tuple((one.since, row) for one, row in zip(recap.moments, rows, strict=True)),
    )


def rounded(most: int) -> int:
    """Give the least even number of those that people count in (2, 4, 6, 10, 20, 40, 60, 100, ...) that is no less."""
    size = 1
    while True:
        for step in (2, 4, 6, 10):
            if step * size >= most:
                return step * size
        size *= 10


def _columns(back: Sequence[float], front: Sequence[float]) -> Iterator[Column]:
    room = 100 / len(back)
    gap = room * _GAP if len(back) <= _FEW else 0.0
    for place, (behind, before) in enumerate(zip(back, front, strict=True)):
        if behind or before:
            yield Column(round(place * room + gap / 2, 3), round(room - gap, 3), round(behind, 2), round(before, 2))


def _marks(recap: Recap) -> Iterable[Mark]:
    """Give when questions were asked, where that was while the plot lasts."""
    moments: Sequence[Moment] = recap.moments
    first, whole = moments[0].since, len(moments) * recap.width
    last = -100.0
    for one in sorted((one for one in recap.questions if one.at is not None), key=lambda one: one.at or first):
        x = round(100 * ((one.at or first) - first) / whole, 2)
        if not 0 <= x <= 100:  # noqa: PLR2004 - hundredths
            continue
        named = x - last >= _APART and x <= 100 - _APART / 2
        last = x if named else last
        yield Mark(x, f"Q{one.number}" if named else "")
