import re
import tracemalloc
from collections import Counter, deque
from datetime import timedelta
from importlib import resources
from itertools import combinations, islice, pairwise

import msgspec
import pytest

from fairfloor.acts.act import Act, Like, Post, Repost
from fairfloor.acts.text import normal
from fairfloor.session.hear import hear
from fairfloor.testing.crowd import Role, Simulation, Tactic, World, endless, independent, simulate
from fairfloor.testing.crowd.chat import asked_at
from fairfloor.testing.crowd.grammar import grammar

PEACE = World(seed=3)
HIJACKED = [World(tactics=(tactic,), attackers=90, seed=3) for tactic in Tactic]
WORLDS = [
    PEACE,
    *HIJACKED,
    World(tactics=(Tactic.COPY, Tactic.RING), seed=4, first_night=True, attackers=60),
    World(tactics=(Tactic.RING,), squad=0, attackers=60, topic="gardens", minutes=40, hijack_from=10),
]

named = pytest.mark.parametrize(
    "world", WORLDS, ids=lambda world: "+".join(world.tactics) + world.topic * (world.topic != "policing") or "none"
)
hijacked = pytest.mark.parametrize("world", HIJACKED, ids=lambda world: world.tactics[0])


def lines(acts: tuple[Act, ...]) -> bytes:
    """Write acts as an archive."""
    return b"\n".join(map(msgspec.json.encode, acts))


def posts(simulation: Simulation, *, genuine: bool) -> list[Post]:
    """Give the posts of one side."""
    return [
        act
        for act, label in zip(simulation.acts, simulation.labels, strict=True)
        if isinstance(act, Post) and label.role.genuine is genuine
    ]


def runs(text: str) -> set[tuple[str, str]]:
    """Give the two-word runs of a text without its tags and links."""
    return set(pairwise(re.findall(r"[^\W_]+(?:['\u2019][^\W_]+)*", re.sub(r"#\w+|https?://\S+", "", text.lower()))))


@named
def test_the_same_world_gives_the_same_bytes(world: World) -> None:
    """Simulated twice, an evening is the same to the byte, labels included; with another seed it is not."""
    one, two = simulate(world), simulate(world)
    assert lines(one.acts) == lines(two.acts)
    assert one.labels == two.labels
    assert lines(one.acts) != lines(simulate(msgspec.structs.replace(world, seed=99)).acts)


@named
def test_every_act_is_valid_and_in_its_place(world: World) -> None:
    """Acts come back from their archive as they were, in order of time, within the session, each id once."""
    simulation = simulate(world)
    decode = msgspec.json.Decoder(Act).decode
    assert tuple(map(decode, lines(simulation.acts).split(b"\n"))) == simulation.acts
    times = [act.at for act in simulation.acts]
    assert times == sorted(times)
    assert world.start <= times[0]
    assert times[-1] < world.end
    assert len({act.id for act in simulation.acts}) == len(simulation.acts)
    assert all(world.tag in act.tags for act in simulation.acts if isinstance(act, Post))


@named
def test_what_an_act_is_about_was_there_before_it(world: World) -> None:
    """Replies, reposts, likes and copies come after the post they are about, and name its account rightly."""
    simulation = simulate(world)
    before: dict[str, Act] = {}
    for act, label in zip(simulation.acts, simulation.labels, strict=True):
        if isinstance(act, Post):
            assert act.reply_to is None or act.reply_to in before
            assert act.root is None or act.root in before
        else:
            assert before[act.subject].account == act.subject_account
            assert act.subject_account != act.account
        assert label.copy_of is None or label.copy_of in before
        before[act.id] = act


@named
def test_labels_say_who_and_what(world: World) -> None:
    """The label has the author's role; what is called conversation replies to somebody else; no more is a question."""
    simulation = simulate(world)
    authors = {act.id: act.account for act in simulation.acts}
    for act, label in zip(simulation.acts, simulation.labels, strict=True):
        assert label.role is simulation.roles[act.account]
        replies = isinstance(act, Post) and act.reply_to is not None
        assert label.conversation == (isinstance(act, Post) and replies and authors[act.reply_to or ""] != act.account)
        assert isinstance(act, Post) or not label.question


