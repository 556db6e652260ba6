"""Tables become acts, whatever their columns are called and however they are quoted."""

import csv
import io
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.acts.act import Like, Post, Repost
from fairfloor.acts.fault import Cause, Fault
from fairfloor.sources.files import table
from fairfloor.sources.files.rows import MAX_ROW_LINES, Row, rows
from fairfloor.sources.reading.refusal import Refused, Told

AT = datetime(2019, 5, 8, 15, 40, tzinfo=UTC)


def _stream(whole: bytes | str) -> io.BufferedReader:
    raw: Any = io.BytesIO(whole if isinstance(whole, bytes) else whole.encode())
    return io.BufferedReader(raw)


def _read(whole: bytes | str, given: Mapping[str, str] | None = None) -> list[tuple[int, Told]]:
    return list(table.read(_stream(whole), given or {}))


def _rows(whole: bytes | str) -> list[Row]:
    return list(rows(_stream(whole)))


def test_a_table_with_common_names_needs_no_map() -> None:
    """Common names of columns are known; the stable id is the account, the name in use is the handle."""
    whole = (
        "id,created_at,author_id,username,text,in_reply_to_status_id,lang\n"
        '1,2019-05-08T15:40:00Z,11,@al,"Fair, #CopChat",9,en\n'
    )
    post = Post(
        id="1", at=AT, account="11", handle="al", text="Fair, #CopChat", reply_to="9", tags=("CopChat",), lang=("en",)
    )
    assert _read(whole) == [(2, post)]


TAGS = (
    "id_str,from_user,text,created_at,time,user_lang\n1,al,hi,Wed May 08 15:40:00 +0000 2019,08/05/2019 16:40:00,en\n"
)
TWINT = (
    "id\tconversation_id\tdate\tuser_id\tusername\ttweet\thashtags\n1\t1\t2019-05-08 15:40:00\t11\tal\thi\t['a', 'b']\n"
)
POLIS = 'timestamp,datetime,comment-id,author-id,comment-body\n1557330000000,Wed May 08 15:40:00 UTC 2019,1,11,"hi"\n'
EXCEL = "\ufeffID;User;Text;Created At\r\n1;al;hi;2019-05-08 17:40:00+02:00\r\n"


@pytest.mark.parametrize(("whole", "account"), [(TAGS, "al"), (TWINT, "11"), (POLIS, "11"), (EXCEL, "al")])
def test_tables_of_well_known_tools_are_read(whole: str, account: str) -> None:
    """TAGS, twint, Polis and a spreadsheet's own CSV: commas, tabs or semicolons, with or without a byte order mark."""
    _, post = _read(whole)[0]
    assert isinstance(post, Post)
    assert (post.id, post.at, post.account, post.text) == ("1", AT, account, "hi")


def test_odd_names_are_given() -> None:
    """A column whose name tells nothing is named by the user; what is named wins over what is guessed."""
    whole = "Nr,id,When,Who,What\n7,x,2019-05-08T15:40:00Z,al,hi\n"
    given = {"id": "nr", "at": "When", "account": "Who", "text": "What"}
    assert _read(whole, given) == [(2, Post(id="7", at=AT, account="al", text="hi"))]
    with pytest.raises(Refused, match="no column 'Wen'; there are: Nr, id, When, Who, What"):
        _read(whole, {**given, "at": "Wen"})


def test_reposts_and_likes_have_a_subject() -> None:
    """A row that names what it passes on is a repost; a column for the kind tells likes."""
    whole = (
        "id,kind,created_at,user,text,subject\n"
        "1,,1557330000,al,RT,9\n2,like,1557330000,al,,9\n3,post,1557330000,al,hi,\n"
    )
    assert [told for _, told in _read(whole)] == [
        Repost(id="1", at=AT, account="al", subject="9"),
        Like(id="2", at=AT, account="al", subject="9"),
        Post(id="3", at=AT, account="al", text="hi"),
    ]


