from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from fairfloor.acts.heard import HeardPost
from fairfloor.acts.shingles import shingles
from fairfloor.voices.message import HEIRS, Messages

AT = datetime(2026, 10, 7, 1, tzinfo=UTC)
LONG = "why do so few complaints about night patrols ever reach the board"


def post(number: int, text: str, account: str = "", reply_to: str | None = None) -> HeardPost:
    """Make a post as decisions see it."""
    return HeardPost(
        id=f"p{number}", seen=AT, account=account or f"a{number}", shingles=shingles(text), reply_to=reply_to
    )


def test_a_copy_with_small_changes_belongs_to_the_first() -> None:
    """Edited words, capitals, another addressee and other tags do not make another message."""
    messages = Messages()
    first = messages.say(post(1, LONG)).message
    for number, text in enumerate([LONG.upper() + " #copchat", f"@ann {LONG}!!!", LONG.replace("few", "many")], 2):
        said = messages.say(post(number, text))
        assert said.copy
        assert said.message is first
    assert (first.times, len(first.accounts), first.lead) == (4, 4, "p1")


def test_a_copy_must_resemble_the_first_and_not_just_another_copy() -> None:
    """Texts that drift a few words at a time do not chain into one message."""
    words, messages = LONG.split(), Messages()
    leads = []
    for step in range(len(words) + 1):
        text = " ".join([f"w{n}" for n in range(step)] + words[step:])
        leads.append(messages.say(post(step, text)).message.id)
    assert leads[1] == "p0"
    assert leads[-1] != "p0"


def test_stock_phrases_merge_only_word_for_word_and_to_one_address() -> None:
    """A short thanks to one person is not the same message as a short thanks to another."""
    messages = Messages()
    first = messages.say(post(1, "Thank you all!", reply_to="x"))
    assert messages.say(post(2, "thank you ALL", reply_to="x")).message is first.message
    assert not messages.say(post(3, "Thank you all!", reply_to="y")).copy
    assert not messages.say(post(4, "Thank you folks!", reply_to="x")).copy


def test_posts_without_words_are_not_copies_of_one_another() -> None:
    """Two pictures without text are two messages."""
    messages = Messages()
    assert not messages.say(post(1, "")).copy
    assert not messages.say(post(2, "")).copy


def test_what_is_forgotten_begins_anew() -> None:
    """After a message is forgotten, the same words begin another, long and short alike."""
    messages = Messages()
    for number, text in enumerate([LONG, "Thank you!", ""]):
        message = messages.say(post(number, text)).message
        messages.forget(message)
        messages.forget(message)
        assert not messages.say(post(10 + number, text)).copy


def test_memory_is_bounded() -> None:
    """Only so many messages are remembered, the longest unsaid forgotten first, and so many heirs of each."""
    messages = Messages(window=10)
    for number in range(100):
        messages.say(post(number, f"{LONG} as told by witness {number} in room {number} of house {number} x{number}"))
        messages.say(post(1000 + number, "The one text that stays because it is said again and again"))
    said = messages.say(post(5000, "The one text that stays because it is said again and again"))
    assert said.copy
    assert said.message.times == 101
    assert len(said.message.heirs) == HEIRS
    assert not messages.say(post(5001, "x")).copy


@given(st.lists(st.tuples(st.sampled_from([LONG, LONG + " now", "Thanks", "No", ""]), st.integers(0, 3)), max_size=20))
def test_every_post_counts_in_exactly_one_message(posts: list[tuple[str, int]]) -> None:
    """The times that all messages were said add up to the posts."""
    messages = Messages()
    found = [messages.say(post(n, text, account=f"a{who}")).message for n, (text, who) in enumerate(posts)]
    assert sum({message.id: message.times for message in found}.values()) == len(posts)


def test_nobody_fills_the_line_of_heirs_with_copies_of_their_own() -> None:
    """However often one account says a thing, another's copy stands next in line when all of those are deleted."""
    messages = Messages()
    for number in range(3 * HEIRS):
        messages.say(post(number, LONG, account="loud"))
    message = messages.say(post(1000, LONG, account="nia")).message
    assert list(message.heirs.values()) == ["loud", "nia"]
