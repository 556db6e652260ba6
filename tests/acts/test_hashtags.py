"""Hashtags by each network's rule; the cases are the networks' own published ones."""

# ruff: noqa: RUF001  the cases are written in the scripts of those who post

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairfloor.acts.hashtags import MAX_TAG, MAX_TAGS, Network, distinct, hashtags, same_tag, tag_key

NETWORKS: list[Network] = ["x", "bluesky", "mastodon"]

TWITTER_TEXT = [
    ("a \u270c#hashtag here", ["hashtag"]),
    ("a \u270c\ufe0e#hashtag here", ["hashtag"]),
    ("a \u270c\ufe0f#hashtag here", ["hashtag"]),
    ("a \U0001f468\u200d\U0001f469\u200d\U0001f467#hashtag here", ["hashtag"]),
    ("this is #hashtag1", ["hashtag1"]),
    ("#1hashtag is this", ["1hashtag"]),
    ("On the #16 bus", []),
    (
        "(#hashtag1 )#hashtag2 [#hashtag3 ]#hashtag4 \u2019#hashtag5\u2019#hashtag6",
        [f"hashtag{n}" for n in range(1, 7)],
    ),
    ("I'll write more tests #mañana", ["mañana"]),
    ("this is not valid: # 会議中 ハッシュ", []),
    ("What is #트위터 anyway?", ["트위터"]),
    ("日本語ハッシュテスト。#日本語ハッシュタグ", ["日本語ハッシュタグ"]),
    ("#日本語ハッシュタグ。", ["日本語ハッシュタグ"]),
    ("全角英数字ハッシュタグ \uff03\uff48\uff41\uff53\uff48", ["\uff48\uff41\uff53\uff48"]),
    ("日本語ハッシュタグ#日本語ハッシュタグ", []),
    ("#云々 #学問のすゝめ #各〻 #各〃", ["云々", "学問のすゝめ", "各〻", "各〃"]),
    ("#メ\uff5eテレ ハッシュタグ", ["メ\uff5eテレ"]),
    (":#one ;#two ,#three .#four !#five ?#six", ["one", "two", "three", "four", "five", "six"]),
    ("#http://twitter.com #https://twitter.com", []),
    ("http://twitter.com/#hashtag twitter.com/#hashtag", []),
    ("#Azərbaycanca #mûǁae #Čeština", ["Azərbaycanca", "mûǁae", "Čeština"]),
    ("#برنامه_نویسی, #ثبت_نام. #لس_آنجلس", ["برنامه_نویسی", "ثبت_نام", "لس_آنجلس"]),
    ("#עַל־יְדֵי #וכו׳ #מ״כ", ["עַל־יְדֵי", "וכו׳", "מ״כ"]),
    ("#أي\u200cبي\u200cإم", ["أي\u200cبي\u200cإم"]),
    ("#ශ්\u200dරීලංකා", ["ශ්\u200dරීලංකා"]),
    ("#महात्मा #महात्मा_१२३४ #१२३४ गांधी", ["महात्मा", "महात्मा_१२३४"]),
    ("#il\u00b7lusió", ["il\u00b7lusió"]),
    ("#_ #1_2 #122 #〃", []),
    ("#\U00020021 #A\U000104a0", ["\U00020021", "A\U000104a0"]),
    ("#double#rainbow &#tag", []),
]

BLUESKY = [
    ("#a #b", ["a", "b"]),
    ("#1 #1a body #?", ["1a"]),
    ("text # text #", []),
    ("#" + "a" * 64 + "!", ["a" * 64]),
    ("#" + "a" * 65, []),
    ("its a #double#rainbow", ["double#rainbow"]),
    ("##hashash", ["#hashash"]),
    ("##", []),
    ("some #n0n3s@n5e!", ["n0n3s@n5e"]),
    ("strips trailing #punctuation, #like. #this!", ["punctuation", "like", "this"]),
    ("strips #multi_trailing___...", ["multi_trailing"]),
    ("works with #\U0001f98b emoji, and #butter\U0001f98bfly", ["\U0001f98b", "butter\U0001f98bfly"]),
    ("this #\ufe0f\u20e3tag should not be a tag", []),
    ("this ##\ufe0f\u20e3tag should be a tag", ["#\ufe0f\u20e3tag"]),
    ("this #t\nag should be a tag", ["t"]),
    ("no match: #\u200b #\u200ba", []),
    ("match: #a\u200bb", ["a"]),
    ("match full width number sign: \uff03tag", ["tag"]),
    ("(#bracketed)", []),
]

