import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from fairfloor.acts.act import Act, Like, Post, Repost
from fairfloor.testing.crowd import Laid, lay

START = datetime(2019, 5, 16, 13, tzinfo=UTC)
END = START + timedelta(hours=1)
LONG_AGO = datetime(2015, 11, 27, tzinfo=UTC)
DATA = Path(os.environ.get("FAIRFLOOR_DATA", Path(__file__).parents[3] / "shared" / "data"))


def at(minutes: float, since: datetime = START) -> datetime:
    """Give a time some minutes after another."""
    return since + timedelta(minutes=minutes)


CHAT: list[Act] = [
    Post(id="1", at=at(-5), account="ann", text="Early. #elgl19", tags=("elgl19",)),
    Post(id="2", at=at(5), account="bob", text="In time. #elgl19", tags=("elgl19",)),
    Post(id="3", at=at(61), account="cy", text="Too late. #elgl19", tags=("elgl19",)),
]
BURST: list[Act] = [
    Post(
        id="1",
        at=at(0, LONG_AGO),
        account="ann",
        handle="ann",
        text="Awful! #KochFarms #turkey",
        tags=("KochFarms", "turkey"),
        mentions=("you",),
    ),
    Post(id="2", at=at(2, LONG_AGO), account="z", text="Yes. #kochfarms", tags=("kochfarms",), reply_to="1", root="1"),
    Repost(id="r", at=at(10, LONG_AGO), account="z", subject="1", subject_account="ann"),
    Like(id="l", at=at(70, LONG_AGO), account="z", subject="1"),
]


def read(name: str) -> list[Act]:
    """Read a recorded archive; skip where it is not at hand."""
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{path} is not here; FAIRFLOOR_DATA names the folder")
    decode = msgspec.json.Decoder(Act).decode
    return [decode(line) for line in path.read_bytes().splitlines()]


def test_a_burst_begins_with_the_session_at_its_own_rhythm() -> None:
    """Times are shifted, what falls outside the session is left out, and all is in order of time."""
    laid = lay(CHAT, BURST, START, END, "elgl19")
    assert [(act.id, act.at) for act in laid.acts] == [
        ("burst:1", START),
        ("burst:2", at(2)),
        ("2", at(5)),
        ("burst:r", at(10)),
    ]


def test_a_burst_carries_the_tag_of_the_chat() -> None:
    """Its own most common tag becomes the chat's, in words and in tags, however it was written; other tags stay."""
    first, second = (act for act in lay(CHAT, BURST, START, END, "elgl19").acts[:2] if isinstance(act, Post))
    assert (first.text, first.tags) == ("Awful! #elgl19 #turkey", ("elgl19", "turkey"))
    assert (second.text, second.tags) == ("Yes. #elgl19", ("elgl19",))


def test_nobody_of_the_burst_is_taken_for_somebody_of_the_chat() -> None:
    """Ids and accounts that both have are told apart, and what refers to what stays so."""
    laid = lay(CHAT, BURST, START, END, "elgl19")
    assert laid.burst == {"burst:ann", "burst:z"}
    assert laid.regulars == {"ann"}
    by_id = {act.id: act for act in laid.acts}
    reply, repost = by_id["burst:2"], by_id["burst:r"]
    assert isinstance(reply, Post)
    assert (reply.reply_to, reply.root) == ("burst:1", "burst:1")
    assert isinstance(repost, Repost)
    assert (repost.subject, repost.subject_account) == ("burst:1", "burst:ann")


def test_an_empty_burst_is_refused() -> None:
    """Where there is nothing to lay, it says so."""
    with pytest.raises(ValueError, match="nothing in the burst"):
        lay(CHAT, [], START, END, "elgl19")


@pytest.mark.parametrize(
    ("burst", "accounts"), [("burst-kochfarms", 112), ("burst-todolistbeforechristmas", 45)], ids=["kochfarms", "todo"]
)
def test_recorded_bursts_lie_over_a_recorded_session(burst: str, accounts: int) -> None:
    """A recorded hour keeps all of its session's acts and gets all of the burst, under the session's tag."""
    chat, flood = read("elgl19.acts.jsonl"), read(f"{burst}.acts.jsonl")
    laid = lay(chat, flood, START, END, "elgl19")
    session = [act for act in chat if START <= act.at < END]
    assert isinstance(laid, Laid)
    assert len(laid.acts) == len(session) + len(flood)
    assert {act for act in laid.acts if act.account not in laid.burst} == set(session)
    assert len(laid.burst) == accounts
    tagged = [act for act in laid.acts if act.account in laid.burst and isinstance(act, Post)]
    assert all(post.tags[0] == "elgl19" for post in tagged)
    assert sum("#elgl19" in post.text for post in tagged) > 0.9 * len(tagged)
    assert [act.at for act in laid.acts] == sorted(act.at for act in laid.acts)
