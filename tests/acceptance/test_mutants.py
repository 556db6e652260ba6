import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from .mutants import MUTANTS, Mutant

pytestmark = pytest.mark.slow
HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FEW = "25"
"""Generated evenings for each promise; enough to notice these faults."""
Ran = subprocess.CompletedProcess[str]


def run(folder: Path, mutant: Mutant | None) -> Ran:
    """Run the test that must notice a fault against a copy of the sources that has it; all tests where none has."""
    package = folder / "src" / "fairfloor"
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    if mutant is not None:
        plant(package / mutant.file, mutant)
    tests = sorted({each.test for each in MUTANTS}) if mutant is None else [mutant.test]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *(str(HERE / test) for test in tests)]
    environment = {**os.environ, "PYTHONPATH": str(package.parent), "FAIRFLOOR_EXAMPLES": FEW}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def plant(file: Path, mutant: Mutant) -> None:
    """Write a fault into a file."""
    text = file.read_text()
    assert text.count(mutant.old) == 1, f"{mutant.file} has changed: plant the fault anew, or it proves nothing"
    file.write_text(text.replace(mutant.old, mutant.new))


@pytest.fixture(scope="module")
def running(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[Mutant | None, Future[Ran]]]:
    """Give the runs for all tests that are wanted, two at a time; None is the run without a fault."""
    items = [item for item in request.session.items if isinstance(item, pytest.Function)]
    wanted = {item.callspec.params.get("mutant") for item in items if hasattr(item, "callspec")}
    with ThreadPoolExecutor(2) as pool:
        yield {
            mutant: pool.submit(run, tmp_path_factory.mktemp("mutant"), mutant)
            for mutant in (None, *MUTANTS)
            if mutant is None or mutant in wanted
        }


def test_the_promises_hold_without_a_fault(running: dict[Mutant | None, Future[Ran]]) -> None:
    """A plain copy of the sources passes, so what fails below fails by its fault."""
    ran = running[None].result()
    assert ran.returncode == pytest.ExitCode.OK, ran.stdout


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_each_promise_notices_its_fault(mutant: Mutant, running: dict[Mutant | None, Future[Ran]]) -> None:
    """Each promise's test fails on a deliberate fault, by an assertion."""
    ran = running[mutant].result()
    assert ran.returncode == pytest.ExitCode.TESTS_FAILED, ran.stdout + ran.stderr
    assert "AssertionError" in ran.stdout, ran.stdout
