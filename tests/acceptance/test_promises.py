"""The promises of the design, each over generated evenings; `test_mutants` shows of each that it can fail."""

import hashlib
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from string import ascii_lowercase

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fairfloor.acts.act import Act, Post, Repost
from fairfloor.acts.heard import Event, Heard, HeardPost, Withdrawal
from fairfloor.acts.text import normal
from fairfloor.floor.reasons import Copy, Expired, InStep, Share, Turn, Withdrawn
from fairfloor.session.decide import Evening, Rules
from fairfloor.session.decision import Decision
from fairfloor.session.hear import hear
from fairfloor.testing.crowd import Tactic, World, independent, simulate
from fairfloor.testing.crowd.dice import seeded
from fairfloor.voices.evidence import Wager

from .evenings import (
    DOINGS,
    EVERYBODY,
    GENERATED,
    RULES,
    START,
    Did,
    Scribe,
    decide,
    heard,
    says,
    simulated,
    words,
    written,
)

# 1. The tag is open.


@GENERATED
@given(DOINGS, st.sampled_from(["a", "anothertag"]), st.integers(1, 100_000))
def test_nothing_depends_on_the_tag_or_the_hour(doings: list[Did], tag: str, hours: int) -> None:
    """The same evening under another tag at another hour is decided alike."""
    later = timedelta(hours=hours)
    moved = [
        msgspec.structs.replace(event, seen=event.seen + later)
        if isinstance(event, Withdrawal)
        else msgspec.structs.replace(event, at=event.at + later)
        for event in written(doings)
    ]
    there = decide(moved, msgspec.structs.replace(RULES, tag=tag))
    assert [msgspec.structs.replace(decision, at=decision.at - later) for decision in there] == decide(written(doings))


# 2. Nothing is lost.


@GENERATED
@given(DOINGS)
def test_every_act_has_exactly_one_decision_at_any_time(doings: list[Did]) -> None:
    """After each act, every act so far has a decision or waits; at the end each has one, and nothing else has any."""
    evening, became, acts = Evening(RULES), dict[str, Decision](), set[str]()
    for event in heard(written(doings)):
        for decision in evening.decide(event):
            _follows(became.get(decision.act), decision)
            became[decision.act] = decision
        acts |= set() if isinstance(event, Withdrawal) else {event.id}
        assert set(became) <= acts
        assert len(acts - set(became)) <= evening.waiting
    for decision in evening.finish():
        _follows(became.get(decision.act), decision)
        became[decision.act] = decision
    assert set(became) == acts
    assert evening.waiting == 0


def _follows(before: Decision | None, now: Decision) -> None:
    """Whatever had the floor keeps it, and what its author took back stays folded."""
    if before is not None:
        assert not isinstance(before.reason, Withdrawn)
        assert before.placement != "floor" or isinstance(now.reason, Withdrawn)
        assert before.at <= now.at


# 3. No congestion, no folding.


BURST = st.integers(0, 40).flatmap(
    lambda size: st.lists(
        st.builds(Did, st.just(0.0), st.sampled_from(EVERYBODY[1:]), st.just("say"), st.just(0)),
        min_size=size,
        max_size=size,
    )
)
STREAM = st.integers(1, 12).flatmap(
    lambda people: st.lists(
        st.builds(
            Did, st.sampled_from([5.0, 5.0, 5.1, 6.0]), st.sampled_from(EVERYBODY[-people:]), st.just("say"), st.just(0)
        ),
        min_size=110,
        max_size=130,
    )
)
"""A burst of posts at once; and minutes of posts as fast as they can be read, by few or by many."""


@GENERATED
@given(st.one_of(DOINGS, st.builds(list.__add__, BURST, STREAM)), st.sampled_from([12, 12, 3]))
def test_what_fits_the_pace_is_all_on_the_floor(doings: list[Did], pace: int) -> None:
    """While a first-come-first-served floor could show all within half a time to live, nothing is folded."""
    events = written(doings)
    rules = msgspec.structs.replace(RULES, pace=pace)
    assume(_fits([event.at for event in events if isinstance(event, Post)], rules))
    placements = {
        decision.placement for decision in decide(events, rules) if not isinstance(decision.reason, Withdrawn)
    }
    assert placements <= {"floor", "merge"}


