"""Words for what is not shown: short, whole, and never a bare count."""

import msgspec
import pytest
from tests.web.discussion.conftest import START, author

from fairfloor.chat.site.comment import Comment
from fairfloor.floor.reasons import (
    Copy,
    Expired,
    Host,
    HostFold,
    HostHold,
    InStep,
    Reason,
    Room,
    Share,
    Turn,
    Withdrawn,
)
from fairfloor.web.discussion.words import aside, why

COPY = Copy(of="site:comment/1", likeness=0.93, said=38, accounts=31)
SHARE = Share(waited=0.0, had=3, floor=40, accounts=12)
STEP = InStep(waited=0.0, repeats=9, acts=10, test="words", say=0.01)


@pytest.mark.parametrize(
    ("reasons", "said"),
    [
        ([COPY], "1 reply is a copy"),
        ([COPY, COPY], "2 replies are copies"),
        ([SHARE, Expired(waited=0.0, waiting=3)], "2 replies are folded"),
        ([HostFold(move="m")], "1 reply was removed"),
        ([Withdrawn()] * 3, "3 replies were taken back"),
        ([SHARE, SHARE, COPY], "3 replies are not shown here: 2 folded, 1 copy"),
        (
            [STEP, COPY, COPY, HostHold(move="m")],
            "4 replies are not shown here: 2 copies, 1 folded as acting in step, 1 waiting to be shown",
        ),
    ],
)
def test_what_is_not_shown_is_counted_by_why(reasons: list[Reason], said: str) -> None:
    """One reason makes one sentence, several are listed, the most frequent first."""
    assert aside(type(reason) for reason in reasons) == said


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (Host(), "The host's people always have a place."),
        (Room(), "There is a place for everything that is said here."),
        (
            Turn(waited=0.0, accounts=1),
            "More is said here than has a place. The turn of this one came, among 1 account.",
        ),
        (
            COPY,
            "Merged: word for word it is 93% like an earlier comment. With it that was said 38 times by 31 accounts.",
        ),
        (SHARE, "Folded: its account had its fair share of the places, 3 of 40, among 12 accounts."),
        (
            STEP,
            (
                "Folded: its account is acting in step with others: of its 10 comments, 9 repeat what "
                "others said before. What they say together has had its say."
            ),
        ),
        (
            Expired(waited=0.0, waiting=9),
            "Folded: more is said here than has a place, and the turn of this one did not come.",
        ),
    ],
)
def test_why_a_comment_is_where_it_is_is_said_in_words(reason: Reason, said: str) -> None:
    """With the numbers behind it, and without the times of a floor that has none here."""
    comment = Comment(id=2, article=1, at=START, author=author("Ann"), text="Well said")
    assert why(comment, reason) == said


def test_what_somebody_did_is_said_first() -> None:
    """A comment that was removed, held or taken back says that, whatever it would have been."""
    comment = Comment(id=2, article=1, at=START, author=author("Ann"), text="Well said", why="A reason.")
    told = {
        state: why(msgspec.structs.replace(comment, state=state), Room()) for state in ("removed", "held", "withdrawn")
    }
    assert told["removed"] == "Removed by one of the host's people: A reason."
    assert told["held"] == "Waits until one of the host's people has looked. A reason."
    assert "The words are not kept" in told["withdrawn"]
