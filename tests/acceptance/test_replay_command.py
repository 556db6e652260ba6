"""`fairfloor replay` as a person uses it: real files in, decisions and a summary out, plain words where it cannot."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from fairfloor.testing.command import run
from fairfloor.testing.watching import FAIRFLOOR

EVENING = [
    {"id": "1", "kind": "post", "at": "2024-03-01T02:00:00Z", "account": "h", "handle": "TheHost", "text": "Q1: why?"},
    {
        "id": "2",
        "kind": "post",
        "at": "2024-03-01T02:00:10Z",
        "account": "r",
        "handle": "regular",
        "text": "A1: because",
    },
    {
        "id": "3",
        "kind": "post",
        "at": "2024-03-01T02:00:20Z",
        "account": "n",
        "text": "I have a question of my own here",
    },
    {"id": "4", "kind": "repost", "at": "2024-03-01T02:00:30Z", "account": "n", "subject": "2"},
]


def _replay(*arguments: object) -> Result:
    return run(Path(), "replay", *arguments)


def _written(path: Path, lines: Sequence[Any]) -> Path:
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
    return path


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_an_evening_is_decided(tmp_path: Path) -> None:
    """The host has the floor, a regular is one, the copies and reposts are merged, and the lines are the design's."""
    acts = _written(tmp_path / "evening", EVENING)
    regulars = _written(tmp_path / "regulars.txt", ["# who was here before", "@Regular  # since 2020", ""])
    out = tmp_path / "decisions.jsonl"
    done = _replay(acts, "--tag", "#CopChat", "--host", "@thehost", "--regulars", regulars, "--out", out)
    assert done.exit_code == 0, done.stderr
    decisions = _read(out)
    assert [(one["act"], one["decision"], one["class"]) for one in decisions] == [
        ("1", "floor", "host"),
        ("2", "floor", "regular"),
        ("3", "floor", "newcomer"),
        ("4", "merge", "newcomer"),
    ]
    assert list(decisions[0]) == "act at decision reason message account say standing class".split()  # noqa: SIM905
    assert decisions[0]["at"] == "2024-03-01T02:00:00Z"
    assert decisions[3]["reason"] == {"code": "repost", "of": "2"}
    assert done.stderr == ""
    assert "4 acts read, of 3 accounts" in done.stdout
    assert "4 decisions written to" in done.stdout


def test_the_summary_adds_up_and_names_bad_lines(tmp_path: Path) -> None:
    """What became of the acts adds up to what was accepted; bad lines are counted by cause, with the first of each."""
    bad = ["nope", {**EVENING[0], "at": "soon", "id": "8"}, EVENING[1], {"kind": "post"}, "also nope"]
    late = {**EVENING[2], "id": "9", "at": "2024-03-01T01:00:00Z", "text": "much too late for all of this"}
    done = _replay(_written(tmp_path / "acts", [*EVENING, *bad, late]), "--tag", "copchat", "--host", "h")
    assert done.exit_code == 0
    said = {line.split()[0]: line.split() for line in done.stdout.splitlines()}
    assert [said[word][1] for word in ("floor", "merge", "fold", "together")] == ["4", "1", "0", "5"]
    assert said["not-json"][1:5] == ["2", "first", "on", "line"]
    assert said["not-json"][5] == "5:"
    assert said["bad-time"][5] == "6:"
    assert said["repeated"][5] == "7:"
    assert said["missing-field"][5] == "8:"
    assert said["late"][5] == "10:"
    assert "taken all the same" in done.stdout


def test_a_table_with_odd_columns_is_mapped(tmp_path: Path) -> None:
    """A spreadsheet's own column names are told with --map; without it, the error says which and how."""
    rows = [
        "Nr;Posted on;Who;Message",
        '1;2024-03-01 02:00:00;h;"Q1: why; and how?"',
        "2;2024-03-01 02:00:30;n;hello you",
    ]
    table = _written(tmp_path / "chat.csv", rows)
    common = [table, "--tag", "copchat", "--host", "h", "--out", tmp_path / "out"]
    done = _replay(*common)
    assert done.exit_code == 2
    assert "--map id='Nr'" in done.stderr
    maps = [word for pair in ("id=Nr", "at=Posted on", "account=Who", "text=message") for word in ("--map", pair)]
    done = _replay(*common, *maps)
    assert done.exit_code == 0, done.stderr
    assert [one["class"] for one in _read(tmp_path / "out")] == ["host", "newcomer"]


