"""`fairfloor verify`: an honest log replays to the same bytes, a tampered one fails at the right line."""

import gzip
import json
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
import typer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from fairfloor.chat.moves import Fold, Move, Undo
from fairfloor.cli.verify import verify_
from fairfloor.session.clerk import Clerk
from fairfloor.session.ports import Batch
from fairfloor.store.evening.chain import VERSION
from fairfloor.store.evening.published import SqlPublicLog
from fairfloor.store.evening.store import SqlStore
from fairfloor.store.file import opened
from fairfloor.testing.crowd import Tactic, World, simulate

app = typer.Typer()
app.command()(verify_)


def verify(*arguments: object, given: bytes = b"") -> Result:
    """Run the command."""
    return CliRunner().invoke(app, [str(one) for one in arguments], input=given)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the store of a hijacked evening, in which the host folded a post and thought better of it."""
    path = tmp_path_factory.mktemp("verify") / "copchat.db"
    played = simulate(
        World(tactics=(Tactic.COPY, Tactic.RING), attackers=40, minutes=12, hijack_from=3, hijack_for=8, regulars=12)
    )
    with opened(path) as engines:
        clerk = Clerk(SqlStore(*engines), played.rules(6))
        for start in range(0, len(played.acts), 20):
            acts = played.acts[start : start + 20]
            now = acts[-1].at
            clerk.take("test", Batch(notices=acts, upto=now), now, now)
            if start == 100:
                for name, do in (("m1", Fold(act=acts[0].id)), ("m2", Undo(move="m1"))):
                    clerk.make(Move(id=name, at=now, by="Hal", role="host", do=do, reason="to see"), now)
        clerk.advance(played.acts[-1].at + timedelta(hours=1))
    return path


@pytest.fixture(scope="module")
def log(store: Path) -> bytes:
    """Give the log, as a file of its own."""
    with opened(store) as (_, reader):
        return b"".join(line + b"\n" for line in SqlPublicLog(reader).all_lines())


@pytest.fixture
def file(tmp_path: Path, log: bytes) -> Path:
    """Give a file with the log."""
    path = tmp_path / "log.jsonl"
    path.write_bytes(log)
    return path


def head_of(log: bytes, line: int = -1) -> str:
    """Give the hash of a line."""
    return str(json.loads(log.splitlines()[line])["hash"])


def test_an_honest_log_holds_however_it_comes(store: Path, file: Path, log: bytes) -> None:
    """As a file, packed, by standard input, or in the store: the same words, the same head, status 0."""
    packed = file.with_suffix(".gz")
    packed.write_bytes(gzip.compress(log))
    told = [verify(file), verify(packed), verify("-", given=log), verify(store)]
    assert [one.exit_code for one in told] == [0, 0, 0, 0], told[0].output
    assert len({one.stdout for one in told}) == 1
    decisions = sum(b'"kind":"decision"' in line for line in log.splitlines())
    assert f"every decision, byte for byte: {decisions:,} of {decisions:,}." in told[0].stdout
    assert f"Head: {head_of(log)} at line" in told[0].stdout


def test_only_the_chain_is_checked_where_no_more_is_asked(file: Path) -> None:
    """Without deciding again the summary says so."""
    told = verify(file, "--no-replay")
    assert told.exit_code == 0
    assert "It was not decided again" in told.stdout


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_changed_byte_fails_at_its_line(file: Path, log: bytes, data: st.DataObject) -> None:
    """Whichever byte is changed, line ends too, the command names its line and fails."""
    place = data.draw(st.integers(0, len(log) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda one: one != log[place]))
    file.write_bytes(log[:place] + bytes([byte]) + log[place + 1 :])
    told = verify(file, "--no-replay")
    assert told.exit_code == 1
    line = log.count(b"\n", 0, place) + 1
    assert f"Line {line:,} is wrong: " in told.stdout


def test_a_line_left_out_fails_at_its_place(file: Path, log: bytes) -> None:
    """And is said to be missing."""
    lines = log.splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:41] + lines[42:]))
    told = verify(file)
    assert told.exit_code == 1
    assert "Line 42 is wrong: line 42 is missing" in told.stdout
    assert "Up to line 41 the log holds." in told.stdout


def test_a_log_cut_short_differs_only_in_its_head(file: Path, log: bytes) -> None:
    """So whoever has the published head finds it, and whoever has none is told to look for it."""
    lines = log.splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:200]))
    assert verify(file).exit_code == 0
    assert verify(file, "--head", head_of(log, 150).upper()).exit_code == 0
    cut = verify(file, "--head", head_of(log))
    assert cut.exit_code == 1
    assert "never had the published hash" in cut.stdout
    file.write_bytes(b"".join(lines[:200])[:-1])
    assert "Line 200 is wrong: the log was cut off in it." in verify(file).stdout


def test_a_packed_log_that_is_damaged_is_said_to_be_cut_off(file: Path, log: bytes) -> None:
    """Half a download is no log."""
    file.write_bytes(gzip.compress(log)[:-2_000])
    told = verify(file)
    assert told.exit_code == 1
    assert "is wrong" in told.stdout


def test_a_store_that_was_changed_fails_at_the_line(store: Path, tmp_path: Path) -> None:
    """Whether the log in it was changed, or what stands beside it."""
    for number, (sql, said) in enumerate(
        (
            ("UPDATE chain SET line = replace(line, 'Hal', 'Sal') WHERE mark = 'move'", "is wrong: its hash"),
            (
                "UPDATE decisions SET body = replace(body, 'floor', 'fl00r') WHERE number = 9",
                "something else than line",
            ),
        )
    ):
        path = tmp_path / f"{number}.db"
        path.write_bytes(store.read_bytes())
        with opened(path) as (writer, _), writer.begin() as db:
            db.exec_driver_sql(sql)
        told = verify(path)
        assert told.exit_code == 1
        assert said in told.stdout


def test_a_store_can_be_checked_while_its_evening_goes_on(store: Path) -> None:
    """The one who writes is not in the way, and is not held up."""
    with opened(store) as engines:
        assert verify(store).exit_code == 0
        SqlStore(*engines).take("test", [], cursor="1", faults=(), skipped=0)


def test_another_version_is_named(file: Path, log: bytes) -> None:
    """What another Fairfloor decided otherwise is neither said to hold nor to be forged."""
    file.write_bytes(_forged(log, "0.0.1"))
    told = verify(file)
    assert told.exit_code == 1
    assert f"was decided by Fairfloor 0.0.1, and this is Fairfloor {VERSION}" in told.stdout


def test_a_forged_decision_shows_both(file: Path, log: bytes) -> None:
    """Though every hash was computed anew."""
    file.write_bytes(_forged(log, VERSION))
    told = verify(file)
    assert told.exit_code == 1
    assert "deciding again gives another decision" in told.stdout
    assert "in the log:" in told.stdout
    assert verify(file, "--no-replay").exit_code == 0


def _forged(log: bytes, version: str) -> bytes:
    before, made, lines = "0" * 64, b"", [json.loads(line) for line in log.splitlines()]
    lines[0]["version"] = version
    decision = next(line for line in lines[50:] if line["kind"] == "decision")
    decision["decision"]["say"] = 0.5
    for line in lines:
        del line["hash"]
        body = json.dumps(line, separators=(",", ":"), ensure_ascii=False).encode()
        before = sha256(before.encode() + body).hexdigest()
        made += body[:-1] + f',"hash":"{before}"}}\n'.encode()
    return made


@pytest.mark.parametrize(
    ("content", "status"), [(b"", 1), (b"hello\n", 1), (b"\x00" * 100, 1), (b"SQLite format 3\0" + b"x" * 100, 2)]
)
def test_what_is_no_log_is_refused_in_a_sentence(tmp_path: Path, content: bytes, status: int) -> None:
    """Any file at all."""
    path = tmp_path / "thing"
    path.write_bytes(content)
    told = verify(path)
    assert told.exit_code == status
    assert told.output.count("Traceback") == 0


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    """With what to do."""
    told = verify(tmp_path / "nowhere")
    assert told.exit_code == 2
    assert "Check the path" in told.output


def test_a_terminal_is_not_rewritten_by_a_log(tmp_path: Path) -> None:
    """Controls in a hostile log are not printed."""
    path = tmp_path / "log"
    path.write_bytes(b'{"kind":"\\u001b[2J","n":1,"hash":"' + b"0" * 64 + b'"}\n')
    assert "\x1b" not in verify(path).output
