"""Which acts are posts on Bluesky: the only ones that its feeds can hold, and its labels stand on."""

from functools import lru_cache

from fairfloor.publish.atproto.names import address, is_did

_POST = "app.bsky.feed.post"
_LONGEST = 512
"""Characters of a post's at-URI; a real one has some seventy."""


@lru_cache(maxsize=4_096)
def is_post(act: str) -> bool:
    """Tell whether an act's id is the at-URI of a post."""
    if not act.startswith("at://") or len(act) > _LONGEST:
        return False
    found = address(act)
    return found is not None and found.collection == _POST and bool(found.rkey) and is_did(found.authority)
