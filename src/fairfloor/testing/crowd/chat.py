"""The genuine evening: a host with a run sheet, and people who answer, ask, remark, talk with one another and go home.

People say more after a question is asked and then less again. What looks coordinated and is not comes in too: in
the last minutes a third of the room thanks everybody, a dozen people copy a petition, a headline goes round by
share button, and when a guest says something well, eight write it down at once.
"""

from functools import partial
from math import exp
from random import Random

from fairfloor.acts.act import Act
from fairfloor.testing.crowd.dice import chance, delay, some, weighted
from fairfloor.testing.crowd.pen import Draft, Line, Pen
from fairfloor.testing.crowd.people import Account
from fairfloor.testing.crowd.room import Room
from fairfloor.testing.crowd.talk import Talk
from fairfloor.testing.crowd.world import Role, World

QUESTIONS = 6
"""Questions on the run sheet."""
_BASE, _BURST, _PEAK_AFTER = 1.4, 3.4, 1.5
"""Posts a minute that reply to nobody: always; more at most, after a question; minutes from it until that most."""
_TURNS = {
    Role.REGULAR: {"answer": 48, "remark": 17, "question": 8, "wondering": 2, "rhetorical": 3, "reply": 22},
    Role.NEWCOMER: {"answer": 33, "remark": 15, "question": 22, "wondering": 7, "rhetorical": 3, "reply": 20},
    Role.CRITIC: {"answer": 22, "remark": 20, "question": 26, "wondering": 7, "rhetorical": 5, "reply": 20},
}
"""What people do when they say something, in parts."""
_BODIES = {
    ("story",): 22,
    ("opinion",): 22,
    ("opinion", "tail"): 12,
    ("story", "tail"): 12,
    ("story", "opinion"): 16,
    ("opinion", "story"): 16,
}


def asked_at(world: World) -> list[float]:
    """Give when each question of the run sheet is asked, in seconds after the start."""
    return [60 * world.minutes * (0.05 + 0.15 * number) for number in range(QUESTIONS)]


def asking(world: World, at: float) -> int:
    """Give the number of the question being asked at a time; 0 before the first."""
    return sum(asked <= at for asked in asked_at(world))


def body(author: Account, pen: Pen, dice: Random, ask: int = 0) -> Line:
    """Compose what somebody has to say: one sentence or two; as an answer where `ask` is a question's number."""
    rules = weighted(dice, _BODIES)
    return pen.answer(author, ask, *rules) if ask else pen.compose(author, *rules)


def chat(world: World, people: list[Account], pen: Pen, dice: Random) -> list[Draft[Act]]:
    """Give what the genuine people do, in order of time."""
    room = Room(world, people, pen, dice)
    evening = _Chat(room)
    evening.plan_host()
    evening.plan_people()
    evening.plan_coincidences()
    return room.run()


