"""Appeals: asked once for each fold, by whose post it is; answered in public; open until they are."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from fairfloor.acts.act import Post
from fairfloor.acts.heard import Form
from fairfloor.chat.appeals import EACH, POSTS, Appeals
from fairfloor.chat.moves import Appeal, Doing, Fold, Hold, Move, Pin, Review, Role, Undo

START = datetime(2026, 10, 7, 1, tzinfo=UTC)
COUNT = iter(range(10**9))


def post(name: str, account: str) -> Post:
    """Give a post."""
    return Post(id=name, at=START, account=account, text="said")


def a_move(do: Doing, by: str = "ann", role: Role = "participant", name: str = "", seconds: int = 0) -> Move:
    """Give a move."""
    return Move(id=name or f"m{next(COUNT)}", at=START + timedelta(seconds=seconds), by=by, role=role, do=do)


def appealed(**whose: str) -> Appeals:
    """Give appeals that know of posts, by whose they are."""
    appeals = Appeals()
    for name, account in whose.items():
        appeals.post(post(name, account), Form())
    return appeals


def test_only_whose_post_it_is_can_ask() -> None:
    """Somebody else cannot, nor about what is no post."""
    appeals = appealed(p="ann")
    assert appeals.refuses(a_move(Appeal(act="p"))) is None
    assert "Only the account" in (appeals.refuses(a_move(Appeal(act="p"), by="ben")) or "")
    assert "no post" in (appeals.refuses(a_move(Appeal(act="q"))) or "")


def test_it_is_asked_once_for_each_fold() -> None:
    """A second appeal is refused, answered or not, until the host folds the post anew."""
    appeals = appealed(p="ann")
    first = a_move(Appeal(act="p", text="It was a question."))
    appeals.move(first)
    assert "already" in (appeals.refuses(a_move(Appeal(act="p"))) or "")
    appeals.move(a_move(Review(appeal=first.id, act="p", granted=True, text="You are right."), "Hal", "host"))
    assert appeals.refuses(a_move(Appeal(act="p"))) is not None
    fold = a_move(Fold(act="p"), "Hal", "host")
    appeals.move(fold)
    assert appeals.refuses(a_move(Appeal(act="p"))) is None
    appeals.undo(fold)
    assert appeals.refuses(a_move(Appeal(act="p"))) is not None


def test_it_is_open_until_it_is_answered_and_again_when_that_is_undone() -> None:
    """The answer shows beside what was asked; the host's people answer once."""
    appeals = appealed(p="ann")
    asked = a_move(Appeal(act="p", text="Why?"))
    appeals.move(asked)
    assert [case.text for case in appeals.open(lambda _: 1.0)] == ["Why?"]
    answer = a_move(Review(appeal=asked.id, act="p", granted=False, text="It was an advert."), "Hal", "moderator")
    assert appeals.refuses(answer) is None
    appeals.move(answer)
    (case,) = appeals.of("p")
    assert (case.review, case.granted, case.open) == (answer, False, False)
    assert "already" in (appeals.refuses(answer) or "")
    assert appeals.refuses(a_move(Undo(move=asked.id)))
    appeals.undo(answer)
    assert appeals.refuses(a_move(Undo(move=asked.id))) is None
    assert [case.id for case in appeals.open(lambda _: 1.0)] == [asked.id]


def test_an_answer_names_the_appeal_and_its_post() -> None:
    """So a grant cannot release another post than the one appealed about."""
    appeals = appealed(p="ann", q="ben")
    asked = a_move(Appeal(act="p"))
    appeals.move(asked)
    for wrong in (
        Review(appeal=asked.id, act="q", granted=True, text="x"),
        Review(appeal="?", act="p", granted=True, text="x"),
    ):
        assert "no such appeal" in (appeals.refuses(a_move(wrong, "Hal", "host")) or "")


def test_a_post_taken_back_is_not_looked_at_again() -> None:
    """Its appeal is neither open nor answered, and nobody can ask or answer any more."""
    appeals = appealed(p="ann")
    asked = a_move(Appeal(act="p"))
    appeals.move(asked)
    appeals.gone("p", START)
    (case,) = appeals.of("p")
    assert (case.gone, case.open) == (True, False)
    assert "took it back" in (appeals.refuses(a_move(Appeal(act="p"))) or "")
    assert "taken back" in (appeals.refuses(a_move(Review(appeal=asked.id, act="p", granted=True, text="x"))) or "")


def test_open_appeals_come_by_say() -> None:
    """An account that acts in step is heard after the others, and who asks much shares its own say."""
    appeals = appealed(a="crowd", b="ann", c="ben", d="ben")
    for second, (name, account) in enumerate((("a", "crowd"), ("c", "ben"), ("d", "ben"), ("b", "ann"))):
        appeals.move(a_move(Appeal(act=name), by=account, seconds=second))
    says = {"crowd": 0.01}
    assert [case.act for case in appeals.open(lambda account: says.get(account, 1.0))] == ["b", "c", "d", "a"]


def test_an_account_has_only_so_many_open() -> None:
    """The next can be asked when one was answered."""
    appeals = appealed(**{f"p{n}": "ann" for n in range(EACH + 1)})
    moves = [a_move(Appeal(act=f"p{n}")) for n in range(EACH)]
    for move in moves:
        appeals.move(move)
    assert "wait for an answer" in (appeals.refuses(a_move(Appeal(act=f"p{EACH}"))) or "")
    appeals.move(a_move(Review(appeal=moves[0].id, act="p0", granted=False, text="no"), "Hal", "host"))
    assert appeals.refuses(a_move(Appeal(act=f"p{EACH}"))) is None


def test_only_so_many_posts_are_remembered() -> None:
    """Posts of very long ago cannot be appealed about; memory is bounded."""
    appeals = appealed(old="ann")
    for n in range(POSTS):
        appeals.post(post(f"p{n}", "ben"), Form())
    assert "long ago" in (appeals.refuses(a_move(Appeal(act="old"))) or "")


ACTS = st.sampled_from(["p", "q"])
DOINGS: st.SearchStrategy[Doing] = st.one_of(
    st.builds(Fold, act=ACTS),
    st.builds(Hold, act=ACTS),
    st.builds(Appeal, act=ACTS),
    st.builds(Review, appeal=st.integers(0, 9).map("m{}".format), act=ACTS, granted=st.booleans(), text=st.just("so")),
    st.just(Pin(text="x")),
)


def told(doings: Iterable[tuple[int, Doing]]) -> Appeals:
    """Give what there is after some moves."""
    appeals = appealed(p="ann", q="ann")
    for number, do in doings:
        appeals.move(a_move(do, name=f"m{number}"))
    return appeals


@settings(max_examples=200)
@given(st.lists(DOINGS, max_size=10), st.data())
def test_undoing_leaves_what_there_would_be_without(doings: list[Doing], data: st.DataObject) -> None:
    """Whichever moves are undone, in whatever order, all answers are those of an evening without them."""
    numbered = list(enumerate(doings))
    undone = data.draw(st.lists(st.sampled_from(numbered), unique_by=lambda one: one[0]) if numbered else st.just([]))
    appeals = told(numbered)
    for number, do in undone:
        appeals.undo(a_move(do, name=f"m{number}"))
    without = told(one for one in numbered if one not in undone)
    assert appeals.all() == without.all()
    for act in "pq":
        assert appeals.of(act) == without.of(act)
        assert appeals.refuses(a_move(Appeal(act=act))) == without.refuses(a_move(Appeal(act=act)))
