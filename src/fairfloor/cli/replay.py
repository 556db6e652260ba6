"""`fairfloor replay`: decides archives again, and tells what became of all that is in them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, get_args

import msgspec
import typer

from fairfloor.acts.hashtags import tag_key
from fairfloor.cli.asking import Minutes, Newcomers, fields_of, names, printable, sorry
from fairfloor.cli.files import NOWHERE, progress, written
from fairfloor.floor.floor import NEWCOMERS
from fairfloor.floor.reasons import Placement
from fairfloor.session.decide import Rules
from fairfloor.session.decision import Decision
from fairfloor.session.replay import called, replay
from fairfloor.session.summary import Summary
from fairfloor.sources.files import Unrecognised, read_all
from fairfloor.web.words import LABELS, amount


def replay_(  # noqa: PLR0913 - a command has as many arguments as there are things to ask of it
    acts: Annotated[list[Path], typer.Argument(metavar="ACTS", help="Archives; several are woven by time.")],
    *,
    tag: Annotated[str, typer.Option(help="The chat's hashtag, with or without its #.")],
    host: Annotated[str, typer.Option(metavar="ACCOUNT", help="The host's account id or handle.")],
    regulars: Annotated[
        Path | None, typer.Option(help="A file with one account id or handle a line; # begins a comment.")
    ] = None,
    pace: Annotated[float, typer.Option(help="Messages a minute that people can read.", min=0.01, max=1e6)] = 12.0,
    newcomers: Newcomers = None,
    ttl: Minutes = None,
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
        sorry("--tag needs a hashtag, for example: --tag copchat")
    try:
        known = frozenset(names(regulars) if regulars else ())
        rules = Rules(
            tag=tag.lstrip("#\uff03"),
            hosts=frozenset([host.strip().removeprefix("@")]),
            regulars=known,
            pace=pace,
            newcomers=NEWCOMERS if newcomers is None else newcomers,
        )
        if ttl is not None:
            rules = msgspec.structs.replace(rules, ttl=timedelta(minutes=ttl))
        _replay(acts, rules, fields_of(columns or []), out)
    except OSError as error:
        sorry(f"{error.filename or acts[0]}: {error.strerror or error}. Check the path and its permissions.")
    except Unrecognised as error:
        sorry(str(error))


def _replay(acts: Sequence[Path], asked: Rules, fields: Mapping[str, str], out: Path | None) -> None:
    """Find who goes by the names of the host and the regulars, decide, write, and tell what became of it all."""
    summary = Summary()
    with progress(sum(path.stat().st_size for path in acts)) as begin, written(out) as write:
        who = called(
            asked.hosts | asked.regulars,
            read_all(acts, tag=asked.tag, columns=fields, watch=begin("Finding the host and the regulars")),
        )
        rules = msgspec.structs.replace(
            asked, hosts=_accounts(asked.hosts, who), regulars=_accounts(asked.regulars, who)
        )
        items = read_all(acts, tag=asked.tag, columns=fields, watch=begin("Deciding"))
        now = datetime.now(UTC)
        for outcome in replay(rules, summary.listen(items), now):
            summary.count(outcome)
            if isinstance(outcome, Decision):
                write(outcome)
    for line in _told(summary):
        typer.echo(line)
    if out and out != NOWHERE:
        typer.echo(f"{amount(summary.lines, 'decision')} written to {out}")
    for name in sorted(name for name in asked.hosts if not who[name]):
        typer.echo(f"fairfloor: nobody called {name} posted here, so the host had no floor. Check --host.", err=True)
    if summary.undecided:
        sorry(f"no decision on {amount(summary.undecided, 'act')}: a fault of Fairfloor, please report it.", code=1)


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
        yield f"  {first.cause:<14}{count.times:>6,}   {where}{printable(first.detail)}{taken}"
