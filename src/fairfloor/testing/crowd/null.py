"""A world in which nobody acts together: whoever is linked here is linked by chance.

Each account does as it would alone. It is not a quiet world. Everybody grows busy in the same minutes, after each
question; a few accounts do far more than the rest; a few posts are passed on by very many, most by nobody. What an
account chooses depends on what is popular and fresh, never on what another account chose.
"""

from itertools import accumulate
from math import exp
from random import Random

from fairfloor.acts.act import Act, Post
from fairfloor.testing.crowd.chat import asked_at, body
from fairfloor.testing.crowd.dice import chance, how_many, popularity, seeded
from fairfloor.testing.crowd.grammar import grammar
from fairfloor.testing.crowd.pen import Draft, Memory, Pen
from fairfloor.testing.crowd.people import Account, cast
from fairfloor.testing.crowd.simulate import labelled
from fairfloor.testing.crowd.world import Simulation, World

_FRESH = 600.0
"""Seconds in which interest in a post falls to a third."""
_STOCK = 0.05
"""Of all posts, greetings and thanks, which many say in the same words."""


def independent(world: World) -> Simulation:
    """Simulate an evening of accounts that know nothing of one another. Raises ValueError for a hijacked one."""
    if world.tactics:
        raise ValueError("Nobody attacks where nobody acts together: leave out the tactics.")
    words, dice = grammar(world.topic, swapped=world.swapped), seeded(world.seed, "null")
    people = cast(world, words, dice)
    pen = Pen(world, words, dice, Memory())
    posts = sorted((post for who in people[1:] for post in _posts(world, who, pen, dice)), key=lambda post: post[0])
    appeal = [dice.paretovariate(0.9) for _ in posts]
    passed = [draft for who in people[1:] for draft in _passed(world, who, posts, appeal, pen, dice)]
    return labelled(world, people, [*(draft for _, draft in posts), *passed])


def _posts(world: World, who: Account, pen: Pen, dice: Random) -> list[tuple[float, Draft[Post]]]:
    posts = []
    for _ in range(how_many(dice, 2.5 * who.zeal * world.bustle)):
        at = _moment(world, dice)
        line = pen.compose(who, dice.choice(("hello", "goodbye"))) if chance(dice, _STOCK) else body(who, pen, dice)
        posts.append((at, pen.post(at, who, line)))
    return posts


def _passed(
    world: World, who: Account, posts: list[tuple[float, Draft[Post]]], appeal: list[float], pen: Pen, dice: Random
) -> list[Draft[Act]]:
    done: dict[str, Draft[Act]] = {}
    for _ in range(popularity(dice, 0.8, 80)):
        at = _moment(world, dice)
        interest = [
            liking * exp((then - at) / _FRESH) if then < at else 0.0
            for (then, _), liking in zip(posts, appeal, strict=True)
        ]
        if any(interest):
            _, chosen = dice.choices(posts, cum_weights=list(accumulate(interest)))[0]
            if chosen.author is not who:
                done.setdefault(chosen.act.id, pen.repost(at, who, chosen.act))
    return list(done.values())


def _moment(world: World, dice: Random) -> float:
    """Give a time at which somebody is busy: mostly soon after a question, as everybody is."""
    end = 60.0 * world.minutes
    if chance(dice, 0.4):
        return dice.uniform(0, end)
    return min(end - 1, dice.choice(asked_at(world)) + dice.expovariate(1 / 120))
