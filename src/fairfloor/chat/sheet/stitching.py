"""Stitching: which post answers which question of the run sheet, on whatever network it was said.

Four things tell, and the first of them that does is believed:

- *host*: one of the host's people said so (`Stitch`). It sticks, and what replies to the post follows it.
- *mark*: the post says so itself: A3, and of those who are not the host Q3 as well, where there is such a question.
- *thread*: it replies, at whatever depth, to the question's post on some network, or to what answers it; or it quotes
  the question's post. What replies to a reply that was told by its time is no surer than that.
- *time*: it replies to nothing, asks nothing, and is said within `MEANWHILE` of the question being asked, before the
  next one is. That is a guess, and pages say so ("said meanwhile") and keep it apart from the answers.

How good a guess that is was measured where the truth is known, in simulated evenings with the marks hidden: it finds
nearly all answers, and much else beside them (docs/questions.md). Rejected: likeness of words to the question (an
answer seldom repeats it, and who does is as often somebody who passes the question on), and any guess beyond the next
question: late answers have their marks or threads.

A reply may come before what it replies to; it waits, bounded, and is stitched when that comes.

Invariant: undoing a move, or a reply that came early, leaves what there would be had it never been, or come late.
"""

from collections import Counter, OrderedDict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from fairfloor.acts.act import Post
from fairfloor.acts.heard import Form
from fairfloor.chat.moves import Move, Stitch
from fairfloor.chat.sheet.run_sheet import RunSheet

MOST = 50_000
"""Posts that are kept; the oldest is forgotten first, and with it where it stood."""
STITCHES = 5_000
"""Corrections that are kept."""
MEANWHILE = timedelta(minutes=12)
"""How long after a question is asked what is said may be an answer by its time alone."""

_MOMENT = timedelta(microseconds=1)
_DEEPEST = 200
"""Posts that are looked up to in a row before one is given up; only posts that came before what they reply to do so."""
_TURNS = 8
"""How often one post is looked at when another arrives: in a circle, each could move the next for ever."""

By = Literal["host", "mark", "thread", "time"]
CONFIDENCE: dict[By, float] = {"host": 1.0, "mark": 0.99, "thread": 0.9, "time": 0.25}
"""How sure it is that a post so stitched answers the question: *time* as measured, the others by judgement."""


class Stitched(msgspec.Struct, frozen=True, gc=False):
    """Where a post stands, and what tells so."""

    evening: str
    number: int
    by: By

    @property
    def confidence(self) -> float:
        """Give how sure it is, in (0, 1]."""
        return CONFIDENCE[self.by]


class _Fact(msgspec.Struct, frozen=True, gc=False):
    """A post, as far as it matters here."""

    place: int
    """Its place in the order of the log."""
    evening: str
    mark: int | None
    up: tuple[str, ...]
    """What it replies to, the root of that, and what it quotes."""
    meanwhile: int | None
    """The question that it speaks to if its time tells."""


