from itertools import combinations, islice, pairwise
from math import exp, log
from typing import Any, get_type_hints

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairfloor.acts.shingles import fingerprint
from fairfloor.testing.crowd.dice import popularity, seeded
from fairfloor.voices.evidence import Wager
from fairfloor.voices.stepper import FANDOM, OWN, PARTNERS, Stepper
from fairfloor.voices.steps import ACTORS, ROOMS, Item, Steps

TAKE = st.tuples(st.sampled_from("abcdr"), st.integers(0, 6))
"""Who passes which item on; r has standing."""
TAKES = st.lists(TAKE, max_size=40) | st.lists(TAKE, min_size=15, max_size=60)


class Street:
    """Who passes what on, one after another."""

    def __init__(self) -> None:
        self.steps = Steps()
        self.of: dict[str, Stepper] = {}

    def take(self, account: str, key: str, author: str | None = None, *, room: bool = False) -> str | None:
        """Let an account pass an item on; each item has an author of its own if none is given."""
        mine = self.of.setdefault(account, Stepper())
        item = Item(key, author or f"author of {key}", room)
        return self.steps.take(account, item, mine, standing=account.startswith("r"))

    def all_take(self, accounts: list[str], key: str, author: str | None = None) -> None:
        """Let several pass an item on."""
        for account in accounts:
            self.take(account, key, author)

    def seat(self, acts: int = 200) -> None:
        """Let people with standing pass things on, each alone, so that there is something to go by."""
        for number in range(acts):
            self.take(f"regular {number}", f"of the room {number}")

    def stir(self, acts: int = 200) -> None:
        """Let others, two by two, pass other things on, in a room of regulars, so that chance is small."""
        self.seat()
        for number in range(acts):
            self.all_take([f"somebody {number}", f"somebody else {number}"], f"something {number}")


def told(stepper: Stepper | Wager) -> object:
    """Give all that is held on an account."""
    return msgspec.to_builtins(stepper)


def test_the_first_to_pass_on_repeats_nobody_and_the_next_the_first() -> None:
    """Who comes after somebody is told after whom; who was first is not, nor is a second time an act."""
    street = Street()
    assert street.take("ann", "x") is None
    assert street.take("bob", "x") == "ann"
    before = told(street.of["bob"])
    assert street.take("bob", "x") is None
    assert told(street.of["bob"]) == before


def test_following_one_account_through_obscure_things_is_evidence() -> None:
    """Passing on a dozen things of a dozen authors, each after the same account, rules out chance for a thousand."""
    street = Street()
    street.stir()
    for number in range(12):
        street.all_take(["leader", "follower"], f"x{number}")
    assert street.of["follower"].leader == "leader"
    assert street.of["follower"].pair > 35
    assert street.of["leader"].pair == 0.0


def test_liking_the_same_writer_is_no_step() -> None:
    """Of one author's posts only a few count, however many two accounts pass on after each other."""
    street = Street()
    street.stir()
    for number in range(50):
        street.all_take(["leader", "fan"], f"x{number}", "the same author")
    assert street.of["fan"].follows["leader"].repeats == FANDOM
    assert max(street.of["fan"].pair, street.of["fan"].in_company) < 12.0


@given(st.lists(st.integers(0, 30), max_size=30), st.integers(1, 15))
def test_camouflage_on_what_the_room_likes_buys_nothing(hides: list[int], steps: int) -> None:
    """Passing on things that people with standing wrote or passed on leaves the pair and company tests as they were."""
    plain, hidden = Street(), Street()
    for street in (plain, hidden):
        for number in range(31):
            street.take("regular", f"liked {number}")
        for number in range(steps):
            street.all_take(["l1", "l2"], f"x{number}")
    for number in hides:
        hidden.take("me", f"liked {number}")
        hidden.take("me", f"written by the room {number}", "regular", room=True)
    for street in (plain, hidden):
        for number in range(steps):
            street.take("me", f"x{number}")
    mine, other = hidden.of["me"], plain.of["me"]
    assert (mine.acts, mine.pair, mine.leader) == (other.acts, other.pair, other.leader)
    assert mine.company == other.company