class _Chat:
    def __init__(self, room: Room) -> None:
        self._room, self._talk = room, Talk(room)
        self._pen, self._dice, self._world = room.pen, room.dice, room.world
        self._spoke: set[str] = set()
        self._attended: set[str] = set()

    def plan_host(self) -> None:
        """Plan the run sheet, a reminder after each question, and the host's attention to what people say."""
        room, host = self._room, self._room.host
        room.plan(0.0, partial(self._say, host, "welcome"))
        for number, at in enumerate(asked_at(self._world), 1):
            room.plan(at, partial(self._ask, number))
            room.plan(at + 60 * self._dice.uniform(4, 6), partial(self._say, host, "reminder"))
        room.plan(room.end - 90, partial(self._say, host, "closing"))
        every = 60.0 if self._world.first_night else 180.0
        for turn in range(1, int(room.end / every) + 1):
            room.plan(turn * every - 20, partial(self._attend, turn))

    def plan_people(self) -> None:
        """Plan when people speak of themselves, and who says goodbye."""
        most = self._world.bustle * (_BASE + 1.5 * _BURST) / 60
        at = self._dice.expovariate(most)
        while at < self._room.end:
            if chance(self._dice, self._rate(at) / most):
                self._room.plan(at, self._speak)
            at += self._dice.expovariate(most)
        for someone in self._room.people:
            if chance(self._dice, 0.35):
                self._room.plan(
                    self._room.end - self._dice.triangular(0, 170, 60), partial(self._say, someone, "goodbye")
                )

    def plan_coincidences(self) -> None:
        """Plan what many people say in the same words, without having agreed on it."""
        for rule, by, first, times in (("petition", "", 0.15, 12), ("headline", " via @localnews", 0.2, 8)):
            text = self._pen.compose(self._room.host, rule).text + by
            line = Line(text, stem=rule, link=self._pen.link(), pasted=True)
            for someone in some(self._dice, self._room.people, times):
                at = self._dice.triangular(first, 0.95, first) * self._room.end
                self._room.plan(max(at, someone.comes), partial(self._paste, someone, line))
        for part in (0.28, 0.68):
            self._room.plan(part * self._room.end, self._quote_guest)

    def _rate(self, at: float) -> float:
        """Give the rate in posts a second at which people speak of themselves."""
        since = [(at - asked) / 60 / _PEAK_AFTER for asked in asked_at(self._world) if asked < at]
        return self._world.bustle * (_BASE + _BURST * sum(ago * exp(1 - ago) for ago in since)) / 60

    def _ask(self, number: int, at: float) -> None:
        drawn = self._pen.compose(self._room.host, "sheet").text
        text = self._world.run_sheet[number - 1] if self._world.run_sheet else drawn
        self._talk.say(at, self._room.host, Line(f"Q{number}: {text}"))

    def _say(self, someone: Account, rule: str, at: float) -> None:
        self._talk.say(at, someone, self._pen.compose(someone, rule, ask=asking(self._world, at)))

    def _paste(self, someone: Account, line: Line, at: float) -> None:
        self._talk.say(at, someone, line)

    def _attend(self, turn: int, at: float) -> None:
        """Let the host answer or like, turn about, somebody's post of the last minutes."""
        recent = self._room.recent(at, self._room.host, within=240)
        fresh = [said for said in recent if said.post.id not in self._attended]
        if not fresh:
            return
        said = self._dice.choice(fresh)
        self._attended.add(said.post.id)
        if turn % 2:
            self._talk.say(at, self._room.host, self._pen.compose(self._room.host, "host_reply"), said)
        else:
            self._room.like(at, self._room.host, said.post)

    def _speak(self, at: float) -> None:
        someone = self._room.somebody(at)
        if someone is None:
            return
        new = someone.id not in self._spoke
        self._spoke.add(someone.id)
        turn = "hello" if new and chance(self._dice, 0.4) else weighted(self._dice, _TURNS[someone.role])
        recent = self._room.recent(at, someone)
        if turn == "reply" and recent:
            self._talk.reply(someone, self._dice.choices(recent, range(1, len(recent) + 1))[0], at)
        elif turn in {"answer", "remark", "reply"}:
            self._talk.say(at, someone, self._body(someone, turn, at))
        else:
            self._say(someone, turn, at)

    def _body(self, someone: Account, turn: str, at: float) -> Line:
        line = body(someone, self._pen, self._dice, asking(self._world, at) if turn == "answer" else 0)
        return Line(line.text, link=self._pen.link()) if chance(self._dice, 0.12) else line

    def _quote_guest(self, at: float) -> None:
        saying = self._pen.compose(self._room.host, "saying").text
        self._talk.say(at, self._room.host, Line(f"Our guest tonight: {saying}", stem=saying, pasted=True))
        for someone in some(self._dice, self._room.there(at), 8):
            aside = self._pen.compose(someone, "relished").text
            text = self._dice.choice((saying, f"{saying} {aside}", f"{aside} {saying}", f"Our guest: {saying}"))
            line = Line(text, stem=saying, pasted=True)
            self._room.plan(at + delay(self._dice, 70, 0.6), partial(self._paste, someone, line))