def _fits(arrivals: Sequence[datetime], rules: Rules) -> bool:
    free, interval = START, timedelta(minutes=1) / rules.pace
    for at in arrivals:
        shown = max(at, free)
        if shown > at + rules.ttl / 2 - interval:
            return False
        free = shown + interval
    return True


@pytest.mark.parametrize("seed", range(2))
def test_a_simulated_evening_of_peace_is_all_on_the_floor(seed: int) -> None:
    """Where nobody attacks and all fits the pace, every act is on the floor or merged with what is."""
    _, _, decisions = simulated(World(seed=seed))
    assert "fold" not in {decision.placement for decision in decisions}


# 4. Behaviour, never viewpoint.


@GENERATED
@given(DOINGS)
def test_the_camps_words_exchanged_change_no_decision(doings: list[Did]) -> None:
    """With the words of two camps swapped one for one, tags and links too, every decision stays the same."""
    assert decide(Scribe(("good", "evil")).all(doings)) == decide(Scribe(("evil", "good")).all(doings))


@pytest.mark.parametrize("tactic", [Tactic.EDITED, Tactic.UNIQUE])
def test_all_words_exchanged_change_no_decision_of_a_hijack(tactic: Tactic) -> None:
    """A hijack in which every word is another, one for one, is decided as it was.

    But for the few words of the language that make a question one: whether a post asks stays as it was.
    """
    simulation, digests = simulate(World(tactics=(tactic,), attackers=60)), []
    for letters in (str.maketrans("", ""), str.maketrans(ascii_lowercase, ascii_lowercase[13:] + ascii_lowercase[:13])):
        evening = Evening(simulation.rules(12))
        decisions = [one for act in simulation.acts for one in evening.decide(_exchanged(act, letters))]
        digests.append(hashlib.sha256(msgspec.json.encode(decisions + evening.finish())).hexdigest())
    assert digests[0] == digests[1]


def _exchanged(act: Act, letters: dict[int, int]) -> Heard:
    """Hear an act in other words; whether it asks or answers is as before."""
    if not isinstance(act, Post):
        return hear(act, act.at)
    event, before = hear(msgspec.structs.replace(act, text=_spelled(act.text, letters)), act.at), hear(act, act.at)
    assert isinstance(event, HeardPost)
    assert isinstance(before, HeardPost)
    return msgspec.structs.replace(event, form=before.form)


def _spelled(text: str, letters: dict[int, int]) -> str:
    """Spell the words of a text in other letters, in normal form; tags, links, mentions and marks (A3) stay."""
    tokens = normal(text).split()
    stay = [token.startswith(("#", "@")) or any(char in "/0123456789" for char in token) for token in tokens]
    return " ".join(token if kept else token.translate(letters) for token, kept in zip(tokens, stay, strict=True))


# 5. You answer for what you repeat, never for who repeats you.


@GENERATED
@given(DOINGS)
def test_an_act_of_one_changes_the_say_of_no_other(doings: list[Did]) -> None:
    """Whatever somebody does, however it repeats what others did, all others' say stays as it was, exactly."""
    evening = Evening(RULES)
    for event in heard(written(doings)):
        before = says(evening)
        evening.decide(event)
        account = None if isinstance(event, Withdrawal) else event.account
        assert {a: say for a, say in says(evening).items() if a != account} == {
            a: say for a, say in before.items() if a != account
        }


OFTEN = DOINGS.map(lambda doings: [did._replace(account="nia") if did.which % 2 else did for did in doings])
"""Evenings in which one does much."""


@GENERATED
@given(OFTEN, st.lists(st.integers(0, 3), min_size=1, max_size=4))
def test_who_is_repeated_at_once_and_always_repeats_no_more(doings: list[Did], framers: list[int]) -> None:
    """Where others copy, wholly and in part, link, tag and pass on all that one does, that one repeats no more."""
    left, framed = Evening(RULES), Evening(RULES)
    for number, event in enumerate(heard(written(doings))):
        left.decide(event)
        framed.decide(event)
        if not isinstance(event, Withdrawal) and event.account == "nia":
            for count, framer in enumerate(framers):
                for act in _framing(event, f"framer {framer}", f"f{number} {count}"):
                    framed.decide(act)
    for with_framers, without in zip(_wagers(framed, "nia"), _wagers(left, "nia"), strict=True):
        assert with_framers.repeats <= without.repeats
        assert with_framers.acts <= without.acts


