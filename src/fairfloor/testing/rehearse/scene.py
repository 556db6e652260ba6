"""What is rehearsed: an evening with a flood in it, and what is known of who is who."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from fairfloor.acts.act import Act, Post
from fairfloor.chat.questions.forms import form
from fairfloor.session.decide import Rules
from fairfloor.testing.crowd import Laid, Role, Simulation

Window = tuple[datetime, datetime]
"""From when to when, both included."""


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """An evening to decide, and the truth about it that deciding does not see."""

    rules: Rules
    acts: tuple[Act, ...]
    """In order of time."""
    roles: dict[str, Role]
    """By account id, of everybody who acts. Whoever lays the flood has the role of an attacker."""
    questions: frozenset[str]
    """The ids of posts that want an answer."""
    hijack: Window | None
    meant: dict[str, str]
    """By post id, the first post that was meant to say the same; not there where nobody knows, as in a real chat."""

    @property
    def posts(self) -> Iterator[Post]:
        """Give the posts, in order of time."""
        return (act for act in self.acts if isinstance(act, Post))

    def role(self, act: Act) -> Role:
        """Tell who is behind an act."""
        return self.roles[act.account]


def simulated(simulation: Simulation, pace: float = 12.0) -> Scene:
    """Make a scene of a simulated evening; pace in messages a minute."""
    labels = simulation.truth
    acting = {act.account for act in simulation.acts}
    return Scene(
        rules=simulation.rules(pace),
        acts=simulation.acts,
        roles={account: role for account, role in simulation.roles.items() if account in acting},
        questions=frozenset(act for act, label in labels.items() if label.question),
        hijack=simulation.world.hijack if simulation.world.tactics else None,
        meant={act: label.copy_of or act for act, label in labels.items()},
    )


def half_synthetic(
    laid: Laid, rules: Rules, hijack: Window | None = None, meant: dict[str, str] | None = None
) -> Scene:
    """Make a scene of a real session with a flood laid over it; its regulars are those seen in the chat before.

    Whether a post wants an answer is told by its question mark. The hijack lasts from the flood's first act to its
    last, unless it is said.
    """
    flood = [act.at for act in laid.acts if act.account in laid.burst]
    return Scene(
        rules=msgspec.structs.replace(rules, regulars=laid.regulars),
        acts=laid.acts,
        roles={act.account: _role(act.account, laid, rules.hosts) for act in laid.acts},
        questions=frozenset(act.id for act in laid.acts if isinstance(act, Post) and form(act.text).question),
        hijack=hijack or ((flood[0], flood[-1]) if flood else None),
        meant=meant or {},
    )


def _role(account: str, laid: Laid, hosts: frozenset[str]) -> Role:
    if account in laid.burst:
        return Role.ATTACKER
    if account in hosts:
        return Role.HOST
    return Role.REGULAR if account in laid.regulars else Role.NEWCOMER
