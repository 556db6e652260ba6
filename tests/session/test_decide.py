from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.acts.act import Act, Like, Post, Repost
from fairfloor.acts.heard import Withdrawal
from fairfloor.chat.moves import Ask, Undo
from fairfloor.floor.reasons import Copy, Heir, Host, Liked, Passed, Withdrawn
from fairfloor.session.decide import Evening, Rules
from fairfloor.session.decision import Decision
from fairfloor.session.hear import hear
from fairfloor.session.orders import Order

START = datetime(2026, 10, 7, 1, tzinfo=UTC)
RULES = Rules(tag="copchat", hosts=frozenset({"host"}), regulars=frozenset({"ann"}), pace=6)
LONG = "why do so few complaints about night patrols ever reach the board"
TEXTS = ("ab", "ba", "abc abd abe abf abg", "bbc bbd bbe bbf bbg", "abc abd abe abf abh", LONG)


def at(seconds: float) -> datetime:
    """Give the instant so many seconds into the evening."""
    return START + timedelta(seconds=seconds)


def post(
    number: int, text: str = "", account: str | None = None, seconds: float = 0.0, handle: str | None = None
) -> Post:
    """Make a post, unlike all others unless a text is given."""
    text = text or " ".join(f"n{number}w{n}" for n in range(8))
    return Post(id=f"p{number}", at=at(seconds), account=account or f"a{number}", text=text, handle=handle)


def play(acts: Iterable[msgspec.Struct], rules: Rules = RULES) -> list[Decision]:
    """Let an evening decide acts at their own times, to the end."""
    evening = Evening(rules)
    decisions = []
    for act in acts:
        assert isinstance(act, Act | Withdrawal)
        decisions += evening.decide(act if isinstance(act, Withdrawal) else hear(act, act.at))
    return decisions + evening.finish()


def final(decisions: Sequence[Decision]) -> dict[str, Decision]:
    """Give each act's last decision."""
    return {decision.act: decision for decision in decisions}


@st.composite
def evenings(draw: st.DrawFn) -> list[Act | Withdrawal]:
    """Draw a short evening of posts, copies, reposts, likes and deletions by a few accounts and the host."""
    events: list[Act | Withdrawal] = []
    seconds, ids = 0.0, ["elsewhere"]
    for number in range(draw(st.integers(0, 30))):
        seconds += draw(st.sampled_from([0.0, 0.5, 10.0, 200.0]))
        account = draw(st.sampled_from(["host", "ann", "bob", "cy", "dee"]))
        match draw(st.sampled_from(["post", "post", "post", "repost", "like", "deletion"])):
            case "post":
                events.append(post(number, draw(st.sampled_from(TEXTS)), account, seconds))
            case "repost":
                subject = draw(st.sampled_from(ids))
                events.append(Repost(id=f"p{number}", at=at(seconds), account=account, subject=subject))
            case "like":
                events.append(
                    Like(id=f"p{number}", at=at(seconds), account=account, subject=draw(st.sampled_from(ids)))
                )
            case _:
                events.append(Withdrawal(id=draw(st.sampled_from(ids)), seen=at(seconds)))
                continue
        ids.append(f"p{number}")
    return events


@given(evenings())
def test_every_act_gets_exactly_one_decision(events: list[Act | Withdrawal]) -> None:
    """At the end each act, and nothing else, has a decision; before, only what waits and was no copy has none."""
    acts = [event for event in events if not isinstance(event, Withdrawal)]
    assert set(final(play(events))) == {act.id for act in acts}
    evening, decided = Evening(RULES), set[str]()
    for event in events:
        decided |= {d.act for d in evening.decide(event if isinstance(event, Withdrawal) else hear(event, event.at))}
    undecided = {act.id for act in acts} - decided
    assert len(undecided) <= evening.waiting
    assert len(undecided) == evening.waiting or any(isinstance(event, Withdrawal) for event in events)  # an heir waits


@given(evenings())
def test_the_same_acts_give_the_same_decisions(events: list[Act | Withdrawal]) -> None:
    """Two runs over the same events agree byte for byte, in order of time."""
    once, twice = play(events), play(events)
    assert msgspec.json.encode(once) == msgspec.json.encode(twice)
    assert [d.at for d in once] == sorted(d.at for d in once)


