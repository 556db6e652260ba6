"""Times are read as archives write them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.acts.fault import Cause
from fairfloor.sources.reading.moments import moment
from fairfloor.sources.reading.refusal import Refused

AT = datetime(2018, 10, 10, 20, 19, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "Wed Oct 10 20:19:24 +0000 2018",
        "Wed Oct 10 15:49:24 -0430 2018",
        "2018-10-10T20:19:24Z",
        "2018-10-10T20:19:24.000Z",
        "2018-10-10 22:19:24+02:00",
        "1539202764",
        "1539202764000",
        "1539202764000000",
        " 2018-10-10T20:19:24Z ",
    ],
)
def test_one_time_is_written_in_many_ways(written: str) -> None:
    """ISO 8601, X's old form and counts since 1970 are the same time, in UTC."""
    assert moment(written) == AT
    assert moment(written).tzinfo is UTC


@pytest.mark.parametrize(
    "written", ["", "soon", "2018-13-01T00:00:00Z", "Wed Foo 10 20:19:24 +0000 2018", "10/11/2018 1:00"]
)
def test_what_is_no_time_is_refused(written: str) -> None:
    """What cannot be read as a time, or can be read as two, is refused for that cause."""
    with pytest.raises(Refused) as refused:
        moment(written)
    assert refused.value.fault.cause is Cause.BAD_TIME


def test_a_time_without_a_zone_is_utc_only_where_said_so() -> None:
    """A network that leaves the zone out is wrong; a table that does is taken to mean UTC."""
    assert moment("2018-10-10 20:19:24", naive_is_utc=True) == AT
    with pytest.raises(Refused):
        moment("2018-10-10 20:19:24")


@given(
    written=st.text() | st.from_regex(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d") | st.from_regex(r"\A\d{1,20}\Z")
)
def test_any_text_is_a_time_or_refused(written: str) -> None:
    """Whatever is written, it is a time in UTC, or refused."""
    try:
        assert moment(written).tzinfo is UTC
    except Refused as refused:
        assert refused.fault.cause is Cause.BAD_TIME  # noqa: PT017 - both outcomes are right


@given(at=st.datetimes(datetime(1971, 1, 1), datetime(9000, 1, 1)))  # noqa: DTZ001 - the zone is added below
def test_xs_old_form_is_read_back(at: datetime) -> None:
    """Any second that X could write in its old form is read as that second."""
    at = at.replace(microsecond=0, tzinfo=UTC)
    assert moment(f"{at:%a} {at:%b} {at:%d %H:%M:%S +0000 %Y}") == at
