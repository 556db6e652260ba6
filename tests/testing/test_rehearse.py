import os
import re
from pathlib import Path

import msgspec
import pytest
import typer
from typer.testing import CliRunner

from fairfloor.acts.act import Act
from fairfloor.testing.crowd import Tactic, World, independent, simulate
from fairfloor.testing.rehearse.command import add_to

DATA = Path(os.environ.get("FAIRFLOOR_DATA", Path(__file__).parents[3] / "shared" / "data"))
SESSION = "2014-10-23T01:20Z/02:00Z"

app = typer.Typer(pretty_exceptions_enable=False)
add_to(app)


@app.callback()
def _app() -> None:
    """Make the command one of several, as it is on the command line."""


def said(*arguments: object, code: int = 0) -> str:
    """Give what the command says, on both streams together."""
    result = CliRunner().invoke(app, ["rehearse", *map(str, arguments)])
    assert result.exit_code == code, result.output
    return result.output


def write(path: Path, acts: tuple[Act, ...]) -> Path:
    """Write an archive."""
    path.write_bytes(b"".join(msgspec.json.encode(act) + b"\n" for act in acts))
    return path


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give an archive of an hour of a chat."""
    return write(tmp_path_factory.mktemp("chat") / "chat.acts.jsonl", independent(World(seed=5)).acts)


@pytest.fixture(scope="module")
def burst(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give an archive of a hijack of another tag."""
    simulation = simulate(World(tactics=(Tactic.COPY,), attackers=40, seed=6, tag="other"))
    acts = (act for act in simulation.acts if not simulation.roles[act.account].genuine)
    return write(tmp_path_factory.mktemp("burst") / "burst.acts.jsonl", tuple(acts))


def rows(output: str) -> dict[str, list[str]]:
    """Give the rows of the first table by their heads."""
    found = re.findall(r"^ {0,2}(\S.*?) {2,}(\S+) +(\S+) +(\S+)$", output.partition("Said while")[0], re.MULTILINE)
    return {re.sub(r" \([\d,]+\)", "", head): list(cells) for head, *cells in found}


def test_a_rehearsal_tells_what_reached_people_beside_two_timelines(chat: Path, burst: Path) -> None:
    """It says that it is half-synthetic, of what it is made, and has a column for the floor and for each timeline."""
    output = said(chat, "--with", burst, "--session", SESSION, "--tag", "#copchat", "--pace", "6")
    assert output.startswith("Half-synthetic: ")
    assert "recorded acts of burst.acts.jsonl laid over what was really said" in output
    assert "under #copchat, 2014-10-23 01:20 to 02:00 UTC, at a pace of 6 a minute." in output
    table = rows(output)
    assert {"questions", "regulars'", "newcomers'", "all genuine posts"} <= table.keys()
    assert "critics'" not in output
    here, newest, _ = (int(share.rstrip("%")) for share in table["The flood's share of what was shown"])
    assert here < newest
    assert re.search(r"The flood's 40 accounts came to a say of \d", output)
    assert "none ever less than 1." in output
    assert "Wrongly merged were none of" in output


def test_a_simulated_crowd_can_come_instead(chat: Path) -> None:
    """The crowd that is asked for comes; the same seed gives the same rehearsal, another seed another crowd."""
    asked = (chat, "--crowd", "copy+ring:30", "--session", SESSION, "--tag", "copchat")
    first = said(*asked, "--seed", "1")
    assert "a simulated crowd of 30 accounts (copy, ring), seed 1, laid over" in first
    assert said(*asked, "--seed", "1") == first
    assert said(*asked, "--seed", "2").replace("seed 2", "seed 1") != first


