from datetime import UTC, datetime

from fairfloor.acts.act import Post
from fairfloor.chat.moves import Doing, Move, Settle, Undo
from fairfloor.chat.settings import Settings
from fairfloor.sources.membership import Membership
from fairfloor.sources.x.rules import rule
from fairfloor.wiring.networks import spelt

NOW = datetime(2026, 3, 5, 2, tzinfo=UTC)


def a_post(*tags: str) -> Post:
    """Make a post with tags."""
    return Post(id=f"at://ann/{'-'.join(tags)}", at=NOW, account="ann", text="Hello", tags=tags)


def moves(*doings: Doing) -> list[Move]:
    """Make the host's moves, in order."""
    return [Move(id=f"move:{number}", at=NOW, by="Robin", role="host", do=do) for number, do in enumerate(doings, 1)]


def test_a_post_belongs_by_any_spelling_of_the_tag() -> None:
    """In any capitals; another tag that only begins alike does not."""
    membership = Membership("copchat", spellings=("#CopsChat",))
    assert membership.takes(a_post("CopChat"))
    assert membership.takes(a_post("copschat"))
    assert not membership.takes(a_post("copchatter"))


def test_x_is_asked_for_all_spellings_at_once() -> None:
    """One rule, so that a post with both is delivered, and charged, once."""
    assert rule("copchat", "copschat") == "#copchat OR #copschat"


def test_the_spellings_are_those_settled_last_and_not_undone() -> None:
    """The tag itself is none of them, however it is written."""
    one = Settle(settings=Settings(tag="copchat", spellings=("CopsChat", "COPCHAT")))
    other = Settle(settings=Settings(tag="copchat", spellings=("kopchat",)))
    assert spelt(moves(one)) == ("CopsChat",)
    assert spelt(moves(one, other)) == ("kopchat",)
    assert spelt(moves(one, other, Undo(move="move:2"))) == ("CopsChat",)
    assert spelt([]) == ()
