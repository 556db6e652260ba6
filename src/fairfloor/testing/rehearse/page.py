"""A rehearsal as one page to look at and to keep: tables, two plots, and the same in words and numbers."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib.resources import files
from types import ModuleType
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from fairfloor.testing.rehearse.course import Bar, Course, Speaker, Way, course
from fairfloor.testing.rehearse.measure import Measured
from fairfloor.testing.rehearse.play import Played
from fairfloor.testing.rehearse.repeats import Repeats, repeats
from fairfloor.testing.rehearse.stage import Staged
from fairfloor.testing.rehearse.tell import WAYS, flooded, lines_of, sentences, showings
from fairfloor.web.assets import FOLDER
from fairfloor.web.words import amount, lasting

_NUMBERED = 12
"""Rows of a plot's table of numbers over time, at most about so many."""
_MOST = 60
"""Rows of a plot's table of who repeats whom."""


class NoPlots(Exception):  # noqa: N818 - it names what is missing
    """What draws the plots is not installed; the message says what to do."""


def drawing() -> ModuleType:
    """Give what draws. Raises NoPlots where the `plots` extra is not installed."""
    try:
        from fairfloor.testing.rehearse import plots  # noqa: PLC0415 - an extra, which may not be there
    except ImportError as error:
        raise NoPlots(
            "--html draws with the plots extra, which is not installed: pip install 'fairfloor[plots]'"
        ) from error
    return plots


def page(staged: Staged, played: Played, measured: Measured) -> str:
    """Write the page, HTML that needs nothing from anywhere. Raises NoPlots."""
    plots = drawing()
    over_time, who = course(staged.scene, played), repeats(staged.scene, played)
    ways = showings(measured)
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    template = environment.from_string(files(__package__).joinpath("page.html").read_text("utf-8"))
    return template.render(
        tag=staged.scene.rules.tag,
        head=staged.head,
        pace=f"{staged.scene.rules.pace:g}",
        ttl=lasting(staged.scene.rules.ttl),
        style=Markup((FOLDER / "page.css").read_text("utf-8")),  # noqa: S704 - our own file
        ways=WAYS,
        whole=list(lines_of([way.whole for way in ways])),
        during=list(lines_of(during)) if (during := [way.hijack for way in ways if way.hijack]) else [],
        sentences=list(sentences(measured)),
        course_plot=Markup(plots.draw_course(over_time)),  # noqa: S704 - an SVG that Vega wrote and escaped
        course_said=_course_in_words(over_time, measured),
        speakers=[speaker for speaker in Speaker if any(bar.speaker is speaker for bar in over_time.bars)],
        course_ways=[way.value for way in Way],
        course_rows=list(_course_in_numbers(over_time)),
        repeats_plot=Markup(plots.draw_repeats(who)) if who.dots else "",  # noqa: S704 - the same
        grouped=len(who.rows) < who.in_step,
        repeats_said=_repeats_in_words(who),
        repeats_rows=_repeats_in_numbers(who),
        other_crowd="unique:300",
        other_pace=f"{staged.scene.rules.pace / 2:g}",
    )


def _course_in_words(course: Course, measured: Measured) -> str:
    """Say what the plot over time shows."""
    flood = Counter({bar.since: bar.messages for bar in course.bars if _is(bar, Way.SAID, flood=True)})
    if not flood:
        return "Nothing of the flood was a post, so there is none of it to see."
    minutes = course.span / timedelta(minutes=1)
    height, messages = flood.most_common(1)[0]
    genuine = sum(bar.messages for bar in course.bars if bar.since == height and _is(bar, Way.SAID, flood=False))
    here, newest, reposted = (flooded(showing.whole) for showing in showings(measured))
    return (
        f"At its height, from {height:%H:%M} UTC on, the flood said {_rate(messages / minutes)} messages a minute and "
        f"everybody else {_rate(genuine / minutes)}. Over the whole session {here} of what had the floor was the "
        f"flood's; in a timeline, newest first, {newest}; most reposted first, {reposted}."
    )


def _is(bar: Bar, way: Way, *, flood: bool) -> bool:
    return bar.way is way and (bar.speaker is Speaker.FLOOD) is flood


def _rate(rate: float) -> str:
    return f"{rate:.0f}" if rate == round(rate) or rate >= 10 else f"{rate:.1f}"  # noqa: PLR2004 - two digits do


def _course_in_numbers(course: Course) -> Iterator[list[str]]:
    """Give messages over time in so few rows that they can be read."""
    moments = sorted({bar.since for bar in course.bars})
    if not moments:
        return
    start, spans = moments[0], (moments[-1] - moments[0]) // course.span + 1
    step = course.span * -(-spans // _NUMBERED)
    counted: Counter[tuple[datetime, Way, bool]] = Counter()
    for bar in course.bars:
        counted[start + (bar.since - start) // step * step, bar.way, bar.speaker is Speaker.FLOOD] += bar.messages
    for since in sorted({since for since, _, _ in counted}):
        cells = (f"{counted[since, way, flood]:,}" for way in Way for flood in (False, True))
        yield [f"{since:%H:%M}", *cells]


def _repeats_in_words(who: Repeats) -> str:
    """Say what the plot of who repeats whom shows."""
    if not who.in_step:
        return "No account acts in step with others: nobody repeats others beyond what chance gives."
    told = f"{amount(who.in_step, 'account acts', 'accounts act')} in step, {_genuine(who.genuine)} among them."
    if who.most is None:
        return told
    most, fellows = who.most
    return (
        f"{told} Together they repeated {amount(who.before, 'account')}, {_genuine(who.before_genuine)} among those, "
        f"{amount(who.times, 'time')}; most of all {most}, whom {fellows:,} of them repeated. Who is repeated answers "
        "for nothing: only who comes after does."
    )


def _genuine(accounts: int) -> str:
    return amount(accounts, "genuine account") if accounts else "no genuine account"


def _repeats_in_numbers(who: Repeats) -> list[tuple[Any, ...]]:
    order = sorted(who.dots, key=lambda dot: (who.rows.index(dot.account), -dot.times))
    return [(dot.account, dot.before, dot.kind, f"{dot.times:,.1f}".removesuffix(".0")) for dot in order][:_MOST]
