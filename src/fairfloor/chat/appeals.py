"""Appeals: whoever was folded can ask for a second look, once for each fold; the answer is public, like the asking.

Against any fold, not only the host's: that a turn did not come, or that an account is taken to act in step, can be as
wrong as a person's judgement. Whether a post is folded now, the page sees that has the form; here is kept whose post it
is, what was asked, and what was answered. Nothing makes an appeal go away but its own account: what is not answered
stays open and is counted in the report.

A post that the host folded or held anew can be appealed about anew. Open appeals are told by their accounts' say, so
that a crowd that acts as one is heard as one, and then the oldest first.

Invariant: undoing a move leaves what there would be without it.
Invariant: bounded by `POSTS` and `MOST`; an account has `EACH` open appeals at most.
"""

from collections import Counter, OrderedDict
from collections.abc import Callable
from datetime import datetime

import msgspec

from fairfloor.acts.act import Post
from fairfloor.acts.heard import Form
from fairfloor.chat.moves import Appeal, Fold, Hold, Move, Review, Undo

POSTS = 100_000
"""Posts whose account is remembered, the last of them: five long evenings."""
EACH = 5
"""Open appeals that one account can have."""
MOST = 20_000
"""Appeals that are kept, answered ones among them."""


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """An appeal and its answer."""

    id: str
    """The move that asked."""
    act: str
    """The post that it is about."""
    account: str
    at: datetime
    text: str
    review: Move | None = None
    """The move that answered; None: it is open."""
    gone: bool = False
    """Whether the author took the post back since; then there is nothing to answer."""

    @property
    def granted(self) -> bool:
        """Whether the post got the floor."""
        return self.review is not None and isinstance(self.review.do, Review) and self.review.do.granted

    @property
    def open(self) -> bool:
        """Whether it waits for an answer."""
        return self.review is None and not self.gone


class Appeals:
    """A part of the desk."""

    def __init__(self) -> None:
        self._whose: OrderedDict[str, str] = OrderedDict()
        self._gone: set[str] = set()
        """Posts that were taken back, of those appealed about."""
        self._asked: dict[str, Move] = {}
        self._about: dict[str, dict[str, Move]] = {}
        """By post: the host's folds and the appeals, in order, by their ids."""
        self._theirs: dict[str, dict[str, Move]] = {}
        """By account: its appeals."""
        self._reviews: dict[str, dict[str, Move]] = {}
        """By appeal: its answers, in order, by their ids; the last counts."""

    # What happens

    def post(self, post: Post, form: Form) -> None:  # noqa: ARG002 - see `session.desk.Part`
        """Remember whose a post is."""
        self._whose[post.id] = post.account
        if len(self._whose) > POSTS:
            self._whose.popitem(last=False)

    def gone(self, act: str, at: datetime) -> None:  # noqa: ARG002 - see `session.desk.Part`
        """Take note that an author took a post back."""
        self._whose.pop(act, None)
        if act in self._about:
            self._gone.add(act)

    def move(self, move: Move) -> None:
        """Take a move."""
        match move.do:
            case Fold(act=act) | Hold(act=act):
                self._about.setdefault(act, {})[move.id] = move
            case Appeal(act=act) if self._whose.get(act) == move.by and len(self._asked) < MOST:
                self._about.setdefault(act, {})[move.id] = self._asked[move.id] = move
                self._theirs.setdefault(move.by, {})[move.id] = move
            case Review(appeal=appeal) if appeal in self._asked:
                self._reviews.setdefault(appeal, {})[move.id] = move
            case _:
                pass

    def undo(self, move: Move) -> None:
        """Take a move back, as though it had never been made."""
        match move.do:
            case Fold(act=act) | Hold(act=act) | Appeal(act=act):
                self._asked.pop(move.id, None)
                _drop(self._about, act, move.id)
                _drop(self._theirs, move.by, move.id)
            case Review(appeal=appeal):
                _drop(self._reviews, appeal, move.id)
            case _:
                pass

    def refuses(self, move: Move) -> str | None:
        """Say why an appeal, or an answer to one, cannot be made now; None where it can."""
        match move.do:
            case Appeal(act=act):
                return self._refuses_appeal(move, act)
            case Review():
                return self._refuses_review(move.do)
            case Undo(move=appeal) if appeal in self._reviews:
                return "It was answered, and stays with its answer."
            case _:
                return None

    def _refuses_appeal(self, move: Move, act: str) -> str | None:
        if act not in self._whose:
            return "This is no post that is here; its author took it back, or it is of very long ago."
        if len(self._asked) >= MOST:
            return "So much was asked for a second look that there is no room for more. Write to the host."
        if self._whose[act] != move.by:
            return "Only the account that posted it can ask for a second look."
        if self.asked(act):
            return "A second look was asked for already. The answer will stand on the post's page."
        if sum(1 for one in self._theirs.get(move.by, {}).values() if self._case(one).open) >= EACH:
            return f"You have asked for {EACH} second looks that wait for an answer. Wait for one of them first."
        return None

    def _refuses_review(self, review: Review) -> str | None:
        case = self.case(review.appeal)
        if case is None or case.act != review.act:
            return "There is no such appeal, or it was taken back."
        if case.gone:
            return "The post was taken back by its author."
        if case.review is not None:
            return "This appeal was answered already. Undo that answer first."
        return None

    # Asked

    def asked(self, act: str) -> bool:
        """Tell whether there was an appeal about a post since the host folded it last, or ever, where nobody did."""
        return any(isinstance(move.do, Appeal) for move in list(self._about.get(act, {}).values())[-1:])

    def case(self, appeal: str) -> Case | None:
        """Give an appeal by its move."""
        move = self._asked.get(appeal)
        return None if move is None else self._case(move)

    def of(self, act: str) -> list[Case]:
        """Give the appeals about a post, in order."""
        return [self._case(move) for move in self._about.get(act, {}).values() if isinstance(move.do, Appeal)]

    def all(self) -> list[Case]:
        """Give all appeals, in order."""
        return [self._case(move) for move in self._asked.values()]

    def open(self, say: Callable[[str], float]) -> list[Case]:
        """Give the appeals that wait for an answer: by their accounts' say, which an account's share, then in order."""
        waiting = [case for case in self.all() if case.open]
        each = Counter(case.account for case in waiting)
        return sorted(waiting, key=lambda case: (-say(case.account) / each[case.account], case.at))

    def _case(self, move: Move) -> Case:
        act, text = (move.do.act, move.do.text) if isinstance(move.do, Appeal) else ("", "")
        review = next(reversed(self._reviews.get(move.id, {}).values()), None)
        return Case(id=move.id, act=act, account=move.by, at=move.at, text=text, review=review, gone=act in self._gone)


def _drop(among: dict[str, dict[str, Move]], where: str, what: str) -> None:
    moves = among.get(where, {})
    if moves.pop(what, None) is not None and not moves:
        del among[where]
