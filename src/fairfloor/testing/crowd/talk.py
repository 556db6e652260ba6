"""How people take up what was said: replies, answers to replies, reposts and likes, each some minutes later.

Times are log-normal. In a real conference tag, in an hour of 290 acts, the median reply and the median repost came
three minutes after the post, one in ten within half a minute, one in ten after a quarter of an hour; most posts
were passed on by nobody, a few by many.
"""

from functools import partial

from fairfloor.testing.crowd.dice import chance, delay, how_many, popularity, some, weighted
from fairfloor.testing.crowd.pen import Line
from fairfloor.testing.crowd.people import Account
from fairfloor.testing.crowd.room import Room, Said
from fairfloor.testing.crowd.world import Role

_ANSWERED_BACK = 0.3
_REPLIES = {
    "question": {"explain": 60, "agree": 10, "disagree": 10, "ask_back": 20},
    "same camp": {"agree": 60, "disagree": 15, "ask_back": 15, "explain": 10},
    "other camp": {"agree": 20, "disagree": 50, "ask_back": 20, "explain": 10},
}
"""What people reply with, in parts."""


class Talk:
    """Conversation in a room."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def say(self, at: float, author: Account, line: Line, to: Said | None = None) -> None:
        """Let somebody say a line, with all that comes of it."""
        said = self._room.say(at, author, line, to)
        room, dice, keen = self._room, self._room.dice, 3 if author is self._room.host else 1
        for _ in range(how_many(dice, 0.1 + 0.25 * said.question + 0.05 * (author.role is Role.CRITIC))):
            room.plan(at + delay(dice, 120, 0.9), partial(self._take_up, said))
        for someone in some(dice, room.people, keen * popularity(dice, 1.3, 12)):
            room.plan(at + delay(dice, 180, 1.1), partial(self._pass_on, someone, said))
        for someone in some(dice, room.people, keen * popularity(dice, 1.1, 20)):
            room.plan(at + delay(dice, 120, 1.2), partial(self._like, someone, said))

    def reply(self, author: Account, to: Said, at: float) -> None:
        """Let somebody reply to somebody else, who may well answer back."""
        if author is to.author:
            return
        kind = "question" if to.question else "same camp" if to.author.camp == author.camp else "other camp"
        self.say(at, author, self._room.pen.compose(author, weighted(self._room.dice, _REPLIES[kind])), to)
        if to.author is not self._room.host and chance(self._room.dice, _ANSWERED_BACK):
            mine = self._room.said[-1]
            self._room.plan(at + delay(self._room.dice, 90, 0.9), partial(self._answer_back, to.author, mine))

    def _answer_back(self, author: Account, to: Said, at: float) -> None:
        if chance(self._room.dice, 0.3):
            self.say(at, author, self._room.pen.compose(author, "thanks_reply"), to)
        else:
            self.reply(author, to, at)

    def _take_up(self, said: Said, at: float) -> None:
        someone = self._room.somebody(at)
        if someone is not None:
            self.reply(someone, said, at)

    def _pass_on(self, someone: Account, said: Said, at: float) -> None:
        if someone.comes < at and someone is not said.author:
            self._room.repost(at, someone, said.post)

    def _like(self, someone: Account, said: Said, at: float) -> None:
        if someone.comes < at and someone is not said.author:
            self._room.like(at, someone, said.post)
