"""What one act costs the whole core: read a line, hear it, decide it; all evidence and the floor included.

Run it as `.venv/bin/python -m bench core`. The acts are `fairfloor.testing.crowd.endless`: a tag on a busy week, 50
acts a second, a third of the posts touched-up pastes, new accounts and new words coming all the time. The floor under
it is set to a pace of 12 and is congested throughout, which is the dear case.

Two floors stand beside it, in the same process and on the same lines: decoding alone, and decoding and fingerprinting
the text. What the core costs beyond the second is the price of evidence and fairness.

The simulated people draw on one grammar, so their posts share far more runs of words than people's do, and finding
what resembles what is as dear as it gets. So the same is measured once more on the posts of real archives, where they
are there (`FAIRFLOOR_DATA`, or ../shared/data), each once, one archive after another in the time of its own.

Each part runs in a process of its own, so that its memory is its own. Times are processor seconds (see `measure`).
"""

import gc
import os
import sys
from array import array
from collections.abc import Callable, Iterable, Iterator
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from statistics import median
from time import process_time_ns

import msgspec
from bench.measure import Spent, in_child, peak, spend, tell

from fairfloor.acts.act import Act, Post
from fairfloor.acts.shingles import shingles
from fairfloor.session.decide import Evening, Rules
from fairfloor.session.hear import hear
from fairfloor.testing.crowd import World, endless

POSTS = 200_000
FLOORS = 50_000
GROWTH = 2_000_000
DATA = Path(os.environ.get("FAIRFLOOR_DATA") or Path(__file__).parents[1] / "../shared/data")
_TENTHS, _CHUNK, _TIMED = 10, 10_000, 8

encode = msgspec.json.Encoder().encode
decode = msgspec.json.Decoder(Act).decode


class Floors(msgspec.Struct, frozen=True):
    """Microseconds of an act, median of three: decoding, decoding and fingerprinting, the whole core."""

    posts: int
    decoding: float
    hashing: float
    core: float


class Growth(msgspec.Struct, frozen=True):
    """Cost over a long stream."""

    micros: list[float]
    """Microseconds an act, by tenth of the stream."""
    times: list[float]
    """The same as multiples of decoding and fingerprinting the same lines, measured beside each 10,000."""
    first: float
    """Microseconds an act over the first 10,000."""
    peaks: list[float]
    """MB held at most, after each tenth."""
    median: float
    p99: float
    most: float
    """Microseconds of one call to `decide`, of every eighth of the last tenth."""


def evening() -> Evening:
    """Make an evening with one host, who is silent. What is there by now the collector leaves alone, as in a watch."""
    made = Evening(Rules(tag="copchat", hosts=frozenset({"did:plc:host"})))
    gc.freeze()
    return made


def posts() -> Iterator[Act]:
    """Give posts alone: every one has text."""
    return (act for act in endless(World()) if isinstance(act, Post))


def lines(acts: Iterator[Act], number: int) -> list[bytes]:
    """Write acts as lines of `acts.jsonl`."""
    return [encode(act) for act in islice(acts, number)]


def decide_all(given: list[bytes]) -> None:
    """Run the whole core over lines, in a new evening."""
    now = evening()
    for line in given:
        act = decode(line)
        now.decide(hear(act, act.at))


def _decode_all(given: list[bytes]) -> None:
    for line in given:
        decode(line)


def _hash_all(given: list[bytes]) -> None:
    for line in given:
        act = decode(line)
        if isinstance(act, Post):
            shingles(act.text)


def floors() -> Floors:
    """Measure the core beside its floors on simulated posts."""
    return beside([lines(posts(), FLOORS)])


def real_floors() -> Floors:
    """Measure the core beside its floors on the posts of real archives, each archive an evening."""
    archives = [read.read_bytes().splitlines() for read in sorted(DATA.glob("*.acts.jsonl"))]
    return beside([in_time(line for line in archive if isinstance(decode(line), Post)) for archive in archives])


def in_time(given: Iterable[bytes]) -> list[bytes]:
    """Give lines in order of their acts' time."""
    return sorted(given, key=lambda line: decode(line).at)


def beside(evenings: list[list[bytes]]) -> Floors:
    """Measure the core beside its floors on the lines of some evenings, three times each in turn."""
    works: tuple[Callable[[list[bytes]], None], ...] = (_decode_all, _hash_all, decide_all)
    number = sum(map(len, evenings))
    rounds = [[_micros(work, evenings) / max(1, number) for work in works] for _ in range(3)]
    return Floors(number, *(median(times) for times in zip(*rounds, strict=True)))


def _micros(work: Callable[[list[bytes]], None], evenings: list[list[bytes]]) -> float:
    return sum(spend(lambda given=given: work(given)).cpu for given in evenings) * 1e6  # type: ignore[misc]


