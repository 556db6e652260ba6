import json

import pytest

from fairfloor.testing.pds import install, place
from fairfloor.testing.pds.place import WANTED, NotInstalled, is_installed


def test_the_lock_pins_every_package_and_names_no_registry() -> None:
    """Every package is pinned by its hash, and where it comes from is for whoever installs it to say."""
    lock = json.loads((WANTED / "package-lock.json").read_text("utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert packages
    assert [name for name, package in packages.items() if "integrity" not in package] == []
    assert [name for name, package in packages.items() if "resolved" in package] == []


@pytest.mark.skipif(not is_installed(), reason="The real Bluesky server is not installed: make test-networks")
def test_what_is_installed_is_left_alone() -> None:
    """Asked to install what is there, it says so and does nothing."""
    said: list[str] = []
    install.install(said.append)
    assert said == ["The real Bluesky server is installed."]


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Without Node it says what to install, and ends with an error."""
    monkeypatch.setattr(place, "find_spec", lambda _: None)
    with pytest.raises(NotInstalled, match="make"):
        place.node()
    assert install.main() == 1
    assert capsys.readouterr().err == "Sorry: Node is not there. Install what tests need: make .venv/.dev\n"
