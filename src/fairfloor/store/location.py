"""Where a chat is kept: in a file, with others beside it, or in a PostgreSQL database.

A database holds one chat, as a file does, in schemas of its own: `evening`, `people` and `site` are to it what
`copchat.db`, `copchat.db.people` and `copchat.db.site` are to a file. It is named as PostgreSQL's own programs name
it, `postgresql://user@host/name`, but without a password, which everybody on the machine could read in the list of
processes.
"""

from pathlib import Path
from typing import Literal

import msgspec
import sqlalchemy as sa
from typing_extensions import override

Part = Literal["evening", "people", "site"]
_SCHEMES = ("postgresql:", "postgres:")
_SECRETS = frozenset({"password", "sslpassword"})
_DRIVER = "postgresql+psycopg"


class Database(msgspec.Struct, frozen=True):
    """A part of a PostgreSQL database."""

    address: str
    """As it was given; there is no password in it."""
    part: Part = "evening"

    @override
    def __str__(self) -> str:
        return self.address

    @property
    def url(self) -> sa.URL:
        """Give it as SQLAlchemy takes it."""
        return sa.make_url(self.address).set(drivername=_DRIVER)

    @property
    def name(self) -> str:
        """Give the name of the database; PostgreSQL takes the user's where none is given."""
        return self.url.database or self.url.username or "fairfloor"


Location = Path | Database


def location(given: str) -> Location:
    """Give the place that somebody names. Raises ValueError, saying what to give, where it is none."""
    if not given.startswith(_SCHEMES):
        return Path(given)
    try:
        url = sa.make_url(given)
    except (sa.exc.ArgumentError, ValueError) as error:
        raise ValueError("A database is named like postgresql://user@host/name.") from error
    if url.password is not None or _SECRETS & url.query.keys():
        raise ValueError(
            "Leave the password out of the database's address: others on this machine can read it there. PostgreSQL's "
            "clients read it from the file ~/.pgpass, or from the variable PGPASSWORD."
        )
    return Database(given)


def people_beside(store: Location) -> Location:
    """Name where the people of a chat are kept."""
    return _beside(store, "people")


def site_beside(store: Location) -> Location:
    """Name where the host's site of a chat is kept."""
    return _beside(store, "site")


def file_beside(store: Location, ending: str) -> Path:
    """Name a file that goes with a chat: beside its file; for a database in the folder one is in, under its name."""
    if isinstance(store, Database):
        return Path(f"{store.name}.{ending}")
    return store.with_name(f"{store.name}.{ending}")


def _beside(store: Location, part: Literal["people", "site"]) -> Location:
    return Database(store.address, part) if isinstance(store, Database) else store.with_name(f"{store.name}.{part}")
