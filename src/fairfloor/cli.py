"""The command line: `fairfloor COMMAND`, each command a thin face on something built elsewhere."""

import logging
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated, Literal, NoReturn, get_args

import msgspec
import structlog
import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from fairfloor.acts.hashtags import tag_key
from fairfloor.floor.reasons import Placement
from fairfloor.session.decide import Rules
from fairfloor.session.decision import Decision
from fairfloor.session.replay import called, replay
from fairfloor.session.summary import Summary
from fairfloor.sources.files import FIELDS, Unrecognised, Watch, read_all
from fairfloor.web.words import LABELS, amount

app = typer.Typer(
    name="fairfloor",
    help="Public conversation that a crowd cannot drown.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)


_NOWHERE = Path("-")


@app.callback()
def _fairfloor() -> None:
    """Public conversation that a crowd cannot drown."""


@app.command("replay", no_args_is_help=True)
def replay_(  # noqa: PLR0913 - a command has as many arguments as there are things to ask of it
    acts: Annotated[list[Path], typer.Argument(metavar="ACTS", help="Archives; several are woven by time.")],
    *,
    tag: Annotated[str, typer.Option(help="The chat's hashtag, with or without its #.")],
    host: Annotated[str, typer.Option(metavar="ACCOUNT", help="The host's account id or handle.")],
    regulars: Annotated[
        Path | None, typer.Option(help="A file with one account id or handle a line; # begins a comment.")
    ] = None,
    pace: Annotated[float, typer.Option(help="Messages a minute that people can read.", min=0.01, max=1e6)] = 12.0,
    out: Annotated[
        Path | None, typer.Option(metavar="DECISIONS", help="Where to write the decisions, one JSON object a line.")
    ] = None,
    columns: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="FIELD=COLUMN", help="Which column of a CSV holds a field; may be repeated."),
    ] = None,
) -> None:
    """Decide an archive again. The same acts give the same decisions, byte for byte.

    ACTS may be Fairfloor's acts.jsonl, Bluesky Jetstream lines, X API v2 pages (twarc2), X API v1.1 tweets or streams,
    tweets.js of an X account archive, Mastodon statuses, outbox.json of a Mastodon archive, or a CSV with a header;
    packed with gzip or zstd, or not. Which it is, is told by what is in it.

    An evening that twarc2 collected, with the decisions written to a file:

        fairfloor replay wednesday.jsonl --tag copchat --host @thehost --regulars regulars.txt --out decisions.jsonl

    A spreadsheet whose columns have names of their own:

        fairfloor replay chat.csv --tag copchat --host thehost --map text=Message --map at="Posted on"

    At the end it says what became of the acts, and which lines were bad. Bad lines never stop it.
    """
    if not tag_key(tag):
        _sorry("--tag needs a hashtag, for example: --tag copchat")
    try:
        known = frozenset(_names(regulars) if regulars else ())
        rules = Rules(
            tag=tag.lstrip("#\uff03"), hosts=frozenset([host.strip().removeprefix("@")]), regulars=known, pace=pace
        )
        _replay(acts, rules, _fields(columns or []), out)
    except OSError as error:
        _sorry(f"{error.filename or acts[0]}: {error.strerror or error}. Check the path and its permissions.")
    except Unrecognised as error:
        _sorry(str(error))


