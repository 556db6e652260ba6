"""The places of a discussion are the floor's turns, where everything is offered at the same instant."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairfloor.floor.floor import NEWCOMERS, Floor, Shown, Speaker
from fairfloor.session.discussion_places import BEGIN, WHOLE, Waiting
from fairfloor.session.discussion_places import given as places_given

SAYS = (1.0, 1.0, 1.0, 0.7, 0.3, 0.1, 1e-3)
DOUBTS = (0.0, 0.0, 0.3, 0.99)


def speakers(draw: st.DrawFn, many: int) -> dict[str, Speaker]:
    """Draw accounts of all kinds."""
    made = {}
    for number in range(many):
        newcomer = draw(st.booleans())
        say, doubt = draw(st.sampled_from(SAYS)), draw(st.sampled_from(DOUBTS))
        made[f"a{number}"] = Speaker(f"a{number}", say, newcomer, doubt, not newcomer and draw(st.booleans()))
    return made


@st.composite
def said(draw: st.DrawFn) -> tuple[dict[str, Speaker], list[tuple[str, int]]]:
    """Draw who says which message, in order: a message of its own, or, by its number, one that was said before."""
    accounts = speakers(draw, draw(st.integers(1, 14)))
    names = sorted(accounts)
    many = draw(st.integers(2, 90))
    one = st.tuples(st.sampled_from(names), st.sampled_from([-1, -1, -1, 0, 1, 2, 5]))
    return accounts, draw(st.lists(one, min_size=many, max_size=many))


def by_floor(
    waiting: Waiting, accounts: dict[str, Speaker], ranks: dict[int, int], places: int, share: float | None
) -> list[int]:
    """Give what the floor itself shows of it, in its order; nothing runs out in a discussion, so nothing is late."""
    interval = WHOLE / places
    floor = Floor(timedelta(minutes=1) / interval, interval * (places - 0.5), share, late=False)
    for wait in waiting.messages:
        for account, one in wait.by.items():
            floor.offer(wait.number, accounts[account], BEGIN, ranks[one])
    return [one.message for one in floor.run(BEGIN + WHOLE) if isinstance(one, Shown)]


def heard(each: list[tuple[str, int]]) -> tuple[Waiting, dict[int, int]]:
    """Let it wait; give the ranks of the comments too, some of which are questions or were answered."""
    waiting = Waiting()
    for comment, (account, again) in enumerate(each):
        if 0 <= again < len(waiting):
            waiting.offer(waiting.messages[again], again, account, comment)
        else:
            waiting.begin(comment, account)
    return waiting, {comment: (comment * 7 % 4 << 48) + comment for comment in range(len(each))}


@given(said(), st.integers(1, 60), st.sampled_from([NEWCOMERS, 0.5, 0.9, None]))
@settings(max_examples=300)
def test_the_places_are_the_turns_of_the_floor(
    drawn: tuple[dict[str, Speaker], list[tuple[str, int]]], places: int, share: float | None
) -> None:
    """Whoever speaks, with whatever say and doubt, and however often; messages of many accounts among them."""
    accounts, each = drawn
    waiting, ranks = heard(each)
    places = min(places, len(waiting) - 1)
    if places < 1:
        return
    shown = places_given(waiting, accounts, ranks.__getitem__, places, share)
    assert [wait.number for wait in shown] == by_floor(waiting, accounts, ranks, places, share)


@pytest.mark.parametrize("places", [1, 2, 7, 31, 32, 33, 64, 200])
def test_who_asked_in_the_calm_is_level_with_who_asks_first(places: int) -> None:
    """What is offered while the floor is calm still is asked of nobody, there and here, at any number of places."""
    accounts = {f"a{one}": Speaker(f"a{one}", newcomer=one % 3 == 0) for one in range(40)}
    waiting, ranks = heard([(f"a{place % 40 if place % 5 else place % 3}", -1) for place in range(places + 90)])
    shown = places_given(waiting, accounts, ranks.__getitem__, places, NEWCOMERS)
    assert [wait.number for wait in shown] == by_floor(waiting, accounts, ranks, places, NEWCOMERS)
