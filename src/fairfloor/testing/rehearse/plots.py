"""Draws the plots of a rehearsal as SVG, with Altair and vl-convert (the `plots` extra): no script, no other address.

Colours are the page's own CSS variables, so a plot follows the page into the dark.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import altair as alt
import vl_convert

from fairfloor.testing.rehearse.course import Bar, Course, Speaker, Way
from fairfloor.testing.rehearse.repeats import Repeats

COLOURS = {
    Speaker.HOST: "var(--host)",
    Speaker.REGULARS: "var(--floor)",
    Speaker.NEWCOMERS: "var(--newcomer)",
    Speaker.FLOOD: "var(--flood)",
}
SHAPES = {"words": "circle", "tags": "diamond", "passing on": "triangle-up", "link": "square"}
_WIDTH, _TALL, _LOW = 560, 150, 90
_LETTER = 8.0
"""Width of a letter in some browser, at most; what a plot is measured with here may have narrower ones."""
_RATE = alt.Axis(title="a minute", tickCount=4, minExtent=32, titlePadding=6, domain=False, ticks=False)


def draw_course(course: Course) -> str:
    """Draw messages over time: what was said, and below it on one scale what each way of showing showed of it."""
    said, *shown = ([bar for bar in course.bars if bar.way is way] for way in Way)
    most = max((row["to"] for bars in shown for row in _stacked(bars, course)), default=1.0)
    panels = [_panel(Way.SAID, list(_stacked(said, course)), None)]
    panels += [_panel(way, list(_stacked(bars, course)), most) for way, bars in zip(list(Way)[1:], shown, strict=True)]
    return _svg(alt.vconcat(*panels, spacing=18).resolve_scale(x="shared"))


def draw_repeats(repeats: Repeats) -> str:
    """Draw who repeats whom: a row for each account in step, a column for each that they repeat."""
    columns = alt.Axis(
        orient="top",
        labelAngle=-50,
        minExtent=0.8 * _width(repeats.columns),
        title=None,
        domain=False,
        ticks=False,
        grid=True,
    )
    rows = alt.Axis(minExtent=_width(repeats.rows), title=None, domain=False, ticks=False, grid=True)
    shapes = alt.Scale(domain=list(SHAPES), range=list(SHAPES.values()))
    chart = alt.Chart(alt.InlineData(values=[dot._asdict() for dot in repeats.dots]))
    chart = chart.mark_point(filled=True, color="var(--flood)", opacity=0.8, stroke="var(--paper)", strokeWidth=0.5)
    return _svg(
        chart.encode(
            x=alt.X("before:N", sort=list(repeats.columns), axis=columns),
            y=alt.Y("account:N", sort=list(repeats.rows), axis=rows),
            size=alt.Size("times:Q", scale=alt.Scale(type="sqrt", range=[12, 320]), legend=None),
            shape=alt.Shape("kind:N", scale=shapes, legend=None),
        ).properties(width=alt.Step(36), height=alt.Step(20))
    )


def _width(names: Sequence[str]) -> float:
    return _LETTER * max(map(len, names), default=0)


def _stacked(bars: Sequence[Bar], course: Course) -> Iterator[dict[str, Any]]:
    """Set the bars of each moment one on another, in messages a minute."""
    minutes = course.span.total_seconds() / 60
    for _, together in groupby(bars, key=_since):
        height = 0.0
        for bar in together:
            below, height = height, height + bar.messages / minutes
            yield {
                "since": bar.since.isoformat(),
                "until": (bar.since + course.span).isoformat(),
                "speaker": bar.speaker.value,
                "from": below,
                "to": height,
            }


def _since(bar: Bar) -> datetime:
    return bar.since


def _panel(way: Way, rows: Sequence[dict[str, Any]], most: float | None) -> alt.Chart:
    colours = alt.Scale(domain=[speaker.value for speaker in COLOURS], range=list(COLOURS.values()))
    upto = alt.Scale() if most is None else alt.Scale(domain=[0, most])
    chart = alt.Chart(alt.InlineData(values=list(rows)), title=alt.Title(way.value, anchor="start"))
    bars: alt.Chart = chart.mark_rect(stroke="var(--paper)", strokeWidth=0.4).encode(
        x=alt.X("since:T", scale=alt.Scale(type="utc"), axis=alt.Axis(format="%H:%M", title=None, grid=False)),
        x2="until:T",
        y=alt.Y("from:Q", scale=upto, axis=_RATE),
        y2="to:Q",
        color=alt.Color("speaker:N", scale=colours, legend=None),
    )
    return bars.properties(width=_WIDTH, height=_TALL if most is None else _LOW)


def _svg(chart: alt.Chart | alt.VConcatChart) -> str:
    """Render a chart with the page's colours and no background."""
    axis = alt.AxisConfig(
        labelColor="var(--ink)",
        titleColor="var(--soft)",
        gridColor="var(--line)",
        domainColor="var(--soft)",
        tickColor="var(--soft)",
        labelFontSize=12,
        titleFontSize=12,
        titleFontWeight="normal",
    )
    dressed = chart.configure(
        aria=False,
        axis=axis,
        background="transparent",
        font="system-ui, sans-serif",
        padding={"left": 2, "right": _LETTER * 4, "top": _LETTER, "bottom": 0},
        title=alt.TitleConfig(color="var(--ink)", fontSize=14, fontWeight=600),
        view=alt.ViewConfig(stroke=None),
    )
    return str(vl_convert.vegalite_to_svg(dressed.to_dict()))
