import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import httpx
import pytest

_COMMAND = (str(Path(sys.executable).with_name("fairfloor")), "demo", "--port", "0", "--speed", "600")


class Demo:
    """A demo that runs: its page, and what it says on the terminal."""

    def __init__(self, said: IO[str]) -> None:
        self._said = said
        self.address = self.wait_for(r"(http://127\.0\.0\.1:\d+)")

    def wait_for(self, pattern: str) -> str:
        """Read what it says until something fits; give that."""
        for line in self._said:
            if found := re.search(pattern, line):
                return found[0]
        pytest.fail(f"the demo ended before it said {pattern}")

    def get(self, path: str) -> str:
        """Give a page."""
        return httpx.get(self.address + path, timeout=30).raise_for_status().text


@contextmanager
def demo(folder: Path, *options: str) -> Iterator[Demo]:
    """Run the demo as a person would; interrupt it at the end, as a person would."""
    environment = {**os.environ, "TMPDIR": str(folder), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen([*_COMMAND, *options], stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            yield Demo(process.stdout)
        finally:
            process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0


def test_the_demo_shows_a_hijack_from_beginning_to_end(tmp_path: Path) -> None:
    """It says where the page is and what happens when; the page says it is simulated; at the end nothing is left."""
    with demo(tmp_path, "--attackers", "60") as running:
        assert "simulated" in running.get("/")
        running.wait_for("minute 30: the hijack begins")
        running.wait_for("minute 50: the hijack ends")
        running.wait_for("the chat is over")
        counts = json.loads(running.get("/health"))["acts"]
        assert counts["copy"] > 50
        assert counts["host"] > 10
        assert list(tmp_path.iterdir()) != []
    assert list(tmp_path.iterdir()) == []


def test_the_demo_says_when_its_port_is_taken(tmp_path: Path) -> None:
    """Where another program has the port, it says so and what to do, and ends with an error."""
    with demo(tmp_path, "--attackers", "1", "--tactic", "single") as running:
        port = running.address.rpartition(":")[2]
        second = subprocess.run([*_COMMAND, "--port", port], capture_output=True, text=True, check=False, timeout=60)
    assert second.returncode == 1
    assert "Choose another with --port" in second.stderr