@named
def test_no_two_long_posts_are_alike_by_accident(world: World) -> None:
    """Of genuine posts of eight words or more, no two share half of their two-word runs unless they are meant to."""
    simulation = simulate(world)
    truth = simulation.truth
    mine = [(post, runs(post.text)) for post in posts(simulation, genuine=True)]
    long = [(truth[post.id].copy_of or post.id, said) for post, said in mine if len(said) >= 7]
    assert len(long) > 100
    for number, (one, said) in enumerate(long):
        for other, also in long[:number]:
            assert one == other or len(said & also) < len(said | also) / 2


def test_the_genuine_evening_does_not_depend_on_the_crowd() -> None:
    """Whatever comes over them, the genuine say and do the same, but for what they say back to the crowd."""
    before = set(simulate(PEACE).acts)
    for world in HIJACKED:
        simulation = simulate(world)
        theirs = {act for act in simulation.acts if simulation.roles[act.account] is Role.ATTACKER}
        rest = set(simulation.acts) - theirs
        assert before <= rest
        named = {act.reply_to if isinstance(act, Post) else act.subject for act in rest - before}
        assert named <= {act.id for act in theirs}


def test_people_say_more_after_a_question() -> None:
    """In the three minutes after each question of the run sheet more is said than in the three minutes before."""
    after = before = 0
    for seed in range(5):
        world = World(seed=seed)
        for at in (world.start + timedelta(seconds=asked) for asked in asked_at(world)[1:]):
            for post in posts(simulate(world), genuine=True):
                after += timedelta() < post.at - at < timedelta(minutes=3)
                before += timedelta(minutes=-3) < post.at - at < timedelta()
    assert after > 1.3 * before


def test_a_genuine_evening_has_a_natural_pace() -> None:
    """A genuine evening brings 4 to 7 posts a minute, a fifth to a half of them replies, from all kinds of people."""
    for seed in range(5):
        simulation = simulate(World(seed=seed))
        said = posts(simulation, genuine=True)
        assert 4 * 60 < len(said) < 7 * 60
        assert 0.2 < sum(label.conversation for label in simulation.labels) / len(said) < 0.5
        assert {label.role for label in simulation.labels} == set(Role) - {Role.ATTACKER}
        assert sum(label.question for label in simulation.labels) >= 25


def test_coincidence_has_its_place() -> None:
    """A petition, a headline and thanks are said in the same words by several genuine accounts, and labelled so."""
    simulation = simulate(PEACE)
    count = Counter(label.copy_of for label in simulation.labels if label.copy_of)
    texts = {act.id: act.text for act in simulation.acts if isinstance(act, Post)}
    assert any("Sign if you agree" in texts[first] and times >= 6 for first, times in count.items())
    assert any("via @localnews" in texts[first] and times >= 4 for first, times in count.items())
    assert any("hank" in texts[first] and times >= 2 for first, times in count.items())


def test_on_a_first_night_the_host_looks_after_people() -> None:
    """With nobody seeded but the host, the host answers or likes one genuine post a minute; otherwise far less."""
    first, other = (simulate(msgspec.structs.replace(PEACE, first_night=first)) for first in (True, False))
    assert first.regulars == frozenset()
    assert len(other.regulars) == PEACE.regulars

    def looks(simulation: Simulation) -> int:
        mine = [act for act in simulation.acts if act.account in simulation.hosts]
        about = [act.subject if isinstance(act, Like) else act.reply_to for act in mine if not isinstance(act, Repost)]
        return len([post for post in about if post])

    assert 50 <= looks(first) <= 60
    assert looks(other) <= 25


@hijacked
def test_a_hijack_keeps_to_its_hours_and_its_numbers(world: World) -> None:
    """Attackers' posts come between start and end (a camouflaged crowd hides before), as many as the world says."""
    simulation = simulate(world)
    start, end = world.hijack
    said = posts(simulation, genuine=False)
    within = [post for post in said if start <= post.at < end + timedelta(minutes=5)]
    assert len(within) == len(said) or world.tactics == (Tactic.CAMOUFLAGE,)
    expected = world.flood_an_hour * world.hijack_for / 60
    assert 0.9 * expected < len(within) < (2 if world.tactics == (Tactic.FRAMING,) else 1.1) * expected
    speakers = {post.account for post in said}
    assert len(speakers) == 1 if world.tactics == (Tactic.SINGLE,) else len(speakers) > 0.6 * world.attackers