def many_posts() -> Spent:
    """Measure the core over many posts, one session."""
    given = lines(posts(), POSTS)
    return spend(lambda: decide_all(given))


def growth(number: int = GROWTH) -> Growth:
    """Measure the core over a long stream, which is made a chunk at a time, outside of what is timed."""
    acts, now = endless(World()), evening()
    costs: list[float] = []
    beside: list[float] = []
    peaks: list[float] = []
    calls = array("Q")
    for done in range(_CHUNK, number + 1, _CHUNK):
        given = lines(acts, _CHUNK)
        if done > number - number // _TENTHS:
            cpu, single = _one_by_one(now, given)
            calls += single
        else:
            cpu = spend(lambda given=given: _go_on(now, given)).cpu  # type: ignore[misc]
        costs.append(cpu / _CHUNK * 1e6)
        beside.append(spend(lambda given=given: _hash_all(given)).cpu / _CHUNK * 1e6)  # type: ignore[misc]
        if done % (number // _TENTHS) == 0:
            peaks.append(peak())
            tell(f"  {done:>9,} acts: {costs[-1]:.0f} us an act, {peaks[-1]:.0f} MB")
    micros, floor = _tenths(costs), _tenths(beside)
    times = [mine / its for mine, its in zip(micros, floor, strict=True)]
    ordered = sorted(calls)
    p99, most = ordered[len(ordered) * 99 // 100], ordered[-1]
    return Growth(micros, times, costs[0], peaks, median(ordered) / 1e3, p99 / 1e3, most / 1e3)


def _tenths(costs: list[float]) -> list[float]:
    """Give the mean of each tenth."""
    size = len(costs) // _TENTHS
    return [sum(costs[at : at + size]) / size for at in range(0, size * _TENTHS, size)]


def _go_on(now: Evening, given: list[bytes]) -> None:
    for line in given:
        act = decode(line)
        now.decide(hear(act, act.at))


def _one_by_one(now: Evening, given: list[bytes]) -> "tuple[float, array[int]]":
    """Decide, and give the processor seconds of all and the nanoseconds of one call to `decide` in `_TIMED`."""
    calls = array("Q")

    def go() -> None:
        for number, line in enumerate(given):
            act = decode(line)
            heard = hear(act, act.at)
            if number % _TIMED:
                now.decide(heard)
                continue
            began = process_time_ns()
            now.decide(heard)
            calls.append(process_time_ns() - began)

    return spend(go).cpu, calls


def main() -> None:
    """Measure and print."""
    tell("core: beside its floors ...")
    cost = in_child(Floors, "bench.core", "floors")
    real = in_child(Floors, "bench.core", "real")
    tell(f"core: {POSTS:,} posts ...")
    many = in_child(Spent, "bench.core", "posts")
    tell(f"core: {GROWTH:,} acts ...")
    long = in_child(Growth, "bench.core", "growth")
    print(f"the index of texts is {'compiled' if find_spec('fairfloor.voices._resemblance') else 'plain Python'}")
    _print(cost, "simulated posts, us each")
    if real.posts:
        _print(real, "real posts, us each")
    print(f"{POSTS:,} posts: {many.cpu:.1f} s cpu, {many.wall:.1f} s on the clock, {many.peak:.0f} MB")
    print(f"{GROWTH:,} acts, us an act by tenth: {' '.join(f'{micros:.0f}' for micros in long.micros)}")
    print(f"  the same over fingerprinting alone: {' '.join(f'{times:.1f}' for times in long.times)}")
    print(f"  MB after each tenth: {' '.join(f'{held:.0f}' for held in long.peaks)}")
    grown, steady = long.micros[-1] / long.micros[0], long.times[-1] / long.times[0]
    print(f"  last tenth over first tenth {grown:.2f}, {steady:.2f} as multiples; first 10,000: {long.first:.0f} us")
    print(f"  one decision in the last tenth: median {long.median:.0f}, p99 {long.p99:.0f}, most {long.most:.0f} us")


def _print(cost: Floors, title: str) -> None:
    print(f"{f'{cost.posts:,} {title}':44}{'cpu':>10}{'ratio':>8}")
    for name, micros in (
        ("decoding the line", cost.decoding),
        ("decoding and fingerprinting", cost.hashing),
        ("the whole core", cost.core),
    ):
        print(f"{name:44}{micros:>10.1f}{micros / cost.decoding:>8.1f}")


_PARTS: dict[str, Callable[[], msgspec.Struct]] = {
    "floors": floors,
    "real": real_floors,
    "posts": many_posts,
    "growth": growth,
}

if __name__ == "__main__":
    if sys.argv[1:]:
        sys.stdout.buffer.write(encode(_PARTS[sys.argv[1]]()))
    else:
        main()