@app.command("watch", no_args_is_help=True)
def watch_(  # noqa: PLR0913 - a command has as many arguments as there are things to ask of it
    tag: Annotated[str, typer.Argument(help="The chat's hashtag; with its # it must be quoted: '#copchat'.")],
    archive: Annotated[Path | None, typer.Argument(metavar="[PATH]", help="An archive, with --source file.")] = None,
    *,
    source: Annotated[Literal["bluesky", "file"], typer.Option(help="Where to follow it.")] = "bluesky",
    url: Annotated[str | None, typer.Option(help="Another Jetstream than Bluesky's own.")] = None,
    speed: Annotated[float, typer.Option(help="How many times faster than life an archive plays.", min=0.01)] = 1.0,
    host: Annotated[
        list[str] | None, typer.Option(metavar="ACCOUNT", help="The host's account id or handle; may be repeated.")
    ] = None,
    regulars: Annotated[
        Path | None, typer.Option(help="A file with one account id or handle a line; # begins a comment.")
    ] = None,
    pace: Annotated[
        float | None, typer.Option(help="Messages a minute that people can read; 12 at first.", min=0.01, max=1e6)
    ] = None,
    store: Annotated[Path | None, typer.Option(help="Where to keep the evening; TAG.db if not said.")] = None,
    bind: Annotated[str, typer.Option(help="Where to serve the page; 0.0.0.0 lets other machines in.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The page's port; 0 is any that is free.", min=0, max=65535)] = 8000,
) -> None:
    """Follow a chat, keep what is said, and show its floor live on a page.

    The evening is kept in a file in this folder. Started again, it goes on where it was.

        fairfloor watch '#copchat' --regulars regulars.txt

    An archive, ten times as fast as it was:

        fairfloor watch copchat --source file wednesday.jsonl --speed 10
    """
    from fairfloor import wiring  # noqa: PLC0415 - the web and the database take half a second that `replay` can save

    _log_warnings()
    if not (key := tag_key(tag)):
        _sorry("A chat has a hashtag, for example: fairfloor watch '#copchat'")
    if (archive is not None) != (source == "file"):
        _sorry("An archive and --source file go together: fairfloor watch TAG --source file PATH")
    try:
        asked = wiring.Asked(
            tag=tag.lstrip("#\uff03"),
            hosts=frozenset(name.strip().removeprefix("@") for name in host) if host else None,
            regulars=frozenset(_names(regulars)) if regulars else None,
            pace=pace,
        )
        place = wiring.Place(store=store or _file_named(key), bind=bind, port=port)
        say = partial(typer.echo, err=True)
        if archive is None:
            _mind_handles(asked.hosts, say)
            wiring.watch(asked, place, lambda _: wiring.following(asked.tag, url, say), say)
        else:
            found = wiring.among(asked, archive)
            wiring.watch(found, place, lambda kept: wiring.playing(archive, asked.tag, kept, speed), say)
    except OSError as error:
        _sorry(f"{error.filename or archive}: {error.strerror or error}. Check the path and its permissions.")
    except wiring.Sorry as error:
        _sorry(str(error))


def _mind_handles(hosts: frozenset[str] | None, say: Callable[[str], object]) -> None:
    """Warn of hosts whom a live evening would not know: Bluesky's stream tells of accounts by id only."""
    for name in sorted(name for name in hosts or () if not name.startswith("did:")):
        say(f"Bluesky tells who speaks by did, so {name} cannot be known as the host. Give --host did:plc:... instead.")


def _log_warnings() -> None:
    """Log what is wrong to the standard error, and nothing else: how it stands is said in sentences."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _file_named(key: str) -> Path:
    """Name a file in this folder after a tag; what a file's name may not have is left out."""
    return Path("".join(sign if sign.isalnum() else "-" for sign in key)[:100] + ".db")


def _replay(acts: Sequence[Path], asked: Rules, fields: Mapping[str, str], out: Path | None) -> None:
    """Find who goes by the names of the host and the regulars, decide, write, and tell what became of it all."""
    summary = Summary()
    with _progress(sum(path.stat().st_size for path in acts)) as begin, _written(out) as write:
        who = called(
            asked.hosts | asked.regulars,
            read_all(acts, tag=asked.tag, columns=fields, watch=begin("Finding the host and the regulars")),
        )
        rules = msgspec.structs.replace(
            asked, hosts=_accounts(asked.hosts, who), regulars=_accounts(asked.regulars, who)
        )
        items = read_all(acts, tag=asked.tag, columns=fields, watch=begin("Deciding"))
        now = datetime.now(UTC)  # noqa: TID251 - the command line stands outside the core, and tells it the time
        for outcome in replay(rules, summary.listen(items), now):
            summary.count(outcome)
            if isinstance(outcome, Decision):
                write(outcome)
    for line in _told(summary):
        typer.echo(line)
    if out and out != _NOWHERE:
        typer.echo(f"{amount(summary.lines, 'decision')} written to {out}")
    for name in sorted(name for name in asked.hosts if not who[name]):
        typer.echo(f"fairfloor: nobody called {name} posted here, so the host had no floor. Check --host.", err=True)
    if summary.undecided:
        _sorry(f"no decision on {amount(summary.undecided, 'act')}: a fault of Fairfloor, please report it.", code=1)


