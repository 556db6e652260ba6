"""`fairfloor verify`: checks a public log, and decides the evening again from it."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import IO, Annotated

import typer

from fairfloor.cli.asking import printable, sorry, store_named
from fairfloor.cli.files import NOWHERE, progress
from fairfloor.session.public_check import LONGEST, Checker, Found
from fairfloor.session.public_replay import Wrong
from fairfloor.sources.files.opened import CUT_OFF, opened
from fairfloor.store.location import Location
from fairfloor.web.words import amount

VERSION = version("fairfloor")
_SQLITE = b"SQLite format 3\0"
_SHOWN = 2_000
"""Characters of a decision that are shown."""
Watch = Callable[[int], None]


def verify_(
    log: Annotated[str, typer.Argument(metavar="LOG", help="The public log: a file, a store, or - for input.")],
    *,
    replay: Annotated[
        bool, typer.Option("--replay/--no-replay", help="Decide the evening again, and compare every decision.")
    ] = True,
    head: Annotated[
        str, typer.Option(metavar="HASH", help="A head hash that was published: the log must have come by it.")
    ] = "",
) -> None:
    """Check that a public log was not changed, and that its decisions follow from it.

    LOG is the file that a chat's page /log.jsonl gives (packed with gzip or zstd, or not), or the store of an evening,
    which may be going on. First the chain: each line has a hash over its words and the hash before, so nothing can be
    changed, left out or put in without every later hash becoming another. Then the evening is decided again, from what
    was heard and from the host's moves, and each decision must be the one that stands in the log, byte for byte.

        curl -sO https://chat.example/log.jsonl && fairfloor verify log.jsonl

    A whole log can only be told from another whole log by its last hash: compare the one given here with the one that
    was published, on the chat's page or elsewhere, or give that one as --head.

    The exit status is 0 where all of it holds, 1 where it does not or could not be shown, 2 where LOG cannot be read.
    """
    # The database takes half a second that other commands can save.
    from fairfloor.store.migrating import Unusable  # noqa: PLC0415

    checker = Checker(VERSION, replay=replay)
    try:
        place = store_named(log)
        if isinstance(place, Path) and (place == NOWHERE or not _is_store(place)):
            differs, by = None, _check(_pieces(place), checker, head)
        else:
            differs, by = _check_store(place, checker, head)
    except OSError as error:
        sorry(f"{error.filename or log}: {error.strerror or error}. Check the path and its permissions.")
    except Unusable as error:
        sorry(str(error))
    found = checker.found()
    for line in _told(found, replay=replay):
        typer.echo(line)
    raise typer.Exit(0 if _concluded(found, differs, head, by=by) else 1)


def _concluded(found: Found, differs: int | None, head: str, *, by: bool) -> bool:
    """Say what else is wrong; tells whether all is well."""
    if found.wrong is None and differs is not None:
        typer.echo(
            f"But the store says something else than line {differs:,} of its log: it was changed beside the log."
        )
    if found.wrong is None and head and not by:
        typer.echo("But this log never had the published hash: it is another log, or ends before it.")
    return found.wrong is None and found.other is None and differs is None and (by or not head)


# Reading


def _is_store(log: Path) -> bool:
    with log.open("rb") as file:
        return file.read(len(_SQLITE)) == _SQLITE


def _check(pieces: Iterable[bytes], checker: Checker, head: str) -> bool:
    """Check a log that comes as lines with their ends; tells whether it came by a hash."""
    by, whole = False, True
    try:
        for piece in pieces:
            whole = piece.endswith(b"\n")
            if not checker.see(piece.removesuffix(b"\n")):
                return by
            by = by or checker.head.hash == head.lower()
    except CUT_OFF:
        whole = False
    if not whole:
        checker.cut()
    return by


def _check_store(place: Location, checker: Checker, head: str) -> tuple[int | None, bool]:
    from fairfloor.store.evening.published import difference, looked_into  # noqa: PLC0415

    with looked_into(place) as (public, store), progress(public.size()) as begin:
        watch = begin("Checking the store's log")
        by = _check(_watched((line + b"\n" for line in public.all_lines()), watch), checker, head)
        rules = store.rules()
        if rules is None or checker.found().wrong is not None:
            return None, by
        begin("Comparing it with the store")
        return difference(public, iter(store.log()), rules), by


def _watched(pieces: Iterable[bytes], watch: Watch) -> Iterator[bytes]:
    so_far = 0
    for piece in pieces:
        yield piece
        so_far += len(piece)
        watch(so_far)


def _pieces(log: Path) -> Iterator[bytes]:
    """Give the lines of a file; one that is far too long comes in part."""
    with _file(log) as file:
        while piece := file.readline(LONGEST + 2):
            yield piece


@contextmanager
def _file(log: Path) -> Iterator[IO[bytes]]:
    if log == NOWHERE:
        yield sys.stdin.buffer
        return
    with progress(log.stat().st_size) as begin, opened(log, begin("Checking the log")) as file:
        yield file


# Telling


def _told(found: Found, *, replay: bool) -> Iterator[str]:
    """Say in lines of text what checking has come to."""
    yield f"{amount(found.head.n, 'line')} checked{_when(found)}"
    for kind, label in _KINDS.items():
        if found.kinds[kind]:
            yield f"  {label:<12}{found.kinds[kind]:>10,}"
    if len(found.versions) > 1:
        yield "  written by  " + ", then ".join(f"Fairfloor {_p(name)} from line {n:,}" for n, name in found.versions)
    if found.wrong is not None:
        yield from _wrong(found.wrong, found)
        return
    yield f"The chain holds: {amount(found.head.n, 'line')}, none changed, none missing before the last."
    if found.other is not None:
        yield from _other(found.other, found)
    elif replay:
        yield f"Deciding again gave every decision, byte for byte: {found.replayed:,} of {found.kinds['decision']:,}."
    else:
        yield "It was not decided again (--no-replay)."
    if replay and found.pending and found.other is None:
        follow = "decision follows" if found.pending == 1 else "decisions follow"
        yield f"{found.pending:,} more {follow} from it, which it ends before; an evening that goes on adds them."
    yield f"Head: {found.head.hash} at line {found.head.n:,}."
    yield "Compare it with the one that was published: the same head is the same log, whole."


_KINDS = {
    "post": "posts",
    "repost": "reposts",
    "like": "likes",
    "withdrawal": "taken back",
    "move": "moves",
    "decision": "decisions",
}


def _when(found: Found) -> str:
    if found.since is None or found.until is None:
        return "."
    return f", of what was seen from {found.since:%Y-%m-%d %H:%M} to {found.until:%Y-%m-%d %H:%M} UTC:"


def _wrong(wrong: Wrong, found: Found) -> Iterator[str]:
    yield f"Line {wrong.line:,} is wrong: {_p(wrong.what)}."
    yield from _both(wrong)
    if wrong.kept:
        yield "The lines are chained, but this decision does not follow from what stands above it."
    elif found.head.n:
        yield f"Up to line {found.head.n:,} the log holds. What stands after it was not checked."


def _other(other: Wrong, found: Found) -> Iterator[str]:
    wrote = next(name for n, name in reversed(found.versions) if n <= other.line)
    yield (
        f"Line {other.line:,} was decided by Fairfloor {_p(wrote)}, and this is Fairfloor {VERSION}, which decides "
        "it otherwise. Whether it and those after it follow from the log, only that version can show."
    )
    yield from _both(other)
    if found.resumed is not None:
        yield f"From line {found.resumed:,} on, where this version went on, every decision is the same when made again."
    yield f"In all, {found.replayed:,} of {found.kinds['decision']:,} decisions were made again and are the same."


def _both(wrong: Wrong) -> Iterator[str]:
    if wrong.kept:
        yield f"  in the log:      {_p(wrong.kept)}"
        yield f"  deciding again:  {_p(wrong.ours) or 'no decision is due there'}"


def _p(text: str) -> str:
    return printable(text[:_SHOWN])
