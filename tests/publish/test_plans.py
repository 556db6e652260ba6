import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fairfloor.publish.atproto.plans import (
    LABEL_KEY,
    LABELER,
    Delete,
    Entries,
    Found,
    Put,
    Service,
    delete,
    put,
    with_labeler,
    without_labeler,
)
from fairfloor.publish.definitions import definitions
from fairfloor.publish.profile import feed_key, feed_name, feed_record, labeler_record

RECORDS = st.dictionaries(st.sampled_from(["did", "displayName", "avatar", "x"]), st.integers() | st.text(), max_size=4)
ENTRIES = st.builds(
    Entries,
    st.dictionaries(st.sampled_from(["atproto", LABEL_KEY, "other"]), st.text()),
    st.dictionaries(st.sampled_from(["atproto_pds", LABELER, "chat"]), st.builds(Service, st.text(), st.text())),
)


@given(RECORDS, RECORDS)
def test_what_was_put_need_not_be_put_again(wanted: dict[str, Any], there: dict[str, Any]) -> None:
    """After a plan is done, the same plan is to do nothing; what was wanted is there, and what was not, stays."""
    planned = put("c", "k", wanted, Found("cid", there), "now")
    after = there if planned is None else planned.record
    assert put("c", "k", wanted, Found("other", after), "later") is None
    assert wanted.items() <= after.items()
    assert there.keys() <= after.keys()
    assert planned is None or planned.swap == "cid"


def test_a_new_record_has_a_date_and_takes_the_place_of_none() -> None:
    """Where there is no record, one is made, and only if there is none by then."""
    assert put("c", "k", {"a": 1}, None, "now") == Put(
        collection="c", rkey="k", record={"a": 1, "createdAt": "now"}, swap=None
    )


def test_what_is_not_there_need_not_be_deleted() -> None:
    """And what is, is deleted in the version that was found."""
    assert delete("c", "k", None) is None
    assert delete("c", "k", Found("cid", {})) == Delete(collection="c", rkey="k", swap="cid")


@given(ENTRIES, st.text(), st.text())
def test_a_did_names_a_labeler_and_forgets_it(entries: Entries, key: str, endpoint: str) -> None:
    """Only the labeler's two entries change; named twice is named once; forgotten, all else is as before."""
    named = with_labeler(entries, key, endpoint) or entries
    assert (named.verification_methods[LABEL_KEY], named.services[LABELER].endpoint) == (key, endpoint)
    assert with_labeler(named, key, endpoint) is None
    forgotten = without_labeler(named) or named
    assert without_labeler(forgotten) is None
    assert forgotten == (without_labeler(entries) or entries)


@given(st.text(min_size=1, max_size=640))
def test_any_tag_makes_a_feed(tag: str) -> None:
    """Key, name and description keep within their bounds, and the link in the description is where it says."""
    record = feed_record(tag, "fair.example.org")
    assert len(feed_name(tag)) <= 24
    assert len(record["description"]) <= 300
    assert feed_key(tag) == feed_key(tag.casefold())
    assert all(sign.isascii() and (sign.isalnum() or sign == "-") for sign in feed_key(tag))
    facet = record["descriptionFacets"][0]
    said = record["description"].encode("utf-8", "replace")[facet["index"]["byteStart"] : facet["index"]["byteEnd"]]
    assert said == b"https://fair.example.org"


def test_names_say_what_the_feed_is() -> None:
    """A short tag leaves room to say so; a long one is cut."""
    assert feed_name("copchat") == "#copchat, the fair floor"
    assert feed_name("FridayReads") == "#FridayReads, fair floor"
    assert feed_name("asmalltalkaboutbooks") == "#asmalltalkaboutbooks"
    assert feed_name("a" * 40) == f"#{'a' * 22}…"
    assert feed_key("CopChat") == "copchat"
    assert feed_key("cop_chat") != feed_key("copchat")


def test_labels_say_what_was_found_and_hide_nothing() -> None:
    """Each label informs and blurs nothing, in five languages at least, and no word of ours judges anybody."""
    for defined in definitions():
        assert (defined["severity"], defined["blurs"]) == ("inform", "none")
        languages = [words["lang"] for words in defined["locales"]]
        assert {"en", "es", "fr", "de", "pt"} <= set(languages)
        assert len(languages) == len(set(languages))
        for words in defined["locales"]:
            assert 0 < len(words["name"]) <= 64
            assert "\n" not in words["description"]
            assert "  " not in words["description"]
        english = set(re.findall("[a-z]+", str(defined["locales"][0]).casefold()))
        assert not english & {"bot", "bots", "fake", "troll", "trolls", "spam", "inauthentic", "suspicious"}
    assert [one["locales"][0]["name"] for one in definitions()] == ["Acting in step", "Copy"]
    record = labeler_record()
    assert record["policies"]["labelValues"] == ["acting-in-step", "copy"]
    assert record["reasonTypes"] == record["subjectTypes"] == record["subjectCollections"] == []
