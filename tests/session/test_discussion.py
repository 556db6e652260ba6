"""The promises, kept in discussions: nothing lost, no congestion no folding, behaviour never viewpoint, one say."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random  # noqa: TID251 - from a seed
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairfloor.chat.site.comment import Author, Comment
from fairfloor.floor.reasons import (
    Copy,
    Expired,
    Host,
    HostFold,
    HostHold,
    InStep,
    Passed,
    Room,
    Share,
    Turn,
    Withdrawn,
)
from fairfloor.session.discussion import Arrangement, Arranger, Seeds, Spoken, arrange, hosts_of, name, shown, spoken

START = datetime(2026, 3, 5, 2, tzinfo=UTC)
REGULARS = frozenset({"did:ann", "did:bob"})
SEEDS = Seeds(frozenset({"did:host"}), REGULARS)
_SOUNDS = "ka lo mi ru se ta ne vi do pa zu qui bra sto fla gri hum jan xo wem".split()  # noqa: SIM905 - reads best


def comment(number: int, who: str, text: str = "", parent: int | None = None, **given: Any) -> Comment:
    """Make a comment; the host's are by "Hal"."""
    kind = "host" if who == "Hal" else "account" if who.startswith("did:") else "named"
    author = Author(kind=kind, name=who, key=who)  # type: ignore[arg-type]
    at = START + timedelta(minutes=number)
    text = text or own(number)
    made: dict[str, Any] = {"id": number, "article": 1, "at": at, "author": author, "text": text, "parent": parent}
    return Comment(**(made | given))


def own(number: int) -> str:
    """Say something that nobody else says."""
    dice = Random(number)  # noqa: S311 - only words are drawn
    return " ".join("".join(dice.choices(_SOUNDS, k=3)) for _ in range(14))


def arranged(comments: Sequence[Comment], places: int = 20, seeds: Seeds = SEEDS) -> Arrangement:
    """Arrange comments."""
    return arrange([spoken(one) for one in comments], seeds, places)


def places_of(arrangement: Arrangement) -> set[int]:
    """Give the comments that have a place."""
    return {one for one, line in arrangement.decisions.items() if line.placement == "floor"}


WHO = ["Hal", "did:ann", "did:bob", "did:new", "guest:1", "guest:2", "guest:3", "guest:4"]
TEXTS = [
    own(9_001),
    own(9_002),
    f"{own(9_001)} indeed",
    "Thank you!",
    "Is it so?",
    "",
    "https://example.org/a",
    "Why not both?",
]


@st.composite
def discussions(draw: st.DrawFn, least: int = 0) -> list[Comment]:
    """Draw a discussion: replies to anything, copies, all states."""
    made = []
    for number in range(1, draw(st.integers(least, 60)) + 1):
        words = draw(st.sampled_from([*TEXTS, None, None, None]))
        parent = draw(st.none() | st.integers(1, 70))
        state = draw(st.sampled_from(["shown"] * 8 + ["held", "removed", "withdrawn"]))
        kind = draw(st.sampled_from(["comment"] * 9 + ["pingback"]))
        one = comment(number, draw(st.sampled_from(WHO)), parent=parent, state=state, said=kind)
        made.append(one if words is None else msgspec.structs.replace(one, text=words))
    return made


@given(discussions(), st.integers(2, 30))
def test_every_comment_has_one_decision(comments: list[Comment], places: int) -> None:
    """Of whatever state, with a reason that puts it there; a copy's message is one that was said before it."""
    found = arranged(comments, places)
    assert list(found.decisions) == [one.id for one in comments]
    before: set[str] = set()
    for one in comments:
        line = found.decisions[one.id]
        assert (line.act, line.account, line.at) == (name(one.id), one.author.key, one.at)
        if isinstance(line.reason, Copy):
            assert line.reason.of in before
        before.add(line.act)
    again = Counter(line.message for line in found.decisions.values() if isinstance(line.reason, Copy))
    assert {name(one): len(also) for one, also in found.also.items()} == again


@given(discussions(), st.integers(2, 30))
def test_places_are_filled_by_others_than_the_host_up_to_their_number(comments: list[Comment], places: int) -> None:
    """No more are shown than there are places, but for the host's people, who always are."""
    found = arranged(comments, places)
    said = {one.id for one in comments if one.state == "shown" and one.said == "comment"}
    host = {one.id for one in comments if one.id in said and one.author.key == "Hal"}
    assert shown(found.decisions) == len(places_of(found))
    assert len(places_of(found) - host) <= places
    assert host == {one for one, line in found.decisions.items() if isinstance(line.reason, Host)}


@given(discussions(), st.integers(2, 80))
def test_no_congestion_no_folding(comments: list[Comment], places: int) -> None:
    """While there is a place for each message, none is folded but what somebody held, removed or took back."""
    found = arranged(comments, places)
    reasons = [line.reason for line in found.decisions.values()]
    fits = found.messages - sum(isinstance(one, Host) for one in reasons) <= places
    assert not fits or not any(isinstance(one, Expired | Share | InStep | Turn) for one in reasons)
    assert fits or not any(isinstance(one, Room) for one in reasons)
    assert found.crowded is not fits


