"""Real archives replay with no act undecided, and every run writes the same bytes."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

DATA = Path(os.environ.get("FAIRFLOOR_DATA") or Path(__file__).parents[2] / "../shared/data").resolve()
ARCHIVES = {
    "elgl19.acts.jsonl": 3236,
    "aprende.acts.jsonl": 3908,
    "cdnpoli-2025-06.acts.jsonl": 3788,
    "burst-kochfarms.acts.jsonl": 2264,
    "burst-todolistbeforechristmas.acts.jsonl": 1568,
    "polis/brexit-consensus.comments.csv": 50,
    "polis/london.youth.policing.comments.csv": 39,
}


def _replayed(archive: Path, out: Path, seed: str) -> bytes:
    """Replay in a process of its own, whose hashes are its own."""
    subprocess.run(
        [
            Path(sys.executable).with_name("fairfloor"),
            "replay",
            archive,
            "--tag",
            "any",
            "--host",
            "u_31651e7145cf",
            "--out",
            out,
        ],
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONHASHSEED": seed},
    )
    return out.read_bytes()


@pytest.mark.parametrize(("name", "acts"), ARCHIVES.items())
def test_a_real_archive_replays_whole_and_the_same(tmp_path: Path, name: str, acts: int) -> None:
    """Each act comes to a decision whose last line is final, in order, and two processes agree to the byte."""
    if not (archive := DATA / name).exists():
        pytest.skip(f"{name} is not in {DATA}; set FAIRFLOOR_DATA to where the archives are")
    once = _replayed(archive, tmp_path / "once", "1")
    decisions: list[dict[str, Any]] = [json.loads(line) for line in once.splitlines()]
    final = {one["act"]: one["reason"]["code"] for one in decisions}
    assert len(final) == acts
    assert "waiting" not in final.values()
    places = [(one["at"], one["act"]) for one in decisions]
    assert places == sorted(places, key=lambda place: (_exact(place[0]), place[1]))
    assert once == _replayed(archive, tmp_path / "again", "2")


def _exact(at: str) -> tuple[str, str]:
    """Order times as times: whole seconds are written without a fraction."""
    seconds, _, fraction = at.removesuffix("Z").partition(".")
    return seconds, fraction
