"""Evenings made up for the promises: what may happen in one, written down in words of two camps, and decided."""

import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from hypothesis import Phase, settings
from hypothesis import strategies as st

from fairfloor.acts.act import Act, Like, Post, Repost
from fairfloor.acts.heard import Event, Withdrawal
from fairfloor.session.decide import Evening, Rules
from fairfloor.session.decision import Decision
from fairfloor.session.hear import hear
from fairfloor.testing.crowd import Simulation, World, simulate

START = datetime(2026, 10, 7, 1, tzinfo=UTC)
REGULARS = ("ann", "ben", "cas")
NEWCOMERS = ("nia", "noa", "ned", "nan")
CROWD = tuple(f"c{number}" for number in range(6))
EVERYBODY = ("host", *REGULARS, *NEWCOMERS, *CROWD)
RULES = Rules(tag="copchat", hosts=frozenset({"host"}), regulars=frozenset(REGULARS), pace=6)
WAYS = [
    "say",
    "say",
    "ask",
    "answer",
    "reply",
    "copy",
    "edit",
    "part",
    "paste",
    "tag",
    "link",
    "quote",
    "pass",
    "pass",
    "like",
    "delete",
]

FEW = "FAIRFLOOR_EXAMPLES" in os.environ
GENERATED = settings(
    max_examples=int(os.environ.get("FAIRFLOOR_EXAMPLES", "60")),
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate] if FEW else list(Phase),
)
"""The same evenings every time, so that a promise that fails in one place fails in every place.

Where the environment says how many, a failing one is not made smaller: whoever asks wants to know whether, not why.
"""


class Did(NamedTuple):
    """What somebody does in a generated evening: after how many seconds, who, how, and with which of what there is."""

    gap: float
    account: str
    way: str
    which: int


DOING = st.builds(
    Did,
    st.sampled_from([0.0, 0.0, 1.0, 5.0, 20.0, 60.0]),
    st.sampled_from(EVERYBODY),
    st.sampled_from(WAYS),
    st.integers(0, 5),
)
DOINGS = st.lists(DOING, max_size=60) | st.lists(DOING, min_size=30, max_size=90)
"""Evenings: some quiet, some busy."""


class Scribe:
    """Writes an evening down: what is done, in words of two camps."""

    def __init__(self, camps: tuple[str, str] = ("good", "evil")) -> None:
        self._camps = camps
        self.now = START
        self.events: list[Act | Withdrawal] = []

    def all(self, doings: Iterable[Did]) -> list[Act | Withdrawal]:
        """Write all of it down."""
        for did in doings:
            self.do(did)
        return self.events

    def do(self, did: Did) -> None:
        """Write down what somebody does."""
        self.now += timedelta(seconds=did.gap)
        posts = [event for event in self.events if isinstance(event, Post)]
        before = posts[-1 - did.which % len(posts)] if posts else None
        match did.way:
            case "pass" | "like":
                kind = Repost if did.way == "pass" else Like
                subject, author = (before.id, before.account) if before else ("elsewhere", None)
                self.events.append(kind(**self._head(did.account), subject=subject, subject_account=author))
            case "delete":
                self.events.append(Withdrawal(id=before.id if before else "elsewhere", seen=self.now))
            case _:
                self.post(did, before)

    def post(self, did: Did, before: Post | None) -> None:
        """Write a post down."""
        own, camp = self._words(did.account, len(self.events)), self._camp(did.account)
        said = before.text if before else own
        texts = {
            "ask": f"{'Q' if did.account == 'host' else ''}{did.which + 1}: {own}?",
            "answer": f"A{did.which + 1}: {own}",
            "copy": said,
            "edit": f"{said} {own[:12]}",
            "part": f"{' '.join(said.split()[: len(said.split()) // 2 + 1])} {' '.join(own.split()[:4])}",
            "paste": f"{self._words('template', did.which)} {own[:8]}",
        }
        to = before.id if before else None
        self.events.append(
            Post(
                **self._head(did.account),
                text=texts.get(did.way, own),
                reply_to=to if did.way == "reply" else None,
                quote_of=to if did.way == "quote" else None,
                tags=("copchat", f"{camp}{did.which}", f"{camp}{did.which + 1}") if did.way == "tag" else ("copchat",),
                links=(f"https://{camp}.example/{did.which}",) if did.way == "link" else (),
            )
        )

    def _head(self, account: str) -> dict[str, Any]:
        return {"id": f"p{len(self.events)}", "at": self.now, "account": account}

    def _camp(self, account: str) -> str:
        return self._camps[sum(map(ord, account)) % 2]

    def _words(self, account: str, number: int) -> str:
        return " ".join(f"{self._camp(account)}{account}{number}w{n}" for n in range(10))


def written(doings: Iterable[Did]) -> list[Act | Withdrawal]:
    """Write an evening down."""
    return Scribe().all(doings)


def heard(events: Iterable[Act | Withdrawal]) -> Iterator[Event]:
    """Let what was done reach us when it is done."""
    for event in events:
        yield event if isinstance(event, Withdrawal) else hear(event, event.at)


def decide(events: Iterable[Act | Withdrawal], rules: Rules = RULES) -> list[Decision]:
    """Give all decisions of an evening, to its end."""
    evening = Evening(rules)
    return [decision for event in heard(events) for decision in evening.decide(event)] + evening.finish()


def simulated(world: World, pace: float = 12.0) -> tuple[Simulation, Evening, list[Decision]]:
    """Give a simulated evening, decided to its end."""
    simulation = simulate(world)
    evening = Evening(simulation.rules(pace))
    decisions = [decision for act in simulation.acts for decision in evening.decide(hear(act, act.at))]
    return simulation, evening, decisions + evening.finish()


def says(evening: Evening) -> dict[str, float]:
    """Give everybody's say."""
    return {account: evening.echo.say(account) for account in EVERYBODY}


def night(crowd: int, texts: int) -> list[Post]:
    """Write down an evening: a crowd repeats what one of it says for ten minutes, then floods, while ten regulars talk.

    However many they are, they flood with two posts a second all together, every other one in words of its own.
    """
    posts = [(5.0 * number, "c0", words(f"text{number}")) for number in range(texts)]
    for number in range(12 * crowd):
        turn, one = divmod(number, crowd)
        posts.append((60 + 540 * number / (12 * crowd), f"c{one + 1}", words(f"text{(turn + one) % texts}")))
    for number in range(2 * 1200):
        turn, one = divmod(number, crowd)
        text = f"new{number}" if turn % 2 else f"text{(turn // 2 + one) % texts}"
        posts.append((600 + number / 2, f"c{one + 1}", words(text)))
    posts += [(8.0 * number, f"r{number % 10}", words(f"regular{number}")) for number in range(225)]
    return [
        Post(id=f"p{number}", at=START + timedelta(seconds=at), account=account, text=text)
        for number, (at, account, text) in enumerate(sorted(posts))
    ]


def words(name: str, count: int = 9) -> str:
    """Give a text of words that no other text has."""
    return " ".join(f"{name}w{n}" for n in range(count))


NIGHT = Rules(tag="copchat", hosts=frozenset({"host"}), regulars=frozenset(f"r{n}" for n in range(10)), pace=12)
