from math import comb, exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.testing.crowd.dice import chance as happens
from fairfloor.testing.crowd.dice import seeded
from fairfloor.voices.evidence import CAP, HALF_LIFE_DAYS, RAREST, UNKNOWN, Chance, Wager, evidence, say_of

CHANCES = st.floats(0.001, 0.9)
ACTS = st.lists(st.none() | CHANCES, max_size=40) | st.lists(st.none() | CHANCES, min_size=15, max_size=60)
"""What an account does: a repetition of this chance, or None for something of its own."""
COUNTS = st.tuples(st.floats(0, 200), st.floats(0, 60), st.floats(0, 60))


def wager(acts: list[float | None]) -> Wager:
    """Bet on an account that did this."""
    bet = Wager()
    for act in acts:
        if act is None:
            bet.miss()
        else:
            bet.hit(act)
    return bet


@pytest.mark.parametrize("chance", [0.02, 0.05, 0.25, 0.6])
def test_a_bet_against_somebody_independent_gains_nothing_on_average(chance: float) -> None:
    """Over all that an independent account could do, the mean fortune never exceeds what the bettor began with."""
    surprise = min(CAP, -log(chance))
    for acts in range(1, 60):
        mean = sum(
            comb(acts, n) * chance**n * (1 - chance) ** (acts - n) * exp(evidence(n * surprise, n, acts))
            for n in range(1, acts + 1)
        )
        assert mean <= 1.0


@given(st.integers(1, 40), st.integers(0, 40), CHANCES)
def test_the_next_act_of_somebody_independent_gains_nothing(repeats: int, misses: int, chance: float) -> None:
    """Whatever an account did so far, a bet on its next act is at fair odds or worse, so looking often does no harm."""
    surprise = min(CAP, -log(chance))
    total, acts = repeats * surprise, repeats + misses
    now = evidence(total, repeats, acts)
    hit, miss = evidence(total + surprise, repeats + 1, acts + 1), evidence(total, repeats, acts + 1)
    assert chance * exp(hit - now) + (1 - chance) * exp(miss - now) <= 1.0 + 1e-9


@pytest.mark.parametrize("chance", [0.01, 0.05, 0.25])
def test_a_bet_on_independent_acts_seldom_gets_far_however_often_one_looks(chance: float) -> None:
    """Looked at after each of 300 acts, evidence ever exceeds ln(1/a) for no more than a part a of the accounts."""
    dice, seldom, accounts = seeded("independent", chance), 0.05, 400
    ever = 0
    for _ in range(accounts):
        bet, most = Wager(), 0.0
        for _ in range(300):
            if happens(dice, chance):
                bet.hit(chance)
                most = max(most, bet.evidence)
            else:
                bet.miss()
        ever += most > log(1 / seldom)
    assert ever <= seldom * accounts


def test_a_bet_on_repetition_finds_it() -> None:
    """An account that repeats half of the time where chance is a twentieth is beyond one in a million in 30 acts."""
    assert wager([0.05, None] * 15).evidence > log(1e6)


@given(ACTS, CHANCES)
def test_one_act_adds_at_most_the_cap(acts: list[float | None], chance: float) -> None:
    """No single act, however unlikely, adds more than `CAP` nats, and none that repeats nothing adds any."""
    before = max(0.0, wager(acts).evidence)
    assert wager([*acts, chance]).evidence <= before + CAP
    assert wager([*acts, None]).evidence <= before


@given(ACTS, CHANCES, CHANCES)
def test_the_more_unlikely_repetition_weighs_more(acts: list[float | None], one: float, other: float) -> None:
    """Of two repetitions, that of the smaller chance is never the lesser evidence."""
    rare, common = sorted([one, other])
    assert wager([*acts, rare]).evidence >= wager([*acts, common]).evidence


@given(ACTS)
def test_where_nothing_is_repeated_there_is_no_evidence(acts: list[float | None]) -> None:
    """Acts of one's own, however many, are evidence of nothing."""
    assert wager([None for _ in acts]).evidence == 0.0


@given(ACTS, st.floats(0, 200))
def test_what_evidence_is_at_most_it_never_exceeds(acts: list[float | None], days: float) -> None:
    """Who is clear by the quick reckoning is clear by the full one, at any time."""
    bet = wager(acts)
    assert bet.evidence <= bet.most + 1e-9
    bet.fade(days)
    assert bet.evidence <= bet.most + 1e-9


@given(ACTS, st.floats(0, 200))
def test_evidence_fades_as_fast_as_it_says(acts: list[float | None], days: float) -> None:
    """Evidence loses at least half of itself every half-life, and time adds none where there was none."""
    bet = wager(acts)
    before = bet.evidence
    bet.fade(days)
    assert bet.evidence <= before * 0.5 ** (days / HALF_LIFE_DAYS) + 1e-9


@given(ACTS, st.floats(0, 30), st.floats(0, 30))
def test_fading_in_two_steps_is_fading_in_one(acts: list[float | None], first: float, then: float) -> None:
    """How often an account is looked at does not change how fast the past is forgiven."""
    once, twice = wager(acts), wager(acts)
    once.fade(first + then)
    twice.fade(first)
    twice.fade(then)
    assert twice.evidence == pytest.approx(once.evidence, abs=1e-9)


@given(st.floats(-50, 500), st.floats(-50, 500), st.floats(1, 40))
def test_more_evidence_never_leaves_more_say(one: float, other: float, needed: float) -> None:
    """Say is 1 up to what rules out chance, then falls with the evidence, and somebody always has some."""
    weak, strong = sorted([one, other])
    assert 0.0 < say_of(strong, needed) <= say_of(weak, needed) <= 1.0
    assert say_of(min(weak, needed), needed) == 1.0


def test_say_falls_by_a_factor_with_each_nat() -> None:
    """One nat beyond what is needed leaves a share of 1/e, two leave 1/e squared."""
    assert say_of(11.0, 10.0) == pytest.approx(exp(-1))
    assert say_of(12.0, 10.0) == pytest.approx(exp(-2))


def test_chance_becomes_what_people_with_standing_do() -> None:
    """The more they have done, the more chance is what they do, though seldom is never taken for never."""
    chance = Chance(0.05)
    rates = [chance.rate]
    for _ in range(1000):
        chance.learn(repeats=False)
        rates.append(chance.rate)
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] == RAREST
    for _ in range(1000):
        chance.learn(repeats=True)
    assert chance.rate == pytest.approx(0.5, abs=0.01)


def test_where_there_is_nothing_to_go_by_nothing_is_evidence() -> None:
    """On a first night nearly everything that repeats might do so by chance."""
    assert Chance(0.05).rate == pytest.approx(UNKNOWN)
    assert Chance(0.05).trust == 0.0