class Stitching:
    """Where posts stand under the questions of the run sheet. Bounded: `MOST` posts, `STITCHES` corrections."""

    def __init__(self, sheet: RunSheet) -> None:
        """Take the run sheet, which hears everything before this does."""
        self._sheet = sheet
        self._posts: OrderedDict[str, tuple[Post, Form]] = OrderedDict()
        self._gone: set[str] = set()
        self._stitches: OrderedDict[str, Stitch] = OrderedDict()
        self._told = sheet.told
        self._begin()

    def _begin(self) -> None:
        self._place = 0
        self._facts: dict[str, _Fact] = {}
        self._below: dict[str, list[str]] = {}
        """The posts that look up to a post."""
        self._stands: dict[str, Stitched | None] = {}
        self._under: dict[tuple[str, int], set[str]] = {}
        self._listed: dict[tuple[str, int], list[tuple[str, Stitched]]] = {}
        """What was asked for since it changed last."""
        self._corrected = {stitch.act: stitch.number for stitch in self._stitches.values()}

    # What happens

    def post(self, post: Post, form: Form) -> None:
        """Take note of a post."""
        self._catch_up()
        if post.id in self._posts:
            return
        self._posts[post.id] = post, form
        self._learn(post, form)
        if len(self._posts) > MOST:
            self._forget(*self._posts.popitem(last=False))

    def gone(self, act: str, at: datetime) -> None:
        """Take note that an author took a post back: it is shown no more, what replies to it stays where it is."""
        del at
        if act in self._posts:
            self._gone.add(act)
            self._listed.clear()

    def move(self, move: Move) -> None:
        """Take note of a correction."""
        if isinstance(move.do, Stitch):
            self._stitches[move.id] = move.do
            if len(self._stitches) > STITCHES:
                self._stitches.popitem(last=False)
            self._correct(move.do.act)

    def undo(self, move: Move) -> None:
        """Be as though a correction had never been made."""
        if (stitch := self._stitches.pop(move.id, None)) is not None:
            self._correct(stitch.act)

    def refuses(self, move: Move) -> str | None:
        """Say why a post cannot be stitched so now."""
        if not isinstance(move.do, Stitch):
            return None
        self._catch_up()
        fact = self._facts.get(move.do.act)
        if fact is None:
            return "That post is not among those of late, or is a question itself."
        if move.do.number is not None and not self._sheet.has(fact.evening, move.do.number, move.at):
            return f"There is no question {move.do.number} that evening."
        return None

    # Asked

    def of(self, act: str) -> Stitched | None:
        """Give where a post stands; None: under no question."""
        self._catch_up()
        return self._stands.get(act)

    def under(self, evening: str, number: int) -> Sequence[tuple[str, Stitched]]:
        """Give the posts under a question that their authors did not take back, in order, and what tells so of each."""
        self._catch_up()
        where = evening, number
        if where not in self._listed:
            found = self._under.get(where, set()) - self._gone
            stands = ((act, self._stands[act]) for act in sorted(found, key=lambda act: self._facts[act].place))
            self._listed[where] = [(act, stitched) for act, stitched in stands if stitched is not None]
        return self._listed[where]

    def _catch_up(self) -> None:
        """Stitch all again where the sheet was told anew: other times, another evening, a question taken back."""
        if self._told != self._sheet.told:
            self._told = self._sheet.told
            self._begin()
            for post, form in self._posts.values():
                self._learn(post, form)

    def _learn(self, post: Post, form: Form) -> None:
        up = tuple(
            dict.fromkeys(name for name in (post.reply_to, post.root, post.quote_of) if name and name != post.id)
        )
        for name in up:
            self._below.setdefault(name, []).append(post.id)
        if self._sheet.number_of(post.id) is None:
            self._facts[post.id] = self._fact(post, form, up)
        self._arrive(post.id)

    def _fact(self, post: Post, form: Form, up: tuple[str, ...]) -> _Fact:
        at, host = post.seen or post.at, self._sheet.is_host(post)
        evening, before = self._sheet.evenings.of(at), at - _MOMENT
        mark = form.answers if host else form.answers or form.asks
        asking = None if up or form.question or host else self._sheet.asking(before)
        self._place += 1
        return _Fact(
            place=self._place,
            evening=evening,
            mark=mark if mark is not None and self._sheet.has(evening, mark, before) else None,
            up=up,
            meanwhile=asking[0] if asking is not None and at - asking[1] <= MEANWHILE else None,
        )

    def _correct(self, act: str) -> None:
        self._corrected = {stitch.act: stitch.number for stitch in self._stitches.values()}
        self._settle(act)

    def _forget(self, act: str, _: tuple[Post, Form]) -> None:
        self._stand_down(act)
        fact = self._facts.pop(act, None)
        self._gone.discard(act)
        self._below.pop(act, None)
        for name in fact.up if fact else ():
            if act in (below := self._below.get(name, [])):
                below.remove(act)
            if not below:
                self._below.pop(name, None)

    # Where each stands

    def _arrive(self, new: str) -> None:
        """Find where a new post stands, and those that came before it and look up to it.

        No further than it changes anything: else a row of posts, each in reply to one that is yet to come, would make
        every one of them cost as much as all before it.
        """
        queue, looked = [new], Counter[str]()
        for name in queue:
            stood, looked[name] = self._stands.get(name), looked[name] + 1
            self._stand_down(name)
            if self._stand(name) != stood or name == new:
                queue.extend(below for below in self._below.get(name, ()) if looked[below] < _TURNS)

    def _settle(self, top: str) -> None:
        """Find anew where a post stands, and all that look up to it."""
        found, queue = {top: None}, [top]
        for name in queue:
            fresh = [below for below in self._below.get(name, ()) if below not in found]
            found.update(dict.fromkeys(fresh))
            queue.extend(fresh)
        for name in queue:
            self._stand_down(name)
        for name in queue:
            self._stand(name)

    def _stand_down(self, act: str) -> None:
        stood = self._stands.pop(act, None)
        if stood is not None:
            self._under[stood.evening, stood.number].discard(act)
            self._listed.pop((stood.evening, stood.number), None)

    def _stand(self, act: str, depth: int = 0) -> Stitched | None:
        if act in self._stands or (fact := self._facts.get(act)) is None or depth > _DEEPEST:
            return self._stands.get(act)
        self._stands[act] = None  # whoever comes back here in a circle finds nothing
        stands = self._stands[act] = self._find(act, fact, depth)
        if stands is not None:
            self._under.setdefault((stands.evening, stands.number), set()).add(act)
            self._listed.pop((stands.evening, stands.number), None)
        return stands

    def _find(self, act: str, fact: _Fact, depth: int) -> Stitched | None:
        if act in self._corrected:
            number = self._corrected[act]
            return None if number is None else Stitched(fact.evening, number, "host")
        if fact.mark is not None:
            return Stitched(fact.evening, fact.mark, "mark")
        for name in fact.up:
            if (asked := self._sheet.number_of(name)) is not None:
                return Stitched(*asked, "thread")
            if (above := self._stand(name, depth + 1)) is not None:
                return Stitched(above.evening, above.number, "time" if above.by == "time" else "thread")
        return None if fact.meanwhile is None else Stitched(fact.evening, fact.meanwhile, "time")
