"""X API v2: pages as the API sends them and twarc2 keeps them, and tweets flattened by twarc2."""

from collections.abc import Iterable

from fairfloor.sources.reading.refusal import Told, each
from fairfloor.sources.x.v2 import PAGE, TWEET, act_of, known, tweets


def read(record: bytes) -> Iterable[Told]:
    """Read a page, or a flattened tweet; a page without posts tells nothing."""
    page = PAGE.decode(record)
    beside = known(page.includes)
    if page.id:
        return (act_of(TWEET.decode(record), beside),)
    return each(lambda tweet: act_of(TWEET.decode(tweet), beside), tweets(page))
