"""What a piece of work costs: processor time, time on the clock and memory; in a process of its own where asked.

The figures that count are processor seconds (of this process and the children it waited for): they change little when
others use the machine. Memory is the most the process ever held (`ru_maxrss`), the interpreter's own included.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from time import perf_counter, process_time
from typing import TypeVar

import msgspec

Result = TypeVar("Result", bound=msgspec.Struct)
_UNIT = 1024 if sys.platform == "darwin" else 1


class Spent(msgspec.Struct, frozen=True):
    """What something took."""

    cpu: float
    """Processor seconds."""
    wall: float
    """Seconds on the clock."""
    peak: float
    """MB (2**20 bytes) that the process held at most so far."""


def peak() -> float:
    """Give the MB that this process, or the largest child it waited for, held at most."""
    most = max(getrusage(RUSAGE_SELF).ru_maxrss, getrusage(RUSAGE_CHILDREN).ru_maxrss)
    return most / _UNIT / 1024


def spent(pid: int) -> float:
    """Give the milliseconds that another process spent on a processor so far (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return 1000 * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def spend(work: Callable[[], object]) -> Spent:
    """Do a piece of work, and tell what it took."""
    cpu, wall = process_time(), perf_counter()
    work()
    return Spent(process_time() - cpu, perf_counter() - wall, peak())


def in_child(result: type[Result], module: str, *arguments: object) -> Result:
    """Run a module of the bench in a new process, its progress shown, and give the result that it prints as JSON."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    return msgspec.json.decode(done.stdout, type=result)


def tell(text: str) -> None:
    """Show how far it is, apart from the results."""
    print(text, file=sys.stderr, flush=True)
