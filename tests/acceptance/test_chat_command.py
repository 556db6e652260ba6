"""`fairfloor chat` as a host uses it: a chat set up in a minute, looked at, changed, and then watched."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from typer.testing import Result

from fairfloor.chat.moves import Move, Settle, Undo
from fairfloor.chat.schedule.written import written
from fairfloor.session.decide import Rules
from fairfloor.session.ports import Told
from fairfloor.store.evening.store import SqlStore
from fairfloor.store.file import opened
from fairfloor.testing.command import run

FAIRFLOOR = Path(sys.executable).with_name("fairfloor")
SERVER = Path(__file__).parents[1] / "sources" / "people_server.py"
ENVIRONMENT = os.environ | {"NO_PROXY": "*", "COLUMNS": "100", "NO_COLOR": "1"}
WHEN = "Wednesdays 21:00 America/Toronto"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Start a server that knows accounts, and give its address."""
    with subprocess.Popen([sys.executable, SERVER], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        process.kill()


def fairfloor(folder: Path, *arguments: object, status: int = 0, typed: str = "") -> Result:
    """Run a command to its end, in this process and in a folder, with what is typed at it."""
    done = run(folder, *arguments, typed=typed)
    assert done.exit_code == status, done.output
    return done


def kept(path: Path) -> tuple[Rules, list[Settle]]:
    """Give a file's rules, and what was settled."""
    with opened(path) as (writer, reader):
        store = SqlStore(writer, reader)
        rules = store.rules()
        assert rules
        return rules, [move.do for move in store.moves() if isinstance(move.do, Settle)]


def test_a_chat_is_set_up_by_one_command(tmp_path: Path) -> None:
    """All that was said is in the file: rules for the floor, and what the host settled; and what to do next is told."""
    (tmp_path / "rules.md").write_text("# Be kind\n")
    (tmp_path / "regulars.txt").write_text("did:plc:ann  # ann.example\n")
    said = (
        "--when",
        WHEN,
        "--minutes",
        90,
        "--host",
        "did:plc:sam",
        "--name",
        "Cop Chat",
        "--about",
        "Us",
        "--also",
        "#copchats",
    )
    done = fairfloor(tmp_path, "chat", "new", "#CopChat", *said, "--rules", "rules.md", "--regulars", "regulars.txt")
    assert "fairfloor people add copchat.db" in done.stdout
    assert "fairfloor watch '#CopChat' --store copchat.db" in done.stdout
    rules, (settled,) = kept(tmp_path / "copchat.db")
    assert rules == Rules(tag="CopChat", hosts=frozenset({"did:plc:sam"}), regulars=frozenset({"did:plc:ann"}))
    settings = settled.settings
    assert (settings.tag, settings.name, settings.about, settings.rules) == ("CopChat", "Cop Chat", "Us", "# Be kind\n")
    assert (settings.spellings, [one.account for one in settings.hosts]) == (("copchats",), ["did:plc:sam"])
    assert settings.schedule
    assert (written(settings.schedule), settings.schedule.lasting) == (WHEN, timedelta(minutes=90))


def test_it_asks_for_what_is_not_said(tmp_path: Path, server: str) -> None:
    """It asks until the time is clear; the host's handle becomes an account, and whom they follow has standing."""
    typed = f"copchat\nCop Chat\nevery second Tuesday 20:00 UTC\n{WHEN}\nthehost.example\nPolice and public\ny\n"
    done = fairfloor(tmp_path, "chat", "new", "--ask", "--appview", server, typed=typed)
    assert "every 2 weeks on Monday" in done.stderr
    rules, (settled,) = kept(tmp_path / "copchat.db")
    assert [one.handle for one in settled.settings.hosts] == ["thehost.example"]
    assert all(host.startswith("did:") for host in rules.hosts)
    assert len(rules.regulars) == 230
    assert settled.settings.schedule
    assert written(settled.settings.schedule) == WHEN


def test_nothing_but_a_tag_is_needed(tmp_path: Path) -> None:
    """Without a schedule the host begins by hand; where nobody can be asked, nothing is asked."""
    fairfloor(tmp_path, "chat", "new", "copchat", "--no-ask")
    assert "begun by hand" in fairfloor(tmp_path, "chat", "show", "copchat.db").stdout
    assert kept(tmp_path / "copchat.db")[0] == Rules(tag="copchat")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("new",), "A chat has a hashtag"),
        (("new", "copchat", "--when", "Wednesdays 21:00 EST"), "America/New_York"),
        (("new", "copchat", "--rules", "nowhere.md"), "nowhere.md: No such file"),
        (("new", "copchat", "--regulars", "nowhere.txt"), "nowhere.txt: No such file"),
        (("new", "copchat", "--name", "x" * 101), "That cannot be kept"),
        (("new", "there"), "there.db is there already. Look at it: fairfloor chat show there.db"),
        (("show", "nowhere.db"), "There is no nowhere.db. Set a chat up: fairfloor chat new"),
        (("set", "nowhere.db", "--name", "x"), "There is no nowhere.db"),
        (("set", "there.db", "--skip", "2026-12-23"), "Say when the chat is on, too"),
        (("set", "there.db", "--when", WHEN, "--skip", "Christmas"), "begins with no date"),
        (("show", "other.txt"), "other.txt is not a store"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    """Each says what to do, nothing is half done, and no file is left behind."""
    fairfloor(tmp_path, "chat", "new", "there", "--no-ask")
    (tmp_path / "other.txt").write_text("Not a store, but a text of some length")
    before = {path.name for path in tmp_path.iterdir()}
    more = ("--no-ask",) if arguments[0] == "new" else ()
    assert told in fairfloor(tmp_path, "chat", *arguments, *more, status=2).stderr
    assert {path.name for path in tmp_path.iterdir()} == before


def test_it_is_changed_and_looked_at(tmp_path: Path) -> None:
    """Dates are added to those there are; what is not said stays; what is the same is not settled twice."""
    path = tmp_path / "copchat.db"
    fairfloor(tmp_path, "chat", "new", "copchat", "--when", WHEN, "--no-ask")
    on = "2099-12-23"
    fairfloor(tmp_path, "chat", "set", path, "--skip", f"{on} Christmas", "--reason", "Nobody would come")
    shown = fairfloor(tmp_path, "chat", "set", path, "--special", f"{on} 20:00 Ask the chief", "--minutes", 90).stdout
    assert f"{WHEN}, for 90 minutes" in shown
    assert f"{on} Christmas" in shown
    assert f"{on} 20:00 Ask the chief" in shown
    fairfloor(tmp_path, "chat", "set", path, "--minutes", 90)
    assert len(kept(path)[1]) == 3
    assert shown.splitlines()[0] in fairfloor(tmp_path, "chat", "show", path).stdout


def test_a_chat_that_runs_is_not_changed_behind_its_back(tmp_path: Path) -> None:
    """While an evening writes to the file nobody else does; its page has a form."""
    fairfloor(tmp_path, "chat", "new", "copchat", "--no-ask")
    with opened(tmp_path / "copchat.db"):
        done = fairfloor(tmp_path, "chat", "set", "copchat.db", "--name", "x", status=2)
    assert "in use by another Fairfloor" in done.stderr


def test_what_was_undone_on_the_page_is_undone_here(tmp_path: Path) -> None:
    """The file is read as the pages read it: without what was undone."""
    path = tmp_path / "copchat.db"
    fairfloor(tmp_path, "chat", "new", "copchat", "--name", "One", "--no-ask")
    fairfloor(tmp_path, "chat", "set", path, "--name", "Two")
    assert "#copchat, Two" in fairfloor(tmp_path, "chat", "show", path).stdout
    with opened(path) as (writer, reader):
        store = SqlStore(writer, reader)
        last = store.moves()[-1]
        undo = Move(id="move:undo", at=last.at, by="host", role="host", do=Undo(move=last.id))
        store.take("pages", [Told(notice=undo, seen=last.at)], cursor=None, faults=(), skipped=0)
    assert "#copchat, One" in fairfloor(tmp_path, "chat", "show", path).stdout


def test_watch_goes_on_with_what_was_set_up(tmp_path: Path) -> None:
    """What `chat new` wrote is what `watch` serves: the chat's page, and its calendar."""
    fairfloor(
        tmp_path, "chat", "new", "copchat", "--when", WHEN, "--host", "did:plc:sam", "--name", "Cop Chat", "--no-ask"
    )
    post = {"id": "p", "kind": "post", "at": "2099-03-05T02:10:00Z", "account": "did:plc:ann", "text": "Hello #copchat"}
    (tmp_path / "evening.jsonl").write_text(json.dumps(post) + "\n")
    command: list[str | Path] = [
        FAIRFLOOR,
        "watch",
        "copchat",
        "evening.jsonl",
        "--source",
        "file",
        "--store",
        "copchat.db",
        "--port",
        "0",
    ]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT) as running:
        assert running.stderr is not None
        try:
            address = next(found[0] for line in running.stderr if (found := re.search(r"http://\S+", line)))
            while httpx.get(f"{address}/calendar.ics").status_code != 200:  # until it has heard what was kept
                pass
            page = httpx.get(f"{address}/chat").text
            calendar = httpx.get(f"{address}/calendar.ics").text
        finally:
            running.terminate()
    assert "<h1><bdi>Cop Chat</bdi></h1>" in page
    assert "Wednesdays at 21:00, Toronto time" in page
    assert "RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=WE" in calendar