@given(discussions(), st.integers(2, 30))
def test_the_same_comments_give_the_same_decisions(comments: list[Comment], places: int) -> None:
    """Byte for byte."""
    one, other = (msgspec.json.encode(list(arranged(comments, places).decisions.values())) for _ in range(2))
    assert one == other


@given(discussions(), st.integers(2, 30), st.data())
def test_as_more_is_said_nothing_is_heard_again(comments: list[Comment], places: int, data: st.DataObject) -> None:
    """What was arranged before, and is arranged on as comments come, is what it is from the beginning."""
    said = [spoken(one) for one in comments]
    arranger = Arranger(SEEDS, hosts_of(said))
    for many in sorted(data.draw(st.lists(st.integers(0, len(said)), max_size=4))):
        assert arranger.goes_on(said[:many], SEEDS)
        assert arranger.arranged(said[:many], places) == _of(said[:many], places, hosts_of(said))
    assert arranger.arranged(said, places) == arrange(said, SEEDS, places)


def _of(said: list[Spoken], places: int, hosts: frozenset[str]) -> Arrangement:
    return Arranger(SEEDS, hosts).arranged(said, places)


def test_what_changed_is_heard_anew() -> None:
    """A comment that was changed, came in between, or is the first of a host: from there nothing goes on."""
    said = [spoken(comment(number, "guest:1")) for number in (1, 2, 4)]
    arranger = Arranger(SEEDS, hosts_of(said))
    arranger.arranged(said, 20)
    assert arranger.goes_on([*said, spoken(comment(5, "guest:2"))], SEEDS)
    assert not arranger.goes_on([*said, spoken(comment(5, "Hal"))], SEEDS)
    assert not arranger.goes_on([*said[:2], spoken(comment(3, "guest:2")), said[2]], SEEDS)
    assert not arranger.goes_on([*said[:2], spoken(comment(4, "guest:1", "Changed"))], SEEDS)
    assert not arranger.goes_on(said[:2], SEEDS)
    assert not arranger.goes_on(said, Seeds())


@given(discussions(least=25), st.integers(2, 10))
@settings(max_examples=50)
def test_no_decision_reads_what_is_argued_for(comments: list[Comment], places: int) -> None:
    """Swap two words everywhere, one for one, and every decision stays the same."""
    swap = {"indeed": "hardly", "thank": "spurn", "so": "no", "both": "none"}
    swap |= {word: word[::-1] + "q" for one in comments for word in own(one.id).split()}
    swap |= {word: word[::-1] + "q" for number in (9_001, 9_002) for word in own(number).split()}

    def swapped(one: Comment) -> Comment:
        words = [swap.get(word.lower(), word) for word in one.text.split()]
        return msgspec.structs.replace(one, text=" ".join(words))

    told = [msgspec.structs.replace(line) for line in arranged(comments, places).decisions.values()]
    assert list(arranged([swapped(one) for one in comments], places).decisions.values()) == told


def test_each_state_says_where_it_is() -> None:
    """What is removed, held or taken back is folded with that reason; a note that somebody linked here is passed on."""
    states = [comment(1, "a", state="removed"), comment(2, "b", state="held"), comment(3, "c", state="withdrawn")]
    found = arranged([*states, comment(4, "d", said="pingback"), comment(5, "Hal")]).decisions
    reasons = [HostFold, HostHold, Withdrawn, Passed, Host]
    assert [type(line.reason) for line in found.values()] == reasons


def flooded(flood: Sequence[tuple[str, str]], *, answered: bool = True) -> tuple[Arrangement, set[int], set[int]]:
    """Arrange thirty comments, of ten accounts and the host, with a flood over them; give theirs, and the flood's."""
    thread = []
    for number in range(1, 31):
        who = "Hal" if number % 3 == 0 else f"guest:g{number % 10}"
        thread.append(comment(number, who, parent=number - 1 if answered and number % 3 != 1 else None))
    over = [comment(100 + number, who, text) for number, (who, text) in enumerate(flood)]
    found = arranged([*thread[:6], *over, *thread[6:]], 100)
    here = places_of(found)
    return found, {one for one in here if one <= 30}, {one for one in here if one > 30}


def test_a_flood_of_copies_is_one_message() -> None:
    """Whoever sends them, and however they are touched up: all of them together are said once."""
    for more in ("", " number {}"):
        texts = [own(9_001) + more.format(number) for number in range(1_000)]
        found, genuine, flood = flooded([(f"guest:{number % 300}", text) for number, text in enumerate(texts)])
        assert len(genuine) == 30
        assert len(flood) == 1
        assert len(found.also[next(iter(flood))]) == 999


