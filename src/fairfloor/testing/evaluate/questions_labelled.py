"""Reads what is labelled: which texts ask something, and which questions ask the same.

Published sets lie outside the repository, each in a folder of its own under one that is named to the command; what
is not there is left out. Their licences let researchers use them, not us pass them on:

- `nps/*.xml`: NPS Chat Corpus, release 1.0 (Forsyth, Lin and Martell 2008), chat rooms; the system's lines left out.
- `swda/{val,test}_set.txt`: Switchboard Dialog Act Corpus (Jurafsky, Shriberg and Biasca 1997), telephone talk, as
  lines of speaker|text|act in the usual split; rhetorical questions do not count.
- `mrda/{val,test}_set.txt`: ICSI Meeting Recorder Dialog Act Corpus (Shriberg et al. 2004), as lines of
  speaker|text|class|act|tag in the usual split; rhetorical questions do not count.
- `german/version_1-1.json`: speech acts of 600 German tweets (Plakidis and Rehm 2022); rhetorical questions count.
- `portuguese/porttinari_base_labeled_consensus.csv`: sentences of Brazilian newspapers (porttinari-base).
- `pairs/mqp.csv`: Medical Question Pairs (McCreery et al. 2020); the pairs that differ were made to look alike.

The posts of the recorded chats that we labelled ourselves are named by id in `questions_ours.tsv` and
`questions_pairs.tsv`, drawn and labelled before the rules were written, or without a look at what they say.
"""

import csv
import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from importlib import resources
from pathlib import Path
from xml.etree import ElementTree as ET

import msgspec

CHATS = ("elgl19", "cdnpoli-2025-06", "aprende")
_SWITCHBOARD = {"qy", "qw", "qo", "qr", "qrr", "qy^d", "qw^d", "^g"}
_MEETINGS = {"qy", "qw", "qo", "qr", "qrr"}


class Labelled(msgspec.Struct, frozen=True):
    """A text, and whether it asks something; `held` where nothing was set by it. weight: texts that it stands for."""

    text: str
    asks: bool
    held: bool
    weight: float = 1.0


class Pair(msgspec.Struct, frozen=True):
    """Two questions, and whether they ask the same."""

    one: str
    other: str
    same: bool


def published(folder: Path) -> Iterator[tuple[str, list[Labelled]]]:
    """Give the published sets that are there, by name."""
    for name, place, read in _SETS:
        if (there := folder / place).exists():
            yield name, list(read(there))


def pairs(folder: Path) -> list[Pair]:
    """Give the published pairs; none where they are not there."""
    there = folder / "pairs" / "mqp.csv"
    if not there.exists():
        return []
    with there.open(encoding="utf-8", newline="") as file:
        return [Pair(row[1], row[2], row[3] == "1") for row in csv.reader(file)]


def ours(data: Path) -> Iterator[tuple[str, list[Labelled]]]:
    """Give our own labels of the recorded chats that are there, by chat.

    The held part was drawn by whether a post has a question mark, 50 that do and 60 that do not of each chat; each
    stands for so many of its kind.
    """
    rows = [row.split("\t") for row in _lines("questions_ours.tsv")]
    for chat in CHATS:
        if not (texts := texts_of(data, chat)):
            continue
        mine = [(part == "held", act, label == "1") for part, of, act, label in rows if of == chat]
        held = {
            marked: [act for is_held, act, _ in mine if is_held and ("?" in texts[act]) is marked]
            for marked in (True, False)
        }
        there = {marked: sum(("?" in text) is marked for text in texts.values()) for marked in (True, False)}
        weight = {marked: there[marked] / len(held[marked]) for marked in (True, False)}
        yield chat, [Labelled(texts[act], asks, is_held, weight["?" in texts[act]]) for is_held, act, asks in mine]


def our_pairs(data: Path) -> list[Pair]:
    """Give the pairs of questions of the recorded chats that we labelled."""
    rows = [row.split("\t") for row in _lines("questions_pairs.tsv")]
    texts = {chat: texts_of(data, chat) for chat in CHATS}
    return [Pair(texts[chat][one], texts[chat][other], same == "1") for chat, one, other, same in rows if texts[chat]]


def texts_of(data: Path, chat: str) -> dict[str, str]:
    """Give the posts of a recorded chat; none where it is not there."""
    there = data / f"{chat}.acts.jsonl"
    if not there.exists():
        return {}
    with there.open("rb") as file:
        acts = map(msgspec.json.decode, file)
        return {act["id"]: act["text"] for act in acts if act["kind"] == "post" and act.get("text")}


def _lines(name: str) -> list[str]:
    file = resources.files("fairfloor.testing.evaluate") / name
    return [line for line in file.read_text("utf-8").splitlines() if not line.startswith("#")]


def _nps(folder: Path) -> Iterator[Labelled]:
    for path in sorted(folder.glob("*.xml")):
        for post in ET.parse(path).getroot().iter("Post"):  # noqa: S314 - a corpus that one fetched oneself
            if (kind := post.get("class")) != "System":
                yield Labelled(
                    (post.text or "").strip(), kind in {"whQuestion", "ynQuestion"}, path.name.startswith("11-")
                )


def _acts(column: int, questions: set[str]) -> Callable[[Path], Iterator[Labelled]]:
    def read(folder: Path) -> Iterator[Labelled]:
        for part in ("val", "test"):
            for line in (folder / f"{part}_set.txt").read_text("utf-8").splitlines():
                row = line.split("|")
                yield Labelled(row[1], row[column] in questions, part == "test")

    return read


def _german(path: Path) -> Iterator[Labelled]:
    for name, post in json.loads(path.read_text("utf-8")).items():
        said = list(post["tweet"]["sentences"].values())
        text = " ".join(sentence["text"] for sentence in said).replace("|LBR|", "\n")
        yield Labelled(text, any(one["fine"] == "REQUEST" for one in said), sha256(name.encode()).digest()[0] % 2 == 1)


def _portuguese(path: Path) -> Iterator[Labelled]:
    with path.open(encoding="utf-8", newline="") as file:
        for place, row in enumerate(csv.DictReader(file)):
            yield Labelled(row["sentences"], row["função"] == "question", place % 2 == 1)


_SETS: tuple[tuple[str, str, Callable[[Path], Iterator[Labelled]]], ...] = (
    ("NPS Chat, chat rooms (English)", "nps", _nps),
    ("Switchboard, telephone talk (English)", "swda", _acts(2, _SWITCHBOARD)),
    ("ICSI meetings (English)", "mrda", _acts(3, _MEETINGS)),
    ("offensive and other tweets (German)", "german/version_1-1.json", _german),
    ("newspapers (Portuguese)", "portuguese/porttinari_base_labeled_consensus.csv", _portuguese),
)
