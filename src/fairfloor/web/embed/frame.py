"""The markup that another site's page has in it to show something of ours, in a frame that can do little there."""

from typing import NamedTuple

from markupsafe import Markup

from fairfloor.web.feeds.site import Site
from fairfloor.web.markup import plain

FLOOR = "/embed/floor"
_FRAME = Markup(
    '<iframe src="{address}" title="{title}" width="{width}" height="{height}" loading="lazy" '
    'referrerpolicy="no-referrer" sandbox="allow-scripts allow-same-origin allow-popups '
    'allow-popups-to-escape-sandbox" style="border:0;max-width:100%"></iframe>'
)


class Size(NamedTuple):
    """Width and height in CSS pixels."""

    width: int
    height: int


OF_FLOOR, OF_ARTICLE = Size(480, 640), Size(480, 300)


def frame(address: str, title: str, size: Size) -> Markup:
    """Give the frame for the whole address of a page beneath /embed/."""
    return _FRAME.format(address=address, title=plain(title), width=size.width, height=size.height)


def on_own_site(site: Site) -> Markup:
    """Give what the host puts into a page of another site, to have the floor there."""
    return frame(site.address(FLOOR), f"The floor of {site.name}", OF_FLOOR)