@given(evenings(), st.permutations("abcefg"))
def test_words_swapped_one_for_one_change_no_decision(events: list[Act | Withdrawal], other: list[str]) -> None:
    """No decision reads what a post argues for; that one asks something ("why do ...") is form, and stays."""
    swap = str.maketrans("abcefg", "".join(other))
    swapped = [msgspec.structs.replace(e, text=e.text.translate(swap)) if isinstance(e, Post) else e for e in events]
    assert play(events) == play(swapped)


@given(evenings())
def test_one_post_at_most_stands_for_a_message(events: list[Act | Withdrawal]) -> None:
    """Of the posts that say one message, at most one is on the floor."""
    standing = defaultdict(list)
    for decision in final(play(events)).values():
        if decision.placement == "floor":
            standing[decision.message].append(decision.act)
    assert all(len(acts) == 1 for acts in standing.values())


@given(evenings())
def test_what_is_deleted_stays_folded(events: list[Act | Withdrawal]) -> None:
    """An author's deletion is the last word on an act."""
    heard = set[str]()
    gone = set[str]()
    for event in events:
        if isinstance(event, Withdrawal):
            gone |= {event.id} & heard
        else:
            heard.add(event.id)
    decisions = final(play(events))
    assert {act for act, d in decisions.items() if isinstance(d.reason, Withdrawn)} == gone


@given(evenings(), st.lists(st.floats(0, 3000), max_size=20))
def test_when_the_clock_ticks_changes_nothing(events: list[Act | Withdrawal], ticks: list[float]) -> None:
    """Asking the evening to advance at any times gives the same decisions."""
    evening, decisions, left = Evening(RULES), list[Decision](), sorted(ticks)
    for event in events:
        when = event.seen if isinstance(event, Withdrawal) else event.at
        while left and at(left[0]) <= when:
            decisions += evening.advance(at(left.pop(0)))
        decisions += evening.decide(event if isinstance(event, Withdrawal) else hear(event, event.at))
    for tick in left:
        decisions += evening.advance(at(tick))
    assert decisions + evening.finish() == play(events)


def test_the_host_always_has_the_floor() -> None:
    """The host's posts are shown at once, however full the floor, even where somebody said the words before."""
    flood = [post(n, account="loud") for n in range(200)]
    stolen = post(900, "Q3: how should a board hear complaints about patrols", "thief", 1)
    asked = post(901, "Q3: how should a board hear complaints about patrols", "host", 2)
    decision = final(play([*flood, stolen, asked]))["p901"]
    assert decision.reason == Host()
    assert (decision.at, decision.class_) == (at(2), "host")


def test_copies_merge_and_are_counted() -> None:
    """A copy is merged with the first, with how like it is, the how-manieth it is, and by how many accounts."""
    decisions = final(play([post(1, LONG), post(2, LONG.upper()), post(3, LONG, "a2")]))
    assert decisions["p1"].placement == "floor"
    assert decisions["p2"].reason == Copy(of="p1", likeness=1.0, said=2, accounts=2)
    assert decisions["p3"].reason == Copy(of="p1", likeness=1.0, said=3, accounts=2)


def test_reposts_and_likes_count_with_the_message() -> None:
    """A repost of a copy counts with the message; one of something unseen counts with that."""
    acts = [
        post(1, LONG),
        post(2, LONG),
        Repost(id="r", at=at(1), account="x", subject="p2"),
        Like(id="l", at=at(1), account="x", subject="elsewhere"),
        Repost(id="rr", at=at(2), account="y", subject="r"),
    ]
    decisions = final(play(acts))
    assert (decisions["r"].message, decisions["r"].reason) == ("p1", Passed(of="p2"))
    assert (decisions["l"].message, decisions["l"].reason) == ("elsewhere", Liked(of="elsewhere"))
    assert decisions["rr"].message == "p1"


def test_a_copy_stands_for_a_message_whose_first_post_is_deleted() -> None:
    """When the author of the first post deletes it, the next one to say it has its place."""
    events = [post(1, LONG), post(2, LONG), post(3, LONG), Withdrawal(id="p1", seen=at(5))]
    decisions = final(play(events))
    assert decisions["p1"].reason == Withdrawn()
    assert decisions["p2"].reason == Heir(of="p1")
    assert decisions["p3"].placement == "merge"


