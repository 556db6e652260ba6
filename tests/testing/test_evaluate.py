import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.floor.queue import FairQueue
from fairfloor.testing.crowd import Tactic
from fairfloor.testing.evaluate.page import BEGIN, END, put_in, reached, verdict_of
from fairfloor.testing.evaluate.results import Results, Spread
from fairfloor.testing.evaluate.tables import number
from fairfloor.testing.evaluate.targets import Bound, Goal, rows
from fairfloor.testing.evaluate.trials import Plan, Simulated, fitting_pace, run

START = datetime(2014, 10, 23, 1, tzinfo=UTC)
PAGE = f"# Evaluation\n\nBy hand.\n\n{BEGIN}\nold\n{END}\n\nMore by hand.\n"


def test_a_small_evaluation_writes_its_page(tmp_path: Path) -> None:
    """The quick one, without recorded chats, measures the rest, says so, and leaves alone what was written by hand."""
    page = tmp_path / "evaluation.md"
    page.write_text(PAGE)
    command = [sys.executable, "-m", "fairfloor.testing.evaluate", str(page), "--quick", "--data", str(tmp_path)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
    assert ran.returncode == 0, ran.stderr
    assert "The recorded chats are not in" in ran.stderr
    written = page.read_text()
    assert written.startswith("# Evaluation\n\nBy hand.\n")
    assert written.endswith("More by hand.\n")
    assert "old" not in written.partition(BEGIN)[2].splitlines()
    assert "**The recorded chats were not at hand" in written
    assert re.search(r"Measured on \d{4}-\d\d-\d\d with `python -m fairfloor.testing.evaluate \S+ --quick", written)
    for kind in (*Tactic, "unique, first night", "none, first night"):
        assert re.search(rf"^\| {kind} \| 0?[.\d]+", written, re.MULTILINE)
    assert len(re.findall(r"\| not measured \|$", written, re.MULTILINE)) == 11
    assert re.search(r"\| (met|\*\*not met\*\*) \|$", written, re.MULTILINE)
    assert "2 evenings of independent accounts, first nights: in 0 " in written


def test_a_page_without_a_place_for_figures_is_refused(tmp_path: Path) -> None:
    """Nothing is measured where it cannot be written: the sentence says which lines the page needs."""
    with pytest.raises(ValueError, match="no place for figures"):
        put_in("# A page\n", "figures")
    missing = tmp_path / "no.md"
    command = [sys.executable, "-m", "fairfloor.testing.evaluate", str(missing)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (ran.returncode, "Traceback" in ran.stderr) == (2, False)
    assert "no.md: No such file" in ran.stderr


def test_figures_are_put_in_again_and_again() -> None:
    """Putting the same figures in twice changes nothing more."""
    once = put_in(PAGE, "| new |")
    assert "old" not in once
    assert put_in(once, "| new |") == once


@given(st.lists(st.integers(0, 600), min_size=1, max_size=60).map(sorted))
def test_a_pace_that_fits_is_the_slowest_that_does(seconds: list[int]) -> None:
    """First come, first served, nobody waits longer than half the time to live; one slower, somebody does."""
    posts, ttl = [START + timedelta(seconds=second) for second in seconds], timedelta(minutes=8)

    def longest(pace: int) -> timedelta:
        free, waits = START, []
        for at in posts:
            waits.append(max(free, at) - at)
            free = max(free, at) + timedelta(minutes=1) / pace
        return max(waits)

    pace = fitting_pace(posts, ttl)
    assert longest(pace) <= ttl / 2
    assert pace == 1 or longest(pace - 1) > ttl / 2


@pytest.mark.parametrize(
    ("goal", "verdict"),
    [
        (Goal("x", Bound.AT_LEAST, 0.99, Spread(0.99, 0.9, 1.0)), "met"),
        (Goal("x", Bound.AT_LEAST, 0.99, Spread(0.9899, 0.9, 1.0)), "**not met**"),
        (Goal("x", Bound.AT_MOST, 0.1, Spread(0.11, 0.0, 0.2)), "**not met**"),
        (Goal("x", Bound.ALWAYS, 1.0, Spread(1.0, 1.0, 1.0)), "met"),
        (Goal("x", Bound.ALWAYS, 1.0, Spread(0.99999, 0.9999, 1.0)), "**not met**"),
        (Goal("x", Bound.ALWAYS, 0.0, Spread(0.1, 0.0, 1.0)), "**not met**"),
        (Goal("x", Bound.AT_LEAST, 0.99, None), "not measured"),
    ],
)
def test_a_goal_is_met_by_the_mean_and_what_holds_always_by_each(goal: Goal, verdict: str) -> None:
    """A mean just beside a bound does not meet it; one evening that breaks what must always hold breaks the goal."""
    assert verdict_of([goal]) == verdict
    assert ("**" in reached([goal])) == (verdict == "**not met**")


def test_what_is_held_against_a_bound_is_not_rounded_in_its_favour() -> None:
    """A mean a hair below 0.99 reads 0.989, one a hair above 0.1 reads 0.101; the worst of what must always hold."""
    assert reached([Goal("x", Bound.AT_LEAST, 0.99, Spread(0.98999, 0.9, 1.0))]) == "**0.989**"
    assert reached([Goal("x", Bound.AT_MOST, 0.1, Spread(0.10001, 0.1, 0.2))]) == "**0.101**"
    assert reached([Goal("x", Bound.ALWAYS, 0.0, Spread(0.1, 0.0, 7.0))]) == "**7**"


def test_figures_are_not_rounded_to_whole_ones() -> None:
    """Only a whole figure reads as one, and what is next to nothing says so."""
    assert [number(figure) for figure in (1.0, 0.9999, 0.0, 1e-6, 0.0012, 1234.0, 23.58)] == [
        *("1", "0.999", "0", "under 0.001", "0.001", "1,234", "23.6")
    ]


def test_every_trial_of_a_plan_is_another() -> None:
    """No evening is counted twice, and what is tried without recorded chats needs none."""
    trials = Plan().trials()
    assert len(set(trials)) == len(trials)
    assert all(type(trial).__name__ in {"Simulated", "Independent"} for trial in trials)


def test_a_broken_floor_shows_in_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the queue takes no notice of what anybody's say is, goals that were met no longer are."""
    trials = [Simulated(tactic=tactic, attackers=300) for tactic in Tactic]
    join = FairQueue.join

    def _blind(queue: object, flow: object, item: object, *_: object, **__: object) -> None:
        join(queue, flow, item)  # type: ignore[arg-type]

    def met() -> list[bool | None]:
        results = Results([run(trial) for trial in trials if trial.tactic is not Tactic.CAMOUFLAGE])
        return [all(goal.met is not False for goal in row.goals) for row in rows(results)]

    before = met()
    monkeypatch.setattr(FairQueue, "join", _blind)
    assert sum(map(bool, met())) < sum(map(bool, before))
