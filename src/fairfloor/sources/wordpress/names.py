"""The names of elements in a WordPress export, whichever way its namespaces are written.

WordPress itself wrote `http://wordpress.org/export/1.0/`, `/1.1/` and `/1.2/`; its newest sample data says `https`; the
first exports had the excerpts under RSS. The prefix is what everybody knows them by.
"""

import re

_OURS = re.compile(r"https?://(?:www\.)?wordpress\.org/export(?:/\d+(?:\.\d+)*)?/?(excerpt/?)?")
_KNOWN = {
    "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://purl.org/rss/1.0/modules/excerpt/": "excerpt:",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://wellformedweb.org/CommentAPI/": "wfw:",
    "": "",
}


def name(uri: str, local: str) -> str:
    """Name an element: `wp:status`; in a namespace that nobody knows `{namespace}status`."""
    if (prefix := _KNOWN.get(uri)) is not None:
        return prefix + local
    if (ours := _OURS.fullmatch(uri)) is not None:
        return ("excerpt:" if ours[1] else "wp:") + local
    return f"{{{uri}}}{local}"
