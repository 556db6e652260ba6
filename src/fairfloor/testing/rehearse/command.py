"""`fairfloor rehearse`: lays a hijack over a real session and tells what reaches the floor."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from fairfloor.acts.hashtags import tag_key
from fairfloor.sources.files import Unrecognised
from fairfloor.testing.rehearse import asked
from fairfloor.testing.rehearse.measure import measure
from fairfloor.testing.rehearse.play import play
from fairfloor.testing.rehearse.stage import Asked, Staged, stage
from fairfloor.testing.rehearse.tell import told


def add_to(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("rehearse", no_args_is_help=True)(rehearse)


def rehearse(  # noqa: PLR0913 - a command has as many arguments as there are things to ask of it
    chat: Annotated[list[Path], typer.Argument(metavar="CHAT", help="Archives of the chat, as for `replay`.")],
    *,
    session: Annotated[str, typer.Option(metavar="START/END", help="When, as in 2019-05-16T13:00Z/14:00Z.")],
    tag: Annotated[str, typer.Option(help="The chat's hashtag, with or without its #.")],
    burst: Annotated[
        Path | None, typer.Option("--with", metavar="BURST", help="An archive of a hijack, to lay over it.")
    ] = None,
    crowd: Annotated[
        str | None, typer.Option(metavar="TACTIC:ACCOUNTS", help="A simulated crowd instead, as in ring:300.")
    ] = None,
    host: Annotated[
        list[str] | None, typer.Option(metavar="ACCOUNT", help="The host's account id or handle; may be repeated.")
    ] = None,
    pace: Annotated[float, typer.Option(help="Messages a minute that people can read.", min=0.01, max=1e6)] = 12.0,
    seed: Annotated[int, typer.Option(help="Another number, another simulated crowd.")] = 0,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Where to write a page with plots.")] = None,
) -> None:
    """Rehearse a hijack: lay one over a real session, and see what reaches the floor.

    Whoever was seen in the chat before the session counts as a regular. Beside the floor stand two timelines, read at
    the same pace: newest first, and most reposted.

    A recorded hijack; its times are shifted and its tag becomes the chat's:

        fairfloor rehearse wednesdays.jsonl --with flood.jsonl --session 2019-05-16T13:00Z/14:00Z --tag copchat

    A simulated crowd, of 300 accounts that pass one another on:

        fairfloor rehearse wednesdays.jsonl --crowd ring:300 --session 2019-05-16T13:00Z/14:00Z --tag copchat

    With --html it writes one page with plots, to look at and to send on.
    """
    if html is not None:
        _can_draw()
    staged = _staged(
        lambda: Asked(
            chat=tuple(chat),
            session=asked.session(session),
            tag=_tag(tag),
            flood=_flood(burst, crowd),
            hosts=tuple(host or ()),
            pace=pace,
            seed=seed,
        )
    )
    played = play(staged.scene)
    measured = measure(staged.scene, played)
    for line in (*staged.head, "", *told(measured)):
        typer.echo(line)
    if html is not None:
        from fairfloor.testing.rehearse.page import page  # noqa: PLC0415 - it takes time that other commands can save

        _write(html, page(staged, played, measured))
    for complaint in staged.complaints:
        typer.echo(f"fairfloor: {_printable(complaint)}", err=True)


def _staged(ask: Callable[[], Asked]) -> Staged:
    """Read what is asked and prepare it; where something is wrong with it, say what to do and end."""
    try:
        return stage(ask())
    except OSError as error:
        _sorry(f"{error.filename}: {error.strerror or error}. Check the path and its permissions.")
    except (Unrecognised, ValueError) as error:
        _sorry(str(error))


def _can_draw() -> None:
    """Say at once, and not after a minute's work, where there is nothing to draw with."""
    from fairfloor.testing.rehearse.page import NoPlots, drawing  # noqa: PLC0415

    try:
        drawing()
    except NoPlots as error:
        _sorry(str(error))


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        _sorry(f"{path}: {error.strerror or error}. The page was not written.")
    typer.echo(f"\nThe page is in {path}: open it in a browser.")


def _tag(text: str) -> str:
    if not tag_key(text):
        raise ValueError("--tag needs a hashtag, for example: --tag copchat")
    return text.strip().lstrip("#\uff03")


def _flood(burst: Path | None, crowd: str | None) -> Path | asked.Crowd:
    if burst is not None and crowd is None:
        return burst
    if crowd is not None and burst is None:
        return asked.crowd(crowd)
    raise ValueError("Say what comes over the session: either --with BURST or --crowd TACTIC:ACCOUNTS.")


def _printable(text: str) -> str:
    """Give a text from outside as a terminal may show it: without controls, which could rewrite the screen."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def _sorry(sentence: str) -> NoReturn:
    typer.echo(f"fairfloor: {_printable(sentence)}", err=True)
    raise typer.Exit(2)
