"""All pages of discussions, put into the application."""

from fastapi import FastAPI

from fairfloor.web.discussion import keeping, queue, reading, writing
from fairfloor.web.discussion.discussions import Discussions
from fairfloor.web.discussion.saying import Saying
from fairfloor.web.hosting import Hosting


def routes(app: FastAPI, hosting: Hosting) -> None:
    """Add the pages; none where there is no site."""
    if hosting.library is None:
        return
    discussions = Discussions(hosting, hosting.library)
    saying = Saying(discussions)
    app.state.discussions, app.state.saying = discussions, saying
    pages = reading.Pages(discussions, saying)
    reading.routes(app, pages)
    writing.routes(app, pages)
    keeping.routes(app, pages)
    queue.routes(app, pages)
