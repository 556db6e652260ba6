"""Why a move of the ledger's cannot be made now, in a sentence for whoever tried."""

from fairfloor.chat.ledger.book import Book
from fairfloor.chat.moves import Answer, Decline, Dispute, Merge, Move, Respond, Split, Undo, Withdraw
from fairfloor.chat.roles import may

DISPUTES = 10
"""Disputes of one asker about one question; beyond, a reply is a post like others, so that no one buries the rest."""
NOT_YOURS = "Only who asked it can do this."
_UNKNOWN = "There is no such question in the ledger."


def refusal(book: Book, move: Move) -> str | None:
    """Say why a move cannot be made now; None where it can, or is not the ledger's."""
    match move.do:
        case Answer():
            return _unknown(book, move.do.question) or _wordless(move.do)
        case Decline(of=act) | Withdraw(of=act) | Merge(of=act) | Split(act=act) if book.name(act) is None:
            return None  # a proposal, perhaps
        case Decline() | Withdraw():
            return _ended(book, move, move.do)
        case Merge() | Split():
            return _placed(book, move.do) or _ending(book, move)
        case Dispute() | Respond() | Undo():
            return _disputed(book, move, move.do)
    return None


def is_asker(book: Book, act: str, account: str) -> bool:
    """Tell whether an account asks the question that a post belongs to."""
    name = book.name(act)
    return name is not None and book.asked_by(name, account) is not None


def _unknown(book: Book, act: str) -> str | None:
    return _UNKNOWN if book.name(act) is None else None


def _wordless(answer: Answer) -> str | None:
    said = answer.text.strip() or answer.act or answer.link
    return None if said else "Say the answer in words, or name the post or the page that gives it."


def _ended(book: Book, move: Move, do: Decline | Withdraw) -> str | None:
    if isinstance(do, Withdraw):
        return None if is_asker(book, do.of, move.by) else NOT_YOURS
    return None if move.reason.strip() else "Say why it is declined: the reason stands beside it."


def _placed(book: Book, do: Merge | Split) -> str | None:
    if isinstance(do, Split):
        first = book.name(do.act) == do.act
        return "This post is what the question is named by." if first else None
    same = book.name(do.of) == book.name(do.into)
    return _unknown(book, do.into) or ("These are one question already." if same else None)


def _ending(book: Book, move: Move) -> str | None:
    """Say that a merge would answer or decline an open question, which is not for whoever cannot do that."""
    if not isinstance(move.do, Merge) or may(move.role, Decline(of="-")):
        return None
    states = {book.state(name) for name in (book.name(move.do.of), book.name(move.do.into)) if name is not None}
    return None if "open" not in states or len(states) == 1 else _ENDS


def _disputed(book: Book, move: Move, do: Dispute | Respond | Undo) -> str | None:
    if isinstance(do, Respond):
        return None if do.dispute in book.disputes else "There is no such dispute."
    if isinstance(do, Undo):
        return _STAYS if do.move in book.disputes else None
    name = book.name(do.question)
    if name is None or book.asked_by(name, move.by) is None:
        return NOT_YOURS if name else _UNKNOWN
    if book.state(name) in {"open", "withdrawn"}:
        return "This question is open: there is nothing to dispute yet."
    if book.disputes_of(book.asked_by(name, move.by) or name) >= DISPUTES:
        return "You have disputed this as often as one can. It stands disputed until the host comes back to it."
    return None if do.text.strip() else "Say what the answer leaves open."


_ENDS = "One is open and the other is not: to make them one would end it, which the host and co-hosts can."
_STAYS = "A dispute stays. It can be answered, and who asked can withdraw the question."
