"""A chat in a PostgreSQL database as its host uses it: every command takes its address where it takes a file."""

import json
import signal
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from fairfloor.chat.site.article import Article
from fairfloor.store.location import location, site_beside
from fairfloor.store.site.library import library_opened
from fairfloor.testing.command import run
from fairfloor.testing.crowd import Tactic, World, simulate
from fairfloor.testing.postgres import Postgres
from fairfloor.testing.watching import Watching

WORLD = World(tactics=(Tactic.COPY, Tactic.RING), attackers=40, seed=2)


@pytest.fixture
def address(server: Postgres) -> str:
    """Give the address of an empty database."""
    return server.made()


def said(folder: Path, *arguments: object, typed: str = "") -> str:
    """Run a command that must succeed, and give what it says."""
    done = run(folder, *arguments, typed=typed)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_chat_is_set_up_and_steered_in_a_database(address: str, tmp_path: Path) -> None:
    """Made, looked at, changed, given people; nothing is written into the folder."""
    said(tmp_path, "chat", "new", "#copchat", "--no-ask", "--when", "Wednesdays 21:00 UTC", "--store", address)
    assert "Wednesdays 21:00 UTC" in said(tmp_path, "chat", "show", address)
    said(tmp_path, "chat", "set", address, "--about", "Police and public")
    assert "Police and public" in said(tmp_path, "chat", "show", address)
    again = run(tmp_path, "chat", "new", "#copchat", "--no-ask", "--store", address)
    assert (again.exit_code, "is there already" in again.stderr) == (2, True)
    said(tmp_path, "people", "add", address, "Robin", typed="ein langes Passwort\n" * 2)
    assert said(tmp_path, "people", "list", address).split("\t")[:2] == ["Robin", "host"]
    assert list(tmp_path.iterdir()) == []


def test_an_evening_killed_in_the_middle_comes_to_the_log_of_one_in_a_file(
    address: str, tmp_path: Path, watch: Callable[..., Watching]
) -> None:
    """The public log is the same to the byte, it verifies, and a copy of it in a file does."""
    acts = list(map(msgspec.json.encode, simulate(WORLD).acts))
    archive = tmp_path / "evening.acts.jsonl"
    archive.write_bytes(b"\n".join(acts))
    playing = ("copchat", archive, "--source", "file", "--host", "@TheHost")
    for speed, some in ((1_000, 100), (2_000, 1_000)):
        running = watch(*playing, "--store", address, "--speed", speed)
        running.health(lambda now, some=some: now["seq"] >= some)  # type: ignore[misc]
        running.end(signal.SIGKILL)
    logs = set()
    for store in (address, "in-a-file.db"):
        last = watch(*playing, "--store", store, "--speed", 1_000_000)
        last.health(lambda now: now["seq"] == len(acts) and now["waiting"] == 0)
        logs.add(_in_order(last.get("/log.jsonl").content))
        if store == address:
            refused = run(tmp_path, "watch", *playing, "--store", store, "--port", 0)
            assert "in use by another Fairfloor" in refused.stderr
        assert last.end(signal.SIGTERM) == 0
    (log,) = logs
    assert len(log[0]) == len(acts)
    told = said(tmp_path, "verify", address)
    assert "gave every decision, byte for byte" in told
    said(tmp_path, "chat", "copy", address, "copy.db")
    assert said(tmp_path, "verify", "copy.db") == told
    assert "is not empty" in run(tmp_path, "chat", "copy", "copy.db", address).stderr


def _in_order(log: bytes) -> tuple[tuple[bytes, ...], ...]:
    """Give what a log tells, and what was decided, each in its order; how the two are woven hangs on the speed."""
    found: tuple[list[bytes], list[bytes]] = ([], [])
    for line in map(json.loads, log.splitlines()):
        del line["n"], line["hash"]
        if line["kind"] not in {"begin", "version"}:
            found[line["kind"] == "decision"].append(json.dumps(line).encode())
    return tuple(map(tuple, found))


def test_a_copy_is_there_whole_or_not_at_all(address: str, tmp_path: Path) -> None:
    """What stands in its way is left as it is and said; what was broken off is said where one tries again."""
    said(tmp_path, "chat", "new", "#copchat", "--no-ask", "--store", address)
    (tmp_path / "a.db.people").write_text("somebody's")
    for to, why in (
        ("a.db", "a.db.people is there already"),
        ("nowhere/a.db", "There is no folder nowhere"),
        (address, "is not empty"),
    ):
        refused = run(tmp_path, "chat", "copy", address, to)
        assert (refused.exit_code, why in refused.stderr) == (2, True), refused.stderr
    assert (tmp_path / "a.db.people").read_text() == "somebody's"
    said(tmp_path, "people", "add", address, "Robin", typed="ein langes Passwort\n" * 2)
    said(tmp_path, "chat", "copy", address, "b.db")
    for file in (tmp_path / "b.db.people", tmp_path / "c.db.people"):
        file.write_bytes(b"not people, but long enough not to be empty")
    broken = run(tmp_path, "chat", "copy", "b.db", "c.db")
    assert "c.db.people is there already" in broken.stderr
    assert "could not be copied" in run(tmp_path, "chat", "copy", "b.db", "d.db").stderr
    assert sorted(path.name for path in tmp_path.glob("d.db*")) == []


def test_a_site_in_a_database_is_searched_and_moves_in_and_out(
    address: str, tmp_path: Path, watch: Callable[..., Watching]
) -> None:
    """Articles are found by their words on the page; exports are those of a file, and can be moved in again."""
    with library_opened(site_beside(location(address))) as library:
        kept = library.keep(
            _article("/posts/2026/11/cameras", "Caméras corporelles", "What the board said about them.")
        )
        library.keep(_article("/posts/2026/11/other", "Another night", "Nothing of the kind."))
    said(tmp_path, "chat", "new", "#copchat", "--no-ask", "--store", address)
    said(tmp_path, "export", "json", "site.json", "--store", address)
    said(tmp_path, "export", "wordpress", "site.xml", "--store", address)
    said(tmp_path, "export", "site", "pages", "--store", address)
    assert "Caméras corporelles" in (tmp_path / "pages/posts/2026/11/cameras/index.html").read_text()
    watching = watch("#copchat", "--url", "ws://127.0.0.1:1", "--store", address)
    found = watching.get("/search?q=CAMERAS+board").text
    assert (kept.title in found, "Another night" in found) == (True, False)
    again = said(tmp_path, "import", "json", "site.json", "--store", address).split()
    assert again == ["there", "already", "article", "2", "revision", "2"]
    said(tmp_path, "import", "wordpress", "site.xml", "--store", address, "--dry-run")
    said(tmp_path, "import", "wordpress", "site.xml", "--store", address)
    assert watching.end(signal.SIGTERM) == 0


def _article(path: str, title: str, text: str) -> Article:
    now = WORLD.start
    return Article(path=path, title=title, text=text, state="published", published=now, updated=now, by="Robin")