def _accounts(names: frozenset[str], who: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Give the accounts that go by names; a name that nobody goes by stands for itself."""
    return frozenset().union(*(who[name] or {name} for name in names))


def _told(summary: Summary) -> Iterator[str]:
    """Say in lines of text what became of an archive."""
    states = summary.states
    yield f"{amount(summary.read, 'act')} read, of {amount(len(summary.accounts), 'account')}. By their last decisions:"
    for placement in get_args(Placement):
        codes = sorted(code for where, code in states if where == placement)
        yield f"{placement:<10}{sum(states[placement, code] for code in codes):>12,}"
        yield from (f"  {code:<9}{states[placement, code]:>11,}   {LABELS.get(code, '')}" for code in codes)
    yield f"{'together':<10}{sum(states.values()):>12,}"
    if summary.skipped:
        yield f"{'skipped':<10}{summary.skipped:>12,}   of other conversations, or not public"
    yield "No bad lines." if not len(summary.faults) else "Bad lines:"
    for count in summary.faults:
        first, taken = count.first, "" if count.first.cause.refused else "; taken all the same"
        where = "" if first.line is None else f"first on line {first.line:,}: "
        yield f"  {first.cause:<14}{count.times:>6,}   {where}{_printable(first.detail)}{taken}"


def _names(path: Path) -> Iterator[str]:
    """Give the names in a file, one a line, without comments."""
    for line in path.read_text("utf-8-sig", "replace").splitlines():
        if name := line.partition("#")[0].strip():
            yield name


def _fields(given: Sequence[str]) -> dict[str, str]:
    """Read `--map FIELD=COLUMN`."""
    pairs = [pair.partition("=") for pair in given]
    for field, _, column in pairs:
        if field not in FIELDS or not column:
            _sorry(f"--map takes FIELD=COLUMN, where FIELD is one of: {', '.join(FIELDS)}.")
    return {field: column for field, _, column in pairs}


@contextmanager
def _progress(total: int) -> Iterator[Callable[[str], Watch]]:
    """Show on a terminal how far the files have been read; gives what begins a new pass over them."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:

        def begin(description: str) -> Watch:
            task = progress.add_task(description, total=total)
            return lambda count: progress.update(task, completed=count)

        yield begin


@contextmanager
def _written(out: Path | None) -> Iterator[Callable[[Decision], object]]:
    """Write decisions beside their file, which they become when all are there; an old file is whole until then."""
    if out is None or out == _NOWHERE:
        yield lambda _: None
        return
    encode = msgspec.json.Encoder().encode
    unfinished = out.with_name(f"{out.name}.unfinished-{os.getpid()}")
    try:
        with unfinished.open("wb") as file:
            yield lambda decision: file.write(encode(decision) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)


def _printable(text: str) -> str:
    """Give a text from outside as a terminal may show it: without controls, which could rewrite the screen."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def _sorry(sentence: str, code: int = 2) -> NoReturn:
    """Say what is wrong and what to do, and end."""
    typer.echo(f"fairfloor: {_printable(sentence)}", err=True)
    raise typer.Exit(code)


def main() -> None:
    """Run the command line, with the commands that installed packages add (`fairfloor.testing` adds its own)."""
    for entry in entry_points(group="fairfloor.commands"):
        entry.load()(app)
    app()
