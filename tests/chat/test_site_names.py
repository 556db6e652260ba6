"""Names that pass for the host's people."""

import pytest

from fairfloor.chat.site.names import passes_for

PEOPLE = ("Hal", "Officer Kim")


@pytest.mark.parametrize(
    "name",
    [
        "Hal",
        "hal",
        "\uff28\uff21\uff2c",
        "H\u0430l",
        "HaI",
        "Ha1",
        "Hal\u0332",
        "Hal\u3164",
        "H a l",
        "H-a-l",
        "Hal (host)",
        "Hal \u2713",
        "the real Hal",
        "officer  kim",
        "OfficerKim",
        "The host",
        "Host",
        "\u24d7ost",
        "H0st",
        "Co-host",
        "Our Moderator",
    ],
)
def test_what_passes_for_one_of_the_hosts_people(name: str) -> None:
    """By letters that are drawn alike, by what is put around a name, by what the host's people are called."""
    assert passes_for(name, PEOPLE)


@pytest.mark.parametrize(
    "name",
    ["Hallie", "Kim", "Halvard", "Anonymous", "The Hostess", "Rehost", "A neighbour", "\u738b\u82b3", "\u2713\u2713"],
)
def test_other_names_are_other_peoples(name: str) -> None:
    """Nobody is refused for a name that has another word in it."""
    assert not passes_for(name, PEOPLE)


def test_a_host_who_is_called_the_host_keeps_nobody_else_out() -> None:
    """Such a name has nothing of its own to be taken for."""
    assert not passes_for("Marisol", ["The Host", "Host", "\u2713"])
