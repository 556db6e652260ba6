"""The ledger: the questions asked and what became of each. An honest question does not disappear (promise 9).

What enters. A post that has the form of a question enters as it is said, whatever the floor makes of it, where it is
put to everybody or to the host: it replies to nobody else, or it names or answers the host. What one participant asks
another in a reply ("really?", "how did that go?") and what an answer to the run sheet asks along the way ("A2: why
not both?") waits beside the ledger until somebody else asks the same, or its asker or one of the host's people enters
it. Read by form alone, small talk and a real question under somebody's post look the same; so one or the other has to
take an extra step. We ask it of the rarer: of replies with a question mark, most are small talk, and a ledger full of
these is one that no host reads. Rejected: entering every question mark (the ledger drowns), leaving replies out for
good (a question would disappear), and asking what the words mean (behaviour, never viewpoint). A host's own questions
are the run sheet's business; where they are not, the host enters them.

What becomes of it. It is answered (in words, by naming a post, or by a link), declined with a reason, or withdrawn
when nobody asks it any more; the last thing said counts, what was said before stays to be read. A host's reply on
the network is noted beside the question, and is its answer once the host says so: not every reply answers. Who asked
may dispute what became of it, on the page or by replying to the ledger's own post of the answer (`posted`). A
thank-you there is noted as a dispute too, so that post has to say what replying to it does. Nobody takes a dispute
down, its author included: they withdraw the question instead. The ledger has no evenings; what is open stays open.

What was declined was what somebody said, in their words: who asks much the same afterwards, and had not before, is
heard anew, as an open question. Else a question put so that it must be declined would close it to everybody.

Who hosts is told to begin with, and by the settings from then on; what was noticed by then stays as it was.

Undoing. What was noticed and done is kept in order, and undoing a move is hearing all of it again without that
move, but for disputes, which stay. That is exact without a second thought, and costs about a second at a hundred
thousand questions; only people with a role undo, and they are few.

Invariant: what `refuses` refuses changes nothing, with one exception: a dispute of an open question is kept.
Invariant: reading changes nothing, in whatever order.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from statistics import median
from typing import Protocol

from fairfloor.acts.act import Post
from fairfloor.acts.heard import Form
from fairfloor.chat.ledger.book import Book, Entered, Entry, Gone, Noticed, Objected
from fairfloor.chat.ledger.entries import Numbers, Objection, Question, Reply, State
from fairfloor.chat.ledger.refusals import DISPUTES, NOT_YOURS, is_asker, refusal
from fairfloor.chat.moves import Answer, Decline, Dispute, Enter, Merge, Move, Respond, Settle, Split, Undo, Withdraw
from fairfloor.chat.proposals.topic import proposes

ASKS = 100_000
"""Posts held in the ledger (about 200 MB); beyond, a question enters only by hand."""
WAITING = 20_000
"""Posts that wait for a second voice; the oldest is forgotten first."""
LATELY = 50_000
"""Posts whose account is remembered, to tell whom a reply is to and to enter one by hand."""


class Alike(Protocol):
    """Finds questions that ask the same."""

    def place(self, id: str, text: str) -> str | None:  # noqa: A002 - its name there
        """Remember a question, and give the earlier one that it is the same as."""

    def forget(self, id: str) -> None:  # noqa: A002
        """Let go of the words of a question that was taken back."""


class Ledger:
    """The questions of a chat. Bounded: `ASKS`, `WAITING`, `LATELY`, and what the host's people do."""

    def __init__(
        self,
        hosts: frozenset[str] = frozenset(),
        alike: Alike | None = None,
        proposed: Callable[[Post], bool] = proposes,
    ) -> None:
        """Take the names by which the host and co-hosts are known (accounts, handles), and who finds the same asked.

        proposed: tells whether a post was taken for a proposal, and so is none of the ledger's.
        """
        self._proposed = proposed
        self._hosts = self._named = hosts
        self._alike = alike
        self._book = Book()
        self._log: dict[str, Entry] = {}
        """What the book is made of, by the act or the move."""
        self._groups: dict[str, str] = {}
        self._lately: OrderedDict[str, tuple[str, datetime]] = OrderedDict()
        self._posted: dict[str, str] = {}
        self.version = 0
        """Rises with every change."""

    # What happens

    def post(self, post: Post, form: Form) -> None:
        """Take note of a post: a question, the host's reply to one, or a dispute by reply."""
        at = post.seen or post.at
        if self._is_host(post):
            if post.reply_to in self._groups or post.reply_to in self._lately:
                self._add(post.id, Reply(post.id, post.account, at, post.reply_to or ""))
        elif not self._disputes(post, at) and form.question and not self._proposed(post):
            self._notice(post, form, at)
        self._lately[post.id] = post.account, at
        if len(self._lately) > LATELY:
            self._lately.popitem(last=False)

    def gone(self, act: str, at: datetime) -> None:
        """Take note that an author took a post back."""
        self._lately.pop(act, None)
        if act in self._log:
            self._add(f"gone {act}", Gone(act, at))
            if self._alike:
                self._alike.forget(act)

    def move(self, move: Move) -> None:
        """Take note of a move; one that is not the ledger's, or makes no sense any more, changes nothing."""
        if isinstance(move.do, Settle):
            seated = (*move.do.settings.hosts, *move.do.settings.cohosts)
            self._hosts = self._named.union(*({one.account, one.handle.removeprefix("@")} - {""} for one in seated))
        elif isinstance(move.do, Dispute):
            self._object(move)
        elif self.refuses(move) is not None:
            return
        elif isinstance(move.do, Enter):
            act = move.do.act
            account, at = self._lately.get(act) or self._waiter(act)
            self._groups.setdefault(act, act)
            self._add(move.id, Entered(act, account, at, self._groups[act]))
        elif isinstance(move.do, Answer | Decline | Withdraw | Merge | Split | Respond):
            self._add(move.id, move)

    def undo(self, move: Move) -> None:
        """Let a move not have been made; no dispute is lost by it."""
        if isinstance(move.do, Dispute) or (undone := self._log.get(move.id)) is None:
            return
        log = {key: entry for key, entry in self._log.items() if entry is not undone}
        book = Book()
        for entry in log.values():
            book.add(entry)
        if len(book.disputes) == len(self._book.disputes):
            self._log, self._book = log, book
            self.version += 1

    def posted(self, question: str, act: str) -> None:
        """Take note of the ledger's own post of an answer: who asked disputes it by replying there."""
        self._posted[act] = question

    def _add(self, key: str, entry: Entry) -> None:
        if key not in self._log:
            self._log[key] = entry
            self._book.add(entry)
            self.version += 1

    def _notice(self, post: Post, form: Form, at: datetime) -> None:
        if post.id in self._groups or len(self._book) >= ASKS:
            return
        found = self._alike.place(post.id, post.text) if self._alike and post.text else None
        self._groups[post.id] = self._groups.get(found, found) if found else post.id
        waits = self._between_others(post) or form.answers is not None or form.asks is not None
        self._add(post.id, Noticed(post.id, post.account, at, self._groups[post.id], waits))
        if waits and len(self._book.waiting) > WAITING:
            for act in next(iter(self._book.waiting.values())):
                del self._log[act], self._groups[act]
            self._book.forget_first()

    def _between_others(self, post: Post) -> bool:
        """Tell whether a post is put to another participant: a reply to one that does not name the host."""
        if post.reply_to is None or not self._hosts.isdisjoint(post.mentions):
            return False
        whom, _ = self._lately.get(post.reply_to) or ("", None)
        return whom != post.account and whom not in self._hosts

    def _is_host(self, post: Post) -> bool:
        return post.account in self._hosts or (post.handle is not None and post.handle in self._hosts)

    def _waiter(self, act: str) -> tuple[str, datetime]:
        one = self._book.waiting[self._groups[act]][act]
        return one.account, one.at

    # Disputes

    def _disputes(self, post: Post, at: datetime) -> bool:
        """Take a reply to the ledger's own post of an answer for a dispute, where its account had asked."""
        name = self._book.name(self._posted.get(post.reply_to or "", ""))
        ask = self._book.asked_by(name, post.account) if name else None
        if ask is None or self._book.disputes_of(ask) >= DISPUTES:
            return False
        self._add(post.id, Objected(Objection(id=post.id, ask=ask, account=post.account, at=at, act=post.id)))
        return True

    def _object(self, move: Move) -> None:
        do = move.do
        name = self._book.name(do.question) if isinstance(do, Dispute) else None
        ask = self._book.asked_by(name, move.by) if name else None
        if isinstance(do, Dispute) and ask is not None and self._book.disputes_of(ask) < DISPUTES:
            dispute = Objection(id=move.id, ask=ask, account=move.by, at=move.at, text=do.text)
            self._add(move.id, Objected(dispute))

    # What cannot be done

    def refuses(self, move: Move) -> str | None:
        """Say why a move of the ledger's cannot be made now; None where it can, or is not the ledger's."""
        if isinstance(move.do, Enter):
            return self._refuses_entry(move, move.do.act)
        if isinstance(move.do, Undo) and isinstance(entered := self._log.get(move.do.move), Entered):
            return self._refuses_removal(entered.act)
        return refusal(self._book, move)

    def _refuses_entry(self, move: Move, act: str) -> str | None:
        if self._book.name(act) is not None:
            return "It stands in the ledger already."
        waits = act in self._book.waiting.get(self._groups.get(act, ""), {})
        if act not in self._lately and not waits:
            return "This post is not at hand any more, or was taken back."
        account, _ = self._waiter(act) if waits else self._lately[act]
        return NOT_YOURS if move.role == "participant" and move.by != account else None

    def _refuses_removal(self, act: str) -> str | None:
        found = self.question(act)
        told = found and (found.outcomes or found.disputes or found.merged or found.asked > 1)
        return (
            "Something became of it since: it stays. It can be declined with a reason, or withdrawn." if told else None
        )

    # What stands in it

    def question(self, act: str) -> Question | None:
        """Give the question that a post belongs to; None where it is in none."""
        name = self._book.name(act)
        return None if name is None else self._book.picture(name)

    def dispute(self, id_: str) -> tuple[str, Objection] | None:
        """Give a dispute, and the question that it is about."""
        told = self._book.disputes.get(id_)
        name = self._book.name(told.ask) if told else None
        return (name, told) if told and name else None

    def disputed(self) -> list[str]:
        """Give the questions that stand disputed."""
        return list(self._book.disputed)

    def asks(self, act: str, account: str) -> bool:
        """Tell whether an account asks the question that a post belongs to."""
        return is_asker(self._book, act, account)

    def among(self, state: State) -> list[str]:
        """Give the questions in a state, in the order in which they came into it; one of the ledger's posts each."""
        return list(self._book.filed[state])

    def waiting(self, many: int = 100) -> list[Noticed]:
        """Give questions that wait for a second voice, the latest first."""
        groups = islice(reversed(self._book.waiting.values()), many)
        return [one for group in groups for one in islice(group.values(), 1)]

    def voices(self, act: str, say: Callable[[str], float]) -> int:
        """Count by how many voices a question is asked: the sum of the says of who asks it, and one at least."""
        name = self._book.name(act)
        return max(1, round(self._weight(name, say))) if name else 0

    def _weight(self, name: str, say: Callable[[str], float]) -> float:
        return sum(map(say, self._book.accounts(name)))

    def ranked(self, say: Callable[[str], float]) -> list[str]:
        """Give the open questions: those that most voices ask first.

        Of equals, those come first whose asker has the fewest questions open, so that one account's flood of
        questions sinks as a crowd's does, and then the longest open. Nothing is left out. One pass over all open
        questions, about a second at a hundred thousand: ask it now and then, not for every reader.
        """
        accounts = {name: list(self._book.accounts(name)) for name in self._book.filed["open"]}
        many: dict[str, int] = {}
        for asked_by in accounts.values():
            for account in asked_by:
                many[account] = many.get(account, 0) + 1
        keys = {
            name: (-round(sum(map(say, asked_by)), 1), min(map(many.__getitem__, asked_by)))
            for name, asked_by in accounts.items()
        }
        return sorted(keys, key=keys.__getitem__)

    def numbers(self) -> Numbers:
        """Count the questions. One pass over the answered ones."""
        filed = self._book.filed
        took: Iterator[timedelta | None] = map(self._book.answered_in, filed["answered"])
        seconds = [one.total_seconds() for one in took if one is not None]
        return Numbers(
            open=len(filed["open"]),
            answered=len(filed["answered"]),
            declined=len(filed["declined"]),
            withdrawn=len(filed["withdrawn"]),
            disputed=len(self._book.disputed),
            waited=timedelta(seconds=median(seconds)) if seconds else None,
        )
