from datetime import UTC, datetime, timedelta

import pytest

from fairfloor.acts.act import Act, Post, Repost
from fairfloor.session.decide import Rules
from fairfloor.testing.crowd import Laid, Role, Tactic, World, independent, lay, over, simulate
from fairfloor.testing.rehearse.measure import Group, Reach, measure
from fairfloor.testing.rehearse.play import play
from fairfloor.testing.rehearse.scene import Scene, half_synthetic, simulated

START = datetime(2014, 10, 23, 1, tzinfo=UTC)
END = START + timedelta(hours=1)
CALM = World(tactics=(Tactic.COPY,), attackers=20, minutes=20, hijack_from=10, hijack_for=8, flood=600.0)


def post(name: str, minutes: float, account: str, text: str) -> Post:
    """Make a post some minutes after the start."""
    return Post(id=name, at=START + timedelta(minutes=minutes), account=account, text=f"{text} #copchat")


CHAT: list[Act] = [
    post("0", -30, "ann", "Good evening to everybody who comes to this chat tonight"),
    post("q", 1, "host", "Q1: What should officers learn about the neighbourhood they work in?"),
    post("1", 2, "ann", "They should learn who lives there and what those people are afraid of"),
    post("2", 3, "bob", "And who teaches them that when nobody pays for the time it takes?"),
    post("3", 4, "bob", "They should learn who lives there and what those people are afraid of"),
]


def scene(*flood: Act, pace: float = 12.0) -> Scene:
    """Lay a flood over the chat; Ann was seen before, Bob was not."""
    session = tuple(sorted((act for act in (*CHAT, *flood) if act.at >= START), key=lambda act: act.at))
    laid = Laid(acts=session, burst=frozenset(act.account for act in flood), regulars=frozenset({"ann"}))
    return half_synthetic(laid, Rules(tag="copchat", hosts=frozenset({"host"}), pace=pace))


def test_posts_are_grouped_by_whose_they_are_without_the_hosts() -> None:
    """Who was seen before is a regular, others are newcomers, a question mark makes a question; the host is nowhere."""
    reach = measure(staged := scene(), play(staged)).floor.whole.reach
    assert {group: its.of for group, its in reach.items()} == {
        Group.GENUINE: 3,
        Group.REGULARS: 1,
        Group.QUESTIONS: 1,
        Group.SEEDED: 2,
        Group.CRITICS: 0,
        Group.NEWCOMERS: 2,
    }
    assert reach[Group.CRITICS].share is None


def test_a_copy_of_what_had_the_floor_has_reached_people() -> None:
    """Bob's copy is merged, not shown; on the floor and in both timelines it counts with what it says again."""
    staged = scene()
    played = play(staged)
    assert "3" not in {one.post for one in played.shown}
    measured = measure(staged, played)
    for showing in (measured.floor, measured.newest, measured.reposted):
        assert showing.whole.reach[Group.NEWCOMERS] == Reach(2, 2)


def test_what_says_the_same_as_a_read_post_is_read_where_it_is_crowded_too() -> None:
    """At one message in three hours only one post is read; of the two that say the same, it counts for both."""
    staged = scene(pace=1 / 180)
    reach = measure(staged, play(staged)).newest.whole.reach
    assert reach[Group.REGULARS] == Reach(1, 1)
    assert reach[Group.NEWCOMERS] == Reach(1, 2)


def test_the_floods_share_is_of_what_was_shown() -> None:
    """One message of the flood beside four, the host's among them, is a fifth; in its own minute it is alone."""
    staged = scene(post("f", 6, "x", "Something altogether different that nobody here has asked for tonight"))
    measured = measure(staged, play(staged))
    assert measured.floor.whole.flooded == pytest.approx(1 / 4)
    assert measured.newest.whole.flooded == pytest.approx(1 / 5)
    assert measured.floor.hijack is not None
    assert (measured.floor.hijack.shown, measured.floor.hijack.flood) == (1, 1)
    assert measured.floor.hijack.reach[Group.GENUINE].share is None


def test_without_a_flood_there_is_no_hijack_to_measure() -> None:
    """Figures of the hijack are not there, the flood's share is none, and its say too."""
    measured = measure(staged := scene(), play(staged))
    assert measured.floor.hijack is None
    assert (measured.floor.whole.flooded, measured.says.flood, measured.says.flood_accounts) == (0.0, 0, 0)


def test_a_post_of_a_recorded_burst_in_a_genuine_message_is_wrongly_merged() -> None:
    """Nobody of the burst can have meant to say what Ann says; and who only reposts is counted, but posts nothing."""
    copy = post("f", 6, "x", "They should learn who lives there and what those people are afraid of")
    passed = Repost(id="r", at=START + timedelta(minutes=7), account="y", subject="f")
    measured = measure(staged := scene(copy, passed), play(staged))
    assert measured.wrong == 1
    assert (measured.says.flood_accounts, measured.says.posting_accounts) == (2, 1)
    assert (measured.says.flood, measured.says.posting) == (2.0, 1.0)


