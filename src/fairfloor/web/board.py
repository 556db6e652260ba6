"""The live page's read model: steps of the evening in, what the page shows out.

It is a fold over steps and does no I/O but to ask `Records` for what it no longer holds, one read by key each: the
words of a post whose turn came late, or the state of an act that was taken back. Memory is bounded by the constants.

Invariant: the counts of acts by reason add up to the acts heard.
Invariant: once a post is withdrawn, its words are nowhere in here.
"""

from collections import Counter, deque
from collections.abc import Callable
from datetime import datetime
from itertools import islice

import msgspec

from fairfloor.acts.act import Act, Post
from fairfloor.acts.fault import Tally
from fairfloor.chat.questions.forms import form
from fairfloor.floor.reasons import (
    Copy,
    Expired,
    Heir,
    Host,
    HostFloor,
    HostFold,
    HostHold,
    HostPause,
    InStep,
    Room,
    Share,
    Turn,
    Waiting,
    Withdrawn,
)
from fairfloor.session.decision import Class, Decision
from fairfloor.session.ports import Records, Step
from fairfloor.web.flow import Flow
from fairfloor.web.places import Change, Place, Places, Words
from fairfloor.web.recent import Recent
from fairfloor.web.voices import Voices

LETTERS = 4_000_000
"""Characters of posts' words that are held beside the floor (at most 16 MB)."""
STATES = 200_000
"""Acts whose state is held (about 30 MB)."""
MESSAGES = 20_000
"""Messages whose copies are counted (about 20 MB)."""
NAMES = 50_000
"""Accounts whose handle is held (about 10 MB)."""
COPIES = 5
"""Copies of a message that are named beside it."""
NEWEST = 50
"""Posts that are held as a newest-first timeline has them."""
WAITING = 20_000
"""Posts that wait for the floor which are held (about 3 MB)."""
QUESTIONS = 50
WAITS = "waiting"
"""The state of an act that has no decision yet."""


class Said(msgspec.Struct, eq=False):
    """How often a message was said, by how many accounts, and its last copies: post id to account."""

    times: int = 1
    accounts: int = 1
    copies: dict[str, str] = msgspec.field(default_factory=dict)