def test_a_message_whose_last_post_is_deleted_is_over() -> None:
    """After everybody who said it took it back, the same words begin a new message."""
    events = [post(1, LONG), Withdrawal(id="p1", seen=at(1)), post(2, LONG, seconds=2)]
    assert final(play(events))["p2"].placement == "floor"


def test_a_folded_message_can_be_said_again_by_somebody_else() -> None:
    """A message that found no room gets another turn when another account says it."""
    flood = [post(n, account="loud") for n in range(300)]
    lost = final(play(flood))
    missed = next(d.act for d in lost.values() if d.placement == "fold")
    text = next(p.text for p in flood if p.id == missed)
    decisions = play([*flood, post(900, text, "quiet", 1200)])
    assert final(decisions)["p900"].placement == "merge"
    assert final(decisions)[missed].placement == "floor"


def test_regulars_and_hosts_are_known_by_handle_too() -> None:
    """A host or regular named by handle is recognised by the first act that carries it."""
    rules = Rules(tag="copchat", hosts=frozenset({"host.example"}), regulars=frozenset({"ann.example"}))
    acts = [post(1, account="did:1", handle="host.example"), post(2, account="did:2", handle="ann.example"), post(3)]
    assert [d.class_ for d in final(play(acts, rules)).values()] == ["host", "regular", "newcomer"]


def test_time_does_not_go_back() -> None:
    """An event earlier than the evening is the caller's mistake, and said so."""
    evening = Evening(RULES)
    evening.advance(at(10))
    with pytest.raises(ValueError, match="time went back"):
        evening.advance(at(9))


def test_memory_of_acts_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest acts are forgotten; their reposts count with the act itself, and the evening goes on."""
    monkeypatch.setattr("fairfloor.session.known.REMEMBERED", 10)
    acts: list[Act] = [post(n, LONG) for n in range(20)]
    decisions = final(play([*acts, Repost(id="r", at=at(1), account="x", subject="p1")]))
    assert decisions["r"].message == "p1"
    assert len(decisions) == 21


def test_accounts_that_are_tied_are_one_person() -> None:
    """Who speaks from two networks has one voice's turns, a regular's standing on both, and repeats nobody by it."""
    rules = Rules(
        tag="copchat", regulars=frozenset({"did:plc:ann"}), pace=6, ties=(("ann@social.example", "did:plc:ann"),)
    )
    evening = Evening(rules)
    decisions = []
    for number, account in enumerate(("did:plc:ann", "ann@social.example", "ann@social.example")):
        at = START + timedelta(seconds=number)
        act = Post(id=f"p{number}", at=at, account=account, text="one and the same thing to say tonight")
        decisions += evening.decide(hear(act, at))
    decisions += evening.finish()
    assert {decision.account for decision in decisions} == {"did:plc:ann"}
    assert {decision.class_ for decision in decisions} == {"regular"}
    record = evening.echo.of("did:plc:ann")
    assert record is not None
    assert record.words.repeats == 0
    assert evening.echo.of("ann@social.example") is None


def test_an_answer_to_a_question_asked_by_hand_goes_first_among_its_accounts_own() -> None:
    """What the host asks on the page, without a post, counts as asked; undone, what was asked before does again."""

    def shown(*undo: Order) -> list[str]:
        evening = Evening(Rules(tag="copchat", hosts=frozenset({"host"}), regulars=frozenset({"ann"}), pace=1))
        asking = Order(id="move:1", seen=at(0), do=Ask(number=3))
        decisions = [line for order in (asking, *undo) for line in evening.decide(order)]
        texts = ["one crowd of words", "two other lines here", "A3: cameras on at night", "four more of it all"]
        floods = [f"{word} says another thing entirely again" for word in "abcdefghij"]
        for number, text in enumerate([*floods, *texts]):
            decisions += evening.decide(hear(post(number, text, "ann", 1 + number / 10), at(1 + number / 10)))
        decisions += evening.finish()
        return [line.act for line in decisions if line.placement == "floor"]

    assert shown()[1] == "p12"
    assert shown(Order(id="move:2", seen=at(0), do=Undo(move="move:1")))[1] != "p12"
