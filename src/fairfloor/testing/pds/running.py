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
from urllib.parse import urlsplit

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


class _Answer(msgspec.Struct):
    pds: str
    plc: str


class Running:
    """A PDS that answers; make it with `started`. It can be killed and started again as it was."""

    def __init__(self, data: Path) -> None:
        """Take the folder for its data."""
        self._data = data
        self.admin = secrets.token_hex(16)
        """The password of its administrator, whose name is admin; its keys follow from it."""
        self.pds = self.plc = ""
        self._process = self._run()
        try:
            answer = self._answer()
        except BaseException:
            self.stop()
            raise
        self.pds, self.plc = answer.pds, answer.plc
        """Its address, as http://127.0.0.1:1234, and that of the PLC directory that it registers accounts with."""

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    def stream(self) -> str:
        """Give the address of `com.atproto.sync.subscribeRepos`."""
        return f"ws{self.pds.removeprefix('http')}/xrpc/com.atproto.sync.subscribeRepos"

    def kill(self) -> None:
        """Kill it as a power cut would; whoever is connected is cut off."""
        self._process.kill()
        self.stop()

    def again(self) -> None:
        """Start it again at the same address with what it had; the PLC directory has forgotten everybody."""
        self._process = self._run()
        self._answer()

    def stop(self) -> None:
        """End it, and wait until it has ended."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_ENDING)
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    @property
    def _log(self) -> Path:
        return self._data / "log"

    def _run(self) -> subprocess.Popen[bytes]:
        script = files(__package__).joinpath("pds.mjs").read_text("utf-8")
        ports = [str(urlsplit(address).port or 0) for address in (self.pds, self.plc)]
        with self._log.open("ab") as said:
            return subprocess.Popen(  # noqa: S603 - our own script
                [node(), "--input-type=module", "-e", script, self._data, self.admin, *ports],
                cwd=packages(),
                env=_environment() | {"LOG_ENABLED": "false", "NODE_ENV": "production"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                start_new_session=True,
            )

    def _answer(self) -> _Answer:
        """Wait until it answers. Raises NotStarted."""
        assert self._process.stdout is not None  # noqa: S101 - for the type checker
        ready, _, _ = select.select([self._process.stdout], [], [], _STARTING)
        line = self._process.stdout.readline() if ready else b""
        if not line:
            raise NotStarted(f"The PDS did not start:\n{self._log.read_text('utf-8', 'replace')[-2000:]}")
        return msgspec.json.decode(line, type=_Answer)


@contextmanager
def started() -> Iterator[Running]:
    """Run a PDS with no accounts until the block ends. Raises NotInstalled, and NotStarted."""
    with tempfile.TemporaryDirectory(prefix="fairfloor-pds-", dir=_memory(), ignore_cleanup_errors=True) as data:
        running = Running(Path(data))
        try:
            yield running
        finally:
            running.stop()


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
