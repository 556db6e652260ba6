"""The measured part of docs/evaluation.md, in Markdown: what must be reached, and the tables behind it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from math import ceil, floor

import msgspec

from fairfloor.testing.crowd import Tactic
from fairfloor.testing.evaluate.results import HERE, NEWEST, Results, Spread, reach, spread
from fairfloor.testing.evaluate.tables import (
    PEACE,
    REAL,
    REAL_BESIDE,
    SIMULATED,
    SIMULATED_BESIDE,
    evenings,
    number,
    table,
)
from fairfloor.testing.evaluate.targets import Bound, Goal, Row, rows
from fairfloor.testing.evaluate.trials import BURSTS, CHATS, OTHERS, REAL_PACE, SIMULATED_PACE, Plan, Unhurt
from fairfloor.testing.rehearse.measure import Group, Measured
from fairfloor.web.words import amount, lasting

BEGIN, END = "<!-- measured: written by `make evaluate` -->", "<!-- /measured -->"
"""Between these stands what is measured; what is around them is written by hand."""
_WORSE = 0.005
"""By how much a timeline must give more for it to be said."""

_Kinds = Mapping[str, Sequence[Measured]]


class Made(msgspec.Struct, frozen=True):
    """How the figures were made."""

    on: date
    command: str
    took: timedelta
    machine: str


def put_in(page: str, measured: str) -> str:
    """Put what was measured into its place in a page. Raises ValueError where the page has no such place."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"The page has no place for figures: it needs a line {BEGIN} and below it a line {END}.")
    return f"{before}{BEGIN}\n\n{measured.strip()}\n\n{END}{after}"


def measured(results: Results, plan: Plan, made: Made) -> str:
    """Write all that was measured."""
    sections = (
        _made(plan, made),
        _targets(list(rows(results))),
        _worse(results, plan),
        _simulated(results, plan),
        _real(results),
        _unhurt(results),
        _chance(results, plan),
    )
    return "\n".join(line for section in sections for line in section)


def _made(plan: Plan, made: Made) -> Iterator[str]:
    seeds = ", ".join(f"0 to {seeds - 1} for {attackers:,} attackers" for attackers, seeds in plan.seeds)
    yield f"Measured on {made.on.isoformat()} with `{made.command}`, in {lasting(made.took)} on {made.machine}."
    yield f"Seeds of simulated evenings: {seeds};"
    yield f"0 to {plan.peace - 1} where no crowd comes; 0 to {plan.chance - 1} for independent accounts, with regulars"
    yield "and as many first nights."
    if plan.data is None:
        yield from (
            "",
            "**The recorded chats were not at hand, so what is about them was not measured.** They belong into",
        )
        yield "`../shared/data`, or wherever `FAIRFLOOR_DATA` says."


def _targets(all_rows: Sequence[Row]) -> Iterator[str]:
    yield from ("", "## What must be reached, and what is", "")
    yield from table(
        ("", "newest first, or peers", "first trial", "to reach", "here", ""),
        [
            (row.what, row.peers, row.trial, _asked(row.goals), reached(row.goals), verdict_of(row.goals))
            for row in all_rows
        ],
    )
    yield from ("", "Speed and memory, the other rows of what must be reached, are measured in")
    yield "[benchmarks.md](benchmarks.md)."
    yield from ("", "Where it is not met:", "")
    unmet = [row for row in all_rows if any(goal.met is False for goal in row.goals)]
    yield from (f"- *{row.what}.* {row.why or 'Why is not known yet.'}" for row in unmet)
    if not unmet:
        yield "nowhere."


def _asked(goals: Sequence[Goal]) -> str:
    bounds = [f"{goal.bound.value} {goal.asked:g}" for goal in goals]
    return bounds[0] if len(set(bounds)) == 1 else " / ".join(bounds)


def reached(goals: Sequence[Goal]) -> str:
    """Give what was measured for the goals of a row; in bold what misses its goal."""
    if len(goals) == 1:
        return _figure(goals[0])
    return ", ".join(f"{goal.name} {_figure(goal)}" for goal in goals if goal.measured)


def _figure(goal: Goal) -> str:
    if goal.measured is None:
        return ""
    figure = number(_cautious(goal.measured, goal))
    return figure if goal.met else f"**{figure}**"


def _cautious(found: Spread, goal: Goal) -> float:
    """Give what is held against the bound, to three places and never rounded in its favour."""
    thousandths = round(found.mean * 1000, 6)
    match goal.bound:
        case Bound.AT_LEAST:
            return floor(thousandths) / 1000
        case Bound.AT_MOST:
            return ceil(thousandths) / 1000
        case Bound.ALWAYS:
            return max(found.least, found.most, key=lambda figure: abs(figure - goal.asked))


def verdict_of(goals: Sequence[Goal]) -> str:
    """Tell whether all goals of a row are met."""
    met = [goal.met for goal in goals]
    if None in met:
        return "not measured"
    return "met" if all(met) else "**not met**"


def _crowds(results: Results, attackers: int) -> _Kinds:
    kinds = {tactic.value: results.simulated(tactic, attackers) for tactic in Tactic}
    return kinds | {"unique, first night": results.simulated(Tactic.UNIQUE, attackers, first_night=True)}


