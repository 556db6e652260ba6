"""The outlet of an evening to Bluesky: what hears the evening, and the application that answers for feed and labels."""

from collections.abc import Callable, Iterable
from importlib.metadata import version

from starlette.applications import Starlette

from fairfloor.publish.atproto.app import create_app
from fairfloor.publish.atproto.did import did_web
from fairfloor.publish.atproto.feed import FeedGenerator
from fairfloor.publish.atproto.keys import SigningKey
from fairfloor.publish.atproto.labeler import Labeler
from fairfloor.publish.atproto.log import LabelLog
from fairfloor.publish.floor_feed import FloorFeed
from fairfloor.publish.following import Following, Hearer
from fairfloor.publish.marks import Marks
from fairfloor.publish.settings import Settings
from fairfloor.session.decision import Decision
from fairfloor.session.ports import Records


class Outlet:
    """All that goes out of one evening by itself. Belongs to one event loop."""

    def __init__(
        self,
        settings: Settings,
        records: Records,
        decisions: Callable[[int], Iterable[Decision]],
        key: SigningKey | None = None,
    ) -> None:
        """Take what is published, the reading side of the store, `Store.decisions`, and the labeler's key.

        Raises ValueError where there is a labeler and no key.
        """
        self.labels: LabelLog | None = None
        """All labels, where there is a labeler."""
        hearers: list[Hearer] = []
        feeds, labeler = None, None
        if settings.feed is not None:
            feed = FloorFeed(records)
            hearers.append(feed)
            feeds = FeedGenerator(did_web(settings.hostname), {settings.feed: feed})
        if settings.labeler is not None:
            if key is None:
                raise ValueError("a labeler needs its key")
            self.labels = LabelLog(settings.labeler, key)
            hearers.append(Marks(self.labels))
            labeler = Labeler(self.labels)
        self.audience = Following(decisions, hearers)
        """An `Audience` (session.ports): for the pipeline."""
        self.app: Starlette = create_app(
            settings.hostname,
            feeds,
            labeler,
            label_key=key.multikey if labeler is not None and key is not None else None,
            version=version("fairfloor"),
        )
        """Serves `/xrpc/` and `/.well-known/did.json`; see `atproto.app.Beside`."""
