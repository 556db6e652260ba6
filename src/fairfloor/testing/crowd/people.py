"""Who takes part in a simulated evening: accounts with a role, a habit of writing, and more or less to say."""

from random import Random

import msgspec

from fairfloor.testing.crowd.dice import chance
from fairfloor.testing.crowd.grammar import Camp, Grammar
from fairfloor.testing.crowd.world import Role, World

HOST = "did:plc:host"
_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"


class Habit(msgspec.Struct, frozen=True):
    """How an account writes."""

    lower: bool = False
    """Never a capital letter."""
    tag_first: bool = False
    also: float = 0.0
    """How often a further tag stands beside the chat's."""
    emoji: float = 0.0
    """How often an emoji ends a post."""
    marks: float = 0.9
    """How often an answer carries its mark, A3."""


class Account(msgspec.Struct, frozen=True):
    """One account: its ids say nothing of who it is."""

    id: str
    handle: str
    role: Role
    camp: Camp
    zeal: float
    """How much it does beside the others; 1 is usual."""
    comes: float
    """Seconds after the start."""
    habit: Habit


def cast(world: World, words: Grammar, dice: Random) -> list[Account]:
    """Give the genuine people, the host first."""
    counts = [(Role.REGULAR, world.regulars), (Role.NEWCOMER, world.newcomers), (Role.CRITIC, world.critics)]
    host = Account(HOST, "thehost", Role.HOST, "good", 1.0, 0.0, Habit(also=0.0, marks=1.0))
    return [host, *(_person(role, world, words, dice) for role, count in counts for _ in range(count))]


def crew(size: int, words: Grammar, dice: Random) -> list[Account]:
    """Give so many attackers; outwardly they are like anybody else."""
    return [_account(Role.ATTACKER, "bad", dice.lognormvariate(0, 0.5), 0.0, words, dice) for _ in range(size)]


def draw_id(dice: Random, length: int) -> str:
    """Give a random id; not a word of it says whose it is or when it was made."""
    bits = dice.getrandbits(5 * length)
    return "".join(_BASE32[bits >> 5 * place & 31] for place in range(length))


def _person(role: Role, world: World, words: Grammar, dice: Random) -> Account:
    zeal = {Role.REGULAR: 1.3, Role.CRITIC: 1.1}.get(role, 0.6) * dice.lognormvariate(0, 0.8)
    early = {Role.REGULAR: 0.25, Role.CRITIC: 0.5}.get(role, 0.85)
    comes = dice.random() * early * 60 * world.minutes
    camp: Camp = "bad" if role is Role.CRITIC or chance(dice, 0.15) else "good"
    return _account(role, camp, zeal, comes, words, dice)


def _account(role: Role, camp: Camp, zeal: float, comes: float, words: Grammar, dice: Random) -> Account:
    did, handle = f"did:plc:{draw_id(dice, 24)}", f"{words.say('name', dice, camp).lower()}{dice.randrange(10, 999)}"
    return Account(did, handle, role, camp, zeal, comes, _habit(dice))


def _habit(dice: Random) -> Habit:
    return Habit(
        lower=chance(dice, 0.15),
        tag_first=chance(dice, 0.12),
        also=dice.choice((0.0, 0.0, 0.1, 0.5)),
        emoji=dice.choice((0.0, 0.0, 0.05, 0.3)),
        marks=dice.choice((0.0, 0.8, 1.0, 1.0)),
    )
