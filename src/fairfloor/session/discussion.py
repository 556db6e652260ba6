"""A discussion, decided: which comments have a place in it, which are copies, which are folded, and why.

An evening has a clock: what matters there is how much can be read in a minute. A discussion is read whole, weeks later,
by somebody who was not there. So it has no clock but a size: so many *places*, what fits a reader's patience. While all
that is said fits, all of it is shown where it was said. Beyond, places are shared as the floor shares turns, as at the
height of a flood: everything is offered at once, and as many turns are taken as there are places. Regulars and
newcomers, voices by their say, a room that leaves turns unused rather than fill them with one voice: none of it is
decided a second time here, and what makes the floor fair makes this fair.

What is known of accounts comes from the comments themselves, heard in their order as posts (`voices`): who repeats
whom, and who is answered by people with standing. It is gathered first, over all of the discussion, and places are
given after. In an evening a message must be placed when it is said; here somebody who is answered in the end was worth
answering in the beginning. The price is that a place may be lost as others speak: it is a share of what there is.

Of one voice's comments those go first that the room has answered, for a conversation cannot be read without them;
then questions, then replies to others, then the rest; of equals the earlier, so that a place is not lost to what
the same voice says later. (On the floor it is the later, since there the earlier has had its time.)

A copy is merged with the first comment under the article that said it, whoever says it again. What the host's people
removed, what waits to be looked at, and what its author took back are decided already, and count for nobody.

Rejected: pages of fifty (a flood fills the first ten); the newest or the most liked first (a crowd is both); an age
after which comments fold (the argument under an old post is the archive's best part); decisions that are kept
(they would depend on what was there when, and nobody could check them against the comments).

Here all of it comes together. `discussion_spoken`: a comment as decisions see it. `discussion_voices`: what is said,
and by whom. `discussion_places`: whose turn it is. `discussion_lines`: what is told of it. `discussion_thread`: where
it stands on a page.

Invariant: every comment has exactly one decision, and is on the floor, merged or folded.
Invariant: where no more messages are said than there are places, none is folded.
Invariant: the same comments give the same decisions; no decision reads a word, only which words are the same.
Invariant: the host's people always have a place, beside those that are shared.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from fairfloor.floor.floor import NEWCOMERS
from fairfloor.session.decision import Decision
from fairfloor.session.discussion_lines import Again, Arrangement, Decisions, Given
from fairfloor.session.discussion_places import given
from fairfloor.session.discussion_spoken import Prints, Seeds, Spoken, hosts_of, links, name, number, prints, spoken
from fairfloor.session.discussion_voices import Known, Sayings, Voices

__all__ = [
    "Arrangement",
    "Arranger",
    "Prints",
    "Seeds",
    "Spoken",
    "arrange",
    "hosts_of",
    "links",
    "name",
    "number",
    "prints",
    "shown",
    "spoken",
]


def arrange(comments: Iterable[Spoken], seeds: Seeds, places: int, newcomers: float = NEWCOMERS) -> Arrangement:
    """Decide a discussion. comments: in the order of their time, then their number; places: 1 or more."""
    heard = list(comments)
    return Arranger(seeds, hosts_of(heard), newcomers).arranged(heard, places)


class Arranger:
    """Decides a discussion, and decides it again as more is said, without hearing again what it has heard.

    As long as there is a place for everything, only what says the same is looked for; once more is said, who speaks is
    asked too, from the first comment on. Its memory is in proportion to the comments.
    """

    def __init__(self, seeds: Seeds, hosts: frozenset[str], newcomers: float = NEWCOMERS) -> None:
        """Take who has standing. hosts: of the host's people, those who say something."""
        self.seeds, self.hosts = seeds, hosts
        self._share = newcomers if hosts or seeds.hosts or seeds.regulars else None
        self._sayings = Sayings(seeds, hosts)
        self._voices: Voices | None = None
        self._again: dict[int, Again] = {}

    def goes_on(self, comments: Sequence[Spoken], seeds: Seeds) -> bool:
        """Tell whether these comments begin with all that was heard, so that they can be arranged from here."""
        heard = self._sayings.comments
        same = seeds == self.seeds and heard == comments[: len(heard)]
        return same and hosts_of(comments[len(heard) :]) <= self.hosts

    def arranged(self, comments: Sequence[Spoken], places: int) -> Arrangement:
        """Hear what was not heard yet, then give the places. comments: such as `goes_on`."""
        heard = len(self._sayings.comments)
        if not heard and sum(one.decided is None for one in comments) > places:
            self._listen()  # as it will probably come to it, rather than hear it all twice
        for one in comments[heard:]:
            self._hear(one)
            if self._voices is None and len(self._sayings.waiting) > places:
                self._listen()
        if self._voices is None:
            every = list(comments)
            return self._arranged(places, None, lambda: self._afterwards(every))
        known = self._voices.known()
        return self._arranged(places, self._given(known, self._voices, places), lambda: known)

    def _hear(self, one: Spoken) -> None:
        said = self._sayings.hear(one)
        if self._voices is not None:
            self._voices.hear(one.post, said)

    def _listen(self) -> None:
        """Hear everything again, and who says it."""
        heard, self._sayings = self._sayings.comments, Sayings(self.seeds, self.hosts)
        self._voices = Voices(self._sayings)
        for one in heard:
            self._hear(one)

    def _afterwards(self, comments: Sequence[Spoken]) -> Mapping[str, Known]:
        """Give what is known of the accounts where it decided nothing, for whoever asks all the same."""
        another = Arranger(self.seeds, self.hosts)
        another._listen()
        for one in comments:
            another._hear(one)
        return another._voices.known() if another._voices else {}

    def _given(self, known: Mapping[str, Known], voices: Voices, places: int) -> Given | None:
        """Give the places; None where there is one for everything."""
        waiting, entries = self._sayings.waiting, self._sayings.entries
        if len(waiting) <= places:
            return None
        speakers = {account: one.speaker for account, one in known.items()}
        shown = given(waiting, speakers, lambda one: voices.rank(entries[one].one.post), places, self._share)
        return Given.of(waiting, [(wait, entries[wait.number].turn) for wait in shown])

    def _arranged(self, places: int, given: Given | None, known: Callable[[], Mapping[str, Known]]) -> Arrangement:
        sayings, again = self._sayings, self._again
        for first in sayings.again:
            every = sayings.said[first]
            again[first] = [one.id for one in every[1:]], len({one.post.account for one in every})
        sayings.again.clear()
        also = {first: ids for first, (ids, _) in again.items()}
        return Arrangement(Decisions(sayings, dict(again), given, known), also, sayings.many, places)


def shown(decisions: Mapping[int, Decision]) -> int:
    """Count the comments that have a place."""
    return sum(one.placement == "floor" for one in decisions.values())