class Board:
    """What the live page shows. An `Audience`: it hears steps in order, in the thread that reads it."""

    def __init__(self, records: Records, pace: float) -> None:
        self.position = 0
        """How many steps were heard."""
        self.step: Step | None = None
        """The last of them."""
        self.reworded = 0
        """The position at which a post was taken back or edited last."""
        self.flow = Flow(pace)
        self.counts: Counter[str] = Counter()
        """Acts by the code of the reason for where they are now."""
        self.shown: Counter[Class] = Counter()
        """Messages that got the floor so far, by the class of the account."""
        self.voices = Voices()
        self.faults = Tally()
        self.skipped = 0
        self._records = records
        self._listeners: list[Callable[[], None]] = []
        self._places = Places()
        self._newest: deque[str] = deque(maxlen=NEWEST)
        self._questions: dict[str, Words] = {}
        self._names: Recent[str, str] = Recent(NAMES)
        self._posts: Recent[str, Words] = Recent(LETTERS, lambda words: len(words.post.text) + 100)
        self._states: Recent[str, str] = Recent(STATES)
        self._said: Recent[str, Said] = Recent(MESSAGES)
        self._waits: Recent[str, datetime] = Recent(WAITING)

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call `listener` after every step heard."""
        self._listeners.append(listener)

    # What happened

    def hear(self, step: Step) -> None:
        """Take note of one step."""
        self.position += 1
        self.step = step
        for account, handle in step.names:
            self._rename(account, handle)
        for act in step.acts:
            self._come(act, step)
        for post in step.edits:
            self._reword(post.id, Words(post, edited=True))
        for decision in step.decisions:
            self._decide(decision)
        for act_id in step.withdrawn:
            self._reword(act_id, None)
        self.voices.take(step.in_step)
        for fault in step.faults:
            self.faults.add(fault)
        self.skipped += step.skipped
        self.flow.watch(step.now, step.waiting)
        for listener in self._listeners:
            listener()

    def _come(self, act: Act, step: Step) -> None:
        if act.handle:
            self._rename(act.account, act.handle)
        self._states.put(act.id, WAITS)
        self.counts[WAITS] += 1
        if isinstance(act, Post):
            self._posts.put(act.id, Words(act))
            self._newest.append(act.id)
            self._waits.put(act.id, act.seen or act.at)
            self.flow.came(min(act.seen or act.at, step.now))

    def _rename(self, account: str, handle: str) -> None:
        if self._names.get(account) != handle:
            self._names.put(account, handle)
            self._places.rename(account, self.position)

    def _decide(self, decision: Decision) -> None:
        before = self._move(decision)
        match decision.reason:
            case Host() | Room() | Turn():
                self._fill(self._give(decision), decision)
            case HostFloor():
                self._fill(self._places.of(decision.message) or self._give(decision), decision)
            case HostFold() | HostHold() | HostPause() | Waiting():
                self._places.empty(decision.message, decision.act, self.position)
            case Heir():
                if (place := self._places.of(decision.message)) is not None:
                    self._fill(place, decision)
            case Copy() as copy:
                self._count(decision, copy)
            case Withdrawn():
                self._reword(decision.act, None)
                if before not in {"repost", "like"}:
                    self._discount(decision)
            case _:
                pass
        if isinstance(decision.reason, Copy | Expired | Share | InStep):
            self.flow.set_aside(decision.account)

    def _move(self, decision: Decision) -> str:
        """Move an act into the state decided, and give the one it was in."""
        before = self._states.get(decision.act) or self._recalled(decision)
        self.counts[before] -= 1
        self.counts[code_of(decision)] += 1
        self._states.put(decision.act, code_of(decision))
        self._waits.pop(decision.act)
        if isinstance(decision.reason, Waiting):
            self._waits.put(decision.act, decision.at)
        return before

    def _recalled(self, decision: Decision) -> str:
        told = [kept for _, kept in self._records.decisions_of(decision.act)]
        earlier = told[: told.index(decision)] if decision in told else told
        return code_of(earlier[-1]) if earlier else WAITS

    def _give(self, decision: Decision) -> Place:
        self.flow.got_floor(decision.at)
        self.shown[decision.class_] += 1
        return self._places.give(decision, self.position)

    def _fill(self, place: Place, decision: Decision) -> None:
        """Let a post stand in a place."""
        place.decision, place.changed = decision, self.position
        place.words = words = self.words(decision.act)
        if words is None:
            return
        place.replied = self.words(words.post.reply_to) if words.post.reply_to else None
        place.quoted = self.words(words.post.quote_of) if words.post.quote_of else None
        if decision.class_ == "host" and form(words.post.text).asks:
            self._questions[decision.act] = words
            if len(self._questions) > QUESTIONS:
                del self._questions[next(iter(self._questions))]

    def _count(self, decision: Decision, copy: Copy) -> None:
        said = self.said(decision.message)
        said.times, said.accounts = copy.said, copy.accounts
        said.copies[decision.act] = decision.account
        if len(said.copies) > COPIES:
            del said.copies[next(iter(said.copies))]
        self._said.put(decision.message, said)
        self._places.copied(decision.message, self.position)

    def _discount(self, decision: Decision) -> None:
        said = self.said(decision.message)
        said.times = max(said.times - 1, 1)
        said.accounts = min(said.accounts, said.times)
        said.copies.pop(decision.act, None)
        self._places.copied(decision.message, self.position)

    def _reword(self, post: str, words: Words | None) -> None:
        """Let a post read otherwise, wherever its words are held; None takes them away."""
        if words is None:
            self._posts.pop(post)
            self._questions.pop(post, None)
            if post in self._newest:
                self._newest.remove(post)
        else:
            self._posts.put(post, words)
            if post in self._questions:
                self._questions[post] = words
        self._places.reword(post, words, self.position)
        self.reworded = self.position

    # What is shown

    def floor(self, many: int) -> list[Place]:
        """Give the last messages of the floor, in order."""
        return list(self._places)[-many:]

    def since(self, position: int) -> Change | None:
        """Give what changed on the floor after a position; None where that is no longer known, or was never."""
        return self._places.since(position, self.position) if position <= self.position else None

    def questions(self) -> list[Words]:
        """Give the host's posts that set a question, in order; the last is the one being asked."""
        return list(self._questions.values())

    def newest(self) -> list[tuple[Words, str]]:
        """Give the posts that a newest-first timeline shows now, the newest first, each with its state."""
        newest = ((self._posts.get(post), self.state(post)) for post in reversed(self._newest))
        return [(words, state) for words, state in newest if words and state]

    def waiting(self, many: int) -> list[tuple[Words, datetime]]:
        """Give posts that wait for the floor, the longest waiting first, and since when; those whose words are held."""
        held = ((self._posts.get(post), since) for post, since in islice(self._waits.items(), many))
        return [(words, since) for words, since in held if words]

    def said(self, message: str) -> Said:
        """Give how often a message was said."""
        return self._said.get(message) or Said()

    def place_of(self, message: str) -> Place | None:
        """Give a message's place, where it is among the last."""
        return self._places.of(message)

    def words(self, post: str) -> Words | None:
        """Give a post as it reads now; None where it was withdrawn, or is not here."""
        if (held := self._posts.get(post)) is not None:
            return held
        record = self._records.record(post)
        if record is None or record.withdrawn or not isinstance(record.act, Post):
            return None
        return Words(record.act, edited=record.edited)

    def held(self, post: str) -> Words | None:
        """Give a post as it reads now where that is at hand, without asking the store."""
        return self._posts.get(post)

    def handle(self, account: str) -> str | None:
        """Give the handle an account goes by, where it is known."""
        return self._names.get(account)

    def state(self, act: str) -> str | None:
        """Give the code of the reason for where an act is, where that is held."""
        return self._states.get(act)


def code_of(decision: Decision) -> str:
    """Give the code of a decision's reason."""
    return str(decision.reason.__struct_config__.tag)
