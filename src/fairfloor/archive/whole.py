"""Writes the whole of a site as JSON, one item a line (`chat.site.whole` says what is in it)."""

from collections.abc import Iterator

import msgspec

from fairfloor.chat.site.whole import Whole

_encode = msgspec.json.Encoder().encode
_LISTS = ("terms", "articles", "revisions", "comments", "deeds", "redirects")


def written(site: Whole) -> Iterator[bytes]:
    """Give the bytes of a site, piece by piece."""
    yield b'{"format": %b, "version": %b' % (_encode(site.format), _encode(site.version))
    for name in _LISTS:
        yield b',\n\n"%b": [' % name.encode()
        for place, one in enumerate(getattr(site, name)):
            yield (b",\n" if place else b"\n") + _encode(one)
        yield b"]"
    yield b',\n\n"house": %b}\n' % _encode(site.house)