def test_a_host_is_known_by_handle_and_an_unknown_one_is_said(chat: Path) -> None:
    """A host by handle is the host, whose posts are in no group; of a name that nobody has, it says so."""
    act = msgspec.json.decode(chat.read_bytes().splitlines()[0], type=Act)
    asked = (chat, "--crowd", "copy:5", "--session", SESSION, "--tag", "copchat", "--host")
    named, unknown = said(*asked, f"@{act.handle}"), said(*asked, "nobody")
    assert "Nobody called" not in named
    assert "Nobody called nobody is in the chat. Check --host." in unknown


def test_bad_lines_are_counted_and_the_rehearsal_goes_on(chat: Path, burst: Path, tmp_path: Path) -> None:
    """A line that is no act is left out and said; an act that is there twice is rehearsed once."""
    lines = chat.read_bytes()
    torn = tmp_path / "torn.jsonl"
    torn.write_bytes(lines + b'{"kind": "post"\n' + lines)
    asked = ("--with", burst, "--session", SESSION, "--tag", "copchat")
    output = said(torn, *asked)
    assert "torn.jsonl: left out 1 bad line (not-json, first on line" in output
    assert output.splitlines()[2] == said(chat, *asked).splitlines()[2]


@pytest.mark.parametrize(
    ("options", "advice"),
    [
        (["--session", "yesterday", "--crowd", "copy"], "--session needs a start and an end"),
        (["--session", "2030-01-01T00:00Z/01:00Z", "--crowd", "copy"], "choose a --session there"),
        (["--session", SESSION], "either --with BURST or --crowd TACTIC:ACCOUNTS"),
        (["--session", SESSION, "--crowd", "copy", "--with", "x"], "either --with BURST or --crowd TACTIC:ACCOUNTS"),
        (["--session", SESSION, "--crowd", "chorus"], "The tactics are copy,"),
        (["--session", SESSION, "--with", "no/such/file"], "no/such/file: No such file"),
        (["--session", SESSION, "--crowd", "copy", "--tag", "#"], "--tag needs a hashtag"),
    ],
)
def test_what_cannot_be_rehearsed_says_what_to_do(chat: Path, options: list[str], advice: str) -> None:
    """Wrong times, no hijack or two, an unknown tactic or a missing file end it with one sentence and no traceback."""
    tag = [] if "--tag" in options else ["--tag", "copchat"]
    output = said(chat, *options, *tag, code=2)
    assert output.startswith("fairfloor: ")
    assert advice in output
    assert len(output.splitlines()) == 1


def test_a_file_that_is_no_archive_is_refused(tmp_path: Path, chat: Path) -> None:
    """Neither a chat nor a burst can be anything; an empty burst is nothing to lay."""
    prose, nothing = tmp_path / "prose.txt", tmp_path / "nothing.acts.jsonl"
    prose.write_text("Once upon a time there was a chat.\n" * 3)
    nothing.write_text("")
    options = ("--session", SESSION, "--tag", "copchat")
    assert "not recognised" in said(prose, "--crowd", "copy", *options, code=2)
    assert "not recognised" in said(chat, "--with", prose, *options, code=2)
    assert said(chat, "--with", nothing, *options, code=2).startswith("fairfloor: ")


@pytest.mark.parametrize("name", ["kochfarms", "todolistbeforechristmas"])
def test_a_recorded_hijack_over_a_recorded_hour(name: str) -> None:
    """Over a real hour, whose regulars are known, recorded bursts keep no regular from the floor."""
    if not (DATA / "elgl19.acts.jsonl").exists():
        pytest.skip(f"{DATA} has no recorded chats; FAIRFLOOR_DATA names the folder")
    output = said(
        DATA / "elgl19.acts.jsonl",
        *("--with", DATA / f"burst-{name}.acts.jsonl"),
        *("--session", "2019-05-16T13:00Z/14:00Z", "--tag", "elgl19", "--pace", "6"),
    )
    assert "The chat's: 290 acts by 97 accounts, 73 of them regulars." in output
    assert rows(output)["regulars'"][0] == "100%"
    assert "none ever less than 1." in output
