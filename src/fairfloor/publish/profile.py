"""What a chat's feed and the labeler say of themselves on Bluesky: the contents of their records."""

import hashlib
import re
from typing import Any

from fairfloor.publish.atproto.did import did_web, endpoint
from fairfloor.publish.definitions import definitions

FEED = "app.bsky.feed.generator"
LABELER = "app.bsky.labeler.service"
SELF = "self"
"""The only key that a labeler's record may have."""
_NAME = 24
"""Characters of a feed's name. The limit is in graphemes, and a grapheme has one character at least."""
_DESCRIPTION = 300
"""And of its description; a hostname has 253 at most."""
_plain = re.compile(r"[a-z0-9_-]{1,32}").fullmatch


def feed_key(tag: str) -> str:
    """Give the key of a chat's feed: the tag, or a name made from it where a key may not look like that."""
    key = tag.casefold()
    return key.replace("_", "-") if _plain(key) else f"chat-{hashlib.sha256(key.encode()).hexdigest()[:12]}"


def feed_name(tag: str) -> str:
    """Give the name that people see, as much of it as there is room for."""
    names = (f"#{tag}, the fair floor", f"#{tag}, fair floor", f"#{tag}")
    return next((name for name in names if len(name) <= _NAME), names[-1][: _NAME - 1] + "…")


def feed_record(tag: str, hostname: str) -> dict[str, Any]:
    """Give the record of a chat's feed, without its date. Raises ValueError where the hostname is none."""
    link = endpoint(hostname)
    about = (
        f"What has the floor in #{tag}, newest first: every independent voice gets its fair share of what people can "
        "read. Nothing is deleted; what is folded, and why, is at "
    )
    about = about if len(about + link) <= _DESCRIPTION else "What is folded, and why: "
    start = len(about.encode())
    facet = {
        "index": {"byteStart": start, "byteEnd": start + len(link)},
        "features": [{"$type": "app.bsky.richtext.facet#link", "uri": link}],
    }
    return {
        "$type": FEED,
        "did": did_web(hostname),
        "displayName": feed_name(tag),
        "description": about + link,
        "descriptionFacets": [facet],
    }


def labeler_record() -> dict[str, Any]:
    """Give the record of the labeler, without its date. It takes no reports: it labels what is decided, on its own."""
    defined = definitions()
    return {
        "$type": LABELER,
        "policies": {"labelValues": [one["identifier"] for one in defined], "labelValueDefinitions": defined},
        "reasonTypes": [],
        "subjectTypes": [],
        "subjectCollections": [],
    }
