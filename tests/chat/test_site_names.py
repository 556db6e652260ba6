"""Names that nobody can go by: those that pass for the host's people, claim a part, or say that there is no name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.acts.lookalikes import LATIN, LOOKALIKES
from fairfloor.chat.site.names import NOBODY, ROLE, TAKEN, passes_for, refused

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
        "\u029c\u1d00\u029f",
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


def test_a_host_with_a_short_name_has_it_alone() -> None:
    """Also where it is a word that makes no other name of one."""
    assert passes_for("El", ["El"])
    assert not passes_for("El Greco", ["El"])


CLAIMS = [
    "Admin",
    "ADMIN",
    "AdmIn",
    "Adm1n",
    "Adm!n",
    "A d m i n",
    "A.D.M.I.N",
    "Admin 1",
    "Admin2",
    "the real m0derat0r",
    "M0d",
    "Site admin",
    "Mod team",
    "Webmaster",
    "Staff",
    "*Host*",
    "Host!",
    "\u0410dmin",
    "\U0001d400\U0001d41d\U0001d426\U0001d422\U0001d427",
    "\uff21\uff44\uff4d\uff49\uff4e",
    "\u24b6\u24d3\u24dc\u24d8\u24dd",
    "Adm\u200bin",
    "\u0410\u0434\u043c\u0438\u043d",
    "Anfitrión",
    "La moderadora",
    "Le modérateur",
    "Gastgeberin",
    "Anfitrião",
]
NO_NAMES = [
    "Anonymous",
    "an0nym0us",
    "A n o n",
    "Anonymous 7",
    "[deleted]",
    "No Name",
    "somebody",
    "User 12",
    "\u0410nonymous",
    "\u1d00\u0274\u1d0f\u0274",
    "Anónimo",
    "sin nombre",
    "Un inconnu",
    "sans nom",
    "Niemand",
    "ohne Namen",
    "Ninguém",
    "sem nome",
]


@pytest.mark.parametrize(("names", "why"), [(CLAIMS, ROLE), (NO_NAMES, NOBODY), (["Hal", "Hal (admin)"], TAKEN)])
def test_what_is_nobodys_name_is_refused_with_a_sentence(names: list[str], why: str) -> None:
    """What claims a part here, and what says that there is no name; each says why."""
    assert [(name, found) for name in names if (found := refused(name, PEOPLE)) != why] == []


@pytest.mark.parametrize(
    "name",
    [
        *("Edgar Guest", "Ann Host", "Modesto", "Hostetler", "Gaston", "Usher", "Nadie Smith", "The Hostess", "Amin"),
        *(
            "Laos",
            "A",
            "7",
            "\u738b\u82b3",
            "Anna Nymous",
            "Not the host",
            "Nobody's fool",
            "Hal's neighbour",
            "\u2713",
        ),
    ],
)
def test_a_word_within_a_name_is_a_name(name: str) -> None:
    """Nobody is refused for a name that has another word in it, or begins as one of those words does."""
    assert refused(name, PEOPLE) is None


@given(
    st.sampled_from(["admin", "moderator", "host", "anonymous", "nobody", "modérateur", "niemand"]),
    st.data(),
)
def test_no_way_of_writing_it_makes_a_name_of_it(word: str, data: st.DataObject) -> None:
    """Letters of other scripts, capitals, signs of no width, and what is put between and around them."""
    written = "".join(data.draw(st.sampled_from([char, char.upper(), *_drawn_alike(char)])) for char in word)
    between = data.draw(st.sampled_from(["", " ", ".", "-", "\u200b", "\u2060", " _ "]))
    around = data.draw(st.sampled_from(["{}", "*{}*", "the {}", "{} 3", "~ {} ~", "\u2713{}"]))
    assert refused(around.format(between.join(written)), []) is not None


def _drawn_alike(char: str) -> list[str]:
    return [other for other, latin in zip(LOOKALIKES, LATIN, strict=True) if latin == char][:20]