def test_bad_rows_have_their_causes_and_lines() -> None:
    """Each bad row costs one fault with its line, and the rest are read."""
    whole = (
        b"id,created_at,user,text\n"
        b"1,2019-05-08T15:40:00Z,al,good\n"
        b",2019-05-08T15:40:00Z,al,no id\n"
        b"3,soon,al,no time\n"
        b"4,2019-05-08T15:40:00Z\n"
        b"5,2019-05-08T15:40:00Z,al,\xff\n"
        b"\n"
        b"1.126150E+18,2019-05-08T15:40:00Z,al,rounded\n"
        b"7,2019-05-08T15:40:00Z,al," + b"x" * 20_001 + b"\n"
        b"8,2019-05-08T15:40:00Z,al," + b"x" * 200_000 + b"\n"
        b"9,2019-05-08T15:40:00Z,al," + b"x" * 2_000_000 + b"\n"
        b"10,2019-05-08T15:40:00Z,al,good\n"
    )
    assert [(line, told.cause if isinstance(told, Fault) else "good") for line, told in _read(whole)] == [
        (2, "good"),
        (3, Cause.MISSING_FIELD),
        (4, Cause.BAD_TIME),
        (5, Cause.MISSING_FIELD),
        (6, Cause.NOT_JSON),
        (8, Cause.BAD_FIELD),
        (9, Cause.OVERSIZED),
        (10, Cause.OVERSIZED),
        (11, Cause.OVERSIZED),
        (12, "good"),
    ]


def test_quoted_newlines_are_part_of_a_field() -> None:
    """A quoted text may have paragraphs, commas and quotes; the row keeps the line it begins on."""
    text = 'One, "two"\n\nthree\n'
    whole = 'id,text\n1,"One, ""two""\n\nthree\n"\n2,x\n'
    assert _rows(whole)[1:] == [(2, ["1", text]), (6, ["2", "x"])]


def test_a_quote_never_closed_costs_its_line_only() -> None:
    """A quote that is opened and never closed does not swallow the rest of the table."""
    whole = 'id,text\n1,"open\n' + "".join(f"{n},x\n" for n in range(2, 2 * MAX_ROW_LINES))
    found = _rows(whole)
    assert isinstance(found[1][1], Fault)
    assert [fields[0] for _, fields in found[2:] if isinstance(fields, list)] == [
        str(n) for n in range(2, 2 * MAX_ROW_LINES)
    ]


def test_a_stray_quote_is_a_character() -> None:
    """A quote in the middle of an unquoted field, or after a closing one, does not make the row unreadable."""
    assert _rows('id,text\n1,5" pipe\n2,"a"b\n')[1:] == [(2, ["1", '5" pipe']), (3, ["2", "ab"])]


CELLS = st.text(st.characters(exclude_characters="\r\0", exclude_categories=["Cs"]))


@given(
    cells=st.lists(st.tuples(CELLS.filter(str.strip), CELLS, CELLS).map(list), max_size=5),
    dialect=st.sampled_from([csv.excel, csv.excel_tab, csv.unix_dialect]),
)
def test_what_a_csv_writer_writes_is_read_back(cells: list[list[str]], dialect: Any) -> None:
    """Any table that Python's own writer wrote is read as it was."""
    file = io.StringIO()
    csv.writer(file, dialect).writerows([["id", "text", "user"], *cells])
    assert [fields for _, fields in _rows(file.getvalue())][1:] == cells


@given(whole=st.binary() | st.text(alphabet='id,text;"\n\r\t 1').map(str.encode))
def test_no_bytes_break_a_table(whole: bytes) -> None:
    """Any bytes whatever are taken apart without an error, on lines that the file has."""
    assert all(2 <= line <= whole.count(b"\n") + 2 for line, _ in _read(b"id,created_at,user,text\n" + whole, {}))