def test_several_archives_are_one_evening(tmp_path: Path) -> None:
    """Archives given together are woven by time, and a bad line says in which of them it is."""
    one = _written(tmp_path / "one.jsonl", [EVENING[0], EVENING[2]])
    two = _written(tmp_path / "two.jsonl", [EVENING[1], "nope", EVENING[3]])
    done = _replay(two, one, "--tag", "copchat", "--host", "h", "--out", tmp_path / "out")
    assert [one["act"] for one in _read(tmp_path / "out")] == ["1", "2", "3", "4"]
    assert "first on line 2: two.jsonl: " in done.stdout


def test_without_out_only_the_summary_is_said(tmp_path: Path) -> None:
    """Decisions are written where --out says; with none, or -, there is only the summary."""
    acts = _written(tmp_path / "acts", EVENING)
    plain, dash = (_replay(acts, "--tag", "x", "--host", "h", *out) for out in ([], ["--out", "-"]))
    assert plain.stdout == dash.stdout
    assert '"act"' not in plain.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["acts"]


def test_a_host_who_did_not_post_is_said(tmp_path: Path) -> None:
    """A host's name that nobody goes by is most often a slip, so it is said; the evening is decided all the same."""
    done = _replay(_written(tmp_path / "acts", EVENING), "--tag", "x", "--host", "thehots")
    assert done.exit_code == 0
    assert "nobody called thehots posted here" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["none.jsonl", "--tag", "x", "--host", "h"], "none.jsonl: No such file or directory"),
        (["acts", "--tag", "#", "--host", "h"], "--tag needs a hashtag"),
        (["acts", "--tag", "x", "--host", "h", "--regulars", "none.txt"], "none.txt: No such file"),
        (["acts", "--tag", "x", "--host", "h", "--map", "colour=red"], "--map takes FIELD=COLUMN"),
        (["acts", "--tag", "x", "--host", "h", "--out", "no/where/out"], "No such file or directory"),
        (["letter", "--tag", "x", "--host", "h"], "is not recognised. We looked for: Fairfloor acts.jsonl"),
        (["acts", "--tag", "x", "--host", "h", "--pace", "0"], "--pace"),
        (["acts", "--tag", "x"], "--host"),
    ],
)
def test_what_cannot_be_done_is_said_in_plain_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], sentence: str
) -> None:
    """A wrong path, option or file ends with code 2 and a sentence, never with a traceback; nothing is left behind."""
    _written(tmp_path / "acts", EVENING)
    _written(tmp_path / "letter", ["Dear all,"])
    monkeypatch.chdir(tmp_path)
    done = _replay(*arguments)
    assert done.exit_code == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["acts", "letter"]


def test_an_old_file_stays_whole_where_a_replay_fails(tmp_path: Path) -> None:
    """Decisions replace an older file only when all of them are there."""
    out = tmp_path / "out"
    out.write_text("old")
    assert (
        _replay(_written(tmp_path / "letter", ["Dear all,"]), "--tag", "x", "--host", "h", "--out", out).exit_code == 2
    )
    assert out.read_text() == "old"


def test_an_archive_cannot_write_to_the_terminal(tmp_path: Path) -> None:
    """Control characters from a bad line are shown as marks, so that no archive can rewrite the screen."""
    acts = [
        *EVENING,
        {**EVENING[0], "kind": "\x1b[2Jpost"},
        {**EVENING[0], "id": "\u202eevil"},
        {**EVENING[0], "id": "\u202eevil"},
    ]
    done = _replay(_written(tmp_path / "acts", acts), "--tag", "x", "--host", "h")
    assert "bad-field" in done.stdout
    assert "evil again" in done.stdout
    assert not {"\x1b", "\u202e"} & set(done.stdout)


def test_the_program_starts_and_its_help_teaches_with_an_example() -> None:
    """From its script, in a process of its own: the help shows how it is called, and what cannot be is a sentence."""
    asked = (["--help"], ["none.jsonl", "--tag", "x", "--host", "h"])
    helped, wrong = (
        subprocess.run([FAIRFLOOR, "replay", *words], check=False, capture_output=True, text=True) for words in asked
    )
    assert helped.returncode == 0
    assert "fairfloor replay wednesday.jsonl --tag copchat" in helped.stdout
    assert wrong.returncode == 2
    assert wrong.stderr.startswith("fairfloor: none.jsonl: No such file or directory")
    assert "Traceback" not in wrong.stderr
