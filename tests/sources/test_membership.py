from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.acts.act import Act, Like, Post, Repost
from fairfloor.acts.notice import Deletion, Departure, Edit, Notice, Rename
from fairfloor.sources.membership import Membership

AT = datetime(2026, 10, 22, 1, tzinfo=UTC)
NAMES = "abcdef"


def _post(
    name: str, *, account: str = "ann", tags: tuple[str, ...] = (), to: str | None = None, root: str | None = None
) -> Post:
    return Post(id=name, at=AT, account=account, tags=tags, reply_to=to, root=root)


def _repost(name: str, of: str) -> Repost:
    return Repost(id=name, at=AT, account="lee", subject=of)


def _like(name: str, of: str) -> Like:
    return Like(id=name, at=AT, account="lee", subject=of)


def _takes(membership: Membership, notices: Iterable[Notice]) -> list[bool]:
    return [membership.takes(notice) for notice in notices]


@pytest.mark.parametrize("tag", ["copchat", "#CopChat", "COPCHAT", "\uff03\uff23opChat"])
def test_the_tag_is_the_tag_however_written(tag: str) -> None:
    """Sign, capitals and width of the tag make no difference, on either side."""
    assert Membership("#copChat").takes(_post("a", tags=("other", tag)))
    assert Membership(tag).takes(_post("a", tags=("copchat",)))


def test_a_conversation_belongs_whole() -> None:
    """Replies to the chat belong without the tag, at any depth; so do reposts and likes of them."""
    membership = Membership("copchat")
    acts: list[Notice] = [
        _post("a", tags=("copchat",)),
        _post("b", to="a"),
        _post("c", to="b"),
        _post("d", to="x", root="a"),
    ]
    assert _takes(membership, [*acts, _repost("e", "c"), _like("f", "d")]) == [True] * 6


def test_what_is_elsewhere_stays_elsewhere() -> None:
    """A post without the tag, a reply to it, a quote of the chat without it, and a like of a like do not belong."""
    membership = Membership("copchat")
    membership.takes(_post("a", tags=("copchat",)))
    membership.takes(_like("l", "a"))
    quote = Post(id="q", at=AT, account="bob", quote_of="a")
    others: list[Notice] = [
        _post("b", tags=("copchats",)),
        _post("c", to="b"),
        quote,
        _like("m", "l"),
        _repost("n", "b"),
    ]
    assert _takes(membership, others) == [False] * 5


def test_later_news_follows_the_act() -> None:
    """Edits and deletions of the chat's acts belong, and departures and renames of those who acted in it; no others."""
    membership = Membership("copchat")
    _takes(membership, [_post("a", tags=("copchat",)), _like("l", "a")])
    ours: list[Notice] = [Edit(post=_post("a")), Deletion(id="a", at=AT), Deletion(id="l", at=AT)]
    ours += [Departure(account="ann", at=AT), Rename(account="lee", handle="lee.example.org", at=AT)]
    others: list[Notice] = [Edit(post=_post("b", tags=("copchat",))), Deletion(id="b", at=AT)]
    others += [Departure(account="bob", at=AT), Rename(account="bob", handle="b.example.org", at=AT)]
    assert _takes(membership, ours) == [True] * 5
    assert _takes(membership, others) == [False] * 4


def test_a_deleted_post_still_holds_its_conversation() -> None:
    """After a deletion, what was said below the post belongs still, and so does the deletion when it comes again."""
    membership = Membership("copchat")
    _takes(membership, [_post("a", tags=("copchat",)), Deletion(id="a", at=AT)])
    assert _takes(membership, [_post("b", to="a"), Deletion(id="a", at=AT)]) == [True, True]


def test_it_remembers_after_a_restart() -> None:
    """What was stored can be remembered without its reason, such as a reply whose parent is deleted since."""
    membership = Membership("copchat")
    membership.remember(_post("b", to="a"))
    assert _takes(membership, [_post("c", to="b"), Deletion(id="b", at=AT)]) == [True, True]


