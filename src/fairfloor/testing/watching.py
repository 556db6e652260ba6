"""A `fairfloor watch` in a process of its own, as a person would start it: for tests of the whole."""

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx

FAIRFLOOR = Path(sys.executable).with_name("fairfloor")
DEADLINE = 30.0
"""Real seconds after which what a test waits for is taken not to come."""
PULSE = 0.05
"""Real seconds between two questions whether it is so by now."""


class Watching:
    """A `fairfloor watch` under way."""

    def __init__(self, arguments: Sequence[object], folder: Path) -> None:
        """Start it in a folder and wait until it says where its page is."""
        command: list[str | Path] = [FAIRFLOOR, "watch", *map(str, arguments), "--port", "0"]
        environment = os.environ | {"NO_PROXY": "*"}
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            command, cwd=folder, stderr=subprocess.PIPE, text=True, env=environment
        )
        self._said: queue.Queue[str] = queue.Queue()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self.welcome = self.said(" is at http://")
        self.address = self.welcome.partition(" is at ")[2].split()[0]

    def _listen(self) -> None:
        for line in self.process.stderr or ():
            self._said.put(line)

    def said(self, words: str) -> str:
        """Wait until it says a line with some words, and give that line."""
        while words not in (line := self._said.get(timeout=DEADLINE)):
            pass
        return line

    def get(self, path: str = "/") -> httpx.Response:
        """Get a page."""
        return httpx.get(self.address + path, trust_env=False, timeout=DEADLINE)

    def health(self, until: Callable[[dict[str, Any]], bool], deadline: float = DEADLINE) -> dict[str, Any]:
        """Ask how it is until the answer is as wanted, and give that answer; raises AssertionError where it is not."""
        health: dict[str, Any] = {}
        for _ in range(round(deadline / PULSE)):
            if until(health := self.get("/health").json()):
                return health
            self.pause()
        raise AssertionError(health)

    def pause(self) -> None:
        """Let a moment pass, or less where the process ends."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(PULSE)

    def end(self, how: signal.Signals) -> int:
        """End it, and give its exit status."""
        self.process.send_signal(how)
        status = self.process.wait(DEADLINE)
        self._listener.join(DEADLINE)
        if self.process.stderr is not None:
            self.process.stderr.close()
        return status
