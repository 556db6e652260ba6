"""Throwing dice: the few shapes of chance that a simulated crowd needs, each from a `Random` that is given."""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from math import exp, log
from random import Random
from typing import TypeVar

T = TypeVar("T")


def seeded(*of: object) -> Random:
    """Give dice for one purpose: the same for the same seed and purpose, on every machine."""
    return Random("/".join(map(str, of)))  # noqa: S311 simulated, not secret


def chance(dice: Random, probability: float) -> bool:
    """Tell whether something of this probability happens."""
    return dice.random() < probability


def weighted(dice: Random, weights: Mapping[T, float]) -> T:
    """Give one of the keys, each as often as its weight says."""
    return dice.choices(list(weights), cum_weights=list(accumulate(weights.values())))[0]


def delay(dice: Random, median: float, spread: float) -> float:
    """Give a log-normal time in seconds: how long people take to answer or to pass something on."""
    return dice.lognormvariate(log(median), spread)


def how_many(dice: Random, mean: float) -> int:
    """Give a Poisson count (Knuth's way; for small means)."""
    limit, product, count = exp(-mean), dice.random(), 0
    while product > limit:
        product *= dice.random()
        count += 1
    return count


def popularity(dice: Random, tail: float, most: int) -> int:
    """Give a count that is mostly nothing and now and then very much (Pareto); the smaller the tail, the more."""
    return min(most, int(dice.paretovariate(tail)) - 1)


def some(dice: Random, of: Sequence[T], count: int) -> list[T]:
    """Give so many different ones, or all where there are fewer."""
    return dice.sample(of, min(count, len(of)))