def test_the_oldest_goes_first() -> None:
    """With room for two posts, the first of three is forgotten and the other two are not."""
    membership = Membership("copchat", room=2)
    _takes(membership, [_post(name, account=name, tags=("copchat",)) for name in "abc"])
    deletions = [Deletion(id=name, at=AT) for name in "abc"]
    departures = [Departure(account=name, at=AT) for name in "abc"]
    assert _takes(membership, deletions) == [False, True, True]
    assert _takes(membership, departures) == [False, True, True]


def test_what_is_remembered_needs_no_reason_any_more() -> None:
    """A reply, a repost and a like come again and belong, though what they were about is forgotten meanwhile."""
    membership = Membership("copchat", room=2)
    told: list[Notice] = [_post("a", tags=("copchat",)), _post("b", to="a"), _repost("r", "a"), _like("l", "a")]
    assert _takes(membership, [*told, _post("c", to="b"), *told[1:]]) == [True] * 8
    assert not membership.takes(Deletion(id="a", at=AT))


@pytest.mark.parametrize(("tag", "room"), [("", 1), ("#", 1), ("copchat", 0)])
def test_a_chat_without_a_tag_or_room_is_refused(tag: str, room: int) -> None:
    """No tag would take every post without one, and no room would forget the act at hand."""
    with pytest.raises(ValueError, match="at least one"):
        Membership(tag, room)


names = st.sampled_from(NAMES)
maybe = st.none() | names
acts: st.SearchStrategy[Act] = st.one_of(
    st.builds(_post, names, account=names, tags=st.sampled_from([(), ("copchat",)]), to=maybe, root=maybe),
    st.builds(_repost, names, names),
    st.builds(_like, names, names),
)
notices: st.SearchStrategy[Notice] = acts | st.one_of(
    st.builds(Edit, post=st.builds(_post, names)),
    st.builds(Deletion, id=names, at=st.just(AT)),
    st.builds(Departure, account=names, at=st.just(AT)),
    st.builds(Rename, account=names, handle=names, at=st.just(AT)),
)


@given(st.lists(notices, max_size=30))
def test_what_was_taken_is_taken_again(evening: list[Notice]) -> None:
    """A repeat of anything taken is taken too, so an overlap after a break loses nothing."""
    membership = Membership("copchat")
    taken = [notice for notice in evening if membership.takes(notice)]
    assert all(_takes(membership, taken))


@given(st.lists(notices, max_size=30))
def test_repeats_change_nothing(evening: list[Notice]) -> None:
    """Telling each taken notice twice leads to the same answers as telling it once."""
    once, twice = Membership("copchat"), Membership("copchat")
    for notice in evening:
        belongs = once.takes(notice)
        assert twice.takes(notice) == belongs
        if belongs:
            assert twice.takes(notice)


@given(st.lists(notices, max_size=30), st.integers(1, 4))
def test_it_never_remembers_more_than_its_room(evening: list[Notice], room: int) -> None:
    """However much is said, at most `room` posts, as many reposts and likes, and as many accounts are remembered."""
    membership = Membership("copchat", room)
    _takes(membership, evening)
    deletions = [membership.takes(Deletion(id=name, at=AT)) for name in NAMES]
    departures = [membership.takes(Departure(account=name, at=AT)) for name in [*NAMES, "lee"]]
    assert sum(deletions) <= 2 * room
    assert sum(departures) <= room


@given(st.lists(notices, max_size=30))
def test_priming_with_what_was_taken_gives_the_same_memory(evening: list[Notice]) -> None:
    """A new membership that is told again what the old one took answers as the old one does."""
    old, new = Membership("copchat"), Membership("copchat")
    for notice in evening:
        if old.takes(notice):
            new.takes(notice)
    questions: list[Notice] = [Deletion(id=name, at=AT) for name in NAMES]
    questions += [Departure(account=name, at=AT) for name in NAMES]
    assert _takes(new, questions) == _takes(old, questions)
