"""Hashtags by the networks' published conformance suites, read from beside the repository: they are other people's."""

import json
import os
from pathlib import Path

import pytest

from fairfloor.acts.hashtags import Network, distinct, hashtags

DATA = Path(os.environ.get("FAIRFLOOR_DATA") or Path(__file__).parents[2].parent / "shared" / "data")
SUITES: dict[Network, int] = {"x": 180, "bluesky": 39, "mastodon": 32}
"""How many cases each network publishes, in twitter-text, in the atproto client and in the Mastodon server."""


@pytest.mark.parametrize("network", SUITES)
def test_every_published_case_agrees(network: Network) -> None:
    """Each network's rule finds in every text of that network's suite the tags that the suite says, and no others."""
    suite = DATA / "hashtags" / f"{network}.json"
    if not suite.is_file():
        pytest.skip(f"{suite} is not here; FAIRFLOOR_DATA names the folder")
    cases = json.loads(suite.read_text("utf-8"))["cases"]
    assert len(cases) >= SUITES[network]
    wrong = [case for case in cases if hashtags(case["text"], network) != distinct(case["tags"])]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "tags"), [("#cophttps://a.example", ("cop",)), ("#cop://", ("cop",)), ("#https://", ("https",))]
)
def test_an_address_right_behind_a_tag_is_none_of_it(text: str, tags: tuple[str, ...]) -> None:
    """On Mastodon a tag ends where the scheme of an address begins; a tag is never all scheme."""
    assert hashtags(text, "mastodon") == tags
