import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from fairfloor.voices.standing import ENOUGH, GRANTS, HOST, PASSED, SEEDED, Kind, Standing

KINDS = st.sampled_from(Kind)
EVERYBODY = ["host", "seed one", "seed two", *"abcdefgh"]
CROWDS = [frozenset("abcd"), frozenset("efgh"), frozenset("abcdefgh"), frozenset("ah"), frozenset("d")]
"""Sets of accounts without seeds; the bound holds for each."""
ROUNDING = 1e-9


def three() -> Standing:
    """Give the standing of an evening with a host and two regulars."""
    return Standing(frozenset({"host"}), frozenset({"seed one", "seed two"}))


def test_a_conversation_with_a_regular_gives_standing() -> None:
    """A reply of somebody with standing 1 makes its partner one of the room."""
    standing = three()
    assert standing.converse("seed one", "a", Kind.REPLY)
    assert standing.of("a") == GRANTS[Kind.REPLY]
    assert standing.enough("a")


def test_a_word_of_the_host_gives_standing_without_end() -> None:
    """The host answers for the evening, and can bring in as many as the host likes."""
    standing = three()
    assert all(standing.converse("host", f"n{number}", Kind.LIKE) for number in range(1000))
    assert standing.of("n999") == HOST


def test_becoming_one_of_the_room_is_told_once() -> None:
    """Whoever comes to have enough standing is told so by that conversation and by none after."""
    standing = three()
    assert [standing.converse(seed, "a", Kind.REPLY) for seed in ("seed one", "seed two", "host")] == [
        True,
        False,
        False,
    ]


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from(EVERYBODY), KINDS), min_size=1, max_size=60))
def test_a_crowd_by_itself_comes_to_nothing(conversations: list[tuple[str, str, Kind]]) -> None:
    """Accounts that nobody with standing converses with have none, however much they converse."""
    standing = three()
    assert not any(standing.converse(*conversation) for conversation in conversations)
    assert {standing.of(account) for account in "abcdefgh"} == {0.0}


@pytest.mark.parametrize("size", [3, 30, 300])
def test_a_ring_that_one_regular_answers_comes_to_as_much_whatever_its_size(size: int) -> None:
    """One reply from a regular is worth at most four, all told, to any crowd that passes it on as best it can."""
    standing, ring = three(), [f"c{number}" for number in range(size)]
    standing.converse("seed one", ring[0], Kind.REPLY)
    for _ in range(20):
        for number, account in enumerate(ring):
            for step in (1, 2, 7):
                standing.converse(account, ring[(number + step) % size], Kind.REPLY)
    assert sum(map(standing.of, ring)) <= GRANTS[Kind.REPLY] / (1 - PASSED) + ROUNDING


def test_what_a_regular_can_pass_on_runs_dry() -> None:
    """A regular who likes everything has given `SEEDED` in all, and the thousandth gets nothing."""
    standing = three()
    for number in range(1000):
        standing.converse("seed one", f"n{number}", Kind.LIKE)
    assert sum(standing.of(f"n{number}") for number in range(1000)) == pytest.approx(SEEDED)
    assert standing.of("n999") == 0.0


def test_a_seed_stays_a_seed() -> None:
    """Conversation neither adds to the standing of a seed nor takes from it."""
    standing = three()
    assert not standing.converse("host", "seed one", Kind.REPLY)
    assert standing.of("seed one") == 1.0
    standing.seed("late", host=False)
    assert (standing.of("late"), standing.room("late"), standing.is_host("late")) == (1.0, True, False)


def test_who_was_given_nothing_leaves_nothing_behind() -> None:
    """Memory is bounded by what was granted, and not by whom people with standing have talked with."""
    standing = three()
    for number in range(1000):
        standing.converse("seed one", f"n{number}", Kind.LIKE)
    assert len(standing._members) <= 1 + SEEDED / min(GRANTS.values()) + 1  # noqa: SLF001 - memory is the matter here


class Flow(RuleBasedStateMachine):
    """Conversations in any order, against a ledger of what was granted by whom to whom."""

    def __init__(self) -> None:
        super().__init__()
        self.standing = three()
        self.granted: dict[tuple[str, str], float] = {}
        self.most = dict.fromkeys(EVERYBODY, 0.0)

    @rule(account=st.sampled_from(EVERYBODY), partner=st.sampled_from(EVERYBODY), kind=KINDS, times=st.integers(1, 5))
    def converse(self, account: str, partner: str, kind: Kind, times: int) -> None:
        """Somebody converses with somebody, once or several times over."""
        for _ in range(times):
            before = {one: self.standing.of(one) for one in EVERYBODY}
            room = self.standing.enough(partner)
            told = self.standing.converse(account, partner, kind)
            gained = self.standing.of(partner) - before[partner]
            pair = account, partner
            self.granted[pair] = self.granted.get(pair, 0.0) + gained
            assert told == (not room and self.standing.enough(partner))
            assert all(self.standing.of(one) == before[one] for one in EVERYBODY if one != partner)
            assert gained >= 0.0
            assert gained == 0.0 or (before[account] > 0.0 and account != partner)

    @invariant()
    def a_pair_counts_once(self) -> None:
        """However often two converse, what one grants the other is a part of its own standing."""
        for (account, _), granted in self.granted.items():
            part = HOST if account == "host" else max(GRANTS.values())
            assert granted <= part * self.standing.of(account) + ROUNDING

    @invariant()
    def grants_run_dry(self) -> None:
        """Nobody but the host passes on more than their standing allows, however many they converse with."""
        for account in EVERYBODY[1:]:
            passed = sum(granted for (giver, _), granted in self.granted.items() if giver == account)
            most = SEEDED if account.startswith("seed") else PASSED
            assert passed <= most * self.standing.of(account) + ROUNDING

    @invariant()
    def a_crowd_is_bounded_by_what_it_is_given(self) -> None:
        """The standing of any accounts without seeds is at most 1 / (1 - PASSED) of what came in from outside."""
        for crowd in CROWDS:
            given = sum(
                granted for (giver, taker), granted in self.granted.items() if taker in crowd and giver not in crowd
            )
            assert sum(map(self.standing.of, crowd)) <= given / (1 - PASSED) + ROUNDING

    @invariant()
    def standing_is_a_part_and_never_falls(self) -> None:
        """Standing is in [0, 1], and whatever others do, nobody loses any."""
        for account in EVERYBODY:
            now = self.standing.of(account)
            assert self.most[account] <= now <= 1.0
            assert self.standing.enough(account) == (now >= ENOUGH)
            self.most[account] = now


TestFlow = Flow.TestCase


def test_what_has_standing_is_bounded_though_a_crowd_converses_for_ever() -> None:
    """Of a crowd in which one was answered, and each answers the next, only so many come to any standing."""
    standing = three()
    standing.converse("seed one", "c0", Kind.REPLY)
    for number in range(2_000):
        for other in range(number + 1, number + 4):
            standing.converse(f"c{number}", f"c{other}", Kind.REPLY)
    assert sum(standing.of(f"c{number}") > 0.0 for number in range(2_004)) < 200