def test_pastes_are_pastes_and_edits_are_not() -> None:
    """A copying crowd says few texts to the letter; an editing one never twice the same, and is the same underneath."""
    copied, edited = (
        simulate(World(tactics=(tactic,), attackers=90, seed=3)) for tactic in (Tactic.COPY, Tactic.EDITED)
    )
    assert len({post.text for post in posts(copied, genuine=False)}) < 20
    texts = [post.text for post in posts(edited, genuine=False)]
    assert len(set(texts)) > 0.95 * len(texts)
    stems = {edited.truth[post.id].copy_of or post.id for post in posts(edited, genuine=False)}
    assert len(stems) < 20
    assert any("\u200b" in text or "\u2060" in text for text in texts)


def test_unique_words_are_unique() -> None:
    """Where every attacker has words of its own, nobody's post nearly repeats another's, genuine ones included."""
    simulation = simulate(World(tactics=(Tactic.UNIQUE,), attackers=300, seed=5))
    said = [runs(post.text) for post in posts(simulation, genuine=False)]
    others = said + [runs(post.text) for post in posts(simulation, genuine=True)]
    for number, mine in enumerate(said[:300]):
        assert all(len(mine & its) < max(1, len(mine | its) / 2) for place, its in enumerate(others) if place != number)
    most = Counter(post.account for post in posts(simulation, genuine=False)).most_common(1)[0][1]
    assert most <= len(said) / 300 + 1


def test_a_ring_passes_on_its_own() -> None:
    """Ring accounts share many reposts with some others and none with many; a camouflaged one shares the room's too."""
    for tactic, camouflaged in ((Tactic.RING, False), (Tactic.CAMOUFLAGE, True)):
        simulation = simulate(World(tactics=(tactic,), attackers=90, seed=3))
        by: dict[str, set[str]] = {}
        for act, label in zip(simulation.acts, simulation.labels, strict=True):
            if isinstance(act, Repost) and label.role is Role.ATTACKER:
                by.setdefault(act.account, set()).add(act.subject)
        own = {post.id for post in posts(simulation, genuine=False)}
        shared = [len(a & b & own) for a, b in combinations(by.values(), 2)]
        assert max(shared) >= 8
        assert shared.count(0) > len(shared) / 5
        foreign = [len(items - own) for items in by.values()]
        assert min(foreign) >= 40 if camouflaged else max(foreign) == 0


def test_framing_comes_after_what_it_frames() -> None:
    """Copies and reposts of innocent posts come seconds after them, from the same attackers again and again."""
    simulation = simulate(World(tactics=(Tactic.FRAMING,), attackers=90, seed=3))
    truth, at = simulation.truth, {act.id: act.at for act in simulation.acts}
    victims: Counter[str] = Counter()
    for act, label in zip(simulation.acts, simulation.labels, strict=True):
        of = act.subject if isinstance(act, Repost) else label.copy_of
        if label.role is Role.ATTACKER and of and truth[of].role.genuine:
            assert act.at > at[of]
            victims[of] += 1
    assert len(victims) > 10
    assert max(victims.values()) >= 10


def test_a_larger_crowd_says_more_but_less_each() -> None:
    """The flood fits what was recorded: about 1,400 posts an hour of 45 accounts, 2,700 of 300; 6,000 of 3,000."""
    rates = {size: World(attackers=size).flood_an_hour for size in (45, 300, 3000)}
    assert rates[300] == pytest.approx(2700)
    assert 1200 < rates[45] < 1600
    assert 5000 < rates[3000] < 10_000


