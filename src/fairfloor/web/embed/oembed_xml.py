"""An oEmbed answer as XML."""

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape

_ILLEGAL = re.compile("[^\t\n\r\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def written(told: Mapping[str, object]) -> bytes:
    """Write what is told, each by its name."""
    parts = (f"<{name}>{escape(_ILLEGAL.sub('', str(value)))}</{name}>" for name, value in told.items())
    return f'<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<oembed>{"".join(parts)}</oembed>\n'.encode()
