"""The promises of the design that a crowd puts to the test; `test_mutants` shows of each that it can fail."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairfloor.acts.act import Act, Like, Post
from fairfloor.acts.heard import Withdrawal
from fairfloor.session.decide import Evening, Rules
from fairfloor.session.hear import hear
from fairfloor.testing.crowd import Tactic, World

from .evenings import (
    CROWD,
    DOINGS,
    EVERYBODY,
    GENERATED,
    NIGHT,
    REGULARS,
    RULES,
    START,
    Did,
    decide,
    heard,
    night,
    simulated,
    words,
    written,
)

# 6. A crowd that acts as one has one say.


@settings(GENERATED, max_examples=6)
@given(st.integers(2, 60), st.integers(4, 12))
def test_a_crowd_in_step_has_at_most_one_voices_share(crowd: int, texts: int) -> None:
    """However many act in step, together they have one say at most, and of a full floor one voice's part at most."""
    evening = Evening(NIGHT)
    decisions = [d for event in heard(night(crowd, texts)) for d in evening.decide(event)]
    decisions += evening.finish()
    assert sum(evening.echo.say(f"c{one}") for one in range(crowd + 1)) <= 1.0 + 1e-3
    flooded = START + timedelta(minutes=12), START + timedelta(minutes=30)
    floor = [d.account for d in decisions if d.placement == "floor" and flooded[0] <= d.at < flooded[1]]
    by = Counter(account[0] for account in floor)
    assert by["c"] <= by["r"] / 10 + 1
    assert {d.account[0] for d in decisions if d.placement == "fold"} <= {"c"}


@pytest.mark.parametrize("tactic", [Tactic.COPY, Tactic.EDITED, Tactic.RING])
def test_ten_times_the_accounts_have_no_larger_part_of_the_floor(tactic: Tactic) -> None:
    """Of as large a flood, a thousand accounts show at most a few texts more than a hundred do, not ten times as many.

    A simulated crowd has as many texts as the root of its number; pasted to the letter they are all that is shown, and
    otherwise at most twice what a hundred show and 32. In all it is a fifth of the floor at most.
    """
    shown = {}
    for attackers in (100, 1000):
        simulation, _, decisions = simulated(World(tactics=(tactic,), attackers=attackers, flood=2700))
        shown[attackers] = Counter(simulation.roles[d.account].genuine for d in decisions if d.placement == "floor")
    assert shown[1000][False] <= (32 if tactic is Tactic.COPY else 2 * shown[100][False] + 32)
    assert shown[1000][False] <= 0.2 * shown[1000].total()


# 7. Conversation makes standing; newcomers always have a guaranteed share of the floor.


@GENERATED
@given(DOINGS)
def test_only_conversation_with_standing_gives_standing(doings: list[Did]) -> None:
    """Standing comes from a reply, quote, repost or like of somebody who has some, to its author, and never falls."""
    evening, events = Evening(RULES), written(doings)
    by = {event.id: event.account for event in events if not isinstance(event, Withdrawal)}
    of = evening.standing.of
    given_to_crowd = 0.0
    for event in heard(events):
        before = {account: of(account) for account in EVERYBODY}
        evening.decide(event)
        gained = {account: of(account) - before[account] for account in EVERYBODY if of(account) != before[account]}
        if gained:
            assert not isinstance(event, Withdrawal)
            answered = {getattr(event, name, None) for name in ("reply_to", "quote_of", "subject")}
            assert set(gained) <= {by.get(subject or "") for subject in answered}
            assert before[event.account] > 0.0
            assert all(0.0 < gain <= max(0.5, before[event.account]) for gain in gained.values())
            given_to_crowd += sum(gained.get(one, 0.0) for one in CROWD) if event.account not in CROWD else 0.0
    assert {of(account) for account in ("host", *REGULARS)} == {1.0}
    assert sum(map(of, CROWD)) <= 4 * given_to_crowd + 1e-9


CONVERSATIONS = st.lists(
    st.tuples(st.sampled_from(CROWD), st.sampled_from(CROWD), st.booleans()), min_size=1, max_size=150
)


