import pytest


def test_the_host_signs_in_and_out(place) -> None:
    """x."""
    place.add("Hal")
    browser = place.browser()
    got = browser.sign_in("Hal")
    assert (got.status_code, got.headers["location"]) == (303, "/"), got.text
    page = browser.get("/account").text
    assert "You are the host" in page
    for path in ("/people", "/account/two-factor", "/sign-in", "/join", "/sign-in/host"):
        assert browser.get(path).status_code == 200, path
    assert browser.fill("/account", "/sign-out").status_code == 303
    assert browser.get("/account").status_code == 303
