"""What kind of evening to simulate, and what is true of what was done in it: the figures and the labels."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum

import msgspec

from fairfloor.acts.act import Act
from fairfloor.session.decide import Rules
from fairfloor.testing.crowd.grammar import Topic


class Tactic(StrEnum):
    """How a crowd tries to take a chat over. Each says what it copies from reality; the doing is in `hijack`."""

    COPY = "copy"
    """Many accounts paste a few texts, to the letter: the plainest flood there is."""
    EDITED = "edited"
    """The same, but every paste is touched up: our recorded crowd put a random exclamation before a
    template, tags, a mention or a link after it; others insert emoji, invisible marks and look-alike letters."""
    SINGLE = "single"
    """One account says as much as a crowd would, now pasting, now new words."""
    UNIQUE = "unique"
    """Many accounts, each with words of its own and few posts; they see the room and write as it writes: the same
    lengths, questions, answers marked with the number being asked, replies to people with standing."""
    RING = "ring"
    """Accounts pass on one another's posts, squad by squad from a list, as the recorded repost ring did: of its pairs
    38 in 100 shared nothing, and some shared thirty; and they talk to one another as if it were conversation."""
    CAMOUFLAGE = "camouflage"
    """A ring that hides: each account also passes on what the room likes, about sixty times, from the first minute
    on, likes it, and says ordinary things."""
    FRAMING = "framing"
    """A crowd that makes the innocent look like itself: it pastes and passes on what they say at once, always the same
    few people, says the petition before most signers do, and goes on with its own pastes."""


class World(msgspec.Struct, frozen=True, kw_only=True):
    """An evening to simulate.

    The same world gives the same acts, byte for byte; and the genuine chat is the same whatever the tactics are and
    however many the attackers, so that what a hijack does can be told post by post.
    """

    tactics: tuple[Tactic, ...] = ()
    """How the attackers go about it, each tactic with an equal part of them and of the flood; () for peace."""
    attackers: int = 300
    seed: int = 0
    start: datetime = datetime(2014, 10, 23, 1, tzinfo=UTC)
    minutes: int = 60
    hijack_from: float = 30.0
    """Minutes after the start."""
    hijack_for: float = 25.0
    """Minutes."""
    flood: float | None = None
    """Posts an hour of all attackers together; None for what fits their number (see `flood_an_hour`)."""
    passes: int = 20
    """Reposts of one another by each account of a ring, during the hijack."""
    squad: int = 15
    """Accounts of a ring that work from one list; fewer squads, more overlap. 0 for one list for all, sparsely used."""
    camouflage: int = 60
    """Reposts of genuine posts by each camouflaged account."""
    regulars: int = 40
    newcomers: int = 30
    critics: int = 12
    first_night: bool = False
    """Only the host has standing at the start, and answers or likes one genuine post a minute."""
    bustle: float = 1.0
    """How much the genuine say: 1 is about 5 posts a minute, 8 after a question is asked."""
    run_sheet: tuple[str, ...] = ()
    """The host's six questions; drawn where there are none."""
    topic: Topic = "policing"
    swapped: bool = False
    """The two camps' words exchanged one for one."""
    tag: str = "copchat"

    @property
    def end(self) -> datetime:
        """Give when the session ends."""
        return self.start + timedelta(minutes=self.minutes)

    @property
    def hijack(self) -> tuple[datetime, datetime]:
        """Give when the hijack starts and ends; no attacker but a camouflaged one does anything outside."""
        start = self.start + timedelta(minutes=self.hijack_from)
        return start, start + timedelta(minutes=self.hijack_for)

    @property
    def flood_an_hour(self) -> float:
        """Give the posts an hour of all attackers together.

        Fitted to what was recorded: 45 accounts did 1,568 things in an hour, 112 did 2,264, and 300 would post 2,700;
        a larger crowd says more, but less each.
        """
        return self.flood if self.flood is not None else 2700.0 * (self.attackers / 300) ** 0.35


class Role(StrEnum):
    """Who an account really is."""

    HOST = "host"
    REGULAR = "regular"
    NEWCOMER = "newcomer"
    CRITIC = "critic"
    """A newcomer to the chat who dissents, civilly, and has real questions."""
    ATTACKER = "attacker"

    @property
    def genuine(self) -> bool:
        """Whether the account takes part for itself."""
        return self is not Role.ATTACKER


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """What is true of an act."""

    role: Role
    question: bool = False
    """It wants an answer, with a question mark or without; a mark alone does not make one."""
    conversation: bool = False
    """It replies to somebody else's post."""
    copy_of: str | None = None
    """The id of the act that first said what this one is meant to say again: a template, a petition, a stock phrase,
    a victim's post. None for the first, and for whatever is its own."""


class Simulation(msgspec.Struct, frozen=True, kw_only=True):
    """A simulated evening: the acts in order of time, and the truth about each and about every account."""

    world: World
    acts: tuple[Act, ...]
    labels: tuple[Label, ...]
    """One for each act, in the same order."""
    roles: dict[str, Role]
    """By account id; also of accounts that did nothing."""

    @property
    def truth(self) -> dict[str, Label]:
        """Give the labels by act id."""
        return {act.id: label for act, label in zip(self.acts, self.labels, strict=True)}

    @property
    def hosts(self) -> frozenset[str]:
        """Give the host's account."""
        return self._having(Role.HOST)

    @property
    def regulars(self) -> frozenset[str]:
        """Give the accounts that have standing at the start beside the host; nobody on a first night."""
        return frozenset() if self.world.first_night else self._having(Role.REGULAR)

    def rules(self, pace: float = 12.0) -> Rules:
        """Give what the host would have set for this evening; pace in messages a minute."""
        return Rules(tag=self.world.tag, hosts=self.hosts, regulars=self.regulars, pace=pace)

    def _having(self, role: Role) -> frozenset[str]:
        return frozenset(account for account, its in self.roles.items() if its is role)
