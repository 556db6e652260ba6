"""`fairfloor regulars` as a host uses it, and what `watch` and `replay` make of its file."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import msgspec
import pytest
from typer.testing import Result

from fairfloor.session.decide import Rules
from fairfloor.testing.command import run
from fairfloor.testing.crowd import Tactic, World, simulate

FAIRFLOOR = Path(sys.executable).with_name("fairfloor")
SERVER = Path(__file__).parents[1] / "sources" / "people_server.py"
ENVIRONMENT = os.environ | {"NO_PROXY": "*", "COLUMNS": "100", "NO_COLOR": "1"}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Start the server to be asked, and give its place."""
    with subprocess.Popen([sys.executable, SERVER], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield f"127.0.0.1:{int(process.stdout.readline())}"
        process.kill()


def fairfloor(folder: Path, *arguments: object, status: int = 0) -> Result:
    """Run a command to its end, in this process and in a folder."""
    done = run(folder, *arguments)
    assert done.exit_code == status, done.output
    return done


def accounts(text: str) -> list[str]:
    """Give the accounts in a file, without comments."""
    return [line.partition("#")[0].strip() for line in text.splitlines() if not line.startswith("#")]


def evening(path: Path, *posts: tuple[str, timedelta]) -> Path:
    """Write an archive of posts."""
    start = datetime(2024, 3, 1, 23, tzinfo=UTC)
    lines = [
        {"id": f"{account}{after}", "kind": "post", "at": (start + after).isoformat(), "account": account, "text": "hm"}
        for account, after in posts
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_follows_of_two_networks_become_one_file(tmp_path: Path, server: str) -> None:
    """Follows on Bluesky and Mastodon are one sorted file, which is replaced as a whole."""
    asked = ("--follows", "thehost.example", "--follows", f"@thehost@{server}", "--appview", f"http://{server}")
    done = fairfloor(tmp_path, "regulars", *asked, "--out", "regulars.txt")
    text = (tmp_path / "regulars.txt").read_text()
    assert done.stdout == ""
    assert "400 regulars written to regulars.txt" in done.stderr
    assert accounts(text) == sorted(set(accounts(text)))
    assert len(accounts(text)) == 400
    assert "did:plc:00007  # person7.example" in text.splitlines()
    assert "230 whom thehost.example follows on Bluesky" in text
    assert list(tmp_path.iterdir()) == [tmp_path / "regulars.txt"]
    printed = fairfloor(tmp_path, "regulars", *asked).stdout
    assert accounts(printed) == accounts(text)


def test_a_failure_leaves_the_old_file(tmp_path: Path, server: str) -> None:
    """Where somebody cannot be asked, one sentence says so, and the file that was there stays."""
    path = tmp_path / "regulars.txt"
    path.write_text("did:plc:old\n")
    asked = ("regulars", "--appview", f"http://{server}", "--out", path)
    both = ("--follows", "thehost.example", "--follows", "nobody.example")
    done = fairfloor(tmp_path, *asked, *both, status=2)
    assert done.stderr.splitlines() == [
        (
            "fairfloor: Bluesky knows no account nobody.example. Check the spelling: a handle is written in full, as "
            "on the profile."
        )
    ]
    assert path.read_text() == "did:plc:old\n"
    assert "Say who they are" in fairfloor(tmp_path, "regulars", "--at-least", 2, status=2).stderr
    assert "No such file" in fairfloor(tmp_path, "regulars", "--took-part", "none", status=2).stderr
    assert "No such file" in fairfloor(tmp_path, "regulars", "--store", "none.db", status=2).stderr
    assert "not a store" in fairfloor(tmp_path, "regulars", "--store", path, status=2).stderr
    assert sorted(one.name for one in tmp_path.iterdir()) == ["regulars.txt"]


def test_who_took_part_often_enough(tmp_path: Path) -> None:
    """Of archives, who posted on so many evenings is taken; a firehose needs a tag."""
    hour, week = timedelta(hours=1), timedelta(days=7)
    one = evening(tmp_path / "one", ("a", hour * 0), ("b", hour * 0), ("b", hour * 2))
    two = evening(tmp_path / "two", ("a", week), ("c", week))
    both = ("--took-part", one, "--took-part", two)
    assert accounts(fairfloor(tmp_path, "regulars", *both).stdout) == ["a", "b", "c"]
    assert accounts(fairfloor(tmp_path, "regulars", *both, "--at-least", 2).stdout) == ["a"]
    firehose = tmp_path / "firehose"
    record = {"$type": "app.bsky.feed.post", "text": "hello", "tags": ["copchat"], "createdAt": "2024-03-01T02:00:00Z"}
    commit = {"operation": "create", "collection": "app.bsky.feed.post", "rkey": "r", "rev": "1", "record": record}
    line = {"did": "did:plc:a", "time_us": 1_709_258_400_000_000, "kind": "commit", "commit": commit}
    firehose.write_text(json.dumps(line) + "\n")
    assert "--tag TAG" in fairfloor(tmp_path, "regulars", "--took-part", firehose, status=2).stderr
    named = fairfloor(tmp_path, "regulars", "--took-part", firehose, "--tag", "copchat")
    assert accounts(named.stdout) == ["did:plc:a"]


def test_an_evening_that_was_taken_over_does_not_seed_the_crowd(tmp_path: Path) -> None:
    """Of a kept evening the room is taken, and of a crowd only whom the room answered; `replay` takes the file."""
    world = simulate(World(tactics=(Tactic.SINGLE,), attackers=60, seed=3))
    archive = tmp_path / "acts.jsonl"
    archive.write_bytes(b"\n".join(map(msgspec.json.encode, world.acts)))
    (tmp_path / "first.txt").write_text("\n".join(sorted(world.regulars)) + "\n")
    keep(tmp_path, archive, world.rules().hosts, len(world.acts))
    done = fairfloor(tmp_path, "regulars", "--store", "copchat.db", "--out", "regulars.txt")
    assert "written to regulars.txt" in done.stderr
    found = set(accounts((tmp_path / "regulars.txt").read_text()))
    assert len(found & world.regulars) > len(world.regulars) / 2
    assert sum(not world.roles[account].genuine for account in found) <= 60 / 20  # whom the host or the room answered
    host = next(iter(world.rules().hosts))
    asked = ("replay", archive, "--tag", "copchat", "--host", host, "--regulars", "regulars.txt", "--out", "decisions")
    fairfloor(tmp_path, *asked)
    lines = [json.loads(line) for line in (tmp_path / "decisions").read_text().splitlines()]
    known = found - world.rules().hosts
    assert {line["class"] for line in lines if line["account"] in known} == {"regular"}
    assert "newcomer" in {line["class"] for line in lines}


def keep(folder: Path, archive: Path, hosts: frozenset[str], acts: int) -> None:
    """Watch an archive to its end, and end."""
    asked = ["copchat", archive, "--source", "file", "--speed", 1e6, "--port", 0, "--regulars", "first.txt"]
    command: list[str] = [str(FAIRFLOOR), "watch", *map(str, asked), *(f"--host={host}" for host in hosts)]
    with subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT) as process:
        assert process.stderr is not None
        address = process.stderr.readline().partition(" is at ")[2].split()[0]
        for _ in range(600):
            health = httpx.get(f"{address}/health", trust_env=False, timeout=30).json()
            if health["seq"] == acts and not health["waiting"]:
                break
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.1)
        process.terminate()
        process.stderr.read()
    assert process.returncode == 0


