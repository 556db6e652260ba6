from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from fairfloor.acts.act import Post
from fairfloor.chat.moves import Answer, Ask, Doing, Move, Undo, Write
from fairfloor.chat.sheet.plan import Planned
from fairfloor.publish.atproto.names import at_uri
from fairfloor.publish.atproto.posts import POST, record, tid
from fairfloor.publish.sayings import due
from fairfloor.session.decide import Rules
from fairfloor.session.desk import Desk
from fairfloor.session.hear import hear
from fairfloor.session.ports import Entry, Step, Taken

START = datetime(2026, 3, 5, 2, tzinfo=UTC)
ASKED = at_uri("did:plc:ann", POST, "3kabc")


class Sitting:
    """A desk, told entries a minute apart."""

    def __init__(self) -> None:
        self.desk = Desk(Rules(tag="copchat", hosts=frozenset({"did:plc:host"})))
        self.now, self._seq = START, 0

    def tell(self, entry: Entry) -> None:
        """Let something come."""
        self.now, self._seq = self.now + timedelta(minutes=1), self._seq + 1
        heard = hear(entry, self.now) if isinstance(entry, Post) else None
        taken = Taken(seq=self._seq, seen=self.now, notice=entry, heard=heard)
        self.desk.hear(Step(now=self.now, told=(taken,)))

    def move(self, do: Doing) -> None:
        """Let the host make a move."""
        at = self.now + timedelta(minutes=1)
        self.tell(Move(id=f"move:{self._seq}", at=at, by="Robin", role="host", do=do))

    def ask(self, text: str = "How many officers carry a camera at night now?") -> None:
        """Let somebody ask."""
        at = self.now + timedelta(minutes=1)
        self.tell(Post(id=ASKED, at=at, seen=at, account="did:plc:ann", text=text))


def test_a_question_of_the_run_sheet_is_said_once_it_is_asked_and_until_it_is_there() -> None:
    """By the host's hand it is due at once; when the host's post of it was seen, no more."""
    sitting = Sitting()
    sitting.move(Write(session=None, questions=(Planned(text="What should body cameras record at night?"),)))
    assert not list(due(sitting.desk, sitting.now))
    sitting.move(Ask(number=1))
    (saying,) = due(sitting.desk, sitting.now)
    assert saying.text == "Q1: What should body cameras record at night?\n\n#copchat"
    at = sitting.now + timedelta(minutes=1)
    sitting.tell(Post(id="at://q", at=at, seen=at, account="did:plc:host", text=saying.text))
    assert not list(due(sitting.desk, sitting.now))


def test_an_answer_is_said_under_the_question_unless_it_is_undone() -> None:
    """It says how to dispute it; an answer that is only a link or a post is not said again."""
    sitting = Sitting()
    sitting.ask()
    sitting.move(Answer(question=ASKED, text="Every one of them, since May."))
    (saying,) = due(sitting.desk, sitting.now, "https://chat.example.org")
    assert saying.reply_to == ASKED
    assert saying.text.startswith("Answer: Every one of them, since May.\n\nDoes it not answer you? Reply here")
    assert "https://chat.example.org/ledger" in saying.text
    sitting.move(Undo(move=saying.name))
    assert not list(due(sitting.desk, sitting.now))


def test_an_answer_of_long_ago_is_not_said_any_more() -> None:
    """An evening that is started again a week later does not answer anew."""
    sitting = Sitting()
    sitting.ask()
    sitting.move(Answer(question=ASKED, text="Every one of them."))
    assert not list(due(sitting.desk, sitting.now + timedelta(days=7)))


@given(st.text(max_size=2_000))
def test_whatever_is_answered_fits_into_a_post(text: str) -> None:
    """Long words are cut; the way to dispute is never cut off."""
    sitting = Sitting()
    sitting.ask()
    sitting.move(Answer(question=ASKED, text=f"x{text}"))
    (saying,) = due(sitting.desk, sitting.now, "https://chat.example.org")
    assert len(saying.text) <= 300
    assert saying.text.endswith("#copchat")


@given(st.datetimes(datetime(2000, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)), st.text(max_size=30))  # noqa: DTZ001 - bounds
def test_record_keys_have_the_networks_form_and_follow_time(at: datetime, salt: str) -> None:
    """Thirteen digits of base 32, the later the greater, and the same for the same."""
    key = tid(at, salt)
    assert len(key) == 13
    assert set(key) <= set("234567abcdefghijklmnopqrstuvwxyz")
    assert key[0] in "234567abcdefghij"
    assert tid(at, salt) == key < tid(at + timedelta(microseconds=1), "")


def test_a_record_marks_tags_and_links_by_their_bytes() -> None:
    """Characters of more than one byte before them move them along."""
    found = record("Größe? https://a.example #copchat", ["copchat"], ["https://a.example"])
    data = found["text"].encode()
    marked = [data[one["index"]["byteStart"] : one["index"]["byteEnd"]].decode() for one in found["facets"]]
    assert marked == ["#copchat", "https://a.example"]
