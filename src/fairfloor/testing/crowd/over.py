"""A simulated crowd over a real session: it copies, answers, passes on and imitates what was really said there."""

from collections.abc import Container, Iterable
from datetime import datetime

from fairfloor.acts.act import Act, Post
from fairfloor.chat.questions.forms import form
from fairfloor.testing.crowd.lay import Laid
from fairfloor.testing.crowd.pen import Draft, Memory
from fairfloor.testing.crowd.people import Account, Habit
from fairfloor.testing.crowd.simulate import attack
from fairfloor.testing.crowd.world import Role, World


def over(chat: Iterable[Act], world: World, end: datetime) -> tuple[Laid, dict[str, str]]:
    """Let the crowd of a world come over the session of a chat from the world's start to `end` (left out).

    Gives also, by the id of each of its posts that says again what was said before, the id of the first to say so.
    The crowd knows the world's run sheet and no other, so what it marks as answers may answer another question. Nobody
    of the real session takes up what the crowd says. Raises ValueError for a world in which nobody attacks.
    """
    if not world.tactics:
        raise ValueError("A crowd needs a tactic.")
    chat = list(chat)
    session = sorted((act for act in chat if world.start <= act.at < end), key=lambda act: (act.at, act.id))
    memory = Memory()
    for act in session:
        if isinstance(act, Post):
            memory.takes(act.text)
    _, flood = attack(world, [_draft(act) for act in session], memory)
    came = sorted((draft for draft in flood if world.start <= draft.act.at < end), key=lambda draft: draft.act.at)
    laid = Laid(
        acts=tuple(sorted([*session, *(draft.act for draft in came)], key=lambda act: (act.at, act.id))),
        burst=frozenset(draft.act.account for draft in came),
        regulars=frozenset(act.account for act in chat if act.at < world.start),
    )
    return laid, _meant(came, {act.id for act in session})


def _meant(flood: Iterable[Draft[Act]], genuine: Container[str]) -> dict[str, str]:
    """Tell what is meant to say the same as what: a stem is the id of what somebody genuine said, or a template."""
    first: dict[str, str] = {}
    return {
        draft.act.id: draft.stem if draft.stem in genuine else first.setdefault(draft.stem, draft.act.id)
        for draft in flood
        if draft.stem is not None
    }


def _draft(act: Act) -> Draft[Act]:
    somebody = Account(act.account, act.handle or act.account, Role.REGULAR, "good", 1.0, 0.0, Habit())
    return Draft(act, somebody, question=isinstance(act, Post) and form(act.text).question)
