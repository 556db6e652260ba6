"""A whole evening from a world: the genuine chat, the crowd that comes over it, and what is said back to it."""

from collections.abc import Iterable, Iterator

from fairfloor.acts.act import Act
from fairfloor.testing.crowd import rings
from fairfloor.testing.crowd.chat import chat
from fairfloor.testing.crowd.dice import chance, delay, how_many, seeded
from fairfloor.testing.crowd.grammar import grammar
from fairfloor.testing.crowd.hijack import Doing, Genuine, Plot, copy, edit, is_post, single, unique
from fairfloor.testing.crowd.pen import Draft, Memory, Pen
from fairfloor.testing.crowd.people import Account, cast, crew
from fairfloor.testing.crowd.world import Simulation, Tactic, World

_DOING: dict[Tactic, Doing] = {
    Tactic.COPY: copy,
    Tactic.EDITED: edit,
    Tactic.SINGLE: single,
    Tactic.UNIQUE: unique,
    Tactic.RING: rings.ring,
    Tactic.CAMOUFLAGE: rings.camouflage,
    Tactic.FRAMING: rings.framing,
}


def simulate(world: World) -> Simulation:
    """Simulate an evening. Pure: the same world gives the same simulation."""
    words = grammar(world.topic, swapped=world.swapped)
    memory = Memory()
    dice = seeded(world.seed, "chat")
    people = cast(world, words, dice)
    drafts = chat(world, people, Pen(world, words, dice, memory), dice)
    crowd, flood = attack(world, drafts, memory)
    drafts += _within(world, [*flood, *_retorts(world, people, flood, memory)])
    return labelled(world, [*people, *crowd], drafts)


def attack(world: World, genuine: list[Draft[Act]], memory: Memory) -> tuple[list[Account], list[Draft[Act]]]:
    """Give the crowd that comes over what the genuine do, and what it does, in no order."""
    plots = [_plot(world, tactic, genuine, memory) for tactic in world.tactics]
    flood = [draft for plot, tactic in zip(plots, world.tactics, strict=True) for draft in _DOING[tactic](plot)]
    return [account for plot in plots for account in plot.crew], flood


def _plot(world: World, tactic: Tactic, drafts: list[Draft[Act]], memory: Memory) -> Plot:
    words = grammar(world.topic, swapped=world.swapped)
    dice = seeded(world.seed, tactic)
    size = 1 if tactic is Tactic.SINGLE else max(1, world.attackers // len(world.tactics))
    posts = round(world.flood_an_hour * world.hijack_for / 60 / len(world.tactics))
    return Plot(
        world, crew(size, words, dice), Genuine(world, drafts), Pen(world, words, dice, memory), words, dice, posts
    )


def _retorts(world: World, people: list[Account], flood: list[Draft[Act]], memory: Memory) -> Iterator[Draft[Act]]:
    """Let the genuine take up a little of the flood: every two minutes one replies; some pass it on."""
    words, dice = grammar(world.topic, swapped=world.swapped), seeded(world.seed, "retorts", *world.tactics)
    pen = Pen(world, words, dice, memory)
    posts = [draft.act for draft in flood if is_post(draft) and draft.act.at >= world.hijack[0]]
    for _ in range(how_many(dice, world.hijack_for / 2) if posts else 0):
        post, someone = dice.choice(posts), dice.choice(people[1:])
        at = (post.at - world.start).total_seconds() + 5 + delay(dice, 60, 0.8)
        if someone.comes < at:
            rule = dice.choice(("plea", "disagree", "ask_back"))
            yield pen.post(at, someone, pen.compose(someone, rule), post)
            if chance(dice, 0.2):
                yield pen.repost(at + 3, someone, post)


def _within(world: World, drafts: Iterable[Draft[Act]]) -> list[Draft[Act]]:
    return [draft for draft in drafts if world.start <= draft.act.at < world.end]


def labelled(world: World, accounts: list[Account], drafts: list[Draft[Act]]) -> Simulation:
    """Put all in order, and only then tell what is a copy of what: the first to say it is nobody's copy."""
    drafts = sorted(drafts, key=lambda draft: (draft.act.at, draft.act.id))
    acts, labels = tuple(draft.act for draft in drafts), []
    first: dict[str, str] = {}
    for draft in drafts:
        original = first.setdefault(draft.stem or draft.act.id, draft.act.id)
        labels.append(draft.label(None if original == draft.act.id else original))
    roles = {account.id: account.role for account in accounts}
    return Simulation(world=world, acts=acts, labels=tuple(labels), roles=roles)