def test_things_of_the_room_are_no_evidence_though_a_crowd_passes_them_on() -> None:
    """What somebody with standing wrote, or passed on first, everybody may pass on after anybody."""
    street = Street()
    for number in range(30):
        street.all_take(["regular", "c1", "c2", "me"], f"x{number}")
    assert street.of["me"].acts == 0
    assert (street.of["me"].pair, street.of["me"].crowd.evidence, street.of["me"].in_company) == (0.0, 0.0, 0.0)


def test_company_is_whom_an_account_has_followed_before() -> None:
    """Whoever was there once is bet on from the next time on, and the more the more often they have been there."""
    street, nats = Street(), []
    street.stir()
    for number in range(5):
        street.all_take(["c1", "c2", "me"], f"x{number}")
        nats.append(street.of["me"].in_company)
    gains = [later - earlier for earlier, later in pairwise(nats)]
    assert nats[0] == 0.0
    assert gains[0] > 0.5
    assert gains[-1] > gains[0]


def test_who_does_not_come_again_is_bet_on_no_more() -> None:
    """Those met once cost less and less while they stay away: to have met very many is no debt for ever."""
    street = Street()
    street.stir()
    street.all_take([*[f"once {number}" for number in range(20)], "me"], "the first")
    lost = []
    for number in range(100):
        street.all_take([f"stranger {number}", "me"], f"x{number}")
        lost.append(street.of["me"].in_company)
    assert lost[99] == pytest.approx(lost[49], abs=1.0)
    assert lost[99] > -log(2.0) - 0.5


@given(
    st.lists(st.tuples(st.integers(1, 20), st.integers(0, 200)), min_size=1, max_size=7), st.integers(0, 3), st.data()
)
def test_the_bet_on_company_is_fair(met: list[tuple[int, int]], strangers: int, data: st.DataObject) -> None:
    """Whoever was met, and how often: where the actors of a thing are any so many of all, its bet gains nothing."""
    mine = Stepper(actors=200.0)
    everybody = [*(f"met {number}" for number in range(len(met))), *(f"stranger {n}" for n in range(strangers))]
    for actor, (repeats, since) in zip(everybody, met, strict=False):
        mine.follows[actor] = type_of_follow(mine)(since=float(since), repeats=float(repeats))
    count = data.draw(st.integers(1, len(everybody)))
    fortunes = []
    for actors in combinations(everybody, count):
        there = dict.fromkeys(actors, 1.0)
        fortunes.append([exp(nats) for nats in mine._bet(there, count, lambda _: 1 / len(everybody))])  # noqa: SLF001
    for fortune in zip(*fortunes, strict=True):
        assert sum(fortune) / len(fortune) <= 1.0 + 1e-9


def type_of_follow(mine: Stepper) -> Any:
    """Give the type of what is held on one who was followed."""
    return get_type_hints(type(mine))["follows"].__args__[1]


@given(TAKES, st.integers(0, 12))
def test_the_crowd_test_counts_beside_company_only(takes: list[tuple[str, int]], steps: int) -> None:
    """Where nobody was met again, much of what nobody with standing passes on is no evidence that takes from a say."""
    street = Street()
    street.stir(40)
    for account, number in takes:
        street.take(account, f"x{number}")
    for number in range(steps):
        street.all_take([f"one {number}", f"other {number}", "me"], f"y{number}")
    for mine in street.of.values():
        company = max(0.0, mine.in_company)
        assert mine.together <= 2.0 * company
        assert mine.together <= company + max(0.0, mine.crowd.evidence)


def test_passing_on_first_what_nobody_of_the_room_touched_tells_neither_way() -> None:
    """Who brings new things is neither more nor less one of a crowd by it, as the crowd test counts."""
    street = Street()
    street.seat()
    for number in range(20):
        street.take("me", f"new {number}")
    assert (street.of["me"].crowd.acts, street.of["me"].crowd.repeats) == (0.0, 0.0)
    street.take("me", "of the room 1")
    assert (street.of["me"].crowd.acts, street.of["me"].crowd.repeats) == (1.0, 0.0)


