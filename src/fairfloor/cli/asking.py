"""What commands share in asking: options, files of names, and how a person is told what is wrong."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, NoReturn
from urllib.parse import urlsplit

import typer

from fairfloor.acts.hashtags import tag_key
from fairfloor.sources.files import FIELDS
from fairfloor.store.location import Location, location


def _share(share: float | None) -> float | None:
    if share is not None and not 0 < share < 1:
        raise typer.BadParameter("a share is greater than 0 and less than 1, for example 0.25.")
    return share


Newcomers = Annotated[
    float | None,
    typer.Option(
        metavar="SHARE",
        callback=_share,
        help="Newcomers' share of what is on the floor when more is said than can be read; 0.25 at first.",
    ),
]
Minutes = Annotated[
    float | None,
    typer.Option("--ttl", metavar="MINUTES", min=0.05, max=600, help="How long a message may wait; 8 at first."),
]
AppView = Annotated[
    str | None, typer.Option(metavar="URL", help="Another AppView to ask about accounts than Bluesky's own.")
]


def names(path: Path) -> Iterator[str]:
    """Give the names in a file, one a line, without comments."""
    for line in path.read_text("utf-8-sig", "replace").splitlines():
        if name := line.partition("#")[0].strip().removeprefix("@"):
            yield name


def fields_of(given: Sequence[str]) -> dict[str, str]:
    """Read `--map FIELD=COLUMN`."""
    pairs = [pair.partition("=") for pair in given]
    for field, _, column in pairs:
        if field not in FIELDS or not column:
            sorry(f"--map takes FIELD=COLUMN, where FIELD is one of: {', '.join(FIELDS)}.")
    return {field: column for field, _, column in pairs}


def ties(given: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Read `--tie ACCOUNT=PERSON`."""
    pairs = [tuple(name.strip().removeprefix("@") for name in pair.split("=")) for pair in given]
    tied = {pair[0]: pair[1] for pair in pairs if len(pair) == 2 and all(pair)}  # noqa: PLR2004 - a pair
    if len(tied) < len(pairs) or tied.keys() & set(tied.values()):
        sorry("--tie takes ACCOUNT=PERSON, both by their ids; each account once, and the person's is tied to no other.")
    return tuple(sorted(tied.items()))


def address(option: str, given: str | None, example: str) -> str | None:
    """Check the address of a server that an option takes: by HTTP, of a host, and without a password in it."""
    import httpx  # noqa: PLC0415 - it takes time that other commands can save

    try:
        url = httpx.URL(given or example)
        named = urlsplit(given or example).hostname and url.host  # each refuses what the other one takes
        fine = named and url.scheme in {"http", "https"} and not url.userinfo
    except (httpx.InvalidURL, ValueError):
        fine = False
    if not fine:
        sorry(f"{option} takes an address, as in {example}.")
    return given


def hashtag(given: str, command: str) -> str:
    """Give the key of a chat's hashtag, which has a letter or a digit."""
    if not any(map(str.isalnum, key := tag_key(given))):
        sorry(f"A chat has a hashtag, for example: fairfloor {command} '#copchat'")
    return key


def file_named(key: str) -> Path:
    """Name a file in this folder after a tag; what a file's name may not have is left out."""
    return Path("".join(sign if sign.isalnum() else "-" for sign in key)[:100] + ".db")


def store_named(given: str) -> Location:
    """Give the place a store is in: a file, or a database by its address."""
    try:
        return location(given)
    except ValueError as error:
        sorry(str(error))


def printable(text: str) -> str:
    """Give a text from outside as a terminal may show it: without controls, which could rewrite the screen."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def sorry(sentence: str, code: int = 2) -> NoReturn:
    """Say what is wrong and what to do, and end."""
    typer.echo(f"fairfloor: {printable(sentence)}", err=True)
    raise typer.Exit(code)
