"""Where to go after signing in: a page of ours that somebody was on their way to, and nothing else."""

import re
from urllib.parse import urlsplit

_PATH = re.compile(r"/(?![/\\])[!#-\[\]-~]*")
"""One slash, and then printable ASCII without quotation marks and backslashes: browsers read //x and /\\x as hosts."""
_LONGEST = 500


def inside(given: str, otherwise: str = "/") -> str:
    """Give the path asked for, where it is one of ours. No address of another site, no line break, comes through."""
    if len(given) > _LONGEST or not _PATH.fullmatch(given):
        return otherwise
    parts = urlsplit(given)
    return given if not parts.scheme and not parts.netloc else otherwise
