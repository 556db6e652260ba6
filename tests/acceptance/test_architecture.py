import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PLANTED = {
    "a lower layer that imports a higher one": ("acts/text.py", "import fairfloor.floor.queue", "Layers"),
    "two networks' faces that import each other": ("sources/__init__.py", "import fairfloor.web", "Layers"),
    "a command line that leans on the testing kit": ("cli.py", "import fairfloor.testing", "Layers"),
    "a new folder that nobody placed": ("miscellany/__init__.py", '"""Whatever."""', "Layers"),
    "a clock in the floor": ("floor/floor.py", "import time", "What decides"),
    "dice in the voices": ("voices/message.py", "import random", "What decides"),
    "a file read by the core": ("session/decide.py", "import pathlib", "What decides"),
    "a log in the vocabulary": ("acts/act.py", "import structlog", "What decides"),
    "a database in the chat": ("chat/questions/forms.py", "import sqlalchemy", "What decides"),
}


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    """Check the import contracts of a checkout."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False, env={"PYTHONPATH": "src"})


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Give a copy of the sources to plant faults in."""
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_contracts_hold(checkout: Path) -> None:
    """The sources as they are keep every import contract."""
    result = lint(checkout)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("fault", PLANTED)
def test_each_contract_fails_on_a_planted_fault(checkout: Path, fault: str) -> None:
    """A contract that cannot fail protects nothing, so each is shown to."""
    path, line, contract = PLANTED[fault]
    module = checkout / "src" / "fairfloor" / path
    module.parent.mkdir(exist_ok=True)
    module.write_text(f"{module.read_text() if module.exists() else ''}\n{line}\n")
    result = lint(checkout)
    assert result.returncode != 0
    assert any(contract in line and "BROKEN" in line for line in result.stdout.splitlines()), result.stdout
