"""`fairfloor demo`: a simulated evening that is hijacked halfway, on a page to look at."""

from typing import Annotated

import typer

from fairfloor.testing.crowd import Tactic


def add_to(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("demo")(demo)


def demo(
    port: Annotated[int, typer.Option(help="Where the page is; 0 for any free port.", min=0, max=65535)] = 8000,
    speed: Annotated[float, typer.Option(help="Times as fast as life.", min=0.1, max=600)] = 10.0,
    attackers: Annotated[int, typer.Option(help="Accounts that come to take the tag over.", min=1, max=3000)] = 120,
    tactic: Annotated[
        list[Tactic] | None, typer.Option(help="How they go about it; say it again for several.", show_default=False)
    ] = None,
    seed: Annotated[int, typer.Option(help="Another number, another evening.")] = 7,
) -> None:
    """Watch a simulated evening being hijacked, and what becomes of it. Needs no account, key or network."""
    from fairfloor.testing.demo_evening import play  # noqa: PLC0415 - it takes time that other commands can save
    from fairfloor.web.server import NoPort  # noqa: PLC0415

    try:
        play(tactic or (), attackers, seed, port, speed)
    except NoPort as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
