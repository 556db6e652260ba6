"""What a first reader would wait for is done before they come."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.web.discussion.conftest import Site


def test_discussions_are_arranged_before_anybody_asks(site: "Site", thread: Callable[[], list[int]]) -> None:
    """Those that were spoken in last are held from the start."""
    numbers = thread()
    discussions = site.served.server.config.app.state.discussions  # type: ignore[union-attr]
    assert discussions.known(site.article.id, numbers[0]) is None
    asyncio.run_coroutine_threadsafe(discussions.warm(), site.served.loop).result(30)
    held = discussions.known(site.article.id, numbers[0])
    assert held is not None
    assert held.text.startswith("I read along")
