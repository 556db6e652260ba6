"""Where a chat is kept: in a file, with others beside it, or in a PostgreSQL database.

A database holds one chat, as a file does, in schemas of its own: `evening`, `people` and `site` are to it what
`copchat.db`, `copchat.db.people` and `copchat.db.site` are to a file. It is named as PostgreSQL's own programs name
it, `postgresql://user@host/name`, but without a password, which everybody on the machine could read in the list of
processes.
"""

import re
from pathlib import Path
from typing import Literal, TypeVar
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import msgspec
from typing_extensions import override

Part = Literal["evening", "people", "site"]
_MEANT = re.compile(r"postgres(ql)?(\+\w+)?:", re.IGNORECASE)
_SHAPE = re.compile(r"postgres(ql)?://[^/?#\s]*(/[^/?#\s]*)?(\?[^#\s]*)?")
_SECRETS = frozenset({"password", "sslpassword", "oauth_client_secret", "scram_client_key", "scram_server_key"})
_UNFIT = re.compile(r"[^\w.+ -]")
"""What the name of a database may have, and the name of a file had better not."""


class Database(msgspec.Struct, frozen=True):
    """A part of a PostgreSQL database."""

    address: str
    """As it was given; there is no password in it."""
    part: Part = "evening"

    @override
    def __str__(self) -> str:
        return self.address

    @property
    def name(self) -> str:
        """Give the name of the database, as a file may have it; PostgreSQL takes the user's where none is given."""
        parts = urlsplit(self.address)
        name = unquote(parts.path.strip("/")) or unquote(parts.username or "")
        return _UNFIT.sub("-", name).lstrip(".") or "fairfloor"


Location = Path | Database
Kind = TypeVar("Kind", Path, Database, Location)


def location(given: str) -> Location:
    """Give the place that somebody names. Raises ValueError, saying what to give, where it is none."""
    if not _MEANT.match(given):
        return Path(given)
    parts = _parts(given)
    if parts.password is not None or _SECRETS & parse_qs(parts.query, keep_blank_values=True).keys():
        raise ValueError(
            "Leave the password out of the database's address: others on this machine can read it there. PostgreSQL's "
            "clients read it from the file ~/.pgpass, or from the variable PGPASSWORD."
        )
    return Database(given)


def _parts(given: str) -> SplitResult:
    try:
        parts = urlsplit(given)
        if _SHAPE.fullmatch(given) and parts.port != 0:  # asked for, since it may be no number
            return parts
    except ValueError:
        pass
    raise ValueError("A database is named like this: postgresql://user@host/name, or postgresql://host:5432/name.")


def missing(store: Location) -> bool:
    """Tell whether there is no such file; of a database that is only known when it is opened."""
    return isinstance(store, Path) and not store.is_file()


def people_beside(store: Kind) -> Kind:
    """Name where the people of a chat are kept."""
    return _beside(store, "people")


def site_beside(store: Kind) -> Kind:
    """Name where the host's site of a chat is kept."""
    return _beside(store, "site")


def file_beside(store: Location, ending: str) -> Path:
    """Name a file that goes with a chat: beside its file; for a database in the folder one is in, under its name."""
    if isinstance(store, Database):
        return Path(f"{store.name}.{ending}")
    return store.with_name(f"{store.name}.{ending}")


def _beside(store: Kind, part: Literal["people", "site"]) -> Kind:
    if isinstance(store, Path):
        return store.with_name(f"{store.name}.{part}")
    return Database(store.address, part)