def test_a_flood_of_one_account_has_one_share() -> None:
    """However many different things it says; and it is told that it had its share."""
    found, genuine, flood = flooded([("guest:one", own(1_000 + number)) for number in range(1_000)])
    assert len(genuine) == 30
    assert len(flood) / (len(genuine) + len(flood)) <= 0.25
    folded = [line.reason for one, line in found.decisions.items() if one > 30 and one not in flood]
    assert {(type(reason), reason.had, reason.accounts) for reason in folded if isinstance(reason, Share)} == {
        (Share, len(flood), 11)
    }
    assert all(isinstance(reason, Share) for reason in folded)


def test_a_flood_of_many_accounts_leaves_the_conversation_whole() -> None:
    """Whom the host answers has a place; what is shown of the others is a quarter of it at most."""
    _, genuine, flood = flooded([(f"guest:{number % 300}", own(1_000 + number)) for number in range(1_000)])
    assert len(genuine) == 30
    assert len(flood) / (len(genuine) + len(flood)) <= 0.27


def test_more_accounts_of_a_crowd_get_no_more() -> None:
    """A crowd that says the same has one say, whether it comes as ten or as a thousand."""
    few = flooded([(f"guest:{number % 10}", own(9_001)) for number in range(1_000)])[2]
    many = flooded([(f"guest:{number}", own(9_001)) for number in range(1_000)])[2]
    assert len(few) == len(many) == 1


def test_who_is_copied_is_not_blamed() -> None:
    """A thousand copies of somebody's words change nothing of what they count for."""
    mine = [comment(1, "guest:victim", own(9_001)), comment(3, "guest:victim"), comment(4, "Hal", parent=3)]
    alone = arranged(mine, 20).decisions
    copies = [comment(10 + number, f"guest:{number}", own(9_001)) for number in range(1_000)]
    found = arranged([*mine, *copies], 20).decisions
    assert [found[one.id].say for one in mine] == [alone[one.id].say for one in mine] == [1.0, 1.0, 1.0]
    assert {found[one.id].placement for one in mine} == {"floor"}


def test_conversation_makes_standing() -> None:
    """Who is answered by the host, or by a regular, is of the room; who is answered by nobody but newcomers is not."""
    thread = [comment(1, "guest:1"), comment(2, "guest:2"), comment(3, "guest:3")]
    replies = [comment(4, "Hal", parent=1), comment(5, "did:ann", parent=2), comment(6, "guest:1b", parent=3)]
    found = arranged([*thread, *replies]).decisions
    assert [found[one].class_ for one in (1, 2, 3)] == ["regular", "regular", "newcomer"]
    assert found[4].class_ == "host"


def test_newcomers_have_their_part() -> None:
    """However much the room says, of what is shown newcomers have their part, if they say something."""
    room = [comment(number, f"did:{'ann' if number % 2 else 'bob'}") for number in range(1, 200)]
    new = [comment(200 + number, f"guest:{number}") for number in range(50)]
    here = places_of(arranged([*room, *new], 100))
    newcomers = sum(one >= 200 for one in here)
    assert 0.2 <= newcomers / len(here) <= 0.3


def test_of_one_voice_what_was_answered_goes_first_then_questions() -> None:
    """Then what replies to others; of equals what was said first, so that later words take no place away."""
    many = [comment(number, "guest:one") for number in range(1, 60)]
    many[50] = msgspec.structs.replace(many[50], text="Who pays for the new cars of the town, and why?")
    crowd = [comment(100 + number, f"guest:{number}") for number in range(30)]
    answer = comment(200, "did:ann", parent=42)
    here = places_of(arranged([*many, *crowd, answer], 40)) & set(range(1, 60))
    assert {42, 51, 1} <= here
    assert here - {42, 51} == set(range(1, len(here) - 1))


def test_a_regular_told_by_handle_is_one() -> None:
    """As on the floor: a regular who is known by a handle is recognised when they first say something."""
    seeds = Seeds(regulars=frozenset({"ann.example.org"}))
    ann = Author(kind="account", name="ann.example.org", key="did:plc:ann")
    guest = Author(kind="named", name="ann.example.org", key="guest:a")
    found = arranged([comment(1, "", author=ann), comment(2, "", author=guest)], seeds=seeds).decisions
    assert [found[1].class_, found[2].class_] == ["regular", "newcomer"]


def test_without_anybody_who_is_known_all_are_alike() -> None:
    """Nobody has standing where nobody is known: places go round, an account at a time."""
    voices = [comment(number, f"guest:{number % 10}") for number in range(1, 101)]
    here = places_of(arranged(voices, 20, Seeds()))
    assert Counter(number % 10 for number in here) == dict.fromkeys(range(10), 2)


@pytest.mark.parametrize("places", [2, 3, 20, 199, 200, 1999, 2000])
def test_any_number_of_places_is_kept(places: int) -> None:
    """To the last one: turns of no length in whole microseconds lose none."""
    voices = [comment(number, f"guest:{number}") for number in range(1, places + 2)]
    assert len(places_of(arranged(voices, places, Seeds()))) == places