def test_a_host_given_by_handle_is_known_live(tmp_path: Path, server: str) -> None:
    """`watch --host HANDLE` begins the evening with the account; a restart without an answer goes on with it."""
    live = ("copchat", "--url", "ws://127.0.0.1:9", "--port", "0", "--newcomers", "0.4")
    asked = (*live, "--host", "@thehost.example", "--appview")
    begin(tmp_path, *asked, f"http://{server}")
    first = rules(tmp_path)
    assert first.hosts == {"did:plc:thehost"}
    assert first.newcomers == 0.4
    said = begin(tmp_path, *asked, "http://127.0.0.1:9")
    assert "cannot be reached" in said
    assert "goes on with the hosts it was begun with" in said
    assert rules(tmp_path) == first


def begin(folder: Path, *arguments: str) -> str:
    """Watch until the page is there, then end; give what was said until then."""
    said = []
    with subprocess.Popen(
        [FAIRFLOOR, "watch", *arguments], cwd=folder, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            said.append(line)
            if " is at http://" in line:
                process.terminate()
                break
        process.stderr.read()
    assert process.returncode == 0, said
    return "".join(said)


def rules(folder: Path) -> Rules:
    """Give the rules that an evening was begun with."""
    with closing(sqlite3.connect(folder / "copchat.db")) as db:
        return msgspec.json.decode(db.execute("SELECT body FROM rules").fetchone()[0], type=Rules)


@pytest.mark.parametrize("share", ["0", "1", "-1", "nan", "1.5"])
def test_a_share_is_between_nothing_and_all(tmp_path: Path, share: str) -> None:
    """--newcomers takes what is greater than 0 and less than 1, for `replay` as for `watch`."""
    archive = evening(tmp_path / "one", ("a", timedelta()))
    replay = ("replay", archive, "--tag", "x", "--host", "a", f"--newcomers={share}")
    assert "a share is greater than 0" in fairfloor(tmp_path, *replay, status=2).stderr
    assert "a share is greater than 0" in fairfloor(tmp_path, "watch", "x", f"--newcomers={share}", status=2).stderr


def test_the_newcomers_share_decides(tmp_path: Path) -> None:
    """A greater share for newcomers gives more of a crowded floor to them."""
    world = simulate(World(tactics=(Tactic.UNIQUE,), attackers=60, seed=3))
    archive = tmp_path / "acts.jsonl"
    archive.write_bytes(b"\n".join(map(msgspec.json.encode, world.acts)))
    (tmp_path / "first.txt").write_text("\n".join(sorted(world.regulars)) + "\n")
    host = next(iter(world.rules().hosts))

    def shown(share: str) -> int:
        common = ("--tag", "copchat", "--host", host, "--regulars", "first.txt", "--newcomers", share, "--out", "out")
        fairfloor(tmp_path, "replay", archive, *common)
        lines = [json.loads(line) for line in (tmp_path / "out").read_text().splitlines()]
        return sum(line["decision"] == "floor" and line["class"] == "newcomer" for line in lines)

    assert shown("0.1") < shown("0.6")
