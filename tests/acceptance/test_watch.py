import json
import queue
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from websockets.sync.server import ServerConnection, serve

from fairfloor.session.decision import Decision
from fairfloor.testing.command import run
from fairfloor.testing.crowd import Tactic, World, simulate
from fairfloor.testing.watching import DEADLINE, FAIRFLOOR, Watching


def refused(folder: Path, *arguments: object) -> str:
    """Run `fairfloor watch` where it must not run, and give its one sentence."""
    done = run(folder, "watch", *arguments)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    return done.stderr


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a simulated evening to a file."""
    path = tmp_path_factory.mktemp("archive") / "evening.acts.jsonl"
    acts = simulate(World(tactics=(Tactic.COPY, Tactic.RING), attackers=40, seed=2)).acts
    path.write_bytes(b"\n".join(map(msgspec.json.encode, acts)))
    return path


def lines(path: Path) -> int:
    """Count the acts of an archive."""
    return len(path.read_bytes().splitlines())


def decided(store: Path) -> list[bytes]:
    """Give the decisions in a store in the order of a decision log: by time, then act."""
    with closing(sqlite3.connect(store)) as db:
        bodies = [body for (body,) in db.execute("SELECT body FROM decisions ORDER BY number")]
    return sorted(bodies, key=_order)


def _order(body: bytes) -> tuple[datetime, str]:
    decision = msgspec.json.decode(body, type=Decision)
    return decision.at, decision.act


def test_a_played_evening_stays_on_its_page(watch: Callable[..., Watching], archive: Path, tmp_path: Path) -> None:
    """An archive plays to its end, the page stays; ended and started again, all is there and nothing twice."""
    arguments = ("#CopChat", archive, "--source", "file", "--speed", 100_000)
    first = watch(*arguments)
    assert "#CopChat is at http://127.0.0.1:" in first.welcome
    health = first.health(lambda now: now["seq"] == lines(archive) and now["waiting"] == 0)
    assert sum(health["acts"].values()) == lines(archive)
    assert "#CopChat" in first.get().text
    assert first.end(signal.SIGTERM) == 0
    assert (tmp_path / "copchat.db").is_file()
    again = watch(*arguments)
    assert again.health(lambda now: now["seq"] == lines(archive) and now["waiting"] == 0)["acts"] == health["acts"]
    assert again.end(signal.SIGINT) == 0


def test_killed_in_the_middle_it_comes_to_what_replay_writes(
    watch: Callable[..., Watching], archive: Path, tmp_path: Path
) -> None:
    """The decisions of an evening whose process was killed twice are, byte for byte, those of `fairfloor replay`."""
    host = ("--host", "@TheHost")
    for speed, some in ((1_000, 100), (2_000, 1_000)):
        running = watch("copchat", archive, "--source", "file", "--speed", speed, *host)
        running.health(lambda now, some=some: now["seq"] >= some)  # type: ignore[misc]
        running.end(signal.SIGKILL)
    last = watch("copchat", archive, "--source", "file", "--speed", 1_000_000, *host)
    last.health(lambda now: now["seq"] == lines(archive) and now["waiting"] == 0)
    assert last.end(signal.SIGTERM) == 0
    out = tmp_path / "decisions.jsonl"
    replay: list[str | Path] = [FAIRFLOOR, "replay", archive, "--tag", "copchat", *host, "--out", out]
    subprocess.run(replay, check=True, capture_output=True, timeout=DEADLINE)
    assert decided(tmp_path / "copchat.db") == out.read_bytes().splitlines()


def test_without_a_network_it_says_so_and_keeps_trying(watch: Callable[..., Watching]) -> None:
    """Where nobody answers, the terminal and the page say so in a sentence, and the page is served."""
    watching = watch("#copchat", "--url", "ws://127.0.0.1:1")
    assert "connection refused" in watching.said("No connection to 127.0.0.1:1")
    watching.health(lambda now: "Trying again" in now["condition"])
    assert "No connection to 127.0.0.1:1" in watching.get().text
    assert watching.end(signal.SIGTERM) == 0


def test_a_port_in_use_is_said_in_a_sentence(watch: Callable[..., Watching], tmp_path: Path) -> None:
    """Neither a second page at the same port nor a second process at the same file is begun."""
    watching = watch("#copchat", "--url", "ws://127.0.0.1:1")
    port = watching.address.rpartition(":")[2]
    assert f"port {port}" in refused(tmp_path, "#other", "--port", port)
    assert not (tmp_path / "other.db").exists()
    assert "in use by another Fairfloor" in refused(tmp_path, "#copchat", "--port", 0)


def test_an_evening_goes_on_as_it_was_begun(watch: Callable[..., Watching], archive: Path, tmp_path: Path) -> None:
    """What is not said is as it was before; what is said otherwise is refused, and the sentence says what."""
    arguments = ("copchat", archive, "--source", "file", "--speed", 100_000)
    watch(*arguments, "--pace", 6, "--host", "did:plc:host").end(signal.SIGTERM)
    assert "begun otherwise (pace)" in refused(tmp_path, *arguments, "--pace", 12, "--port", 0)
    assert "begun otherwise (tag)" in refused(tmp_path, "other", *arguments[1:], "--store", "copchat.db", "--port", 0)
    assert watch(*arguments).end(signal.SIGTERM) == 0


def test_what_cannot_be_watched_is_said(tmp_path: Path, archive: Path) -> None:
    """A missing tag, file or folder, and what does not go together, cost one sentence and leave nothing behind."""
    text = tmp_path / "diary.txt"
    text.write_text("Dear diary")
    assert "has a hashtag" in refused(tmp_path, "#")
    assert "go together" in refused(tmp_path, "copchat", archive)
    assert "go together" in refused(tmp_path, "copchat", "--source", "file")
    assert "Check the path" in refused(tmp_path, "copchat", "none.jsonl", "--source", "file")
    assert "not recognised" in refused(tmp_path, "copchat", text, "--source", "file", "--port", 0)
    assert "not a store" in refused(tmp_path, "copchat", "--store", text, "--port", 0)
    assert "address of Bluesky" in refused(tmp_path, "copchat", "--url", "https://example.org", "--port", 0)
    assert "--tie takes ACCOUNT=PERSON" in refused(tmp_path, "copchat", "--tie", "a=b", "--tie", "b=c", "--port", 0)
    assert "Say where the chat is" in refused(tmp_path, "copchat", "--no-bluesky", "--port", 0)
    assert "bearer token" in refused(tmp_path, "copchat", "--x-budget", 100, "--port", 0)
    assert "go together" in refused(tmp_path, "copchat", "--boost-on", "social.example", "--port", 0)
    assert "--source file" in refused(tmp_path, "copchat", archive, "--source", "file", "--mastodon", "m.example")
    assert "has a hashtag" in refused(tmp_path, "#!!!")
    assert "--x-budget" in refused(tmp_path, "copchat", "--x-names", "--port", 0)
    assert "--boost-on" in refused(tmp_path, "copchat", "--dry-run", "--port", 0)
    assert "--appview takes" in refused(tmp_path, "copchat", "--appview", "http://u:pw@host", "--port", 0)
    assert "--bind" in refused(tmp_path, "copchat", "--bind", "no.such.invalid", "--port", 0)
    one = ("--mastodon", "m.example")
    assert "SERVER=FILE" in refused(tmp_path, "copchat", *one, "--mastodon-token", "m.example", "--port", 0)
    assert "followed once" in refused(tmp_path, "copchat", *one, "--mastodon", "M.EXAMPLE.", "--port", 0)
    boosts = ("--boost-on", "foo bar", "--boost-token", text)
    assert "token" in refused(tmp_path, "copchat", *boosts, "--store", "boosts.db", "--port", 0)
    text.write_text("diary")
    assert "named by its host" in refused(tmp_path, "copchat", *boosts, "--store", "boosts.db", "--port", 0)
    assert text.read_text() == "diary"


class Jetstream:
    """A WebSocket server that sends lines to whoever connects, and notes what they asked for."""

    def __init__(self) -> None:
        self.asked: queue.Queue[str] = queue.Queue()
        self._connections: queue.Queue[ServerConnection] = queue.Queue()

    def handle(self, connection: ServerConnection) -> None:
        """Keep a connection until it is closed."""
        assert connection.request is not None
        self.asked.put(connection.request.path)
        self._connections.put(connection)
        for _ in connection:
            pass

    def connection(self) -> ServerConnection:
        """Wait for the next one that connects."""
        return self._connections.get(timeout=DEADLINE)


@contextmanager
def jetstream() -> Iterator[tuple[Jetstream, str]]:
    """Serve a Jetstream; gives it and its address."""
    stage = Jetstream()
    with serve(stage.handle, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield stage, f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        server.shutdown()
        thread.join(DEADLINE)


def event(rkey: str, text: str | None) -> str:
    """Make a line as of just now: a post with the tag, or the deletion of one."""
    facet = {"features": [{"$type": "app.bsky.richtext.facet#tag", "tag": "copchat"}]}
    record = {"text": text, "createdAt": "2026-10-22T01:00:00Z", "facets": [facet]}
    commit: dict[str, Any] = {"rev": rkey, "collection": "app.bsky.feed.post", "rkey": rkey, "operation": "delete"}
    commit |= {} if text is None else {"operation": "create", "record": record}
    now = time.time_ns() // 1000
    return json.dumps({"did": f"did:plc:{rkey}", "time_us": now, "kind": "commit", "commit": commit})


def test_a_live_evening_survives_its_process(watch: Callable[..., Watching], tmp_path: Path) -> None:
    """Followed through a real WebSocket, killed and started again, it goes on from where it was.

    A deletion told after the restart, of what was said before it, is honoured on the page and on the disk.
    """
    with jetstream() as (stage, url):
        first = watch("#copchat", "--url", url)
        connection = stage.connection()
        assert "cursor=" not in stage.asked.get(timeout=DEADLINE)
        connection.send(event("one", "What about body cameras? #copchat"))
        connection.send(event("two", "zanzibar marmalade #copchat"))
        first.health(lambda now: now["seq"] == 2)
        first.end(signal.SIGKILL)
        again = watch("#copchat", "--url", url)
        connection = stage.connection()
        assert "cursor=" in stage.asked.get(timeout=DEADLINE)
        assert "body cameras" in again.get().text
        connection.send(event("two", None))
        again.health(lambda now: now["acts"].get("withdrawn") == 1)
        for path in ("/", "/floor", "/folded/withdrawn"):
            assert "marmalade" not in again.get(path).text
        assert not any(b"marmalade" in file.read_bytes() for file in tmp_path.glob("copchat.db*"))
        assert again.end(signal.SIGTERM) == 0
