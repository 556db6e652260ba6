"""Runs a real PDS, with a PLC directory of its own, on loopback ports; nothing of it outlives the block.

It reads its standard input and ends when that does, so it goes too where the test that started it is killed.
"""

import contextlib
import os
import secrets
import select
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import msgspec

from fairfloor.testing.pds.place import node, packages

_STARTING = 60.0
"""Seconds that it may take to answer; two on a quiet machine."""
_ENDING = 5.0
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - the data goes into a folder of its own there
_ROOM = 2 << 30
"""Bytes; an account takes half a million."""


class NotStarted(Exception):  # noqa: N818 - it names what is the matter
    """The server did not come up; the message says what it said."""


class Running(msgspec.Struct, frozen=True, kw_only=True):
    """A PDS that answers."""

    pds: str
    """Its address, as http://127.0.0.1:1234."""
    plc: str
    """The address of the PLC directory that it registers accounts with."""
    admin: str
    """The password of its administrator, whose name is admin."""
    pid: int

    def stream(self) -> str:
        """Give the address of `com.atproto.sync.subscribeRepos`."""
        return f"ws{self.pds.removeprefix('http')}/xrpc/com.atproto.sync.subscribeRepos"


class _Answer(msgspec.Struct):
    pds: str
    plc: str


@contextmanager
def started() -> Iterator[Running]:
    """Run a PDS with no accounts until the block ends. Raises NotInstalled, and NotStarted."""
    script, where = files(__package__).joinpath("pds.mjs").read_text("utf-8"), packages()
    admin = secrets.token_hex(16)
    with tempfile.TemporaryDirectory(prefix="fairfloor-pds-", dir=_memory(), ignore_cleanup_errors=True) as data:
        log = Path(data) / "log"
        with log.open("wb") as said:
            process = subprocess.Popen(  # noqa: S603 - our own script
                [node(), "--input-type=module", "-e", script, data, admin],
                cwd=where,
                env=_environment() | {"LOG_ENABLED": "false", "NODE_ENV": "production"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                start_new_session=True,
            )
        try:
            answer = _answer(process, log)
            yield Running(pds=answer.pds, plc=answer.plc, admin=admin, pid=process.pid)
        finally:
            _end(process)


def run(script: Path, arguments: Sequence[str] = (), given: bytes = b"") -> bytes:
    """Run an ES module that may import the installed packages; give what it prints.

    given: its standard input. Raises NotInstalled, and subprocess.CalledProcessError with what it said in `stderr`.
    """
    command = [str(node()), "--input-type=module", "-e", script.read_text("utf-8"), *arguments]
    done = subprocess.run(  # noqa: S603 - a script of the tests
        command, cwd=packages(), env=_environment(), input=given, capture_output=True, check=True
    )
    return done.stdout


def _memory() -> Path | None:
    """Give a folder in memory where there is a roomy one: it writes each act to disk before it answers."""
    roomy = _SHARED_MEMORY.is_dir() and os.access(_SHARED_MEMORY, os.W_OK)
    return _SHARED_MEMORY if roomy and shutil.disk_usage(_SHARED_MEMORY).free > _ROOM else None


def _environment() -> dict[str, str]:
    """Leave out what would configure the server otherwise."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PDS_", "NODE_", "LOG_"))}


def _answer(process: subprocess.Popen[bytes], log: Path) -> _Answer:
    assert process.stdout is not None  # noqa: S101 - for the type checker
    ready, _, _ = select.select([process.stdout], [], [], _STARTING)
    line = process.stdout.readline() if ready else b""
    if not line:
        raise NotStarted(f"The PDS did not start:\n{log.read_text('utf-8', 'replace')[-2000:]}")
    return msgspec.json.decode(line, type=_Answer)


def _end(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_ENDING)
    if process.poll() is None:
        process.kill()
        process.wait()