def test_an_evening_can_be_had_about_something_else_word_for_word() -> None:
    """With another topic, or the camps exchanged, nothing changes but the words, and those one for one."""
    for change in ({"topic": "gardens"}, {"swapped": True}):
        for world in (PEACE, *HIJACKED):
            one, other = simulate(world), simulate(msgspec.structs.replace(world, **change))
            assert other.labels == one.labels
            there: dict[str, str] = {}
            back: dict[str, str] = {}
            for mine, its in zip(one.acts, other.acts, strict=True):
                assert (mine.id, mine.at, mine.account) == (its.id, its.at, its.account)
                if isinstance(mine, Post) and isinstance(its, Post):
                    for word, swapped in zip(_words(mine), _words(its), strict=True):
                        assert there.setdefault(word, swapped) == swapped
                        assert back.setdefault(swapped, word) == word


def test_swapping_words_changes_no_fingerprint_comparison() -> None:
    """What decisions may read of two word-swapped evenings is equal wherever it was equal before."""
    one, other = simulate(PEACE), simulate(msgspec.structs.replace(PEACE, topic="gardens"))
    there: dict[int, int] = {}
    for mine, its in zip(one.acts, other.acts, strict=True):
        heard, swapped = hear(mine, mine.at), hear(its, its.at)
        for a, b in zip(getattr(heard, "shingles", ()), getattr(swapped, "shingles", ()), strict=True):
            assert there.setdefault(a, b) == b


def _words(post: Post) -> list[str]:
    """Give the words of a post, links left out, as they read when tricks of writing are undone."""
    return re.findall(r"[^\W_]+", re.sub(r"https?://\S+", "", normal(post.text)))


def test_topics_have_one_shape_and_no_word_twice() -> None:
    """Both topics have lists of the same lengths, and no word of a topic stands anywhere else."""
    one, other = grammar("policing").lists, grammar("gardens").lists
    assert {name: len(words) for name, words in one.items()} == {name: len(words) for name, words in other.items()}
    common = (resources.files("fairfloor.testing.crowd") / "words" / "common.toml").read_text("utf-8").lower()
    elsewhere = set(re.findall(r"\w+", re.sub(r"\{.*?\}|#.*|^\w+ =", " ", common, flags=re.MULTILINE)))
    for lists in (one, other):
        own = [word for name, words in lists.items() for word in words if one[name] != other[name]]
        assert len(own) == len(set(own))
        assert elsewhere & set(own) == set()


def test_where_nobody_acts_together_some_posts_are_still_everybodys() -> None:
    """The null world has bursts, very popular posts and pairs of accounts that share several reposts by chance."""
    simulation = independent(World(seed=1, newcomers=150))
    passed = [act for act in simulation.acts if isinstance(act, Repost)]
    assert Counter(act.subject for act in passed).most_common(1)[0][1] > 20
    by: dict[str, set[str]] = {}
    for act in passed:
        by.setdefault(act.account, set()).add(act.subject)
    busy = sorted(by.values(), key=len)[-20:]
    assert max(len(a & b) for a, b in pairwise(busy)) >= 4
    assert lines(simulation.acts) == lines(independent(World(seed=1, newcomers=150)).acts)
    with pytest.raises(ValueError, match="tactics"):
        independent(World(tactics=(Tactic.COPY,)))


def test_acts_without_an_end_come_in_order_and_fit_the_archive() -> None:
    """The endless stream is in order of time, without repeats, deterministic, and valid."""
    acts = tuple(islice(endless(World(seed=2)), 5_000))
    assert lines(acts) == lines(tuple(islice(endless(World(seed=2)), 5_000)))
    assert [act.at for act in acts] == sorted(act.at for act in acts)
    assert len({act.id for act in acts}) == len(acts)
    assert tuple(map(msgspec.json.Decoder(Act).decode, lines(acts).split(b"\n"))) == acts
    assert {type(act) for act in acts} == {Post, Repost, Like}


def test_acts_without_an_end_need_no_more_memory_for_more() -> None:
    """After its first acts the endless stream holds as much as it ever will, but for the ids of more accounts."""
    acts = endless(World(seed=2))
    deque(islice(acts, 15_000), maxlen=0)
    tracemalloc.start()
    deque(islice(acts, 15_000), maxlen=0)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 3_000_000
