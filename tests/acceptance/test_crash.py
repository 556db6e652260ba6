import random  # noqa: TID251 - seeded
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from fairfloor.acts.act import Act, Post
from fairfloor.acts.notice import Deletion, Departure, Edit, Notice
from fairfloor.testing.crowd import Tactic, World, simulate

KILLS = 50
SPEED = 400.0
"""Times as fast as life: an evening takes nine seconds, and is interrupted about every quarter of one."""
TABLES = ("rules", "log", "decisions", "places", "faults", "sources")
PROCESS = Path(__file__).with_name("playing_process.py")


def evening(dice: random.Random) -> Iterator[Notice | bytes]:
    """Simulate a hijacked evening in which authors also delete, edit and leave, and some lines are bad."""
    world = World(tactics=(Tactic.COPY, Tactic.EDITED, Tactic.UNIQUE, Tactic.RING), attackers=60, seed=11)
    past: list[Act] = []
    for act in simulate(world).acts:
        yield act
        past.append(act)
        one, chance = dice.choice(past), dice.random()
        if chance < 0.02:
            yield Deletion(id=one.id, at=act.at)
        elif chance < 0.04 and isinstance(one, Post):
            yield Edit(post=msgspec.structs.replace(one, text=f"{one.text} (edited)", seen=act.at))
        elif chance < 0.043:
            yield Departure(account=one.account, at=act.at)
        elif chance < 0.06:
            yield dice.choice([one, msgspec.structs.replace(one, id=f"late-{one.id}", at=one.at - timedelta(hours=1))])
        elif chance < 0.07:
            yield b"{ this is no JSON"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write an evening to a file."""
    path = tmp_path_factory.mktemp("archive") / "evening.acts.jsonl"
    lines = evening(random.Random(5))  # noqa: S311 - seeded, so that a failure comes again
    path.write_bytes(b"\n".join(one if isinstance(one, bytes) else msgspec.json.encode(one) for one in lines))
    return path


def start(archive: Path, store: Path, speed: float) -> subprocess.Popen[bytes]:
    """Start a process that plays an archive."""
    return subprocess.Popen([sys.executable, PROCESS, archive, store, str(speed)], stdout=subprocess.PIPE, bufsize=0)


def live_and_die(process: subprocess.Popen[bytes], dice: random.Random) -> tuple[int, int] | None:
    """Kill a process at a random moment, and give what it had shown by then; None where it came to its end before.

    Most get as far as playing before it happens, some do not.
    """
    assert process.stdout is not None
    first = process.stdout.readline() if dice.random() < 0.85 else b""
    with suppress(subprocess.TimeoutExpired):
        process.wait(dice.uniform(0, 0.35) if first else dice.uniform(0, 0.9))
    process.kill()
    lines = (first + process.stdout.read()).split(b"\n")[:-1]  # what came after the last newline was never shown
    process.stdout.close()
    if process.wait() == 0:
        return None
    seq, decided = (int(number) for number in lines[-1].split()) if lines else (0, 0)
    return seq, decided


def contents(store: Path) -> dict[str, list[tuple[object, ...]]]:
    """Give every row of a store, in order of its key."""
    with closing(sqlite3.connect(store)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        return {table: db.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in TABLES}  # noqa: S608


def kept(store: Path, aside: Path) -> tuple[int, int]:
    """Give the last place in the log and the last number of a decision, in a copy of what the dead left behind."""
    for name in (store.name, f"{store.name}-wal"):
        (aside / name).unlink(missing_ok=True)
        if store.with_name(name).exists():
            shutil.copy(store.with_name(name), aside)
    with closing(sqlite3.connect(aside / store.name)) as db:
        if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'log'").fetchone():
            return 0, 0
        ((seq, decided),) = db.execute("SELECT (SELECT max(seq) FROM log), (SELECT max(number) FROM decisions)")
        return seq or 0, decided or 0


@pytest.mark.slow
def test_fifty_deaths_lose_nothing_and_double_nothing(archive: Path, tmp_path: Path) -> None:
    """Killed at any moment and started again, an evening ends with every byte of one that was left alone.

    What was shown was kept each time; the log, the decisions, the floor, even the counts of faults are the same.
    """
    dice = random.Random(2014)  # noqa: S311 - seeded, so that a failure comes again
    whole = tmp_path / "whole.db"
    assert start(archive, whole, 1e6).communicate(timeout=120)[0]
    undisturbed = contents(whole)
    deaths, evenings, aside = 0, 0, tmp_path / "aside"
    aside.mkdir()
    while deaths < KILLS:
        store, evenings = tmp_path / f"killed-{evenings}.db", evenings + 1
        while deaths < KILLS and (shown := live_and_die(start(archive, store, SPEED), dice)) is not None:
            deaths += 1
            assert all(has >= had for has, had in zip(kept(store, aside), shown, strict=True))
        last = start(archive, store, 1e6)
        last.communicate(timeout=120)
        assert last.returncode == 0
        assert contents(store) == undisturbed
    assert len(undisturbed["log"]) > 2_000
    assert {row[3] for row in undisturbed["decisions"]} == {"floor", "merge", "fold"}
    assert {row[1] for row in undisturbed["faults"]} >= {"not-json", "repeated", "late"}
