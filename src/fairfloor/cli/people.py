"""`fairfloor people`: who the host's people are, and a way back in for whoever lost a password or a phone."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from fairfloor.cli.asking import sorry, store_named
from fairfloor.session.people import Member, unfit

if TYPE_CHECKING:
    from fairfloor.store.people.people import SqlPeople

people = typer.Typer(
    no_args_is_help=True,
    help="Say who hosts and moderates, and help who lost a password or a phone. Works while `watch` runs.",
    rich_markup_mode="markdown",
)

_Store = Annotated[
    str, typer.Argument(metavar="STORE", help="The evening's store, as for `watch`: copchat.db, or postgresql://...")
]
_Name = Annotated[str, typer.Argument(metavar="NAME", help="The public name, as it stands in the log.")]


@people.command("add", no_args_is_help=True)
def add(
    store: _Store,
    name: _Name,
    *,
    role: Annotated[
        Literal["host", "co-host", "moderator"], typer.Option(help="A host also says who else has a role.")
    ] = "host",
) -> None:
    """Add one of the host's people. It asks for a password.

        fairfloor people add copchat.db Hal

        fairfloor people add copchat.db Mo --role moderator

    Others can be invited on the page, once there is a host: they then choose their own password.
    """
    from fairfloor.web.people.passwords import hashed  # noqa: PLC0415 - it takes time that other commands can save

    if why := unfit(name):
        sorry(why)
    with _opened(store) as kept:
        if kept.credentials(name) is not None:
            sorry(
                f"{name} is there already. For another password: fairfloor people password {quote(store)} {quote(name)}"
            )
        added = kept.add(name, role, hashed(_asked(name)), datetime.now(UTC))
    if added is None:
        sorry(f"{name} is there already.")
    typer.echo(f"{added.name} is {_a(added)}, and signs in at /sign-in/host.")


@people.command("list", no_args_is_help=True)
def list_(store: _Store) -> None:
    """Say who the host's people are, and who signs in with two factors."""
    with _opened(store) as kept:
        for one in kept.members():
            typer.echo(f"{one.name}\t{one.role}\t{'two-factor' if one.two_factor else 'password alone'}")


@people.command("password", no_args_is_help=True)
def password(store: _Store, name: _Name) -> None:
    """Set a new password. Whoever is signed in by the one before is signed out."""
    from fairfloor.web.people.passwords import hashed  # noqa: PLC0415

    with _found(store, name) as (kept, member):
        kept.set_password(member, hashed(_asked(member.name)))
        kept.end_all(member)
    typer.echo(f"{member.name} has a new password, and is signed out everywhere.")


@people.command("remove", no_args_is_help=True)
def remove(store: _Store, name: _Name) -> None:
    """Remove one of the host's people. What they did stays in the log."""
    with _found(store, name) as (kept, member):
        kept.remove(member)
    typer.echo(f"{member.name} has no role any more, and is signed out everywhere.")


@people.command("reset-two-factor", no_args_is_help=True)
def reset_two_factor(store: _Store, name: _Name) -> None:
    """Turn two-factor sign-in off for somebody who lost phone and codes. See first that it is they who ask."""
    with _found(store, name) as (kept, member):
        kept.set_two_factor(member, None, [])
        kept.end_all(member)
    typer.echo(f"{member.name} signs in by the password alone, and is signed out everywhere.")


@contextmanager
def _opened(store: str) -> "Iterator[SqlPeople]":
    """Open the people beside a store; say in a sentence what cannot be."""
    from fairfloor.store.location import people_beside  # noqa: PLC0415
    from fairfloor.store.migrating import Unusable  # noqa: PLC0415 - the database takes time that other commands can save
    from fairfloor.store.people.people import people_opened  # noqa: PLC0415

    place = store_named(store)
    if isinstance(place, Path) and store.endswith(".people"):
        sorry(f"Name the evening's file: {store.removesuffix('.people')}")
    try:
        with people_opened(people_beside(place)) as kept:
            yield kept
    except Unusable as error:
        sorry(str(error))


@contextmanager
def _found(store: str, name: str) -> "Iterator[tuple[SqlPeople, Member]]":
    """Find somebody; say so where they are not there."""
    with _opened(store) as kept:
        found = kept.credentials(name)
        if found is None:
            sorry(f"Nobody goes by {name} in {store}. See who does: fairfloor people list {quote(store)}")
        yield kept, found.member


def _asked(name: str) -> str:
    """Ask for a password until it is good enough. It is not taken from the command line, where others could see it."""
    from fairfloor.web.people.passwords import weak  # noqa: PLC0415

    while True:
        given: str = typer.prompt(f"A password for {name}", hide_input=True, confirmation_prompt=True, err=True)
        if not (why := weak(given, name)):
            return given
        typer.echo(why, err=True)


def _a(member: Member) -> str:
    return {"host": "a host", "co-host": "a co-host", "moderator": "a moderator"}[member.role]
