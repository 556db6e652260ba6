"""Camps are found where votes show them, and only there."""

import os
from pathlib import Path
from random import Random  # noqa: TID251 - the type of dice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.chat.proposals.camps import LEAST, camps
from fairfloor.testing.crowd.dice import seeded
from fairfloor.testing.evaluate.bridging_votes import dealt, read, rows

DATA = Path(os.environ.get("FAIRFLOOR_DATA", Path(__file__).parents[3] / "shared" / "data"))
Rows = dict[str, dict[str, int]]


def full(_: str) -> float:
    """Give everybody a full say."""
    return 1.0


def two_camps(dice: Random, each: int = 12, proposals: int = 8) -> Rows:
    """Vote as two camps do that differ on all but two proposals, each account with a mind of its own now and then."""
    votes: Rows = {}
    for number in range(2 * each):
        side = 1 if number < each else -1
        for place in range(proposals):
            wants = 1 if place < 2 else side
            vote = wants if dice.random() < 0.85 else -wants
            votes.setdefault(f"v{number:02}", {})[f"p{place}"] = vote
    return votes


def test_two_camps_are_found() -> None:
    """Nearly everybody is with those they agree with."""
    found = camps(two_camps(seeded("camps", 1)), full)
    assert len(found) == 2
    first = [found.of[f"v{number:02}"] for number in range(12)]
    second = [found.of[f"v{number:02}"] for number in range(12, 24)]
    assert max(map(first.count, (0, 1))) >= 11
    assert max(map(second.count, (0, 1))) >= 11


def test_no_camps_are_found_in_chance() -> None:
    """Where everybody votes for themselves there are seldom any: one trial in twenty, as the test says."""
    found = 0
    for seed in range(20):
        dice = seeded("none", seed)
        votes: Rows = {f"v{n}": {f"p{p}": dice.choice([1, 1, 0, -1]) for p in range(8)} for n in range(30)}
        found += len(camps(votes, full)) > 1
    assert found <= 3


def test_who_hardly_voted_is_in_no_camp() -> None:
    """Nobody can tell whom they usually agree with."""
    votes = two_camps(seeded("camps", 2))
    votes["late"] = dict.fromkeys([f"p{place}" for place in range(LEAST - 1)], 1)
    assert "late" not in camps(votes, full).of


def test_a_tenth_cannot_make_itself_a_camp() -> None:
    """However differently it votes: a camp holds a fifth of all says."""
    dice = seeded("bloc", 1)
    votes: Rows = {f"v{n}": {f"p{p}": 1 if dice.random() < 0.8 else -1 for p in range(8)} for n in range(54)}
    votes |= {f"x{n}": {f"p{p}": -1 for p in range(8)} for n in range(6)}
    assert len(camps(votes, full)) == 1


def test_a_crowd_that_shares_one_say_is_no_camp_however_many_it_is() -> None:
    """Sixty accounts with one say among them do not part the voters."""
    dice = seeded("crowd", 1)
    votes: Rows = {f"v{n}": {f"p{p}": 1 if dice.random() < 0.8 else -1 for p in range(8)} for n in range(20)}
    votes |= {f"x{n}": {f"p{p}": -1 for p in range(8)} for n in range(60)}
    assert len(camps(votes, lambda who: 1.0 if who[0] == "v" else 1 / 60)) == 1
    assert len(camps(votes, full)) == 2


def test_there_may_be_three() -> None:
    """Where each of three usually disagrees with the two others."""
    dice = seeded("three", 1)
    votes: Rows = {}
    for number in range(45):
        for place in range(15):
            wants = 1 if place % 3 == number % 3 else -1
            votes.setdefault(f"v{number}", {})[f"p{place:02}"] = wants if dice.random() < 0.9 else -wants
    assert len(camps(votes, full)) == 3


@pytest.mark.parametrize("votes", [{}, {"a": {}}, {"a": {"p": 1, "q": 1, "r": 1}}])
def test_next_to_no_votes_show_no_camps(votes: Rows) -> None:
    """Nor do none."""
    assert len(camps(votes, full)) == 1


_rows = st.dictionaries(
    st.text("abc", min_size=1, max_size=3),
    st.dictionaries(st.sampled_from("pqrst"), st.sampled_from([1, 0, -1])),
    max_size=24,
)


@given(_rows, st.randoms(use_true_random=False))
def test_the_order_in_which_votes_come_changes_nothing(votes: Rows, dice: Random) -> None:
    """And whoever is in a camp is in one."""
    shuffled = {
        account: dict(dice.sample(sorted(row.items()), len(row)))
        for account, row in dice.sample(sorted(votes.items()), len(votes))
    }
    found = camps(votes, full)
    assert found == camps(shuffled, full)
    assert set(found.of.values()) <= set(range(len(found)))
    assert sum(found.sizes) == len(found.of)


@pytest.mark.skipif(not (DATA / "polis").is_dir(), reason=f"no votes in {DATA}; FAIRFLOOR_DATA may name the folder")
def test_camps_of_a_real_conversation_are_those_that_polis_found() -> None:
    """All but one in twenty are with most of their group; with the votes dealt anew there are none."""
    table = read(DATA, "brexit-consensus")
    found = camps(rows(table), table.says())
    groups = [(group, found.of.get(account)) for account, group in zip(table.accounts, table.groups, strict=True)]
    camps_of = {group: [camp for one, camp in groups if one == group and camp is not None] for group in ("0.0", "1.0")}
    together = sum(max(of.count(0), of.count(1)) for of in camps_of.values())
    assert len(found) == 2
    assert together >= 0.95 * sum(map(len, camps_of.values()))
    none = dealt(table, seeded("dealt", 0))
    assert len(camps(rows(none), none.says())) == 1