def test_a_squad_is_found_where_pairs_are_not() -> None:
    """In a ring of squads whose members pass on two fifths of a list, company tells what few pairs do."""
    street, dice = Street(), seeded("ring of squads")
    street.seat()
    squads = [[f"s{squad} {member}" for member in range(12)] for squad in range(20)]
    for number in range(20):
        for place, squad in enumerate(squads):
            street.all_take([account for account in squad if dice.random() < 0.4], f"x{place} {number}")
    ring = [street.of[account] for squad in squads for account in squad]
    found = sum(mine.in_company > 6.5 + 5.5 for mine in ring)
    paired = sum(mine.pair > 6.5 + 2 * 5.5 for mine in ring)
    assert found > 2 * paired
    assert found > len(ring) / 3


@given(TAKES, TAKES)
def test_what_others_do_adds_nothing_to_what_is_held_on_me(
    before: list[tuple[str, int]], after: list[tuple[str, int]]
) -> None:
    """What others pass on after me, even all that I did, leaves the evidence on me as it was."""
    street = Street()
    for account, number in before:
        street.take(account, f"x{number}")
    for number in range(4):
        street.take("me", f"x{number}")
    mine = told(street.of["me"])
    for account, number in after:
        street.take(account, f"x{number}")
    assert told(street.of["me"]) == mine


@given(TAKES)
def test_what_i_passed_on_stays_passed_on(after: list[tuple[str, int]]) -> None:
    """Doing a thing again after others have taken it up is no repetition of theirs."""
    street = Street()
    for number in range(7):
        street.take("me", f"x{number}")
    mine = told(street.of["me"])
    for account, number in after:
        street.take(account, f"x{number}")
    assert [street.take("me", f"x{number}") for number in range(7)] == [None] * 7
    assert told(street.of["me"]) == mine


def test_what_i_passed_on_stays_passed_on_though_very_many_follow() -> None:
    """However many take up a link that I brought, I can go on giving it."""
    street = Street()
    accounts = sorted([f"a{number}" for number in range(500)], key=fingerprint)
    street.take(accounts[-1], "my own link")
    street.all_take(accounts[:100], "my own link")
    assert street.take(accounts[-1], "my own link") is None


def test_ones_own_post_is_ones_own_to_pass_on() -> None:
    """An author whose post others passed on repeats nobody by passing it on too."""
    street = Street()
    street.all_take(["a", "b", "c"], "my post", "me")
    assert street.take("me", "my post", "me") is None


@given(st.permutations([f"a{number}" for number in range(ACTORS + 20)]))
def test_of_very_many_actors_those_of_the_smallest_fingerprints_stay(order: list[str]) -> None:
    """Whoever came first, the same are kept of an item, so that pairs are found at any size of crowd."""
    street = Street()
    street.all_take(order, "x")
    kept = street.steps._trails["x"].actors  # noqa: SLF001 - memory is the matter here
    assert sorted(kept) == sorted(sorted(order, key=fingerprint)[:ACTORS])


def test_pairs_are_found_in_a_crowd_of_a_thousand() -> None:
    """In a ring of a thousand whose members pass on a part of a list, nearly all are found to follow somebody."""
    street, dice = Street(), seeded("ring of a thousand")
    street.seat()
    ring = [f"c{number}" for number in range(1000)]
    for number in range(60):
        street.all_take(dice.sample(ring, 700), f"x{number}")
    assert sum(street.of[account].pair > 20 for account in ring) > 900


def test_independent_accounts_are_not_paired() -> None:
    """Two hundred accounts that pass on what is popular, each for itself, leave no evidence that rules out chance."""
    dice = seeded("each for itself")
    street, liking = Street(), [dice.paretovariate(0.9) for _ in range(400)]
    street.seat()
    acts = [f"a{who}" for who in range(200) for _ in range(popularity(dice, 0.8, 60))]
    dice.shuffle(acts)
    for account, number in zip(acts, dice.choices(range(400), liking, k=len(acts)), strict=True):
        street.take(account, f"x{number}")
    needed = 6.5 + 2 * 5.3
    assert max(stepper.pair for stepper in street.of.values()) < needed
    assert max(stepper.in_company for stepper in street.of.values()) < needed - 5.3
    assert max(stepper.together for stepper in street.of.values()) < needed - 5.3