def _framing(event: Event, account: str, name: str) -> Iterator[Event]:
    """Do again what somebody did: say it, say a half of it and more, and pass it on."""
    assert not isinstance(event, Withdrawal)
    yield msgspec.structs.replace(event, id=f"{name} again", account=account)
    if isinstance(event, HeardPost):
        half = event.shingles[len(event.shingles) // 2 :]
        yield msgspec.structs.replace(event, id=f"{name} half", account=account, shingles=half)
        yield hear(Repost(id=f"{name} passed", at=event.seen, account=account, subject=event.id), event.seen)


def _wagers(evening: Evening, account: str) -> list[Wager]:
    record = evening.echo.of(account)
    if record is None:
        return []
    return [record.words, *(mine.crowd for mine in (record.reposts, record.links) if mine is not None)]


@pytest.mark.parametrize("seed", range(2))
def test_newcomers_with_a_taste_of_their_own_keep_their_say(seed: int) -> None:
    """Who passes on what newcomers like and the room does not, each for itself, is no crowd."""
    regulars, newcomers = [f"r{one}" for one in range(30)], [f"n{one}" for one in range(40)]
    dice, acts = seeded("taste", seed), list[Act]()
    liked: dict[str, list[tuple[Post, float]]] = {"r": [], "n": []}
    for number in range(400):
        author = dice.choice(regulars if number % 2 else newcomers)
        post = Post(id=f"p{number}", at=START + timedelta(seconds=9 * number), account=author, text=words(f"t{number}"))
        acts.append(post)
        liked[author[0]].append((post, dice.paretovariate(0.9)))
    for account in [*regulars, *newcomers]:
        posts, liking = zip(*liked[account[0]], strict=True)
        chosen = dict.fromkeys(dice.choices(range(len(posts)), liking, k=25))
        acts += [_passed_on(posts[one], account, dice.expovariate(1 / 600)) for one in chosen]
    evening = Evening(Rules(tag="copchat", hosts=frozenset({"host"}), regulars=frozenset(regulars), pace=60.0))
    for act in sorted(acts, key=lambda act: (act.at, act.id)):
        evening.decide(hear(act, act.at))
    assert {evening.echo.say(one) for one in newcomers} == {1.0}


def _passed_on(post: Post, account: str, after: float) -> Repost:
    return Repost(
        id=f"{account} passes on {post.id}",
        at=post.at + timedelta(seconds=after),
        account=account,
        subject=post.id,
        subject_account=post.account,
    )


@pytest.mark.parametrize("seed", range(2))
def test_framing_the_innocent_leaves_their_say_at_one(seed: int) -> None:
    """A crowd that reposts and copies the innocent at once lowers nobody's say but its own."""
    simulation, evening, _ = simulated(World(seed=seed, tactics=(Tactic.FRAMING,), attackers=100))
    assert {evening.echo.say(account) for account, role in simulation.roles.items() if role.genuine} == {1.0}
    assert evening.echo.in_step


@pytest.mark.parametrize("first_night", [False, True])
def test_what_a_crowd_does_among_itself_lowers_nobodys_say(*, first_night: bool) -> None:
    """Among independent people, a crowd that only passes on things of its own puts none of them in step."""
    simulation = independent(World(seed=0, newcomers=200, first_night=first_night))
    evening, start = Evening(simulation.rules()), simulation.world.start
    for attacker in range(300):
        for number in range(20):
            name = f"{attacker} {number}"
            evening.decide(
                hear(Repost(id=f"r{name}", at=start, account=f"attacker {attacker}", subject=f"x{name}"), start)
            )
    for act in simulation.acts:
        evening.decide(hear(act, act.at))
    assert not set(evening.echo.in_step) & set(simulation.roles)


# 8. Anyone can check.


@GENERATED
@given(DOINGS, st.lists(st.floats(0, 4000), max_size=20))
def test_the_same_acts_give_the_same_decisions_whenever_one_looks(doings: list[Did], ticks: list[float]) -> None:
    """Two runs agree byte for byte, though in one of them the clock is looked at all the time."""
    events, evening, decisions = written(doings), Evening(RULES), list[Decision]()
    left = sorted(START + timedelta(seconds=tick) for tick in ticks)
    for event in heard(events):
        while left and left[0] <= event.seen:
            decisions += evening.advance(left.pop(0))
        decisions += evening.decide(event)
    for tick in left:
        decisions += evening.advance(tick)
    decisions += evening.finish()
    assert msgspec.json.encode(decisions) == msgspec.json.encode(decide(events))
    assert all(one.at <= other.at for one, other in pairwise(decisions))


def test_every_process_decides_alike(tmp_path: Path) -> None:
    """Two processes that hash strings differently replay an archive to the same bytes."""
    simulation = simulate(World(tactics=(Tactic.EDITED, Tactic.RING), attackers=80, minutes=40, hijack_from=10))
    acts, regulars = tmp_path / "acts.jsonl", tmp_path / "regulars"
    acts.write_bytes(b"".join(msgspec.json.encode(act) + b"\n" for act in simulation.acts))
    regulars.write_text("\n".join(sorted(simulation.regulars)))
    outs = [_replayed(acts, regulars, min(simulation.hosts), seed) for seed in (1, 2)]
    assert outs[0] == outs[1]
    assert len(outs[0].splitlines()) >= len(simulation.acts)


def _replayed(acts: Path, regulars: Path, host: str, seed: int) -> bytes:
    out = acts.with_name(f"decisions{seed}.jsonl")
    code = "from fairfloor.cli import app; app()"
    arguments: list[str | Path] = [
        "replay",
        acts,
        "--tag",
        "copchat",
        "--host",
        host,
        "--regulars",
        regulars,
        "--out",
        out,
    ]
    environment = {**os.environ, "PYTHONHASHSEED": str(seed)}
    subprocess.run([sys.executable, "-c", code, *arguments], check=True, capture_output=True, env=environment)
    return out.read_bytes()


def test_what_is_taken_back_is_not_counted() -> None:
    """A message is never told to have been said by more accounts than times."""
    ways = [("host", "say"), ("ben", "copy"), ("ben", "delete"), ("ann", "copy")]
    decisions = decide(written([Did(0.0, account, way, 0) for account, way in ways]))
    copies = [decision.reason for decision in decisions if isinstance(decision.reason, Copy)]
    assert all(copy.accounts <= copy.said for copy in copies)


@GENERATED
@given(DOINGS)
def test_the_numbers_of_a_reason_are_true(doings: list[Did]) -> None:
    """A copy names an earlier post and how often it was said, a wait is as long as it was, an echo has lost say."""
    events = written(doings)
    at = {event.id: event.at for event in events if not isinstance(event, Withdrawal)}
    evening, before, said = Evening(RULES), list[Decision](), Counter[str]()
    for event in heard(events):
        said[getattr(event, "account", "")] += 1
        for decision in evening.decide(event):
            _true(decision, at, said)
            before.append(decision)
    for decision in evening.finish():
        _true(decision, at, said)


def _true(decision: Decision, at: dict[str, datetime], said: Counter[str]) -> None:
    match decision.reason:
        case Copy() as copy:
            assert at[copy.of] <= at[decision.act]
            assert copy.of != decision.act
            assert 2 <= copy.said <= said.total()
            assert copy.accounts >= 1
            assert 0.0 < copy.likeness <= 1.0
        case Turn() | Expired() | Share() as wait:
            assert wait.waited > 0.0
            assert at[decision.message] + timedelta(seconds=wait.waited) <= decision.at + timedelta(seconds=0.001)
        case InStep() as step:
            assert step.say == decision.say < 1.0
            assert 0 < step.repeats <= step.acts <= said[decision.account]
        case _:
            pass
