"""Paragraphs of what people typed into WordPress: blank lines part paragraphs there, and a line's end is a break.

WordPress keeps what was typed and makes paragraphs whenever it shows it. Here HTML is HTML, so they are made once, when
it moves in. What the block editor wrote has its paragraphs; preformatted text, lists and tables stay as they are.
Shortcodes stay as they were written: what they stood for was made by the site.
"""

import re

_BLOCKS = (
    "address|article|aside|blockquote|center|dd|details|div|dl|dt|fieldset|figcaption|figure|footer|form|h[1-6]|header|"
    "hr|iframe|li|main|map|nav|noscript|object|ol|p|pre|script|section|style|svg|table|tbody|td|tfoot|th|thead|tr|ul|video"
)
_TAG = re.compile(rf"<!--.*?-->|<(/?)({_BLOCKS})\b[^<>]*?(/?)>", re.IGNORECASE | re.DOTALL)
_VOID = {"hr"}
_BLANK = re.compile(r"[ \t\r]*\n(?:[ \t\r]*\n)+")
_BREAK = re.compile(r"(?<!>)[ \t]*\r?\n|(?<=/>)\r?\n|(?<=[ai]>)\r?\n")
_EDITOR = "<!-- wp:"


def paragraphs(typed: str) -> str:
    """Give HTML with paragraphs for what somebody typed."""
    if _EDITOR in typed or not typed.strip():
        return typed
    out: list[str] = []
    deep, end = 0, 0
    for tag in _TAG.finditer(typed):
        if tag[2] is None:
            continue
        if deep == 0:
            out.append(_within(typed[end : tag.start()]))
            end = tag.start()
        void = tag[2].lower() in _VOID or bool(tag[3])
        deep = max(0, deep - 1) if tag[1] else deep + (not void)
        if deep == 0:
            out.append(typed[end : tag.end()])
            end = tag.end()
    out.append(_within(typed[end:]) if deep == 0 else typed[end:])
    return "\n".join(filter(None, out))


def _within(text: str) -> str:
    """Make paragraphs of a text without blocks."""
    pieces = [piece.strip() for piece in _BLANK.split(text)]
    return "\n".join(f"<p>{_BREAK.sub('<br>', piece)}</p>" for piece in pieces if piece)
