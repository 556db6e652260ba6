"""Checking a public log: whatever was changed is found, at its line, and said in words."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairfloor.acts.act import Like, Post, Repost
from fairfloor.acts.notice import Deletion
from fairfloor.chat.moves import Fold, Move
from fairfloor.session.decide import Rules
from fairfloor.session.decision import Decision
from fairfloor.session.hear import hear
from fairfloor.session.ports import Entry, Taken
from fairfloor.session.public import HeldNumbers, Writer
from fairfloor.session.public_check import LONGEST, Checker, Found
from fairfloor.session.sitting import Sitting

START = datetime(2026, 10, 7, 1, tzinfo=UTC)
ZEROS = "0" * 64


def notices() -> list[Entry]:
    """Give a small evening: a question, an answer, a copy, a like, a fold by the host, a deletion."""
    said = "what about the bridge they closed on monday"
    return [
        Post(id="p1", at=START, account="host", text="Q1: Why is the bridge closed?"),
        Post(id="p2", at=START, account="ann", text=said, reply_to="p1"),
        Post(id="p3", at=START, account="ben", text=said),
        Repost(id="r1", at=START, account="cas", subject="p2"),
        Like(id="l1", at=START, account="cas", subject="p1"),
        Move(id="m1", at=START, by="Hal", role="host", do=Fold(act="p2"), reason="not about us"),
        Post(id="p4", at=START, account="dan", text="A1: because it would fall"),
        Deletion(id="p4", at=START),
    ]


@cache
def log(count: int = 8) -> tuple[bytes, ...]:
    """Give a small log."""
    rules = Rules(tag="copchat", hosts=frozenset({"host"}), pace=2)
    writer, sitting, number = Writer(HeldNumbers()), Sitting(rules), 0
    lines = [writer.begin(rules, "1")]
    for seq, one in enumerate(notices()[:count], 1):
        seen = START + timedelta(seconds=seq)
        notice = Move(id=one.id, at=seen, by=one.by, role=one.role, do=one.do) if isinstance(one, Move) else one
        heard = hear(notice, seen) if isinstance(notice, Post | Repost | Like) else None
        taken = Taken(seq=seq, seen=seen, notice=notice, heard=heard)
        lines.append(writer.told(taken) or b"")
        for decision in sitting.hear([taken]):
            number += 1
            lines.append(writer.decided(number, decision))
    return tuple(lines)


def checked(lines: "tuple[bytes, ...] | list[bytes]", version: str = "1", *, replay: bool = True) -> Found:
    """Check a log."""
    checker = Checker(version, replay=replay)
    for line in lines:
        checker.see(line)
    return checker.found()


def rechained(lines: "tuple[bytes, ...] | list[bytes]") -> list[bytes]:
    """Give the lines chained anew, as a forger would, by the rule that the format gives and not by our code."""
    before, made = ZEROS, []
    for number, line in enumerate(lines, 1):
        told = json.loads(line) | {"n": number}
        told.pop("hash", None)
        body = json.dumps(told, separators=(",", ":"), ensure_ascii=False).encode()
        before = sha256(before.encode() + body).hexdigest()
        made.append(body[:-1] + b',"hash":"' + before.encode() + b'"}')
    return made


def edited(lines: tuple[bytes, ...], number: int, change: Callable[[dict[str, Any]], None]) -> list[bytes]:
    """Give the lines with one changed, chained anew."""
    told = json.loads(lines[number - 1])
    change(told)
    return rechained([*lines[: number - 1], json.dumps(told).encode(), *lines[number:]])


def number_of(kind: str, which: int = 0) -> int:
    """Give the number of a line of a kind."""
    return [n for n, line in enumerate(log(), 1) if json.loads(line)["kind"] == kind][which]


def test_an_honest_log_holds_and_its_hash_is_as_the_format_says() -> None:
    """Every line is well, every decision is made again, and a chain computed by hand is the same."""
    found = checked(log())
    assert found.wrong is None
    assert found.other is None
    assert found.replayed == found.kinds["decision"] > 5
    assert found.head.n == len(log())
    assert rechained(log()) == list(log())


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_changed_byte_is_found_at_its_line(data: st.DataObject) -> None:
    """Whichever byte of whichever line is another, whatever it is now, the log is wrong at that line."""
    lines = list(log())
    at = data.draw(st.integers(0, len(lines) - 1))
    place = data.draw(st.integers(0, len(lines[at]) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda one: one != lines[at][place]))
    lines[at] = lines[at][:place] + bytes([byte]) + lines[at][place + 1 :]
    found = checked([piece for line in lines for piece in line.split(b"\n")])
    assert found.wrong is not None
    assert found.wrong.line == at + 1
    assert found.head.n == at


@given(st.data())
def test_a_line_put_in_left_out_or_moved_is_found(data: st.DataObject) -> None:
    """The order of lines is as much of the log as what they say."""
    lines = list(log())
    at = data.draw(st.integers(0, len(lines) - 2))
    how = data.draw(st.sampled_from(["left out", "twice", "swapped"]))
    if how == "left out":
        del lines[at]
    elif how == "twice":
        lines.insert(at, lines[at])
    else:
        lines[at], lines[at + 1] = lines[at + 1], lines[at]
    found = checked(lines)
    assert found.wrong is not None
    assert found.wrong.line == at + (2 if how == "twice" else 1)


def test_a_missing_line_is_named() -> None:
    """Whoever checks learns which lines are not there."""
    one, two = log()[:3] + log()[4:], log()[:3] + log()[5:]
    assert "line 4 is missing" in getattr(checked(one).wrong, "what", "")
    assert "lines 4 to 5 are missing" in getattr(checked(two).wrong, "what", "")


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (b"", "not a JSON object"),
        (b"no", "not a JSON object"),
        (b"\xff\xfe", "not a JSON object"),
        (b"[1]", "not a JSON object"),
        (b'{"n":1}', "last member is not its hash"),
        (b"x" * (LONGEST + 1), "longer than"),
    ],
)
def test_what_is_no_line_is_said(line: bytes, what: str) -> None:
    """Anything at all can stand in a file."""
    wrong = checked([line]).wrong
    assert wrong is not None
    assert what in wrong.what
    assert wrong.line == 1


def test_an_empty_log_is_none() -> None:
    """Nothing shows nothing."""
    assert checked([]).wrong is not None


def _refold(told: dict[str, Any]) -> None:
    told["decision"]["account"] = "somebody else"


def test_a_forged_decision_is_found_though_the_chain_holds() -> None:
    """Who computes all hashes anew is caught by deciding again, at the line, with both decisions."""
    line = number_of("decision", 2)
    forged = edited(log(), line, _refold)
    assert checked(forged, replay=False).wrong is None
    wrong = checked(forged).wrong
    assert wrong is not None
    assert wrong.line == line
    assert "somebody else" in wrong.kept
    assert "somebody else" not in wrong.ours


def test_a_decision_left_out_is_found_though_the_chain_holds() -> None:
    """The next one is another than what follows."""
    line = number_of("decision", 2)
    lines = [*log()[: line - 1], *log()[line:]]
    wrong = checked(rechained(lines)).wrong
    assert wrong is not None
    assert "decision" in wrong.what


def test_an_invented_decision_is_found_though_the_chain_holds() -> None:
    """A decision that nothing leads to is none."""
    again = json.loads(log()[-1]) | {"number": json.loads(log()[-1])["number"] + 1}
    wrong = checked(rechained([*log(), json.dumps(again).encode()])).wrong
    assert wrong is not None
    assert (wrong.line, wrong.ours) == (len(log()) + 1, "")


@pytest.mark.parametrize(
    ("kind", "change", "what"),
    [
        ("begin", {"rules": {"tag": "other", "pace": 0.0}}, ""),
        ("begin", {"format": "another/9"}, "format"),
        ("post", {"seen": "1999-01-01T00:00:00Z"}, "before what stands above"),
        ("post", {"runs": [-1]}, "not a line of"),
        ("post", {"runs": [2**70]}, "not a line of"),
        ("post", {"seen": "9999-12-31T23:59:59Z"}, ""),
        ("move", {"move": {"kind": "move"}}, "not a line of"),
        ("decision", {"decision": "no"}, "another decision"),
        ("decision", {"decision": {"at": "9999-12-31T23:59:59Z"}}, ""),
        ("decision", {"number": 77}, "decision 77"),
        ("withdrawal", {"kind": "begin", "version": "1", "format": "x", "rules": {"tag": "t"}}, "anew"),
    ],
)
def test_a_well_chained_log_that_makes_no_sense_is_wrong(kind: str, change: dict[str, Any], what: str) -> None:
    """Whatever stands in it, checking ends with a sentence."""
    found = checked(edited(log(), number_of(kind, -1), lambda told: told.update(change)))
    assert found.wrong is not None
    assert what in found.wrong.what


def test_a_log_of_an_evening_that_goes_on_may_end_before_its_last_decisions() -> None:
    """What was heard is written down before it is decided; how many decisions are to come is said."""
    line = number_of("withdrawal")
    found = checked(log()[:line])
    assert found.wrong is None
    assert found.pending == 1


def test_what_another_version_decided_otherwise_is_neither_right_nor_wrong() -> None:
    """It is named, with the version that decided; what stands after it is checked no further than its chain."""
    line = number_of("decision", 2)
    forged = edited(log(), line, _refold)
    found = checked(forged, version="2")
    assert found.wrong is None
    assert found.other is not None
    assert found.other.line == line
    assert found.head.n == len(forged)


def test_from_a_line_on_another_version_wrote() -> None:
    """The version that writes is the one of the last line that names one."""
    went = json.dumps({"kind": "version", "version": "2"}).encode()
    line = number_of("decision", 2)
    lines = rechained([*log()[: line - 1], went, *log()[line - 1 :]])
    assert checked(lines, version="2").wrong is None
    assert checked(lines).versions == ((1, "1"), (line, "2"))
    forged = rechained([*lines[:line], *(json.dumps(_refolded(one)).encode() for one in lines[line:])])
    assert checked(forged, version="1").other is not None
    assert checked(forged, version="2").wrong is not None


def _refolded(line: bytes) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(line)
    if told["kind"] == "decision":
        _refold(told)
    return told


def test_no_field_of_a_decision_is_left_out() -> None:
    """The lines have decisions whole."""
    decided = json.loads(log()[number_of("decision") - 1])["decision"]
    assert list(decided) == list(Decision.__struct_encode_fields__)
