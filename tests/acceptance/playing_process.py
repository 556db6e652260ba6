"""A process to be killed: plays an archive into a store, and says on its output what has been shown.

Usage: playing_process.py ARCHIVE STORE SPEED
"""

import asyncio
import sys
from itertools import chain
from pathlib import Path

from fairfloor.session.decide import Rules
from fairfloor.session.pipeline import Pipeline
from fairfloor.session.ports import Step
from fairfloor.sources import files
from fairfloor.sources.clocks import ScaledClock, WallClock
from fairfloor.sources.playback import Playback, timed
from fairfloor.store.evening.store import SqlStore
from fairfloor.store.file import opened


class Shown:
    """An audience that prints how far the log and the decisions are known to the world."""

    def hear(self, step: Step) -> None:
        """Print the places of the last notice and the last decision."""
        sys.stdout.write(f"{step.seq} {step.decided}\n")
        sys.stdout.flush()


def main(archive: Path, path: Path, speed: float) -> None:
    """Play an archive to its end, going on where a process before this one was when it ended."""
    with opened(path) as engines:
        store = SqlStore(*engines)
        told = timed(files.read(archive, tag="copchat"), WallClock().now())
        first = next(told)
        clock = ScaledClock(store.time() or first.seen, speed)
        source = Playback("archive", chain([first], told), clock)
        rules = Rules(tag="copchat", hosts=frozenset({"did:plc:host"}))
        asyncio.run(Pipeline(source, store, clock, rules, [Shown()], patience=None).run())


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]))