MASTODON = [
    ("Check this out https://medium.com/@alice/some-article#.abcdef123", []),
    ("https://en.wikipedia.org/wiki/Ghostbusters_(song)#Lawsuit", []),
    ("test\u00a0#foo", ["foo"]),
    ("this is \uff03\uff46\uff4f\uff4f", ["\uff46\uff4f\uff4f"]),
    ("hello #3d #l33ts35k #world2016 #_test #test_", ["3d", "l33ts35k", "world2016", "_test", "test_"]),
    ("hello #one\u00b7two\u00b7three\u00b7", ["one\u00b7two\u00b7three"]),
    ("testing #ぼっち\u30fbざ\u30fbろっく", ["ぼっち\u30fbざ\u30fbろっく"]),
    ("just add #نرم\u200cافزار and", ["نرم\u200cافزار"]),
    ("hello #\u00b7one\u00b7two", []),
    ("hello #0123456", []),
    ("hello #1_2", ["1_2"]),
]


@pytest.mark.parametrize(("text", "tags"), TWITTER_TEXT)
def test_x_tags_follow_the_conformance_suite(text: str, tags: list[str]) -> None:
    """What twitter-text's conformance suite calls a hashtag is one, and nothing else is."""
    assert list(hashtags(text, "x")) == tags


@pytest.mark.parametrize(("text", "tags"), BLUESKY)
def test_bluesky_tags_follow_the_client(text: str, tags: list[str]) -> None:
    """What the atproto client would mark as a tag is one, and nothing else is."""
    assert list(hashtags(text, "bluesky")) == tags


@pytest.mark.parametrize(("text", "tags"), MASTODON)
def test_mastodon_tags_follow_the_server(text: str, tags: list[str]) -> None:
    """What the Mastodon server would link as a hashtag is one, and nothing else is."""
    assert list(hashtags(text, "mastodon")) == tags


@given(text=st.text() | st.text(alphabet="#\uff03a1_. &/:\ufe0f\u200b\u00b7"), network=st.sampled_from(NETWORKS))
def test_every_text_has_an_answer(text: str, network: Network) -> None:
    """Any text whatever gives tags that stand in it after a sign, each once, none empty or over-long."""
    tags = hashtags(text, network)
    assert all(f"#{tag}" in text or f"\uff03{tag}" in text for tag in tags)
    assert all(0 < len(tag) <= MAX_TAG for tag in tags)
    assert len({tag_key(tag) for tag in tags}) == len(tags) <= MAX_TAGS


@given(tag=st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=60), network=st.sampled_from(NETWORKS))
def test_a_plain_tag_is_found_by_every_rule(tag: str, network: Network) -> None:
    """A hashtag of plain letters is the same on every network."""
    assert hashtags(f"to be fair, #{tag} tonight", network) == (tag,)


@given(tag=st.text())
def test_the_key_of_a_key_is_itself(tag: str) -> None:
    """Making a tag comparable twice changes nothing, and a leading sign never matters."""
    assert tag_key(tag_key(tag)) == tag_key(tag) == tag_key(f"#{tag}")


@pytest.mark.parametrize("spelling", ["CopChat", "#copchat", "\uff03copchat", "\uff23\uff4f\uff50chat", " copchat "])
def test_spellings_of_one_tag_are_the_same_tag(spelling: str) -> None:
    """Capitals, width and a leading sign do not make another tag."""
    assert same_tag(spelling, "copchat")


def test_other_tags_are_other_tags() -> None:
    """A tag that only begins alike is another tag."""
    assert not same_tag("copchat", "copchats")


def test_a_flood_of_tags_is_bounded() -> None:
    """Of ten thousand tags in one text the first are taken."""
    assert hashtags(" ".join(f"#tag{n}" for n in range(10_000)), "x") == tuple(f"tag{n}" for n in range(MAX_TAGS))


def test_distinct_keeps_the_first_spelling() -> None:
    """A tag said twice counts once, as it was first written; nothing over-long is kept."""
    assert distinct(["CopChat", "copchat", "", "x" * (MAX_TAG + 1)]) == ("CopChat",)
