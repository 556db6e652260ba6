import pytest

from fairfloor.testing.browser import NoBrowser, chromium


def test_where_there_is_no_browser_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests on a new machine is told what is missing, and how to get it."""
    monkeypatch.delenv("FAIRFLOOR_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NoBrowser, match=r"apt install chromium.*FAIRFLOOR_CHROMIUM"):
        chromium()


def test_a_browser_elsewhere_can_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser that is not on the path is found by its name in the environment."""
    monkeypatch.setenv("FAIRFLOOR_CHROMIUM", "/opt/chromium")
    assert chromium()["executable_path"] == "/opt/chromium"
