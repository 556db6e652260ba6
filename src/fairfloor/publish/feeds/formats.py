"""The formats that a feed can be written in."""

from fairfloor.chat.site.feed import Feeds
from fairfloor.publish.feeds.atom import atom
from fairfloor.publish.feeds.jsonfeed import json_feed
from fairfloor.publish.feeds.rss import rss

FORMATS: Feeds = {"atom": atom, "rss": rss, "json": json_feed}
