"""The core on simulated worlds: what it promises holds there, whoever comes."""

from collections import Counter

import pytest

from fairfloor.acts.act import Act, Post
from fairfloor.acts.text import words
from fairfloor.session.decide import Evening
from fairfloor.session.decision import Decision
from fairfloor.session.hear import hear
from fairfloor.testing.crowd import Simulation, Tactic, World, independent, simulate

PACE = 12.0
LONG = 8
"""Words from which a post is more than a greeting."""


def decide(simulation: Simulation, pace: float = PACE) -> list[Decision]:
    """Give all decisions of a simulated evening, to its end."""
    evening = Evening(simulation.rules(pace))
    decisions = [decision for act in simulation.acts for decision in evening.decide(hear(act, act.at))]
    return decisions + evening.finish()


def last(decisions: list[Decision]) -> dict[str, Decision]:
    """Give what became of each act."""
    return {decision.act: decision for decision in decisions}


@pytest.mark.parametrize("seed", range(8))
def test_an_evening_of_peace_is_all_on_the_floor(seed: int) -> None:
    """Where what is said fits the pace, nothing is folded: every post has the floor or is merged into one that has."""
    simulation = simulate(World(seed=seed))
    became = last(decide(simulation))
    assert set(became) == {act.id for act in simulation.acts}
    assert {decision.placement for decision in became.values()} == {"floor", "merge"}
    assert all(became[decision.message].placement == "floor" for decision in became.values())


@pytest.mark.parametrize("seed", range(4))
def test_merging_takes_only_what_was_meant_to_be_the_same(seed: int) -> None:
    """No long post is merged into one that was not meant to say the same, in peace or among unique words.

    Greetings are short and alike ("Hi all! Joining from ..."); what becomes of them is measured, not promised.
    """
    for world in (World(seed=seed), World(seed=seed, tactics=(Tactic.UNIQUE,), attackers=100)):
        simulation = simulate(world)
        truth, became = simulation.truth, last(decide(simulation))
        for act in simulation.acts:
            if isinstance(act, Post) and len(words(act.text)) >= LONG and became[act.id].placement == "merge":
                first = became[act.id].message
                assert (truth[act.id].copy_of or act.id) == (truth[first].copy_of or first)


@pytest.mark.parametrize("tactic", Tactic)
def test_every_act_of_a_hijacked_evening_gets_its_decision(tactic: Tactic) -> None:
    """In every world each act ends on the floor, merged or folded with a reason, and what had the floor keeps it."""
    simulation = simulate(World(seed=1, tactics=(tactic,), attackers=60))
    decisions = decide(simulation)
    became = last(decisions)
    assert set(became) == {act.id for act in simulation.acts}
    assert [decision.at for decision in decisions] == sorted(decision.at for decision in decisions)
    on_floor = Counter(decision.act for decision in decisions if decision.placement == "floor")
    assert set(on_floor.values()) == {1}


@pytest.mark.parametrize("tactic", Tactic)
def test_the_host_always_has_the_floor(tactic: Tactic) -> None:
    """Whatever comes over the evening, each of the host's posts is on the floor at once."""
    simulation = simulate(World(seed=1, tactics=(tactic,), attackers=60))
    said: dict[str, Act] = {
        act.id: act for act in simulation.acts if isinstance(act, Post) and act.account in simulation.hosts
    }
    floor = {decision.act: decision.at for decision in decide(simulation) if decision.placement == "floor"}
    assert {id_: act.at for id_, act in said.items()} == {id_: floor[id_] for id_ in said}


def test_swapping_the_words_of_the_camps_changes_no_decision() -> None:
    """With the two camps' words exchanged one for one, or another topic, every decision stays the same."""
    worlds = [
        World(seed=2, tactics=(Tactic.EDITED, Tactic.UNIQUE), attackers=60),
        World(seed=2, tactics=(Tactic.EDITED, Tactic.UNIQUE), attackers=60, swapped=True),
        World(seed=2, tactics=(Tactic.EDITED, Tactic.UNIQUE), attackers=60, topic="gardens"),
    ]
    plain, swapped, elsewhere = (decide(simulate(world)) for world in worlds)
    assert plain == swapped
    assert plain == elsewhere


@pytest.mark.parametrize("seed", range(3))
def test_accounts_by_themselves_are_not_folded(seed: int) -> None:
    """In a busy world where nobody acts together and all fits the pace, nothing is folded."""
    simulation = independent(World(seed=seed))
    assert {decision.placement for decision in last(decide(simulation)).values()} == {"floor", "merge"}
