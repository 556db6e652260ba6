"""`python -m fairfloor.testing.evaluate.questions`: measures questions, and writes it into docs/questions.md."""

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from fairfloor.acts.shingles import shingles
from fairfloor.chat.questions.forms import form
from fairfloor.testing.crowd import Tactic, World, simulate
from fairfloor.testing.evaluate.questions_labelled import (
    CHATS,
    Labelled,
    Pair,
    our_pairs,
    ours,
    pairs,
    published,
    texts_of,
)
from fairfloor.testing.evaluate.questions_measured import (
    Score,
    Stitches,
    bare,
    merging,
    microseconds,
    noticed,
    score,
    stitching,
)
from fairfloor.testing.evaluate.tables import table

BEGIN = "<!-- measured: written by python -m fairfloor.testing.evaluate.questions -->"
END = "<!-- /measured -->"
_DATA = Path(os.environ.get("FAIRFLOOR_DATA", Path("..", "shared", "data")))
_SEEDS = 5


def evaluate(
    page: Annotated[Path, typer.Argument(help="The page to write the figures into.")] = Path("docs/questions.md"),
    *,
    labelled: Annotated[Path, typer.Option(help="The folder of the published labelled sets.")] = _DATA / "questions",
    data: Annotated[Path, typer.Option(help="The folder of the recorded chats.")] = _DATA,
) -> None:
    """Measure how well questions are noticed, merged and stitched, and write it down."""
    sets = list(published(labelled))
    if not sets:
        typer.echo(f"No published labelled sets are in {labelled}; --labelled says where. Doing the rest.", err=True)
    if not (chats := list(ours(data))):
        typer.echo(f"The recorded chats are not in {data}; --data says where. Doing the rest.", err=True)
    try:
        page.write_text(put_in(page.read_text("utf-8"), "\n".join(_measured(sets, chats, labelled, data))), "utf-8")
    except (OSError, ValueError) as error:
        typer.echo(f"{page}: {error}", err=True)
        raise typer.Exit(2) from error
    typer.echo(f"{page} written.")


