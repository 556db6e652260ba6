"""A file's format is told by what is in it, and what is nothing that we read gets one clear sentence."""

import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from fairfloor.sources.files.recognise import Format, Unrecognised, recognise


def _lines(records: Iterable[Any]) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def _told(tmp_path: Path, whole: str | bytes, given: dict[str, str] | None = None) -> Format:
    path = tmp_path / "a file.bin"
    path.write_bytes(whole if isinstance(whole, bytes) else whole.encode())
    return recognise(path, given or {}).format


SAMPLES = {
    "acts": Format.NATIVE,
    "jetstream": Format.JETSTREAM,
    "v2_page": Format.X_V2,
    "v2_tweet": Format.X_V2,
    "v1_tweet": Format.X_V1,
    "v1_stream_tweet": Format.X_V1,
    "v1_retweet": Format.X_V1,
    "archive_tweet": Format.X_ARCHIVE,
    "status": Format.MASTODON,
    "boost": Format.MASTODON,
    "outbox": Format.ACTIVITYPUB,
}


@pytest.mark.parametrize(("name", "format_"), SAMPLES.items())
@pytest.mark.parametrize("lie", ["lines", "array", "pretty array", "document", "pretty document", "after garbage"])
def test_every_format_is_known_however_it_lies(
    request: pytest.FixtureRequest, tmp_path: Path, name: str, format_: Format, lie: str
) -> None:
    """One a line, in an array, alone, indented or not, with garbage before it: a record tells the format."""
    sample = request.getfixturevalue(name)
    records = sample if isinstance(sample, list) else [sample]
    whole = {
        "lines": _lines(records),
        "array": json.dumps(records),
        "pretty array": "\ufeff" + json.dumps(records, indent=2),
        "document": json.dumps(records[0]),
        "pretty document": json.dumps(records[0], indent=4),
        "after garbage": '{"limit": {"track": 1}}\n}{ nope\n\n' + _lines(records),
    }[lie]
    assert _told(tmp_path, whole) is format_


def test_a_stream_that_begins_with_deletions_is_known(tmp_path: Path) -> None:
    """A deletion in X's stream is known as one."""
    assert _told(tmp_path, '{"delete": {"status": {"id_str": "1", "user_id_str": "2"}}}\n') is Format.X_V1


def test_an_answer_to_a_search_is_known(tmp_path: Path, v1_tweet: Any) -> None:
    """What X API v1.1 answers to a search is known."""
    assert _told(tmp_path, json.dumps({"statuses": [v1_tweet]})) is Format.X_V1


def test_an_empty_page_is_known(tmp_path: Path) -> None:
    """A search that found nothing is still a page."""
    assert _told(tmp_path, '{"meta": {"result_count": 0}}\n') is Format.X_V2


def test_a_table_is_known_by_its_header(tmp_path: Path) -> None:
    """A header with an id, a time, an account and a text makes a table; so does one that the user names."""
    assert _told(tmp_path, "id,created_at,user,text\n") is Format.TABLE
    given = {"id": "nr", "at": "wann", "account": "wer", "text": "was"}
    assert _told(tmp_path, "nr;wann;wer;was\n", given) is Format.TABLE


def test_a_packed_file_is_known(tmp_path: Path, acts: Any) -> None:
    """Packing does not hide what a file is."""
    assert _told(tmp_path, gzip.compress(_lines(acts).encode())) is Format.NATIVE


@pytest.mark.parametrize(
    ("whole", "sentence"),
    [
        ("", "is empty. Give a file with posts in it"),
        (" \n\n", "is empty"),
        ("Dear all,\nsee you tonight.\n", "is not recognised. We looked for: Fairfloor acts.jsonl;"),
        ('{"a": 1}\n{"b": 2}\n', "is not recognised"),
        ("[1, 2, 3]", "is not recognised"),
        (b"PK\x03\x04\x00\x00", "turn it into a CSV with columns id, created_at, user and text"),
        ("id,user,text\n".encode("utf-16"), "is written in UTF-16. Save it as UTF-8"),
        (
            'window.YTD.like.part0 = [{"like": {"tweetId": "1"}}]',
            "is the part 'like' .* holds no posts. Give tweets.js",
        ),
        ("Nr,user,text,created_at\n1,al,hi,2024\n", "no column is known to hold: id. .* --map id='Nr'"),
    ],
)
def test_what_we_cannot_read_is_said_clearly(tmp_path: Path, whole: str | bytes, sentence: str) -> None:
    """One sentence says what is the matter, what was looked for, and what to do."""
    with pytest.raises(Unrecognised, match=sentence):
        _told(tmp_path, whole)


def test_a_column_that_is_not_there_is_said(tmp_path: Path) -> None:
    """Naming a column that the table does not have is an error that lists the ones it has."""
    with pytest.raises(Unrecognised, match="no column 'body'; there are: id, created_at, user, text"):
        _told(tmp_path, "id,created_at,user,text\n", {"text": "body"})


def test_a_missing_file_is_the_systems_word(tmp_path: Path) -> None:
    """A file that is not there is an OSError, with its name."""
    with pytest.raises(FileNotFoundError):
        recognise(tmp_path / "none", {})
