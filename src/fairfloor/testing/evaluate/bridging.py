"""`python -m fairfloor.testing.evaluate.bridging`: what docs/bridging.md says, measured on real votes.

Blocs are laid over two real Polis conversations: accounts that vote as one for one statement, and elsewhere vote as
some real participant did, so that nothing but that one vote tells them from people. Three ways of putting statements
in order stand side by side: ours, Polis' group-aware consensus, and a matrix factorisation as Community Notes has it.
"""

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Annotated, NamedTuple

import numpy as np
import typer

from fairfloor.chat.proposals.bridging import bridge
from fairfloor.chat.proposals.camps import camps
from fairfloor.testing.crowd.dice import seeded
from fairfloor.testing.evaluate.bridging_peers import factored, group_aware
from fairfloor.testing.evaluate.bridging_votes import CONVERSATIONS, Table, dealt, laid, read, rows, without

_DATA = Path(os.environ.get("FAIRFLOOR_DATA", Path("..", "shared", "data")))
_MARK = "<!-- measured: written by the command above -->"
TOP = 10
SEEDS = 4
TARGETS = 9
"""Statements that a bloc votes for in one trial, of those that no way has among its first fifteen."""
LATE = 15
DEALS = 40
WAYS = ("ours", "group-aware consensus", "matrix factorisation")


def ours(table: Table) -> np.ndarray:
    """Score statements as the chat does."""
    found, say = rows(table), table.says()
    among = camps(found, say)
    on: dict[str, dict[str, int]] = {name: {} for name in table.statements}
    for account, row in found.items():
        for name, vote in row.items():
            on[name][account] = vote
    return np.array([bridge(name, votes, among, say).score for name, votes in on.items()])


SCORES: dict[str, Callable[[Table], np.ndarray]] = dict(zip(WAYS, (ours, group_aware, factored), strict=True))


class Trial(NamedTuple):
    """One bloc, laid over one conversation."""

    conversation: str
    data: Path
    share: float
    aimed: bool
    folded: bool
    seed: int


class Moved(NamedTuple):
    """What a bloc moved, in one way of ordering: its statement's rank, and what is left of the first ten."""

    way: str
    before: int
    after: int
    kept: int


def ranks(scores: np.ndarray) -> np.ndarray:
    """Give each statement's rank, from 1."""
    order = np.argsort(-scores, kind="stable")
    found = np.empty(len(scores), int)
    found[order] = np.arange(1, len(scores) + 1)
    return found


def tried(trial: Trial) -> list[tuple[Trial, Moved]]:
    """Lay the blocs of one trial, one after another."""
    dice = seeded("bloc", trial.seed)
    table = read(trial.data, trial.conversation)
    before = {way: ranks(score(table)) for way, score in SCORES.items()}
    late = [one for one in range(len(table.statements)) if all(found[one] > LATE for found in before.values())]
    moved = []
    for target in sorted(dice.sample(late, min(TARGETS, len(late)))):
        attacked = laid(table, trial.share, target, dice, aimed=trial.aimed, folded=trial.folded)
        for way, score in SCORES.items():
            after = ranks(score(attacked))
            kept = int(((before[way] <= TOP) & (after <= TOP)).sum())
            moved.append((trial, Moved(way, int(before[way][target]), int(after[target]), kept)))
    return moved


def _attacks(found: list[tuple[Trial, Moved]], conversation: str) -> Iterator[str]:
    yield "| bloc | its votes | folded | way | mean rise | largest rise | into the first ten | of the first ten kept |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for share in (0.05, 0.1):
        for aimed in (False, True):
            for folded in (False, True):
                for way in WAYS:
                    these = [
                        one
                        for trial, one in found
                        if (trial.conversation, trial.share, trial.aimed, trial.folded, one.way)
                        == (conversation, share, aimed, folded, way)
                    ]
                    yield _line(these, share, way, aimed=aimed, folded=folded)


def _line(these: list[Moved], share: float, way: str, *, aimed: bool, folded: bool) -> str:
    rises = [one.before - one.after for one in these]
    inside = sum(one.after <= TOP for one in these)
    kept = np.mean([one.kept for one in these])
    votes = "of the camp that wants it least" if aimed else "of anybody"
    return (
        f"| {share:.0%} | {votes} | {'yes' if folded else 'no'} | {way} | {np.mean(rises):.1f} | {max(rises)} "
        f"| {inside} of {len(these)} | {kept:.1f} |"
    )


def _peace(data: Path) -> Iterator[str]:
    yield "| conversation | voters | statements | camps | of Polis' groups | rank correlation | first ten shared |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for name in CONVERSATIONS:
        table = read(data, name)
        among = camps(rows(table), table.says())
        scores = {way: ranks(score(table)) for way, score in SCORES.items()}
        other = {way: scores[way] for way in WAYS[1:]}
        alike = ", ".join(f"{way} {np.corrcoef(scores['ours'], found)[0, 1]:.2f}" for way, found in other.items())
        shared = ", ".join(f"{((scores['ours'] <= TOP) & (found <= TOP)).sum()}" for found in other.values())
        many = f"{len(table.votes)} | {len(table.statements)} | {' and '.join(f'{size:.0f}' for size in among.sizes)}"
        yield f"| {name} | {many} | {_agreed(table)} | {alike} | {shared} |"