def put_in(page: str, measured: str) -> str:
    """Put what was measured into its place in a page. Raises ValueError where the page has no such place."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"The page has no place for figures: it needs a line {BEGIN} and below it a line {END}.")
    return f"{before}{BEGIN}\n\n{measured.strip()}\n\n{END}{after}"


_Sets = Sequence[tuple[str, list[Labelled]]]


def _measured(sets: _Sets, chats: _Sets, labelled: Path, data: Path) -> Iterator[str]:
    yield f"Measured on {datetime.now(UTC).date().isoformat()}."
    yield from ("", "## Noticing", "")
    yield from _noticing(sets, chats)
    yield from _speed(data)
    yield from ("", "## Merging", "")
    yield from _merging(pairs(labelled), our_pairs(data), data)
    yield from ("", "## Stitching", "")
    yield from _stitching()


def _noticing(sets: _Sets, chats: _Sets) -> Iterator[str]:
    rows = [
        (name, part, f"{len(of):,}", f"{sum(one.asks for one in of):,}", *_both(score(of, bare), score(of, noticed)))
        for name, texts in (*sets, *((f"#{chat}, our labels", its) for chat, its in chats))
        for part, held in (("develop", False), ("held out", True))
        if (of := [one for one in texts if one.held is held]) and (held or not name.startswith("#"))
    ]
    head = (
        "set",
        "part",
        "texts",
        "questions",
        "bare mark: precision",
        "recall",
        "F1",
        "here: precision",
        "recall",
        "F1",
    )
    yield from table(head, rows) if rows else iter(["Not measured: neither sets nor chats were at hand."])
    if chats:
        weighed = [one for _, its in chats for one in its if one.held]
        counted = [Labelled(one.text, one.asks, one.held) for one in weighed]
        figures = [score(of, tells).f1 for of in (weighed, counted) for tells in (bare, noticed)]
        yield _OURS.format(len(weighed), *figures)
    if not sets:
        yield "\n**The published sets were not at hand, so they were not measured.**"


def _both(old: Score, new: Score) -> tuple[str, ...]:
    better = f"**{new.f1:.2f}**" if new.f1 > old.f1 else f"{new.f1:.2f}"
    return (*(f"{one:.2f}" for one in (old.precision, old.recall, old.f1, new.precision, new.recall)), better)


def _speed(data: Path) -> Iterator[str]:
    if texts := [text for chat in CHATS for text in texts_of(data, chat).values()]:
        took, prints = microseconds(texts, form), microseconds(texts, shingles)
        yield f"\nReading the form of a post takes {took:.0f} µs, beside {prints:.0f} for its fingerprints, over the"
        yield f"{len(texts):,} posts of the recorded chats."


def _merging(hard: Sequence[Pair], real: Sequence[Pair], data: Path) -> Iterator[str]:
    among = [text for text in texts_of(data, "cdnpoli-2025-06").values() if noticed(text)]
    rows = []
    for name, of in (("Medical Question Pairs", hard), ("recorded chats, our labels", real)):
        if of and among:
            its = merging(of, among)
            same = sum(pair.same for pair in of)
            rows.append((name, f"{len(of):,}", f"{same:,}", f"{its.precision:.2f}", f"{its.recall:.2f}"))
    yield from (
        table(("set", "pairs", "that ask the same", "precision", "recall"), rows) if rows else iter(["Not measured."])
    )
    yield _PAIRS


def _stitching() -> Iterator[str]:
    rows = []
    for name, tactics in (("peace", ()), ("crowd with words of its own", (Tactic.UNIQUE,))):
        its = [stitching(simulate(World(seed=seed, tactics=tactics))) for seed in range(_SEEDS)]
        rows.append((name, *_stitched(its)))
    head = (
        "evenings",
        "marked answers",
        "right by time",
        "wrong",
        "nowhere",
        "guesses",
        "marked so",
        "surely no answers",
    )
    yield from table(head, rows)
    yield _STITCHES.format(_SEEDS - 1)


def _stitched(its: Sequence[Stitches]) -> tuple[str, ...]:
    answers, guesses = [one.answers for one in its], [one.guesses for one in its]

    def over(figures: Sequence[float], parts: Sequence[int]) -> str:
        return f"{sum(figure * part for figure, part in zip(figures, parts, strict=True)) / sum(parts):.2f}"

    return (
        f"{sum(answers):,}",
        over([one.by.get("time", 0.0) for one in its], answers),
        over([one.wrong for one in its], answers),
        over([one.nowhere for one in its], answers),
        f"{sum(guesses):,}",
        over([one.sure for one in its], guesses),
        over([one.never for one in its], guesses),
    )


_OURS = """
Our own labels are of 110 posts of each chat, 50 with a question mark and 60 without; each counts as many of its kind as
there are, so that a single post without a mark that is mistaken weighs as much as 21 to 60. All {} together: F1 {:.2f}
for a bare mark, {:.2f} here; and counted one by one {:.2f} for a bare mark, {:.2f} here."""
_PAIRS = """
Medical Question Pairs were written to be hard: those that ask the same in other words, those that do not in the same
words. The pairs of the recorded chats were drawn from all that share two rare words; word-for-word repeats were left
out, as they are one message anyway."""
_STITCHES = """
Simulated evenings, seeds 0 to {}, with the marks of all answers hidden before they are stitched. *Right*, *wrong* and
*nowhere* are parts of the answers whose mark was hidden. *Guesses* are all posts that stand under a question by their
time; *marked so*, those of them that had been marked as answers to it (others are answers that nobody marked, and
remarks: the simulation does not tell them apart); *surely no answers*, pasted texts, stock phrases and a crowd's posts,
few of which have the floor. So a guess is worth about what its confidence says, a quarter, and pages show guesses
apart. With their marks all these answers stand where they belong. The recorded chats have no answers with marks, so
nothing could be hidden there: **stitching is not measured on real chats yet**."""


if __name__ == "__main__":
    typer.run(evaluate)
