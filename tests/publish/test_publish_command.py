"""`fairfloor publish` before it asks for a password: what it cannot do is said in one sentence."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from fairfloor.cli.publish import publish


@pytest.mark.parametrize("what", ["feed", "labeler"])
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["!!!"], "has a hashtag"),
        (["copchat", "--server", "nonsense"], "--server takes an address"),
        (["copchat", "--server", "http://[bad"], "--server takes an address"),
        (["copchat", "--server", "http://u:pw@host"], "--server takes an address"),
        (["copchat", "--server", "https://xn--.example"], "--server takes an address"),
        (["copchat", "--server", "ftp://host"], "--server takes an address"),
        (["copchat", "--store", "none/copchat.db"], "Give --store in a folder that is there."),
    ],
)
def test_what_cannot_be_published_is_said_first(
    what: str, arguments: list[str], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bad tag, address or folder costs one sentence, before a password is asked for, and leaves nothing behind."""
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(publish, [what, *arguments, "--as", "host.example", "--at", "chat.example.org"])
    assert done.exit_code == 2
    assert sentence in done.stderr
    assert "assword" not in done.output
    assert not list(tmp_path.iterdir())