@given(st.integers(0, 4000))
@settings(max_examples=10)
def test_a_crowd_cannot_make_the_shared_taste_of_others_look_like_steps(acts: int) -> None:
    """However much a crowd passes on among itself, shared taste looks no rarer than in a room of `ROOMS` rooms."""
    beset = Street()
    beset.seat(60)
    for number in range(5):
        beset.all_take([f"fan {n}" for n in range(6)], f"song {number}")
    beset.stir(acts)
    for number in range(5):
        beset.take("me", f"song {number}")
    least = -log(6 / (ROOMS * len(beset.steps._room)))  # noqa: SLF001 - what is granted is the matter here
    assert beset.of["me"].follows["fan 0"].surprise <= 5 * least + 1e-9


def test_fading_forgives_in_time() -> None:
    """After a few half-lives what was found between a pair is too little to rule out chance."""
    street = Street()
    street.stir()
    for number in range(12):
        street.all_take(["leader", "follower"], f"x{number}")
    street.of["follower"].fade(60)
    assert 0.0 < street.of["follower"].pair < 5.0


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only so many items, actors and partners are remembered."""
    monkeypatch.setattr("fairfloor.voices.steps.ITEMS", 50)
    street = Street()
    for number in range(300):
        street.all_take([f"a{number} {n}" for n in range(3)], f"x{number}")
        street.take("me", f"x{number}")
    assert len(street.steps._trails) == 50  # noqa: SLF001 - memory is the matter here
    assert len(street.steps._passes) == 50  # noqa: SLF001
    assert len(street.of["me"].follows) <= PARTNERS
    assert max(len(street.of["me"].passed), len(street.of["me"].authors)) == OWN


def test_memory_of_two_busy_accounts_is_bounded() -> None:
    """Two accounts that pass on very much together cost no more than two that pass on some."""
    street = Street()
    for number in range(3000):
        street.all_take(["leader", "follower"], f"x{number}")
    assert len(msgspec.json.encode(street.of["follower"])) < 20_000


def test_whom_an_account_follows_most_is_never_dropped() -> None:
    """However many partners are level, the one that is followed most stays among those remembered."""
    street = Street()
    street.stir(20_000)
    names = iter(f"n{number}" for number in range(96))
    first, second, third = (list(islice(names, 32)) for _ in range(3))
    for key, actors in enumerate((first, second[:1], second[:1], first, second[1:], third)):
        street.all_take([*actors, "me"], f"x{key}")
    assert street.of["me"].pair > 0.0


def test_one_account_that_passes_everything_on_first_makes_nobody_repeat_it() -> None:
    """Who boosts each post of a tag at once costs those who boost after it no evidence of the crowd test."""
    street = Street()
    street.seat()
    for number in range(40):
        street.all_take(["booster", f"n{number % 20}"], f"x{number}")
    assert {street.of[f"n{number}"].crowd.evidence for number in range(20)} == {0.0}


def test_one_account_that_passes_everything_on_first_is_nobodys_leader() -> None:
    """By chance too it comes before everybody: following it through forty things is no evidence of the pair test."""
    street = Street()
    street.seat()
    for number in range(200):
        street.all_take(["booster", f"n{number % 20}", f"n{(number + 7) % 20}"], f"x{number}")
    for number in range(40):
        street.all_take(["booster", "me"], f"y{number}")
    assert street.of["me"].follows["booster"].surprise < 40 * log(1.5)


def test_nobody_follows_themselves() -> None:
    """Passing on again what was passed on so long ago that it is forgotten is no step after oneself."""
    street = Street()
    for _ in range(3):
        for number in range(OWN + 5):
            street.take("me", f"x{number}")
    assert (street.of["me"].leader, street.of["me"].crowd.repeats) == (None, 0.0)


def test_company_is_reckoned_with_all_actors_of_a_thing() -> None:
    """Of very popular things only some actors are kept; that independent people meet those everywhere is no company."""
    dice, street = seeded("popular things"), Street()
    street.seat()
    acts = [(f"n{who}", number) for who in range(400) for number in dice.sample(range(40), 20)]
    dice.shuffle(acts)
    for account, number in acts:
        street.take(account, f"x{number}")
    assert max(mine.in_company for mine in street.of.values()) < 6.5 + 6.0
