"""House rules in Markdown, as markup: headings that fit the page, links that lead out safely, nothing loaded.

markdown-it takes no HTML and no images; what comes out goes through nh3 all the same, because two walls are better
than the belief that one has no hole.
"""

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_TAGS = frozenset("a blockquote br code em h3 h4 h5 h6 hr li ol p pre strong ul".split())  # noqa: SIM905 - reads best
_DEEPEST = 6
_markdown = MarkdownIt("commonmark", {"html": False}).disable(["image", "html_block", "html_inline"])


def marked_up(text: str, under: int = 2) -> Markup:
    """Give a Markdown text as markup; its headings go on from the level `under` without leaving one out."""
    tokens = _markdown.parse(text)
    last, level = under, under
    for token in tokens:
        if token.type == "heading_open":
            level = min(under + int(token.tag[1:]), last + 1, _DEEPEST)
            last = level
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{level}"
    html = _markdown.renderer.render(tokens, _markdown.options, {})
    clean = nh3.clean(
        html,
        tags=set(_TAGS),
        attributes={"a": {"href"}, "*": set()},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener ugc",
    )
    return Markup(clean)  # noqa: S704 - it has just been cleaned
