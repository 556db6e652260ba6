"""Installs a real Bluesky server for tests: `python -m fairfloor.testing.pds.install`. Done once, it does nothing more.

No package's install script runs. The one part that is not JavaScript, its database better-sqlite3, brings itself
along compiled; whether it runs here is tried.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from fairfloor.testing.pds.place import INSTALLED, WANTED, NotInstalled, is_installed, node, note_installed, npm

Say = Callable[[str], object]

_TELLING = 12
"""Last lines of a failed command's output that are told."""
_TRY = "new (require('better-sqlite3'))(':memory:').prepare('select 1').get()"


class Failed(Exception):  # noqa: N818 - it is said to a person
    """It could not be installed; the message says why, and what to do."""


def install(say: Say) -> None:
    """Install what is not there yet. Raises Failed and NotInstalled."""
    if is_installed():
        say("The real Bluesky server is installed.")
        return
    say("Fetching the real Bluesky server (@atproto/pds) from npm; about half a minute ...")
    INSTALLED.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(WANTED / name, INSTALLED / name)
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier")
    _run([npm("bin", "npm-cli.js"), "ci", *quiet], "npm could not install it. Is there a network?")
    _run(["-e", _TRY], "It is installed, but its database (better-sqlite3) does not run on this kind of machine.")
    note_installed()
    say(f"Installed in {INSTALLED}.")


def _run(script: Sequence[str | Path], sorry: str) -> None:
    path = os.pathsep.join((str(node().parent), os.environ.get("PATH", "")))
    done = subprocess.run(  # noqa: S603 - fixed commands of the wheel
        [node(), *script],
        cwd=INSTALLED,
        env=os.environ | {"PATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        told = "\n".join(done.stdout.splitlines()[-_TELLING:])
        raise Failed(f"{sorry} It said:\n{told}")


def main() -> int:
    """Install, telling how far it is; give the exit code."""
    try:
        install(lambda sentence: print(sentence, flush=True))  # noqa: T201 - it is a command
    except (Failed, NotInstalled, OSError) as why:
        print(f"Sorry: {why}", file=sys.stderr)  # noqa: T201 - it is a command
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