def _agreed(table: Table) -> str:
    """Say how many voters are in the camp that most of their Polis group is in."""
    among = camps(rows(table), table.says()).of
    groups: dict[str, list[int]] = {}
    for account, group in zip(table.accounts, table.groups, strict=True):
        if group and account in among:
            groups.setdefault(group, []).append(among[account])
    together = sum(max(map(found.count, set(found))) for found in groups.values())
    return f"{together} of {sum(map(len, groups.values()))} with most of theirs"


def _few(data: Path) -> Iterator[str]:
    """Tell how much is said of statements when fewer have voted, and how often that is wrong in the end."""
    yield "| voters | camps are seen | told of a statement | taken back with all votes |"
    yield "| --- | --- | --- | --- |"
    table = read(data, CONVERSATIONS[0])
    verdicts = _verdicts(table)
    for share in (0.05, 0.1, 0.25, 0.5, 1.0):
        told = wrong = seen = trials = 0
        for seed in range(10 if share < 1 else 1):
            some = without(table, share, seeded("votes", seed))
            found = _verdicts(some)
            trials += 1
            seen += len(camps(rows(some), some.says())) > 1
            told += sum(verdict != "unclear" for verdict in found.values())
            wrong += sum({verdict, verdicts[name]} == {"wanted", "unwanted"} for name, verdict in found.items())
        share_told = told / (trials * len(table.statements))
        yield f"| {round(share * len(table.votes))} | {seen} of {trials} | {share_told:.0%} | {wrong} of {told} |"


def _verdicts(table: Table) -> dict[str, str]:
    found, say = rows(table), table.says()
    among = camps(found, say)
    on: dict[str, dict[str, int]] = {name: {} for name in table.statements}
    for account, row in found.items():
        for name, vote in row.items():
            on[name][account] = vote
    return {name: bridge(name, votes, among, say).verdict for name, votes in on.items()}


def _chance(data: Path) -> Iterator[str]:
    """Count camps found where votes were dealt anew, so that there are none."""
    for name in CONVERSATIONS:
        table = read(data, name)
        deals = [dealt(table, seeded("votes", seed)) for seed in range(DEALS)]
        found = sum(len(camps(rows(one), one.says())) > 1 for one in deals)
        yield f"- {name}, its votes dealt anew among who voted on each statement: camps in {found} of {DEALS}."


def page(data: Path, workers: int) -> Iterator[str]:
    """Measure everything; give the lines of the page."""
    began = time.monotonic()
    plan = [
        Trial(name, data, share, aimed, folded, seed)
        for name in CONVERSATIONS
        for share in (0.05, 0.1)
        for aimed in (False, True)
        for folded in (False, True)
        for seed in range(SEEDS)
    ]
    with ProcessPoolExecutor(workers) as pool:
        found = [one for trial in pool.map(tried, plan) for one in trial]
    yield "### Without a bloc\n"
    yield from _peace(data)
    yield ""
    yield from _chance(data)
    yield "\n### With few votes\n\nbrexit-consensus, of whose voters so many are taken, ten times.\n"
    yield from _few(data)
    for name in CONVERSATIONS:
        yield f"\n### With a bloc: {name}\n"
        yield from _attacks(found, name)
    yield (
        f"\nMeasured in {time.monotonic() - began:.0f} seconds on {os.cpu_count()} cores; seeds 0 to {SEEDS - 1}, "
        f"at most {TARGETS} statements each, of those that no way had among its first {LATE}."
    )


def measure(
    into: Annotated[Path, typer.Argument(help="The page to write the figures into.")] = Path("docs/bridging.md"),
    *,
    data: Annotated[Path, typer.Option(help="The folder of the recorded votes.")] = _DATA,
    workers: Annotated[int, typer.Option(help="Trials at a time.", min=1)] = os.cpu_count() or 1,
) -> None:
    """Measure what docs/bridging.md says, and write it there."""
    if not (data / "polis").is_dir():
        typer.echo(f"The recorded votes are not in {data}/polis; FAIRFLOOR_DATA may say where.", err=True)
        raise typer.Exit(2)
    head, mark, _ = into.read_text("utf-8").partition(_MARK)
    if not mark:
        typer.echo(f"{into} has no line {_MARK}", err=True)
        raise typer.Exit(2)
    into.write_text("\n".join([head + mark, "", *page(data, workers), ""]), "utf-8")
    typer.echo(f"{into} written.")


if __name__ == "__main__":
    typer.run(measure)