@GENERATED
@given(st.sampled_from(REGULARS), st.permutations(CROWD), CONVERSATIONS)
def test_a_crowd_comes_to_no_more_than_four_times_what_it_is_given(
    regular: str, order: list[str], conversations: list[tuple[str, str, bool]]
) -> None:
    """Where a regular answers one of a crowd, all of it together come to at most four times what that one was given."""
    all_with_all = [(one, other, False) for one in order for other in order] * 2
    acts: list[Act] = [Post(id=one, at=START, account=one, text=words(one)) for one in CROWD]
    acts.append(Post(id="answer", at=START, account=regular, text=words("answer"), reply_to=order[0]))
    for number, (one, other, like) in enumerate(conversations + all_with_all):
        if like:
            acts.append(Like(id=f"c{number} ", at=START, account=one, subject=other))
        else:
            acts.append(Post(id=f"c{number} ", at=START, account=one, text=words(f"c{number}"), reply_to=other))
    evening = Evening(RULES)
    for act in acts[: len(CROWD) + 1]:
        evening.decide(hear(act, act.at))
    was_given = evening.standing.of(order[0])
    assert sum(map(evening.standing.of, CROWD)) == was_given > 0.0
    for act in acts[len(CROWD) + 1 :]:
        evening.decide(hear(act, act.at))
    assert sum(map(evening.standing.of, CROWD)) <= 4 * was_given


@settings(GENERATED, max_examples=20)
@given(DOINGS)
def test_a_crowd_that_nobody_answers_has_no_standing(doings: list[Did]) -> None:
    """Accounts that only converse among themselves have none, however much they do, and pass for newcomers."""
    crowd = [did._replace(account=CROWD[did.which]) for did in doings]
    decisions = decide(written(crowd))
    assert {decision.standing for decision in decisions} <= {0.0}
    assert {decision.class_ for decision in decisions} <= {"newcomer"}


@settings(GENERATED, max_examples=8)
@given(st.sampled_from([0.1, 0.25, 0.5]), st.integers(12, 40), st.integers(20, 60))
def test_newcomers_have_their_share_of_a_full_floor(share: float, regulars: int, newcomers: int) -> None:
    """However much the room says, while newcomers wait they have their share of what is on the floor."""
    posts = [
        *((15.0 * turn, f"r{one}", words(f"r{one} {turn}")) for turn in range(60) for one in range(regulars)),
        *((60.0 * turn, f"n{one}", words(f"n{one} {turn}")) for turn in range(15) for one in range(newcomers)),
    ]
    acts = [
        Post(id=f"p{number}", at=START + timedelta(seconds=at), account=account, text=text)
        for number, (at, account, text) in enumerate(sorted(posts))
    ]
    rules = Rules(tag="copchat", regulars=frozenset(f"r{one}" for one in range(regulars)), pace=12, newcomers=share)
    since, until = START + timedelta(minutes=1), START + timedelta(minutes=15)
    floor = [d.account[0] == "n" for d in decide(acts, rules) if d.placement == "floor" and since <= d.at < until]
    assert len(floor) >= 12 * 13
    for upto in range(len(floor) + 1):
        assert sum(floor[:upto]) >= share * upto - 2


@settings(GENERATED, max_examples=4)
@given(st.integers(60, 120), st.integers(4, 12))
def test_a_crowd_in_step_does_not_take_the_newcomers_share(crowd: int, texts: int) -> None:
    """While a crowd in step floods, what two newcomers say, as much as any of it, is all on the floor."""
    new = [
        Post(
            id=f"n{number}",
            at=START + timedelta(seconds=660 + 36 * number),
            account=f"n{number % 2}",
            text=words(f"newcomer{number}"),
        )
        for number in range(30)
    ]
    events = sorted([*night(crowd, texts), *new], key=lambda post: post.at)
    floor = {decision.act for decision in decide(events, NIGHT) if decision.placement == "floor"}
    assert {act.id for act in new} <= floor
