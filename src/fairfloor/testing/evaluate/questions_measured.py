"""Measures noticing, merging and stitching questions."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from statistics import median
from time import perf_counter

import msgspec

from fairfloor.acts.act import Post
from fairfloor.acts.heard import Form
from fairfloor.chat.questions.alike import Alike
from fairfloor.chat.questions.forms import form
from fairfloor.chat.sheet.run_sheet import RunSheet
from fairfloor.chat.sheet.stitching import Stitching
from fairfloor.testing.crowd import Role, Simulation
from fairfloor.testing.evaluate.questions_labelled import Labelled, Pair

_MARK = re.compile(r"\bA\d{1,2}\b\s*[:.)\-]*\s*")
_MARKS = re.compile("[?\u037e\u061f\uff1f]")


class Score(msgspec.Struct, frozen=True):
    """How well something is found: of what was found, of what there is, and their harmonic mean."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Give the harmonic mean."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def noticed(text: str) -> bool:
    """Tell whether we notice a question."""
    return form(text).question


def bare(text: str) -> bool:
    """Tell whether there is a question mark."""
    return _MARKS.search(text) is not None


def score(texts: Sequence[Labelled], tells: Callable[[str], bool]) -> Score:
    """Score a way of telling questions."""
    told = [(one, tells(one.text)) for one in texts]
    right = sum(one.weight for one, asks in told if asks and one.asks)
    found = sum(one.weight for one, asks in told if asks)
    there = sum(one.weight for one in texts if one.asks)
    return Score(right / found if found else 1.0, right / there if there else 1.0)


def microseconds(texts: Sequence[str], does: Callable[[str], object]) -> float:
    """Give how long something takes a text, in microseconds: the median of some rounds."""
    rounds = []
    for _ in range(5):
        began = perf_counter()
        for text in texts:
            does(text)
        rounds.append(1e6 * (perf_counter() - began) / len(texts))
    return median(rounds)


def merging(pairs: Sequence[Pair], among: Sequence[str]) -> Score:
    """Score merging. Before each pair, up to 200 of the texts in `among` were asked, so that words have a weight."""
    right = found = 0
    for number, pair in enumerate(pairs):
        alike = Alike()
        for place, text in enumerate(among[number % 7 : number % 7 + 200]):
            if text not in (pair.one, pair.other):
                alike.place(f"before {place}", text)
        first = alike.place("one", pair.one) or "one"
        if alike.place("other", pair.other) == first:
            found, right = found + 1, right + pair.same
    there = sum(pair.same for pair in pairs)
    return Score(right / found if found else 1.0, right / there if there else 1.0)


class Stitches(msgspec.Struct, frozen=True):
    """Where answers stood whose marks were hidden, in parts of them; and what else stood somewhere by its time."""

    answers: int
    by: dict[str, float]
    """Under the right question, by what told so."""
    wrong: float
    nowhere: float
    guesses: int
    """Posts that stand somewhere by their time."""
    sure: float
    """Of these, the part that was marked as an answer to that question."""
    never: float
    """Of these, the part that surely answers nothing: pasted texts, stock phrases, a crowd's posts."""


def stitching(world: Simulation) -> Stitches:
    """Stitch an evening whose marks are hidden, and look where the marks say that posts belong."""
    sheet = RunSheet(world.hosts)
    stitched = Stitching(sheet)
    truth: dict[str, int] = {}
    for act in world.acts:
        if isinstance(act, Post):
            said = form(act.text)
            if said.answers is not None and act.account not in world.hosts:
                truth[act.id] = said.answers
                act = msgspec.structs.replace(act, text=_MARK.sub("", act.text, count=1))  # noqa: PLW2901 - unmarked
                said = Form(question=said.question)
            sheet.post(act, said)
            stitched.post(act, said)
    stood = {act: stitched.of(act) for act in truth}
    right = Counter(found.by for act, found in stood.items() if found and found.number == truth[act])
    wrong = sum(found is not None and found.number != truth[act] for act, found in stood.items())
    labels = world.truth
    guessed = [act for n in range(1, 10) for act, found in stitched.under("", n) if found.by == "time"]
    never = sum(labels[act].role is Role.ATTACKER or labels[act].copy_of is not None for act in guessed)
    return Stitches(
        answers=len(truth),
        by={by: many / max(len(truth), 1) for by, many in sorted(right.items())},
        wrong=wrong / max(len(truth), 1),
        nowhere=sum(found is None for found in stood.values()) / max(len(truth), 1),
        guesses=len(guessed),
        sure=sum(act in truth for act in guessed) / max(len(guessed), 1),
        never=never / max(len(guessed), 1),
    )