def test_says_are_of_accounts_that_did_something() -> None:
    """Every genuine account that acts is counted, the host too, and each has its whole say."""
    says = measure(staged := scene(), play(staged)).says
    assert (says.genuine_accounts, says.genuine, says.lowest, says.in_step) == (3, 1.0, 1.0, 0)


def test_a_simulated_evening_knows_more_than_its_marks() -> None:
    """Critics are known, questions without a mark too, and copies of the crowd's templates are no wrong merges."""
    simulation = simulate(CALM)
    staged = simulated(simulation)
    truth = simulation.truth
    assert staged.questions == {act for act, label in truth.items() if label.question}
    assert staged.hijack == CALM.hijack
    measured = measure(staged, play(staged))
    assert measured.floor.whole.reach[Group.CRITICS].of > 0
    assert measured.wrong == sum(
        (truth[post].copy_of or post) != (truth[one.message].copy_of or one.message)
        for post, one in play(staged).became.items()
        if one.reason.__struct_config__.tag == "copy" and (truth[post].role.genuine or truth[one.message].role.genuine)
    )


def test_the_crowd_does_better_in_timelines_than_on_the_floor() -> None:
    """A crowd that pastes has less of the floor than of either timeline, and genuine posts reach no fewer people."""
    staged = simulated(simulate(World(tactics=(Tactic.COPY,), attackers=100)))
    measured = measure(staged, play(staged))
    for timeline in (measured.newest, measured.reposted):
        assert measured.floor.whole.flooded < timeline.whole.flooded
        mine, theirs = (one.whole.reach[Group.GENUINE].share for one in (measured.floor, timeline))
        assert mine is not None
        assert theirs is not None
        assert mine > theirs


def test_echoes_are_noted_as_they_happen() -> None:
    """Every repetition that the core weighs is noted once, with who, whom and how; nobody repeats themselves."""
    staged = simulated(simulate(World(tactics=(Tactic.RING,), attackers=60)))
    played = play(staged)
    assert sum(played.repeats.values()) > 60
    assert all(repeat.account != repeat.before for repeat in played.repeats)
    assert {repeat.kind for repeat in played.repeats} <= {"words", "passing on", "link"}
    in_step = {account for account, say in played.says.items() if say < 1.0}
    assert in_step
    assert in_step <= {repeat.account for repeat in played.repeats}
    assert {staged.roles[account] for account in in_step} == {Role.ATTACKER}


def test_a_simulated_crowd_meets_the_real_session() -> None:
    """It comes over what was really said, copies and passes on those posts, and what it copies is known."""
    simulation = independent(World(seed=1))
    world = World(tactics=(Tactic.FRAMING, Tactic.RING), attackers=60, seed=3, hijack_from=15, hijack_for=40)
    laid, meant = over(simulation.acts, world, world.end)
    real = {act.id for act in simulation.acts if act.at < world.end}
    assert {act.id for act in laid.acts if act.account not in laid.burst} == real
    crowd = [act for act in laid.acts if act.account in laid.burst]
    assert {act.subject for act in crowd if isinstance(act, Repost)} & real
    assert meant.keys() <= {act.id for act in crowd}
    assert set(meant.values()) & real
    assert set(meant.values()) <= {act.id for act in laid.acts}
    assert over(simulation.acts, world, world.end) == (laid, meant)
    staged = half_synthetic(laid, Rules(tag="copchat"), world.hijack, meant)
    played = play(staged)
    assert {act.id for act in laid.acts} == played.became.keys()
    assert measure(staged, played).says.lowest == 1.0


def test_nobody_comes_over_a_session_without_a_tactic() -> None:
    """A crowd without a tactic is refused."""
    with pytest.raises(ValueError, match="tactic"):
        over(CHAT, World(), END)


def test_a_recorded_burst_takes_its_accounts_along() -> None:
    """Laid over a session, a burst's accounts are the flood, also those that go by a name of the chat."""
    burst = [post("1", 0, "ann", "A burst recorded in another year"), post("2", 1, "z", "It says other things as well")]
    staged = half_synthetic(lay(CHAT, burst, START, END, "copchat"), Rules(tag="copchat"))
    roles = {act.account: staged.role(act) for act in staged.acts}
    assert roles["burst:ann"] is roles["burst:z"] is Role.ATTACKER
    assert roles["ann"] is Role.REGULAR
    assert staged.rules.regulars == {"ann"}