def _overlaid(results: Results) -> _Kinds:
    return {f"{chat.name}, {burst}": results.overlaid(chat, burst) for chat in CHATS for burst in BURSTS}


def _others(results: Results) -> _Kinds:
    return {
        f"{chat.name}, {chat.start:%Y-%m-%dT%H:%MZ}, {burst}": results.overlaid(chat, burst)
        for chat in OTHERS
        for burst in BURSTS
    }


def _worse(results: Results, plan: Plan) -> Iterator[str]:
    """Name what a plain timeline does better, where it does."""
    yield from ("", "## Where a timeline, newest first, gives more", "")
    kinds = {
        f"{kind}, {attackers:,} attackers": its
        for attackers, _ in plan.seeds
        for kind, its in _crowds(results, attackers).items()
    }
    found = [
        f"- {kind}: of {group} {number(there.mean)} reach people, here {number(here.mean)}."
        for kind, its in {**kinds, **_overlaid(results), **_others(results)}.items()
        for group in (Group.REGULARS, Group.QUESTIONS, Group.CRITICS, Group.NEWCOMERS)
        if (there := spread(its, reach(group, NEWEST))) and (here := spread(its, reach(group, HERE)))
        if there.mean > here.mean + _WORSE
    ]
    yield from found or ["Nowhere: on no kind of evening, to no group of genuine posts."]


def _simulated(results: Results, plan: Plan) -> Iterator[str]:
    yield from ("", "## Simulated evenings", "")
    yield f"Pace {SIMULATED_PACE:g}. The mean over the seeds, and in brackets the worst evening. Shares of posts that"
    yield "reached people; *then*: of what was said, or shown, while the hijack went on."
    for attackers, seeds in plan.seeds:
        yield from ("", f"### {attackers:,} attackers, {amount(seeds, 'evening')} of each kind", "")
        yield from evenings(_crowds(results, attackers), SIMULATED)
        yield from ("", "The same evenings as timelines show them, over the whole session:", "")
        yield from evenings(_crowds(results, attackers), SIMULATED_BESIDE)
    yield from ("", f"### No crowd, {amount(plan.peace, 'evening')} of each kind", "")
    yield from evenings(
        {"none": results.simulated(None), "none, first night": results.simulated(None, first_night=True)}, PEACE
    )


def _real(results: Results) -> Iterator[str]:
    yield from ("", "## Real sessions with a recorded burst laid over them", "")
    yield f"Half-synthetic: real sessions and real bursts, brought together by us. Pace {REAL_PACE:g}. The sessions:"
    yield "; ".join(f"{chat.name}, {chat.start:%Y-%m-%dT%H:%MZ}/{chat.end:%H:%MZ}" for chat in CHATS) + "."
    yield ""
    yield from evenings(_overlaid(results), REAL)
    yield from ("", "The same sessions as timelines show them:", "")
    yield from evenings(_overlaid(results), REAL_BESIDE)
    yield from ("", "### Other hours of the same chats", "")
    yield "The busiest hour of three other days of each, on which nothing was tuned. Where hardly anybody of the room"
    yield "speaks, much of what little is shown can be the flood's; and a crowd that nobody met before is found late."
    yield ""
    yield from evenings(_others(results), REAL)
    yield from ("", "The same hours as timelines show them:", "")
    yield from evenings(_others(results), REAL_BESIDE)


def _unhurt(results: Results) -> Iterator[str]:
    yield from ("", "## Real chats as they were", "")
    yield "At a pace that fits: the slowest whole one at which, first come, first served, nobody waits longer than half"
    yield "of the time to live."
    yield ""
    yield from table(
        ("chat", "who is seeded", "pace", "posts", "folded", "accounts", "in step", "lowest say"),
        [
            (
                trial.chat.name + (", the session" if trial.session else ", all of it"),
                trial.seeded,
                f"{result.pace:g}",
                f"{result.measured.posts:,}",
                f"{result.measured.folded:,}",
                f"{result.measured.says.genuine_accounts:,}",
                f"{result.measured.says.in_step:,}",
                number(result.measured.says.lowest),
            )
            for result in results.unhurt
            if isinstance(trial := result.trial, Unhurt)
        ],
    )


def _chance(results: Results, plan: Plan) -> Iterator[str]:
    yield from ("", "## Accounts joined by chance", "")
    for called, first_night in (("with regulars", False), ("first nights", True)):
        if plan.chance:
            yield _joined("evening of independent accounts", called, results.independent(first_night=first_night))
    yield from ("", "Where people talk with one another and no crowd comes, so that some are not independent:", "")
    for called, first_night in (("with regulars", False), ("first nights", True)):
        if plan.peace:
            yield _joined("evening of peace", called, results.simulated(None, first_night=first_night))


def _joined(kind: str, called: str, its: Sequence[Measured]) -> str:
    joined = sum(evening.says.lowest < 1.0 for evening in its)
    of = amount(len(its), kind, kind.replace("evening", "evenings", 1))
    return f"- {of}, {called}: in {joined:,} some account's say fell below 1 at some time{_surely(joined, len(its))}."


def _surely(joined: int, of: int) -> str:
    """Say how often it may happen in truth, where it did not happen: with 95 in 100 confidence."""
    return "" if joined else f", so in under {100 * (1 - 0.05 ** (1 / of)):.2g}% of evenings at 95% confidence"
